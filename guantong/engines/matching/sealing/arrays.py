"""The seal over the raw arrays of a run: fast enough to belong to the run itself, whatever its size.

Leaf ``b`` is the hash of what stands in memory about candidates ``b × 32,768`` to ``(b + 1) × 32,768``: their columns,
choices, wishes, scores, results and codes. Each stretch of an array is written with its name, its length, its smallest
value, its step and its type, then its values less the smallest, in steps, in the fewest whole bytes (1, 2, 4; else as
they lie), low byte first; so what is hashed says exactly what stood there, in a third of the bytes. Keys and distances
of verdicts are left out: they follow from the rest, and every candidate's line holds them (``leaves``).

The digest of a run binds this root, the arrays of places and of earlier rounds, and all texts they point into; it
stands in the manifest beside the root over the lines. Lines are what can be shown to one person without another's
data; the raw arrays are what both implementations and the check were given, in the order of rows as they were read.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from guantong.engines.matching.model import Instance, Outcome
from guantong.engines.matching.reading import rules_as_mapping
from guantong.engines.matching.sealing.leaves import canonical
from guantong.engines.proof.merkle import MerkleTree

Array = Any
"""A numpy array."""
BLOCK = 32_768
"""Candidates a leaf."""
_STEP = 1000
"""Scores are kept in thousandths and are mostly whole points."""
_COMMON = (
    "unit_of_place",
    "send_back_candidates",
    "send_back_places",
    "send_back_reasons",
    "fixed_candidates",
    "fixed_places",
)


def _wrapped(arrays: Mapping[str, array[int]]) -> dict[str, Array]:
    """The arrays that hold anything, without copying."""
    return {name: np.asarray(values) for name, values in arrays.items() if len(values)}


def _named(whole: Instance | Outcome, *names: str) -> dict[str, array[int]]:
    return {name: getattr(whole, name) for name in names}


def block_leaves(instance: Instance, outcome: Outcome) -> Iterator[bytes]:
    """The leaf hash of each block of candidates."""
    columns = {f"column {title}": instance.columns[title].values for title in sorted(instance.columns)}
    own = _wrapped(columns | _named(outcome, "place", "slice", "ordinal", "reason"))
    choices = _wrapped(_named(instance, "choice_units", "ordinals", "accepts") | _named(outcome, "codes"))
    wishes = _wrapped(_named(instance, "wish_places"))
    scores = _wrapped(_named(instance, "score_places", "score_values"))
    lists, wish_offsets = np.asarray(instance.choice_offsets), np.asarray(instance.wish_offsets)
    count, pack = len(lists) - 1, _Packing()
    for first in range(0, count, BLOCK):
        last = min(first + BLOCK, count)
        pack.leaf = hashlib.sha256(b"\x00guantong-block-v2\x00" + f"{first} {last}\x00".encode())
        for name, values in own.items():
            pack.write(name, values[first:last])
        start, stop = pack.write_lists("choices", choices, lists, first, last)
        if wishes:
            pack.write_lists("wishes", wishes, wish_offsets, start, stop)
        if scores:
            pack.write_lists("scores", scores, np.asarray(instance.score_offsets), first, last)
        yield pack.leaf.digest()


class _Packing:
    """Writes stretches of arrays into a leaf, by way of memory that is used again and again: asking the system for
    fresh pages costs more than packing.
    """

    def __init__(self) -> None:
        self.leaf = hashlib.sha256()
        self._spare = [np.empty(0, np.uint8)] * 4

    def write_lists(
        self, title: str, arrays: Mapping[str, Array], offsets: Array, first: int, last: int
    ) -> tuple[int, int]:
        """The lists of owners ``first`` to ``last``: where they begin, their lengths, what stands in them."""
        start, stop = int(offsets[first]), int(offsets[last])
        self.write(f"{title} {start}", np.diff(offsets[first : last + 1]))
        for name, values in arrays.items():
            self.write(name, values[start:stop])
        return start, stop

    def write(self, name: str, values: Array) -> None:
        """A stretch of an array: what it is, how it is written, and the values."""
        low, step, packed = self.packed(values)
        self.leaf.update(f"{name}\x00{len(values)} {low} {step} {packed.dtype.str}\x00".encode())
        self.leaf.update(packed.data)

    def packed(self, values: Array) -> tuple[int, int, Array]:
        """Smallest, step and packed values: what stood there is smallest + step × value. Valid until the next call.

        Unsigned in 1, 2 or 4 bytes where they fit in fewer than they have; the step is 1,000 where four bytes become
        fewer by it (whole points, kept in thousandths), else 1. A difference that leaves the type wraps back in the
        unsigned one.
        """
        own = values.dtype.itemsize
        if len(values) and own > 1:
            low, high = int(values.min()), int(values.max())
            for size in (1, 2, 4):
                if size < own and high - low < 256**size:
                    room = self._room(0, size, len(values))
                    np.copyto(room, values - values.dtype.type(low) if low else values, casting="unsafe")
                    whole = self._in_steps(room, high - low) if size == 4 else None
                    return (low, 1, room) if whole is None else (low, _STEP, whole)
        return 0, 1, np.ascontiguousarray(values, values.dtype.newbyteorder("<"))

    def _in_steps(self, values: Array, high: int) -> Array | None:
        """Values of four bytes divided by the step, where all of them can be."""
        size = 1 if high // _STEP < 256 else 2
        if high // _STEP >= 256**size:
            return None
        steps, back = self._room(1, 4, len(values)), self._room(2, 4, len(values))
        np.floor_divide(values, np.uint32(_STEP), out=steps)
        np.multiply(steps, np.uint32(_STEP), out=back)
        if not (back == values).all():
            return None
        packed = self._room(3, size, len(values))
        np.copyto(packed, steps, casting="unsafe")
        return packed

    def _room(self, number: int, size: int, count: int) -> Array:
        """Memory for ``count`` unsigned numbers of ``size`` bytes."""
        if len(self._spare[number]) < size * count:
            self._spare[number] = np.empty(2 * size * count, np.uint8)
        return self._spare[number][: size * count].view(f"<u{size}")


def root_of_blocks(instance: Instance, outcome: Outcome) -> bytes:
    """The RFC 9162 root over the blocks: 32 bytes. It costs little more than SHA-256 over the packed bytes."""
    return MerkleTree.of_leaf_hashes(block_leaves(instance, outcome)).root()


def digest_of_run(instance: Instance, outcome: Outcome) -> str:
    """64 hexadecimal digits. Equal runs (same rows in the same order) have equal digests; any changed byte changes
    it.
    """
    whole = hashlib.sha256(b"guantong-arrays-v2\x00" + root_of_blocks(instance, outcome))
    whole.update(f"{len(instance.candidates)}\x00".encode())
    for name in _COMMON:
        values: array[int] = getattr(instance, name)
        whole.update(f"{name}\x00{len(values)}\x00".encode())
        whole.update(np.asarray(values).astype(f"<i{values.itemsize}", copy=False).data)
    for names in (instance.candidates, instance.units, instance.reasons):
        whole.update(_texts((str(len(names)), *names)))
    for place in instance.places:
        parts = (place.id, place.school, place.group, place.programme, place.kind, str(place.seats))
        whole.update(_texts(parts))
    for title in sorted(instance.columns):
        whole.update(_texts((title, *(instance.columns[title].texts or ()))))
    whole.update(canonical(rules_as_mapping(instance.rules)))
    return whole.hexdigest()


def _texts(texts: Iterable[str]) -> bytes:
    return "\x00".join(texts).encode() + b"\x01"
