"""Two stages in one sweep against the other implementation, with lists longer and wishes more than a glance takes in,
in every form in which lists are laid out.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from guantong.engines.matching.building import build_instance
from guantong.engines.matching.comparing import compare
from guantong.engines.matching.fast import allocate, compact, store
from guantong.engines.matching.fast.serial import GLANCE
from guantong.engines.matching.model import Choice, Code, Instance, Place
from guantong.engines.matching.plain import allocate_plainly
from guantong.engines.matching.reading import read_rules

FACTS = ("a", "b", "c")
HOLDS = (Code.ADMITTED, Code.ADMITTED_REASSIGNED, Code.ADMITTED_OVER_PLAN)
SENT = (Code.SENT_BACK_PROGRAMMES, Code.SENT_BACK_FULL)


def province(seed: int, *, mechanism: str, ties: str) -> Instance:
    """Some 150 candidates with lists of up to 15 groups of up to 11 places, half of them for few; quotas and lines."""
    draw = random.Random(seed)
    groups = {f"G{number:02}": draw.randint(1, 11) for number in range(16)}
    places = [
        Place(f"{group}-{code:02}", "s", group, f"{code:02}", draw.choice(["open", *FACTS]), draw.choice([0, 0, 1, 2]))
        for group, size in groups.items()
        for code in range(size)
    ]
    names = [f"c{number:03}" for number in range(draw.randint(100, 150))]
    lists: dict[str, list[str | Choice]] = {}
    for name in names:
        gaps = sorted(draw.sample(range(1, 30), draw.choice([0, 3, 9, 12, 15])))
        wanted = draw.sample(sorted(groups), len(gaps))
        if draw.random() < 0.7:  # most wish for the same, and come far down in their lists
            wanted.sort()
        lists[name] = []
        for ordinal, group in zip(gaps, wanted, strict=True):
            codes = [place.programme for place in places if place.group == group]
            wished = tuple(draw.sample(codes, draw.randint(0, len(codes))))
            lists[name].append(Choice(group, ordinal, wished, draw.random() < 0.6))
    yes = {"equals": "1"}
    rules = {
        "mechanism": mechanism,
        "unit": "group",
        "order": [{"key": "total"}],
        "ties": ties,
        "ratio": draw.choice(["1", "1.2", "1.5"]),
        "conditions": [{"id": f"only_{f}", "places": {"kind": f}, "require": {"key": f, **yes}} for f in FACTS],
        "lines": [{"id": "line", "key": "total", "at_least": 4, "who": {"not": {"key": "a", **yes}}}],
        "quotas": [
            {"id": "kept", "who": {"key": "b", **yes}, "share": "0.5", "kind": "floor"},
            {"id": "late", "who": {"key": "c", **yes}, "share": "0.5", "kind": "floor", "order": "after"}
            | {"places": {"kind": ["open", "c"]}},
        ],
    }
    if ties == "lottery":
        rules["lottery_seed"] = "0" * 64
    return build_instance(
        places=places,
        candidates=names,
        columns={"total": [draw.randint(0, 40) for _ in names]}
        | {fact: [draw.choice("01") for _ in names] for fact in FACTS},
        choices=lists,
        rules=read_rules(rules),
        scores=[],
        send_backs=[],
        fixed=[],
    )


def as_it_is(_: pytest.MonkeyPatch) -> None:
    """In the form in which a province's lists are laid out."""


def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for more units, and more places in one, than the narrow forms hold."""
    monkeypatch.setattr(store, "compact_of", partial(compact.compact_of, narrow=False))


def too_many_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when nearly every candidate meets conditions of their own."""
    monkeypatch.setattr(compact, "MOST_PATTERNS", 1)


def not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not laid out: the general kernels."""
    monkeypatch.setattr(store, "compact_of", lambda lists, slices: compact.nothing_compact())


@pytest.mark.parametrize("form", [as_it_is, wide, too_many_patterns, not_at_all])
@pytest.mark.parametrize("mechanism", ["parallel", "sequential"])
@pytest.mark.parametrize("ties", ["admit_all", "lottery"])
def test_every_form_gives_what_the_plain_implementation_gives(
    form: Callable[[pytest.MonkeyPatch], None], mechanism: str, ties: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form(monkeypatch)
    for seed in range(8):
        instance = province(seed, mechanism=mechanism, ties=ties)
        assert not compare(allocate(instance), allocate_plainly(instance)), seed


def test_the_provinces_go_beyond_a_glance() -> None:
    """What the test above is for: choices beyond the glance and wishes beyond the record come into play."""
    beyond_glance, beyond_record, sent_back = 0, 0, 0
    for seed in range(8):
        instance = province(seed, mechanism="parallel", ties="admit_all")
        outcome = allocate(instance)
        laid = store.store_of(instance).compact
        assert laid.is_exact and len(laid.patterns) > 4 and laid.wishes.dtype == np.uint8
        for c in range(len(instance.candidates)):
            row = range(instance.choice_offsets[c], instance.choice_offsets[c + 1])
            held = next((at for at in row if Code(outcome.codes[at]) in HOLDS), None)
            if held is not None:
                beyond_glance += held - row[0] >= GLANCE
                beyond_record += outcome.place[c] in list(
                    instance.wish_places[
                        instance.wish_offsets[held] + compact.WIDTH - 1 : instance.wish_offsets[held + 1]
                    ]
                )
            sent_back += any(Code(outcome.codes[at]) in SENT for at in row)
    assert beyond_glance > 5 and beyond_record > 0 and sent_back > 0
