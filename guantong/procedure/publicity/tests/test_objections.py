"""From a notice to its end: published, objected to, held, answered; and nobody learns who wrote."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

import pytest
from django.core import serializers
from django.db import DatabaseError, connection, transaction

from guantong.base.accounts.public import VISITOR
from guantong.base.audit.models import AuditLine
from guantong.base.people.crypto import Keyring, keyring
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay
from guantong.procedure.publicity.actions import (
    add_statement,
    answer_objection,
    object_to,
    open_identity,
    reply,
    take_back,
)
from guantong.procedure.publicity.actions.letters import PURPOSE, Identity, find_by_code
from guantong.procedure.publicity.actions.resealing import reseal_senders
from guantong.procedure.publicity.models import Attempt, Objection, PublicNotice, Sender, SenderLine
from guantong.procedure.publicity.selectors.letters import access_objection_for, list_own, objections_for, show_letter
from guantong.procedure.publicity.selectors.notices import show_notice
from tests.told import told

from .conftest import NAMED, NAMELESS

ASKER = "address:192.0.2.7"
AFTER = datetime(2025, 10, 23, 0, 0, tzinfo=CHINA_TIME)
"""The first moment after five working days from 15 October 2025."""


def standing(case: Case) -> str:
    case.refresh_from_db()
    return case.step or case.outcome


def test_a_notice_shows_the_fields_named_and_no_others(world):
    notice = world.shown()
    assert dict(notice.content) == {
        "单位": "东湖职业技术学院",
        "所在地区": "云澜省东湖市湖滨区",
        "基地名称": "智能制造基地",
        "负责人": "王主任，电话138****5678",
        "说明": "拟认定为样例基地。",
    }
    everything = serializers.serialize("json", PublicNotice.objects.all())
    assert "13812345678" not in everything
    assert (notice.starts_on.isoformat(), notice.ends_on.isoformat()) == ("2025-10-15", "2025-10-22")
    assert notice.publisher_name == "东湖市教育局"
    assert replay(Case.objects.get(pk=notice.case_id))[1] == []


def test_an_undisputed_notice_lapses_into_the_next_place(world):
    notice = world.shown()
    with clock.frozen_at(AFTER):
        assert scan_deadlines().lapsed == 1
    notice.refresh_from_db()
    assert standing(notice.case) == "recognised"
    assert (notice.state, notice.result, notice.outcome) == ("ended", "公示期满，没有收到异议。", "认定")


def test_an_open_objection_holds_the_notice_until_it_is_dismissed(world):
    notice = world.shown()
    objection, _ = world.objected(notice)
    with clock.frozen_at(AFTER):
        assert scan_deadlines().lapsed == 0
        assert standing(notice.case) == "notice"
        with pytest.raises(Refusal) as refused:
            world.act(notice.case, "chen", "approve")
        assert refused.value.code == "PUB-121"
        answer_objection(
            actor=world.cast.chen, public_id=objection.public_id, verdict="dismissed", answer="经核实，清单属实。"
        )
        assert scan_deadlines().lapsed == 1
    notice.refresh_from_db()
    assert standing(notice.case) == "recognised"
    assert notice.result == "公示期满，收到异议1份，经核实均不成立。"
    assert replay(notice.case)[1] == []


def test_an_upheld_objection_sends_the_case_back_with_the_reason(world):
    notice = world.shown()
    first, _ = world.objected(notice)
    second, _ = world.objected(notice)
    answer_objection(actor=world.cast.chen, public_id=first.public_id, verdict="upheld", answer="设备清单有误。")
    notice.refresh_from_db()
    assert standing(notice.case) == "again"
    assert (notice.state, notice.result) == ("stopped", "异议经核实成立，公示终止，重新办理。")
    line = CaseAction.objects.get(case=notice.case, action="part_move")
    assert (line.opinion["text"], line.details["objection"]) == ("设备清单有误。", first.public_id)
    assert (line.actor_role, line.on_behalf_of_id) == ("bureau_reviewer", world.cast.city_bureau)
    # the other is still answered, and moves nothing any more
    answer_objection(actor=world.cast.chen, public_id=second.public_id, verdict="upheld", answer="同上。")
    assert standing(notice.case) == "again"
    world.act(notice.case, "chen", "approve")
    assert PublicNotice.objects.filter(case=notice.case).count() == 2
    assert replay(Case.objects.get(pk=notice.case_id))[1] == []


def test_an_objection_is_taken_to_the_last_second_and_not_after(world):
    notice = world.shown()
    with clock.frozen_at(AFTER), pytest.raises(Refusal) as refused:
        world.objected(notice)
    assert refused.value.code == "PUB-102"
    with clock.frozen_at(datetime(2025, 10, 22, 23, 59, 59, tzinfo=CHINA_TIME)):
        world.objected(notice)
    assert Objection.objects.count() == 1
    with clock.frozen_at(AFTER):
        world.objected(notice)  # the notice is still open: an earlier objection holds it
    assert Objection.objects.count() == 2


def test_a_withdrawn_declaration_ends_its_notice(world):
    notice = world.shown()
    world.act(notice.case, "sun", "withdraw")
    notice.refresh_from_db()
    assert (notice.state, notice.result, notice.outcome) == ("stopped", "申报已经撤回，公示终止。", "已撤回")
    with pytest.raises(Refusal) as refused:
        world.objected(notice)
    assert refused.value.code == "PUB-102"


def test_each_objection_has_its_own_deadline_and_lateness_is_told_once(world, django_capture_on_commit_callbacks):
    notice = world.shown()
    with django_capture_on_commit_callbacks(execute=True):
        objection, _ = world.objected(notice)
    assert objection.due_on.isoformat() == "2025-10-29"
    assert len(told(objection.public_id)) == 1
    late = datetime(2025, 10, 30, 0, 0, tzinfo=CHINA_TIME)
    with clock.frozen_at(late), django_capture_on_commit_callbacks(execute=True):
        assert scan_deadlines().done == {"异议逾期提醒": 1}
        assert scan_deadlines().done == {}
        assert access_objection_for(world.cast.chen, objection.public_id).is_overdue
    assert len(told("已过答复期限")) == 1


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        (replace(NAMELESS, text="  "), "PUB-103"),
        (replace(NAMELESS, text="字" * 4001), "PUB-104"),
        (replace(NAMED, name=" "), "PUB-105"),
        (replace(NAMED, contact=""), "PUB-106"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(world, letter, code):
    notice = world.shown()
    with pytest.raises(Refusal) as refused:
        world.objected(notice, letter)
    assert refused.value.code == code
    assert (Objection.objects.count(), Sender.objects.count(), Attempt.objects.count()) == (0, 0, 0)


def test_answering_needs_a_reason_the_right_post_and_happens_once(world):
    objection, _ = world.objected(world.shown())
    number = objection.public_id
    for who, verdict, answer, code in (
        ("chen", "dismissed", " ", "PUB-112"),
        ("chen", "maybe", "说明。", "PUB-118"),
        ("he", "dismissed", "说明。", "PUB-110"),
        ("sun", "dismissed", "说明。", "PUB-110"),
        ("zhou", "dismissed", "说明。", "PUB-110"),
    ):
        with pytest.raises(Refusal) as refused:
            answer_objection(actor=world.cast.actor(who), public_id=number, verdict=verdict, answer=answer)
        assert refused.value.code == code, who
    for _ in range(2):  # a double click is harmless
        answer_objection(actor=world.cast.chen, public_id=number, verdict="dismissed", answer="说明。")
    assert SenderLine.objects.filter(kind="dismissed").count() == 1
    with pytest.raises(Refusal) as refused:
        answer_objection(actor=world.cast.chen, public_id=number, verdict="upheld", answer="改了。")
    assert refused.value.code == "PUB-111"
    assert [o.pk for o in objections_for(world.cast.chen, is_open=False)] == [objection.pk]
    assert not objections_for(world.cast.he, is_open=True).exists()


def everything_stored() -> str:
    """Every row of every table of the database as text, the encrypted columns as they are."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_named_objector_stands_nowhere_in_clear(world, caplog):
    notice = world.shown()
    with caplog.at_level(logging.DEBUG):
        objection, code = world.objected(notice, NAMED)
        add_statement(sender=objection.sender, text="补充一份证据。", asker=ASKER)
        answer_objection(
            actor=world.cast.chen, public_id=objection.public_id, verdict="dismissed", answer="经核实属实。"
        )
    stored = everything_stored()
    for secret in ("郑重声", "13900001111", code, "192.0.2.7", "10.0.0."):
        assert secret not in stored
        assert secret not in caplog.text
    assert "郑重声" not in repr(NAMED) and "郑重声" not in repr(Identity("郑重声", "1"))
    case = Case.objects.get(pk=notice.case_id)
    assert {line.actor_label for line in case.log.filter(action="part_note", details__what="objection")} == {"访客"}


def test_somebody_signed_in_is_named_in_no_record(world):
    notice = world.shown()
    actor = world.cast.wu
    object_to(actor=actor, notice=notice.public_id, letter=NAMELESS, asker=f"user:{actor.user_id}")
    object_to(actor=actor, notice=notice.public_id, letter=NAMED, asker=f"user:{actor.user_id}")
    lines = AuditLine.objects.filter(action="receive_objection")
    assert {(line.actor_user_id, line.actor_label) for line in lines} == {(None, "访客")}
    assert not CaseAction.objects.filter(case=notice.case, actor_user_id=actor.user_id).exists()
    nameless, named = Sender.objects.order_by("pk")
    assert (nameless.sealed, nameless.owner_index) == (None, None)
    assert Identity.unseal(bytes(named.sealed)).user_id == actor.user_id
    assert [letter.sender.pk for letter in list_own(actor.user_id)] == [named.pk]
    assert list_own(world.cast.zhao.user_id) == []


def test_the_handler_opens_an_identity_with_a_reason_and_each_look_is_recorded(world):
    notice = world.shown()
    objection, _ = world.objected(notice, NAMED)
    chen = world.cast.chen
    for who in ("he", "sun", "operator", "wu"):
        with pytest.raises(Refusal) as refused:
            open_identity(actor=world.cast.actor(who), sender=objection.sender, reason="想看看。")
        assert refused.value.code == "PUB-110", who
    with pytest.raises(Refusal) as refused:
        open_identity(actor=chen, sender=objection.sender, reason="  ")
    assert refused.value.code == "PUB-115"
    assert not AuditLine.objects.filter(action="open_protected_identity").exists()
    for count in (1, 2):
        found = open_identity(actor=chen, sender=objection.sender, reason="需要当面核实证据。")
        assert (found.name, found.contact) == ("郑重声", "13900001111")
        lines = AuditLine.objects.filter(action="open_protected_identity")
        assert lines.count() == count == SenderLine.objects.filter(kind="opened").count()
        assert lines.last().actor_user_id == chen.user_id
        assert "郑重声" not in str(lines.last().__dict__)
    assert "查看" not in "".join(line.title for line in show_letter(objection.sender).lines)
    nameless, _ = world.objected(notice)
    with pytest.raises(Refusal) as refused:
        open_identity(actor=chen, sender=nameless.sender, reason="想看看。")
    assert refused.value.code == "PUB-116"


def test_whoever_has_the_code_follows_adds_and_takes_back(world):
    notice = world.shown()
    objection, code = world.objected(notice)
    assert not Sender.objects.filter(code_index=code.encode()).exists()
    sender = find_by_code(f" {code[:4]}-{code[4:].lower()} ", ASKER)
    assert sender.pk == objection.sender_id
    add_statement(sender=sender, text="还有一份照片。", asker=ASKER)
    reply(actor=world.cast.chen, sender=sender, text="照片请寄到市教育局。")
    shown = show_letter(sender)
    assert [line.text for line in shown.lines] == ["", "还有一份照片。", "照片请寄到市教育局。"]
    assert shown.lines[-1].who == "东湖市教育局主管部门审核人"
    take_back(sender=sender, asker=ASKER)
    objection.refresh_from_db()
    assert objection.state == "taken_back"
    with pytest.raises(Refusal) as refused:
        add_statement(sender=sender, text="再补充。", asker=ASKER)
    assert refused.value.code == "PUB-117"
    with clock.frozen_at(AFTER):
        assert scan_deadlines().lapsed == 1
    assert replay(Case.objects.get(pk=notice.case_id))[1] == []


def test_guessing_codes_is_slowed_for_one_place_only(world):
    _, code = world.objected(world.shown())
    for _ in range(7):
        with pytest.raises(Refusal) as refused:
            find_by_code("A" * 16, ASKER)
    assert refused.value.code == "PUB-108"
    with pytest.raises(Refusal) as refused:
        find_by_code(code, ASKER)
    assert refused.value.code == "PUB-109"
    assert find_by_code(code, "address:198.51.100.1")


def test_a_flood_of_letters_from_one_place_is_slowed(world):
    notice = world.shown()
    for _ in range(7):
        world.objected(notice, asker=ASKER)
    with pytest.raises(Refusal) as refused:
        world.objected(notice, asker=ASKER)
    assert (refused.value.code, refused.value.status) == ("PUB-107", 429)
    world.objected(notice, asker="address:198.51.100.1")
    assert Objection.objects.count() == 8
    indexes = {bytes(a) for a in Attempt.objects.values_list("asker", flat=True)}
    assert len(indexes) == 2
    with clock.frozen_at(datetime(2025, 10, 17, 10, 0, tzinfo=CHINA_TIME)):
        world.objected(notice, asker=ASKER)
        assert Attempt.objects.count() == 1  # what is older than a day is forgotten
        assert bytes(Attempt.objects.get().asker) not in indexes  # and tomorrow's digest is another


def test_lines_cannot_be_changed_and_tampering_is_found(world):
    objection, _ = world.objected(world.shown())
    for sql in ("UPDATE publicity_senderline SET text = '改'", "DELETE FROM publicity_senderline"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    PublicNotice.objects.update(content=[["单位", "别的学校"]])
    Sender.objects.update(head_digest="0" * 64)
    found = replay(Case.objects.get(pk=objection.case_id))[1]
    assert {p.code for p in found} == {"PUB-201", "PUB-202"}


def test_identities_are_sealed_again_under_a_new_key(world, settings):
    import base64

    objection, code = world.objected(world.shown(), NAMED)
    before = bytes(Sender.objects.get().sealed)
    settings.IDENTITY_KEY = base64.b64encode(b"n" * 32).decode() + "," + settings.IDENTITY_KEY
    assert reseal_senders(VISITOR) == 1
    assert reseal_senders(VISITOR) == 0
    after = bytes(Sender.objects.get().sealed)
    assert after != before and keyring().is_newest(after)
    assert Keyring(settings.IDENTITY_KEY).open(after, PURPOSE)
    assert find_by_code(code, ASKER).pk == objection.sender_id


def test_an_extended_notice_is_shown_with_its_new_day(world):
    notice = world.shown()
    Case.objects.filter(pk=notice.case_id).update(due_on="2025-10-24")
    assert show_notice(PublicNotice.objects.select_related("case").get()).ends_on.isoformat() == "2025-10-24"
    scan_deadlines()
    notice.refresh_from_db()
    assert notice.ends_on.isoformat() == "2025-10-24"


def test_the_person_of_the_case_does_not_answer_objections_to_it(world):
    notice = world.shown()
    objection, _ = world.objected(notice)
    Case.objects.filter(pk=notice.case_id).update(person_id=world.cast.people["wu"])
    actor = replace(world.cast.chen, person_id=world.cast.people["wu"])
    with pytest.raises(Refusal) as refused:
        answer_objection(actor=actor, public_id=objection.public_id, verdict="dismissed", answer="没有。")
    assert refused.value.code == "PUB-114"
    objection.refresh_from_db()
    assert objection.state == "received"
