"""What a school's admission desk shows: the cycles it takes part in, its plans against its size, files, figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import region_on, region_tree
from guantong.domains.admission.models import Cycle, IntakePlan, Placement, Prospectus, Round, SchoolLimit
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.conditions import words
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.plans import read_place_conditions
from guantong.domains.admission.rules.states import (
    ADMITTED,
    CLOSED,
    CONFIRMED,
    DECLINED,
    DISPATCHED,
    EDITABLE_PLANS,
    PLACEMENT_STATES,
    PLAN_STATES,
    PLANS,
    PROSPECTUS_STATES,
    REGISTERED,
    REGISTRATION,
    REVIEW,
    SENT_BACK,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.places import PlaceShown, show_places
from guantong.domains.admission.selectors.published import list_cycles, list_rounds
from guantong.domains.admission.selectors.queues import plans_of
from guantong.domains.admission.selectors.visitor_cycles import CycleShown, RoundShown, show_cycle, show_round
from guantong.domains.programmes.public import find_programmes, offered_codes
from guantong.kernel import clock

PLAN_TONES = {"drafted": "neutral", "submitted": "info", "approved": "good", "returned": "warn"}
PROSPECTUS_TONES = {"drafted": "neutral", "submitted": "info", "filed": "good", "returned": "warn", "": "warn"}
PLACEMENT_TONES = {
    "dispatched": "warn",
    "admitted": "info",
    "confirmed": "good",
    "registered": "good",
    "sent_back": "bad",
    "declined": "neutral",
    "withdrawn": "neutral",
}
TAKEN = (ADMITTED, CONFIRMED, REGISTERED)
"""States of a placement that count as admitted."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A school's seats against its approved size, as they stand. ``limit`` None: no size approved yet."""

    total: int
    limit: int | None
    document: str
    by_kind: tuple[tuple[str, int], ...]
    by_state: tuple[tuple[str, int], ...]

    @property
    def left(self) -> int | None:
        """Seats that may still be planned; negative when the size is exceeded."""
        return None if self.limit is None else self.limit - self.total

    @property
    def tone(self) -> str:
        """How the sum stands: good within the size, bad above it, warn without one."""
        if self.limit is None:
            return "warn"
        return "bad" if self.total > self.limit else "good"


def plan_sums(cycle: Cycle, school_id: int, *, without: str = "", more: int = 0, kind: str = "") -> Sums:
    """Seats of every plan of a school; ``without`` the plan of this public id, and with ``more`` seats of ``kind``: the
    sum as it would be with a form as it is being filled in."""
    rows = IntakePlan.objects.filter(cycle=cycle, school_id=school_id).exclude(public_id=without)
    kinds = {one.id: one.title for one in channel_of(cycle).kinds}
    by_kind: Counter[str] = Counter()
    by_state: Counter[str] = Counter()
    for row_kind, state, seats in rows.values_list("kind", "state", "seats"):
        by_kind[row_kind] += seats
        by_state[state] += seats
    if more:
        by_kind[kind] += more
    limit = SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()
    return Sums(
        total=sum(by_kind.values()),
        limit=limit.seats if limit is not None else None,
        document=limit.document if limit is not None else "",
        by_kind=tuple((title, by_kind[key]) for key, title in kinds.items() if by_kind[key]),
        by_state=tuple((label, by_state[key]) for key, label in PLAN_STATES.labels.items() if by_state[key]),
    )


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan at a desk: the place, its state, whether the school may change it now, its conditions in words."""

    plan: IntakePlan
    place: PlaceShown
    state_label: str
    tone: str
    may_edit: bool
    may_remove: bool
    conditions: tuple[str, ...]


def show_plans(plans: Iterable[IntakePlan]) -> list[PlanShown]:
    """Plans in any state as the school and the bureau see them."""
    rows = list(plans)
    places = {place.plan_id: place for place in show_places(rows)}
    found: list[PlanShown] = []
    for row in rows:
        is_time = row.cycle.stage == PLANS
        found.append(
            PlanShown(
                plan=row,
                place=places[row.pk],
                state_label=PLAN_STATES.labels[row.state],
                tone=PLAN_TONES[row.state],
                may_edit=is_time and row.state in EDITABLE_PLANS,
                may_remove=is_time and row.state == "drafted",
                conditions=condition_words(row),
            )
        )
    return found


def condition_words(plan: IntakePlan) -> tuple[str, ...]:
    """The school's own conditions of a place, each as ``title：words``."""
    channel = channel_of(plan.cycle)
    titles = channel.titles
    return tuple(
        f"{one.title}：{words(one.require, titles)}" for one in read_place_conditions(channel, plan.conditions)
    )


def programmes_offered(cycle: Cycle, school_id: int) -> list[tuple[str, str]]:
    """(code, ``code name``) of what the school offers in the year of the cycle: what a plan may be made for."""
    heads = find_programmes(offered_codes(school_id, cycle.year))
    return [(code, f"{code} {head.name}") for code, head in sorted(heads.items())]


@dataclass(frozen=True, slots=True)
class SchoolCycle:
    """A cycle as the school stands in it, with what waits for the school: (sentence, page, tone)."""

    shown: CycleShown
    limit: int | None
    document: str
    is_qualified: bool
    why_not_qualified: str
    seats: int
    plan_states: Mapping[str, int]
    prospectus_label: str
    prospectus_tone: str
    files: Mapping[str, int]
    to_do: tuple[tuple[str, str, str], ...]

    @property
    def cycle(self) -> Cycle:
        """The cycle itself."""
        return self.shown.cycle


def school_cycles(school_id: int, *, with_closed: bool = True) -> list[SchoolCycle]:
    """Cycles a school takes part in: organised by its region or one above, newest first. Without the closed ones those
    stay in which somebody waits to be registered."""
    day = clock.today()
    region = region_on(school_id, day)
    tree = region_tree(day)
    own = [cycle for cycle in list_cycles() if tree.holds(cycle.region, region)]
    if not with_closed:
        waiting = set(
            Placement.objects.filter(plan__school_id=school_id, state=CONFIRMED)
            .order_by()
            .values_list("cycle_id", flat=True)
        )
        own = [cycle for cycle in own if cycle.stage != CLOSED or cycle.pk in waiting]
    return [school_cycle(cycle, school_id) for cycle in own]


def school_cycle(cycle: Cycle, school_id: int) -> SchoolCycle:
    """One cycle as the school stands in it."""
    limit = SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()
    plans = IntakePlan.objects.filter(cycle=cycle, school_id=school_id)
    states = dict(plans.order_by().values_list("state").annotate(n=Count("id")))
    prospectus = Prospectus.objects.filter(cycle=cycle, school_id=school_id).first()
    state = prospectus.state if prospectus is not None else ""
    files = dict(
        Placement.objects.filter(cycle=cycle, plan__school_id=school_id)
        .order_by()
        .values_list("state")
        .annotate(n=Count("id"))
    )
    return SchoolCycle(
        shown=show_cycle(cycle),
        limit=limit.seats if limit is not None else None,
        document=limit.document if limit is not None else "",
        is_qualified=limit.is_qualified if limit is not None else False,
        why_not_qualified=limit.reason if limit is not None else "主管部门还没有核定招生规模。",
        seats=plans.aggregate(s=Sum("seats"))["s"] or 0,
        plan_states={PLAN_STATES.labels[key]: n for key, n in states.items()},
        prospectus_label=PROSPECTUS_STATES.labels.get(state, "还没有编写"),
        prospectus_tone=PROSPECTUS_TONES[state],
        files=files,
        to_do=tuple(_to_do(cycle, school_id, limit, states, prospectus, files)),
    )


def _to_do(
    cycle: Cycle,
    school_id: int,
    limit: SchoolLimit | None,
    states: Mapping[str, int],
    prospectus: Prospectus | None,
    files: Mapping[str, int],
) -> Iterable[tuple[str, str, str]]:
    if cycle.stage == PLANS and limit is not None and limit.is_qualified:
        if states.get("returned"):
            yield f"{states['returned']} 个计划被退回，请修改后再上报。", "school_plans", "warn"
        if states.get("drafted"):
            yield f"{states['drafted']} 个计划还是草稿，没有上报。", "school_plans", "info"
        if not states:
            yield f"核定招生规模 {limit.seats} 人，还没有编制计划。", "school_plans", "warn"
    asked = channel_of(cycle).prospectus is not None
    if asked and cycle.stage in {PLANS, REGISTRATION} and states:
        if prospectus is None or prospectus.state == "drafted":
            yield "招生简章还没有报送备案。", "school_prospectus", "warn"
        elif prospectus.state == "returned":
            yield "招生简章被退回，请修改后再报送。", "school_prospectus", "warn"
    reviewing = Placement.objects.filter(
        cycle=cycle, plan__school_id=school_id, state=DISPATCHED, round__stage=REVIEW
    ).count()
    if reviewing:
        yield f"{reviewing} 份档案等您审核。", "school_files", "warn"
    if files.get(CONFIRMED):
        yield f"{files[CONFIRMED]} 名已确认的考生等您注册。", "school_registration", "info"


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits: words, the page where it is done, the year it belongs to."""

    text: str
    page: str
    args: tuple[str, ...]
    tone: str
    title: str


def school_to_do(actor: Actor) -> list[ToDo]:
    """What waits at the actor's schools, newest year first; review and registration only with that mandate."""
    found: list[ToDo] = []
    for school_id in sorted(actor.organisations("admission.plan")):
        may_review = actor.may("admission.review", school_id)
        for one in school_cycles(school_id, with_closed=False):
            for text, page, tone in one.to_do:
                if may_review or page not in {"school_files", "school_registration"}:
                    found.append(ToDo(text, page, (one.cycle.public_id,), tone, one.cycle.title))
    return found


def rounds_with_files(cycle: Cycle, school_id: int) -> list[RoundShown]:
    """Rounds in which files came to the school, newest first."""
    ids = set(
        Placement.objects.filter(cycle=cycle, plan__school_id=school_id).order_by().values_list("round_id", flat=True)
    )
    return [show_round(one) for one in reversed(list_rounds(cycle)) if one.pk in ids]


def find_round_of_school(cycle: Cycle, school_id: int, public_id: str) -> Round | None:
    """The asked round, else the newest with files of the school."""
    shown = rounds_with_files(cycle, school_id)
    chosen = next((one for one in shown if one.round.public_id == public_id), shown[0] if shown else None)
    return chosen.round if chosen is not None else None


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """One place from plan to registration. ``lowest_rank``: rank of the last admitted."""

    place: PlaceShown
    seats: int
    filed: int
    waiting: int
    sent_back: int
    admitted: int
    confirmed: int
    declined: int
    registered: int
    left: int
    lowest_total: Decimal | None
    lowest_rank: int | None


def place_figures(cycle: Cycle, school_id: int) -> list[PlaceFigures]:
    """Every approved place of a school against what has come of it."""
    plans = [plan for plan in plans_of(cycle, school_id) if plan.state == "approved"]
    counts: dict[int, dict[str, Any]] = {
        row["plan_id"]: dict(row)
        for row in Placement.objects.filter(cycle=cycle, plan__in=plans)
        .order_by()
        .values("plan_id")
        .annotate(
            filed=Count("id"),
            held=Count("id", filter=Q(state__in=LIVING)),
            taken=Count("id", filter=Q(state__in=TAKEN)),
            rank=Max("candidate__score__rank", filter=Q(state__in=TAKEN)),
            **{
                f"n_{state}": Count("id", filter=Q(state=state))
                for state in (DISPATCHED, SENT_BACK, CONFIRMED, DECLINED, REGISTERED)
            },
        )
    }
    lowest = _lowest_totals(cycle, plans)
    found = []
    for place in show_places(plans):
        row = counts.get(place.plan_id, {})
        found.append(
            PlaceFigures(
                place=place,
                seats=place.seats,
                filed=row.get("filed", 0),
                waiting=row.get("n_dispatched", 0),
                sent_back=row.get("n_sent_back", 0),
                admitted=row.get("taken", 0),
                confirmed=row.get("n_confirmed", 0) + row.get("n_registered", 0),
                declined=row.get("n_declined", 0),
                registered=row.get("n_registered", 0),
                left=max(place.seats - row.get("held", 0), 0),
                lowest_total=lowest.get(place.plan_id),
                lowest_rank=row.get("rank"),
            )
        )
    return found


def _lowest_totals(cycle: Cycle, plans: Iterable[IntakePlan]) -> dict[int, Decimal]:
    rows = Placement.objects.filter(cycle=cycle, plan__in=list(plans), state__in=TAKEN).order_by()
    found = rows.values_list("plan_id").annotate(least=Min("candidate__score__total_thousandths"))
    return {plan: Decimal(least).scaleb(-3) for plan, least in found if least is not None}


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file at the school: candidate, place, choice, score, state; facts and papers in words."""

    placement: Placement
    place: PlaceShown
    slice_title: str
    state_label: str
    tone: str
    total: str
    rank: int | None


def show_files(placements: Iterable[Placement]) -> list[FileShown]:
    """Placements as the school's lists show them."""
    rows = list(placements)
    places = {place.plan_id: place for place in show_places({row.plan_id: row.plan for row in rows}.values())}
    found = []
    for row in rows:
        quotas = {quota.id: quota.title for quota in channel_of(row.cycle).quotas}
        score = getattr(row.candidate, "score", None)
        found.append(
            FileShown(
                placement=row,
                place=places[row.plan_id],
                slice_title="" if row.slice in {"", "ordinary"} else quotas.get(row.slice, row.slice),
                state_label=PLACEMENT_STATES.labels[row.state],
                tone=PLACEMENT_TONES[row.state],
                total=show_total(score.total_thousandths) if score is not None else "",
                rank=score.rank if score is not None else None,
            )
        )
    return found


def show_total(thousandths: int | None) -> str:
    """A total as people read it, without needless zeros."""
    if thousandths is None:
        return ""
    text = format(Decimal(thousandths).scaleb(-3), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def candidate_facts(placement: Placement) -> list[tuple[str, str]]:
    """The candidate's registered facts with the titles of the declaration."""
    channel = channel_of(placement.cycle)
    facts = read_facts(channel, placement.candidate.attributes)
    found: list[tuple[str, str]] = []
    for attribute in channel.attributes:
        value = facts.get(attribute.id)
        if value is not None:
            found.append((attribute.title, ("是" if value else "否") if isinstance(value, bool) else str(value)))
    return found


def candidate_marks(placement: Placement) -> tuple[list[tuple[str, str]], list[dict[str, str]]]:
    """(papers with marks, how the total was made: what applied, with its clause)."""
    score = getattr(placement.candidate, "score", None)
    if score is None:
        return [], []
    papers = [(p.title, score.papers[p.id]) for p in channel_of(placement.cycle).papers if p.id in score.papers]
    return papers, list(score.applied)
