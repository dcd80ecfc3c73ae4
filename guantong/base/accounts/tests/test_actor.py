"""The actor behind an account, and the gate every action passes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guantong.base.accounts.actions import grant_post, revoke_post
from guantong.base.accounts.mandates import OPERATOR_PERMISSIONS, PERMISSION_LABELS, ROLES
from guantong.base.accounts.models import Post
from guantong.base.accounts.public import SYSTEM, VISITOR, require
from guantong.base.accounts.selectors import actor_for
from guantong.base.orgs.models import Organisation
from guantong.base.people.models import Person
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


def test_it_knows_the_posts_of_today_with_the_names_of_today(cast, django_assert_num_queries):
    user = cast.user("ma")
    with django_assert_num_queries(1):
        actor = actor_for(user)
    assert [(p.role, p.organisation_name, p.department) for p in actor.posts] == [
        ("department_reviewer", "东湖职业技术学院", "信息工程系")
    ]
    assert actor.label == "马主任（东湖职业技术学院）"
    assert actor.desks() == ("school",)


def test_it_gives_nothing_before_and_after_the_post(cast):
    user = cast.user("lin")
    assert actor_for(user, day=date(2025, 8, 31)).posts == ()
    post = Post.objects.get(user=user)
    revoke_post(actor=SYSTEM, post_id=post.pk, reason="调离")
    assert actor_for(user).posts == ()
    with pytest.raises(Refusal) as refused:
        require(actor_for(user), "credit.deposit", cast.donghu)
    assert refused.value.code == "ACC-002"


def test_a_post_ends_on_its_until_day(cast):
    today = clock.today()
    grant_post(
        actor=SYSTEM,
        user_id=cast.users["zhou"],
        organisation_id=cast.donghu,
        role="registrar",
        in_force_from=today,
        until=today + timedelta(days=1),
    )
    user = cast.user("zhou")
    assert actor_for(user).may("credit.deposit", cast.donghu)
    assert not actor_for(user, day=today + timedelta(days=1)).may("credit.deposit", cast.donghu)
    assert actor_for(user, day=today + timedelta(days=1)).may("credit.deposit", cast.xiling)


def test_a_learner_is_known_as_the_person(cast, django_assert_num_queries):
    user = cast.user("wu")
    with django_assert_num_queries(2):
        actor = actor_for(user)
    assert actor.person_id == cast.wu_person
    assert actor.desks() == ("learner",)


def test_a_learner_follows_a_merge(cast):
    Person.objects.filter(pk=cast.wu_person).update(state="merged", merged_into_id=cast.zhao_person)
    assert cast.wu.person_id == cast.zhao_person


def test_a_closed_account_has_no_posts(cast):
    user = cast.user("lin")
    user.is_active = False
    assert actor_for(user).posts == ()


@pytest.mark.parametrize(
    ("who", "permission", "code"),
    [
        ("lin", "credit.deposit", None),
        ("zhou", "credit.deposit", "ACC-003"),
        ("wu", "credit.deposit", "ACC-002"),
        ("chen", "credit.deposit", "ACC-002"),
        ("sun", "credit.review.academic", None),
        ("sun", "credit.review.bank", "ACC-002"),
    ],
)
def test_the_gate_names_the_reason(cast, who, permission, code):
    actor = cast.actor(who)
    if code is None:
        require(actor, permission, cast.donghu)
        return
    with pytest.raises(Refusal) as refused:
        require(actor, permission, cast.donghu)
    assert refused.value.code == code
    assert refused.value.status == 403


def test_a_refusal_names_the_roles_that_may(cast):
    with pytest.raises(Refusal) as refused:
        require(cast.lin, "credit.review.bank", cast.donghu)
    assert "学分银行审核人" in refused.value.problems[0].do
    with pytest.raises(Refusal) as refused:
        require(cast.zhou, "credit.deposit", cast.donghu)
    assert "西岭职业技术学校" in refused.value.problems[0].message


def test_a_visitor_is_asked_to_sign_in_and_the_system_may_all():
    with pytest.raises(Refusal) as refused:
        require(VISITOR, "credit.deposit")
    assert (refused.value.code, refused.value.status) == ("ACC-001", 401)
    require(SYSTEM, "credit.deposit", 1)


def test_reviewers_need_their_second_factor_outside_the_demo(cast, settings):
    settings.DEMO = False
    user = cast.user("ma")
    assert actor_for(user, second_factor=True).may("credit.review.department", cast.donghu)
    without = actor_for(user)
    with pytest.raises(Refusal) as refused:
        require(without, "credit.review.department", cast.donghu)
    assert refused.value.code == "ACC-004"
    assert actor_for(cast.user("lin")).may("credit.deposit", cast.donghu), "registrars need none"
    operator = actor_for(cast.user("operator"))
    assert not operator.is_operator
    with pytest.raises(Refusal) as refused:
        require(operator, "accounts.manage")
    assert refused.value.code == "ACC-004"
    assert actor_for(cast.user("operator"), second_factor=True).may("accounts.manage")


def test_the_first_password_must_be_changed_before_anything_else(cast):
    user = cast.user("lin")
    user.must_change_password = True
    with pytest.raises(Refusal) as refused:
        require(actor_for(user), "credit.deposit", cast.donghu)
    assert refused.value.code == "ACC-005"
    operator = cast.user("operator")
    operator.must_change_password = True
    with pytest.raises(Refusal) as refused:
        require(actor_for(operator), "accounts.manage")
    assert refused.value.code == "ACC-005"


def test_operators_manage_accounts_and_nothing_of_the_credit_bank(cast):
    assert cast.operator.may("accounts.manage")
    assert not any(p.startswith("credit.") for p in OPERATOR_PERMISSIONS)
    assert not cast.operator.may("credit.deposit", cast.donghu)
    assert cast.operator.desks() == ("operator",)


def test_every_permission_has_words():
    used = {p for role in ROLES.values() for p in role.permissions} | OPERATOR_PERMISSIONS
    assert used - set(PERMISSION_LABELS) == set()


def test_an_authority_of_another_line_reviews_but_neither_organises_admission_nor_merges_people(cast):
    actor = cast.actor("chen")
    assert actor.may("admission.manage") and actor.may("people.merge") and actor.may("projects.supervise")
    Organisation.objects.filter(pk=cast.city_bureau).update(branch="human_resources")
    actor = cast.actor("chen")
    assert actor.posts and {post.branch for post in actor.posts} == {"human_resources"}
    assert actor.may("projects.supervise", cast.city_bureau)
    for permission in ("admission.manage", "admission.appeal", "people.merge"):
        assert not actor.may(permission) and not actor.organisations(permission)
        with pytest.raises(Refusal) as refused:
            require(actor, permission)
        assert refused.value.code == "ACC-002"
