"""小赵 finds what a certificate counts for, applies, is refused with a reason, appeals, and wins at the authority.

The courses appear under 完成情况, the account is right to the hundredth, and the decision follows from its record.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.domains.credit.actions.applications import replay_application
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import ConversionApplication
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay
from tests.cast import BASELINE

pytestmark = pytest.mark.journey
CERTIFICATE = "Web 前端开发 1+X 证书"


def test_a_learner_is_refused_appeals_and_wins(scene, person):
    given_the_enterprise_has_deposited_a_certificate(scene)
    zhao = person("zhao", width=390)
    when_she_looks_up_what_it_counts_for(zhao)
    then_she_reads_how_much_and_on_which_clause(zhao)
    when_she_applies(zhao)
    then_she_sees_who_has_it_until_when(zhao)
    address = zhao.path()
    when_the_department_refuses_with_a_reason(person("ma"))
    then_she_reads_the_reason_and_its_clause_and_the_credits_are_free_again(zhao, address, scene)
    with clock.frozen_at(BASELINE + timedelta(days=1)):
        when_she_appeals(zhao)
        when_the_authority_overturns_the_decision(person("chen"))
        then_the_course_stands_under_completion(zhao)
        then_she_is_told(zhao)
    then_everything_follows_from_the_record()


def given_the_enterprise_has_deposited_a_certificate(scene):
    scene.achievement()


def when_she_looks_up_what_it_counts_for(zhao):
    zhao.opens("/learner/")
    zhao.follows("看看这些成果能算什么")


def then_she_reads_how_much_and_on_which_clause(zhao):
    zhao.sees("最优用法", f"{CERTIFICATE} 能算 3 学分", "第五条第一类")
    folded = zhao.unfolds("为什么不能用于其他")
    assert "思想道德与法治" in folded.inner_text()


def when_she_applies(zhao):
    zhao.presses("按最优用法申请转换")
    assert zhao.questions == ["提交后，这些学分会被占用，直到申请有结果。确定提交吗？"]


def then_she_sees_who_has_it_until_when(zhao):
    zhao.sees("申请已经提交", "院系审核", "期限到")
    zhao.opens("/learner/counts/")
    zhao.sees("正在办理，有结果之前不能提交新的申请")
    zhao.follows("查看这份申请")


def when_the_department_refuses_with_a_reason(ma):
    ma.opens("/school/to-do/")
    ma.follows("小赵")
    form = ma.unfolds("不同意转换")
    ma.ticks("学习成果与课程内容相差较大。", within=form)
    ma.fills("意见", "证书侧重页面设计，与课程要求的框架开发不同。", within=form)
    ma.presses("不同意转换", within=form)
    ma.sees("已经办理")


def then_she_reads_the_reason_and_its_clause_and_the_credits_are_free_again(zhao, address, scene):
    zhao.opens(address)
    zhao.sees("不予转换", "证书侧重页面设计", "学习成果与课程内容相差较大。", "第十七条")
    application = ConversionApplication.objects.get()
    assert application.state == "refused"
    assert application.account.reserved == 0


def when_she_appeals(zhao):
    form = zhao.page.locator("details.action").filter(has=zhao.page.get_by_label("申诉的理由"))
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    zhao.fills("申诉的理由", "证书考核大纲第三部分就是框架开发，与课程一致。", within=form)
    with zhao.page.expect_navigation(wait_until="load"):
        form.get_by_role("button").click()
    zhao.sees("主管部门复核")


def when_the_authority_overturns_the_decision(chen):
    chen.opens("/bureau/to-do/")
    chen.follows("小赵")
    chen.sees("证书考核大纲第三部分就是框架开发", "证书侧重页面设计")
    form = chen.unfolds("改变原决定")
    chen.fills("意见", "对照考核大纲，内容一致。", within=form)
    chen.presses("改变原决定", within=form)
    chen.sees("改为准予转换")


def then_the_course_stands_under_completion(zhao):
    zhao.opens("/learner/completion/")
    row = zhao.row(CERTIFICATE)
    assert "成果转换" in row.inner_text()
    assert "优秀" in row.inner_text()
    zhao.opens("/learner/account/")
    assert zhao.row(CERTIFICATE).inner_text().split()[-3:] == ["5", "0", "已认定"], "rule: what is left over is lost"


def then_she_is_told(zhao):
    zhao.opens("/notices/")
    zhao.sees("主管部门复核后改变了原来的决定")


def then_everything_follows_from_the_record():
    application = ConversionApplication.objects.get()
    assert application.state == "granted"
    assert replay_application(application) == []
    assert replay(Case.objects.get(pk=application.case_id))[1] == []
    assert audit_ledger().is_clean
