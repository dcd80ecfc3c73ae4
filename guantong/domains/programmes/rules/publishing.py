"""When a plan may be drafted and published."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Problem

from .. import errors
from .facts import PlanFacts
from .plan_checks import NOT_MET, Check
from .totals import totals_of
from .vocabulary import ENTRIES

LONGEST = Decimal(8)
"""Years; no school runs a longer programme, a larger number is a typing mistake."""
EXPLANATION_LEAST = 10
"""Fewest characters in which a reason can be given."""


def why_not_draft(
    *, entry: str, duration_years: Decimal, total_credits_hundredths: int, hours_per_credit: int
) -> list[Problem]:
    """What is wrong with the head of a plan; empty when it may be drafted."""
    faults: list[Problem] = []
    if entry not in dict(ENTRIES):
        faults.append(errors.ENTRY_UNKNOWN.problem(given=entry, choices="、".join(label for _, label in ENTRIES)))
    if not 0 < duration_years <= LONGEST or duration_years * 2 != int(duration_years * 2):
        faults.append(errors.DURATION_FORM.problem(given=f"{duration_years:f}"))
    if total_credits_hundredths <= 0:
        faults.append(errors.CREDITS_FORM.problem(given=show_credits(total_credits_hundredths)))
    if hours_per_credit <= 0:
        faults.append(errors.HOURS_PER_CREDIT_FORM.problem(given=hours_per_credit))
    return faults


def why_not_publish(plan: PlanFacts, checks: Sequence[Check], explanation: str) -> list[Problem]:
    """Why a draft may not be published; empty when it may.

    It must have courses, enough credits to complete, not more required ones than that, and an explanation (which is
    published with it) when a binding national check is not met.
    """
    if not plan.courses:
        return [errors.NO_COURSES.problem()]
    faults: list[Problem] = []
    total = totals_of(plan.courses).all.credits_hundredths
    required = sum(c.credits_hundredths for c in plan.courses if c.is_required)
    needed = plan.total_credits_hundredths
    if total < needed:
        faults.append(errors.CREDITS_SHORT.problem(sum=show_credits(total), needed=show_credits(needed)))
    if required > needed:
        faults.append(errors.REQUIRED_OVER.problem(sum=show_credits(required), needed=show_credits(needed)))
    missed = [c for c in checks if c.outcome == NOT_MET]
    if missed and not explanation:
        faults += [
            errors.CHECKS_NOT_MET.problem(basis=c.citation, check=c.title, measured=c.measured, required=c.required)
            for c in missed
        ]
    elif missed and len(explanation) < EXPLANATION_LEAST:
        faults.append(errors.EXPLANATION_SHORT.problem(count=len(explanation), least=EXPLANATION_LEAST))
    return faults
