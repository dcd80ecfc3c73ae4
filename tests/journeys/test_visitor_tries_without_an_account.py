"""A visitor asks from the landing page what a certificate counts for: no account, no JavaScript, nothing kept."""

from __future__ import annotations

import pytest

from guantong.domains.credit.models import Achievement

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("width", [1440, 390])
def test_a_visitor_tries_what_counts(scene, person, width):
    visitor = person(width=width, scripts=False)
    visitor.opens("/")
    given_the_landing_page_says_what_one_can_do_here(visitor)
    when_the_visitor_types_a_certificate_in(visitor)
    then_it_says_what_the_certificate_counts_for_and_on_which_clause(visitor)
    when_a_level_that_does_not_exist_is_typed(visitor)
    then_the_page_says_where_and_what_to_write_instead(visitor)
    then_nothing_was_kept()


def given_the_landing_page_says_what_one_can_do_here(visitor):
    visitor.sees("学到的，都算数；怎么算，看得见", "学习者", "社会公众", "不用登录，什么都不会保存。")


def when_the_visitor_types_a_certificate_in(visitor):
    visitor.chooses("成果的类型", "1+X 证书")
    visitor.fills("名称", "Web 前端开发")
    visitor.fills("等级", "中级")
    visitor.presses("试一试")


def then_it_says_what_the_certificate_counts_for_and_on_which_clause(visitor):
    visitor.sees("最优用法", "您没有选培养方案", "Web 前端开发 能算 3 学分", "第五条第一类", "优秀")


def when_a_level_that_does_not_exist_is_typed(visitor):
    visitor.page.get_by_label("等级").first.fill("九级")
    visitor.presses("看看能算什么")


def then_the_page_says_where_and_what_to_write_instead(visitor):
    visitor.sees("“九级”不是1+X 证书的等级", "编号 CRD-012")
    visitor.does_not_see("最优用法")
    assert visitor.page.get_by_label("等级").first.input_value() == "九级"


def then_nothing_was_kept():
    assert not Achievement.objects.exists()
