"""What an official writes stands in the log of the case and, as the reason, in the record; server logs have none."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import CaseAction

from .conftest import World

SECRET = "经核实材料第七页与原件不符"


def tables_with(words: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                text = repr([bytes(c) if isinstance(c, memoryview) else c for c in row])
                escaped = words.encode("unicode_escape").decode()
                if any(form in text for form in (words, escaped, escaped.replace("\\", "\\\\"))):
                    found.add(table)
    return found


def test_an_opinion_is_read_in_the_log_of_the_case_and_the_record_alone(
    world: World, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    case = world.at("department")
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        world.act(case, "ma", "approve", opinion=SECRET)
        with pytest.raises(Refusal):  # a refused one is written down nowhere either
            world.act(case, "ma", "approve", opinion=f"{SECRET}，再次")
    assert SECRET not in caplog.text
    assert tables_with(SECRET) == {"cases_caseaction", "audit_auditline"}
    line = CaseAction.objects.get(case=case, action="approve")
    assert line.opinion["text"] == SECRET
