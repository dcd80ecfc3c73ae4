"""The procedures of every folder with their shared blocks put in, each version of a block from its own day on.

Blocks are found as every entry is: those of the region whose folder holds the procedure first, then those of its
parents, the latest in force on the day. So a procedure means the same wherever it holds: a child region that wants
another block writes a procedure of its own. An entry whose blocks change on a day becomes two entries, the later one in
force from that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from guantong.policy.reading.blocks import Expanded, check_block, expand, uses_blocks
from guantong.policy.schema.shapes import Place, RawEntry, RegionFolder

if TYPE_CHECKING:
    from guantong.policy.reading.folder import Reading

KIND, USERS = "blocks", ("procedures",)
"""Kind of raw entries that are blocks, and the kinds that may use them."""


class Blocks:
    """The blocks of a chain of folders, nearest first."""

    def __init__(self, folders: Sequence[RegionFolder]) -> None:
        self._folders = [folder.raw.get(KIND, []) for folder in folders]

    def find(self, name: str, on: date) -> RawEntry | None:
        """The block of that id in force on a day: nearest region first, then the latest first day."""
        for entries in self._folders:
            held = [entry for entry in entries if entry.id == name and entry.holds_on(on)]
            if held:
                return max(held, key=lambda entry: entry.in_force_from or date.min)
        return None

    def names(self) -> tuple[str, ...]:
        """Every id, each once."""
        return tuple(dict.fromkeys(entry.id for entries in self._folders for entry in entries))

    def days(self, names: Mapping[str, None]) -> set[date]:
        """Every day on which one of these blocks begins or ends to hold."""
        held = (entry for entries in self._folders for entry in entries if entry.id in names)
        days = {day for entry in held for day in (entry.in_force_from, entry.repealed_on)}
        return {day for day in days if day is not None}

    def put_in(self, data: object, lines: Mapping[str, int], top: Place, on: date) -> Expanded:
        """``data`` with the blocks of ``on`` put in."""
        return expand(data, lines, top, lambda name: self.find(name, on), self.names())


def put_blocks_in(reading: Reading) -> None:
    """Replace the procedures of every folder by what they are with their blocks; notes every fault (REG-048)."""
    for code, folder in reading.folders.items():
        for block in folder.raw.get(KIND, ()):
            reading.notes.problems.extend(check_block(block))
        blocks = Blocks([reading.folders[above] for above in reading.chain(code)])
        for kind in USERS:
            entries = folder.raw.get(kind)
            if entries is None or not any(uses_blocks(entry.data) for entry in entries):
                continue
            made: list[RawEntry] = []
            for entry in entries:
                made += slices(entry, blocks, reading) if uses_blocks(entry.data) else [entry]
            folder.raw[kind] = made


def slices(entry: RawEntry, blocks: Blocks, reading: Reading) -> list[RawEntry]:
    """The entry on each stretch of days on which all its blocks stay the same; neighbours that are equal joined."""
    first, end = entry.in_force_from or date.min, entry.repealed_on
    days, done = {first}, dict[date, Expanded]()
    while waiting := sorted(days - done.keys()):
        found = done[waiting[0]] = blocks.put_in(entry.data, entry.lines, entry.place, waiting[0])
        days |= {day for day in blocks.days(found.used) if first < day and (end is None or day < end)}
    made: list[RawEntry] = []
    for day in sorted(done):
        found = done[day]
        reading.notes.problems.extend(found.problems)
        data = found.data if isinstance(found.data, Mapping) else entry.data
        lines = {path: place.line for path, place in found.places.items()}
        if made and {**made[-1].data, "in_force_from": None} == {**data, "in_force_from": None}:
            continue
        if made:
            made[-1] = replace(made[-1], repealed_on=day)
            data = {**data, "in_force_from": day}
        made.append(
            replace(entry, data=data, lines=lines, in_force_from=day if made else entry.in_force_from, repealed_on=end)
        )
    return made
