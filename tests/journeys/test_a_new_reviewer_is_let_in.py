"""A new reviewer at a school: the operator opens the account, the bureau grants the post, the reviewer gets in.

Outside the demo, where reviewers and operators need their second factor.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest

from guantong.base.accounts.actions import begin_totp, confirm_totp
from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from tests.cast import BASELINE, PASSWORD

pytestmark = pytest.mark.journey
CODE = "手机上现在显示的 6 位数字"
OWN_PASSWORD = "clear-river-and-stone"


def test_a_new_reviewer_is_let_in(cast, person, settings):
    settings.DEMO = False
    telephones = given_operator_and_bureau_have_their_second_factor(cast)
    operator, bureau, reviewer = person(), person(), person()
    first = when_the_operator_opens_an_account(operator, telephones["operator"])
    when_the_bureau_grants_the_post(bureau, telephones["he"])
    when_the_reviewer_signs_in_with_the_first_password(reviewer, first)
    then_nothing_can_be_done_before_the_password_is_changed(reviewer)
    when_the_reviewer_chooses_a_password(reviewer, first)
    then_a_second_factor_is_still_asked_for(reviewer)
    telephone, recovery = when_the_reviewer_sets_it_up(reviewer)
    then_the_desk_is_open(reviewer)
    when_the_reviewer_comes_back_the_next_morning(reviewer, telephone)
    then_a_recovery_code_helps_once_without_the_telephone(reviewer, recovery)
    then_every_step_is_on_record(operator)


def given_operator_and_bureau_have_their_second_factor(cast):
    found = {}
    for name in ("operator", "he"):
        actor = cast.actor(name)
        found[name] = pyotp.TOTP(begin_totp(actor=actor, user_id=cast.users[name]).secret)
        confirm_totp(actor=actor, user_id=cast.users[name], code=shown(found[name], -30))
    return found


def shown(telephone, seconds=0):
    """What the telephone shows, ``seconds`` from now."""
    return telephone.at(int(clock.now().timestamp()) + seconds)


def signs_in_with_code(somebody, username, password, code):
    somebody.opens("/sign-in/")
    somebody.fills("账号", username)
    somebody.fills("密码", password)
    somebody.presses("登录")
    somebody.fills(CODE, code)
    somebody.presses("继续")


def when_the_operator_opens_an_account(operator, telephone):
    signs_in_with_code(operator, "operator", PASSWORD, shown(telephone))
    operator.opens("/operator/accounts/")
    operator.follows("开设账号")
    operator.fills("账号", "fang.bank")
    operator.fills("姓名", "方老师")
    operator.presses("开设")
    operator.sees("离开这一页就看不到了")
    return re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", operator.reads()).group()


def when_the_bureau_grants_the_post(bureau, telephone):
    signs_in_with_code(bureau, "he.staff", PASSWORD, shown(telephone))
    bureau.opens("/organisations/?q=东湖职业")
    bureau.follows("东湖职业技术学院")
    bureau.follows("岗位")
    bureau.fills("账号", "fang.bank")
    bureau.chooses("岗位", "学分银行审核人")
    bureau.presses("授予")
    bureau.sees("已授予“学分银行审核人”岗位。", "方老师")


def when_the_reviewer_signs_in_with_the_first_password(reviewer, first):
    reviewer.opens("/sign-in/")
    reviewer.fills("账号", "fang.bank")
    reviewer.fills("密码", first)
    reviewer.presses("登录")


def then_nothing_can_be_done_before_the_password_is_changed(reviewer):
    reviewer.sees("您还在使用初始密码", "修改初始密码后可用")


def when_the_reviewer_chooses_a_password(reviewer, first):
    reviewer.fills("原密码", first)
    reviewer.fills("新密码", "12345678")
    reviewer.fills("再填一次新密码", "12345678")
    reviewer.presses("修改密码")
    reviewer.sees("至少要有 10 个字符", "全是数字")
    reviewer.fills("原密码", first)
    reviewer.fills("新密码", OWN_PASSWORD)
    reviewer.fills("再填一次新密码", OWN_PASSWORD)
    reviewer.presses("修改密码")
    reviewer.sees("密码已经修改")


def then_a_second_factor_is_still_asked_for(reviewer):
    reviewer.sees("启用动态验证码并重新登录后可用")


def when_the_reviewer_sets_it_up(reviewer):
    reviewer.presses("开始设置")
    telephone = pyotp.TOTP(reviewer.page.locator(".secret").inner_text().strip())
    reviewer.fills("6 位数字", "000000")
    reviewer.presses("启用")
    reviewer.sees("动态验证码不正确")
    reviewer.fills("6 位数字", shown(telephone))
    reviewer.presses("启用")
    codes = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", reviewer.reads())
    assert len(codes) == 10
    return telephone, codes[0]


def then_the_desk_is_open(reviewer):
    reviewer.opens("/desk/")
    assert reviewer.path() == "/school/"
    reviewer.sees("方老师（东湖职业技术学院）", "学分银行审核人")


def when_the_reviewer_comes_back_the_next_morning(reviewer, telephone):
    reviewer.presses("退出")
    with clock.frozen_at(BASELINE + timedelta(hours=23)):
        signs_in_with_code(reviewer, "fang.bank", OWN_PASSWORD, shown(telephone))
        reviewer.sees("学校工作台")
        reviewer.presses("退出")


def then_a_recovery_code_helps_once_without_the_telephone(reviewer, recovery):
    signs_in_with_code(reviewer, "fang.bank", OWN_PASSWORD, recovery)
    reviewer.sees("学校工作台")
    reviewer.presses("退出")
    signs_in_with_code(reviewer, "fang.bank", OWN_PASSWORD, recovery)
    reviewer.sees("动态验证码不正确，或者已经用过")


def then_every_step_is_on_record(operator):
    operator.opens("/operator/audit/?actor=方老师")
    operator.sees("修改密码", "启用动态验证码", "使用恢复码", "登录")
    assert AuditLine.objects.filter(action="grant_post", actor_label__startswith="何处长").exists()
