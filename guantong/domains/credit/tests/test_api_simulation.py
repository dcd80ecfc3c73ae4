"""Typed facts are computed as the page computes them, or refused with their place; kept facts give the same again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.models import Achievement
from guantong.domains.credit.rules.conversion import answer
from guantong.domains.credit.tests.door import places, send
from guantong.domains.credit.tests.scene import Scene, build_scene
from tests.cast import Cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


def typed(scene: Scene, **changes: Any) -> dict[str, Any]:
    from guantong.domains.programmes.public import list_plans

    return {
        "plan": list_plans()[0].public_id,
        "achievements": [{"kind": "x_certificate", "title": "Web 前端", "level": "中级"}],
    } | changes


def test_a_visitor_simulates_with_the_answer_of_the_page(scene: Scene) -> None:
    body = send(typed(scene), {}, "simulate").json()
    assert body["best"]["credits"] == "3", body
    page = Client().get(
        "/try/",
        {"go": "1", "plan": body["plan"]["id"], "kind-1": "x_certificate", "title-1": "Web 前端", "level-1": "中级"},
    )
    shown = page.content.decode()
    assert body["verdicts"][0]["reason"]["message"].rstrip("。") in shown
    assert body["rules"]["digest"] == scene.rules.digest or len(body["rules"]["digest"]) == 64
    by_rules = send(typed(scene, rules=scene.rules.public_id), {}, "simulate").json()
    by_document = send(typed(scene, rules=scene.rules.document), {}, "simulate").json()
    assert body == by_rules == by_document
    assert not Achievement.objects.exists()


def test_a_whole_plan_and_credits_already_recognised_can_be_typed(scene: Scene) -> None:
    plan = {
        "name": "小方案",
        "courses": [
            {"code": "P03", "name": "Web 前端开发", "category": "core", "credits": "3"},
            {"code": "P10", "name": "项目综合实训", "category": "core", "credits": "27"},
        ],
    }
    body = typed(
        scene,
        plan=plan,
        rules=scene.rules.public_id,
        achievements=[
            {
                "kind": "x_certificate",
                "level": "中级",
                "credits": "3",
                "national_recognised": True,
                "issued_on": "2025-06-30",
            }
        ],
    )
    answered = send(body, {}, "simulate").json()
    assert answered["best"]["credits"] == "3"
    missing = send({k: v for k, v in body.items() if k != "rules"}, {}, "simulate")
    assert places(missing) == [("CNV-203", "rules")]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"plan": "nowhere"}, "CRD-081", "plan"),
        ({"plan": 5}, "CNV-204", "plan"),
        ({"rules": "nowhere"}, "CRD-004", None),
        ({"rules": []}, "CNV-204", "rules"),
        ({"achievements": []}, "CRD-052", None),
        ({"achievements": [{"kind": "medal"}]}, "CNV-208", "achievements[0].kind"),
        ({"achievements": [{"kind": "training"}]}, "CRD-017", "achievements[0].hours"),
        ({"achievements": [{"kind": "training", "hours": "16.5"}]}, "CNV-204", "achievements[0].hours"),
        ({"achievements": [{"kind": "training", "hours": 1.5}]}, "CNV-211", "achievements[0].hours"),
        ({"achievements": [{"kind": "skill_grade", "level": "九级"}]}, "CNV-208", "achievements[0].level"),
        ({"achievements": [{"kind": "training"}] * 201}, "CNV-205", "achievements"),
        ({"on": "2025-02-30"}, "CNV-210", "on"),
        ({"region": "123456"}, "POL-", None),
        ({"extra": 1}, "CNV-202", "extra"),
    ],
)
def test_typed_facts_are_refused_with_their_place(
    scene: Scene, change: dict[str, Any], code: str, place: str | None
) -> None:
    response = send(typed(scene, **change), {}, "simulate")
    found = places(response)[0]
    assert found[0].startswith(code) and (place is None or found[1] == place), response.content.decode()


def kept(scene: Scene) -> dict[str, Any]:
    scene.achievement()
    return json.loads(json.dumps(apply_conversion(actor=scene.cast.zhao, student_record=scene.record).facts))


def test_kept_facts_that_were_tampered_with_are_refused_or_computed_never_a_fault(scene: Scene) -> None:
    facts = kept(scene)
    assert send(facts, {}, "simulate").json() == json.loads(json.dumps(answer(facts)))

    def paths(value: Any, at: tuple[Any, ...] = ()) -> Any:
        yield at
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from paths(inner, (*at, key))
        elif isinstance(value, list):
            for position, inner in enumerate(value[:2]):
                yield from paths(inner, (*at, position))

    statuses: dict[int, int] = {}
    tried = 0
    for path in list(paths(facts))[1:]:
        if path[0] == "rules":
            continue
        tried += 1
        for bad in (None, [], {}, -1, 10**30, True, "x" * 200, [[]], 1.5)[tried % 3 :: 3]:
            changed = json.loads(json.dumps(facts))
            spot = changed
            for part in path[:-1]:
                spot = spot[part]
            spot[path[-1]] = bad
            status = send(changed, {}, "simulate").status_code
            assert status in (200, 400, 413, 422), (path, bad)
            statuses[status] = statuses.get(status, 0) + 1
    assert statuses[422] > 200 and statuses[200] > 3
    for name in facts:
        if name != "law_version":
            less = {k: v for k, v in facts.items() if k != name}
            assert (send(less, {}, "simulate").json()["errors"][0]["code"]) == "CNV-203"
