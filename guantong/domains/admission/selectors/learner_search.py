"""Places a round offers to a candidate who is choosing."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from guantong.domains.admission.models import Candidate, IntakePlan, Round
from guantong.domains.admission.rules.declaration.shapes import Batch
from guantong.domains.admission.selectors.choosing import eligibility
from guantong.domains.admission.selectors.places import PlaceShown, show_places
from guantong.domains.admission.selectors.search import Filters, search_places


def offered_places(
    round_: Round, filters: Filters, candidate: Candidate | None = None
) -> QuerySet[IntakePlan] | Sequence[IntakePlan]:
    """Plans of the round's batch that the filters take; in a supplementary round those with seats left. With a
    ``candidate`` only those against which nothing stands now."""
    rows = search_places(round_.cycle, filters)
    if round_.is_supplementary:
        rows = rows.filter(public_id__in=[key for key, left in round_.vacancies.items() if int(left) > 0])
    if candidate is None:
        return rows
    plans = list(rows)
    closed = eligibility(candidate, round_, show_places(plans))
    return [plan for plan in plans if not closed[plan.public_id]]


def unit_of(batch: Batch, place: PlaceShown) -> str:
    """What a choice of this place names in a batch."""
    return {"place": place.id, "group": place.group, "school": place.school_key}[batch.unit]
