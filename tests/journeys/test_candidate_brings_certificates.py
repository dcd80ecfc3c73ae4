"""考生甲 registers on the phone: her certificate comes from the credit bank and waives a paper; her prize is confirmed
by 何处长 and gives points. 考生乙's certificate is revoked before the deadline and stops counting; he is told."""

from __future__ import annotations

import pytest
from django.db import transaction

from guantong.domains.admission.actions import candidates, cycles, scores
from guantong.domains.admission.actions.scores import ScoreEntry
from guantong.domains.admission.tests.bank import deposit, revoke
from guantong.domains.admission.tests.people import enter, username
from guantong.domains.admission.tests.scene import MARKS, PAPERS, Scene, build_cycle, build_plans, roster

pytestmark = pytest.mark.journey


@pytest.fixture
def year(cast) -> Scene:
    """Registration is open; 甲 and 乙 stand on the roster and hold a senior worker's certificate each."""
    with transaction.atomic():
        scene = build_plans(build_cycle(cast))
        cycles.move_cycle(actor=scene.he, cycle=scene.cycle, to="registration")
        candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster())
        for name in "甲乙":
            enter(scene, name)
    return scene.refresh()


def test_a_certificate_waives_a_paper_a_prize_gives_points_and_a_revoked_one_counts_no_more(year, person):
    deposit(year, year.candidate("甲").person_id)
    lost = deposit(year, year.candidate("乙").person_id, certificate_number="S0002")
    form = f"/learner/admission/{year.cycle.public_id}/registration/"
    jia = person(width=390).signs_in(username("甲"), form)
    when_she_finds_her_certificate_filled_in_and_states_a_prize(jia)
    then_the_prize_waits_and_the_certificate_counts(jia, form, year)
    he = person("he")
    when_the_authority_takes_over_what_the_bank_shows(he, year)
    when_the_authority_confirms_the_prize(he)
    give_marks(year)
    then_her_score_says_which_paper_is_waived_and_what_the_points_are(jia, year)
    revoke(year, lost)
    when_the_authority_takes_over_what_the_bank_shows(he, year)
    then_he_reads_that_his_certificate_counts_no_more(person().signs_in(username("乙"), form), year)


def when_she_finds_her_certificate_filled_in_and_states_a_prize(jia):
    jia.sees("证书和奖项从学分银行取得", "来自学分银行：“计算机程序设计员”高级工，云澜技能评价中心颁发")
    assert jia.page.get_by_label("职业技能等级").input_value() == "高级工"
    jia.chooses("技能竞赛最高奖项（可不填）", "全省一等奖")
    jia.presses("保存报名信息")
    jia.sees("报名信息已经保存。")


def then_the_prize_waits_and_the_certificate_counts(jia, form, year):
    jia.opens(form)
    jia.sees("填报“全省一等奖”，等待主管部门核验确认。现在按“不计入”计。")
    jia.follows("看这条成果记录")
    jia.sees("计算机程序设计员")
    mine = year.candidate("甲").attributes
    assert (mine["grade"], mine["award"]) == ("高级工", None)


def when_the_authority_takes_over_what_the_bank_shows(he, year):
    he.opens(f"/bureau/admission/{year.cycle.public_id}/candidates/facts/")
    he.sees("1 名考生的信息与报名时不同")
    he.presses("重新核对")
    he.sees("已按学分银行的记录更新 1 名考生的信息")


def when_the_authority_confirms_the_prize(he):
    he.page.locator("main tr").filter(has_text="考生甲").get_by_role("checkbox").check()
    he.fills("核验的凭据，或者不予确认的理由", "与公布的获奖名单核对一致。")
    he.presses("确认选中的信息")
    he.sees("已确认 1 项信息，考生会收到通知。")


def give_marks(year):
    """Everybody's marks; 甲 and 乙 sat no theory paper."""
    entries = []
    for name, marks in MARKS.items():
        papers = dict(zip(PAPERS, marks, strict=True)) | ({"theory": ""} if name in "甲乙" else {})
        entries.append(ScoreEntry(year.candidate(name).number, papers, f"考生{name}"))
    scores.enter_scores(actor=year.he, cycle=year.cycle, entries=entries)
    scores.rank_candidates(actor=year.he, cycle=year.cycle)


def then_her_score_says_which_paper_is_waived_and_what_the_points_are(jia, year):
    jia.opens(f"/learner/admission/{year.cycle.public_id}/score/")
    # 480 of 600 without the theory paper, raised to 750, and ten points
    jia.sees("610", "已取得高级工的中职毕业生免专业知识考试", "全省技能大赛一等奖：10 分。")
    jia.sees("来自学分银行：“计算机程序设计员”高级工", "凭据：与公布的获奖名单核对一致。")
    jia.opens("/notices/")
    jia.sees("您填报的“技能竞赛最高奖项：全省一等奖”已核验确认")


def then_he_reads_that_his_certificate_counts_no_more(yi, year):
    yi.sees("记录已失效", "存入单位已撤销", "现在按“不计入”计。")
    yi.opens(f"/learner/admission/{year.cycle.public_id}/score/")
    yi.sees("您的成绩还没有公布。")
    yi.opens("/notices/")
    yi.sees("您报名时使用的学分银行记录已不能采用")
