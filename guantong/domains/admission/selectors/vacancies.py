"""What is left: seats minus living placements, place by place."""

from __future__ import annotations

from django.db.models import Count

from guantong.domains.admission.models import Cycle, Placement
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.selectors.places import approved_plans
from guantong.domains.admission.selectors.qualification import closures


def holders(cycle: Cycle, batch: str = "") -> dict[int, int]:
    """Plan → living placements."""
    rows = Placement.objects.filter(cycle=cycle, state__in=LIVING)
    if batch:
        rows = rows.filter(plan__batch=batch)
    return dict(rows.order_by().values_list("plan_id").annotate(n=Count("id")))


def vacancies_of(cycle: Cycle, batch: str) -> dict[str, int]:
    """Plan public id → seats left, for places with at least one. A place filled over its plan (tied sets) has none, nor
    has a school that may take nobody."""
    held, closed = holders(cycle, batch), closures(cycle)
    found: dict[str, int] = {}
    for plan in approved_plans(cycle, batch):
        left = plan.all_seats - held.get(plan.pk, 0)
        if left > 0 and plan.school_id not in closed:
            found[plan.public_id] = left
    return found
