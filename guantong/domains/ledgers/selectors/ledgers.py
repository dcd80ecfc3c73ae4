"""Ledgers as the region folders have them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings

from guantong.base import lawbook

from .. import errors
from ..rules.reading import Ledger, Row, read_ledger

if TYPE_CHECKING:
    from guantong.policy.schema.shapes import RawEntry

_log = logging.getLogger(__name__)
_READ: dict[int, tuple[RawEntry, Ledger | None]] = {}
"""By identity of the entry the loaded policy holds; the entry is kept so that its identity stays its own."""


def list_ledgers(region: str | None = None) -> list[Ledger]:
    """The ledgers of the region and of those above it, the highest region's first; a region's own entry of the same id
    takes the place of its parent's. One that is wrong is left out and told in the log."""
    policy = lawbook.current_policy()
    chain = policy.chain(region or settings.REGION)
    found: dict[str, Ledger] = {}
    for code in reversed(chain):
        for entry in policy.folders[code].raw.get("ledgers", ()):
            ledger = _ledger(entry)
            if ledger is not None:
                found[ledger.id] = ledger
    return list(found.values())


def _ledger(entry: RawEntry) -> Ledger | None:
    kept = _READ.get(id(entry))
    if kept is not None and kept[0] is entry:
        return kept[1]
    ledger, problems = read_ledger(entry)
    for problem in problems:
        _log.error("ledger %s is wrong: %s", entry.id, problem.sentence())
    if len(_READ) > 500:
        _READ.clear()
    _READ[id(entry)] = (entry, ledger)
    return ledger


def get_ledger(code: str) -> Ledger:
    """The ledger of that id, or LED-201."""
    for ledger in list_ledgers():
        if ledger.id == code:
            return ledger
    raise errors.LEDGER_UNKNOWN.refuse(code=code[:60])


def get_row(ledger: Ledger, number: str) -> Row:
    """The row of that number, or LED-202."""
    row = ledger.row(number)
    if row is None:
        raise errors.ROW_UNKNOWN.refuse(ledger=ledger.title, row=number[:12])
    return row
