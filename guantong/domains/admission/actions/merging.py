"""When two records of one person are merged: candidacies and places move along."""

from __future__ import annotations

from collections.abc import Mapping

from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Placement
from guantong.domains.admission.models.placements import LIVING


def move_candidates(kept: int, absorbed: int) -> dict[str, list[int]]:
    """Move candidacies and places to the kept record; returns what moved.

    Refuses (ADM-170) when both were candidates of one cycle or both hold a place of one year: somebody has to decide
    first which of them stands.
    """
    own = set(Candidate.objects.filter(person_id=kept).values_list("cycle_id", flat=True))
    rows = list(Candidate.objects.select_for_update().filter(person_id=absorbed).order_by("pk"))
    if any(row.cycle_id in own for row in rows):
        raise errors.MERGE_TWO_CANDIDATES.refuse()
    years = set(Placement.objects.filter(person_id=kept, state__in=LIVING).values_list("year", flat=True))
    places = list(Placement.objects.select_for_update().filter(person_id=absorbed).order_by("pk"))
    if any(row.year in years and row.state in LIVING for row in places):
        raise errors.MERGE_TWO_CANDIDATES.refuse()
    Candidate.objects.filter(pk__in=[row.pk for row in rows]).update(person_id=kept)
    Placement.objects.filter(pk__in=[row.pk for row in places]).update(person_id=kept)
    return {"from": [absorbed], "candidates": [row.pk for row in rows], "placements": [row.pk for row in places]}


def return_candidates(moved: Mapping[str, list[int]]) -> None:
    """Put back exactly what was moved."""
    for absorbed in moved.get("from", []):
        Candidate.objects.filter(pk__in=moved["candidates"]).update(person_id=absorbed)
        Placement.objects.filter(pk__in=moved["placements"]).update(person_id=absorbed)
