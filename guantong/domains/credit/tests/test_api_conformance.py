"""Made-up requests against the real addresses of the credit bank: no fault of ours, answers as described.

For every operation schemathesis makes requests up from the description, valid and broken ones, with real identifiers in
the paths half of the time, as a learner, two registrars, an institution's system and nobody. docs/dev/conformance.md.
"""
# ruff: noqa: B023 - each function is called before the loop goes on

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.base.accounts.actions import issue_token
from guantong.base.accounts.public import SYSTEM
from guantong.config.openapi import openapi
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.certificates import issue_statement
from guantong.domains.credit.models import CreditAccount, LedgerEntry
from guantong.domains.credit.tests.scene import Scene, build_scene
from tests.cast import Cast

EXAMPLES = 8
"""Requests made up for each operation and caller."""


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


def _real(scene: Scene) -> dict[str, str]:
    """Address → an identifier that exists."""
    row = scene.achievement()
    applied = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    account = CreditAccount.objects.get(pk=scene.account_id)
    certificate = issue_statement(actor=scene.cast.zhao, account=account)
    return {
        "achievements": row.public_id,
        "applications": applied.public_id,
        "accounts": account.number,
        "certificates": certificate.number,
        "rules": scene.rules.public_id,
    }


def _callers(scene: Scene) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Who asks → (headers, cookies)."""
    issued = issue_token(
        actor=SYSTEM, organisation_id=scene.cast.enterprise, label="试验", permissions=["credit.deposit"]
    )
    callers: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        "nobody": ({}, {}),
        "key": ({"Authorization": f"Bearer {issued.secret}"}, {}),
    }
    for name in ("zhao", "lin", "zhou"):
        client = Client()
        client.force_login(scene.cast.user(name))
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        token = "t" * 32
        cookies = {django_settings.SESSION_COOKIE_NAME: cookie, django_settings.CSRF_COOKIE_NAME: token}
        callers[name] = ({"X-CSRFToken": token}, cookies)
    return callers


def _described(answer: Any, responses: dict[str, Any], components: dict[str, Any]) -> str:
    """What of an answer is not as described; empty when all is."""
    described = responses.get(str(answer.status_code))
    if described is None:
        return f"status {answer.status_code} is not described"
    schema = described["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**schema, "components": components})
    return "; ".join(f"{e.instance_path}: {e.message}"[:200] for e in validator.iter_errors(answer.json()))


def test_every_credit_operation_answers_as_described(scene: Scene, application: Any) -> None:
    real, callers, description = _real(scene), _callers(scene), openapi()
    entries = LedgerEntry.objects.filter(kind="convert").count()
    schema = schemathesis.openapi.from_dict(description)
    schema.app = application
    wrong: list[str] = []
    seen: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if "/credit/" not in operation.path:
            continue
        responses = description["paths"][operation.full_path][operation.method]["responses"]
        kind = operation.path.split("/credit/")[1].split("/")[0]
        for who, (headers, cookies) in callers.items():

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(), is_real=st.booleans())
            def once(case: Any, is_real: bool) -> None:
                if is_real and kind in real:
                    case.path_parameters = {"public_id": real[kind]}
                if who == "zhao" and case.method == "GET" and "limit" in (case.query or {}) and is_real:
                    case.query = {"after": 0, "limit": 3}
                for made_up in [h for h in case.headers or {} if h.lower() == "authorization"]:
                    del case.headers[made_up]
                answer = case.call(headers=headers, cookies=cookies)
                name = f"{who} {case.method} {operation.path}"
                seen.setdefault(f"{case.method} {operation.path}", set()).add(answer.status_code)
                fault = _described(answer, responses, description["components"])
                if fault or answer.status_code >= 500:
                    wrong.append(f"{name}: {answer.status_code} {fault} {answer.text[:300]}")

            once()
    assert wrong == [], "\n".join(wrong[:10])
    assert len(seen) == 13 and LedgerEntry.objects.filter(kind="convert").count() == entries
    for name, statuses in seen.items():
        if name.startswith("GET"):
            assert 200 in statuses, (name, statuses)
