"""What may happen to a student record (学籍), and when."""

from __future__ import annotations

from datetime import date

from guantong.kernel.refusal import Problem

from .. import errors
from .vocabulary import PUBLISHED, RECORD_TRANSITIONS, SUPERSEDED, label_of

NUMBER_LENGTH = 24
"""Longest student number, in characters."""


def number_is_well_formed(text: str) -> bool:
    """Whether a student number consists of 1 to 24 ASCII letters and digits."""
    return 0 < len(text) <= NUMBER_LENGTH and text.isascii() and text.isalnum()


def why_not_enrol(
    *,
    student_number: str,
    plan_name: str,
    plan_state: str,
    plan_cohort: int,
    enrolled_on: date,
    today: date,
    joins_later: bool,
) -> list[Problem]:
    """Why a person may not be enrolled under a plan; empty when she may.

    A plan serves its own cohort: the intake of one calendar year. ``joins_later`` allows transfers and late entries.
    """
    faults: list[Problem] = []
    if not number_is_well_formed(student_number):
        faults.append(errors.NUMBER_FORM.problem(given=student_number))
    if plan_state not in {PUBLISHED, SUPERSEDED}:
        faults.append(errors.PLAN_NOT_PUBLISHED.problem(plan=plan_name))
    if enrolled_on > today:
        faults.append(errors.DATE_AHEAD.problem(given=show_day(enrolled_on)))
    if enrolled_on.year != plan_cohort and not joins_later:
        faults.append(errors.OTHER_COHORT.problem(enrolled=show_day(enrolled_on), cohort=plan_cohort))
    return faults


def why_not_leave(
    *, student_number: str, state: str, to: str, enrolled_on: date, on: date, today: date, reason: str
) -> list[Problem]:
    """Why a record may not go from ``state`` to ``to`` on a day; empty when it may."""
    if to not in RECORD_TRANSITIONS[state]:
        return [errors.RECORD_CLOSED.problem(number=student_number, state=label_of(state))]
    faults: list[Problem] = []
    if on < enrolled_on:
        faults.append(errors.DATE_BEFORE.problem(given=show_day(on), enrolled=show_day(enrolled_on)))
    if on > today:
        faults.append(errors.DATE_AHEAD.problem(given=show_day(on)))
    if not reason.strip():
        faults.append(errors.REASON_MISSING.problem())
    return faults


def show_day(day: date) -> str:
    """A day as people read it: 2026年9月1日."""
    return f"{day.year}年{day.month}月{day.day}日"
