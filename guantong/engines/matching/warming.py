"""``python -m guantong.engines.matching.warming``: compile the fast kernels before they are needed.

Compiled kernels are kept beside their source, so the first allocation of an installation pays for all of them: some
twenty seconds for the rules of a province. Whoever knows that a run will come (the demo, an installation being set up)
starts this in a process beside and loses nothing. The instances are a few candidates each, together with every way a
province's rules go.
"""

from __future__ import annotations

from collections.abc import Mapping

from guantong.engines.matching.building import build_instance
from guantong.engines.matching.fast import allocate
from guantong.engines.matching.model import Choice, Instance, Place
from guantong.engines.matching.reading import read_rules

_TOTALS = [700, 690, 680, 680, 670, 660, 650, 640]
_GROUPS = [
    Place("Ga", "东湖", "G", "a", seats=1),
    Place("Gb", "东湖", "G", "b", seats=2),
    Place("H", "西岭", "H", "a", seats=3),
]
_CEILING = {"id": "most", "kind": "ceiling", "who": {"key": "served", "equals": "yes"}, "seats": 1}
_QUOTA = {
    "id": "served",
    "kind": "exact",
    "who": {"key": "served", "equals": "yes"},
    "seats": 1,
    "places": {"place_id": ["H"]},
}


def _instance(unit: str, rules: Mapping[str, object], *, back: bool = False) -> Instance:
    names = [f"c{number}" for number in range(len(_TOTALS))]
    if unit == "group":
        lists = {name: [Choice("G", None, ("a",), True), Choice("H", None, (), True)] for name in names}
    else:
        lists = {name: [Choice("Ga"), Choice("Gb"), Choice("H")] for name in names}
    columns = {"total": _TOTALS, "culture": [300] * len(names), "served": ["yes", "no"] * (len(names) // 2)}
    own = rules["mechanism"] == "deferred_acceptance"
    order = [] if own else [{"key": "total"}, {"key": "culture"}]
    return build_instance(
        places=_GROUPS,
        candidates=names,
        columns=columns,  # type: ignore[arg-type]
        choices=lists,
        rules=read_rules({"unit": unit, "order": order, **rules}),
        scores=[(name, place.id, total) for name, total in zip(names, _TOTALS, strict=True) for place in _GROUPS]
        if own
        else [],
        send_backs=[("c0", "Ga", "material")] if back else [],
    )


def warm() -> None:
    """Run every instance once."""
    lottery = {"ties": "lottery", "lottery_seed": "0" * 64}
    line = {"lines": [{"id": "line", "key": "total", "at_least": 645}]}
    for rules in (
        {"mechanism": "parallel", **lottery, **line},
        {"mechanism": "parallel", "ties": "admit_all", "quotas": [_QUOTA], **line},
        {"mechanism": "sequential", "ties": "reject_all"},
    ):
        for unit in ("place", "group"):
            allocate(_instance(unit, rules))
    allocate(_instance("group", {"mechanism": "parallel", **lottery, **line}, back=True))
    deferred = {"mechanism": "deferred_acceptance"}
    allocate(_instance("place", {**deferred, "ties": "admit_all"}))
    allocate(_instance("place", {**deferred, **lottery, "quotas": [_CEILING]}))


if __name__ == "__main__":
    warm()
