"""The arrays that a run reads, by name: lists, slices and pools, priorities, rank, and what conditions are called."""

from __future__ import annotations

from typing import Any, NamedTuple

Array = Any
"""A numpy array."""


class Lists(NamedTuple):
    """Who wishes what. Empty arrays where the instance has none."""

    choice_offsets: Array  # int64, candidates + 1
    choice_units: Array  # int32
    ordinals: Array  # int32, or empty: 1, 2, 3, …
    wish_offsets: Array  # int64, choices + 1, or empty
    wish_places: Array  # int32
    accepts: Array  # int8, or empty
    unit_offsets: Array  # int32, units + 1
    unit_places: Array  # int32
    back_offsets: Array  # int64, candidates + 1, or empty: no send-backs
    back_places: Array  # int32
    back_reasons: Array  # int32


class Slices(NamedTuple):
    """Slices of a place stand together, in the order in which a candidate comes to them; so do pools of a unit.

    A candidate belongs to a slice when all its bits are in ``member`` and none in ``forbid``; it is live when besides
    all bits of ``need`` are there (conditions of the place, lines of the slice) and nobody was sent back.
    """

    offsets: Array  # int32, places + 1
    place: Array  # int32
    quota: Array  # int16, -1 for ordinary
    pool: Array  # int32
    pool_offsets: Array  # int32, units + 1
    pool_quota: Array  # int16
    pool_need: Array  # uint64 (pools, words): what every slice of the pool needs
    need: Array  # uint64 (slices, words), member included
    member: Array  # uint64 (slices, words)
    forbid: Array  # uint64 (slices, words)
    bits: Array  # uint64 (candidates, words)
    ceiling_offsets: Array  # int32, places + 1
    ceiling_bit: Array  # int32
    ceiling_seats: Array  # int32
    ceiling_quota: Array  # int16
    kind_order: Array  # int64: 0 for ordinary, 1 + quota, in the order in which every unit has its pools
    of_class: Array  # int16, slices: those of one class are live for the same candidates
    live: Array  # uint64, candidates: one bit a class that is live; empty when there are more than fit


class Compact(NamedTuple):
    """What two stages in one sweep read of the lists, in as few cache lines as will do; empty where it does not fit.

    A *pattern* is a set of live classes (``Slices.live``). A *row* is a kind together with the classes of that kind
    that a pattern has: candidates who share a row may sit in the same slices of that kind.
    """

    heads: Array  # uint64, candidates: first choice << 26, choices << 10, pattern
    units: Array  # uint16 or int32, choices and some more: the units chosen
    wishes: Array  # uint8 or uint16, eight a choice: see ``compact.wishes_of``; empty where nobody wishes
    slots: Array  # int32, places: where each stands when they are numbered unit by unit
    patterns: Array  # uint64: the classes of each pattern
    is_exact: bool  # False: too many patterns, one stands for all of them
    row_offsets: Array  # int32, patterns + 1
    rows: Array  # int32: the rows of each pattern, in the order of kinds
    row_kind: Array  # int32, rows: in ascending order; a kind is 0 for ordinary, 1 + quota
    row_classes: Array  # uint64, rows
    kind_rows: Array  # int32, kinds + 1: the rows of each kind


class Own(NamedTuple):
    """The places' own priorities. ``kind`` 0: none, 1: scores, 2: a weighted sum."""

    kind: Array  # int8, places
    score_offsets: Array  # int64
    score_places: Array  # int32
    score_values: Array  # int64
    weight_offsets: Array  # int32, places + 1
    weight_column: Array  # int32, into columns
    weight: Array  # int64
    columns: Array  # int64 (candidates, columns)


class Keys(NamedTuple):
    """The rank and what it is made of; see ``Ranking``. The lottery is the last key where there is one."""

    group: Array
    words: Array
    at: Array
    shift: Array
    mask: Array
    step: Array
    worst: Array
    name: Array  # int32, into the instance's key names
    lottery: int  # number of the key that is the lottery, or -1


class Reasons(NamedTuple):
    """What the conditions and lines are called, in the order in which the first that fails is named."""

    condition_offsets: Array  # int32, places + 1
    condition_bit: Array  # int32
    condition_name: Array  # int32
    line_offsets: Array  # int32, slices + 1
    line_bit: Array  # int32
    line_name: Array  # int32
    line_column: Array  # int32
    line_at_least: Array  # int64
    line_values: Array  # int64 (columns, candidates)
    quota_name: Array  # int32, quotas
    reason_name: Array  # int32, reasons
    priority_name: int
    lottery_name: int
    ties_name: int
    ordinal_name: int


class Store(NamedTuple):
    """Everything a run reads."""

    lists: Lists
    slices: Slices
    compact: Compact
    own: Own
    keys: Keys
    reasons: Reasons
    order: Array  # int32: candidates taking part, best first
    follows: Array  # uint8, along the order: 1 where tied with the one before
    taking: Array  # bool: who takes part
    seats: Array  # int64, slices: before fixed placements
    lottery: Array  # uint64: numbers drawn, or empty
    plain_places: bool  # unit place, ordinary seats only, everybody eligible everywhere
