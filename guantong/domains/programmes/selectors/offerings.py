"""Reads of what schools offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from guantong.base.orgs.public import list_spans, names_on, region_names_on

from ..models import Offering
from ..rules.vocabulary import OFFERED, WITHDRAWN


@dataclass(frozen=True, slots=True)
class SchoolOffering:
    """A school that offers a programme, with the years it did."""

    school_id: int
    school: str
    region: str
    years: tuple[int, ...]
    is_open: bool
    """Whether the latest year is open for intake."""


def list_offerings(*, school_id: int, year: int | None = None) -> QuerySet[Offering]:
    """Offerings of a school, latest year first."""
    offerings = Offering.objects.filter(school_id=school_id).select_related("programme")
    return offerings.filter(year=year) if year is not None else offerings


def find_offering(school_id: int, programme_id: int, year: int) -> Offering | None:
    """The offering of a programme in one year, or None."""
    return Offering.objects.filter(school_id=school_id, programme_id=programme_id, year=year).first()


def schools_offering(programme_id: int, day: date) -> list[SchoolOffering]:
    """Schools that offer or offered a programme, those open for intake first; withdrawn years are left out."""
    rows = (
        Offering.objects.filter(programme_id=programme_id)
        .exclude(state=WITHDRAWN)
        .order_by("school_id", "year")
        .values_list("school_id", "year", "state")
    )
    years: dict[int, list[int]] = {}
    last: dict[int, str] = {}
    for school_id, year, state in rows:
        years.setdefault(school_id, []).append(year)
        last[school_id] = state
    spans = {
        pk: (name, region)
        for pk, name, region in list_spans(day=day)
        .filter(organisation_id__in=years)
        .values_list("organisation_id", "name", "region_id")
    }
    region_names = region_names_on({region for _, region in spans.values()}, day)
    ended = names_on((pk for pk in years if pk not in spans), day)
    found = [
        SchoolOffering(
            school_id=school_id,
            school=spans[school_id][0] if school_id in spans else ended.get(school_id, ""),
            region=region_names.get(spans[school_id][1], "") if school_id in spans else "",
            years=tuple(taught),
            is_open=last[school_id] == OFFERED and school_id in spans,
        )
        for school_id, taught in years.items()
    ]
    return sorted(found, key=lambda s: (not s.is_open, s.region, s.school))
