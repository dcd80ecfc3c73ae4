"""What tests of the JSON door share: keys, a deposit, a body sent, the places a refusal names."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from guantong.base.accounts.actions import issue_token
from guantong.base.accounts.public import SYSTEM
from guantong.domains.credit.tests.scene import Scene

BASE = "/api/v1/credit"


def key_of(organisation_id: int, *permissions: str) -> dict[str, str]:
    token = issue_token(
        actor=SYSTEM, organisation_id=organisation_id, label="教务系统", permissions=permissions or ["credit.deposit"]
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {token.secret}"}


def item(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "name": "小赵",
        "id_number": scene.cast.id_numbers["zhao"],
        "kind": "x_certificate",
        "title": "Web 前端开发",
        "level": "中级",
        "certificate_number": "X2025000009",
        "issued_on": "2025-06-30",
    } | changes


def send(body: Any, key: dict[str, str], path: str = "deposits", **more: Any) -> Any:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client(raise_request_exception=False).post(
        f"{BASE}/{path}", content, content_type="application/json", **key, **more
    )


def places(response: Any) -> list[tuple[str, str]]:
    body = response.json()
    assert body["ok"] is False and body["status"] == response.status_code
    return [(e["code"], e["column"]) for e in body["errors"]]
