"""Every place of a school from plan to registration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q

from guantong.domains.admission.models import Cycle, IntakePlan, Placement
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.states import (
    ADMITTED,
    CONFIRMED,
    DECLINED,
    DISPATCHED,
    REGISTERED,
    SENT_BACK,
)
from guantong.domains.admission.selectors.places import PlaceShown, show_places
from guantong.domains.admission.selectors.queues import plans_of

TAKEN = (ADMITTED, CONFIRMED, REGISTERED)
"""States of a placement that count as admitted."""


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
