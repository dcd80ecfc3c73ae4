"""The hall, one procedure's page, and the choice of versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
import yaml
from django.test import Client

from guantong.base.lawbook import current_policy
from guantong.domains.projects.selectors.catalogue import list_entries, search_entries

from .conftest import World

pytestmark = pytest.mark.django_db


def test_every_procedure_in_force_is_listed_with_who_and_when(world: World) -> None:
    page = Client().get("/procedures/").content.decode()
    for text in ("样例实训基地认定", "项目申报经办人", "学分转换", "随时可以申报"):
        assert text in page


def test_search_narrows_by_words_and_by_who(world: World) -> None:
    entries = list_entries("990000")
    assert [e.code for e in search_entries(entries, words="样例 基地")] == ["sample-base"]
    assert {e.definition.declarers.of for e in search_entries(entries, who="learner")} == {"learner"}
    assert search_entries(entries, words="没有这样的事项") == []
    only = Client().get("/procedures/?q=样例+基地", headers={"HX-Request": "true"}).content.decode()
    assert "样例实训基地认定" in only and "样例抽查" not in only and "<html" not in only


def test_a_procedure_shows_conditions_flow_outcomes_appeal_and_title(world: World) -> None:
    page = Client().get("/procedures/sample-base/").content.decode()
    for text in (
        "工位够数",
        "不低于40个",
        "填写申报",
        "10个工作日",
        "到期转入“逾期未补正”",
        "行政复议",
        "样例实训基地名册",
        "登录后申报",
    ):
        assert text in page, text


def test_an_unknown_procedure_is_refused_in_words(world: World) -> None:
    answer = Client().get("/procedures/nothing-here/")
    assert answer.status_code == 404
    assert "PRJ-001" in answer.content.decode()


def test_an_unknown_region_is_refused(world: World) -> None:
    answer = Client().get("/procedures/?region=123456")
    assert answer.status_code == 404 and "PRJ-023" in answer.content.decode()


def test_the_definition_can_be_taken_away_and_read_again(world: World) -> None:
    from guantong.procedure.cases.definition import read_definition

    text = Client().get("/procedures/sample-base/definition.yaml").content.decode()
    assert yaml.safe_load(text)["procedures"][0]["id"] == "sample-base"
    assert read_definition(text, file="x.yaml").digest == world.definitions["sample-base"].digest


@pytest.mark.parametrize(("who", "desk"), [("xu", "school"), ("fang", "issuer"), ("gu", "bureau"), ("wu", "learner")])
def test_each_desk_has_the_hall_and_its_lists(world: World, who: str, desk: str) -> None:
    client = world.client(who)
    assert client.get(f"/{desk}/").status_code == 200
    for tail in ("", "mine/", "to-do/", "many/", "calendar/", "delegation/", "reviews/"):
        answer = client.get(f"/{desk}/procedures/{tail}")
        absent = {("learner", "many/"), ("learner", "delegation/"), ("bureau", "mine/")}
        assert answer.status_code == (404 if (desk, tail) in absent else 200), tail


def test_a_definition_taken_away_keeps_the_order_of_its_file(world: World) -> None:
    entry = current_policy().procedures("990000", date(2025, 10, 15))["dual-qualified-teacher"]
    text = Client().get("/procedures/dual-qualified-teacher/definition.yaml").content.decode()
    taken = yaml.safe_load(text)["procedures"][0]

    def keys(node: object) -> list[object]:
        if isinstance(node, Mapping):
            return [name for key, value in node.items() for name in (key, *keys(value))]
        return [name for value in node for name in keys(value)] if isinstance(node, list | tuple) else []

    assert keys(taken) == keys(entry.data) and keys(taken) != sorted(map(str, keys(taken)))
    assert taken["in_force_from"] == entry.data["in_force_from"], "a bare day, as in the file"
    assert "&id" not in text and "*id" not in text
