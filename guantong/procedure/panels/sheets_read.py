"""A scoring sheet as typed → points, with everything that is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from guantong.kernel.refusal import Problem, Where

from . import errors
from .scoring import Criterion

LONGEST_COMMENT = 2000
LONGEST_NOTE = 500


def clean_sheet(
    criteria: Sequence[Criterion], places: int, draft: Mapping[str, Any], *, is_whole: bool
) -> tuple[dict[str, Decimal], list[Problem]]:
    """(points by criterion, problems). ``is_whole``: every criterion and the general comment must be there."""
    problems: list[Problem] = []
    found: dict[str, Decimal] = {}
    known = {c.id for c in criteria}
    for given in {*draft["points"], *draft["comments"]} - known:
        problems.append(errors.UNKNOWN_CRITERION.problem(given=str(given)[:40]))
    for criterion in criteria:
        text = draft["points"].get(criterion.id, "")
        where = Where(column=f"score.{criterion.id}", title=criterion.title, value=text[:20] or None)
        if not text:
            if is_whole:
                problems.append(errors.POINTS_NEEDED.problem(where=where, title=criterion.title, most=criterion.most))
            continue
        number = _number(text)
        why = _why_not(number, criterion, places)
        if number is None or why:
            problems.append(
                errors.POINTS_WRONG.problem(
                    where=where, title=criterion.title, why=why, most=criterion.most, places=places
                )
            )
        else:
            found[criterion.id] = number
    for title, text, most, name in (
        ("评语", draft["comment"], LONGEST_COMMENT, "comment"),
        *(("评语", t, LONGEST_NOTE, f"comment.{c}") for c, t in draft["comments"].items()),
    ):
        if len(text) > most:
            where = Where(column=name, title=title)
            problems.append(errors.COMMENT_LONG.problem(where=where, found=len(text), most=most))
    if is_whole and not draft["comment"]:
        problems.append(errors.COMMENT_NEEDED.problem(where=Where(column="comment", title="评语")))
    return found, problems


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text) if len(text) <= 12 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) < 8 else None


def _why_not(number: Decimal | None, criterion: Criterion, places: int) -> str:
    if number is None:
        return "填的不是数"
    if not 0 <= number <= criterion.most:
        return "超出了范围"
    exponent = number.normalize().as_tuple().exponent
    return "的小数位数太多" if isinstance(exponent, int) and -exponent > places else ""
