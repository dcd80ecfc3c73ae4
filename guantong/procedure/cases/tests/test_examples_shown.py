"""Worked examples in words: every procedure's can be shown, and what is shown is what was computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from guantong.base import lawbook
from guantong.kernel import clock
from guantong.procedure.cases import library
from guantong.procedure.cases.worked import showing
from guantong.procedure.cases.worked.showing import ExampleShown, examples_shown

REGION = "990000"


def shown(code: str, region: str = REGION) -> tuple[ExampleShown, ...]:
    definition = library.definition_in_force(code, region, clock.today())
    return examples_shown(lawbook.current_policy(), Path(settings.REGIONS), definition, region, clock.today())


def named(code: str, name: str, region: str = REGION) -> ExampleShown:
    return next(one for one in shown(code, region) if name in one.name)


def test_what_passes_and_what_does_not_with_why() -> None:
    first = shown("dual-qualified-teacher")[0]
    assert (first.word, first.tone) == ("办理结果：认定为双师型教师", "good") and not first.why
    assert ("技能等级", "高级工") in first.given and first.way[0] == "填写申报：提交"
    lacking = named("dual-qualified-teacher", "中级只有一项证明")
    assert lacking.tone == "bad" and lacking.word == "被拒绝" and lacking.why
    assert lacking.given == (("企业工作年数", "2年"),), "later examples tell what is different from the first"


def test_what_the_system_fills_in_and_what_differs_is_told() -> None:
    filled = named("dual-qualified-teacher", "由系统登记填入")
    assert set(filled.filled) == {"技能等级", "任专任教师的年数", "省级以上技能竞赛获奖（含指导）"}
    assert ("职业技能等级证书的最高等级", "技师") in filled.held and ("任专任教师的年数", "6.5年") in filled.held
    differs = named("dual-qualified-teacher", "高于登记的")
    assert set(differs.differs) == {"技能等级", "任专任教师的年数"}


def test_examples_of_another_regions_definition_are_left_out() -> None:
    own = {one.name for one in shown("dual-qualified-teacher", "500110")}
    assert "首席技师算作高级技师" in own
    assert "首席技师算作高级技师" not in {one.name for one in shown("dual-qualified-teacher")}


def test_every_procedure_in_force_can_show_its_examples() -> None:
    today, policy = clock.today(), lawbook.current_policy()
    for code, entry in policy.procedures(REGION, today).items():
        if entry.data.get("subject") != "projects.declaration":
            continue
        found = shown(code)
        assert found, code
        assert any(one.tone == "good" for one in found), code
        assert any(one.tone != "good" for one in found), code
        for one in found:
            assert "None" not in "".join((*one.why, *one.way, one.word, one.ends)), (code, one.name)


def test_it_is_computed_once_for_each_law(monkeypatch: pytest.MonkeyPatch) -> None:
    shown("library-corner") if library.find_document("library-corner", REGION, clock.today()) else shown("virtual-base")
    calls: list[str] = []
    real = showing.prepare
    monkeypatch.setattr(showing, "prepare", lambda *a: calls.append("x") or real(*a))
    showing._shown.cache_clear()
    assert shown("virtual-base") == shown("virtual-base")
    assert len(calls) == len(shown("virtual-base"))
