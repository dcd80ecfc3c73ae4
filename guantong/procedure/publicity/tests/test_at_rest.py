"""What people wrote lies encrypted: letters, objections, free words of complaints, and what notices say of a case."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import override_settings

from guantong.base.accounts.public import SYSTEM
from guantong.base.notices.models import Notice
from guantong.base.people.crypto import Keyring
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.models import CaseAction
from guantong.procedure.cases.selectors import replay
from guantong.procedure.publicity.actions import add_statement, answer_objection, reply
from guantong.procedure.publicity.actions.letters import Letter, find_by_code
from guantong.procedure.publicity.actions.resealing import reseal_senders
from guantong.procedure.publicity.models import Objection, Sender, SenderLine
from guantong.procedure.publicity.selectors.letters import case_snippet, show_letter
from guantong.procedure.publicity.selectors.verifying import check_sender

from .test_objections import ASKER, everything_stored

NUMBER = "530102199003071234"
SIGNED = Letter(f"我叫郑重声，身份证号{NUMBER}，电话13900001111，王老师收了我的礼金。", True, "郑重声", "13900001111")
OLD, NEW = ("MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=", "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=")


def stored_bytes() -> bytes:
    """Every binary column of the rooms that keep what people wrote, and everything else as text."""
    raw = [everything_stored().encode()]
    with connection.cursor() as cursor:
        for table, column in (
            ("publicity_senderline", "sealed_text"),
            ("publicity_objection", "sealed_text"),
            ("publicity_sender", "text_key"),
            ("notices_notice", "text"),
        ):
            cursor.execute(f"SELECT {column} FROM {table}")
            raw += [bytes(row[0]) for row in cursor.fetchall()]
    return b"\n".join(raw)


def test_nothing_a_complainant_wrote_can_be_read_in_the_database(world):
    case, code = world.complained(SIGNED, form={"teacher": "王一凡老师", "kind": "gift", "happened": "2025-09-01"})
    add_statement(sender=find_by_code(code, ASKER), text="还有转账记录，尾号6222。", asker=ASKER)
    reply(actor=world.cast.chen, sender=Sender.objects.get(), text="请郑先生保留转账记录。")
    stored = stored_bytes()
    for secret in (NUMBER, "郑重声", "13900001111", "王一凡", "礼金", "6222", "郑先生", code):
        assert secret.encode() not in stored, secret
        assert secret.encode("unicode_escape") not in stored, secret
    definition = world.definitions["sample-complaint"]
    assert declared_values(case, definition) == {"teacher": "见来信", "kind": "gift", "happened": "2025-09-01"}
    assert replay(case)[1] == []


def test_those_who_handle_a_complaint_read_all_of_it_also_when_it_is_closed(world):
    case, _ = world.complained(SIGNED, form={"teacher": "王一凡老师", "kind": "gift"})
    definition = world.definitions["sample-complaint"]

    def read_by(who: str) -> str:
        case.refresh_from_db()
        snippet = case_snippet(world.cast.actor(who), case, definition)
        return snippet["letter"]["lines"][0].text if snippet and snippet["letter"] else ""

    assert read_by("chen") == f"被反映的教师：王一凡老师\n{SIGNED.text}"
    assert read_by("sun") == read_by("wu") == ""
    world.act(case, "chen", "approve", opinion="已查实。")
    assert read_by("chen").startswith("被反映的教师：王一凡老师")
    assert read_by("sun") == read_by("qian") == read_by("operator") == ""


def test_an_objection_is_read_by_its_handler_and_by_nobody_in_the_database(world):
    objection, code = world.objected(world.shown(), SIGNED)
    assert NUMBER.encode() not in stored_bytes() and "礼金".encode() not in stored_bytes()
    assert Objection.objects.get(pk=objection.pk).text == SIGNED.text == show_letter(find_by_code(code, ASKER)).text
    assert check_sender(Sender.objects.get()) == []


def test_no_notice_and_no_log_line_names_a_protected_sender(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        objection, _ = world.objected(world.shown(), SIGNED)
        answer_objection(
            actor=world.cast.chen, public_id=objection.public_id, verdict="dismissed", answer="经核实属实。"
        )
        world.complained(SIGNED)
    told = [*Notice.objects.values_list("text", flat=True)]
    assert told
    logged = repr([*CaseAction.objects.values_list("actor_label", "opinion", "values", "details")])
    for secret in (NUMBER, "郑重声", "13900001111", "礼金"):
        assert not [text for text in told if secret in text]
        assert secret not in logged


def test_equal_words_of_two_letters_are_not_equal_at_rest_and_no_digest_confirms_a_guess(world):
    first, _ = world.complained(Letter("同一句话。"), form={"teacher": "甲", "kind": "gift"})
    second, _ = world.complained(Letter("同一句话。"), form={"teacher": "甲", "kind": "gift"})
    lines = [*SenderLine.objects.filter(sender__complaint__case__in=(first, second), kind="received")]
    assert len({bytes(line.sealed_text) for line in lines}) == len({line.digest for line in lines}) == 2
    assert lines[0].text == lines[1].text


def test_an_altered_letter_is_noticed_without_the_key(world, monkeypatch):
    world.complained(SIGNED)
    sender = Sender.objects.get()
    monkeypatch.setattr(Keyring, "open", lambda *_: pytest.fail("verification needs no key"))
    assert check_sender(sender) == []
    sender.head_digest = "0" * 64
    assert [p.code for p in check_sender(sender)]


def test_a_new_key_leaves_append_only_lines_readable_and_the_old_key_can_go(world):
    with override_settings(IDENTITY_KEY=OLD):
        case, code = world.complained(SIGNED)
        objection, _ = world.objected(world.shown(), SIGNED)
    before = {line.pk: bytes(line.sealed_text) for line in SenderLine.objects.all()}
    with override_settings(IDENTITY_KEY=f"{NEW},{OLD}"):
        assert reseal_senders(SYSTEM) == 2
        assert reseal_senders(SYSTEM) == 0
        assert find_by_code(code, ASKER).kind == "complaint"
    with override_settings(IDENTITY_KEY=NEW):
        assert Objection.objects.get(pk=objection.pk).text == SIGNED.text
        assert SIGNED.text in {line.text.partition("\n")[2] for line in SenderLine.objects.filter(kind="received")}
    assert before == {line.pk: bytes(line.sealed_text) for line in SenderLine.objects.all()}
    assert case.pk
