"""Two people of one department open the same application; both decide. The second is told what was decided."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import ConversionApplication
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.public import replay
from tests.cast import PASSWORD

pytestmark = pytest.mark.journey
SECOND = "我认为内容相差较大，不应同意。"


def test_the_second_reviewer_is_told_what_was_decided(scene, person):
    application = given_an_application_waits_at_a_department_of_two(scene)
    ma, mei = person("ma"), person("mei")
    when_both_open_it(ma, mei)
    when_the_first_agrees(ma)
    when_the_second_refuses_on_the_page_she_still_has(mei)
    then_she_is_told_who_decided_what(mei)
    then_only_the_first_decision_stands(application)


def given_an_application_waits_at_a_department_of_two(scene):
    second = create_user(
        actor=SYSTEM, username="mei.staff", display_name="梅副主任", password=PASSWORD, must_change_password=False
    )
    grant_post(
        actor=SYSTEM,
        user_id=second.user.pk,
        organisation_id=scene.cast.donghu,
        role="department_reviewer",
        department="信息工程系",
        in_force_from=date(2025, 9, 1),
    )
    scene.achievement()
    return apply_conversion(actor=scene.cast.zhao, student_record=scene.record)


def when_both_open_it(*reviewers):
    for reviewer in reviewers:
        reviewer.opens("/school/")
        reviewer.follows("小赵")
        reviewer.sees("您可以办理", "同意并送教务部门")


def when_the_first_agrees(ma):
    form = ma.unfolds("同意并送教务部门")
    ma.fills("意见", "对照证书标准，内容一致。", within=form)
    ma.presses("同意并送教务部门", within=form)
    ma.sees("已经办理", "教务部门审核")


def when_the_second_refuses_on_the_page_she_still_has(mei):
    form = mei.unfolds("不同意转换")
    mei.ticks("学习成果与课程内容相差较大。", within=form)
    mei.fills("意见", SECOND, within=form)
    mei.presses("不同意转换", within=form)


def then_she_is_told_who_decided_what(mei):
    mei.sees("编号 PRC-103", "对照证书标准，内容一致。")
    told = mei.page.locator("main .refusal").first.inner_text()
    assert "马主任" in told
    assert "同意并送教务部门" in told


def then_only_the_first_decision_stands(application):
    application = ConversionApplication.objects.get(pk=application.pk)
    case = Case.objects.get(pk=application.case_id)
    assert (application.state, case.step) == ("in_review", "academic")
    assert not CaseAction.objects.filter(case=case, opinion__icontains="不应同意").exists()
    assert replay(case)[1] == []
    assert audit_ledger().is_clean
