"""于老师 of 东湖 plans within the approved size, files the prospectus, reviews the files sent, registers who confirmed.

The authority's part in between is done through actions; everything 于老师 sees and does is done at the pages.
"""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.db import transaction

from guantong.domains.admission.actions import placements, plans, prospectuses, rounds
from guantong.domains.admission.models import IntakePlan, Placement, Prospectus
from guantong.domains.admission.tests.scene import AFTER, Scene, build_candidates, build_cycle, entry, file_prospectus
from guantong.domains.admission.tests.test_placements import SEPTEMBER, curriculum
from guantong.kernel import clock
from tests.cast import BASELINE

pytestmark = pytest.mark.journey
ITEMS = ("学校性质", "专业设置", "培养层次", "办学形式", "学费标准", "学籍管理")


@pytest.fixture
def year(cast) -> Scene:
    """The year just opened, sizes set."""
    with transaction.atomic():
        return build_cycle(cast)


def test_from_a_plan_to_registered_students(year, person):
    yu = person("admission")
    when_he_plans_beyond_the_size_he_is_told_at_once(yu)
    when_he_plans_within_it_and_hands_in(yu)
    then_nothing_can_be_changed_until_it_comes_back(yu)
    given_the_authority_returns_it_with_a_reason(year)
    when_he_reads_the_reason_mends_it_and_hands_it_in_again(yu)
    when_the_prospectus_is_handed_in_and_every_missing_item_is_named(yu)
    given_the_authority_approves_and_candidates_have_chosen(year)
    with clock.frozen_at(AFTER.replace(hour=20)):
        when_he_reviews_admitting_two_and_sending_one_back(yu)
        then_the_list_can_be_downloaded(yu)
        given_the_other_school_has_decided_and_two_have_confirmed(year)
        when_he_registers_without_the_checks_he_is_told_why(yu, year)
    curriculum(year)
    with clock.frozen_at(SEPTEMBER):
        when_he_registers_them(yu, year)
    then_the_figures_stand_against_the_plan(person("admission", width=390))


def when_he_plans_beyond_the_size_he_is_told_at_once(yu):
    yu.opens("/school/")
    yu.sees("核定招生规模 10 人，还没有编制计划。")
    yu.follows("核定招生规模 10 人，还没有编制计划。")
    yu.follows("添加一个计划")
    yu.chooses("专业", "510203 软件技术")
    yu.chooses("批次", "专科批")
    yu.fills("专业组代码", "01")
    yu.fills("专业组名称", "信息组")
    yu.fills("每学年学费（元）", "5000")
    yu.fills("办学地点", "东湖校区")
    yu.page.get_by_label("计划数").press_sequentially("12")
    yu.sees("12 / 10 人", "多出 2 人，不能保存和上报。")
    yu.presses("保存")
    yu.sees("请修改以下内容", "编号 ADM-271")


def when_he_plans_within_it_and_hands_in(yu):
    yu.page.get_by_label("计划数").fill("2")
    yu.presses("再加一条") if yu.page.get_by_label("条件名称").count() == 0 else None
    yu.fills("条件名称", "色觉正常")
    yu.chooses("考生的", "色觉正常")
    yu.fills("值", "是")
    yu.presses("保存")
    yu.sees("已保存：软件技术，2 人。", "还余 8 人")
    for programme in ("510202 计算机网络技术", "520201 护理"):
        yu.follows("添加一个计划")
        yu.chooses("专业", programme)
        yu.chooses("批次", "专科批")
        yu.fills("专业组代码", "01" if "网络" in programme else "02")
        yu.page.get_by_label("计划数").fill("1")
        yu.fills("每学年学费（元）", "5000")
        yu.fills("办学地点", "东湖校区")
        yu.presses("保存")
    yu.presses("上报 3 个计划")
    assert "不能修改" in yu.questions[-1]
    yu.sees("已上报 3 个招生计划，等待主管部门审批。")


def then_nothing_can_be_changed_until_it_comes_back(yu):
    yu.follows("软件技术")
    yu.sees("色觉正常：色觉正常")
    assert yu.page.locator("main form").count() == 0


def given_the_authority_returns_it_with_a_reason(year):
    plan = IntakePlan.objects.get(programme__code="510203")
    plans.decide_plans(actor=year.he, cycle=year.cycle, plans=[plan], approve=False, reason="学费与备案的不一致。")


def when_he_reads_the_reason_mends_it_and_hands_it_in_again(yu):
    yu.opens("/school/")
    yu.follows("1 个计划被退回，请修改后再上报。")
    yu.sees("退回理由：学费与备案的不一致。")
    yu.follows("软件技术")
    yu.fills("每学年学费（元）", "4800")
    yu.presses("保存")
    yu.presses("上报 1 个计划")
    assert IntakePlan.objects.get(programme__code="510203").fee_fen == 480_000


def when_the_prospectus_is_handed_in_and_every_missing_item_is_named(yu):
    yu.follows("招生简章")
    yu.sees("第十六条")
    for number, item in enumerate(ITEMS[:5], start=1):
        yu.fills(f"{number}. {item}", f"{item}的说明。")
    yu.presses("保存并报送备案")
    yu.sees("学籍管理", "编号 ADM-276", "编号 ADM-277")
    yu.fills("6. 学籍管理", "学籍管理的说明。")
    yu.fills("招生章程全文", "第一条 总则。")
    yu.presses("保存并报送备案")
    yu.sees("已报送主管部门备案。")
    assert Prospectus.objects.get().state == "submitted"


def given_the_authority_approves_and_candidates_have_chosen(year):
    with transaction.atomic():
        he, nandu = year.he, year.cast.actor("nandu_admission")
        cycle = year.cycle
        year.places["东湖软件"] = IntakePlan.objects.get(programme__code="510203")
        plans.save_plan(
            actor=nandu, cycle=cycle, school_id=year.nandu, entry=entry("510203", 2, "01", place="南渡校区")
        )
        plans.submit_plans(actor=nandu, cycle=cycle, school_id=year.nandu)
        items = {item: f"{item}说明。" for item in prospectuses.required_items(cycle)}
        prospectuses.save_prospectus(actor=nandu, cycle=cycle, school_id=year.nandu, items=items, charter="章程。")
        prospectuses.submit_prospectus(actor=nandu, cycle=cycle, school_id=year.nandu)
        for school in (year.cast.donghu, year.nandu):
            file_prospectus(year, school)
        waiting = IntakePlan.objects.filter(state="submitted")
        plans.decide_plans(actor=he, cycle=cycle, plans=list(waiting), approve=True)
        build_candidates(year)
        year.round = rounds.open_round(
            actor=he, cycle=year.cycle, batch="higher", opens_at=BASELINE, closes_at=AFTER.replace(minute=0)
        )
        year.refresh()
    year.run_all()


def when_he_reviews_admitting_two_and_sending_one_back(yu):
    yu.opens("/school/")
    yu.follows("4 份档案等您审核。")
    yu.sees("0 / 4 份")
    for name in ("考生甲", "考生乙"):
        yu.row(name).get_by_role("checkbox").check()
    yu.presses("录取选中的考生")
    yu.sees("已录取 2 人，他们会收到通知。", "2 / 4 份")
    yu.follows("考生丁")
    yu.sees("电子与信息大类", "总分", "570")
    yu.page.get_by_label(re.compile("体检结论不符合这个专业的要求")).check()
    yu.fills("补充说明", "色觉检查不符合。")
    yu.presses("退档")
    yu.sees("的审核结论已保存。")
    assert "考生癸" in yu.heading()
    yu.presses("录取")
    yu.sees("4 / 4 份", "色觉检查不符合。")
    states = Placement.objects.values_list("state", "candidate__person__name")
    assert ("sent_back", "考生丁") in set(states)


def then_the_list_can_be_downloaded(yu):
    rows = list(openpyxl.load_workbook(io.BytesIO(yu.downloads("下载这份名单（xlsx）"))).worksheets[0].values)
    assert len(rows) == 5
    assert any("色觉检查不符合。" in str(cell) for row in rows for cell in row)


def given_the_other_school_has_decided_and_two_have_confirmed(year):
    review_others(year)
    rounds.end_review(actor=year.he, round_=year.refresh().round)
    for name in "甲乙":
        placements.confirm_place(actor=year.person(name), round_=year.round)


def review_others(year):
    rows = Placement.objects.filter(plan__school_id=year.nandu)
    placements.review_candidates(
        actor=year.cast.actor("nandu_admission"),
        round_=year.round,
        school_id=year.nandu,
        reviews=[placements.Review(row.pk, "admit") for row in rows],
    )


def when_he_registers_without_the_checks_he_is_told_why(yu, year):
    yu.opens("/school/")
    yu.follows("2 名已确认的考生等您注册。")
    for name in ("考生甲", "考生乙"):
        yu.row(name).get_by_role("checkbox").check()
    yu.presses("注册选中的考生")
    yu.sees("一个也没有注册，请先解决以下问题。", "编号 ADM-133", "编号 ADM-134")
    assert not Placement.objects.filter(state="registered").exists()


def when_he_registers_them(yu, year):
    yu.opens(yu.path())
    yu.fills("网上审核的结果", "通过")
    yu.fills("现场核查的结果", "证件相符")
    for number, name in enumerate(("考生甲", "考生乙"), start=1):
        row = yu.row(name)
        row.get_by_role("checkbox").check()
        row.get_by_role("textbox").fill(f"202600{number}")
    yu.presses("注册选中的考生")
    yu.sees("已注册 2 人，学籍和学习账户已建立。")


def then_the_figures_stand_against_the_plan(yu):
    yu.opens("/school/admission/")
    yu.page.get_by_role("link", name="2026 年云澜省职业教育高考（演示）").first.click()
    yu.follows("完成情况")
    yu.sees("软件技术", "590 分，位次 2")
    yu.does_not_see("南渡职业学院")
