"""The pages of 政策依据 as a visitor sees them, without JavaScript."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from guantong.base import lawbook
from guantong.base.webkit.clauses import clause_anchor
from guantong.kernel import clock
from guantong.policy.tests.folders import GOOD, write

pytestmark = pytest.mark.django_db

DEMO = """\
code: "990000"
name_zh: 云澜省
level: province
parent: "100000"
invented: true
notice: 这是虚构的地区。
"""
FORMULA = """\
plan.formula:
  description: 说明
  metadata: {short_label: "=1+1", unit: percentage_points, system: T2, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: "-2", reference: [{document: cn-law, clause: 第九条}]}}
"""


EQUIVALENCES = """\
equivalences:
  - id: title
    purpose: 职称评审
    from: 技工院校班级
    to: 学历
    in_force_from: 2014-01-01
    repealed_on: 2022-01-01
    references: [{document: cn-law, clause: 第五条}]
    pairs: [{from: 高级工班, to: 大专}]
  - id: title
    version: 2
    purpose: 职称评审
    from: 技工院校班级
    to: 学历
    in_force_from: 2022-01-01
    references: [{document: cn-law, clause: 第六条}]
    pairs: [{from: 高级工班, to: 大专}, {from: 预备技师班, to: 本科}]
"""


@pytest.fixture(autouse=True)
def _law(tmp_path: Path, settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.REGIONS = write(
        tmp_path,
        {
            "990000-demo/region.yaml": DEMO,
            "100000-china/parameters/plan/formula.yaml": FORMULA,
            "100000-china/equivalences/classes.yaml": EQUIVALENCES,
        },
    )
    settings.REGION = "990000"
    with clock.frozen_at(date(2023, 12, 1)):
        yield


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_an_entry_of_the_law_is_told_by_its_name_and_a_clause_has_its_place(client: Client) -> None:
    text = page(client, "/law/documents/cn-law/")
    assert "职称评审：技工院校班级比照学历" in text
    assert f'id="{clause_anchor("第九条")}"' in text


def test_the_overview_searches_documents_and_parameters(client: Client) -> None:
    text = page(client, "/law/?q=證書")
    assert "/law/parameters/credit.certificate_cap/" in text
    assert "没有找到这样的文件" in text
    text = page(client, "/law/")
    assert "将于2024年1月1日终止" in text


def test_documents_are_listed_and_found_in_traditional_script(client: Client) -> None:
    text = page(client, "/law/documents/?q=職業教育法")
    assert "政策文件共 1 份" in text
    assert "/law/documents/cn-law/" in text
    assert "没有找到这样的文件" in page(client, "/law/documents/?q=不存在")
    assert "政策文件共 3 份" in page(client, "/law/documents/?page=99")


def test_a_document_shows_facts_clauses_and_what_rests_on_them(client: Client) -> None:
    text = page(client, "/law/documents/cn-law/")
    for words in ("没有查到文号", "全国人大常委会", "2010年1月1日", "第一条", "实践教学占比", "50%", "职称评审"):
        assert words in text
    assert "还没有参数以这份文件为依据" in page(client, "/law/documents/cn-old/")
    assert "WEB-201" in page(client, "/law/documents/nothing/", 404)


def test_parameters_show_todays_value_of_the_served_region(client: Client) -> None:
    text = page(client, "/law/parameters/?system=T2")
    assert "政策参数共 2 个" in text
    assert "50%" in text
    text = page(client, "/law/parameters/?system=T2&region=530000")
    assert "55%" in text
    assert "没有找到这样的参数" in page(client, "/law/parameters/?q=不存在")


def test_a_parameter_shows_the_chain_of_a_region_and_day(client: Client) -> None:
    text = page(client, "/law/parameters/plan.practice_share/?region=530100&on=2020-06-01")
    for words in ("不低于 55%", "采用", "昆明市", "没有对此作出规定", "《云南办法》", "作为下限必须遵守", "历次规定"):
        assert words in text
    text = page(client, "/law/parameters/plan.practice_share/?region=530100&on=2015-06-01")
    assert "不低于 50%" in text


def test_scopes_are_shown_together_or_alone(client: Client) -> None:
    text = page(client, "/law/parameters/equivalence.advanced_worker_class/")
    assert "大专（职称评审）" in text
    assert "专科（事业单位招聘）" in text
    text = page(client, "/law/parameters/equivalence.advanced_worker_class/?scope=职称评审")
    assert "专科（事业单位招聘）" not in text


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?on=2020-02-30", 422, "POL-011"),
        ("?on=1990-01-01", 422, "POL-002"),
        ("?region=440000", 404, "POL-001"),
        ("?on=2011-01-01", 422, "POL-004"),
        ("?scope=无", 422, "POL-007"),
    ],
)
def test_a_wrong_question_is_refused_on_the_page(query: str, status: int, code: str, client: Client) -> None:
    text = page(client, f"/law/parameters/plan.practice_share/{query}", status)
    assert code in text
    assert "历次规定" in text


def test_an_unknown_parameter_is_not_found(client: Client) -> None:
    text = page(client, "/law/parameters/plan.practise_share/", 404)
    assert "POL-003" in text
    assert "plan.practice_share" in text


def test_changes_between_two_days(client: Client) -> None:
    text = page(client, "/law/changes/?region=530000&from=2015-06-01&to=2024-06-01")
    for words in ("共 2 处变化", "数值或性质改变（1）", "终止（1）", "50%", "55%", "2016年1月1日起"):
        assert words in text
    assert "POL-012" in page(client, "/law/changes/?from=2024-01-01&to=2020-01-01", 422)
    assert "适用的规定没有变化" in page(client, "/law/changes/?from=2023-01-01&to=2023-06-01")


def test_the_list_is_downloaded_as_filtered(client: Client) -> None:
    response = client.get("/law/values.json?q=證書")
    rows = json.loads(response.content)
    assert [(r["value"], r["from"], r["until"]) for r in rows] == [
        ("10", "2012-01-01", "2018-01-01"),
        ("8", "2018-01-01", "2024-01-01"),
    ]
    response = client.get("/law/values.csv")
    text = response.content.decode("utf-8-sig")
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 7
    formula = next(row for row in rows if row["参数"] == "plan.formula")
    assert formula["名称"] == "'=1+1"
    assert formula["值"].startswith("'-2")
    assert {
        row["地区代码"]
        for row in csv.DictReader(io.StringIO(client.get("/law/values.csv?region=100000").content.decode("utf-8-sig")))
    } == {"100000"}


def test_hostile_queries_are_shown_as_text(client: Client) -> None:
    text = page(client, "/law/?q=<script>alert(1)</script>")
    assert "<script>alert" not in text
    page(client, "/law/parameters/?q=" + "学" * 3000)


def test_the_accessor_follows_the_settings(settings) -> None:  # type: ignore[no-untyped-def]
    assert lawbook.law_on(date(2020, 1, 1)).region == "990000"
    assert lawbook.law_on(date(2020, 1, 1), "530000").integer("plan.practice_share") == 55
    assert lawbook.current_policy() is lawbook.current_policy()
    assert set(lawbook.current_policy().regions) == {"100000", "530000", "530100", "990000"}
    assert len(GOOD) == 10


def test_the_map_of_systems_is_a_page(client: Client) -> None:
    text = page(client, "/systems/")
    for words in ("制度地图", "学分银行", "L1", "G13", "/law/parameters/?system=T2"):
        assert words in text
    text = page(client, "/systems/?state=works")
    assert 'id="T2"' not in text
    assert "没有这种状态的制度" in page(client, "/systems/?state=nothing")


def test_the_api_gives_the_same_answer_as_the_command_line(client: Client) -> None:
    from guantong.policy.asking import load_policy
    from guantong.policy.asking.replies import answer_as_json

    response = client.get("/api/v1/law/parameters/plan.practice_share?region=530100&on=2020-06-01")
    assert response.status_code == 200
    law = load_policy(lawbook.current_policy().root).law("530100", date(2020, 6, 1))
    assert json.loads(response.content) == answer_as_json(law.answer("plan.practice_share"), law.version)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("parameters/plan.nothing", 404, "POL-003"),
        ("parameters/plan.practice_share?region=1", 404, "POL-001"),
        ("parameters/plan.practice_share?on=1990-01-01", 422, "POL-002"),
        ("documents/nothing", 404, "WEB-201"),
        ("changes?start=2024-01-01&end=2020-01-01", 422, "POL-012"),
        ("parameters?region=440000", 404, "POL-001"),
    ],
)
def test_the_api_refuses_in_the_same_words(address: str, status: int, code: str, client: Client) -> None:
    response = client.get(f"/api/v1/law/{address}")
    body = json.loads(response.content)
    assert (response.status_code, body["ok"], body["errors"][0]["code"]) == (status, False, code)


def test_the_api_refuses_what_is_no_date(client: Client) -> None:
    response = client.get("/api/v1/law/parameters/plan.practice_share?on=gestern")
    assert response.status_code == 422
    assert json.loads(response.content)["ok"] is False


def test_the_api_lists_documents_changes_and_systems(client: Client) -> None:
    def get(address: str):  # type: ignore[no-untyped-def]
        return json.loads(client.get(f"/api/v1/{address}").content)

    assert [d["id"] for d in get("law/documents?q=職業教育法")] == ["cn-law"]
    assert {"第一条", "第三条"} <= {c["clause"] for c in get("law/documents/cn-law")["clauses"]}
    assert len(get("law/parameters")) == 7
    changes = get("law/changes?region=530000&start=2015-06-01&end=2020-01-01")
    assert [c["parameter"] for c in changes] == ["credit.certificate_cap", "plan.practice_share"]
    assert len(get("systems")) == 68


def test_equivalences_of_a_day_are_shown_with_purpose_and_clause(client: Client) -> None:
    text = page(client, "/law/equivalences/?on=2020-01-01&region=530000")
    assert "高级工班 → 大专" in text
    assert "本科" not in text
    assert "第五条" in text
    text = page(client, "/law/equivalences/?q=預備技師")
    assert "预备技师班 → 本科" in text
    assert "没有这样的比照关系" in page(client, "/law/equivalences/?on=2013-12-31")
    assert "POL-001" in page(client, "/law/equivalences/?region=1", 404)
    rows = json.loads(client.get("/api/v1/law/equivalences?on=2020-01-01").content)
    assert [(r["purpose"], r["pairs"], r["until"]) for r in rows] == [
        ("职称评审", [{"from": "高级工班", "to": "大专"}], "2022-01-01")
    ]
