"""Files are taken by what they are, kept once, opened by those who may."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from guantong.base.accounts.public import SYSTEM, VISITOR
from guantong.base.audit.models import AuditLine
from guantong.base.files import access, storage
from guantong.base.files.actions import clean_files, store_file
from guantong.base.files.models import StoredFile
from guantong.base.files.public import access_file_for, read_bytes, safe_headers
from guantong.base.files.rules import MOST_A_DAY, check, tidy_name
from guantong.base.people.actions import merge_people, undo_merge
from guantong.kernel.refusal import Problem, Refusal

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"\0\0\0\0IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"


def a_zip(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


XLSX = a_zip("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def code_of(action, *positional, **named):
    with pytest.raises(Refusal) as refused:
        action(*positional, **named)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "kind", "code"),
    [
        ("证书.pdf", PDF, "evidence", None),
        ("证书", PDF, "evidence", None),
        ("照片.PNG", PNG, "evidence", None),
        ("照片.jpeg", JPG, "evidence", None),
        ("成果.xlsx", XLSX, "sheet", None),
        ("空.pdf", b"", "evidence", "FIL-001"),
        ("大.pdf", PDF + b"\0" * (10 * 1024 * 1024), "evidence", "FIL-002"),
        ("程序.exe", b"MZ\x90\0", "evidence", "FIL-003"),
        ("网页.pdf", b"<html><script>alert(1)</script>", "evidence", "FIL-003"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "evidence", "FIL-003"),
        ("压缩.zip", a_zip("a.txt"), "evidence", "FIL-003"),
        ("成果.xlsx", XLSX, "evidence", "FIL-003"),
        ("成果.xlsx", b"PK\x03\x04broken", "sheet", "FIL-003"),
        ("证书.png", PDF, "evidence", "FIL-004"),
        ("证书.exe", PDF, "evidence", "FIL-004"),
        ("成果.xlsx", a_zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "sheet", "FIL-005"),
        ("断.pdf", PDF[:20], "evidence", "FIL-006"),
        ("断.png", PNG[:20], "evidence", "FIL-006"),
        ("断.jpg", JPG[:-2], "evidence", "FIL-006"),
        ("证书.pdf", PDF, "poetry", "FIL-010"),
    ],
)
def test_files_are_taken_by_what_they_are(name, content, kind, code):
    found = check(name, content, kind)
    assert (found.code if isinstance(found, Problem) else None) == code


@given(st.text(max_size=400))
def test_names_are_tidied(name):
    tidied = tidy_name(name)
    assert 1 <= len(tidied) <= 160
    assert "/" not in tidied
    assert "\\" not in tidied
    assert tidied == tidied.strip()
    assert "\u202e" not in tidied
    assert "\n" not in tidied


def test_long_names_keep_their_suffix():
    assert tidy_name("长" * 400 + ".pdf").endswith("长.pdf")
    assert tidy_name(r"C:\我的\证书.pdf") == "证书.pdf"
    assert tidy_name("证书\u202efdp.exe") == "证书fdp.exe"


@given(st.text(min_size=1, max_size=80))
def test_headers_cannot_be_split_and_never_run(name):
    headers = safe_headers(tidy_name(name), "application/pdf", 3)
    for value in headers.values():
        assert value.isascii()
        assert "\n" not in value
        assert "\r" not in value
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["Content-Disposition"].count('"') == 2
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_kept_once_and_read_back(cast, files_root):
    stored = store_file(cast.wu, "证书.pdf", PDF, "evidence")
    assert (stored.person_id, stored.organisation_id, stored.media_type) == (cast.wu_person, None, "application/pdf")
    again = store_file(cast.wu, "证书.pdf", PDF, "evidence")
    assert again.pk == stored.pk
    other = store_file(cast.lin, "证书.pdf", PDF, "evidence")
    assert other.organisation_id == cast.donghu
    assert StoredFile.objects.count() == 2
    assert len([p for p in files_root.rglob("*") if p.is_file()]) == 1
    assert read_bytes(stored) == PDF
    assert AuditLine.objects.filter(action="store_file").count() == 2


def test_a_refused_file_leaves_nothing(cast, files_root):
    for actor, arguments, code in (
        (cast.wu, ("证书.exe", b"MZ", "evidence"), "FIL-003"),
        (VISITOR, ("证书.pdf", PDF, "evidence"), "ACC-001"),
    ):
        assert code_of(store_file, actor, *arguments) == code
    assert code_of(store_file, cast.lin, "证书.pdf", PDF, "evidence", organisation_id=cast.xiling) == "FIL-011"
    assert code_of(store_file, cast.wu, "证书.pdf", PDF, "evidence", person_id=cast.zhao_person) == "FIL-011"
    assert StoredFile.objects.count() == 0
    assert not files_root.exists()
    with pytest.raises(Refusal) as refused:
        store_file(cast.wu, "大.pdf", PDF + b"\0" * (11 * 1024 * 1024), "evidence")
    assert refused.value.status == 413


def test_one_account_uploads_only_so_many_a_day(cast, monkeypatch):
    from guantong.base.files import actions

    assert MOST_A_DAY >= 100
    monkeypatch.setattr(actions, "MOST_A_DAY", 2)
    for n in range(2):
        store_file(cast.wu, f"{n}.pdf", PDF, "evidence")
    assert code_of(store_file, cast.wu, "3.pdf", PDF, "evidence") == "FIL-009"
    store_file(cast.zhao, "3.pdf", PDF, "evidence")


def test_files_open_for_owner_school_and_whom_a_room_allows(cast, monkeypatch):
    own = store_file(cast.wu, "证书.pdf", PDF, "evidence")
    school = store_file(cast.lin, "名册.pdf", PDF, "basis")
    assert access_file_for(cast.wu, own.public_id).pk == own.pk
    assert access_file_for(cast.qian, school.public_id).pk == school.pk
    for actor, file in ((cast.zhao, own), (cast.zhou, school), (VISITOR, own), (cast.ma, own), (cast.operator, own)):
        assert code_of(access_file_for, actor, file.public_id) == "FIL-007"
    assert code_of(access_file_for, cast.wu, "NOSUCHFILE") == "FIL-007"
    monkeypatch.setitem(access._ACCESSES, "test", lambda actor, file: actor.label.startswith("马主任"))
    assert access_file_for(cast.ma, own.public_id).pk == own.pk


def test_lost_or_altered_bytes_are_noticed(cast):
    stored = store_file(cast.wu, "证书.pdf", PDF, "evidence")
    storage.path_of(stored.sha256).write_bytes(b"forged")
    assert code_of(read_bytes, stored) == "FIL-008"
    found = clean_files(actor=SYSTEM, verify=True)
    assert found.altered == (stored.public_id,)
    with pytest.raises(CommandError, match=stored.public_id):
        call_command("clean_files", "--verify")
    storage.path_of(stored.sha256).unlink()
    assert clean_files(actor=SYSTEM).missing == (stored.public_id,)
    store_file(cast.wu, "证书.pdf", PDF, "evidence")
    assert read_bytes(stored) == PDF, "handing it in again brings it back"


def test_only_old_bytes_without_a_row_are_removed(cast):
    kept = store_file(cast.wu, "证书.pdf", PDF, "evidence")
    old, young = storage.keep(b"old orphan"), storage.keep(b"young orphan")
    for sha256 in (old, kept.sha256):
        os.utime(storage.path_of(sha256), (1_700_000_000, 1_700_000_000))
    moment = 1_760_493_600
    os.utime(storage.path_of(young), (moment, moment))
    assert clean_files(actor=SYSTEM, dry_run=True).removed == 1
    assert storage.find_bytes(old) is not None
    assert clean_files(actor=SYSTEM).removed_bytes == len(b"old orphan")
    assert storage.find_bytes(old) is None
    assert storage.find_bytes(young) is not None
    assert read_bytes(kept) == PDF


def test_a_write_that_fails_leaves_no_half_file(files_root, monkeypatch):
    def fail(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        storage.keep(b"content")
    assert list(storage.stored_paths()) == []
    assert not [p for p in files_root.rglob("*") if p.is_file()]


def test_files_follow_a_merge_and_return(cast):
    stored = store_file(cast.zhao, "证书.pdf", PDF, "evidence")
    merge = merge_people(
        actor=cast.chen,
        kept_id=cast.wu_person,
        absorbed_id=cast.zhao_person,
        reason="原件已核对",
        is_confirmed=True,
    )
    stored.refresh_from_db()
    assert stored.person_id == cast.wu_person
    undo_merge(actor=cast.chen, merge_id=merge.pk, reason="有误")
    stored.refresh_from_db()
    assert stored.person_id == cast.zhao_person
