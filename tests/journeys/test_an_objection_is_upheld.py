"""Somebody who does not sign objects to a notice, is right, and reads so by the query code; the case goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.kernel import clock
from guantong.procedure.cases.public import replay, scan_deadlines
from guantong.procedure.publicity.models import Objection
from guantong.procedure.registers.models import HeldTitle
from tests.cast import BASELINE

from .declaring import does, hire, teacher_handed_in

pytestmark = pytest.mark.journey
SAID = "企业工作四年的证明是借用他人的。"
FOUND = "经向原单位核实，所报年数不实，异议成立。"


def test_an_objection_is_upheld_and_the_case_goes_back(cast, person):
    hire(cast, "gu", "顾局长", "city_bureau", "bureau_approver")
    case = given_a_teacher_is_shown_to_the_public(cast)
    visitor = person(width=390)
    code = when_somebody_objects_without_signing(visitor)
    with clock.frozen_at(BASELINE + timedelta(days=20)):
        scan_deadlines()
        then_the_notice_does_not_run_out_over_an_open_objection(case)
        chen = person("chen")
        when_the_authority_upholds_it(chen)
        then_the_case_is_back_with_the_reason(case, chen, person("wu"))
        then_the_objector_reads_it_by_the_code(visitor, code)
        when_the_authority_refuses_the_title(chen, case)
    assert not HeldTitle.objects.exists()
    case.refresh_from_db()
    assert case.outcome == "refused"
    assert replay(case)[1] == []


def given_a_teacher_is_shown_to_the_public(cast):
    case = teacher_handed_in(cast)
    case = does(cast, case, "sun", "approve")
    return does(cast, case, "chen", "approve")


def when_somebody_objects_without_signing(visitor):
    visitor.opens("/publicity/")
    visitor.follows("双师型教师认定")
    visitor.sees("东湖职业技术学院", "还没有收到异议")
    visitor.follows("提异议")
    visitor.fills("异议的内容", SAID)
    visitor.presses("提交异议")
    visitor.sees("请抄下查询码，它只显示这一次")
    objection = Objection.objects.get()
    assert not objection.sender.is_named
    return visitor.page.locator(".notice.good strong").last.inner_text()


def then_the_notice_does_not_run_out_over_an_open_objection(case):
    case.refresh_from_db()
    assert case.step == "notice"


def when_the_authority_upholds_it(chen):
    chen.opens("/objections/")
    chen.follows(Objection.objects.get().public_id)
    chen.sees(SAID, "不署名")
    chen.page.locator('input[name="verdict"][value="upheld"]').check()
    chen.page.locator('textarea[name="answer"]').fill(FOUND)
    chen.presses("答复")


def then_the_case_is_back_with_the_reason(case, chen, wu):
    case.refresh_from_db()
    assert case.step == "authority"
    wu.opens(f"/projects/cases/{case.public_id}/")
    wu.sees("主管部门审核", FOUND)
    wu.does_not_see(SAID)
    wu.opens("/publicity/?state=all")
    wu.sees("双师型教师认定")


def then_the_objector_reads_it_by_the_code(visitor, code):
    visitor.opens("/letters/")
    visitor.fills("查询码", code)
    visitor.presses("查看")
    visitor.sees(FOUND)


def when_the_authority_refuses_the_title(chen, case):
    chen.opens(f"/projects/cases/{case.public_id}/")
    form = chen.unfolds("不予通过")
    chen.ticks("所报证明经核实不成立。", within=form)
    chen.fills("意见", "所报企业工作年数不实。", within=form)
    chen.presses("不予通过", within=form)
    chen.sees("所报企业工作年数不实。")
