"""JSON from outside: read strictly, so that two readers never understand one text differently."""

from __future__ import annotations

import json
from typing import Any, NoReturn

DEEPEST = 40
"""How deep a JSON text may be nested."""


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text. Numbers with a point come back as binary floats (readers of amounts refuse those).

    Raises ``ValueError`` for what is not JSON or not UTF-8, for NaN and Infinity, a key given twice in one object, half
    a surrogate pair, numbers of more digits than Python reads, and nesting deeper than :data:`DEEPEST`.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    if deepest(text.encode(errors="surrogatepass")) > DEEPEST:
        raise ValueError("nested too deeply")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if "\\u" in text:
        _refuse_half_pairs(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _refuse_half_pairs(value: Any) -> None:
    """Half a surrogate pair cannot be stored, signed or sent on: ``UnicodeEncodeError`` is a ``ValueError``."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        for key, item in value.items():
            key.encode()
            _refuse_half_pairs(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_half_pairs(item)


def deepest(body: bytes) -> int:
    """Deepest nesting of brackets in a JSON text, brackets inside strings not counted; stops past :data:`DEEPEST`."""
    depth = most = 0
    inside = escaped = False
    for octet in body:
        if inside:
            if escaped:
                escaped = False
            elif octet == 0x5C:
                escaped = True
            elif octet == 0x22:
                inside = False
        elif octet == 0x22:
            inside = True
        elif octet in b"[{":
            depth += 1
            most = max(most, depth)
            if most > DEEPEST:
                return most
        elif octet in b"]}":
            depth -= 1
    return most
