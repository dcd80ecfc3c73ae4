"""Keys of issuers: one in use at a time, replaced with a reason, sealed at rest, never printed."""

from __future__ import annotations

import base64
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from guantong.base.accounts.public import SYSTEM, VISITOR
from guantong.base.audit.models import AuditLine
from guantong.base.orgs.actions import Basis, rename_organisation
from guantong.base.orgs.models import Organisation
from guantong.base.people.crypto import keyring
from guantong.base.signing.models import IssuerKey
from guantong.base.signing.public import find_signer, list_keys, renew_signing_key, signing_key
from guantong.base.signing.selectors import SEALED_FOR
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_key_is_made_on_first_need_and_stays(cast):
    assert find_signer(cast.province_bureau) is None
    made = signing_key(cast.province_bureau)
    assert signing_key(cast.province_bureau).key_id == made.key_id
    assert signing_key(None).key_id != made.key_id
    signer = find_signer(cast.province_bureau)
    assert (signer.key.key_id, signer.issuer) == (made.key_id, "云澜省教育厅")
    assert [k.organisation_id for k in list_keys([cast.province_bureau])] == [cast.province_bureau]
    assert {k.organisation_id for k in list_keys([cast.province_bureau, None])} == {cast.province_bureau, None}
    assert list_keys([]) == ()


@pytest.mark.parametrize("which", ["bureau", "bank"])
def test_the_database_keeps_to_one_key_in_use(cast, which):
    organisation = cast.province_bureau if which == "bureau" else None
    signing_key(organisation)
    row = IssuerKey.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.create(
            organisation_id=organisation,
            key_id="other",
            public_key=b"p" * 32,
            private_cipher=b"x",
            in_use_from=row.in_use_from,
        )


def test_the_private_half_is_sealed_for_its_purpose_alone(cast):
    signing_key(None)
    sealed = bytes(IssuerKey.objects.get().private_cipher)
    assert b"PRIVATE" not in sealed
    with pytest.raises(ValueError, match="altered"):
        keyring().open(sealed, "another-purpose")
    assert "PRIVATE KEY" in keyring().open(sealed, SEALED_FOR)


def test_a_renewed_key_may_sign_until_the_end_of_the_day(cast):
    old = signing_key(cast.province_bureau)
    new = renew_signing_key(actor=SYSTEM, organisation_id=cast.province_bureau, reason="每年例行更换")
    assert signing_key(cast.province_bureau).key_id == new != old.key_id
    first, second = list_keys()
    assert (first.until, second.until) == (clock.today() + timedelta(days=1), None)
    line = AuditLine.objects.get(action="renew_signing_key")
    assert (line.reason, line.facts["ended"]) == ("每年例行更换", old.key_id)


def test_a_new_name_means_a_new_key_and_the_old_one_keeps_its_name(cast):
    old = signing_key(cast.donghu)
    rename_organisation(
        actor=SYSTEM,
        organisation_id=cast.donghu,
        name="东湖职业大学",
        happened_on=clock.today(),
        basis=Basis("云教〔2026〕1号"),
    )
    assert find_signer(cast.donghu).issuer == "东湖职业技术学院"
    new = signing_key(cast.donghu)
    assert new.key_id != old.key_id
    assert signing_key(cast.donghu).key_id == new.key_id
    assert [(k.key.key_id, k.issuer) for k in list_keys([cast.donghu])] == [
        (old.key_id, "东湖职业技术学院"),
        (new.key_id, "东湖职业大学"),
    ]
    assert IssuerKey.objects.get(key_id=old.key_id).ended_reason == "机构更名"


def test_what_a_leaked_key_signed_today_does_not_count(cast):
    signing_key(None)
    renew_signing_key(actor=SYSTEM, organisation_id=None, reason="私钥泄露", is_leaked=True)
    assert list_keys()[0].until == clock.today()


def test_who_may_not_and_what_is_missing_changes_nothing(cast):
    key = signing_key(cast.donghu)
    for actor, organisation, reason, code in (
        (VISITOR, cast.donghu, "x", "ACC-001"),
        (cast.lin, cast.donghu, "x", "ACC-002"),
        (SYSTEM, cast.donghu, " ", "CRT-001"),
        (SYSTEM, cast.province_bureau, "x", "CRT-002"),
    ):
        with pytest.raises(Refusal) as refused:
            renew_signing_key(actor=actor, organisation_id=organisation, reason=reason)
        assert refused.value.code == code
    assert signing_key(cast.donghu).key_id == key.key_id
    assert IssuerKey.objects.count() == 1


def test_the_command_lists_and_renews(cast):
    assert "还没有签名密钥" in run("signing_keys")
    old = signing_key(cast.province_bureau)
    signing_key(None)
    text = run("signing_keys")
    assert f"{old.key_id}　云澜省教育厅" in text and "本地区学分银行" in text and "正在使用" in text
    assert "PRIVATE" not in text
    number = Organisation.objects.get(pk=cast.province_bureau).public_id
    assert "的新密钥是" in run("signing_keys", "--renew", number, "--reason", "每年例行更换")
    assert "的新密钥是" in run("signing_keys", "--renew", "bank", "--reason", "每年例行更换")
    assert run("signing_keys").count("停用") == 2
    for arguments, said in (
        (("--renew", "nobody", "--reason", "x"), "没有编号是"),
        (("--renew", number), "CRT-001"),
    ):
        with pytest.raises(CommandError, match=said):
            run("signing_keys", *arguments)


def test_private_halves_are_sealed_again_under_a_new_key(cast, settings):
    key = signing_key(None)
    old = settings.IDENTITY_KEY
    settings.IDENTITY_KEY = base64.b64encode(b"n" * 32).decode() + "," + old
    assert "已重新加密签名密钥 1 项" in run("renew_keys")
    assert "已重新加密签名密钥 0 项" in run("renew_keys")
    assert keyring().is_newest(bytes(IssuerKey.objects.get().private_cipher))
    assert signing_key(None).key_id == key.key_id
