"""The record is append-only, belongs to its action's transaction, and is read by those who may."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

import guantong.base
from guantong.base.audit.models import AuditLine
from guantong.base.audit.record import list_lines, record
from guantong.base.audit.selectors import LineFilter, access_lines_for, completeness_of, list_actions
from guantong.base.audit.words import all_words, words_for
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.cast import BASELINE


def a_line(cast, **changes):
    arguments = {"actor": cast.lin, "action": "sign_in", "subject": ("test.thing", "T1"), **changes}
    return record(**arguments)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditline SET reason = 'other'",
        "UPDATE audit_auditline SET reason = reason",
        "DELETE FROM audit_auditline",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_line(cast, statement):
    line = a_line(cast, reason="first")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    line.refresh_from_db()
    assert line.reason == "first"


def test_the_models_own_ways_are_refused_too(cast):
    line = a_line(cast)
    for change in (
        lambda: AuditLine.objects.filter(pk=line.pk).update(reason="x"),
        lambda: AuditLine.objects.filter(pk=line.pk).delete(),
        lambda: line.save(),
        lambda: AuditLine.objects.bulk_update([line], ["reason"]),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AuditLine.objects.filter(pk=line.pk).exists()


def test_a_line_goes_with_its_transaction(cast):
    before = AuditLine.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        a_line(cast)
        raise ZeroDivisionError
    assert AuditLine.objects.count() == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_line_outside_a_transaction_is_a_fault():
    from guantong.base.accounts.public import SYSTEM

    with pytest.raises(RuntimeError):
        record(actor=SYSTEM, action="sign_in", subject=("test.thing", "T1"))


def test_lines_say_who_what_where_why_and_under_which_law(cast):
    line = a_line(cast, organisation_id=cast.donghu, law_version="v1", reason="长" * 600, facts={"n": 1})
    line.refresh_from_db()
    assert (line.actor_label, line.region, line.law_version) == ("林老师（东湖职业技术学院）", "990000", "v1")
    assert (line.at, line.facts, len(line.reason)) == (BASELINE, {"n": 1}, 500)
    assert list(list_lines(("test.thing", "T1"))) == [line]


def test_readers_need_a_post_and_a_bureau_sees_its_area(cast):
    mine = a_line(cast, organisation_id=cast.donghu)
    other = a_line(cast, organisation_id=cast.xiling)
    with pytest.raises(Refusal) as refused:
        access_lines_for(cast.lin)
    assert refused.value.code == "ACC-002"
    seen = set(access_lines_for(cast.chen, area=frozenset({cast.donghu})).values_list("pk", flat=True))
    assert mine.pk in seen
    assert other.pk not in seen
    assert {mine.pk, other.pk} <= set(access_lines_for(cast.operator).values_list("pk", flat=True))


def test_lines_are_narrowed_by_actor_action_subject_organisation_and_day(cast):
    first = a_line(cast, subject=("test.thing", "T9"))
    with clock.frozen_at(BASELINE + timedelta(hours=14)):
        second = a_line(cast, actor=cast.zhou, action="grant_post", organisation_id=cast.xiling)

    def found(**wanted):
        lines = access_lines_for(cast.operator, LineFilter(**wanted)).filter(pk__gte=first.pk)
        return list(lines.values_list("pk", flat=True))

    assert found() == [second.pk, first.pk]
    assert found(actor="林老师") == [first.pk]
    assert found(action="grant_post") == [second.pk]
    assert found(subject="T9") == [first.pk]
    assert found(subject="test.thing") == [second.pk, first.pk]
    assert found(organisation_id=cast.xiling) == [second.pk]
    assert found(first_day=date(2025, 10, 16)) == [second.pk], "midnight is China's"
    assert found(last_day=date(2025, 10, 15)) == [first.pk]
    assert "grant_post" in list_actions()


def test_missing_ids_are_counted(cast):
    day = date(2025, 10, 15)
    whole = completeness_of(day, day)
    assert whole.missing == 0
    assert whole.lines == AuditLine.objects.count()
    AuditLine.objects.bulk_create(
        [AuditLine(id=(whole.last_id or 0) + 3, at=BASELINE, action="sign_in", subject_kind="t", subject_id="1")]
    )
    assert completeness_of(day, day).missing == 2
    assert completeness_of(date(2020, 1, 1), date(2020, 1, 1)).lines == 0


def test_every_action_of_base_has_words():
    root = Path(guantong.base.__file__).parent
    named = set()
    for path in root.glob("*/actions*/**/*.py"):
        named |= actions_in(path)
    for path in root.glob("*/actions.py"):
        if path.parent.name != "sheets":
            named |= actions_in(path)
    assert len(named) > 30
    assert named - set(all_words()) == set()
    assert words_for("no_such_action") == "no_such_action"


def actions_in(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "record":
                found |= {
                    k.value.value for k in node.keywords if k.arg == "action" and isinstance(k.value, ast.Constant)
                }
            if node.func.id == "_record" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                found.add(node.args[1].value)
    return found
