"""考生辛 reads why nothing came of the list, takes the certificate away, has it checked, and appeals.

考生甲 confirms the place on the phone.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction

from guantong.domains.admission.models import Appeal, Placement
from guantong.domains.admission.tests.people import decide, enter, username
from guantong.domains.admission.tests.scene import AFTER, build_scene
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay

pytestmark = pytest.mark.journey


@pytest.fixture
def year(cast):
    """The year after its first round was published and the schools decided."""
    with transaction.atomic():
        found = build_scene(cast)
        for name in "甲辛":
            enter(found, name)
    found.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        decide(found)
        yield found


def test_a_result_is_read_checked_and_appealed(year, person):
    xin = person(width=390).signs_in(username("辛"), "/learner/")
    when_she_follows_what_her_desk_says(xin)
    then_she_reads_the_reason_and_how_far_it_was(xin)
    card = when_she_takes_the_certificate_away(xin)
    then_anybody_finds_that_it_holds(person(), card)
    then_an_altered_one_is_found_out(person(), card)
    when_she_appeals(xin)
    then_her_case_tells_who_has_it_and_until_when(xin)
    then_everything_follows_from_the_record()


def test_a_place_is_confirmed(year, person):
    jia = person(width=390).signs_in(username("甲"), "/learner/")
    jia.follows("您已被东湖职业技术学院 软件技术录取，请确认或者放弃。")
    jia.presses("确认录取")
    jia.sees("您已经确认录取，请按学校的通知办理注册。", "已确认：东湖职业技术学院 软件技术")
    assert Placement.objects.get(candidate=year.candidate("甲")).state == "confirmed"


def when_she_follows_what_her_desk_says(xin):
    xin.follows("专科批：这一轮没有录取，每个志愿的原因可以查看。")


def then_she_reads_the_reason_and_how_far_it_was(xin):
    xin.sees("这一轮没有录取")
    row = xin.row("东湖职业技术学院 01 组").inner_text()
    assert "低于最低线" in row and "差 100 分" in row and "第十三条" in row


def when_she_takes_the_certificate_away(xin):
    return xin.downloads("下载凭证")


def hands_in(visitor, card):
    visitor.opens("/admission/")
    visitor.follows("核验录取凭证")
    visitor.attaches("凭证文件（JSON）", "凭证.json", card, "application/json")
    visitor.presses("核验")


def then_anybody_finds_that_it_holds(visitor, card):
    hands_in(visitor, card)
    visitor.sees("核验通过", "凭证属于本人，内容与公布的结果一致")


def then_an_altered_one_is_found_out(visitor, card):
    value = json.loads(card)
    value["row"]["choices"][0][4] = "1"
    hands_in(visitor, json.dumps(value).encode())
    visitor.sees("核验不通过", "不成立")


def when_she_appeals(xin):
    xin.follows("申请复核")
    xin.page.get_by_label("成绩", exact=True).check()
    xin.fills("理由", "语文应当是 95 分，成绩单可以证明。")
    xin.presses("提交申请")
    xin.sees("复核申请已经提交")


def then_her_case_tells_who_has_it_and_until_when(xin):
    xin.sees("录取复核：成绩", "语文应当是 95 分，成绩单可以证明。")
    assert Appeal.objects.get().state == "opened"
    xin.opens("/learner/admission/")
    xin.follows("2026 年云澜省职业教育高考（演示）")
    xin.sees("我的复核申请", "办理中")


def then_everything_follows_from_the_record():
    assert replay(Case.objects.get(pk=Appeal.objects.get().case_id))[1] == []
