"""Signing in and out, the second factor, one's account, demo cards."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from guantong.base.accounts.actions import begin_totp, confirm_totp
from guantong.base.accounts.actor import Actor
from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.site.desks import cards
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def _enrol(cast, name: str) -> tuple[str, list[str]]:
    actor: Actor = getattr(cast, name)
    setup = begin_totp(actor=actor, user_id=cast.users[name])
    return setup.secret, confirm_totp(actor=actor, user_id=cast.users[name], code=_code(setup.secret))


def test_a_registrar_signs_in_and_reaches_her_desk(cast):
    client = Client()
    answer = client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD, "next": ""}, follow=True)
    assert answer.redirect_chain[-1][0] == "/school/"
    assert "学校工作台" in answer.content.decode()
    assert "林老师" in answer.content.decode()


def test_a_wrong_password_is_refused_with_what_to_do_and_nobody_is_signed_in(cast):
    client = Client()
    answer = client.post("/sign-in/", {"username": "lin.staff", "password": "wrong"})
    assert answer.status_code == 401
    assert "账号或密码不正确。" in answer.content.decode()
    assert "编号 ACC-010" in answer.content.decode()
    assert 'value="lin.staff"' in answer.content.decode()
    assert client.get("/desk/").headers["Location"].startswith("/sign-in/?next=")


def test_many_wrong_passwords_make_everyone_wait_even_with_the_right_one(cast):
    client = Client()
    for _ in range(5):
        client.post("/sign-in/", {"username": "lin.staff", "password": "wrong"})
    answer = client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD})
    assert answer.status_code == 429
    assert "编号 ACC-011" in answer.content.decode()


def test_she_comes_back_to_the_page_she_wanted_but_never_to_another_site(cast):
    client = Client()
    assert client.get("/school/").headers["Location"] == "/sign-in/?next=/school/"
    answer = client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD, "next": "/account/"})
    assert answer.headers["Location"] == "/account/"
    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        other = Client()
        answer = other.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD, "next": bad})
        assert answer.headers["Location"] == "/desk/"


def test_an_account_with_a_second_factor_is_asked_for_it(cast):
    secret, codes = _enrol(cast, "chen")
    client = Client()
    answer = client.post("/sign-in/", {"username": "chen.staff", "password": PASSWORD, "next": "/bureau/"})
    assert answer.headers["Location"] == "/sign-in/code/"
    assert client.get("/bureau/").status_code == 303
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 401
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        answer = client.post("/sign-in/code/", {"code": _code(secret)})
        assert answer.headers["Location"] == "/bureau/"
        assert client.get("/bureau/").status_code == 200
    other = Client()
    other.post("/sign-in/", {"username": "chen.staff", "password": PASSWORD})
    assert other.post("/sign-in/code/", {"code": codes[0]}).status_code == 303


def test_the_second_step_does_not_wait_for_ever(cast):
    _enrol(cast, "chen")
    client = Client()
    client.post("/sign-in/", {"username": "chen.staff", "password": PASSWORD})
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        answer = client.get("/sign-in/code/")
    assert answer.status_code == 403
    assert "编号 WEB-010" in answer.content.decode()
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"


def test_setting_up_the_second_factor_shows_the_picture_only_to_its_owner(cast):
    client = Client()
    client.force_login(cast.user("lin"))
    assert client.get("/account/second-factor/code.svg").status_code == 404
    client.post("/account/second-factor/begin/")
    page = client.get("/account/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page).group(1)
    picture = client.get("/account/second-factor/code.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    other = Client()
    other.force_login(cast.user("zhou"))
    assert other.get("/account/second-factor/code.svg").status_code == 404
    wrong = client.post("/account/second-factor/confirm/", {"code": "123"})
    assert wrong.status_code == 401
    assert "编号 ACC-012" in wrong.content.decode()
    right = client.post("/account/second-factor/confirm/", {"code": _code(secret)})
    assert right.status_code == 200
    assert right.content.decode().count('<li class="secret">') == 10
    assert client.get("/account/").status_code == 200
    assert client.get("/account/second-factor/code.svg").status_code == 404


def test_changing_the_password_keeps_this_session_and_ends_the_others(cast):
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD})
    wrong = here.post("/account/password/", {"old": PASSWORD, "new": "another-good-one-7", "again": "other"})
    assert wrong.status_code == 422
    assert "两次填写的新密码不一样。" in wrong.content.decode()
    weak = here.post("/account/password/", {"old": PASSWORD, "new": "1234567", "again": "1234567"})
    assert {"ACC-021", "ACC-023"} <= set(re.findall(r"ACC-\d+", weak.content.decode()))
    done = here.post(
        "/account/password/", {"old": PASSWORD, "new": "another-good-one-7", "again": "another-good-one-7"}, follow=True
    )
    assert "密码已经修改" in done.content.decode()
    assert here.get("/school/").status_code == 200
    assert there.get("/school/").status_code == 303
    assert AuditLine.objects.filter(action="change_password").count() == 1


def test_signing_out_needs_a_post_and_ends_the_session(cast):
    client = Client()
    client.force_login(cast.user("lin"))
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/school/").status_code == 200
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/school/").status_code == 303


@pytest.mark.parametrize(
    ("name", "own"),
    [("lin", "school"), ("chen", "bureau"), ("zhang", "issuer"), ("wu", "learner"), ("operator", "operator")],
)
def test_each_desk_opens_only_to_those_who_sit_there(cast, name, own):
    client = Client()
    client.force_login(cast.user(name))
    assert client.get("/desk/").headers["Location"] == f"/{own}/"
    for desk in ("learner", "school", "bureau", "issuer", "operator"):
        assert client.get(f"/{desk}/").status_code == (200 if desk == own else 403)


def test_an_account_without_a_post_is_told_what_to_do(cast):
    from guantong.base.accounts.actions import create_user
    from guantong.base.accounts.public import SYSTEM

    account = create_user(
        actor=SYSTEM, username="new.teacher", display_name="新老师", password=PASSWORD, must_change_password=False
    )
    client = Client()
    client.force_login(account.user)
    text = client.get("/desk/").content.decode()
    assert "您现在还没有工作台" in text
    assert "new.teacher" in text


def test_someone_with_a_first_password_is_sent_to_change_it(cast):
    from guantong.base.accounts.actions import create_user, grant_post
    from guantong.base.accounts.public import SYSTEM

    account = create_user(actor=SYSTEM, username="fresh.staff", display_name="新老师")
    grant_post(actor=SYSTEM, user_id=account.user.pk, organisation_id=cast.donghu, role="registrar")
    client = Client()
    answer = client.post("/sign-in/", {"username": "fresh.staff", "password": account.first_password})
    assert answer.headers["Location"] == "/account/"
    assert "您还在使用初始密码" in client.get("/account/").content.decode()
    assert client.get("/school/").status_code == 403
    assert "请先修改密码" in client.get("/desk/").content.decode()


def test_demo_cards_exist_only_in_the_demo_and_only_for_the_cast(cast, settings, monkeypatch):
    monkeypatch.setattr(cards, "_cast", lambda: (("lin.staff", "林老师", "教务经办人"), ("ghost", "无", "无")))
    client = Client()
    page = client.get("/sign-in/").content.decode()
    assert 'value="lin.staff"' in page
    assert 'value="ghost"' not in page
    assert client.post("/sign-in/demo/", {"username": "chen.staff"}).status_code == 403
    assert client.post("/sign-in/demo/", {"username": "lin.staff"}).status_code == 303
    assert client.get("/school/").status_code == 200
    settings.DEMO = False
    other = Client()
    assert "演示账号" not in other.get("/sign-in/").content.decode()
    assert other.post("/sign-in/demo/", {"username": "lin.staff"}).status_code == 403
    assert other.get("/school/").status_code == 303


def test_forms_without_their_token_are_refused(cast):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD})
    assert answer.status_code == 403
    assert "编号 WEB-004" in answer.content.decode()


def test_signed_in_pages_are_not_kept_by_browsers(cast):
    client = Client()
    client.force_login(cast.user("lin"))
    assert "no-store" in client.get("/school/")["Cache-Control"]


def test_wanting_another_desk_leads_to_ones_own(cast):
    client = Client()
    answer = client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD, "next": "/learner/account/"})
    assert answer.headers["Location"] == "/desk/"
    assert client.get("/sign-in/?next=/bureau/").headers["Location"] == "/desk/"
    assert client.get("/sign-in/?next=/school/plans/").headers["Location"] == "/school/plans/"
