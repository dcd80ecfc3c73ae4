"""To-do lists: whose, in which order, page by page, with few queries; and that the index is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import count_to_do, to_do_for

from .conftest import World


def titles(world: World, who: str, **more: object) -> list[int]:
    return [row.case.pk for row in to_do_for(world.cast.actor(who), **more).rows]


def test_each_case_waits_for_exactly_those_it_should(world: World) -> None:
    places = {
        p: world.at(p).pk for p in ("declare", "department", "correct", "bank", "granted", "refused", "reconsider")
    }
    assert set(titles(world, "wu")) == {places["declare"], places["correct"]}
    assert titles(world, "ma") == [places["department"]]
    assert titles(world, "qian") == [places["bank"]]
    assert titles(world, "chen") == [places["reconsider"]]
    for who in ("sun", "lin", "zhou", "zhao", "he", "zhang", "operator"):
        assert titles(world, who) == []
        assert count_to_do(world.cast.actor(who)) == 0
    assert count_to_do(world.cast.wu) == 2


def test_an_escalated_case_waits_for_both(world: World) -> None:
    case = world.at("department")
    with clock.frozen_at(date(2025, 10, 23)):
        scan_deadlines()
        assert titles(world, "sun") == titles(world, "ma") == [case.pk]
        (row,) = to_do_for(world.cast.sun).rows
        assert row.is_overdue and row.is_escalated and row.step_title == "院系初审"


def test_another_department_sees_nothing(world: World) -> None:
    case = world.at("department")
    ma = world.cast.ma
    other = replace(ma, posts=(replace(ma.posts[0], department="机电工程系"),))
    both = replace(ma, posts=(*other.posts, ma.posts[0]))
    every = replace(ma, posts=(replace(ma.posts[0], department=""),))
    assert [[r.case.pk for r in to_do_for(a).rows] for a in (other, both, every)] == [[], [case.pk], [case.pk]]


def test_the_own_case_is_not_in_the_reviewers_list(world: World) -> None:
    world.at("department")
    ma = replace(world.cast.ma, person_id=world.cast.people["wu"])
    assert to_do_for(ma).rows == ()


def test_it_pages_by_due_day_without_loss_or_repetition(world: World) -> None:
    pks = [world.at("department").pk for _ in range(7)]
    for index, pk in enumerate(pks):
        Case.objects.filter(pk=pk).update(sort_on=date(2025, 10, 20 + index % 3))
    seen: list[int] = []
    after = ""
    pages = 0
    while True:
        page = to_do_for(world.cast.ma, after=after, size=2)
        seen += [row.case.pk for row in page.rows]
        pages += 1
        assert page.total == 7
        if not page.next:
            break
        after = page.next
    assert pages == 4
    assert seen == [pk for _, pk in sorted((index % 3, pk) for index, pk in enumerate(pks))]


def test_it_narrows_by_procedure_role_and_organisation(world: World) -> None:
    case = world.at("department")
    assert titles(world, "ma", procedure="sample-request") == [case.pk]
    assert titles(world, "ma", procedure="other") == []
    assert titles(world, "ma", role="department_reviewer") == [case.pk]
    assert titles(world, "ma", role="credit_officer") == []
    assert titles(world, "ma", organisation_id=world.cast.xiling) == []


@pytest.mark.parametrize(
    "mark", ["x", "2025-10-20", "2025-10-20.x", "2025-13-01.1", "2025-10-20." + "9" * 30, "2025-10-20.²"]
)
def test_a_page_mark_it_did_not_give_is_refused(world: World, mark: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_do_for(world.cast.ma, after=mark)
    assert refused.value.code == "PRC-135"


def test_a_page_takes_a_fixed_number_of_queries(world: World) -> None:
    world.at("department")
    actor = world.cast.ma
    with CaptureQueriesContext(
        connection,
    ) as first:
        to_do_for(actor)
    for _ in range(5):
        world.at("department")
    with CaptureQueriesContext(connection) as second:
        to_do_for(actor)
    assert len(first) == len(second) <= 6


def test_the_list_is_read_from_its_index(world: World) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan's wording is SQLite's")
    world.at("department")
    actor = world.cast.ma
    asked: list[tuple[str, object]] = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        to_do_for(actor)
        scan_deadlines()
    asked = [(sql, params) for sql, params in asked if "waiting_role" in sql[:400] or '"cases_deadline"' in sql]
    asked = [(sql, params) for sql, params in asked if '"id" IN' not in sql and "registers_" not in sql]
    assert len(asked) >= 5
    for sql, params in asked:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        assert "INDEX case_to_do_" in plan or "INDEX deadline_" in plan, (plan, sql)
        assert "TEMP B-TREE" not in plan or "cases_deadline" in sql, plan
