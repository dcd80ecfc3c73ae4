"""A school's plans at its desk: the sum against the approved size, each plan with its conditions in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from guantong.domains.admission.models import Cycle, IntakePlan, SchoolLimit
from guantong.domains.admission.rules.conditions import words
from guantong.domains.admission.rules.plans import read_place_conditions
from guantong.domains.admission.rules.states import (
    EDITABLE_PLANS,
    PLAN_STATES,
    PLANS,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.places import PlaceShown, show_places
from guantong.domains.programmes.public import find_programmes, offered_codes

PLAN_TONES = {"drafted": "neutral", "submitted": "info", "approved": "good", "returned": "warn"}


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
