"""What a course table must satisfy before it becomes part of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import NOWHERE, Problem, Where

from .. import errors

MOST_COURSES = 400
"""More than this in one plan is a wrong file, not a plan."""
FAR = Fraction(1, 4)
"""A course whose hours a credit differ from the plan's own rule by more than this share is asked about, not refused."""


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One course as read from a sheet, form or call; credits in hundredths."""

    code: str
    name: str
    category: str
    credits_hundredths: int
    hours: int
    practice_hours: int
    semester: int
    module: str = ""
    weeks: int = 0
    is_required: bool = True
    is_convertible: bool = True
    topic: str = ""
    where: Where = field(default=NOWHERE, compare=False)


def semesters_in(duration_years: Decimal) -> int:
    """Number of semesters in a plan of that length: two a year, a half year counts as one."""
    return int(duration_years * 2)


def course_faults(
    courses: Sequence[CourseEntry], *, duration_years: Decimal, total_credits_hundredths: int, hours_per_credit: int
) -> list[Problem]:
    """Everything wrong with a course table, in its order; ``PLEASE_CONFIRM`` findings do not refuse.

    Checked: codes unique, practice within hours, semester within the plan's length, hours present, credits of one
    course within the plan's total; hours a credit near the plan's own rule (courses by the week excepted).
    """
    if len(courses) > MOST_COURSES:
        return [errors.TOO_MANY_COURSES.problem(count=len(courses), most=MOST_COURSES)]
    faults: list[Problem] = []
    seen: dict[str, int] = {}
    most = semesters_in(duration_years)
    for number, course in enumerate(courses, 1):
        where, row = course.where, course.where.row or number
        if course.code in seen:
            faults.append(errors.COURSE_TWICE.problem(where=where, code=course.code, other=seen[course.code]))
        else:
            seen[course.code] = row
        if course.practice_hours > course.hours:
            faults.append(
                errors.PRACTICE_OVER_HOURS.problem(
                    where=where, name=course.name, practice=course.practice_hours, hours=course.hours
                )
            )
        if not 1 <= course.semester <= most:
            faults.append(
                errors.SEMESTER_OUT.problem(
                    where=where, name=course.name, semester=course.semester, years=show_years(duration_years), most=most
                )
            )
        if course.hours == 0 and course.weeks == 0:
            faults.append(errors.NO_HOURS.problem(where=where, name=course.name))
        if course.credits_hundredths > total_credits_hundredths:
            faults.append(
                errors.CREDITS_TOO_MANY.problem(
                    where=where,
                    name=course.name,
                    credits=show_credits(course.credits_hundredths),
                    needed=show_credits(total_credits_hundredths),
                )
            )
        if course.weeks == 0 and course.hours and course.credits_hundredths:
            rate = Fraction(course.hours * 100, course.credits_hundredths)
            if abs(rate - hours_per_credit) > FAR * hours_per_credit:
                faults.append(
                    errors.HOURS_PER_CREDIT_FAR.problem(
                        where=where, name=course.name, rate=show_number(rate), rule=hours_per_credit
                    )
                )
    return faults


def show_years(years: Decimal) -> str:
    """A number of years as people read it: ``3``, ``2.5``."""
    return f"{years.normalize():f}"


def show_number(value: Fraction) -> str:
    """A fraction with at most one place, rounded half up for reading only."""
    tenths = (value.numerator * 20 + value.denominator) // (2 * value.denominator)
    whole, part = divmod(tenths, 10)
    return str(whole) if part == 0 else f"{whole}.{part}"
