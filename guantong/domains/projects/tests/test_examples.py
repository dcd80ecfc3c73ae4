"""Worked examples on the public page of a procedure: asked for when seen, and readable without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.house.test_pages import read_page

pytestmark = pytest.mark.django_db


def test_the_page_asks_for_examples_when_they_are_seen() -> None:
    text = Client().get("/procedures/dual-qualified-teacher/").content.decode()
    assert read_page(text) == []
    assert 'hx-get="/procedures/dual-qualified-teacher/examples/' in text and 'hx-trigger="revealed"' in text
    assert "中级只有一项证明" not in text, "the page itself computes none"


def test_everybody_reads_what_passes_and_what_does_not() -> None:
    text = Client().get("/procedures/dual-qualified-teacher/examples/").content.decode()
    assert read_page(text) == []
    for words in (
        "中级具备两项证明",
        "办理结果：认定为双师型教师",
        "中级只有一项证明",
        "被拒绝",
        "由系统填入",
        "与登记不同",
    ):
        assert words in text, words


def test_the_piece_of_the_page_holds_no_frame() -> None:
    headers = {"HX-Request": "true", "HX-Target": "x"}
    text = Client().get("/procedures/dual-qualified-teacher/examples/", headers=headers).content.decode()
    assert "<html" not in text and "中级只有一项证明" in text


def test_an_unknown_procedure_has_none() -> None:
    assert Client().get("/procedures/nothing-here/examples/").status_code == 404
