"""What a check gives: a value, what was tidied on the way, or why the cell must be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guantong.base.sheets.opening import Cell
from guantong.kernel.refusal import RefusalKind


class _Bad:
    """The value of a cell that must be changed."""

    def __repr__(self) -> str:
        return "BAD"


BAD = _Bad()


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell that was tidied (``value`` is good) or must be changed (``value`` is :data:`BAD`)."""

    value: object
    kind: RefusalKind | None = None
    values: tuple[tuple[str, object], ...] = ()
    tidied: tuple[RefusalKind, ...] = ()


class Fault(Exception):
    """Raised by a check: the cell must be changed."""

    def __init__(self, kind: RefusalKind, **values: object) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.values = values


Tidied = tuple[RefusalKind, ...]
Check = Callable[[Cell], tuple[object, Tidied]]
"""Raw cell (never an empty text) → value and what was tidied; raises :class:`Fault`."""
