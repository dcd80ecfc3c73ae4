"""A Merkle root over the raw arrays of a run, in blocks of candidates: fast enough to belong to the run itself.

Leaf ``b`` is the hash of what stands in memory about candidates ``b × 1024`` to ``(b + 1) × 1024``: their columns,
choices, wishes, scores and results, as they lie (little-endian on every machine the product runs on; refused on
others). The digest of a run binds this root, the arrays of places and of earlier rounds, and all texts they point
into. The lines of single candidates and their tree (``leaves``, ``manifest``) are made afterwards, in bulk or one by
one, because only those can be shown to one person without another's data; both say the same about the same run.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guantong.engines.matching.model import Instance, Outcome
from guantong.engines.matching.reading import rules_as_mapping
from guantong.engines.matching.sealing.leaves import canonical
from guantong.engines.proof.merkle import MerkleTree

BLOCK = 1024
"""Candidates a leaf."""
_COMMON = (
    "unit_of_place",
    "send_back_candidates",
    "send_back_places",
    "send_back_reasons",
    "fixed_candidates",
    "fixed_places",
)
_REASONS = ("keys", "distances")


def _raw(values: array[int]) -> memoryview:
    return memoryview(values).cast("B") if len(values) else memoryview(b"")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """An array of which each candidate owns a stretch: the items at ``offsets``, or (None) the one at the own
    position.
    """

    name: str
    raw: memoryview
    size: int
    offsets: array[int] | None = None
    inner: array[int] | None = None
    """Offsets by choice, where a stretch belongs to a choice (wishes)."""


def _stretches(instance: Instance, outcome: Outcome, with_reasons: bool) -> list[_Stretch]:
    def stretch(name: str, values: array[int], *offsets: array[int]) -> _Stretch:
        return _Stretch(name, _raw(values), values.itemsize, *offsets)

    found = [stretch(f"column {title}", instance.columns[title].values) for title in sorted(instance.columns)]
    found += [stretch(name, getattr(outcome, name)) for name in ("place", "slice", "ordinal", "reason")]
    for name in ("choice_units", "ordinals", "accepts"):
        found.append(stretch(name, getattr(instance, name), instance.choice_offsets))
    for name in ("codes", *(_REASONS if with_reasons else ())):
        found.append(stretch(name, getattr(outcome, name), instance.choice_offsets))
    for name in ("score_places", "score_values"):
        found.append(stretch(name, getattr(instance, name), instance.score_offsets))
    found.append(stretch("wish_places", instance.wish_places, instance.choice_offsets, instance.wish_offsets))
    return [one for one in found if len(one.raw)]


def block_leaves(instance: Instance, outcome: Outcome, with_reasons: bool = True) -> Iterator[bytes]:
    """The leaf hash of each block of candidates. ``with_reasons`` False leaves out keys and distances of verdicts.

    Raises ``RuntimeError`` on a big-endian machine, where the raw bytes would differ.
    """
    if sys.byteorder != "little":
        raise RuntimeError("raw arrays are sealed on little-endian machines only")
    stretches = _stretches(instance, outcome, with_reasons)
    count = len(instance.candidates)
    for first in range(0, count, BLOCK):
        last = min(first + BLOCK, count)
        leaf = hashlib.sha256(b"\x00guantong-block-v1\x00")
        leaf.update(f"{first} {last}\x00".encode())
        for one in stretches:
            start, stop = (first, last) if one.offsets is None else (one.offsets[first], one.offsets[last])
            bounds = one.inner[start : stop + 1] if one.inner is not None else one.offsets
            if one.inner is not None and bounds is not None:
                start, stop = bounds[0], bounds[-1]
            elif bounds is not None:
                bounds = bounds[first : last + 1]
            leaf.update(f"{one.name}\x00{stop - start}\x00".encode())
            leaf.update(_raw(bounds) if bounds is not None else b"")
            leaf.update(one.raw[start * one.size : stop * one.size])
        yield leaf.digest()


def root_of_blocks(instance: Instance, outcome: Outcome, with_reasons: bool = True) -> bytes:
    """The RFC 9162 root over the blocks: 32 bytes; costs what SHA-256 costs, the bytes are not copied."""
    return MerkleTree.of_leaf_hashes(block_leaves(instance, outcome, with_reasons)).root()


def digest_of_run(instance: Instance, outcome: Outcome, with_reasons: bool = True) -> str:
    """64 hexadecimal digits. Equal runs (same rows in the same order) have equal digests; any changed byte changes
    it.
    """
    whole = hashlib.sha256(b"guantong-arrays-v1\x00" + root_of_blocks(instance, outcome, with_reasons))
    for name in _COMMON:
        values: array[int] = getattr(instance, name)
        whole.update(f"{name}\x00{len(values)}\x00".encode())
        whole.update(_raw(values))
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
