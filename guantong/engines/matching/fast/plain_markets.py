"""A plain market, one place a choice and everybody eligible, by the kernels that look at nothing but lists and
seats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.cutting import Written
from guantong.engines.matching.fast.heaps import defer_plain
from guantong.engines.matching.fast.quick import bit_table, distances, reason_codes
from guantong.engines.matching.fast.serial import account, open_bits, serve
from guantong.engines.matching.fast.settling import ADMIT_ALL
from guantong.engines.matching.fast.shapes import Store
from guantong.engines.matching.fast.targets import Held, Targets
from guantong.engines.matching.fast.ways import Totals, Ways

Array = Any
"""A numpy array."""


def serve_quickly(store: Store, ways: Ways, seats: Array, totals: Totals, written: Written | None) -> None:
    """A plain market: the same by kernels that look at nothing but lists and seats."""
    lists, keys = store.lists, store.keys
    offsets, choices = narrow(lists.choice_offsets), lists.choice_units
    held = np.full(len(store.taking), -1, np.int32)
    left = seats.copy()
    follows = store.follows if ways.ties == ADMIT_ALL else np.zeros(len(store.order), np.uint8)
    serve(store.order, follows, offsets, choices, left, open_bits(left), held)
    account(keys.group, offsets, choices, lists.ordinals, held, totals.taken, totals.last, totals.last_ordinal)
    holding = held >= 0
    np.add(lists.choice_offsets[:-1], held, out=totals.choice, where=holding)
    totals.target[holding] = choices[totals.choice[holding]]
    if written is None or not len(held):
        return
    limit = np.where(seats > 0, np.where(totals.last >= 0, keys.group[totals.last], -1), -1).astype(np.int32)
    reason_codes(
        offsets,
        choices,
        held,
        store.taking,
        keys.group,
        limit,
        totals.taken > seats,
        written.codes,
        written.full_slices,
    )
    distances(
        offsets,
        choices,
        held,
        store.taking,
        keys.words,
        keys.words[:, totals.last],
        limit,
        bit_table(keys.at, keys.shift, keys.mask, len(keys.words)),
        keys.shift,
        keys.mask,
        keys.step,
        keys.worst,
        keys.name,
        keys.lottery,
        written.codes,
        written.keys,
        written.distances,
    )


def defer_quickly(store: Store, order: Array, targets: Targets, held: Held) -> bool:
    """Deferred acceptance of a plain market all at once; False when it is not one."""
    lists = store.lists
    at = np.full(len(store.taking), -1, np.int32)
    offsets, choices = lists.choice_offsets, lists.choice_units
    if not defer_plain(order, offsets, choices, store.own, targets.start, at, targets.taken, targets.last):
        return False
    holding = at >= 0
    np.add(offsets[:-1], at, out=held.choice, where=holding)
    held.target[holding] = choices[held.choice[holding]]
    np.subtract(targets.start, targets.taken, out=targets.left)
    some = targets.taken > 0
    last = targets.last[some]
    chosen = held.choice[last]
    targets.last_ordinal[some] = lists.ordinals[chosen] if len(lists.ordinals) else at[last] + 1
    return True


def narrow(offsets: Array) -> Array:
    """Offsets in half the bytes where they fit: the kernels read them in any order."""
    return offsets.astype(np.int32) if len(offsets) and offsets[-1] < 2**31 else offsets
