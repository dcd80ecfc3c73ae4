"""Until when a candidate may object to a published result."""

from __future__ import annotations

from datetime import date

from guantong.kernel.refusal import Problem
from guantong.policy.asking.law import Law, long_day

from ..errors import rules as errors

WITHIN = "admission.appeal_working_days"


def last_day_to_appeal(law: Law, since: date) -> date | None:
    """The last day for an appeal against what became known on ``since``, working days counted from the day after.

    None where the law of the region sets no period. The day counts to its end, 24:00 in China.
    """
    if law.find(WITHIN) is None:
        return None
    day, _ = law.calendar.add_working_days(since, law.integer(WITHIN))
    return day


def why_too_late(
    law: Law, since: date, on: date, *, is_sent_back: bool = False, organiser: str = "组织招生的主管部门"
) -> Problem | None:
    """Why an appeal on ``on`` comes too late (ADM-252); None when it is in time or no period is set.

    ``since`` is the day of publication, or with ``is_sent_back`` the day on which the school sent the file back.
    """
    last = last_day_to_appeal(law, since)
    if last is None or on <= last:
        return None
    answer = law.answer(WITHIN)
    return errors.APPEAL_LATE.problem(
        basis=answer.citation,
        since=f"学校在{long_day(since)}退档" if is_sent_back else f"结果在{long_day(since)}公布",
        days=answer.show(),
        last=long_day(last),
        organiser=organiser,
    )
