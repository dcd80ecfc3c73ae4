"""Fields the system fills in: shown with their source and record, compared with what was typed, kept with the case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.template import engines

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.conditions_shown import checked
from guantong.procedure.cases.declaring import kept_facts
from guantong.procedure.cases.definition import Choice, Definition, Field, read_definition
from guantong.procedure.cases.filling import (
    DIFFERS,
    EMPTY,
    OPEN,
    SAME,
    UNKNOWN,
    state_of_answer,
    value_for,
)
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.selectors import approved, differences_now, replay
from guantong.procedure.conditions import Fact, Found, Record, register_fact_source
from guantong.procedure.conditions import sources as sources_module

from .conftest import Told, World
from .sample import changed

FORM = """\
form:
  - {id: years, title: 从教年数, kind: decimal, unit: 年, from: tests.years}
  - id: grade
    title: 技能等级
    kind: choice
    from: tests.grade
    choices: [{id: none, title: 没有}, {id: low, title: 中级以下, matches: [初级工, 中级工]}, {id: high, title: 高级工}]
  - {id: prize, title: 获过奖, kind: flag, from: tests.prize}
  - {id: note, title: 说明, kind: text, required: false}
"""
CONDITIONS = """\
conditions:
  id: enough
  label: 条件
  all:
    - {id: years, label: 从教满三年, fact: declared.years, at_least: 3, source: local, note: 测试。}
    - {id: held, label: 登记满三年, fact: tests.years, at_least: 3, source: local, note: 测试。}
"""
SUBMIT = ("to: department, needs: [materials]", "to: department, needs: [declaration]")
AGAIN = ("to: back, needs: [materials]", "to: back, needs: [declaration]")
PLAIN = changed(("steps:\n", FORM + "steps:\n"), SUBMIT, AGAIN)
WITH_CONDITIONS = PLAIN.replace("steps:\n", CONDITIONS + "steps:\n", 1).replace(
    "needs: [declaration]", "needs: [declaration, conditions]"
)
KINDS = {"tests.years": "number", "tests.grade": "text", "tests.prize": "flag"}


def read(text: str) -> Definition:
    return read_definition(
        text, file="sample.yaml", parameters={"credit.application.bank_working_days": "working_days"}, facts=KINDS.get
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("from: tests.years", "from: tests.year", "系统没有这项事实"),
        ("from: tests.years", "from: declared.note", "系统没有这项事实"),
        ("from: tests.years", "from: tests.prize", "种类与栏目不同"),
        ("kind: text, required", "kind: long_text, from: tests.grade, required", "不能由系统填入"),
    ],
)
def test_a_field_filled_from_nothing_is_refused_where_it_stands(old: str, new: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(PLAIN.replace(old, new, 1))
    (problem,) = refused.value.problems
    assert problem.code == "PRC-059" and why in problem.message and (problem.where.title or "").endswith(".from")


def test_fields_of_actions_are_never_filled_in() -> None:
    with pytest.raises(Refusal) as refused:
        read(
            changed(
                (
                    "needs: [materials]}",
                    "needs: [materials], fields: [{id: x, title: 甲, kind: text, from: tests.grade}]}",
                )
            )
        )
    assert refused.value.code == "PRC-002"


GRADE = Field(
    "grade", "等级", "choice", (Choice("none", "没有"), Choice("low", "中级", ("初级工",)), Choice("g3", "高级工"))
)


@pytest.mark.parametrize(
    ("field", "held", "answer"),
    [
        (GRADE, "高级工", "g3"),
        (GRADE, "初级工", "low"),
        (GRADE, "g3", "g3"),
        (GRADE, None, "none"),
        (GRADE, "技师", None),
        (Field("n", "数", "integer"), 3, 3),
        (Field("n", "数", "integer"), Decimal("3.0"), 3),
        (Field("n", "数", "integer"), Decimal("3.5"), None),
        (Field("n", "数", "decimal"), Decimal("3.5"), "3.5"),
        (Field("n", "数", "decimal"), Fraction(7, 2), "3.5"),
        (Field("n", "数", "decimal"), Fraction(1, 3), None),
        (Field("n", "数", "decimal"), None, None),
        (Field("d", "日", "date"), date(2024, 5, 1), "2024-05-01"),
        (Field("f", "是", "flag"), True, True),
        (Field("f", "是", "flag"), False, None),
        (Field("m", "钱", "money"), 1250, 1250),
        (Field("t", "字", "text"), "甲", "甲"),
    ],
)
def test_what_the_system_holds_as_an_answer(field: Field, held: Any, answer: Any) -> None:
    assert value_for(field, Fact(held, "register", "名册")) == answer


@pytest.mark.parametrize(
    ("field", "held", "typed", "state"),
    [
        (GRADE, "高级工", "g3", SAME),
        (GRADE, "高级工", "low", DIFFERS),
        (GRADE, None, "g3", DIFFERS),
        (GRADE, "技师", "g3", OPEN),
        (GRADE, "高级工", None, EMPTY),
        (Field("n", "数", "decimal"), Decimal("3.0"), "3", SAME),
        (Field("n", "数", "decimal"), Decimal("2.9"), "3", DIFFERS),
        (Field("n", "数", "integer"), 0, 0, SAME),
        (Field("f", "是", "flag"), True, False, DIFFERS),
        (Field("f", "是", "flag"), False, True, OPEN),  # what the system does not hold may still be so
        (Field("f", "是", "flag"), False, False, SAME),
    ],
)
def test_how_an_answer_compares(field: Field, held: Any, typed: Any, state: str) -> None:
    assert state_of_answer(field, Fact(held, "register", "名册"), typed) == state


def test_what_cannot_be_known_says_nothing() -> None:
    assert value_for(GRADE, None) is None and state_of_answer(GRADE, None, "g3") == UNKNOWN


# ---- a case ------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the sources of the tests answer."""
    monkeypatch.setattr(sources_module, "_SOURCES", dict(sources_module._SOURCES))
    found: dict[str, Any] = {"tests.years": Decimal("3.5"), "tests.grade": "高级工", "tests.prize": True}
    record = Record("东湖职院任教，2022年4月起。", date(2022, 4, 1), "/learner/own/", is_open=False)
    public = Record("名册里可以查到。", None, "/registers/x/", is_open=True)

    def answer(subject: Any, day: date, name: str) -> Found:
        if name not in found:
            raise LookupError(name)
        return Found(found[name], (record, public))

    for name, kind in KINDS.items():
        register_fact_source(name, answer, title="登记", kind=kind, origin="post", source="岗位登记")
    return found


@pytest.fixture(params=[PLAIN, WITH_CONDITIONS], ids=["plain", "conditions"])
def school(request: Any, world: World, held: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The cast with the sample whose form the system fills in, without and with conditions."""
    document = read(request.param).document
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (document, "sample.yaml"))
    yield world


def page(world: World, case: Case, who: str) -> str:
    parts = "".join(f'{{% include "cases/{part}.html" %}}' for part in ("_conditions", "_actions"))
    return engines["jinja2"].from_string(parts).render({**case_parts(world.cast.actor(who), case), "csrf_input": ""})


def test_the_form_comes_filled_in_with_its_source(school: World, told: Told) -> None:
    html = page(school, school.open(), "wu")
    assert 'name="submit.years"' in html and 'value="3.5"' in html
    assert 'value="high" checked' in html
    assert "系统登记：3.5年（来源：岗位登记）" in html and "系统登记：高级工" in html
    assert "填报与系统登记" in html and "与登记一致" in html and "项与登记不同" not in html


def test_what_is_filled_in_counts_at_once(school: World, held: dict[str, Any]) -> None:
    found = checked(school.open(), library.definition_of(school.open()))
    if found.conditions is not None:
        assert found.conditions.is_met
        held["tests.years"] = Decimal("2.9")
        again = checked(school.open(), library.definition_of(school.open()))
        assert again.conditions is not None and not again.conditions.is_met
    assert found.filled is not None and [row.state for row in found.filled.rows] == [SAME] * 3


def test_a_record_of_ones_own_opens_to_oneself_alone(school: World) -> None:
    case = school.open()
    own, other = page(school, case, "wu"), page(school, case, "ma")
    assert 'href="/learner/own/"' in own and 'href="/registers/x/"' in own
    assert 'href="/learner/own/"' not in other and "东湖职院任教，2022年4月起。" in other
    assert 'href="/registers/x/"' in other


def test_the_reviewer_sees_what_differs_and_the_log_keeps_the_day(
    school: World, told: Told, held: dict[str, Any]
) -> None:
    case = school.act(school.open(), "wu", "submit", values={"years": "6", "grade": "high", "prize": "on"})
    assert case.step == "department"
    kept = kept_facts(case)
    assert kept is not None and kept.facts["tests.years"].value == Decimal("3.5")
    assert kept.facts["tests.years"].records[0].text.startswith("东湖职院任教")

    held["tests.years"] = Decimal("9")  # the record changes later; the case does not
    definition = library.definition_of(case)
    found = checked(case, definition, actor=school.cast.ma).filled
    assert found is not None and found.is_handed_in and found.differing == 1
    years = found.rows[0]
    assert (years.typed, years.held, years.word) == ("6年", "3.5年", "与登记不同")
    html = page(school, case, "ma")
    assert "有 1 项与登记不同" in html and "登记当天就记入了办件" in html
    assert replay(case)[1] == []


def test_what_changed_since_the_approval_is_told(school: World, told: Told, held: dict[str, Any]) -> None:
    case = school.act(school.open(), "wu", "submit", values={"years": "3.5", "grade": "high", "prize": "on"})
    case = school.act(case, "ma", "approve", opinion="同意。")
    case = school.act(case, "qian", "approve", opinion="同意。", values={"form": "pass"})
    was = approved(case)
    assert was is not None and not [d for d in differences_now(case, was) if d.kind == "fact"]
    held["tests.grade"] = "中级工"
    (difference,) = [d for d in differences_now(case, was) if d.kind == "fact"]
    assert (difference.approved, difference.now) == ("高级工", "中级工")


def test_what_cannot_be_known_leaves_the_field_blank(school: World, held: dict[str, Any]) -> None:
    held.clear()
    case = school.open()
    found = checked(case, library.definition_of(case)).filled
    assert found is not None and {row.word for row in found.rows} == {"系统没有登记"}
    assert "系统登记：" not in page(school, case, "wu")
