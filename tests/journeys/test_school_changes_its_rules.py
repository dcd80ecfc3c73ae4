"""孙科长 drafts new rules, tries them on the past, proposes them; after the publicity the authority approves.

Until the day written the old rules hold; an application already open stays on the old ones for good.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from guantong.base.accounts.actions import grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import ConversionApplication, ConversionRules
from guantong.domains.credit.selectors.access import adopted_rules
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay, scan_deadlines
from tests.cast import BASELINE

pytestmark = pytest.mark.journey
DAY = date(2026, 3, 1)
"""The day from which the new rules are to hold."""


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA_TIME)


def test_new_rules_are_tried_publicised_approved_and_hold_from_their_day(scene, person):
    application = given_an_application_is_open_under_the_old_rules(scene)
    given_somebody_may_approve_at_the_schools_authority(scene)
    sun = person("sun")
    when_he_writes_something_that_is_no_rule(sun)
    then_the_line_is_named_and_nothing_saved(sun)
    when_he_raises_what_an_x_certificate_gives(sun)
    then_the_trial_shows_who_gains(sun)
    when_he_proposes_a_day_too_soon(sun)
    when_he_proposes_a_day_in_spring(sun)
    when_he_sums_the_trial_up_and_submits(sun)
    then_it_is_publicised(sun)
    ends = then_the_end_of_publicity_is_a_day_to_come()
    with clock.frozen_at(noon(ends + timedelta(days=1))):
        when_the_deadlines_are_scanned()
        when_the_authority_reviews_and_another_approves(person("chen"), person("he"))
    then_the_old_rules_hold_until_the_day(scene)
    with clock.frozen_at(noon(DAY)):
        then_a_new_question_gets_the_new_rules(person("zhao", width=390), scene)
        then_the_open_application_stays_on_the_old_ones(application, scene)
    assert replay(Case.objects.get(subject_kind="credit.rules"))[1] == []
    assert audit_ledger().is_clean


def given_an_application_is_open_under_the_old_rules(scene):
    scene.achievement()
    return apply_conversion(actor=scene.cast.zhao, student_record=scene.record)


def given_somebody_may_approve_at_the_schools_authority(scene):
    grant_post(
        actor=SYSTEM,
        user_id=scene.cast.users["he"],
        organisation_id=scene.cast.city_bureau,
        role="bureau_approver",
        in_force_from=date(2025, 9, 1),
    )


def when_he_writes_something_that_is_no_rule(sun):
    sun.follows("转换规则")
    sun.follows("起草新版本")
    sun.fills("规则内容", "rules: [不对")
    sun.presses("保存草稿")


def then_the_line_is_named_and_nothing_saved(sun):
    sun.sees("编号 CRD-063")
    assert ConversionRules.objects.count() == 1


def when_he_raises_what_an_x_certificate_gives(sun):
    sun.opens("/school/rules/new/")
    text = sun.page.get_by_label("规则内容").input_value()
    assert "中级: '3'" in text
    sun.fills("名称", "学习成果置换办法（修订）")
    sun.fills("规则内容", text.replace("中级: '3'", "中级: '4'"))
    sun.presses("保存草稿")
    sun.sees("版草稿已保存")


def then_the_trial_shows_who_gains(sun):
    sun.presses("试算")
    sun.sees("用以往申请试算的结果", "合计可转换学分：原来 3，改后 4。")
    assert not Case.objects.filter(subject_kind="credit.rules").exists()


def proposes(sun, day):
    sun.fills("施行日期", day.isoformat())
    sun.presses("试算并提交")


def when_he_proposes_a_day_too_soon(sun):
    proposes(sun, date(2025, 1, 1))
    sun.sees("编号 CRD-061")


def when_he_proposes_a_day_in_spring(sun):
    proposes(sun, DAY)
    sun.sees("已经提交。请在办件里写明试算结论，提交公示。")


def when_he_sums_the_trial_up_and_submits(sun):
    form = sun.unfolds("试算完毕，提交公示")
    sun.fills("试算结论", "一份以往申请会多一个学分，没有人减少。", within=form)
    sun.presses("试算完毕，提交公示", within=form)


def then_it_is_publicised(sun):
    sun.sees("已经办理", "公示", "期限到")


def then_the_end_of_publicity_is_a_day_to_come():
    case = Case.objects.get(subject_kind="credit.rules")
    assert case.step == "publicity"
    assert scan_deadlines(clock.now()) is not None
    case.refresh_from_db()
    assert case.step == "publicity", "scanning before the end moves nothing"
    assert case.due_on > BASELINE.date()
    return case.due_on


def when_the_deadlines_are_scanned():
    scan_deadlines(clock.now())
    assert Case.objects.get(subject_kind="credit.rules").step == "bureau"


def when_the_authority_reviews_and_another_approves(chen, he):
    for somebody, action, words in (
        (chen, "审核同意", "公示无异议，未超过上限。"),
        (he, "批准采用", "同意。"),
    ):
        somebody.opens("/bureau/to-do/")
        somebody.follows("学习成果置换办法（修订）")
        somebody.sees("一份以往申请会多一个学分，没有人减少。", "用以往申请试算的结果")
        form = somebody.unfolds(action)
        somebody.fills("意见", words, within=form)
        somebody.presses(action, within=form)
        somebody.sees("已经办理")


def then_the_old_rules_hold_until_the_day(scene):
    new = ConversionRules.objects.get(title="学习成果置换办法（修订）")
    assert (new.state, new.in_force_from) == ("adopted", DAY)
    assert adopted_rules(scene.cast.donghu, DAY - timedelta(days=1)).pk == scene.rules.pk
    assert adopted_rules(scene.cast.donghu, DAY).pk == new.pk


def then_a_new_question_gets_the_new_rules(zhao, scene):
    zhao.opens("/learner/counts/")
    zhao.sees("学习成果置换办法（修订）")


def then_the_open_application_stays_on_the_old_ones(application, scene):
    row = ConversionApplication.objects.get(pk=application.pk)
    assert (row.state, row.rules_id) == ("in_review", scene.rules.pk)
    assert row.items.get().hundredths == 300
