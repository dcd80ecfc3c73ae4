"""The JSON API as a whole: its description is kept, and whatever is sent, it answers in the shape of the house."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from guantong.config.openapi import openapi, openapi_text
from tests.house.sources import ROOT

EXAMPLES = 12
"""Requests made up for each operation and caller."""


def test_the_kept_description_is_current():
    kept = (ROOT / "docs/api/openapi.json").read_text(encoding="utf-8")
    assert kept == openapi_text(), "run: .venv/bin/python -m guantong.config.openapi > docs/api/openapi.json"


def test_every_operation_is_described_in_chinese():
    wrong = []
    for address, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            text = operation.get("summary", "") + operation.get("description", "")
            if not any("\u4e00" <= character <= "\u9fff" for character in text):
                wrong.append(f"{method} {address}: {text}")
            if not operation.get("tags"):
                wrong.append(f"{method} {address}: no tag")
    assert wrong == []


def _token(cast: Any) -> str:
    from guantong.base.accounts.actions import issue_token
    from guantong.base.accounts.actions.tokens import permissions_for_api

    issued = issue_token(
        actor=cast.operator,
        organisation_id=cast.donghu,
        label="试验",
        permissions=sorted(permissions_for_api("higher_school")),
        days=30,
    )
    return str(issued.secret)


@pytest.mark.parametrize("caller", ["nobody", "key"])
def test_whatever_is_sent_the_answer_has_the_shape_of_the_house(cast, application, caller):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    headers = {"Authorization": f"Bearer {_token(cast)}"} if caller == "key" else {}
    wrong: list[str] = []
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def once(case: Any) -> None:
            nonlocal tried
            tried += 1
            answer = case.call(headers=headers)
            place = f"{case.method} {case.formatted_path}: {answer.status_code}"
            if answer.status_code >= 500:
                wrong.append(f"{place} {answer.text[:200]}")
            elif answer.status_code >= 400:
                body = answer.json()
                if body.get("ok") is not False or body.get("status") != answer.status_code or not body.get("errors"):
                    wrong.append(f"{place} {answer.text[:200]}")
                wrong.extend(
                    f"{place} {error}"
                    for error in body.get("errors", [])
                    if not {"code", "message", "do", "clause"} <= set(error)
                )

        once()
    assert tried > 0
    assert wrong == []
