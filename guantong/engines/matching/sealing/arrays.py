"""A digest over the raw arrays of a run: fast enough to belong to the run itself, before any line of a candidate is
written.

Bytes are hashed in blocks of 4 MiB as they lie (little-endian on every machine the product runs on; refused on
others), the blocks' digests are hashed together with the arrays' names, kinds and lengths. The lines of candidates
and their tree (``leaves``, ``manifest``) are made afterwards, in bulk or one by one; both say the same about the same
run.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Iterator

from guantong.engines.matching.model import Instance, Outcome
from guantong.engines.matching.reading import rules_as_mapping
from guantong.engines.matching.sealing.leaves import canonical

BLOCK = 4 * 1024**2


def arrays_of(instance: Instance, outcome: Outcome, with_reasons: bool = True) -> Iterator[tuple[str, array[int]]]:
    """Names and arrays of a run's input and result in a fixed order; ``with_reasons`` False leaves out keys and
    distances.
    """
    for name in (
        "unit_of_place", "choice_offsets", "choice_units", "ordinals", "wish_offsets", "wish_places", "accepts",
        "score_offsets", "score_places", "score_values", "send_back_candidates", "send_back_places",
        "send_back_reasons", "fixed_candidates", "fixed_places",
    ):  # fmt: skip
        yield name, getattr(instance, name)
    for title in sorted(instance.columns):
        yield f"column {title}", instance.columns[title].values
    for name in ("place", "slice", "ordinal", "reason", "codes", *(("keys", "distances") if with_reasons else ())):
        yield name, getattr(outcome, name)


def digest_of_arrays(named: Iterable[tuple[str, array[int]]]) -> str:
    """64 hexadecimal digits. Equal arrays under equal names give equal digests; any changed byte changes it.

    Raises ``RuntimeError`` on a big-endian machine, where the raw bytes would differ.
    """
    if sys.byteorder != "little":
        raise RuntimeError("raw arrays are sealed on little-endian machines only")
    whole = hashlib.sha256(b"guantong-arrays-v1\x00")
    for name, values in named:
        raw = memoryview(values).cast("B")
        whole.update(f"{name}\x00{values.typecode}\x00{len(values)}\x00".encode())
        for start in range(0, len(raw), BLOCK):
            whole.update(hashlib.sha256(raw[start : start + BLOCK]).digest())
    return whole.hexdigest()


def digest_of_run(instance: Instance, outcome: Outcome, with_reasons: bool = True) -> str:
    """The digest of a run's arrays and of the texts they point into (ids, places, rules)."""
    texts = hashlib.sha256()
    for names in (instance.candidates, instance.units, instance.reasons):
        texts.update("\x00".join((str(len(names)), *names)).encode() + b"\x01")
    for place in instance.places:
        parts = (place.id, place.school, place.group, place.programme, place.kind, str(place.seats))
        texts.update("\x00".join(parts).encode() + b"\x01")
    for title in sorted(instance.columns):
        texts.update("\x00".join((title, *(instance.columns[title].texts or ()))).encode() + b"\x01")
    texts.update(canonical(rules_as_mapping(instance.rules)))
    named = arrays_of(instance, outcome, with_reasons)
    return hashlib.sha256(texts.digest() + bytes.fromhex(digest_of_arrays(named))).hexdigest()
