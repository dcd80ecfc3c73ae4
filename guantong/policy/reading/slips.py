"""Slips of the keyboard that make a file unreadable as YAML, named for people who have never heard of YAML."""

from __future__ import annotations

import re

_KEY = r"[A-Za-z_][A-Za-z0-9_.-]*"
_FULL_COLON = re.compile(rf"(?:^\s*(?:-\s+)?|[{{,，]\s*)({_KEY})\s*：")
_NO_SPACE = re.compile(rf"(?:^\s*(?:-\s+)?|[{{,，]\s*)({_KEY}):(?=[^\s:/,}}\]])")
_FULL_COMMA = re.compile(rf"，\s*({_KEY})\s*[:：]")
_FULL_BRACKET = re.compile(rf"(?:^\s*(?:-\s+)?|:\s+)(?:{_KEY}:\s+)?([｛［【])")
_NO_DASH_SPACE = re.compile(rf"^\s*-({_KEY})\s*[:：]")
_WIDE = str.maketrans("｛［【", "{[[")


def slip_in(text: str, line: int) -> tuple[int, str] | None:
    """(line, what is wrong and what to write instead) near the 1-based ``line``; None when nothing is recognised.

    The line told by the reader is looked at first, then the one above and the one below: YAML notices most slips late.
    """
    lines = text.splitlines()
    for number in (line, line - 1, line + 1):
        if 1 <= number <= len(lines):
            what = _slip(lines[number - 1])
            if what:
                return number, what
    return None


def misread_key(key: str) -> str:
    """What is wrong with a key that swallowed its colon and value (``id：name``, ``id:name``), else empty text."""
    if found := re.match(rf"({_KEY})\s*：", key):
        return f"“{found[1]}”后面的冒号是全角的“：”，要用半角的“:”，后面空一格"
    if found := re.match(rf"({_KEY}):\S", key):
        return f"“{found[1]}:”后面少了一个空格"
    return ""


def _slip(line: str) -> str:
    code = line.split(" #", 1)[0]
    indent = code[: len(code) - len(code.lstrip())]
    if "\t" in indent:
        return "行首用了制表符（Tab 键），要改成空格"
    if "\u3000" in indent:
        return "行首用了全角空格，要改成半角空格"
    if found := _FULL_COLON.search(code):
        return f"“{found[1]}”后面的冒号是全角的“：”，要用半角的“:”，后面空一格"
    if found := _FULL_COMMA.search(code):
        return f"“{found[1]}”前面的逗号是全角的“，”，要用半角的“,”"
    if found := _FULL_BRACKET.search(code):
        return f"括号是全角的“{found[1]}”，要用半角的“{found[1].translate(_WIDE)}”"
    if found := _NO_DASH_SPACE.match(code):
        return f"短横线和“{found[1]}”之间少了一个空格"
    if found := _NO_SPACE.search(code):
        return f"“{found[1]}:”后面少了一个空格"
    return ""
