"""Places and units as a round offers them: what a choice may name, with seats of this round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from guantong.domains.admission.models import Cycle, IntakePlan, Round
from guantong.domains.admission.models.plans import MODES
from guantong.domains.admission.rules.declaration.shapes import Channel
from guantong.domains.admission.rules.states import APPROVED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import school_names


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A place as people see it. ``id`` is the plan's public id and the place id of every run; ``school_key`` the school
    code (public id where there is none); ``group`` the group's id in a run, unique in the region."""

    id: str
    plan_id: int
    cycle_id: int
    batch: str
    batch_title: str
    school_id: int
    school_key: str
    school_name: str
    group: str
    group_code: str
    group_name: str
    programme_code: str
    programme_name: str
    programme_level: str
    category_number: int
    category_name: str
    class_name: str
    kind: str
    kind_title: str
    seats: int
    fee_fen: int
    years: Decimal
    place: str
    place_region: str
    mode: str
    mode_title: str
    conditions: tuple[Mapping[str, Any], ...]
    note: str

    @property
    def title(self) -> str:
        """School, programme and, unless ordinary, the kind."""
        kind = "" if self.kind == "ordinary" else f"（{self.kind_title}）"
        return f"{self.school_name} {self.programme_name}{kind}"


@dataclass(frozen=True, slots=True)
class UnitShown:
    """What one choice names: a place, a group or a school, with its places in order."""

    id: str
    title: str
    school_id: int
    school_name: str
    places: tuple[PlaceShown, ...]

    @property
    def seats(self) -> int:
        """Seats of all its places in this round."""
        return sum(place.seats for place in self.places)


def approved_plans(cycle: Cycle, batch: str = "") -> QuerySet[IntakePlan]:
    """Approved plans of a cycle (of one batch) in the order of runs: school, group, programme, kind."""
    rows = IntakePlan.objects.filter(cycle=cycle, state=APPROVED).select_related("school", "programme")
    rows = rows.prefetch_related("cycle")  # one cycle for all rows: its declaration is long
    rows = rows.defer("cycle__declaration")
    if batch:
        rows = rows.filter(batch=batch)
    return rows.order_by("school__school_code", "school_id", "group_code", "programme__code", "kind", "mode", "pk")


def school_key(plan: IntakePlan) -> str:
    """The school as files and runs name it: its school code, else its public id."""
    return plan.school.school_code or plan.school.public_id


def group_id(plan: IntakePlan) -> str:
    """The group as files and runs name it; a school without groups is one group."""
    return f"{school_key(plan)}-{plan.group_code}" if plan.group_code else school_key(plan)


def unit_id(plan: IntakePlan, unit: str) -> str:
    """What a choice of this plan's batch names."""
    return {"place": plan.public_id, "group": group_id(plan), "school": school_key(plan)}[unit]


def show_places(
    plans: Iterable[IntakePlan], *, vacancies: Mapping[str, int] | None = None, on: date | None = None
) -> list[PlaceShown]:
    """Plans as places. With ``vacancies`` (a supplementary round) only places with seats left, and these seats. Schools
    bear the names of the day ``on`` (today)."""
    rows = list(plans)
    names = school_names((p.school_id for p in rows), on)
    found: list[PlaceShown] = []
    modes = dict(MODES)
    channels: dict[int, Channel] = {}
    for row in rows:
        seats = row.all_seats if vacancies is None else vacancies.get(row.public_id, 0)
        if vacancies is not None and seats < 1:
            continue
        if row.cycle_id not in channels:
            channels[row.cycle_id] = channel_of(row.cycle)
        channel = channels[row.cycle_id]
        kinds = {k.id: k.title for k in channel.kinds}
        batches = {b.id: b.title for b in channel.batches}
        found.append(
            PlaceShown(
                id=row.public_id,
                plan_id=row.pk,
                cycle_id=row.cycle_id,
                batch=row.batch,
                batch_title=batches.get(row.batch, row.batch),
                school_id=row.school_id,
                school_key=school_key(row),
                school_name=names.get(row.school_id, ""),
                group=group_id(row),
                group_code=row.group_code,
                group_name=row.group_name,
                programme_code=row.programme.code,
                programme_name=row.programme.name,
                programme_level=row.programme.level,
                category_number=row.programme.category_number,
                category_name=row.programme.category_name,
                class_name=row.programme.class_name,
                kind=row.kind,
                kind_title=kinds.get(row.kind, row.kind),
                seats=seats,
                fee_fen=row.fee_fen,
                years=row.years,
                place=row.place,
                place_region=row.place_region,
                mode=row.mode,
                mode_title=modes[row.mode],
                conditions=tuple(row.conditions),
                note=row.note,
            )
        )
    return found


def places_of_round(round_: Round) -> list[PlaceShown]:
    """Every place the round offers, in the order of its run."""
    vacancies = {k: int(v) for k, v in round_.vacancies.items()} if round_.is_supplementary else None
    return show_places(approved_plans(round_.cycle, round_.batch), vacancies=vacancies)


def units_of(places: Sequence[PlaceShown], unit: str) -> dict[str, UnitShown]:
    """Places gathered into what a choice names, in order of first appearance."""
    gathered: dict[str, list[PlaceShown]] = {}
    for place in places:
        key = {"place": place.id, "group": place.group, "school": place.school_key}[unit]
        gathered.setdefault(key, []).append(place)
    return {
        key: UnitShown(
            id=key,
            title=_unit_title(many[0], unit),
            school_id=many[0].school_id,
            school_name=many[0].school_name,
            places=tuple(many),
        )
        for key, many in gathered.items()
    }


def _unit_title(place: PlaceShown, unit: str) -> str:
    if unit == "place":
        return place.title
    if unit == "group" and place.group_code:
        return f"{place.school_name} {place.group_name or place.group_code + ' 组'}"
    return place.school_name


def find_units(round_: Round, ids: Iterable[str]) -> dict[str, UnitShown]:
    """The units of these ids that the round offers; the others are left out."""
    unit = channel_of(round_.cycle).batch(round_.batch).unit
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    if unit == "place":
        match = Q(public_id__in=wanted)
    else:
        keys = {one.split("-", 1)[0] for one in wanted}
        match = Q(school__school_code__in=keys) | Q(school__public_id__in=keys)
    vacancies = {k: int(v) for k, v in round_.vacancies.items()} if round_.is_supplementary else None
    places = show_places(approved_plans(round_.cycle, round_.batch).filter(match), vacancies=vacancies)
    return {key: found for key, found in units_of(places, unit).items() if key in set(wanted)}
