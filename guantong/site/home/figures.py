"""The region in numbers, counted at most once a minute and process."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from guantong.base.lawbook import current_policy
from guantong.base.orgs.models import Organisation
from guantong.base.webkit import desks

KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """One number of the landing page."""

    label: str
    value: int
    unit: str
    url: str | None = None


def region_figures() -> list[CountedFigure]:
    """Numbers of the served region as of now."""
    kept = cache.get("home.figures")
    if kept is None:
        kept = [CountedFigure(f.label, f.count(), f.unit, f.url) for f in desks.figures()]
        cache.set("home.figures", kept, KEPT_SECONDS)
    return list(kept)


def count_schools() -> int:
    """Schools of every kind at work today."""
    return Organisation.objects.filter(kind__endswith="_school", state="active").count()


def count_documents() -> int:
    """Policy documents entered for all regions."""
    return len(current_policy().documents)
