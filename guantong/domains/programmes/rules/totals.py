"""Sums of a curriculum plan: by semester, by category, hours, practice hours and credits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .facts import PlanCourseFacts


@dataclass(frozen=True, slots=True)
class SemesterTotals:
    """Sums of a group of courses; credits in hundredths."""

    courses: int
    hours: int
    practice_hours: int
    credits_hundredths: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a whole plan."""

    all: SemesterTotals
    by_semester: dict[int, SemesterTotals]
    by_category: dict[str, SemesterTotals]
    elective: SemesterTotals
    """Courses a student may choose (not required), of whatever category."""

    def share(self, hours: int) -> Fraction | None:
        """Part of all hours, exact; None when the plan has no hours."""
        return Fraction(hours, self.all.hours) if self.all.hours else None


def _sum(courses: Iterable[PlanCourseFacts]) -> SemesterTotals:
    rows = list(courses)
    return SemesterTotals(
        courses=len(rows),
        hours=sum(c.hours for c in rows),
        practice_hours=sum(c.practice_hours for c in rows),
        credits_hundredths=sum(c.credits_hundredths for c in rows),
    )


def totals_of(courses: Iterable[PlanCourseFacts]) -> Totals:
    """All sums of ``courses``."""
    rows = list(courses)
    semesters = sorted({c.semester for c in rows})
    categories = sorted({c.category for c in rows})
    return Totals(
        all=_sum(rows),
        by_semester={s: _sum(c for c in rows if c.semester == s) for s in semesters},
        by_category={k: _sum(c for c in rows if c.category == k) for k in categories},
        elective=_sum(c for c in rows if not c.is_required),
    )
