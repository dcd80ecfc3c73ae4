"""Form and conditions of a procedure: broken definitions are refused, a case is refused, corrected and accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines

from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.declaring import declared_values, judged, kind_of_fact
from guantong.procedure.cases.definition import Definition, parse_definition, read_definition
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.selectors import replay, story
from guantong.procedure.conditions import leaves_of, register_fact_source
from guantong.procedure.conditions import sources as sources_module

from .conftest import Told, World
from .sample import changed

PARTS = """\
form:
  - {id: years, title: 从教年数, kind: decimal, unit: 年, least: "0", help: 按聘用合同计算。}
  - {id: spent, title: 实训投入, kind: money}
  - id: posts
    title: 企业任职
    kind: choices
    required: false
    choices: [{id: engineer, title: 工程师}, {id: technician, title: 技师}]
  - {id: joined_on, title: 入职日期, kind: date, required: false}
conditions:
  id: all_of_it
  label: 认定条件
  all:
    - id: years
      label: 从教满三年
      fact: declared.years
      at_least: 3
      references: [{document: demo-credit-bank-2024, clause: 第十七条}]
    - {id: spent, label: 投入够数, fact: declared.spent, at_least: "10000.50", source: local, note: 测试。}
    - id: two_of_three
      label: 以下三项至少具备两项
      at_least: 2
      of:
        - {id: posts, label: 企业任职, fact: declared.posts, in: [engineer], source: local, note: 测试。}
        - {id: joined, label: 早已入职, fact: declared.joined_on, at_most: 2020-12-31, source: local, note: 测试。}
        - {id: badges, label: 技能证书两本, fact: tests.badges, at_least: 2, unit: 本, source: local, note: 测试。}
"""
START = ("steps:\n", PARTS + "steps:\n")
SUBMIT = ("to: department, needs: [materials]", "to: department, needs: [declaration, conditions]")
AGAIN = ("to: back, needs: [materials]", "to: back, needs: [declaration, conditions]")
TEXT = changed(START, SUBMIT, AGAIN)
PARAMETERS = {"credit.application.bank_working_days": "working_days", "tests.list": "list", "tests.years": "years"}


def read(text: str) -> Definition:
    return read_definition(
        text,
        file="sample.yaml",
        parameters=PARAMETERS,
        facts=lambda name: "number" if name.startswith("tests.") else kind_of_fact(name),
        checks=("tests.check",),
    )


def test_form_and_conditions_are_read_and_kept_in_the_version() -> None:
    found = read(TEXT)
    assert [(f.id, f.kind, f.is_required) for f in found.form] == [
        ("years", "decimal", True),
        ("spent", "money", True),
        ("posts", "choices", False),
        ("joined_on", "date", False),
    ]
    assert found.conditions is not None
    assert [leaf.id for leaf in leaves_of(found.conditions)] == ["years", "spent", "posts", "joined", "badges"]
    assert parse_definition(found.document, file="stored") == found


def test_the_example_of_the_documentation_is_right() -> None:
    text = (Path(__file__).resolve().parents[4] / "docs/dev/procedures.md").read_text()
    block = re.search(r"```yaml\n(form:.*?)\nsteps:", text, re.S)
    assert block is not None
    found = read(changed(("steps:\n", block.group(1) + "\nsteps:\n"), SUBMIT))
    assert found.conditions is not None and len(list(leaves_of(found.conditions))) == 5 and len(found.form) == 4


def test_words_newer_than_a_definition_do_not_change_it() -> None:
    fields = "fields: [{id: conditions, title: 情况, kind: text}]"
    old = read(changed(("needs: [materials]}", f"needs: [conditions], {fields}}}")))
    action = old.steps["declare"].actions[0]
    assert not action.asks("conditions") and old.fields_of(action) == action.fields
    with pytest.raises(Refusal) as refused:
        read(changed(("needs: [materials]}", "needs: [conditions]}")))
    assert refused.value.code == "PRC-015", "a definition without conditions has no such gate"


@pytest.mark.parametrize(
    ("code", "place", "old", "new"),
    [
        ("PRC-026", "conditions.all.0.fact", "fact: declared.years", "fact: declared.year"),
        ("PRC-026", "conditions.all.2.of.2.fact", "fact: tests.badges", "fact: nobody.badges"),
        ("PRC-027", "conditions.all.0.at_least", "at_least: 3\n", "at_least: {parameter: tests.gone}\n"),
        ("PRC-028", "conditions.all.2.of.2.check", "fact: tests.badges, at_least: 2", "check: tests.gone"),
        ("PRC-005", "conditions.all.1.id", "{id: spent, label", "{id: years, label"),
        ("PRC-005", "conditions.all.0.id", "id: all_of_it", "id: years"),
        ("PRC-005", "form.1.id", "{id: spent, title", "{id: years, title"),
        ("PRC-030", "conditions.all.2.at_least", "at_least: 2\n", "at_least: 4\n"),
        ("PRC-004", "conditions.all.2.at_least", "at_least: 2\n", "at_least: 0\n"),
        ("PRC-031", "conditions.all.0.at_least", "at_least: 3\n", "at_least: 三\n"),
        ("PRC-031", "conditions.all.0.at_least", "at_least: 3\n", "at_least: {parameter: tests.list}\n"),
        ("PRC-031", "conditions.all.1.at_least", '"10000.50"', '"10000.505"'),
        ("PRC-031", "conditions.all.1.at_least", '"10000.50"', "{parameter: tests.years}"),
        ("PRC-031", "conditions.all.2.of.0.in", "in: [engineer]", "in: [manager]"),
        ("PRC-031", "conditions.all.2.of.0.at_least", "in: [engineer]", "at_least: 2"),
        ("PRC-031", "conditions.all.2.of.0.equals", "in: [engineer]", "equals: engineer"),
        ("PRC-031", "conditions.all.2.of.1.at_most", "at_most: 2020-12-31", "at_most: 2020"),
        ("PRC-012", "conditions.all.1.references", ", source: local, note: 测试。}\n    - id: two", "}\n    - id: two"),
        ("PRC-003", "conditions.all.0.label", "      label: 从教满三年\n", ""),
        ("PRC-029", "conditions.all.0", "      at_least: 3\n", ""),
        ("PRC-029", "conditions.all.0", "at_least: 3\n", "at_least: 3\n      at_most: 9\n"),
        ("PRC-029", "conditions.all.2", "      at_least: 2\n", ""),
        ("PRC-029", "conditions.all.2.of.2", "fact: tests.badges", "fact: tests.badges, check: tests.check"),
        ("PRC-002", "conditions.all.0.facts", "fact: declared.years", "fact: declared.years\n      facts: x"),
        ("PRC-034", "form", "[declaration, conditions]", "[conditions]"),
        ("PRC-034", "conditions", "[declaration, conditions]", "[declaration]"),
    ],
)
def test_each_fault_of_a_condition_is_named(code: str, place: str, old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Refusal) as refused:
        read(TEXT.replace(old, new) if code == "PRC-034" else TEXT.replace(old, new, 1))
    assert (code, place) in [(p.code, p.where.title) for p in refused.value], refused.value


def test_a_form_may_not_share_a_field_with_an_action_that_takes_it() -> None:
    needs = "needs: [declaration, conditions]}"
    own = needs[:-1] + ", fields: [{id: years, title: 年数, kind: integer}]}"
    with pytest.raises(Refusal) as refused:
        read(TEXT.replace(needs, own, 1))
    assert refused.value.code == "PRC-005"


@pytest.fixture
def badges(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the source of the tests answers."""
    monkeypatch.setattr(sources_module, "_SOURCES", dict(sources_module._SOURCES))
    held = {"count": 0}
    register_fact_source(
        "tests.badges",
        lambda subject, day, name: held["count"],
        title="技能证书",
        kind="number",
        unit="本",
        origin="certificate",
        source="证书登记",
    )
    return held


@pytest.fixture
def school(world: World, badges: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The cast with the sample that has a form and conditions."""
    document = read(TEXT).document
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (document, "sample.yaml"))
    yield world


def refused_by(world: World, case: Case, **values: Any) -> Refusal:
    lines = case.log.count()
    with pytest.raises(Refusal) as refused:
        world.act(case, "wu", "submit", values=values)
    case.refresh_from_db()
    assert case.step == "declare" and case.log.count() == lines, "a refusal leaves nothing"
    return refused.value


def page(world: World, case: Case, who: str, **more: Any) -> str:
    parts = "".join(f'{{% include "cases/{part}.html" %}}' for part in ("_conditions", "_actions", "_story"))
    context = case_parts(world.cast.actor(who), case, **more)
    return engines["jinja2"].from_string(parts).render({**context, "csrf_input": ""})


def test_a_case_is_refused_with_every_unmet_condition_corrected_and_accepted(
    school: World, told: Told, badges: dict[str, int]
) -> None:
    case = school.open(form={"years": "2.5"})
    assert declared_values(case, library.definition_of(case)) == {"years": "2.5"}
    first = refused_by(school, case, spent="")
    assert [(p.code, p.where.column) for p in first] == [("PRC-112", "spent")], "first the form is filled in"

    second = refused_by(school, case, spent="10000.49", joined_on="2021-01-01")
    assert [p.code for p in second] == ["PRC-145", "PRC-145", "PRC-147"]
    years, spent, some = second
    assert "现在是2.5年，要求不低于3年" in years.message and "还差0.5年" in years.do
    assert years.basis is not None and years.basis.clause == "第十七条"
    assert "还差0.01 元" in spent.do
    assert "现在达到0项，还差2项" in some.message and "企业任职；" in some.do

    badges["count"] = 2
    third = refused_by(school, case, years="3", spent="10000.50", joined_on="2021-01-01")
    assert [p.code for p in third] == ["PRC-147"]

    given = {"years": "3", "spent": "10000.50", "joined_on": "2020-12-31"}
    case = school.act(case, "wu", "submit", values=given)
    assert case.step == "department"
    definition = library.definition_of(case)
    assert declared_values(case, definition) == {"years": "3", "spent": 1_000_050, "joined_on": "2020-12-31"}
    line = case.log.latest("sequence")
    assert line.details["condition_facts"]["tests.badges"] == {
        "kind": "number",
        "value": "2",
        "origin": "certificate",
        "source": "证书登记",
    }
    assert line.details["condition_states"]["posts"] == "unknown"
    assert line.details["condition_states"]["two_of_three"] == "met"
    assert replay(case)[1] == []
    assert ("实训投入", "10,000.50 元") in story(case)[-1].values

    again = act(actor=school.cast.wu, case_id=case.pk, action="submit", revision=case.revision - 1, values=given)
    assert again.log.count() == 2, "a double click is harmless"


def test_what_was_handed_in_stays_readable_though_the_facts_change(school: World, badges: dict[str, int]) -> None:
    badges["count"] = 2
    case = school.open(form={"years": "4", "spent": "20000", "posts": ["engineer"]})
    case = school.act(case, "wu", "submit")
    badges["count"] = 0
    found = judged(case, library.definition_of(case))
    assert found is not None and found.evaluation.is_met and found.at_line == 2
    html = page(school, case, "ma")
    assert "提交时的情况" in html and "2本" in html and "来源：证书登记" in html

    case = school.act(case, "ma", "return", opinion={"items": [{"on": "其他", "text": "请核对投入。"}]})
    now = judged(case, library.definition_of(case))
    assert now is not None and now.at_line is None and not now.evaluation.is_met
    html = page(school, case, "wu")
    assert 'value="20000.00"' in html and 'value="engineer" checked' in html, "the form comes back filled in"
    with pytest.raises(Refusal) as refused:
        school.act(case, "wu", "submit")
    assert refused.value.code == "PRC-147"
    badges["count"] = 3
    assert school.act(case, "wu", "submit").step == "department"


def test_the_page_shows_own_value_required_value_and_clause(school: World, badges: dict[str, int]) -> None:
    case = school.open(form={"years": "2"})
    html = page(school, case, "wu")
    for words in ("从教满三年", "2年", "不低于3年", "第十七条", "还差1年。", "来源：本次填报", "以下三项至少具备两项"):
        assert words in html, words
    assert "None" not in html and 'name="submit.spent"' in html and "实训投入（元）" in html

    data = QueryDict(mutable=True)
    data.update({"action": "submit", "revision": str(case.revision), "submit.years": "1", "submit.spent": "99"})
    with pytest.raises(Refusal) as refused:
        take_posted(actor=school.cast.wu, case=case, post=data)
    html = page(school, case, "wu", post=data, refusal=refused.value)
    assert "现在是1年" in html and "99.00 元" in html and 'value="99"' in html
    assert 'href="#f-submit.years"' in html and 'id="f-submit.years"' in html


def test_a_wrong_answer_opens_no_case(school: World) -> None:
    for form, code in (({"years": "-1"}, "PRC-113"), ({"spent": "1.005"}, "PRC-113"), ({"pay": "1"}, "PRC-114")):
        with pytest.raises(Refusal) as refused:
            school.open(form=form)
        assert refused.value.code == code
    assert Case.objects.count() == 0


def test_a_procedure_without_conditions_shows_none(world: World) -> None:
    case = world.open()
    assert judged(case, library.definition_of(case)) is None
    assert "认定条件" not in page(world, case, "wu")


def test_a_title_granted_elsewhere_is_a_fact_with_its_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.at("granted")
    condition = (
        "conditions: {id: before, label: 已经办成样例, fact: title.sample-request, present: true, "
        "source: local, note: 测试。}\n"
    )
    text = changed(("id: sample-request", "id: second-request"), ("steps:\n", condition + "steps:\n"))
    text = text.replace("needs: [materials]", "needs: [conditions]", 1)
    document = read(text).document
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (document, "second.yaml"))
    case = world.open(definition="second-request")
    found = judged(case, library.definition_of(case))
    assert found is not None and found.evaluation.is_met
    assert found.facts["title.sample-request"].value == clock.china_day(first.decided_at)
    assert world.act(case, "wu", "submit").step == "department"
    assert found.facts["title.sample-request"].source in ("本系统的办理结果", "本系统的称号名册")


def test_a_title_nobody_granted_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.at("refused")
    condition = (
        "conditions: {id: before, label: 已经办成样例, fact: title.sample-request, present: true, "
        "source: local, note: 测试。}\n"
    )
    text = changed(("id: sample-request", "id: second-request"), ("steps:\n", condition + "steps:\n"))
    document = read(text.replace("needs: [materials]", "needs: [conditions]", 1)).document
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (document, "second.yaml"))
    case = world.open(definition="second-request")
    with pytest.raises(Refusal) as refused:
        world.act(case, "wu", "submit")
    assert [p.code for p in refused.value] == ["PRC-145"]
