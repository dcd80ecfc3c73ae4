"""The power fails between any two writes of a step: all of the step is there afterwards or nothing, and it can be taken
again. What is told after the step (notices) is told only when the step is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from guantong.base.notices.models import Notice
from guantong.kernel import clock
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import verify_all
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.selectors.verifying import verify_titles


class PowerFailed(BaseException):
    """Nobody catches it, as nobody catches the end of a process."""


class Failing:
    """Lets ``left`` writes through, then fails; counts the writes there were."""

    def __init__(self, left: int) -> None:
        self.left, self.writes = left, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            if self.writes == self.left:
                raise PowerFailed
            self.writes += 1
        return execute(sql, params, many, context)


def stored() -> dict[str, list[str]]:
    """Every row of every table."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in r]) for r in cursor)
    return found


def fails_everywhere(step: Callable[[], Any]) -> int:
    """Take the step with the power failing before each of its writes; returns how many there are."""
    before = stored()
    count = 0
    while True:
        try:
            with connection.execute_wrapper(Failing(count)):
                step()
        except PowerFailed:
            after = stored()
            differing = [table for table in before if before[table] != after[table]]
            assert not differing, (count, differing)
            count += 1
        else:
            return count


def all_is_well() -> None:
    assert not verify_all().problems and not verify_titles()[1]


def test_handing_in_granting_and_withdrawing(world: Any) -> None:
    case = world.open("sample-teachers", "tests.teacher")
    assert fails_everywhere(lambda: world.act(case, "wu", "submit", values={"level": "junior"})) > 1
    all_is_well()
    assert fails_everywhere(lambda: world.act(case, "sun", "approve")) > 3  # the decision and the title are one
    title = HeldTitle.objects.get(entries__case=case)
    all_is_well()
    sun = world.cast.actor("sun")
    assert fails_everywhere(lambda: open_about(actor=sun, definition="sample-check", number=title.number)) > 1
    check = Case.objects.get(subject_kind="registers.title")
    assert fails_everywhere(lambda: world.act(check, "sun", "withdraw_title")) > 3
    title.refresh_from_db()
    assert title.state == "withdrawn"
    all_is_well()


def test_opening_twice_after_a_failure_opens_one(world: Any) -> None:
    assert fails_everywhere(lambda: world.open("sample-teachers", "tests.teacher")) > 1
    assert Case.objects.count() == 1
    all_is_well()


@pytest.mark.parametrize("days", [40])
def test_a_scan_that_fails_half_way_is_finished_by_the_next(world: Any, days: int) -> None:
    world.handed_in()
    world.handed_in("junior", "zhao")
    with clock.frozen_at(clock.now() + timedelta(days=days)):
        count = 0
        while True:
            try:
                with connection.execute_wrapper(Failing(count)):
                    scan_deadlines()
            except PowerFailed:
                count += 1
                all_is_well()
            else:
                break
        again = stored()
        scan_deadlines()
        assert stored() == again
    all_is_well()


def test_nobody_is_told_of_a_step_that_is_not_there(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    case = world.handed_in()
    told = Notice.objects.count()
    with (
        pytest.raises(PowerFailed),
        django_capture_on_commit_callbacks(execute=True),
        connection.execute_wrapper(Failing(3)),
    ):
        world.act(case, "sun", "approve")
    assert Notice.objects.count() == told
