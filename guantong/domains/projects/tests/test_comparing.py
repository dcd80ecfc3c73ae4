"""Tightening: what differs in meaning, and whom it would have hit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.projects.rules import LOOSER, OTHER, SAME, TIGHTER, Effect, direction, effect_of
from guantong.domains.projects.selectors.comparing import compare
from guantong.domains.projects.selectors.described import law_of
from guantong.domains.projects.selectors.effects import effects, read_text
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from .conftest import World
from .sample import BASE

TIGHT = BASE.replace("at_least: 40,", "at_least: 50,").replace('version: "1"', 'version: "2"', 1)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_a_bound_that_rises_asks_for_more_and_a_ceiling_that_rises_for_less(a: int, b: int) -> None:
    wanted = SAME if a == b else TIGHTER if b > a else LOOSER
    assert direction("at_least", a, b) == direction("more_than", a, b) == wanted
    mirrored = {TIGHTER: LOOSER, LOOSER: TIGHTER, SAME: SAME}[wanted]
    assert direction("at_most", a, b) == direction("less_than", str(a), str(b)) == mirrored


@pytest.mark.parametrize(
    ("operator", "before", "after", "was", "found"),
    [
        ("in", ("a", "b"), ("a",), "", TIGHTER),
        ("in", ("a",), ("a", "b"), "", LOOSER),
        ("in", ("a",), ("b",), "", OTHER),
        ("equals", "a", "b", "", OTHER),
        ("more_than", 3, 3, "at_least", TIGHTER),
        ("at_least", 3, 3, "more_than", LOOSER),
        ("at_most", "2025-01-01", "2024-12-31", "", TIGHTER),
        ("at_least", "9.5", "10", "", TIGHTER),
        ("at_least", 3, True, "", OTHER),
        ("present", True, False, "", OTHER),
    ],
)
def test_directions(operator: str, before: object, after: object, was: str, found: str) -> None:
    assert direction(operator, before, after, was=was) == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("met", "met", Effect.SAME_MET),
        ("met", "not_met", Effect.NEWLY_FAILS),
        ("not_met", "met", Effect.NEWLY_MET),
        ("unknown", "met", Effect.NEWLY_MET),
        ("not_met", "not_met", Effect.SAME_NOT_MET),
        ("met", "unknown", Effect.UNKNOWN),
    ],
)
def test_effects_of_states(before: str, after: str, found: Effect) -> None:
    assert effect_of(before, after) is found


@pytest.mark.django_db
def test_only_what_differs_in_meaning_is_told(world: World) -> None:
    law = law_of("990000", clock.today())
    old = world.definitions["sample-base"]
    assert compare(old, old, law) == []
    reordered = read_text(BASE.replace("# ", ""), "sample-base")
    assert compare(old, reordered, law) == []
    period = "deadline: {working_days: %s, source: local, note: 测试。}\n    on_timeout: remind"
    text = TIGHT.replace(period % 10, period % 5)
    text = text.replace("title: 建设方案, required: false", "title: 建设方案, required: true")
    found = {(c.part, c.title): (c.before, c.after, c.way) for c in compare(old, read_text(text, "sample-base"), law)}
    assert found["条件", "工位够数"] == ("不低于40个", "不低于50个", TIGHTER)
    assert found["材料", "建设方案"] == ("可不交", "必交", TIGHTER)
    before, after, _ = found["环节", "主管部门审核"]
    assert "10个工作日" in before and "5个工作日" in after
    assert len(found) == 3


@pytest.mark.django_db
def test_who_would_newly_fail_is_found_from_what_was_handed_in(world: World) -> None:
    weak = world.handed_in(seats=45, name="甲")
    world.act(weak, "gu", "refuse", opinion={"text": "不足。", "reasons": ["thin"]})
    strong = world.handed_in(seats=50, name="乙")
    world.act(strong, "gu", "refuse", opinion={"text": "不足。", "reasons": ["thin"]})
    world.handed_in(seats=41, name="丙")  # not decided: nothing to judge again
    found = effects(world.cast.gu, read_text(TIGHT, "sample-base"), "990000")
    assert (found.looked_at, found.total) == (2, 2)
    assert [(r.case.pk, r.effect) for r in found.rows] == [(weak.pk, Effect.NEWLY_FAILS)]
    assert "还差5个" in found.rows[0].reasons[0]
    asks_more = TIGHT.replace(
        "  - {id: spent, title: 设备投入",
        "  - {id: rooms, title: 教室数, kind: integer}\n  - {id: spent, title: 设备投入",
    ).replace(
        "    - {id: spent, label",
        "    - {id: rooms, label: 教室, fact: declared.rooms, at_least: 1, source: local, note: 样。}\n"
        "    - {id: spent, label",
    )
    unknown = effects(world.cast.gu, read_text(asks_more, "sample-base"), "990000")
    assert {r.effect for r in unknown.rows} == {Effect.NEWLY_FAILS, Effect.UNKNOWN}


@pytest.mark.django_db
def test_the_page_compares_downloads_and_refuses(world: World) -> None:
    world.act(world.handed_in(seats=45), "gu", "refuse", opinion={"text": "不足。", "reasons": ["thin"]})
    client, address = world.client("gu"), "/bureau/procedures/tighten/sample-base/"
    assert "样例实训基地认定" in client.get("/bureau/procedures/tighten/").content.decode()
    assert "id: sample-base" in client.get(address).content.decode()
    page = client.post(address, {"text": TIGHT, "what": "compare"}).content.decode()
    assert "收紧" in page and "新规定下达不到" in page and "采用要改规定目录" in page
    file = client.post(address, {"text": TIGHT, "what": "download"})
    assert file.content.decode() == TIGHT and "sample-base.yaml" in file.headers["Content-Disposition"]
    for text, code in (
        (TIGHT.replace("id: sample-base", "id: other-one", 1), "PRJ-021"),
        (TIGHT.replace("to: review", "to: nowhere"), "PRC-"),
        ("a: [", "REG-"),
        ("长" * 200_001, "PRJ-020"),
    ):
        answer = client.post(address, {"text": text, "what": "compare"})
        assert answer.status_code >= 400 and code in answer.content.decode(), code
    assert world.client("xu").get(address).status_code == 403


def test_a_version_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(Refusal):
        from guantong.domains.projects.selectors.versions import find_version

        find_version("sample-base", "0" * 64)
