"""Until when a candidate may object to a published result."""

from __future__ import annotations

from datetime import date

from guantong.kernel.refusal import Problem
from guantong.policy.asking.law import Law, long_day

from ..errors import rules as errors

WITHIN = "admission.appeal_working_days"


def last_day_to_appeal(law: Law, published_on: date) -> date | None:
    """The last day for an appeal against what was published on a day, working days counted from the day after.

    None where the law of the region sets no period.
    """
    if law.find(WITHIN) is None:
        return None
    day, _ = law.calendar.add_working_days(published_on, law.integer(WITHIN))
    return day


def why_too_late(law: Law, published_on: date, on: date) -> Problem | None:
    """Why an appeal on ``on`` comes too late (ADM-252); None when it is in time or no period is set."""
    last = last_day_to_appeal(law, published_on)
    if last is None or on <= last:
        return None
    answer = law.answer(WITHIN)
    return errors.APPEAL_LATE.problem(
        basis=answer.citation, published=long_day(published_on), days=answer.show(), last=long_day(last)
    )
