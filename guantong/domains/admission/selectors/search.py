"""Finding places: in either script, by place, kind, fee, conditions, and how far one had to be in earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from guantong.base.orgs.public import region_names_on, region_tree
from guantong.base.sheets.titles import simplified
from guantong.domains.admission.models import Candidate, Cutoff, Cycle, IntakePlan, Round, Run
from guantong.domains.admission.rules.eligibility import Reason
from guantong.domains.admission.rules.risk import PastCut, PastStep
from guantong.domains.admission.rules.states import APPROVED, PUBLISHED
from guantong.domains.admission.selectors.choosing import eligibility
from guantong.domains.admission.selectors.places import PlaceShown, show_places
from guantong.domains.admission.selectors.qualification import closures
from guantong.kernel import clock


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; empty texts and None do not narrow. ``region``: with all below; fees in fen a school year."""

    words: str = ""
    batch: str = ""
    kind: str = ""
    level: str = ""
    category: str = ""
    region: str = ""
    mode: str = ""
    school_id: int | None = None
    least_fee: int | None = None
    most_fee: int | None = None
    without_conditions: bool = False
    least_rank: int | None = None
    most_rank: int | None = None
    """Rank of the last admitted in the newest year that has a published cut-off; a place that was not full fits any
    ``least_rank``."""


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place with its region's name, what it gave in earlier years, and what stands against the asker (None: nobody
    asked)."""

    place: PlaceShown
    region_name: str
    past: tuple[PastCut, ...]
    closed_because: tuple[Reason, ...] | None = None
    stopped: str = ""
    """Why the school takes nobody any more this year; empty when it does."""


def search_places(cycle: Cycle, filters: Filters) -> QuerySet[IntakePlan]:
    """Approved plans that match every word (school, programme, class, category, group, place; either script) and every
    filter, in the order of schools. Page it, then :func:`describe`."""
    rows = IntakePlan.objects.filter(cycle=cycle, state=APPROVED).select_related("school", "programme")
    rows = rows.prefetch_related("cycle")  # one cycle for all rows: its declaration is long
    for word in simplified(filters.words).lower().split()[:8]:
        rows = rows.filter(search_text__contains=word[:40])
    exact: dict[str, Any] = {
        "batch": filters.batch,
        "kind": filters.kind,
        "mode": filters.mode,
        "programme__level": filters.level,
        "programme__category_name": filters.category,
        "school_id": filters.school_id,
    }
    rows = rows.filter(**{key: value for key, value in exact.items() if value})
    if filters.region:
        rows = rows.filter(place_region__in=region_tree(clock.today()).below(filters.region))
    if filters.least_fee is not None:
        rows = rows.filter(fee_fen__gte=filters.least_fee)
    if filters.most_fee is not None:
        rows = rows.filter(fee_fen__lte=filters.most_fee)
    if filters.without_conditions:
        rows = rows.filter(conditions=[])
    if filters.least_rank is not None or filters.most_rank is not None:
        rows = rows.filter(pk__in=_within_ranks(list(rows), filters))
    return rows.order_by("batch", "school__school_code", "school_id", "group_code", "programme__code", "kind", "pk")


def _within_ranks(plans: Sequence[IntakePlan], filters: Filters) -> list[int]:
    """Primary keys of the plans whose newest earlier cut-off lies within the wanted ranks."""
    found: list[int] = []
    for pk, cuts in past_cuts(plans).items():
        rank = cuts[0].rank
        if rank is None:
            fits = filters.most_rank is None
        else:
            fits = (filters.least_rank or 0) <= rank <= (filters.most_rank or rank)
        if fits:
            found.append(pk)
    return found


def describe(
    plans: Iterable[IntakePlan], *, candidate: Candidate | None = None, round_: Round | None = None
) -> list[PlaceFound]:
    """Plans as people see them, with earlier cut-offs; for a candidate in a round also what is not met and why."""
    rows = list(plans)
    places = show_places(rows)
    regions = region_names_on({p.place_region for p in places}, clock.today())
    past = past_cuts(rows)
    closed: Mapping[str, tuple[Reason, ...]] | None = None
    if candidate is not None and round_ is not None:
        closed = eligibility(candidate, round_, [p for p in places if p.batch == round_.batch])
    stopped = {pk: closures(cycle) for pk, cycle in {row.cycle_id: row.cycle for row in rows}.items()}
    return [
        PlaceFound(
            place=place,
            stopped=why.why if (why := stopped[place.cycle_id].get(place.school_id)) is not None else "",
            region_name=regions.get(place.place_region, ""),
            past=past.get(place.plan_id, ()),
            closed_because=closed.get(place.id) if closed is not None else None,
        )
        for place in places
    ]


def past_cuts(plans: Sequence[IntakePlan], years: int = 3) -> dict[int, tuple[PastCut, ...]]:
    """Plan → published cut-offs of the same school, programme, kind and batch in the last years, newest first.

    The seats every candidate may take; those of quotas are left out. Where a place was not full the rank is None; where
    a year went ordinal by ordinal it is that of the first choices, and ``steps`` tell the others.
    """
    if not plans:
        return {}
    cycle = plans[0].cycle
    earlier = _earlier_runs(cycle, years)
    rows = (
        Cutoff.objects.filter(
            run_id__in=earlier,
            slice="ordinary",
            plan__school_id__in={p.school_id for p in plans},
            plan__programme_id__in={p.programme_id for p in plans},
        )
        .select_related("plan")
        .order_by("-plan__cycle__year", "pk")
    )
    found: dict[tuple[Any, ...], list[PastCut]] = {}
    for (run_id, _), of_one in groupby(rows, key=lambda row: (row.run_id, row.plan_id)):
        steps = list(of_one)
        plan = steps[0].plan
        if plan is None:
            continue
        key = (plan.school_id, plan.programme_id, plan.kind, plan.batch)
        found.setdefault(key, []).append(_past_cut(earlier[run_id], steps))
    return {
        plan.pk: tuple(found[key])
        for plan in plans
        if (key := (plan.school_id, plan.programme_id, plan.kind, plan.batch)) in found
    }


def past_unit_cuts(cycle: Cycle, units: Iterable[str], years: int = 3) -> dict[str, tuple[PastCut, ...]]:
    """Unit → published cut-offs of the whole unit (group or school) in the last years, newest first."""
    earlier = _earlier_runs(cycle, years)
    rows = Cutoff.objects.filter(run_id__in=earlier, plan=None, slice="ordinary", unit__in=set(units))
    found: dict[str, list[PastCut]] = {}
    rows = rows.order_by("-run_id", "unit", "pk")
    for (run_id, unit), of_one in groupby(rows, key=lambda row: (row.run_id, row.unit)):
        found.setdefault(unit, []).append(_past_cut(earlier[run_id], list(of_one)))
    return {unit: tuple(cuts) for unit, cuts in found.items()}


@dataclass(frozen=True, slots=True)
class _EarlierRun:
    """A published main-round run: its year, the candidates ranked that year, whether it went ordinal by ordinal."""

    year: int
    candidates: int
    in_steps: bool


def _past_cut(run: _EarlierRun, rows: Sequence[Cutoff]) -> PastCut:
    """One place (or unit) of an earlier run; ``rows`` by ordinal where it has several."""
    first = rows[0]
    if not run.in_steps:
        rank, closed = first.rank if first.is_full else None, 0 if first.is_of_closing else None
        return PastCut(run.year, rank, run.candidates, first.seats, filled_at=closed)
    steps = tuple(
        PastStep(
            row.ordinal,
            row.rank if row.is_full else None,
            row.is_full or row.admitted >= row.seats,
            row.is_of_closing,
        )
        for row in rows
        if row.ordinal is not None
    )
    return PastCut(run.year, None, run.candidates, first.seats, steps).at(1)


def _earlier_runs(cycle: Cycle, years: int) -> dict[int, _EarlierRun]:
    """Published main-round run → what is known of it, same region and channel."""
    rows = Run.objects.filter(
        state=PUBLISHED,
        purpose="real",
        round__number=1,
        round__cycle__region=cycle.region,
        round__cycle__channel=cycle.channel,
        round__cycle__year__lt=cycle.year,
        round__cycle__year__gte=cycle.year - years,
    ).values_list("pk", "round__cycle__year", "round__cycle_id", "rules__mechanism")
    counts: dict[int, int] = {}
    found: dict[int, _EarlierRun] = {}
    for pk, year, cycle_id, mechanism in rows:
        if cycle_id not in counts:
            counts[cycle_id] = Candidate.objects.filter(cycle_id=cycle_id, score__rank__isnull=False).count()
        found[pk] = _EarlierRun(year, counts[cycle_id], mechanism == "sequential")
    return found


def filter_choices(cycle: Cycle) -> dict[str, list[tuple[str, str]]]:
    """What the filters of a cycle offer: batches, kinds, levels, categories, regions, modes; (value, label)."""
    from guantong.domains.admission.models.plans import MODES
    from guantong.domains.admission.selectors.channels import channel_of
    from guantong.domains.programmes.public import LEVELS

    channel = channel_of(cycle)
    rows = IntakePlan.objects.filter(cycle=cycle, state=APPROVED).order_by()
    used = {
        name: set(rows.values_list(column, flat=True).distinct())
        for name, column in (
            ("batch", "batch"),
            ("kind", "kind"),
            ("level", "programme__level"),
            ("category", "programme__category_name"),
            ("region", "place_region"),
            ("mode", "mode"),
        )
    }
    regions = region_names_on(used["region"], clock.today())
    return {
        "batch": [(b.id, b.title) for b in channel.batches if b.id in used["batch"]],
        "kind": [(k.id, k.title) for k in channel.kinds if k.id in used["kind"]],
        "level": [(code, label) for code, label in LEVELS if code in used["level"]],
        "category": [(name, name) for name in sorted(used["category"])],
        "region": sorted(regions.items()),
        "mode": [(code, label) for code, label in MODES if code in used["mode"]],
    }
