"""何处长 runs a round: closes it, allocates in earnest, reads the comparison, publishes, and hears an appeal.

方科长 takes the appeal up and sees who would be affected before 何处长 decides; a trial changes nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction

from guantong.domains.admission.actions import appeals
from guantong.domains.admission.actions.computing import work_on_runs
from guantong.domains.admission.models import Appeal, Placement, Run
from guantong.domains.admission.tests.scene import AFTER, Scene, build_scene
from guantong.kernel import clock
from guantong.procedure.cases.models import Case

pytestmark = pytest.mark.journey


@pytest.fixture
def year(cast) -> Scene:
    """A round open for lists, everybody's list locked; 方科长 works at the province too."""
    with transaction.atomic():
        scene = build_scene(cast)
    scene.fill_all()
    return scene


def test_from_the_closing_of_a_round_to_a_decided_appeal(year, person):
    he = person("he")
    when_he_tries_a_mock_run(he)
    with clock.frozen_at(AFTER):
        when_the_round_is_closed_and_allocated(he)
        then_both_implementations_agree_and_the_run_is_sealed(he)
        when_he_reads_what_becomes_public_and_publishes(he)
    with clock.frozen_at(AFTER + timedelta(hours=6)):
        then_a_visitor_sees_the_lines_and_the_seed(person(width=390), year)
        when_he_tries_another_rule_and_nothing_changes(he)
        case = given_bing_appeals(year)
        when_the_appeal_is_taken_up_and_computed_again(person("fang"), year)
        when_he_grants_an_extra_seat(he, case)
    then_nobody_lost_a_place(year)


def when_he_tries_a_mock_run(he):
    he.opens("/bureau/admission/")
    he.follows("2026 年云澜省职业教育高考（演示）")
    he.follows("专科批")
    he.sees("提交的志愿", "填报到 2025年10月18日 10:00 截止")
    he.presses("模拟投档")
    he.sees("这是模拟")
    work_on_runs()
    he.sees("查看结果")
    he.follows("查看结果")
    he.sees("两套独立的程序逐人、逐个志愿比较，0 处不同。", "模拟投档不封存。")
    assert not Placement.objects.exists()


def when_the_round_is_closed_and_allocated(he):
    he.follows("专科批")
    he.presses("结束填报")
    he.sees("填报已截止", "志愿总摘要")
    he.presses("正式投档")
    assert "只做一次" in he.questions[-1]
    work_on_runs()
    he.sees("查看结果")
    he.follows("查看结果")


def then_both_implementations_agree_and_the_run_is_sealed(he):
    he.sees("0 处不同", "0 处问题", "默克尔根", "已封存")
    run = Run.objects.get(purpose="real")
    assert run.root in he.reads("main")
    assert not Placement.objects.exists(), "nothing has effect before publication"


def when_he_reads_what_becomes_public_and_publishes(he):
    he.follows("去公布：先看会公开什么")
    he.sees("所有人都能看到", "只给本人和有关单位", "姓名、证件号码、考生个人成绩和志愿表。", "其中 7 人投出档案")
    he.ticks("我已核对以上内容和两套程序的比较结果，确认公布")
    he.presses("公布")
    he.sees("投档结果已经公布", "各校审核进度")
    assert Placement.objects.count() == 7


def then_a_visitor_sees_the_lines_and_the_seed(visitor, year):
    year.refresh()
    visitor.opens(f"/admission/cycles/{year.cycle.public_id}/")
    visitor.sees(year.cycle.seed_revealed)
    visitor.opens(f"/admission/cycles/{year.cycle.public_id}/cutoffs/")
    visitor.sees("南渡职业学院")
    visitor.does_not_see("考生甲")


def when_he_tries_another_rule_and_nothing_changes(he):
    before = list(Placement.objects.order_by("pk").values_list("plan_id", "state"))
    he.follows("规则试算")
    he.sees("试算，不是结果")
    he.chooses("同分处理", "都不录取")
    he.chooses("按什么分组比较", "考生类别")
    he.presses("试算")
    he.sees("这是试算，不是结果", "受损")
    assert "中职毕业生" in he.row("中职毕业生").inner_text()
    assert re.search(r"\b2\b", he.row("中职毕业生").inner_text())
    assert list(Placement.objects.order_by("pk").values_list("plan_id", "state")) == before


def given_bing_appeals(year):
    opened = appeals.open_appeal(
        actor=year.person("丙"), round_=year.round, about="score", grounds="技能操作少算了一项，附原始评分表。"
    )
    return Case.objects.get(pk=opened.case_id)


def when_the_appeal_is_taken_up_and_computed_again(fang, year):
    fang.opens("/bureau/")
    fang.follows("1 件录取复核正在办理。")
    fang.follows("考生丙")
    fang.sees("技能操作少算了一项")
    fang.fills("技能操作", "245")
    fang.presses("重算，看影响谁")
    fang.sees("第 1 次重算", "东湖职业技术学院 软件技术，第 1 志愿", "考生乙", "不拿走任何人已有的录取")
    fang.follows("到办件里作决定")
    part = fang.unfolds("受理并重算，报请决定")
    fang.ticks("已重算，受影响的人员名单附在办件里", part)
    fang.fills("意见", "评分表核对属实，按 245 分重算。", part)
    fang.presses("受理并重算，报请决定", part)
    fang.sees("已经办理")


def when_he_grants_an_extra_seat(he, case):
    he.opens(f"/admission/cases/{case.public_id}/")
    part = he.unfolds("申诉成立")
    he.ticks("增加一个名额，按重算的结果录取", part)
    he.ticks("已看过重算后结果会不同的人员名单", part)
    he.fills("意见", "增加一个名额。", part)
    he.presses("申诉成立", part)
    he.sees("已经办理")


def then_nobody_lost_a_place(year):
    assert Appeal.objects.get().state == "granted"
    held = Placement.objects.exclude(state__in=["withdrawn", "sent_back"])
    names = set(held.values_list("candidate__person__name", flat=True))
    assert names == {f"考生{name}" for name in "甲乙丙丁戊己庚癸"}
    year.places["东湖软件"].refresh_from_db()
    assert year.places["东湖软件"].extra_seats == 1
