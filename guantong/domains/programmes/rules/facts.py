"""Plain values about a curriculum plan, as rules, engines and neighbouring domains see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PlanCourseFacts:
    """One course of a plan. Credits in hundredths; hours are teaching hours; ``semester`` counts from 1."""

    id: int
    code: str
    name: str
    category: str
    module: str
    credits_hundredths: int
    hours: int
    practice_hours: int
    semester: int
    is_required: bool
    is_convertible: bool
    weeks: int = 0
    """Whole-day practice weeks; 0 for courses taught by the hour."""
    topic: str = ""
    """Special topic of the course, one of ``vocabulary.TOPICS``, or empty."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A curriculum plan with its courses in printed order."""

    id: int
    public_id: str
    name: str
    school_id: int
    school_kind: str
    """Kind of the school, see ``orgs``: some hours differ for technician schools."""
    programme_code: str
    programme_name: str
    level: str
    category_code: str
    cohort: int
    version: int
    entry: str
    duration_years: Decimal
    total_credits_hundredths: int
    """Credits needed to complete."""
    hours_per_credit: int
    state: str
    courses: tuple[PlanCourseFacts, ...]
