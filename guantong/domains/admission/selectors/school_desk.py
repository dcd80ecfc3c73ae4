"""A school's admission desk: the cycles it takes part in and what waits for it in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import region_on, region_tree
from guantong.domains.admission.models import Cycle, IntakePlan, Placement, Prospectus, SchoolLimit
from guantong.domains.admission.rules.states import (
    CLOSED,
    CONFIRMED,
    DISPATCHED,
    PLAN_STATES,
    PLANS,
    PROSPECTUS_STATES,
    REGISTRATION,
    REVIEW,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.published import list_cycles
from guantong.domains.admission.selectors.visitor_cycles import CycleShown, show_cycle
from guantong.kernel import clock

PROSPECTUS_TONES = {"drafted": "neutral", "submitted": "info", "filed": "good", "returned": "warn", "": "warn"}


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
