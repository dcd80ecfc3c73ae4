"""What notices say lies encrypted, is found by nobody in the database, and follows a new key."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.test import override_settings

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.notices.actions import reseal_notices, send, send_many
from guantong.base.notices.models import Notice
from guantong.base.notices.public import list_for
from guantong.base.people.actions.resealing import reseal_column
from tests.cast import Cast

OLD, NEW = ("MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=", "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=")


def raw() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM notices_notice ORDER BY id")
        return [bytes(row[0]) for row in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_texts_lie_encrypted_by_either_way_of_sending(cast: Cast) -> None:
    send(text="您的证书已被撤销，理由：身份证号530102199003071234填错。", to_person=cast.wu_person)
    send_many({cast.wu_person: "您已注册，学号 2025001。"})
    for stored in raw():
        assert "身份证号".encode() not in stored and b"530102199003071234" not in stored and b"2025001" not in stored
    assert {notice.text[:4] for notice in list_for(cast.wu)} == {"您的证书", "您已注册"}


@pytest.mark.django_db(transaction=True)
def test_equal_texts_differ_at_rest(cast: Cast) -> None:
    for _ in range(2):
        send(text="您的申请到期。", to_person=cast.wu_person)
    assert len(set(raw())) == 2


@pytest.mark.django_db
def test_they_cannot_be_searched_in_the_database() -> None:
    for lookup in ("text", "text__contains", "text__icontains", "text__in"):
        with pytest.raises(FieldError):
            Notice.objects.filter(**{lookup: "甲"}).exists()


@pytest.mark.django_db(transaction=True)
def test_an_altered_text_is_noticed(cast: Cast) -> None:
    send(text="您的申请到期。", to_person=cast.wu_person)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET text = %s", [raw()[0][:-1] + bytes([raw()[0][-1] ^ 1])])
    with pytest.raises(ValueError, match="altered"):
        list_for(cast.wu)


@pytest.mark.django_db(transaction=True)
def test_a_new_key_seals_them_again(cast: Cast) -> None:
    with override_settings(IDENTITY_KEY=OLD):
        send(text="第一条。", to_person=cast.wu_person)
    with override_settings(IDENTITY_KEY=f"{NEW},{OLD}"):
        send(text="第二条。", to_person=cast.wu_person)
        assert reseal_notices(SYSTEM) == 1
        assert reseal_notices(SYSTEM) == 0
    with override_settings(IDENTITY_KEY=NEW):
        assert {notice.text for notice in list_for(cast.wu)} == {"第一条。", "第二条。"}
    assert AuditLine.objects.filter(action="reseal_notices").count() == 1


def test_only_sealed_columns_are_resealed() -> None:
    with pytest.raises(TypeError):
        reseal_column(Notice, "link")
