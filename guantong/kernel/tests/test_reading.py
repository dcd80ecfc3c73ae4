"""Strict reading of JSON."""

import pytest

from guantong.kernel.reading import deepest, read_json


def test_plain_json_is_read():
    assert read_json(b'\xef\xbb\xbf{"a": ["1.5", 2, null, "\\u4f60", "\\ud83d\\ude00"]}') == {
        "a": ["1.5", 2, None, "你", "😀"]
    }


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"NaN",
        b'{"a": Infinity}',
        b'{"a": 1, "a": 1}',
        b'{"b": {"a": 1, "a": 2}}',
        b'"\\ud800"',
        b'{"\\udc00": 1}',
        b'[["\\ud800"]]',
        b"[" * 41 + b"]" * 41,
        b"[" * 100_000,
        b"9" * 5000,
        b"{'a': 1}",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(text):
    with pytest.raises(ValueError):
        read_json(text)


def test_nesting_is_counted_outside_strings():
    assert deepest(rb'{"a": "[[[[\"[[", "b": [1]}') == 2
    assert read_json(b"[" * 40 + b"]" * 40)
