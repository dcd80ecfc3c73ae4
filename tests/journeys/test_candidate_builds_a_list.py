"""考生甲 looks for programmes on the phone, reads why one is closed to her, builds a list and locks it.

A second window of hers is told what the first one changed. 考生乙 does the same without any JavaScript.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from guantong.domains.admission.models import PreferenceList
from guantong.domains.admission.tests.people import enter, username
from guantong.domains.admission.tests.scene import UNITS, build_scene

pytestmark = pytest.mark.journey
DONGHU, NANDU = UNITS["东湖01"], UNITS["南渡01"]


@pytest.fixture
def year(cast):
    """The admission year with its round open for lists."""
    with transaction.atomic():
        found = build_scene(cast)
        for name in "甲乙":
            enter(found, name)
    return found


def test_a_list_is_built_checked_and_locked(year, person):
    jia = person(width=390).signs_in(username("甲"), "/learner/")
    when_she_goes_from_her_desk_to_the_programmes(jia)
    then_she_reads_why_nursing_is_closed_to_her(jia)
    when_she_adds_two_groups(jia)
    when_she_says_which_programmes_she_wants_inside(jia)
    when_she_puts_the_second_first(jia)
    then_the_list_is_kept_but_not_handed_in(jia, year)
    another = person().signs_in(username("甲"), f"/learner/admission/rounds/{year.round.public_id}/list/")
    when_the_other_window_takes_one_away(another)
    then_the_first_window_is_told_and_nothing_is_lost(jia, year)
    when_she_looks_at_everything_and_locks(jia)
    then_it_never_changes_again(jia, another, year)


def test_everything_works_without_scripts(year, person):
    yi = person(scripts=False).signs_in(username("乙"), "/learner/admission/")
    yi.follows("专科批：请填报志愿并提交锁定。")
    yi.follows("找专业，加入志愿")
    yi.fills("学校、专业、地点", "南渡")
    yi.presses("查找")
    yi.presses("加入志愿：南渡职业学院 软件技术")
    yi.follows("志愿表（1 / 45）")
    yi.follows("检查并提交锁定")
    yi.sees("没有发现不符合条件的志愿。")
    yi.ticks("我已经看过志愿的先后，确认提交。")
    yi.presses("提交锁定")
    yi.sees("志愿已提交锁定。")
    assert year.list_of("乙").state == "locked"


def when_she_goes_from_her_desk_to_the_programmes(jia):
    jia.follows("专科批：请填报志愿并提交锁定。")
    jia.sees("志愿表还是空的。")
    jia.follows("找专业")


def then_she_reads_why_nursing_is_closed_to_her(jia):
    row = jia.row("护理")
    assert "您现在不符合" in row.inner_text() and "您的报考专业大类为“电子与信息大类”" in row.inner_text()
    assert "第四条" in row.inner_text()


def when_she_adds_two_groups(jia):
    jia.presses("加入志愿：东湖职业技术学院 软件技术")
    jia.sees("已加入志愿表，还没有提交。")
    jia.presses("加入志愿：南渡职业学院 软件技术")
    jia.follows("志愿表（2 / 45）")


def when_she_says_which_programmes_she_wants_inside(jia):
    jia.row("东湖").get_by_role("link", name="改专业和服从调剂").click()
    jia.fills("“计算机网络技术”的先后", "2")
    jia.ticks("服从调剂：填的专业都满了，愿意到本组其他还有名额的专业")
    jia.presses("保存")
    jia.sees("已保存。")
    assert "计算机网络技术" in jia.row("东湖").inner_text()


def when_she_puts_the_second_first(jia):
    jia.presses("上移第 2 志愿")
    assert "南渡职业学院" in jia.page.locator("main tbody tr").first.inner_text()


def then_the_list_is_kept_but_not_handed_in(jia, year):
    row = PreferenceList.objects.get()
    assert [e["unit"] for e in row.entries] == [NANDU, DONGHU] and row.state == "draft"
    assert row.entries[1]["programmes"] == ["510203", "510202"] and row.entries[1]["accept_reassignment"]
    jia.sees("还没有提交", "无法估计")


def when_the_other_window_takes_one_away(another):
    another.presses("去掉第 1 志愿")
    another.sees("已从志愿表里去掉。")


def then_the_first_window_is_told_and_nothing_is_lost(jia, year):
    jia.presses("下移第 1 志愿")
    jia.sees("另一个窗口改过这份志愿表", "去掉了“南渡职业学院 01 组”")
    assert [e["unit"] for e in year.list_of("甲").entries] == [DONGHU]


def when_she_looks_at_everything_and_locks(jia):
    jia.follows("检查并提交锁定")
    jia.sees("将要提交的志愿（共 1 个）", "服从调剂")
    jia.ticks("我已经看过志愿的先后，确认提交。")
    jia.presses("提交锁定")
    assert jia.questions[-1] == "提交以后不能再修改，确定吗？"


def then_it_never_changes_again(jia, another, year):
    row = year.list_of("甲")
    jia.sees("已提交锁定", row.digest[:12])
    another.opens(f"/learner/admission/rounds/{year.round.public_id}/list/")
    another.does_not_see("上移")
    jia.opens("/notices/")
    jia.sees("志愿表已在")
