"""Whether and how students are registered (A8): by case where the law asks it, never from a place without approval."""

from __future__ import annotations

from datetime import date

from guantong.kernel.refusal import Citation, Problem
from guantong.policy.asking.law import Law, long_day

from ..errors import acting as errors

BARS, SCHOOLS = "admission.registration_bars", "admission.registration_case_schools"
MAIN, BRANCH, JOINT = "main", "branch", "joint"


def asks_case(law: Law, school_kind: str) -> bool:
    """Whether rosters of a school of this kind (as people call it) are reviewed online and checked on site first."""
    answer = law.find(SCHOOLS)
    return answer is not None and school_kind in law.items(SCHOOLS)


def bars_basis(law: Law) -> Citation | None:
    """The clause that says when nobody may be registered."""
    answer = law.find(BARS)
    return answer.citation if answer is not None else None


def why_not_site(law: Law, site: str, place: str, school: str, is_approved: bool) -> Problem | None:
    """Why nobody is registered at a place: a branch without approval (ADM-135), joint schooling not filed (ADM-136)."""
    if site == MAIN or is_approved or law.find(BARS) is None:
        return None
    kind = errors.BRANCH_UNAPPROVED if site == BRANCH else errors.COOPERATION_UNFILED
    return kind.problem(school=school, place=place, basis=bars_basis(law))


def why_not_checked(law: Law, count: int, seen: int, checked_on: date, filed_on: date, on: date) -> list[Problem]:
    """What speaks against the check on site: fewer people seen than the roster has (ADM-161), a day that cannot be
    (ADM-162)."""
    problems: list[Problem] = []
    if seen < count:
        problems.append(errors.FEWER_SEEN.problem(seen=seen, count=count, basis=_checks_basis(law)))
    if not filed_on <= checked_on <= on:
        problems.append(
            errors.CHECKED_WHEN.problem(given=long_day(checked_on), first=long_day(filed_on), last=long_day(on))
        )
    return problems


def _checks_basis(law: Law) -> Citation | None:
    answer = law.find("admission.registration_checks")
    return answer.citation if answer is not None else None
