"""Small changes of a list of choices, as the buttons of its page make them. Pure: each gives a new list.

What makes a list well formed is judged elsewhere (:mod:`.choosing`); here nothing is refused, an order that fits
nothing leaves the list as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .choosing import ChoiceEntry

Entries = Sequence[ChoiceEntry]


def numbered(entries: Entries) -> list[ChoiceEntry]:
    """The same choices without ordinals of their own: their order counts."""
    return [replace(entry, ordinal=None) for entry in entries]


def moved(entries: Entries, ordinal: int, by: int) -> list[ChoiceEntry]:
    """The choice at ``ordinal`` (from 1) moved up (``by`` -1) or down (1); nothing moves over an end."""
    found = numbered(entries)
    at, to = ordinal - 1, ordinal - 1 + by
    if 0 <= at < len(found) and 0 <= to < len(found):
        found.insert(to, found.pop(at))
    return found


def removed(entries: Entries, ordinal: int) -> list[ChoiceEntry]:
    """Without the choice at ``ordinal``."""
    return [entry for n, entry in enumerate(numbered(entries), start=1) if n != ordinal]


def reordered(entries: Entries, wanted: Mapping[int, str]) -> list[ChoiceEntry]:
    """In the order of the numbers typed beside the choices; a choice without a number keeps its own.

    A choice moved up stands before the one whose number it took, a choice moved down after it.
    """
    found = numbered(entries)

    def place(ordinal: int) -> tuple[int, int, int]:
        text = wanted.get(ordinal, "").strip()
        to = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else ordinal
        return to, (0 if to < ordinal else 2 if to > ordinal else 1), ordinal

    return [found[n - 1] for n in sorted(range(1, len(found) + 1), key=place)]


def added(entries: Entries, unit: str, programme: str = "") -> list[ChoiceEntry]:
    """With ``unit`` as the last choice; a unit that is there already gets ``programme`` as its last wish."""
    found = numbered(entries)
    for at, entry in enumerate(found):
        if entry.unit == unit:
            if programme and entry.programmes and programme not in entry.programmes:
                found[at] = replace(entry, programmes=(*entry.programmes, programme))
            return found
    return [*found, ChoiceEntry(unit, (programme,) if programme else ())]


def with_wishes(entries: Entries, unit: str, programmes: Sequence[str], accept_reassignment: bool) -> list[ChoiceEntry]:
    """With other programmes and another answer about reassignment at ``unit``."""
    return [
        replace(entry, programmes=tuple(programmes), accept_reassignment=accept_reassignment)
        if entry.unit == unit
        else entry
        for entry in numbered(entries)
    ]


def by_number(wanted: Mapping[str, str]) -> list[str]:
    """Codes with a number typed beside them, in the order of the numbers; equal numbers in the order given."""
    typed = [
        (int(text), position, code)
        for position, (code, text) in enumerate((c, t.strip()) for c, t in wanted.items())
        if text.isascii() and text.isdigit() and len(text) <= 3
    ]
    return [code for _, _, code in sorted(typed)]
