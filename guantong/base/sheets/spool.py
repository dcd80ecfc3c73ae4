"""Good rows kept between check and import, so that a large sheet is read and checked once.

JSON of columns, block by block, under the digest of the file *and* of the form: a form that changed in between, a
file that is not there or not whole, and the sheet is simply read again. Pure.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from guantong.kernel.digest import digest_of

from .reading import Row
from .specs import SheetSpec

_TO_TEXT: dict[str, Callable[[Any], str]] = {"date": date.isoformat, "decimal": str}
_FROM_TEXT: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "decimal": Decimal}


def form_digest(spec: SheetSpec, columns: Mapping[str, int]) -> str:
    """Changes whenever the form reads the same cells differently, or its columns stand elsewhere."""
    facts = [
        [
            c.key,
            *c.titles,
            c.kind,
            c.required,
            c.to_simplified,
            list((c.choices or {}).items()),
            c.max_length,
            c.length,
            c.pattern,
            c.places,
            c.least,
            c.most,
            c.not_before,
            c.not_after,
        ]
        for c in spec.columns
    ]
    return digest_of([spec.name, facts, [list(u) for u in spec.unique], dict(columns)])


class Spool:
    """Collects blocks of good rows; :meth:`content` gives the bytes to keep."""

    def __init__(self, spec: SheetSpec, columns: Mapping[str, int], file_digest: str) -> None:
        self.keys = [c.key for c in spec.columns if c.key in columns]
        self.kinds = {c.key: c.kind for c in spec.columns}
        head = {"file": file_digest, "form": form_digest(spec, columns), "keys": self.keys}
        self._squeeze = zlib.compressobj(1, wbits=31)
        self._parts = [self._squeeze.compress(json.dumps(head).encode() + b"\n")]

    def add(self, rows: list[Row]) -> None:
        """Keep one block."""
        if not rows:
            return
        block: list[list[object]] = [[row.number for row in rows]]
        for key in self.keys:
            cells = [row.values[key] for row in rows]
            turn = _TO_TEXT.get(self.kinds[key])
            block.append([None if c is None else turn(c) for c in cells] if turn else cells)
        line = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
        self._parts.append(self._squeeze.compress(line.encode() + b"\n"))

    def content(self) -> bytes:
        """Everything added, compressed; ends with a mark, so that half a file is noticed."""
        self._parts.append(self._squeeze.compress(b"end\n"))
        self._parts.append(self._squeeze.flush())
        return b"".join(self._parts)


def read_spool(content: bytes, spec: SheetSpec, columns: Mapping[str, int], file_digest: str) -> list[list[Row]] | None:
    """The kept blocks, or None when they are not of this file and form, or not whole."""
    try:
        head, *lines, mark = gzip.decompress(content).split(b"\n")[:-1]
        facts = json.loads(head)
    except (ValueError, OSError, EOFError, zlib.error):
        return None
    if mark != b"end" or facts.get("file") != file_digest or facts.get("form") != form_digest(spec, columns):
        return None
    kinds = {c.key: c.kind for c in spec.columns}
    keys = facts["keys"]
    turns = [_FROM_TEXT.get(kinds[key]) for key in keys]
    return [list(_rows(json.loads(line), keys, turns)) for line in lines]


def _rows(block: list[list[Any]], keys: list[str], turns: Iterable[Callable[[str], Any] | None]) -> Iterator[Row]:
    numbers, *columns = block
    turned: list[list[Any]] = []
    for cells, turn in zip(columns, turns, strict=True):
        if turn is None:
            turned.append(cells)
            continue
        made: dict[Any, Any] = {None: None}
        for text in set(cells):
            if text is not None:
                made[text] = turn(text)
        turned.append([made[text] for text in cells])
    for number, values in zip(numbers, zip(*turned, strict=True), strict=True):
        yield Row(number, dict(zip(keys, values, strict=True)))
