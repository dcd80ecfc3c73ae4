"""Figures of a cycle open to all, counted from its rows, and the shares to be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from guantong.domains.admission.models import (
    Candidate,
    Cycle,
    Placement,
    Run,
    RunResult,
)
from guantong.domains.admission.rules.conditions import Cell
from guantong.domains.admission.rules.shares import Admitted, Counted, ShareReport, reports
from guantong.domains.admission.rules.states import PUBLISHED, REGISTERED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import facts_of, place_facts
from guantong.domains.admission.selectors.places import approved_plans
from guantong.domains.admission.selectors.published import DONE


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a cycle, counted from its rows. ``ordinals``: by which choice people were placed, main rounds."""

    schools: int
    places: int
    seats: int
    candidates: int
    scored: int
    placed: int
    admitted: int
    registered: int
    by_kind: tuple[tuple[str, int, int], ...]
    """(kind, seats, admitted)."""
    by_level: tuple[tuple[str, int, int], ...]
    ordinals: tuple[tuple[int, int], ...]
    reasons: tuple[tuple[str, int], ...]


def statistics_of(cycle: Cycle) -> Statistics:
    """Statistics open to all; counts of results only from published runs."""
    from guantong.domains.admission.rules.verdicts import LABELS
    from guantong.domains.programmes.public import label_of

    plans = list(approved_plans(cycle))
    kinds = {kind.id: kind.title for kind in channel_of(cycle).kinds}
    done = dict(
        Placement.objects.filter(cycle=cycle, state__in=DONE).order_by().values_list("plan_id").annotate(n=Count("id"))
    )
    by_kind: dict[str, list[int]] = {}
    by_level: dict[str, list[int]] = {}
    for plan in plans:
        for table, key in ((by_kind, plan.kind), (by_level, plan.programme.level)):
            held = table.setdefault(key, [0, 0])
            held[0] += plan.all_seats
            held[1] += done.get(plan.pk, 0)
    published = list(
        Run.objects.filter(round__cycle=cycle, state=PUBLISHED, purpose="real").values_list("pk", flat=True)
    )
    results = RunResult.objects.filter(run_id__in=published).exclude(reason="placed_before").order_by()
    ordinals: Counter[int] = Counter()
    for ordinal, n in results.filter(plan__isnull=False).values_list("ordinal").annotate(n=Count("id")):
        ordinals[ordinal or 0] += n
    reasons = results.values_list("reason").annotate(n=Count("id"))
    people = Candidate.objects.filter(cycle=cycle, state="registered")
    return Statistics(
        schools=len({plan.school_id for plan in plans}),
        places=len(plans),
        seats=sum(plan.all_seats for plan in plans),
        candidates=people.count(),
        scored=people.filter(score__isnull=False).count(),
        placed=Placement.objects.filter(cycle=cycle, run_id__in=published).count(),
        admitted=sum(done.values()),
        registered=Placement.objects.filter(cycle=cycle, state=REGISTERED).count(),
        by_kind=tuple((kinds.get(key, key), a, b) for key, (a, b) in by_kind.items()),
        by_level=tuple((label_of(key), a, b) for key, (a, b) in by_level.items()),
        ordinals=tuple(sorted(ordinals.items())),
        reasons=tuple((LABELS.get(reason, reason), n) for reason, n in sorted(reasons, key=lambda pair: -pair[1])),
    )


def shares_of(cycle: Cycle) -> tuple[ShareReport, ...]:
    """The shares to be kept as they stand now, each against its parameter with its clause."""
    channel = channel_of(cycle)
    plans = list(approved_plans(cycle))
    places = {plan.pk: place_facts(channel, plan) for plan in plans}
    rows = (
        Placement.objects.filter(cycle=cycle, state__in=DONE)
        .select_related("candidate")
        .only("plan_id", "candidate__attributes")
    )
    known: dict[str, Mapping[str, Cell]] = {}
    admitted: list[Admitted] = []
    for row in rows:
        if row.plan_id in places:
            written = repr(row.candidate.attributes)
            if written not in known:  # few combinations, many people
                known[written] = facts_of(channel, row.candidate)
            admitted.append(Admitted(places[row.plan_id], known[written]))
    return reports(channel, Counted(list(places.values()), admitted, cycle.figures))
