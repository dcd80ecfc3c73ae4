"""Is what was handed in complete and possible? Findings for one achievement, every one at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from guantong.domains.credit import errors
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, COMPETITION_PLACES
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Problem, Where

MOST_HOURS = 20_000
"""More hours than a lifetime of study at one course: surely a slip of the keyboard."""
MOST_HUNDREDTHS = 20_000
"""200 credits: more than any programme; surely a slip of the keyboard."""
NUMBERED = frozenset(
    {"academic_certificate", "skill_grade", "x_certificate", "vocational_qualification", "military_skill"}
)
"""Kinds whose certificates bear a number."""


def check_deposit(
    *,
    kind: str,
    title: str,
    level: int | None,
    place: str,
    grade: str,
    hours: int | None,
    declared: int | None,
    certificate_number: str,
    issued_on: date,
    valid_until: date | None,
    born_on: date | None,
    today: date,
) -> Iterator[Problem]:
    """Findings about one achievement; none means it may be deposited. ``declared`` in hundredths of a credit.

    ``where.column`` of each finding is the name of the argument it is about, for doors to translate.
    """
    known = ACHIEVEMENT_KINDS.get(kind)
    if known is None:
        yield errors.KIND_UNKNOWN.problem(
            where=Where(column="kind", value=kind),
            given=kind,
            choices="、".join(k.label for k in ACHIEVEMENT_KINDS.values()),
        )
        return
    if not title.strip():
        yield errors.TITLE_NEEDED.problem(where=Where(column="title"))
    if known.levels:
        if level is None:
            yield errors.LEVEL_NEEDED.problem(
                where=Where(column="level"), kind=known.label, choices="、".join(known.levels)
            )
        elif not 1 <= level <= len(known.levels):
            yield errors.LEVEL_UNKNOWN.problem(
                where=Where(column="level", value=str(level)),
                given=level,
                kind=known.label,
                choices="、".join(known.levels),
            )
    if kind == "competition" and place not in COMPETITION_PLACES:
        yield errors.PLACE_NEEDED.problem(
            where=Where(column="place", value=place or None), choices="、".join(COMPETITION_PLACES)
        )
    if kind == "school_course" and not grade.strip():
        yield errors.GRADE_NEEDED.problem(where=Where(column="grade"))
    if kind in NUMBERED and not certificate_number.strip():
        yield errors.NUMBER_NEEDED.problem(where=Where(column="certificate_number"), kind=known.label)
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        yield errors.HOURS_OUT_OF_RANGE.problem(
            where=Where(column="hours", value=str(hours)), given=hours, limit=MOST_HOURS
        )
    if declared is not None and not 0 <= declared <= MOST_HUNDREDTHS:
        yield errors.CREDITS_OUT_OF_RANGE.problem(
            where=Where(column="declared", value=show_credits(declared)),
            given=show_credits(declared),
            limit=show_credits(MOST_HUNDREDTHS),
        )
    if kind in {"training", "work_experience"} and hours is None:
        yield errors.HOURS_OR_CREDITS_NEEDED.problem(where=Where(column="hours"), kind=known.label)
    if kind == "school_course" and hours is None and declared is None:
        yield errors.HOURS_OR_CREDITS_NEEDED.problem(where=Where(column="hours"), kind=known.label)
    if issued_on > today:
        yield errors.ISSUED_IN_FUTURE.problem(where=Where(column="issued_on", value=str(issued_on)), given=issued_on)
    if valid_until is not None and valid_until < issued_on:
        yield errors.VALID_BEFORE_ISSUED.problem(
            where=Where(column="valid_until", value=str(valid_until)), until=valid_until, issued=issued_on
        )
    if born_on is not None and issued_on <= born_on:
        yield errors.BORN_AFTER_ISSUED.problem(where=Where(column="issued_on", value=str(issued_on)), issued=issued_on)
