"""Signing in, waiting after failures, the second factor, passwords, keys for the API."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.base.accounts import throttling
from guantong.base.accounts.actions import (
    begin_totp,
    change_password,
    check_second_factor,
    close_user,
    confirm_totp,
    create_user,
    grant_post,
    issue_token,
    renew_recovery_codes,
    reset_password,
    reset_second_factor,
    revoke_post,
    revoke_token,
    sign_in,
)
from guantong.base.accounts.models import ApiToken, Post, RecoveryCode, SignInAttempt, User
from guantong.base.accounts.public import SYSTEM, require
from guantong.base.accounts.requests import actor_of, begin_session, end_session
from guantong.base.accounts.selectors import actor_for_token
from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.cast import BASELINE, PASSWORD


def code_of(action, **arguments):
    with pytest.raises(Refusal) as refused:
        action(**arguments)
    return refused.value.code


def try_wrong(times, username="lin.staff", address="192.0.2.1"):
    return [code_of(sign_in, username=username, password="not it", address=address) for _ in range(times)]


def test_the_right_password_signs_in_and_leaves_a_line(cast):
    user = sign_in(username=" lin.staff ", password=PASSWORD, address="192.0.2.1")
    assert user.pk == cast.users["lin"]
    line = AuditLine.objects.filter(action="sign_in").get()
    assert (line.actor_user_id, line.region) == (user.pk, "990000")


def test_wrong_passwords_and_unknown_names_get_the_same_answer(cast):
    with pytest.raises(Refusal) as known:
        sign_in(username="lin.staff", password="not it", address="")
    with pytest.raises(Refusal) as unknown:
        sign_in(username="nobody", password="not it", address="")
    assert known.value.problems[0].message == unknown.value.problems[0].message
    assert known.value.status == unknown.value.status == 401


def test_an_unknown_name_costs_one_hash_like_a_known_one(cast, monkeypatch):
    from guantong.base.accounts.actions import signing_in

    hashed = []
    monkeypatch.setattr(signing_in, "make_password", lambda p: hashed.append(p))
    code_of(sign_in, username="nobody", password="not it", address="")
    assert hashed == ["not it"]


def test_a_closed_account_does_not_sign_in(cast):
    User.objects.filter(pk=cast.users["lin"]).update(is_active=False)
    assert code_of(sign_in, username="lin.staff", password=PASSWORD, address="") == "ACC-010"


def test_waits_grow_and_say_how_long(cast):
    assert try_wrong(5) == ["ACC-010"] * 5
    with pytest.raises(Refusal) as refused:
        sign_in(username="lin.staff", password=PASSWORD, address="192.0.2.1")
    assert (refused.value.code, refused.value.status) == ("ACC-011", 429)
    assert "30 秒" in refused.value.problems[0].do
    with clock.frozen_at(BASELINE + timedelta(seconds=31)):
        assert try_wrong(1) == ["ACC-010"]
        assert try_wrong(1) == ["ACC-011"]
    with clock.frozen_at(BASELINE + timedelta(seconds=31 + 59)):
        assert try_wrong(1) == ["ACC-011"]
    with clock.frozen_at(BASELINE + timedelta(seconds=31 + 61)):
        assert sign_in(username="lin.staff", password=PASSWORD, address="192.0.2.1")


def test_waiting_itself_is_not_counted(cast):
    try_wrong(5)
    before = SignInAttempt.objects.count()
    assert try_wrong(3) == ["ACC-011"] * 3
    assert SignInAttempt.objects.count() == before


def test_success_clears_the_account_and_not_the_address(cast):
    for n in range(4):
        try_wrong(1, username="lin.staff", address="192.0.2.9")
        sign_in(username="zhou.staff", password=PASSWORD, address="192.0.2.9")
        assert SignInAttempt.objects.filter(key="address:192.0.2.9", succeeded=False).count() == n + 1
    sign_in(username="lin.staff", password=PASSWORD, address="")
    assert try_wrong(5) == ["ACC-010"] * 5, "the count began anew"


def test_one_address_cannot_try_many_names(cast):
    codes = [
        code_of(sign_in, username=f"name{i}", password="not it", address="2001:db8::%x" % i)  # noqa: UP031
        for i in range(42)
    ]
    assert codes[:41] == ["ACC-010"] * 41, "one /64 is one address"
    assert codes[41] == "ACC-011"


@given(st.lists(st.integers(0, 86_399), max_size=40))
def test_waiting_never_exceeds_the_most_and_never_shrinks_with_more_failures(seconds):
    moments = [BASELINE - timedelta(seconds=s) for s in seconds]
    wait = throttling.wait_after(moments, throttling.BY_ACCOUNT, BASELINE)
    assert timedelta(0) <= wait <= throttling.BY_ACCOUNT.most
    assert throttling.wait_after([*moments, BASELINE], throttling.BY_ACCOUNT, BASELINE) >= wait


def test_waits_are_told_in_words():
    assert throttling.wait_in_words(timedelta(seconds=29.2)) == "30 秒"
    assert throttling.wait_in_words(timedelta(seconds=121)) == "3 分钟"


def set_up_totp(cast, name="ma"):
    actor = cast.actor(name)
    setup = begin_totp(actor=actor, user_id=actor.user_id)
    totp = pyotp.TOTP(setup.secret)
    codes = confirm_totp(actor=actor, user_id=actor.user_id, code=totp.at(int(clock.now().timestamp())))
    return totp, codes


def now_code(totp, seconds=0):
    return totp.at(int(clock.now().timestamp()) + seconds)


def test_a_second_factor_is_kept_encrypted_and_confirmed_by_a_code(cast):
    actor = cast.ma
    setup = begin_totp(actor=actor, user_id=actor.user_id)
    user = cast.user("ma")
    assert setup.secret.encode() not in bytes(user.totp_cipher)
    assert user.totp_confirmed_at is None
    assert code_of(confirm_totp, actor=actor, user_id=actor.user_id, code="000000") == "ACC-012"
    codes = confirm_totp(actor=actor, user_id=actor.user_id, code=now_code(pyotp.TOTP(setup.secret)))
    assert len(set(codes)) == 10
    assert cast.user("ma").sessions_ended == user.sessions_ended + 1
    assert code_of(begin_totp, actor=actor, user_id=actor.user_id) == "ACC-014"


def test_a_used_code_and_any_older_one_are_refused(cast):
    totp, _ = set_up_totp(cast)
    user_id = cast.users["ma"]
    assert code_of(check_second_factor, user_id=user_id, code=now_code(totp)) == "ACC-012", "used to confirm"
    check_second_factor(user_id=user_id, code=now_code(totp, 30))
    assert code_of(check_second_factor, user_id=user_id, code=now_code(totp, 30)) == "ACC-012"
    assert code_of(check_second_factor, user_id=user_id, code=now_code(totp)) == "ACC-012"
    with clock.frozen_at(BASELINE + timedelta(seconds=90)):
        assert code_of(check_second_factor, user_id=user_id, code=now_code(totp, -60)) == "ACC-012", "too old"
        check_second_factor(user_id=user_id, code=now_code(totp, -30) if False else now_code(totp))


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "abcdef", "1" * 5000])
def test_odd_codes_are_refused(cast, code):
    set_up_totp(cast)
    assert code_of(check_second_factor, user_id=cast.users["ma"], code=code) == "ACC-012"


def test_codes_cannot_be_tried_without_end(cast):
    set_up_totp(cast)
    codes = [code_of(check_second_factor, user_id=cast.users["ma"], code="000000") for _ in range(6)]
    assert codes == ["ACC-012"] * 5 + ["ACC-013"]


def test_a_recovery_code_works_once(cast):
    _, codes = set_up_totp(cast)
    assert codes[0] not in str(list(RecoveryCode.objects.values()))
    check_second_factor(user_id=cast.users["ma"], code=codes[0].upper())
    assert code_of(check_second_factor, user_id=cast.users["ma"], code=codes[0]) == "ACC-012"
    line = AuditLine.objects.get(action="use_recovery_code")
    assert line.facts == {"left": 9}


def test_renewing_recovery_codes_ends_the_old_ones(cast):
    _, codes = set_up_totp(cast)
    fresh = renew_recovery_codes(actor=cast.ma, user_id=cast.users["ma"], code=codes[0])
    assert code_of(check_second_factor, user_id=cast.users["ma"], code=codes[1]) == "ACC-012"
    check_second_factor(user_id=cast.users["ma"], code=fresh[0])


def test_only_an_operator_resets_and_never_their_own(cast):
    set_up_totp(cast)
    user_id = cast.users["ma"]
    assert code_of(reset_second_factor, actor=cast.chen, user_id=user_id, reason="手机遗失") == "ACC-002"
    assert code_of(reset_second_factor, actor=cast.operator, user_id=user_id, reason=" ") == "ACC-046"
    own = cast.users["operator"]
    assert code_of(reset_second_factor, actor=cast.operator, user_id=own, reason="手机遗失") == "ACC-002"
    assert cast.user("ma").totp_confirmed_at is not None, "nothing changed"
    reset_second_factor(actor=cast.operator, user_id=user_id, reason="手机遗失")
    assert cast.user("ma").totp_cipher is None
    assert RecoveryCode.objects.count() == 0


def test_nobody_sets_up_the_factor_of_another(cast):
    assert code_of(begin_totp, actor=cast.sun, user_id=cast.users["ma"]) == "ACC-002"


def test_a_password_is_changed_by_its_owner_and_ends_other_sessions(cast, client):
    user = cast.user("lin")
    client.force_login(user)
    assert code_of(change_password, actor=cast.lin, user_id=user.pk, old="x", new="a-new-one-77") == "ACC-020"
    assert code_of(change_password, actor=cast.zhou, user_id=user.pk, old=PASSWORD, new="a-new-one-77") == "ACC-002"
    before = cast.user("lin").get_session_auth_hash()
    change_password(actor=cast.lin, user_id=user.pk, old=PASSWORD, new="a-new-one-77")
    assert cast.user("lin").get_session_auth_hash() != before
    assert sign_in(username="lin.staff", password="a-new-one-77", address="")


@pytest.mark.parametrize(
    ("new", "codes"),
    [
        ("short1", {"ACC-021"}),
        ("20251015", {"ACC-021", "ACC-023"}),
        ("lin.staff1", {"ACC-024"}),
        ("password123", {"ACC-022"}),
        ("林老师的密码很长很长", {"ACC-024"}),
        (PASSWORD, {"ACC-025"}),
    ],
)
def test_weak_passwords_are_refused_with_every_reason(cast, new, codes):
    before = cast.user("lin").password
    with pytest.raises(Refusal) as refused:
        change_password(actor=cast.lin, user_id=cast.users["lin"], old=PASSWORD, new=new)
    assert codes <= {p.code for p in refused.value}
    assert cast.user("lin").password == before, "nothing changed"


def test_a_reset_password_must_be_changed(cast):
    account = reset_password(actor=cast.operator, user_id=cast.users["lin"], reason="忘记密码")
    user = sign_in(username="lin.staff", password=account.first_password, address="")
    assert user.must_change_password
    assert cast.lin.posts == ()


@pytest.mark.parametrize(
    ("username", "display_name", "code"),
    [
        ("lin.staff", "林", "ACC-030"),
        ("LIN.STAFF", "林", "ACC-030"),
        ("a b", "林", "ACC-031"),
        ("new.name", " ", "ACC-034"),
    ],
)
def test_accounts_are_refused_with_reasons(cast, username, display_name, code):
    before = User.objects.count()
    assert code_of(create_user, actor=cast.operator, username=username, display_name=display_name) == code
    assert User.objects.count() == before


def test_one_person_has_one_account(cast):
    refused = code_of(create_user, actor=cast.operator, username="wu2", display_name="小吴", person_id=cast.wu_person)
    assert refused == "ACC-032"


def test_only_operators_open_accounts(cast):
    assert code_of(create_user, actor=cast.lin, username="new.name", display_name="新人") == "ACC-002"
    assert create_user(actor=cast.operator, username="new.name", display_name="新人").first_password


def test_posts_fit_the_kind_of_organisation_and_are_not_given_to_oneself(cast):
    lin, zhou = cast.users["lin"], cast.users["zhou"]
    with pytest.raises(Refusal) as refused:
        grant_post(actor=cast.operator, user_id=lin, organisation_id=cast.donghu, role="bureau_approver")
    assert refused.value.code == "ACC-040"
    assert "教务经办人" in refused.value.problems[0].do
    refused = code_of(
        grant_post,
        actor=cast.he,
        user_id=cast.users["he"],
        organisation_id=cast.province_bureau,
        role="bureau_reviewer",
    )
    assert refused == "ACC-042"
    assert code_of(grant_post, actor=cast.lin, user_id=zhou, organisation_id=cast.donghu, role="registrar") == "ACC-002"
    post = grant_post(actor=cast.he, user_id=zhou, organisation_id=cast.donghu, role="registrar")
    again = grant_post(actor=cast.he, user_id=zhou, organisation_id=cast.donghu, role="registrar")
    assert post.pk == again.pk
    assert AuditLine.objects.filter(action="grant_post", subject_id=str(post.pk)).count() == 1


def test_keys_of_institutions_do_only_what_they_were_given(cast):
    permissions = ["credit.deposit"]
    made = issue_token(actor=cast.operator, organisation_id=cast.donghu, label="教务系统", permissions=permissions)
    assert made.secret not in str(list(ApiToken.objects.values()))
    actor = actor_for_token(made.secret)
    assert actor.may("credit.deposit", cast.donghu)
    assert not actor.may("credit.deposit", cast.xiling)
    assert not actor.may("credit.account.read", cast.donghu), "not among its permissions"
    assert actor.organisations("credit.account.read") == frozenset()
    with pytest.raises(Refusal) as refused:
        require(actor, "credit.account.read", cast.donghu)
    assert refused.value.code == "ACC-002"
    with clock.frozen_at(BASELINE + timedelta(days=180)):
        assert code_of(actor_for_token, secret=made.secret) == "ACC-050"
    revoke_token(actor=cast.operator, public_id=made.token.public_id, reason="系统停用")
    assert code_of(actor_for_token, secret=made.secret) == "ACC-050"


def test_keys_never_decide(cast):
    refused = code_of(
        issue_token,
        actor=cast.operator,
        organisation_id=cast.donghu,
        label="x",
        permissions=["credit.review.bank", "credit.deposit"],
    )
    assert refused == "ACC-051"
    arguments = {"organisation_id": cast.enterprise, "label": "x", "permissions": ["credit.deposit"]}
    assert code_of(issue_token, actor=cast.operator, days=4000, **arguments) == "ACC-052"
    assert code_of(issue_token, actor=cast.lin, **arguments) == "ACC-002"
    made = issue_token(actor=cast.operator, **arguments)
    assert actor_for_token(made.secret).posts[0].role == "depositor"


def test_sessions_begin_with_a_new_key_and_the_actor_is_kept_on_the_request(
    cast, rf, client, django_assert_num_queries
):
    from django.contrib.auth import authenticate  # noqa: F401
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.session = client.session
    request.session["left_over"] = 1
    request.session.save()
    old_key = request.session.session_key
    request.user = AnonymousUser()
    assert actor_of(request).user_id is None
    begin_session(request, cast.user("lin"), second_factor=True)
    assert request.session.session_key != old_key
    assert "left_over" not in request.session
    with django_assert_num_queries(1):
        assert actor_of(request).user_id == cast.users["lin"]
        assert actor_of(request).user_id == cast.users["lin"]
    end_session(request)
    assert actor_of(request).user_id is None
    assert SYSTEM.is_system


def test_what_cannot_be_done_to_accounts_posts_and_keys(cast):
    operator, lin, ma = cast.operator, cast.users["lin"], cast.users["ma"]
    today = clock.today()
    before = (list(Post.objects.values()), AuditLine.objects.count())
    post = {"organisation_id": cast.xiling, "role": "registrar"}
    for action, arguments, code in (
        (confirm_totp, {"actor": cast.ma, "user_id": ma, "code": "123456"}, "ACC-015"),
        (check_second_factor, {"user_id": ma, "code": "123456"}, "ACC-015"),
        (reset_password, {"actor": operator, "user_id": 10**9, "reason": "x"}, "ACC-033"),
        (reset_second_factor, {"actor": operator, "user_id": 10**9, "reason": "x"}, "ACC-033"),
        (close_user, {"actor": operator, "user_id": 10**9, "reason": "x"}, "ACC-033"),
        (close_user, {"actor": operator, "user_id": lin, "reason": " "}, "ACC-046"),
        (close_user, {"actor": cast.he, "user_id": lin, "reason": "x"}, "ACC-002"),
        (grant_post, {"actor": operator, "user_id": 10**9, **post}, "ACC-033"),
        (grant_post, {"actor": operator, "user_id": lin, **post, "role": "emperor"}, "ACC-041"),
        (grant_post, {"actor": operator, "user_id": lin, **post, "until": today}, "ACC-043"),
        (revoke_post, {"actor": operator, "post_id": 10**9, "reason": "x"}, "ACC-044"),
        (revoke_token, {"actor": operator, "public_id": "NOTHERE", "reason": "x"}, "ACC-053"),
    ):
        assert code_of(action, **arguments) == code
    assert (list(Post.objects.values()), AuditLine.objects.count()) == before


def test_a_bureau_grants_posts_in_its_own_area_only(cast):
    grant_post(actor=SYSTEM, user_id=cast.users["chen"], organisation_id=cast.city_bureau, role="bureau_approver")
    chen, lin = cast.chen, cast.users["lin"]
    refused = code_of(grant_post, actor=chen, user_id=lin, organisation_id=cast.xiling, role="registrar")
    assert refused == "ACC-045"
    theirs = Post.objects.get(user_id=cast.users["zhou"])
    assert code_of(revoke_post, actor=chen, post_id=theirs.pk, reason="x") == "ACC-045"
    assert grant_post(actor=chen, user_id=cast.users["zhou"], organisation_id=cast.donghu, role="registrar")


def test_other_sessions_end_when_the_password_changes(cast, client):
    from django.test import Client

    here, there = client, Client()
    for browser in (here, there):
        assert browser.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD}).status_code == 303
        assert browser.get("/school/").status_code == 200
    form = {"old": PASSWORD, "new": "a-new-one-77", "again": "a-new-one-77"}
    assert here.post("/account/password/", form).status_code == 303
    assert here.get("/school/").status_code == 200
    assert there.get("/school/").status_code == 303, "sent to sign in again"
    reset_password(actor=cast.operator, user_id=cast.users["lin"], reason="忘记密码")
    assert here.get("/school/").status_code == 303
