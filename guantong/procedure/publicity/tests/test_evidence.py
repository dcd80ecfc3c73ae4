"""Evidence with a letter: taken by what it is, encrypted, named nowhere, read by its handler, told in the chain."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from guantong.base.accounts.actions import grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.files.models import StoredFile
from guantong.base.notices.models import Notice
from guantong.base.orgs.models import Organisation
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import withdraw_case
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import verify_all
from guantong.procedure.publicity.actions import add_statement, answer_objection
from guantong.procedure.publicity.actions.attaching import Attachment, read_evidence
from guantong.procedure.publicity.actions.complaining import proved
from guantong.procedure.publicity.actions.letters import Letter, find_by_code
from guantong.procedure.publicity.models import Evidence, Objection, Sender, SenderLine
from guantong.procedure.publicity.selectors.letters import evidence_of, lines_of
from guantong.procedure.publicity.selectors.verifying import check_sender
from guantong.procedure.publicity.web import uploading
from guantong.procedure.registers.tests.test_power import fails_everywhere
from tests.house.test_pages import read_page
from tests.procedures import browser, hire

from .test_objections import ASKER

SECRET = b"SEALED-WORDS-OF-THE-COMPLAINANT"
PDF = b"%PDF-1.4 " + SECRET + b"\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + SECRET + b"IEND\xaeB`\x82"
LETTER = Letter("见佐证。", True, "郑重声", "13900001111", (Attachment(PDF, "pdf"), Attachment(PNG, "png")))
NAMELESS = Letter("见佐证。", files=(Attachment(PDF, "pdf"),))


def refused(work: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def everywhere(secret: bytes) -> list[str]:
    """Tables in which the words can be read, in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                cells = [bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row]
                if any(secret in cell for cell in cells):
                    found.append(table)
    return found


def test_files_of_a_complaint_lie_encrypted_and_are_told_in_the_chain(world: Any) -> None:
    case, code = world.complained(LETTER)
    assert everywhere(SECRET) == [] and not StoredFile.objects.exists()
    sender = Sender.objects.get()
    told = [line.text for line in lines_of(sender, for_sender=True)]
    assert told[-1] == "佐证1（PDF，1 千字节）、佐证2（PNG 图片，1 千字节）。"
    assert check_sender(sender) == [] and verify_all().problems == []
    add_statement(sender=find_by_code(code, ASKER), text="再补一份。", asker=ASKER, files=(Attachment(PDF, "pdf"),))
    assert [e.number for e in sender.evidence.order_by("number")] == [1, 2, 3]
    assert len({bytes(e.sealed) for e in sender.evidence.all()}) == 3  # equal files are not equal at rest
    assert check_sender(Sender.objects.get()) == [] and case.pk


def test_the_handler_alone_reads_them_and_every_look_is_recorded(world: Any) -> None:
    case, _ = world.complained(LETTER)
    sender = Sender.objects.get()
    chen = world.cast.chen
    assert [(e.number, e.words) for e in evidence_of(chen, sender)] == [(1, "PDF，1 千字节"), (2, "PNG，1 千字节")]
    content, kind = read_evidence(actor=chen, sender=sender, number=2)
    assert (content, kind.suffix) == (PNG, "png")
    line = AuditLine.objects.get(action="read_evidence")
    assert (line.actor_user_id, line.subject_id) == (chen.user_id, sender.public_id)
    assert "郑重声" not in repr(line.__dict__)
    for who in ("sun", "wu", "he", "operator", "lin"):
        actor = world.cast.actor(who)
        assert evidence_of(actor, sender) == []
        assert refused(lambda actor=actor: read_evidence(actor=actor, sender=sender, number=1)).code == "PUB-124"
    assert refused(lambda: read_evidence(actor=chen, sender=sender, number=9)).code == "PUB-124"
    world.act(case, "chen", "approve", opinion="已查实。")
    assert read_evidence(actor=chen, sender=sender, number=1)[0] == PDF
    assert AuditLine.objects.filter(action="read_evidence").count() == 2


def test_whoever_also_works_where_it_happened_does_not_read_it(world: Any) -> None:
    world.complained(LETTER)
    sender = Sender.objects.get()
    hire(world.cast, "liangtou", "两头科员", "city_bureau", "bureau_reviewer")
    assert len(evidence_of(world.cast.actor("liangtou"), sender)) == 2
    user = world.cast.actor("liangtou").user_id
    grant_post(actor=SYSTEM, user_id=user, role="registrar", organisation_id=world.cast.donghu)
    assert evidence_of(world.cast.actor("liangtou"), sender) == []


@pytest.mark.parametrize(
    ("content", "suffix", "code"),
    [
        (b"", "pdf", "FIL-001"),
        (b"MZ\x90 a program", "pdf", "FIL-003"),
        (PDF, "png", "FIL-004"),
        (PDF[:-6], "pdf", "FIL-006"),
        (b"%PDF-1.4" + b"0" * (10 * 1024 * 1024) + b"%%EOF", "pdf", "FIL-002"),
    ],
)
def test_what_is_not_taken_leaves_nothing(world: Any, content: bytes, suffix: str, code: str) -> None:
    letter = Letter("见佐证。", files=(Attachment(PDF, "pdf"), Attachment(content, suffix)))
    refusal = refused(lambda: world.complained(letter))
    (problem,) = refusal.problems
    assert problem.code == code and problem.where.column == "evidence_2"
    assert not Sender.objects.exists() and not Case.objects.exists()


def test_only_so_many_at_once_and_in_a_letter(world: Any) -> None:
    one = Attachment(PDF, "pdf")
    assert refused(lambda: world.complained(Letter("见佐证。", files=(one,) * 4))).code == "PUB-125"
    _, code = world.complained(Letter("见佐证。", files=(one,) * 3))
    sender = find_by_code(code, ASKER)
    for number in range(2):
        add_statement(sender=sender, text="补充。", asker=f"address:10.9.0.{number}", files=(one,) * 3)
    lines = SenderLine.objects.count()
    refusal = refused(lambda: add_statement(sender=sender, text="补充。", asker="address:10.9.1.1", files=(one,) * 2))
    assert refusal.code == "PUB-125" and "11份" in refusal.problems[0].message
    assert Evidence.objects.count() == 9 and SenderLine.objects.count() == lines


def test_an_altered_or_lost_file_is_noticed_without_the_key(world: Any) -> None:
    world.complained(LETTER)
    sender = Sender.objects.get()
    row = Evidence.objects.get(number=2)
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("DELETE FROM publicity_evidence WHERE id = %s", [row.pk])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='publicity_evidence'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, until the test is undone
        cursor.execute("UPDATE publicity_evidence SET sealed = %s WHERE id = %s", [b"x", row.pk])
    assert [p.code for p in check_sender(sender)] == ["PUB-204"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM publicity_evidence WHERE id = %s", [row.pk])
    assert [p.code for p in check_sender(sender)] == ["PUB-202"]


def test_the_power_fails_while_evidence_is_kept(world: Any) -> None:
    _, code = world.complained()
    sender = find_by_code(code, ASKER)
    count = fails_everywhere(
        lambda: add_statement(sender=sender, text="补充。", asker=ASKER, files=(Attachment(PDF, "pdf"),))
    )
    assert count > 3 and Evidence.objects.count() == 1 and check_sender(Sender.objects.get()) == []


def test_a_letter_with_evidence_taken_back_keeps_it_from_everybody_else(world: Any) -> None:
    case, _ = world.complained(NAMELESS)
    case = withdraw_case(actor=proved(case), case_id=case.pk, revision=case.revision)
    sender = Sender.objects.get()
    for who in ("sun", "wu", "he", "operator"):
        assert evidence_of(world.cast.actor(who), sender) == []


# ---- pages ---


def upload(name: str, content: bytes, media: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=media)


def post_complaint(world: Any, client: Client, **more: Any) -> Any:
    school = Organisation.objects.get(pk=world.cast.donghu)
    given = {
        "organisation": school.public_id,
        "form.teacher": "某教师",
        "form.kind": "gift",
        "text": "见佐证。",
        "signed": "named",
        "name": "郑重声",
        "contact": "13900001111",
        "evidence_1": upload("郑重声的转账记录.pdf", PDF),
        "evidence_2": upload("photo.png", PNG, "image/png"),
        **more,
    }
    return client.post("/complaints/sample-complaint/", given)


def test_a_visitor_attaches_files_and_the_handler_downloads_them(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = []
    read = uploading.attachments_of

    def noted(request: Any) -> Any:
        kinds.extend(type(f) for f in request.FILES.values())
        return read(request)

    monkeypatch.setattr("guantong.procedure.publicity.web.complaints.attachments_of", noted)
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get("/complaints/sample-complaint/").content.decode()
    assert read_page(page) == [] and 'enctype="multipart/form-data"' in page and "文件名不保存" in page
    assert post_complaint(world, visitor).status_code == 403  # without the proof of the form
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    answer = post_complaint(world, visitor, csrfmiddlewaretoken=token[1])
    assert answer.status_code == 200 and "查询码" in answer.content.decode()
    assert kinds == [InMemoryUploadedFile] * 2
    assert everywhere("郑重声的转账记录".encode()) == []
    sender, case = Sender.objects.get(), Case.objects.get()
    chen = browser(world.cast, "chen")
    page = chen.get(f"/complaints/cases/{case.public_id}/").content.decode()
    assert read_page(page) == [] and "佐证 1" in page and "郑重声" not in page
    link = f"/letters/{sender.public_id}/evidence/1/"
    assert link in page
    found = chen.get(link)
    assert found.content == PDF and "attachment" in found["Content-Disposition"]
    assert found["Cache-Control"] == "private, no-store" and found["X-Content-Type-Options"] == "nosniff"
    for who in ("sun", "he", "wu"):
        assert browser(world.cast, who).get(link).status_code == 404
    assert Client().get(link).status_code in (302, 303)


def test_a_large_file_is_held_in_memory_too(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = []
    read = uploading.attachments_of

    def noted(request: Any) -> Any:
        kinds.extend(type(f) for f in request.FILES.values())
        return read(request)

    monkeypatch.setattr("guantong.procedure.publicity.web.complaints.attachments_of", noted)
    large = b"%PDF-1.4" + b"0" * (4 * 1024 * 1024) + b"%%EOF"
    assert post_complaint(world, Client(), evidence_1=upload("a.pdf", large)).status_code == 200
    assert kinds == [InMemoryUploadedFile] * 2


def test_a_file_of_the_wrong_kind_is_told_beside_its_control(world: Any) -> None:
    answer = post_complaint(world, Client(), evidence_2=upload("x.png", b"not a picture"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "evidence_2" in page and "FIL-" in page
    assert not Sender.objects.exists()


def test_objections_take_files_and_additions_by_code(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    notice = world.shown()
    with django_capture_on_commit_callbacks(execute=True):
        answer = Client().post(
            f"/publicity/{notice.public_id}/object/",
            {"text": "不属实。", "signed": "anonymous", "evidence_1": upload("我的名字.pdf", PDF)},
        )
        page = answer.content.decode()
        code = re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", page)
        assert code is not None
        answer = Client().post(
            "/letters/",
            {"code": code[0], "do": "add", "statement": "再补一份。", "evidence_1": upload("b.png", PNG, "image/png")},
        )
        page = answer.content.decode()
    assert read_page(page) == [] and "来信人附上佐证" in page and "佐证2（PNG 图片" in page
    assert "/evidence/" not in page  # whoever wrote has the files; what is kept is for the handler
    objection = Objection.objects.get()
    page = browser(world.cast, "chen").get(f"/objections/{objection.public_id}/").content.decode()
    assert "佐证 1" in page and "佐证 2" in page
    answer_objection(actor=world.cast.chen, public_id=objection.public_id, verdict="dismissed", answer="经核实属实。")
    assert everywhere("我的名字".encode()) == [] and everywhere(SECRET) == []
    assert Notice.objects.exists()
