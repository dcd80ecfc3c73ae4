"""A body too large is refused by its header: nothing of it is read, nothing is left on the disk."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guantong.base.files.rules import MOST_BYTES
from guantong.base.webkit.middleware import BODY_MOST

GIGABYTE = 1024**3


class Unread(io.RawIOBase):
    """A body nobody may touch."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read  # type: ignore[assignment]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/letters/", "/api/v1/credit/simulate", "/nowhere/"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_two_gigabytes_are_refused_before_a_byte_is_read(path: str, kind: str, tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    browser = Client(enforce_csrf_checks=True)
    given = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(2 * GIGABYTE), "wsgi.input": Unread()}
    response = browser.generic("POST", path, b"", **given)
    assert response.status_code == 413
    text = response.content.decode()
    assert "WEB-023" in text or "API-" in text
    if "WEB-023" in text:
        assert "2048 兆字节" in text and "64 兆字节" in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_one_byte_more_than_allowed_is_refused_and_the_largest_is_not() -> None:
    browser = Client()
    over = browser.generic("POST", "/sign-in/", b"", CONTENT_LENGTH=str(BODY_MOST + 1), **{"wsgi.input": Unread()})
    assert over.status_code == 413
    body = io.BytesIO(b"username=x&password=y")
    kind = "application/x-www-form-urlencoded"
    given = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": "21", "wsgi.input": body}
    response = browser.generic("POST", "/sign-in/", b"", **given)
    assert response.status_code != 413 and body.tell() == 21


@pytest.mark.django_db
def test_a_length_that_is_no_number_is_refused() -> None:
    response = Client().generic("POST", "/sign-in/", b"", CONTENT_LENGTH="viel", **{"wsgi.input": Unread()})
    assert response.status_code == 400


def test_every_file_people_send_fits() -> None:
    sent = [most for kind, most in MOST_BYTES.items() if kind != "bundle"]  # bundles are made here, never sent
    assert max(sent) < BODY_MOST


@pytest.mark.django_db
def test_a_spooled_file_is_gone_after_the_answer(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    large = SimpleUploadedFile("方案.pdf", b"\0" * (3 * 1024 * 1024), "application/pdf")
    response = Client().post("/sign-in/", {"username": "x", "password": "y", "file": large})
    response.close()
    assert list(tmp_path.iterdir()) == []
