"""A bureau merges two schools; anyone reads it in the register; last year's figures add up both ways."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.accounts.models import Post
from guantong.base.orgs.actions import register_organisation

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_bureau_merges_two_schools(cast, person, scripts):
    given_a_small_school_in_another_county(cast)
    bureau, visitor = person("he", scripts=scripts), person(scripts=scripts)
    when_the_bureau_registers_the_merger_without_a_document(bureau)
    then_the_form_says_what_is_missing_and_keeps_what_was_typed(bureau)
    when_the_document_is_added(bureau)
    then_the_small_school_has_ended_and_its_posts_with_it(cast, visitor)
    then_figures_of_last_year_add_up_both_ways(visitor)
    then_the_register_of_an_earlier_day_still_shows_it(visitor)


def given_a_small_school_in_another_county(cast):
    from guantong.base.accounts.actions import grant_post
    from guantong.base.accounts.public import SYSTEM

    school = register_organisation(
        actor=cast.he, kind="secondary_school", name="南渡职业中学", region="990102", in_force_from=date(2012, 9, 1)
    )
    grant_post(actor=SYSTEM, user_id=cast.users["zhou"], organisation_id=school.pk, role="registrar")


def when_the_bureau_registers_the_merger_without_a_document(bureau):
    bureau.opens("/organisations/?q=西岭职业")
    bureau.follows("西岭职业技术学校")
    bureau.follows("把其他机构并入")
    bureau.fills("被合并机构", "南渡职业中学")
    bureau.fills("变更日期", "2025-10-01")
    bureau.fills("依据文件", " ")
    bureau.presses("登记并入其他机构")


def then_the_form_says_what_is_missing_and_keeps_what_was_typed(bureau):
    bureau.sees("还没有写明依据文件", "编号 ORG-024")
    assert bureau.page.get_by_label("被合并机构").input_value().strip() == "南渡职业中学"


def when_the_document_is_added(bureau):
    bureau.fills("依据文件", "云教复〔2025〕9号")
    bureau.presses("登记并入其他机构")
    bureau.sees("已登记：并入其他机构。", "承接“南渡职业中学”")


def then_the_small_school_has_ended_and_its_posts_with_it(cast, visitor):
    visitor.opens("/organisations/?q=南渡职业中学&ever=1")
    visitor.follows("南渡职业中学")
    visitor.sees("这个机构已经终止。", "承接机构：西岭职业技术学校", "云教复〔2025〕9号")
    visitor.does_not_see("登记变更")
    posts = Post.objects.filter(user_id=cast.users["zhou"]).order_by("organisation_id")
    assert [p.revoked_at is None for p in posts] == [True, False]


def then_figures_of_last_year_add_up_both_ways(visitor):
    visitor.opens("/organisations/figures/")
    visitor.fills("数字", "南渡职业中学 120\n西岭职业技术学校 800")
    visitor.fills("数字的日期", "2024-10-01")
    visitor.presses("归集")
    visitor.sees("总数 920")
    assert [c.inner_text() for c in visitor.row("东湖市").locator("td").all()][2:] == ["120", "—"]
    assert [c.inner_text() for c in visitor.row("西岭市").locator("td").all()][2:] == ["800", "920"]


def then_the_register_of_an_earlier_day_still_shows_it(visitor):
    visitor.opens("/organisations/?region=990102&on=2025-09-30")
    visitor.sees("南渡职业中学")
    visitor.opens("/organisations/?region=990102")
    visitor.does_not_see("南渡职业中学")
