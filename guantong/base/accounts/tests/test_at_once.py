"""Two at once: what only PostgreSQL's locks can show."""

from __future__ import annotations

from datetime import date

import pyotp
import pytest

from guantong.base.accounts.actions import (
    begin_totp,
    check_second_factor,
    confirm_totp,
    create_user,
    grant_post,
    sign_in,
)
from guantong.base.accounts.models import Post, SignInAttempt, User
from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import Basis, merge_organisations, merge_regions, rename_organisation
from guantong.base.orgs.models import OrganisationSpan
from guantong.base.people.actions import merge_people, undo_merge
from guantong.base.people.models import Merge, Person
from guantong.kernel import clock
from tests.at_once import all_at_once
from tests.cast import BASELINE, build_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = date(2025, 10, 1)
BASIS = Basis("云教复〔2025〕9号")


@pytest.fixture
def cast():
    with clock.frozen_at(BASELINE):
        yield build_cast()


def frozen(action, **arguments):
    def run():
        with clock.frozen_at(BASELINE):
            return action(**arguments)

    return run


def test_tries_made_at_once_are_all_counted(cast):
    wrong = {"username": "lin.staff", "password": "not it", "address": ""}
    codes = all_at_once([frozen(sign_in, **wrong) for _ in range(12)])
    assert codes.count("ACC-010") == 5
    assert codes.count("ACC-011") == 7
    assert SignInAttempt.objects.count() == 5


def test_one_code_opens_one_session(cast):
    actor = cast.ma
    totp = pyotp.TOTP(begin_totp(actor=actor, user_id=actor.user_id).secret)
    now = int(clock.now().timestamp())
    recovery = confirm_totp(actor=actor, user_id=actor.user_id, code=totp.at(now))
    for code in (totp.at(now + 30), recovery[0]):
        found = all_at_once([frozen(check_second_factor, user_id=actor.user_id, code=code) for _ in range(3)])
        assert sorted(isinstance(f, User) for f in found) == [False, False, True]


def test_one_name_is_one_account(cast):
    arguments = {"actor": SYSTEM, "username": "same.name", "display_name": "同名", "password": "only-for-tests-1"}
    found = all_at_once([frozen(create_user, **arguments) for _ in range(3)])
    assert found.count("ACC-030") == 2
    assert User.objects.filter(username="same.name").count() == 1


def test_a_post_granted_twice_at_once_is_one_post(cast):
    arguments = {
        "actor": SYSTEM,
        "user_id": cast.users["zhou"],
        "organisation_id": cast.donghu,
        "role": "registrar",
    }
    all_at_once([frozen(grant_post, **arguments) for _ in range(3)])
    assert Post.objects.filter(user_id=cast.users["zhou"], organisation_id=cast.donghu).count() == 1


def test_two_merges_at_once_leave_one(cast):
    wu, zhao = cast.wu_person, cast.zhao_person
    arguments = {"actor": cast.chen, "reason": "已核对", "is_confirmed": True}
    found = all_at_once(
        [
            frozen(merge_people, kept_id=wu, absorbed_id=zhao, **arguments),
            frozen(merge_people, kept_id=zhao, absorbed_id=wu, **arguments),
        ]
    )
    assert sorted(f if isinstance(f, str) else "done" for f in found) == ["PPL-021", "done"]
    assert Person.objects.filter(state="merged").count() == 1
    merge = Merge.objects.get()
    found = all_at_once([frozen(undo_merge, actor=cast.chen, merge_id=merge.pk, reason="有误") for _ in range(2)])
    assert found.count("PPL-024") == 1


def test_two_changes_of_one_organisation_at_once_leave_one_open_span(cast):
    he = cast.he
    found = all_at_once(
        [
            frozen(
                rename_organisation,
                actor=he,
                organisation_id=cast.xiling,
                name=f"新名{i}",
                happened_on=DAY,
                basis=BASIS,
            )
            for i in range(3)
        ]
    )
    assert found.count("ORG-022") == 2
    assert OrganisationSpan.objects.filter(organisation_id=cast.xiling, until=None).count() == 1


def test_two_regions_do_not_swallow_each_other(cast):
    he = cast.he
    found = all_at_once(
        [
            frozen(merge_regions, actor=he, sources=[source], target=target, happened_on=DAY, basis=BASIS)
            for source, target in (("990101", "990102"), ("990102", "990101"))
        ]
    )
    assert sorted(f if isinstance(f, str) else "done" for f in found) == ["ORG-021", "done"]


def test_two_schools_do_not_swallow_each_other(cast):
    he = cast.he
    found = all_at_once(
        [
            frozen(
                merge_organisations,
                actor=he,
                source_ids=[source],
                target_id=target,
                happened_on=DAY,
                basis=BASIS,
            )
            for source, target in ((cast.donghu, cast.xiling), (cast.xiling, cast.donghu))
        ]
    )
    assert sorted(f if isinstance(f, str) else "done" for f in found) == ["ORG-021", "done"]
