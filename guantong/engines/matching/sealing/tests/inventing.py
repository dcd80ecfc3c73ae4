"""Invented runs for the tests of files and seals: every mechanism, unit and tie policy, drawn from a seed."""

import random
from fractions import Fraction

from guantong.engines.matching import Choice, Instance, Place, build_instance, read_rules
from guantong.kernel.refusal import Refusal

SEED = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"


def invented_rules(draw: random.Random) -> dict[str, object]:
    """Rules as a mapping; combinations the engine refuses are left to the caller."""
    unit = draw.choice(["place", "group", "school"])
    rules: dict[str, object] = {
        "mechanism": draw.choice(["parallel", "sequential", "deferred_acceptance"]),
        "unit": unit,
        "order": [
            {"key": "total", "direction": "descending"},
            {"key": "age", "direction": "ascending"},
            {"key": "grade", "direction": draw.choice(["descending", "ascending"])},
        ][: draw.randint(1, 3)],
        "ties": draw.choice(["admit_all", "reject_all", "lottery"]),
        "missing": "last",
    }
    if rules["ties"] == "lottery":
        rules["lottery_seed"] = SEED
    if unit != "place":
        if rules["mechanism"] != "deferred_acceptance" and draw.random() < 0.8:
            rules["ratio"] = str(Fraction(draw.choice([100, 105, 120, 150]), 100).limit_denominator(100).__float__())
            rules["one_shot"] = draw.random() < 0.5
        else:
            rules["stages"] = "one"
        rules["reassignment"] = draw.choice(["order_of_places", "most_seats_left"])
    if draw.random() < 0.4:
        rules["lines"] = [{"id": "floor-line", "key": "total", "at_least": "300"}]
    if draw.random() < 0.3:
        rules["conditions"] = [
            {"id": "needs-sight", "places": {"programme": "p1"}, "require": {"key": "sight", "equals": "good"}}
        ]
    if draw.random() < 0.5:
        kind = draw.choice(["floor", "exact", "ceiling"])
        quota: dict[str, object] = {
            "id": "veterans",
            "kind": kind,
            "who": {"key": "kind", "equals": "veteran"},
            "share": "0.4",
        }
        if kind == "floor":
            quota["order"] = draw.choice(["before", "after"])
            if draw.random() < 0.5:
                quota["lines"] = [{"id": "own-line", "key": "total", "at_least": "200"}]
        rules["quotas"] = [quota]
    if unit == "place" and rules["mechanism"] == "deferred_acceptance" and draw.random() < 0.4:
        rules["weights"] = [{"places": {"programme": "p0"}, "keys": {"total": "0.6", "age": "1.25"}}]
    return rules


def invented_instance(seed: int, people: int = 0) -> Instance:
    """A small run that the engine accepts; the same seed gives the same run."""
    draw = random.Random(seed)
    while True:
        try:
            return _try(draw, people)
        except Refusal:
            continue


def _try(draw: random.Random, people: int) -> Instance:
    rules = read_rules(invented_rules(draw))
    places = [
        Place(f"P{s}{g}{p}", f"S{s}", f"G{s}{g}", f"p{p}", "ordinary", draw.randint(0, 4))
        for s in range(3)
        for g in range(2)
        for p in range(2)
    ]
    units = list(dict.fromkeys(getattr(p, {"place": "id"}.get(rules.unit, rules.unit)) for p in places))
    count = people or draw.randint(0, 25)
    candidates = [f"{draw.randint(0, 9)}考{number:04d}" for number in range(count)]
    columns: dict[str, list[str]] = {
        "total": [str(draw.choice([250, 299.5, 300, 410, 411.125, 500])) for _ in candidates],
        "age": [draw.choice(["16", "17.5", "18", ""]) for _ in candidates],
        "grade": [draw.choice(["A", "B", "乙;等=一%", ""]) for _ in candidates],
        "sight": [draw.choice(["good", "poor"]) for _ in candidates],
        "kind": [draw.choice(["veteran", "ordinary", "ordinary"]) for _ in candidates],
    }
    choices = {}
    for name in candidates:
        listed = draw.sample(units, draw.randint(0, min(5, len(units))))
        ordinals = sorted(draw.sample(range(1, 12), len(listed)))
        choices[name] = [
            Choice(
                unit,
                ordinal,
                tuple(draw.sample(["p0", "p1"], draw.randint(0, 2))) if rules.unit != "place" else (),
                rules.unit != "place" and draw.random() < 0.5,
            )
            for unit, ordinal in zip(listed, ordinals, strict=True)
        ]
    scores = []
    if rules.unit == "place" and rules.mechanism == "deferred_acceptance" and not rules.weights and draw.random() < 0.5:
        scores = [(name, place.id, str(draw.randint(0, 5))) for name in candidates for place in places[:4]]
    placed = draw.sample(candidates, min(len(candidates), draw.randint(0, 2)))
    fixed = [(name, draw.choice(places).id) for name in placed]
    send_backs = [
        (name, unit.unit if rules.unit == "place" else places[0].id, "体检")
        for name in candidates
        if name not in placed and draw.random() < 0.05
        for unit in choices[name][:1]
    ]
    return build_instance(
        places=places,
        candidates=candidates,
        columns=columns,
        choices=choices,
        scores=scores,
        send_backs=send_backs,
        fixed=fixed,
        rules=rules,
    )
