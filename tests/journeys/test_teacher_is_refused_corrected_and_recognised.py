"""A teacher lacks one proof of two, then a page of the record; both are mended, and the register shows the title."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay, scan_deadlines
from tests.cast import BASELINE

from .declaring import PDF, hire

pytestmark = pytest.mark.journey


def test_a_teacher_is_refused_corrects_and_is_recognised(cast, person):
    hire(cast, "gu", "顾局长", "city_bureau", "bureau_approver")
    wu = person("wu", width=390)
    when_she_declares_with_one_proof_of_two(wu)
    then_she_reads_which_proofs_are_missing_and_nothing_is_lost(wu)
    when_she_adds_the_other_proof(wu)
    address = wu.path()
    when_the_school_recommends(person("sun"))
    chen = person("chen")
    when_the_authority_returns_the_record_of_practice(chen)
    then_she_reads_what_to_mend_and_mends_only_that(wu, address)
    when_the_authority_shows_her_to_the_public(chen)
    with clock.frozen_at(BASELINE + timedelta(days=20)):
        scan_deadlines()
        when_the_approver_recognises(person("gu"))
        then_everybody_finds_her_in_the_register(person())
        wu.opens(address)
        wu.sees("认定为双师型教师", "批准的内容与现在")
    assert replay(Case.objects.get())[1] == []


def when_she_declares_with_one_proof_of_two(wu):
    wu.opens("/procedures/dual-qualified-teacher/")
    wu.sees("条件", "办理流程")
    wu.opens("/procedures/dual-qualified-teacher/declare/")
    wu.fills("所在单位", "东湖职业技术学院")
    wu.presses("开始填写")
    for name in ("技能等级、企业工作和项目的证明", "企业实践记录"):
        part = wu.page.locator("div.material").filter(has_text=name).first
        part.locator("input[type=file]").set_input_files(
            {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        wu.presses(f"上传{name}", within=part)
    wu.ticks("中级")
    wu.ticks("能承担专业理论教学")
    wu.ticks("技师")
    wu.fills("企业工作年数（年）", "0.5")
    wu.fills("近一年企业或实训基地实训月数（月）", "2")
    wu.presses("提交")


def then_she_reads_which_proofs_are_missing_and_nothing_is_lost(wu):
    wu.sees("请修改以下内容，再提交一次。", "编号 PRC-147", "要求下列5项中至少达到2项，现在达到1项")
    assert "至少达到2项" in wu.reads("#live-conditions")
    case = Case.objects.get()
    assert case.step == "declare"
    assert wu._field("近一年企业或实训基地实训月数（月）", None).input_value() == "2"


def when_she_adds_the_other_proof(wu):
    wu.fills("企业工作年数（年）", "4")
    wu.presses("提交")
    wu.sees("已经办理", "学校评议推荐")


def when_the_school_recommends(sun):
    sun.opens("/school/procedures/to-do/")
    sun.follows("双师型教师认定：小吴")
    form = sun.unfolds("同意推荐")
    sun.fills("意见", "教学和实践都合格，同意推荐。", within=form)
    sun.presses("同意推荐", within=form)
    sun.sees("主管部门审核")


def when_the_authority_returns_the_record_of_practice(chen):
    chen.opens("/bureau/procedures/to-do/")
    chen.follows("双师型教师认定：小吴")
    form = chen.unfolds("退回补正")
    form.locator("select").first.select_option(label="近一年企业或实训基地实训月数")
    form.locator("input[type=text]").first.fill("记录只有一个半月，请按实际填写。")
    chen.presses("退回补正", within=form)
    chen.sees("补正")


def then_she_reads_what_to_mend_and_mends_only_that(wu, address):
    wu.opens(address)
    wu.sees("记录只有一个半月，请按实际填写。")
    assert wu.page.locator('input[name="submit.enterprise_years"]').count() == 0
    wu.fills("近一年企业或实训基地实训月数（月）", "1.5")
    wu.presses("重新提交")
    wu.sees("主管部门审核")


def when_the_authority_shows_her_to_the_public(chen):
    chen.opens("/bureau/procedures/to-do/")
    chen.follows("双师型教师认定：小吴")
    chen.sees("1.5")
    form = chen.unfolds("拟认定，进行公示")
    chen.fills("意见", "已更正，条件达到。", within=form)
    chen.presses("拟认定，进行公示", within=form)


def when_the_approver_recognises(gu):
    gu.opens("/bureau/procedures/to-do/")
    gu.follows("双师型教师认定：小吴")
    form = gu.unfolds("认定并登记")
    gu.fills("意见", "公示无异议。", within=form)
    gu.presses("认定并登记", within=form)
    gu.sees("认定为双师型教师")


def then_everybody_finds_her_in_the_register(visitor):
    visitor.opens("/registers/dual-qualified-teachers/")
    row = visitor.row("东湖职业技术学院").inner_text()
    assert "中级" in row and "有效" in row
