"""Who complained or objected is on no page, in no export, notice, log line or record: all is fetched and read."""

from __future__ import annotations

import io
import logging
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.base.notices.models import Notice
from guantong.procedure.cases.models import Case
from guantong.procedure.publicity.models import Attempt, Objection, Sender
from tests.procedures import browser

from .test_evidence import PDF, post_complaint, upload

NAME, CONTACT, FILE = "郑重声", "13900001111", "郑重声的转账记录"
ADDRESS, AGENT = "203.0.113.77", "ComplainantBrowser/7.7"
SECRETS = (NAME, CONTACT, ADDRESS, AGENT, FILE)
EVERYBODY = (None, "chen", "he", "sun", "qian", "lin", "wu", "zhao", "operator")


def texts(answer: Any) -> str:
    """What an answer says: text as it is, the parts of a workbook unpacked."""
    content = answer.content if not getattr(answer, "streaming", False) else b"".join(answer.streaming_content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


def addresses(world: Any) -> list[str]:
    """Every page and file that shows cases, notices, letters, registers, records or figures of them."""
    found = [
        "/",
        "/publicity/",
        "/publicity/?state=past",
        "/publicity/feed.xml",
        "/publicity/feed.json",
        "/complaints/",
        "/letters/",
        "/objections/",
        "/objections/?state=answered",
        "/registers/",
        "/desk/",
        "/bureau/",
        "/school/",
        "/notices/",
        "/bureau/procedures/statistics/",
        "/bureau/procedures/statistics.csv",
        "/bureau/procedures/to-do/",
        "/school/procedures/to-do/",
        "/bureau/audit/",
        "/healthz",
    ]
    for case in Case.objects.all():
        found += [f"/complaints/cases/{case.public_id}/", f"/api/v1/projects/cases/{case.public_id}"]
    for objection in Objection.objects.select_related("notice"):
        found += [f"/objections/{objection.public_id}/", f"/publicity/{objection.notice.public_id}/"]
    return found


def leaks(world: Any, secrets: tuple[str, ...] = SECRETS) -> list[tuple[str | None, str, str]]:
    """(who, address, secret) of every page or file on which something can be read that nobody may learn there."""
    found, seen = [], set()
    for who in EVERYBODY:
        client = Client() if who is None else browser(world.cast, who)
        for address in addresses(world):
            answer = client.get(address)
            seen.add((address, answer.status_code))
            shown = texts(answer)
            found += [(who, address, secret) for secret in secrets if secret in shown]
    assert len({address for address, status in seen if status == 200}) >= 12, sorted(seen)
    return found


def said(cell: Any) -> str:
    return bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)


def rows() -> str:
    """Every column of every table, binary ones too."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [
                    bytes(c).decode("utf-8", "replace") if isinstance(c, bytes | memoryview) else str(c) for c in row
                ]
    return "\n".join(found)


def writing() -> Client:
    return Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=AGENT)


def test_who_signed_a_complaint_is_read_nowhere(
    world: Any, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        answer = post_complaint(world, writing(), evidence_1=upload(f"{FILE}.pdf", PDF))
        assert answer.status_code == 200
        case = Case.objects.get()
        world.act(case, "chen", "return", opinion="请写明时间。")
        assert leaks(world) == []
    assert [text for text in Notice.objects.values_list("text", flat=True) if NAME in text] == []
    stored = rows()
    assert [secret for secret in SECRETS if secret in stored or secret in caplog.text] == []
    assert {line.actor_label for line in AuditLine.objects.filter(subject_kind="publicity.sender")} <= {"访客"}


def test_an_anonymous_objector_leaves_no_identity_in_database_logs_or_exports(
    world: Any, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    notice = world.shown()
    signed_in = browser(world.cast, "wu")
    signed_in.defaults.update({"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT})
    before = AuditLine.objects.count()
    given = {
        "text": "材料不属实。",
        "signed": "anonymous",
        "name": NAME,
        "contact": CONTACT,
        "evidence_1": upload(f"{FILE}.pdf", PDF),
    }
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        assert signed_in.post(f"/publicity/{notice.public_id}/object/", given).status_code == 200
        assert leaks(world) == []
    sender = Sender.objects.get()
    assert (sender.is_named, sender.sealed, sender.owner_index) == (False, None, None)
    own = world.cast.actor("wu")
    written = AuditLine.objects.order_by("pk")[before:]
    assert [line.action for line in written if line.actor_user_id == own.user_id] == []
    assert "吴" not in " ".join(line.actor_label for line in written)
    stored = rows()
    assert [secret for secret in SECRETS if secret in stored or secret in caplog.text] == []
    assert all(ADDRESS.encode() not in bytes(one.asker) for one in Attempt.objects.all())
    told = [*Notice.objects.values_list("text", flat=True)]
    assert told and [text for text in told if NAME in text or "小吴" in text] == []


def test_what_was_written_is_read_by_the_handler_alone(world: Any) -> None:
    secret = "王老师在九月一日收了礼金"
    assert post_complaint(world, writing(), text=secret).status_code == 200
    found = leaks(world, (secret,))
    case = Case.objects.get()
    assert {(who, address) for who, address, _ in found} == {("chen", f"/complaints/cases/{case.public_id}/")}
