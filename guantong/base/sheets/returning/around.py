"""What stands before and after the rows: extent, column widths, a filter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guantong.base.sheets.specs import column_index, column_letters

from .results import Frame

_DIMENSION = re.compile(rb"""(<(?:[\w.-]+:)?dimension\s[^>]*?ref\s*=\s*["'][A-Z]+\d+:)([A-Z]+)(\d+)""")
_COLS = re.compile(rb"<(?:[\w.-]+:)?cols>(.*?)</(?:[\w.-]+:)?cols>", re.DOTALL)
_COL = re.compile(rb"<(?:[\w.-]+:)?col\s([^>]*?)/?>(?:</(?:[\w.-]+:)?col>)?")
_BOUND = {k: re.compile(rb"""(?:^|\s)%b\s*=\s*["'](\d+)["']""" % k) for k in (b"min", b"max")}
_FILTER = re.compile(rb"""(<(?:[\w.-]+:)?autoFilter\s[^>]*?ref\s*=\s*["']\$?[A-Z]+\$?)(\d+)(:\$?)([A-Z]+)(\$?\d+)""")


def widened_head(head: bytes, frame: Frame, prefix: bytes) -> bytes:
    """What stands before the rows: extent and column widths."""
    right = column_letters(max(frame.first, frame.second)).encode()

    def wider(found: re.Match[bytes]) -> bytes:
        letters = found.group(2)
        if column_index(letters.decode()) < column_index(right.decode()):
            letters = right
        return found.group(1) + letters + found.group(3)

    head = _DIMENSION.sub(wider, head, count=1)
    ours = {frame.first + 1: b"14", frame.second + 1: b"70"}
    columns: list[tuple[int, bytes]] = [
        (n, b'<%bcol min="%d" max="%d" width="%b" customWidth="1"/>' % (prefix, n, n, width))
        for n, width in ours.items()
    ]
    found = _COLS.search(head)
    for tag in _COL.finditer(found.group(1)) if found else ():
        attributes = tag.group(1)
        low, high = _BOUND[b"min"].search(attributes), _BOUND[b"max"].search(attributes)
        if not low or not high:
            continue
        rest = _BOUND[b"max"].sub(b"", _BOUND[b"min"].sub(b"", attributes)).strip()
        for a, b in _without(int(low.group(1)), int(high.group(1)), sorted(ours)):
            columns.append((a, b'<%bcol min="%d" max="%d" %b/>' % (prefix, a, b, rest)))
    block = b"<%bcols>%b</%bcols>" % (prefix, b"".join(c for _, c in sorted(columns)), prefix)
    if found:
        return head[: found.start()] + block + head[found.end() :]
    at = head.find(b"<%bsheetData" % prefix)
    return head[:at] + block + head[at:]


def _without(low: int, high: int, holes: list[int]) -> Iterator[tuple[int, int]]:
    for hole in holes:
        if low <= hole <= high:
            if low < hole:
                yield low, hole - 1
            low = hole + 1
    if low <= high:
        yield low, high


def widened_tail(tail: bytes, frame: Frame) -> bytes:
    """What stands after the rows: a filter over her columns takes the new ones in, so that sorting keeps rows whole."""
    right = max(frame.first, frame.second)

    def wider(found: re.Match[bytes]) -> bytes:
        start, row, colon, letters, end = found.groups()
        is_hers = int(row) == frame.header_row and column_index(letters.decode()) < right
        return start + row + colon + (column_letters(right).encode() if is_hers else letters) + end

    return _FILTER.sub(wider, tail, count=1)
