"""小赵 claims a training with evidence; 林老师 returns it; she resubmits; he approves; the credits are there."""

from __future__ import annotations

import pytest

from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import Achievement, LedgerEntry
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay

pytestmark = pytest.mark.journey
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
TITLE = "无人机操作培训"


def test_a_claim_is_returned_corrected_and_recognised(scene, person):
    zhao = person("zhao", width=390)
    when_she_forgets_the_day(zhao)
    then_the_field_says_so_and_keeps_the_rest(zhao)
    when_she_claims_with_evidence(zhao)
    then_it_waits_at_the_school_and_gives_no_credits_yet(zhao)
    lin = person("lin")
    when_the_registrar_reads_the_evidence_and_returns_it(lin)
    then_she_reads_what_to_correct(zhao)
    when_she_hands_in_a_better_scan_and_resubmits(zhao)
    when_the_registrar_approves(lin)
    then_the_credits_are_in_the_account_with_their_clause(zhao)
    then_everything_follows_from_the_record()


def types_the_claim(zhao, day):
    zhao.opens("/learner/claim/")
    zhao.chooses("成果类型", "培训记录")
    zhao.fills("成果名称", TITLE)
    zhao.fills("颁发单位", "云澜航空协会")
    zhao.fills("取得日期", day)
    zhao.fills("学时", "64")
    zhao.attaches("证明材料", "结业证明.pdf", PDF, "application/pdf")


def when_she_forgets_the_day(zhao):
    types_the_claim(zhao, "2025-12-31")
    zhao.presses("提交申报")


def then_the_field_says_so_and_keeps_the_rest(zhao):
    zhao.sees("请修改以下内容，再提交一次。", "晚于今天", "编号 CRD-013")
    assert zhao.page.get_by_label("成果名称").input_value() == TITLE
    assert not Achievement.objects.exists()


def when_she_claims_with_evidence(zhao):
    types_the_claim(zhao, "2025-05-01")
    zhao.presses("提交申报")
    zhao.sees("申报已经提交，学校核对后会通知您。")


def then_it_waits_at_the_school_and_gives_no_credits_yet(zhao):
    assert Achievement.objects.get().state == "claimed"
    assert not LedgerEntry.objects.exists()
    zhao.opens("/learner/account/")
    zhao.sees(TITLE)


def when_the_registrar_reads_the_evidence_and_returns_it(lin):
    lin.opens("/school/to-do/")
    lin.follows(TITLE)
    lin.sees("云澜航空协会", "64")
    assert lin.downloads("结业证明.pdf") == PDF
    form = lin.unfolds("退回补正")
    form.get_by_label("第 1 项：怎样更正").fill("公章看不清，请重新扫描。")
    lin.presses("退回补正", within=form)
    lin.sees("已经办理")


def then_she_reads_what_to_correct(zhao):
    zhao.opens("/learner/")
    zhao.follows(TITLE)
    zhao.sees("公章看不清，请重新扫描。", "本人补正")


def when_she_hands_in_a_better_scan_and_resubmits(zhao):
    zhao.attaches("选择文件", "结业证明（重扫）.pdf", PDF + b"\n", "application/pdf")
    zhao.presses("上传补充的证明材料")
    zhao.sees("结业证明（重扫）.pdf")
    form = zhao.unfolds("重新提交")
    zhao.presses("重新提交", within=form)
    zhao.sees("学校核对")


def when_the_registrar_approves(lin):
    lin.opens("/school/to-do/")
    lin.follows(TITLE)
    lin.sees("结业证明（重扫）.pdf")
    form = lin.unfolds("属实，同意认定")
    lin.fills("意见", "已与颁发单位核对。", within=form)
    lin.presses("属实，同意认定", within=form)
    lin.sees("予以认定")


def then_the_credits_are_in_the_account_with_their_clause(zhao):
    zhao.opens("/learner/account/")
    assert zhao.row(TITLE).inner_text().split()[-3:] == ["3.5", "3.5", "已认定"], "64 / 17, in steps of 0.5"
    zhao.follows(TITLE)
    zhao.sees("认定依据", "第六条第二款", "本人申报", "学分的来龙去脉")
    zhao.opens("/notices/")
    zhao.sees("您申报的学习成果已经核实")


def then_everything_follows_from_the_record():
    assert replay(Case.objects.get())[1] == []
    assert audit_ledger().is_clean
