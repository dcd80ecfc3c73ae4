"""Canonical bytes and digests: equal facts give equal digests on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

_AS_IS = frozenset({str, int, bool, type(None)})


def _plain(value: object) -> object:
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is dict:  # asked first: abstract classes are slow to ask, and log lines are dicts of dicts
        return {str(k): v if type(v) in _AS_IS else _plain(v) for k, v in value.items()}  # type: ignore[attr-defined]
    if type(value) is str or value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [v if type(v) is str else _plain(v) for v in items]
    raise TypeError(f"no canonical form for {type(value).__name__}; binary floats are refused on purpose")


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; decimals and dates as text, floats refused (TypeError)."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(value: object) -> str:
    """SHA-256 of :func:`canonical_json`, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
