"""Work waiting at desks: plans and prospectuses to decide, files to review, students to register, runs under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from guantong.base.accounts.actor import Actor
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import (
    Appeal,
    Candidate,
    Cycle,
    IntakePlan,
    Placement,
    PreferenceList,
    Prospectus,
    Round,
    Run,
    SchoolLimit,
)
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.phases import PHASES
from guantong.domains.admission.rules.states import (
    ADMITTED,
    APPROVED,
    CONFIRMED,
    DISPATCHED,
    FILED,
    LOCKED,
    REGISTERED,
    RUN_PURPOSES,
    RUN_STATES,
    SENT_BACK,
    SUBMITTED,
)
from guantong.domains.admission.selectors.gates import require_bureau, require_school, school_names
from guantong.kernel import clock


@dataclass(frozen=True, slots=True)
class SchoolPlans:
    """One school's plans in a cycle, as the bureau's queue lists them. ``limit`` None: no approved size yet."""

    school_id: int
    school_name: str
    limit: int | None
    is_qualified: bool
    seats: int
    submitted: int
    approved: int
    returned: int
    drafted: int
    prospectus: str
    """State of the prospectus, empty when there is none."""


def school_plans(actor: Actor, cycle: Cycle) -> list[SchoolPlans]:
    """Every school with plans, a limit or a prospectus in a cycle; those with something to decide first."""
    require_bureau(actor, "admission.manage", cycle.region)
    limits = {limit.school_id: limit for limit in SchoolLimit.objects.filter(cycle=cycle)}
    prospectuses = dict(Prospectus.objects.filter(cycle=cycle).values_list("school_id", "state"))
    counts: dict[int, dict[str, Any]] = {}
    for row in (
        IntakePlan.objects.filter(cycle=cycle)
        .order_by()
        .values("school_id")
        .annotate(
            seats_=Sum("seats"),
            **{state: Count("id", filter=Q(state=state)) for state in ("drafted", "submitted", "approved", "returned")},
        )
    ):
        counts[row["school_id"]] = dict(row)
    ids = set(limits) | set(prospectuses) | set(counts)
    names = school_names(ids)
    found = [
        SchoolPlans(
            school_id=pk,
            school_name=names.get(pk, ""),
            limit=limits[pk].seats if pk in limits else None,
            is_qualified=limits[pk].is_qualified if pk in limits else False,
            seats=counts.get(pk, {}).get("seats_") or 0,
            submitted=counts.get(pk, {}).get("submitted", 0),
            approved=counts.get(pk, {}).get("approved", 0),
            returned=counts.get(pk, {}).get("returned", 0),
            drafted=counts.get(pk, {}).get("drafted", 0),
            prospectus=prospectuses.get(pk, ""),
        )
        for pk in ids
    ]
    return sorted(found, key=lambda s: (s.submitted == 0 and s.prospectus != SUBMITTED, s.school_name))


def plans_of(cycle: Cycle, school_id: int) -> QuerySet[IntakePlan]:
    """A school's plans of a cycle in every state; the caller holds ``admission.plan`` there or organises the cycle."""
    rows = IntakePlan.objects.filter(cycle=cycle, school_id=school_id).select_related("programme", "school", "cycle")
    return rows.order_by("batch", "group_code", "programme__code", "kind", "pk")


def plans_waiting(actor: Actor, cycle: Cycle) -> QuerySet[IntakePlan]:
    """The bureau's queue: plans handed in, school by school."""
    require_bureau(actor, "admission.manage", cycle.region)
    rows = IntakePlan.objects.filter(cycle=cycle, state=SUBMITTED).select_related("programme", "school", "cycle")
    return rows.order_by("school__school_code", "school_id", "batch", "group_code", "programme__code", "kind", "pk")


def find_limit(cycle: Cycle, school_id: int) -> SchoolLimit | None:
    """A school's approved size in a cycle."""
    return SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()


def find_prospectus(cycle: Cycle, school_id: int) -> Prospectus | None:
    """A school's prospectus in any state; visitors are shown filed ones only (:func:`filed_prospectus`)."""
    return Prospectus.objects.filter(cycle=cycle, school_id=school_id).first()


def get_prospectus(cycle: Cycle, school_id: int) -> Prospectus:
    """A school's prospectus in any state, with the school; for those who may read its case. ADM-003."""
    found = Prospectus.objects.select_related("school").filter(cycle=cycle, school_id=school_id).first()
    if found is None:
        raise errors.PLAN_UNKNOWN.refuse()
    return found


def filed_prospectus(cycle: Cycle, school_id: int) -> Prospectus | None:
    """A school's filed prospectus with its charter, open to all."""
    return Prospectus.objects.filter(cycle=cycle, school_id=school_id, state=FILED).first()


def review_queue(actor: Actor, round_: Round, school_id: int, *, state: str = "") -> QuerySet[Placement]:
    """Files sent to a school in a round: waiting ones first, by plan and rank. ACC-… for others."""
    require_school(actor, "admission.review", school_id)
    rows = Placement.objects.filter(round=round_, plan__school_id=school_id).select_related(
        "candidate__person", "candidate__score", "plan__programme", "plan__school", "cycle", "run"
    )
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("plan__programme__code", "plan_id", "candidate__score__rank", "pk")


def review_counts(round_: Round, school_id: int | None = None) -> dict[str, int]:
    """How many files stand in which state, of a school or of all."""
    rows = Placement.objects.filter(round=round_)
    if school_id is not None:
        rows = rows.filter(plan__school_id=school_id)
    return dict(rows.order_by().values_list("state").annotate(n=Count("id")))


def to_register(actor: Actor, cycle: Cycle, school_id: int) -> QuerySet[Placement]:
    """Confirmed candidates of a school waiting to be registered, and those registered already (last)."""
    require_school(actor, "admission.review", school_id)
    rows = Placement.objects.filter(cycle=cycle, plan__school_id=school_id, state__in=[CONFIRMED, REGISTERED])
    return rows.select_related("candidate__person", "plan__programme", "cycle").order_by(
        "state", "plan__programme__code", "candidate__number"
    )


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run with its progress. ``is_stuck``: its process has given no sign of life for longer than its lease."""

    run: Run
    purpose_label: str
    state_label: str
    phase_label: str
    step: int
    steps: int
    is_working: bool
    is_stuck: bool
    may_take_up: bool
    may_abandon: bool
    may_publish: bool
    since: datetime | None


def show_run(run: Run) -> RunShown:
    """A run as its page shows it."""
    now = clock.now()
    held = bool(run.lease_owner) and run.lease_until is not None
    working = held and run.lease_until is not None and run.lease_until > now
    order = list(PHASES)
    is_open = run.state in {"started", "computed"}
    clean = not run.mismatches and not run.violations
    return RunShown(
        run=run,
        purpose_label=RUN_PURPOSES[run.purpose],
        state_label=RUN_STATES.labels[run.state],
        phase_label=PHASES.get(run.phase, run.phase),
        step=order.index(run.phase) if run.phase in order else 0,
        steps=len(order) - 1,
        is_working=working,
        is_stuck=is_open and not working and run.phase not in {"waiting", "done"} and not run.stop and clean,
        may_take_up=is_open and not working and run.phase != "done" and clean,
        may_abandon=run.state in {"started", "computed", "sealed"} and not working,
        may_publish=run.state == "sealed" and run.purpose == "real" and clean,
        since=run.phase_at,
    )


def list_runs(actor: Actor, round_: Round) -> list[RunShown]:
    """Runs of a round, newest first: for the bureau."""
    require_bureau(actor, "admission.manage", round_.cycle.region)
    rows = Run.objects.filter(round=round_).select_related("round__cycle", "bundle").order_by("-pk")
    return [show_run(row) for row in rows]


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """How a round stands, counted now."""

    drafts: int
    locked: int
    candidates: int
    dispatched: int
    admitted: int
    sent_back: int
    confirmed: int
    declined: int
    registered: int
    seats: int
    vacancies: int


def round_figures(round_: Round) -> RoundFigures:
    """Figures of a round: lists, candidates, files by state, seats and what is left of them now."""
    lists = dict(PreferenceList.objects.filter(round=round_).order_by().values_list("state").annotate(n=Count("id")))
    states = review_counts(round_)
    plans = IntakePlan.objects.filter(cycle_id=round_.cycle_id, batch=round_.batch, state=APPROVED)
    sums = plans.aggregate(s=Sum("seats"), e=Sum("extra_seats"))
    seats = (sums["s"] or 0) + (sums["e"] or 0)
    held = Placement.objects.filter(cycle_id=round_.cycle_id, plan__batch=round_.batch, state__in=LIVING).count()
    return RoundFigures(
        drafts=lists.get("draft", 0),
        locked=lists.get(LOCKED, 0),
        candidates=Candidate.objects.filter(cycle_id=round_.cycle_id, state="registered").count(),
        dispatched=states.get(DISPATCHED, 0),
        admitted=states.get(ADMITTED, 0),
        sent_back=states.get(SENT_BACK, 0),
        confirmed=states.get(CONFIRMED, 0),
        declined=states.get("declined", 0),
        registered=states.get(REGISTERED, 0),
        seats=seats,
        vacancies=max(seats - held, 0),
    )


def appeals_waiting(actor: Actor, cycle: Cycle) -> QuerySet[Appeal]:
    """Appeals of a cycle, open ones first: for who decides them."""
    require_bureau(actor, "admission.appeal", cycle.region)
    rows = Appeal.objects.filter(round__cycle=cycle).select_related("candidate__person", "round", "run")
    return rows.order_by("decided_at", "opened_at")
