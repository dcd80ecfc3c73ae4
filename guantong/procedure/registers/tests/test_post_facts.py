"""Posts, teachers and years since a title as facts of declarations."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from guantong.base.accounts.actions import grant_post, revoke_post
from guantong.base.accounts.models import Post
from guantong.base.accounts.public import SYSTEM
from guantong.base.people.models import Person
from guantong.kernel import clock
from guantong.procedure.conditions import Subject, read_facts
from guantong.procedure.registers.post_facts import joined

TODAY = date(2025, 10, 15)


def read(cast, name, who="wu", at="donghu", day=TODAY):
    """One fact of a person at a school; None when it cannot be known."""
    person = cast.people[who] if who else None
    organisation = cast.organisations[at] if at else None
    return read_facts([name], Subject("tests", "1", "990000", person, organisation), day).get(name)


def teaches(cast, since, until=None, who="wu", at="donghu"):
    return grant_post(
        actor=SYSTEM,
        user_id=cast.users[who],
        organisation_id=cast.organisations[at],
        role="teacher",
        in_force_from=since,
        until=until,
    )


def test_years_in_a_post_are_whole_months_cut_to_one_decimal(cast):
    assert read(cast, "post.years.teacher").value == 0
    teaches(cast, date(2022, 10, 16))
    assert read(cast, "post.years.teacher").value == Decimal("2.9")  # a day short of three years
    assert read(cast, "post.years.teacher", day=TODAY + timedelta(days=1)).value == Decimal("3.0")
    found = read(cast, "post.years.teacher")
    assert found.origin == "post" and found.source == "本系统的岗位登记"
    assert found.records[0].text == "东湖职业技术学院：专任教师，2022年10月16日起至今。"


def test_years_at_two_schools_at_once_count_once(cast):
    teaches(cast, date(2020, 9, 1), date(2022, 9, 1), at="xiling")
    teaches(cast, date(2021, 9, 1), date(2023, 9, 1))
    assert read(cast, "post.years.teacher").value == Decimal(3)
    assert len(read(cast, "post.years.teacher").records) == 2


def test_spans_that_touch_are_joined():
    a, b, c, d = (date(2020 + n, 1, 1) for n in range(4))
    assert joined([(b, c), (a, b)]) == [(a, c)]
    assert joined([(a, b), (c, d)]) == [(a, b), (c, d)]
    assert joined([(a, None), (b, c)]) == [(a, None)]
    assert joined([(a, c), (b, None)]) == [(a, None)]


def test_since_is_unbroken_and_at_the_own_school(cast):
    teaches(cast, date(2018, 9, 1), date(2020, 9, 1))
    teaches(cast, date(2021, 9, 1))
    assert read(cast, "post.since.teacher").value == date(2021, 9, 1)
    assert read(cast, "post.since.teacher", day=date(2020, 8, 31)).value == date(2018, 9, 1)
    assert read(cast, "post.since.teacher", day=date(2021, 1, 1)).value is None
    assert read(cast, "post.since.teacher", at="xiling").value is None


def test_a_revoked_post_ends_with_the_day_of_revoking(cast):
    post = teaches(cast, date(2022, 10, 1))
    revoke_post(actor=SYSTEM, post_id=post.pk, reason="调离")
    later = clock.today() + timedelta(days=800)
    assert read(cast, "post.since.teacher", day=clock.today()).value is None
    assert read(cast, "post.years.teacher", day=later).value == Decimal(3)
    assert read(cast, "indicator.teachers", who="").value == 0


def test_acting_for_somebody_is_no_own_post(cast):
    teaches(cast, date(2020, 9, 1), who="zhao")
    Post.objects.create(
        user_id=cast.users["wu"],
        organisation_id=cast.donghu,
        role="teacher",
        in_force_from=date(2021, 1, 1),
        until=date(2026, 1, 1),
        granted_by="测试",
        acting_for_id=cast.users["zhao"],
    )
    assert read(cast, "post.years.teacher").value == 0
    assert read(cast, "indicator.teachers", who="").value == 1


def test_a_merged_record_brings_its_posts(cast):
    teaches(cast, date(2022, 10, 1), who="zhao")
    Person.objects.filter(pk=cast.zhao_person).update(state="merged", merged_into_id=cast.wu_person)
    assert read(cast, "post.years.teacher").value == Decimal(3)


def test_only_the_own_person_and_organisation_are_read(cast):
    teaches(cast, date(2022, 10, 1), who="zhao")
    assert read(cast, "post.years.teacher").value == 0
    assert read(cast, "post.years.teacher", who="") is None  # a school has no years in a post
    assert read(cast, "indicator.teachers", who="", at="") is None
    assert read(cast, "indicator.teachers", who="", at="xiling").value == 0


def test_a_teacher_gains_no_desk_and_no_permission(cast):
    teaches(cast, date(2022, 10, 1))
    assert cast.wu.desks() == ("learner",)
    assert not any(cast.wu.may(permission, cast.donghu) for permission in ("projects.declare", "programmes.manage"))
    teaches(cast, date(2022, 10, 1), who="lin")
    assert cast.lin.desks() == ("school",)  # an account that names nobody has no desk of a person


def test_the_share_of_dual_qualified_teachers(world):
    cast = world.cast
    assert read(cast, "indicator.dual_qualified_share", who="") is None  # nobody teaches: there is no share
    teaches(cast, date(2022, 10, 1))
    teaches(cast, date(2022, 10, 1), who="zhao")
    assert read(cast, "indicator.dual_qualified_share", who="").value == 0
    title = world.granted(who="wu")
    title.spans.update(register="dual-qualified-teachers")
    type(title).objects.update(register="dual-qualified-teachers")
    found = read(cast, "indicator.dual_qualified_share", who="", day=clock.today())
    assert found.value == Decimal(50) and "双师型教师1人，在册专任教师2人" in found.records[0].text
    assert read(cast, "indicator.dual_qualified_teachers", who="", day=clock.today()).value == 1


def test_years_since_a_title(world):
    title = world.granted(who="wu")
    cast, today = world.cast, clock.today()
    name = f"title_years.{title.register}"
    assert read(cast, name, day=today).value == 0
    found = read(cast, name, day=today.replace(year=today.year + 2))
    assert found.value == Decimal(2)
    assert found.records[0].link == f"/registers/titles/{title.number}/" and found.records[0].is_open
    assert read(cast, name, who="zhao", day=today).value == 0
    assert read(cast, f"title.{title.register}", day=today).records[0].text.startswith(title.name)


@pytest.mark.parametrize("name", ["post.years.teachers", "post.since.", "indicator.teacher"])
def test_a_misspelt_fact_has_no_source(name):
    from guantong.procedure.conditions import find_source

    assert find_source(name) is None
