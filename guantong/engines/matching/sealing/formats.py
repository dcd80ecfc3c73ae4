"""Formats of the seal: what is written now, and how a run sealed in an earlier one is read, sealed again and verified.

``guantong-admission-run-1`` had one row of cut-offs for each slice and pool, in a sequential run that of the last
ordinal, nothing where a tied set closed seats before anybody got one, and no column ``left``. A run is verified by the
verifier that was published with it; that of format 1 is ``verify_result_1.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from guantong.engines.matching.model import Cutoff
from guantong.engines.matching.sealing import verify_result, verify_result_1

FORMAT = "guantong-admission-run-2"
FORMAT_1 = "guantong-admission-run-1"
FORMATS = (FORMAT_1, FORMAT)
_HERE = Path(__file__).parent


def verifier_of(manifest: Mapping[str, Any]) -> Callable[[Any, Any], Iterator[tuple[bool, str]]]:
    """``check(certificate, folder)`` of the verifier published with the run of this manifest; ``folder``: a path, or
    anything whose ``/`` gives files to read.
    """
    module = verify_result_1 if manifest.get("format") == FORMAT_1 else verify_result
    check: Callable[[Any, Any], Iterator[tuple[bool, str]]] = module.check
    return check


def verifier_source(name: object = FORMAT) -> bytes:
    """The verifier published with a run of the format of this name."""
    return (_HERE / ("verify_result_1.py" if name == FORMAT_1 else "verify_result.py")).read_bytes()


def rows_of_format_1(rows: Sequence[Cutoff]) -> tuple[Cutoff, ...]:
    """Cut-offs as format 1 had them: of each slice and pool one row, of the last who got something."""
    return tuple(
        _one_row(list(of_one)) for _, of_one in groupby(rows, key=lambda row: (row.unit, row.place, row.slice))
    )


def _one_row(rows: list[Cutoff]) -> Cutoff:
    came = [row for row in rows if row.filed]
    last = came[-1] if came else replace(rows[-1], names=(), values=(), ordinal=None)
    return replace(
        last,
        seats=rows[0].seats,
        admitted=sum(row.admitted for row in rows),
        filed=sum(row.filed for row in rows),
        left=rows[-1].left,
        full=any(row.full for row in rows),
    )
