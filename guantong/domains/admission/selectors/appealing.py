"""Until when a candidate may object to what became known in a round."""

from __future__ import annotations

from datetime import date

from guantong.domains.admission.models import Candidate, Placement, Round
from guantong.domains.admission.rules.appealing import last_day_to_appeal, why_too_late
from guantong.domains.admission.rules.states import SENT_BACK
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.selectors.gates import school_name
from guantong.kernel import clock
from guantong.kernel.refusal import Problem

REVIEW = "review"
"""What an appeal against a sent-back file is about."""


def known_since(candidate: Candidate, round_: Round, about: str) -> tuple[date, bool] | None:
    """(the day from which the period runs, whether it is that of the sent-back file); None before publication."""
    if about == REVIEW:
        row = Placement.objects.filter(candidate=candidate, round=round_, state=SENT_BACK).order_by("-pk").first()
        if row is not None and row.reviewed_at is not None:
            return clock.china_day(row.reviewed_at), True
    if round_.published_at is None:
        return None
    return clock.china_day(round_.published_at), False


def why_not_in_time(candidate: Candidate, round_: Round, about: str) -> Problem | None:
    """Why an appeal comes too late now (ADM-252); None when it is in time, or nothing is published yet."""
    found = known_since(candidate, round_, about)
    if found is None:
        return None
    since, is_sent_back = found
    return why_too_late(
        cycle_law(round_.cycle),
        since,
        clock.today(),
        is_sent_back=is_sent_back,
        organiser=name_of(round_.cycle.organiser_id),
    )


def name_of(organisation_id: int | None) -> str:
    """Today's name of the organiser, or words for it."""
    return school_name(organisation_id) if organisation_id is not None else "组织招生的主管部门"


def last_days(candidate: Candidate, round_: Round) -> tuple[date | None, date | None]:
    """(last day against the result, last day against a sent-back file); None where there is no period or nothing to
    object to."""
    law = cycle_law(round_.cycle)
    days: list[date | None] = []
    for about in ("result", REVIEW):
        found = known_since(candidate, round_, about)
        is_there = found is not None and (about != REVIEW or found[1])
        days.append(last_day_to_appeal(law, found[0]) if found is not None and is_there else None)
    return days[0], days[1]
