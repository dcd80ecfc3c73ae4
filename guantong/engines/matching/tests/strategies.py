"""Small random instances of everything the page allows: every mechanism, unit, tie policy, quota and oddity.

``instances()`` is a hypothesis strategy (it shrinks); ``random_instance(seed)`` draws the same way from a seed, quick
enough for thousands. Values are few on purpose: ties, full places and missing cells are the rule, not the exception.
Narrow either by naming what is to be fixed: ``instances(mechanism="parallel", unit="place", quotas=False)``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st

from guantong.engines.matching.building import build_instance
from guantong.engines.matching.building.agreeing import check_agreement
from guantong.engines.matching.judging import selects
from guantong.engines.matching.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Choice,
    Comparison,
    Condition,
    Floor,
    Instance,
    Line,
    Not,
    OrderKey,
    Place,
    Quota,
    Requirement,
    Round,
    Rules,
    Selector,
    Weighting,
)

__all__ = ["SEED", "build_instance", "check_agreement", "instances", "random_instance"]

SEED = "5eed" * 16
Item = TypeVar("Item")


@dataclass(frozen=True)
class Narrow:
    """What is fixed; None leaves it to the draw, False forbids it."""

    mechanism: str | None = None
    unit: str | None = None
    ties: str | None = None
    stages: str | None = None
    own: bool | None = None
    """Places with priorities of their own."""
    quotas: bool | None = None
    ceilings: bool | None = None
    limits: bool | None = None
    """Lines, conditions and the floor of a round."""
    send_backs: bool | None = None
    fixed: bool | None = None
    missing: bool | None = None
    one_shot: bool | None = None
    ratio: bool | None = None
    reassignment: str | None = None
    candidates: int = 12
    places: int = 5


class Draw:
    """Where the numbers come from."""

    def whole(self, low: int, high: int) -> int:
        raise NotImplementedError

    def pick(self, options: Sequence[Item]) -> Item:
        return options[self.whole(0, len(options) - 1)]

    def chance(self, one_in: int) -> bool:
        """True once in so many times; the simplest draw is False."""
        return self.whole(1, one_in) == one_in and one_in > 1

    def some(self, options: Sequence[Item], least: int = 0, most: int | None = None) -> list[Item]:
        """Some of the options, in any order."""
        left = list(options)
        count = self.whole(min(least, len(left)), min(len(left), len(left) if most is None else most))
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(count)]


class _Hypothesis(Draw):
    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


class _Random(Draw):
    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


@st.composite
def instances(draw: Any, **narrow: Any) -> Instance:
    """A strategy of instances; keywords as in :class:`Narrow`."""
    return _instance(_Hypothesis(draw), Narrow(**narrow))


def random_instance(seed: int | str, **narrow: Any) -> Instance:
    """The instance of a seed; keywords as in :class:`Narrow`."""
    return _instance(_Random(seed), Narrow(**narrow))


def _instance(draw: Draw, narrow: Narrow) -> Instance:
    rules = _base_rules(draw, narrow)
    places = _places(draw, narrow)
    own = _own(draw, narrow, rules)
    last = rules.missing == "last"
    names = [f"c{number}" for number in range(draw.whole(0, narrow.candidates))]
    columns: dict[str, list[str]] = {
        "total": [draw.pick(["5", "6", "7"] + [""] * last) for _ in names],
        "skill": [draw.pick(["1", "1.5", "2"] + [""] * last) for _ in names],
        "grade": [draw.pick(["甲", "乙", "丙"] + [""] * last) for _ in names],
        "culture": [draw.pick(["100", "150.5", "180", ""]) for _ in names],
        "veteran": [draw.pick(["否", "是", ""]) for _ in names],
        "sex": [draw.pick(["1", "2"]) for _ in names],
    }
    choices = {name: _list(draw, rules, places) for name in names}
    scores: list[tuple[str, str, str]] = []
    rules = _with(rules, order=_order(draw, own is not None and draw.chance(3)))
    if own == "scores":
        scored = places if not rules.order else draw.some(places, 1)
        for name in names:
            for place in scored:
                if not (last and draw.chance(4)):
                    scores.append((name, place.id, draw.pick(["60", "70.5", "80"])))
        if len({place for _, place, _ in scores}) < len(places) and not rules.order:
            rules = _with(rules, order=(OrderKey("total"),))
    elif own == "weights":
        rules = _with(rules, weights=_weights(draw, not rules.order, places))
    common = not scores and not rules.weights
    if narrow.limits is not False:
        rules = _with(rules, **_limits(draw))
    if narrow.quotas is not False:
        rules = _with(rules, quotas=_quotas(draw, narrow, rules, places, common))
    fixed: list[tuple[str, str]] = []
    if narrow.fixed is not False and draw.chance(4):
        fixed = [(name, draw.pick(places).id) for name in draw.some(names, most=2)]
    send_backs: list[tuple[str, str, str]] = []
    if narrow.send_backs is not False and draw.chance(3):
        send_backs = _send_backs(draw, rules, places, choices, {name for name, _ in fixed})
    return build_instance(
        places=places,
        candidates=names,
        columns=columns,
        choices=choices,
        rules=rules,
        scores=scores,
        send_backs=send_backs,
        fixed=fixed,
    )


def _with(rules: Rules, **changes: Any) -> Rules:
    values = {name: getattr(rules, name) for name in type(rules).__dataclass_fields__}
    return Rules(**{**values, **changes})


def _base_rules(draw: Draw, narrow: Narrow) -> Rules:
    mechanism = narrow.mechanism or draw.pick(["parallel", "deferred_acceptance", "sequential"])
    unit = narrow.unit or draw.pick(["place", "group", "school"])
    can_two = mechanism != "deferred_acceptance" and unit != "place" and not narrow.own
    stages = narrow.stages or (draw.pick(["two", "one"]) if can_two else "one")
    ties = narrow.ties or draw.pick(["lottery", "admit_all", "reject_all"])
    ratio = Fraction(1)
    if stages == "two" and narrow.ratio is not False:
        ratio = draw.pick([Fraction(1), Fraction(6, 5), Fraction(3, 2), Fraction(2)])
    reassignment = narrow.reassignment or (
        "most_seats_left" if unit != "place" and not narrow.own and draw.chance(3) else "order_of_places"
    )
    return Rules(
        mechanism=mechanism,  # type: ignore[arg-type]
        unit=unit,  # type: ignore[arg-type]
        order=(),
        ties=ties,  # type: ignore[arg-type]
        lottery_seed=SEED if ties == "lottery" else None,
        ratio=ratio,
        one_shot=draw.chance(2) if narrow.one_shot is None else narrow.one_shot,
        stages=stages,  # type: ignore[arg-type]
        reassignment=reassignment,  # type: ignore[arg-type]
        missing="last" if narrow.missing or (narrow.missing is None and draw.chance(4)) else "refuse",
    )


def _places(draw: Draw, narrow: Narrow) -> list[Place]:
    places = []
    for number in range(draw.whole(1, narrow.places)):
        school = draw.pick(["s1", "s2"])
        places.append(
            Place(
                id=f"p{number}",
                school=school,
                group=school + draw.pick(["g1", "g2"]),
                programme=draw.pick(["a", "b", "c"]),
                kind=draw.pick(["ordinary", "ordinary", "veterans"]),
                seats=draw.pick([1, 2, 1, 3, 2, 0, 4, 1]),
            )
        )
    return places


def _own(draw: Draw, narrow: Narrow, rules: Rules) -> str | None:
    possible = rules.mechanism != "parallel" and rules.stages == "one" and rules.reassignment == "order_of_places"
    if not possible or narrow.own is False:
        return None
    if narrow.own or draw.chance(2):
        return draw.pick(["scores", "weights"])
    return None


def _list(draw: Draw, rules: Rules, places: Sequence[Place]) -> list[str | Choice]:
    name = {"place": "id", "group": "group", "school": "school"}[rules.unit]
    units = list(dict.fromkeys(getattr(place, name) for place in places))
    chosen = draw.some(units, most=4)
    ordinal = 0
    found: list[str | Choice] = []
    gaps = draw.chance(4)
    for unit in chosen:
        ordinal += 1 + (gaps and draw.chance(2))
        if rules.unit == "place":
            found.append(Choice(unit, ordinal) if gaps else unit)
            continue
        codes = list(dict.fromkeys(place.programme for place in places if getattr(place, name) == unit))
        wished = tuple(draw.some(codes)) if draw.chance(2) else tuple(draw.some(codes, 1))
        found.append(Choice(unit, ordinal, wished, draw.chance(2)))
    return found


def _order(draw: Draw, empty: bool) -> tuple[OrderKey, ...]:
    if empty:
        return ()
    keys = draw.some(["total", "skill", "grade"], 1, 2)
    return tuple(OrderKey(key, not draw.chance(3)) for key in keys)


def _weights(draw: Draw, everywhere: bool, places: Sequence[Place]) -> tuple[Weighting, ...]:
    first = (("total", draw.pick([1000, 500, 333])), ("skill", draw.pick([1000, 2000, 1])))
    if everywhere:
        return (Weighting(Selector(), first),)
    one = Weighting(Selector((("kind", ("veterans",)),)), first)
    other = Weighting(Selector((("kind", ("ordinary",)),)), (("skill", 1000),))
    return (one, other) if draw.chance(2) else (one,)


def _selector(draw: Draw) -> Selector:
    return draw.pick(
        [
            Selector(),
            Selector((("kind", ("veterans",)),)),
            Selector((("school", ("s1",)),)),
            Selector((("programme", ("a", "b")),)),
            Selector((("place_id", ("p0", "p2")),)),
        ]
    )


def _comparison(draw: Draw) -> Comparison:
    return draw.pick(
        [
            Comparison("veteran", "equals", ("是",), (None,)),
            Comparison("veteran", "not_equals", ("否",), (None,)),
            Comparison("sex", "equals", ("1",), (1000,)),
            Comparison("sex", "in", ("2", "3"), (2000, 3000)),
            Comparison("veteran", "not_in", ("否", "无"), (None, None)),
            Comparison("culture", "at_least", ("150.5",), (150500,)),
            Comparison("culture", "at_most", ("150",), (150000,)),
            Comparison("culture", "present", ("true",), (None,)),
            Comparison("veteran", "present", ("false",), (None,)),
        ]
    )


def _condition(draw: Draw) -> Condition:
    if not draw.chance(4):
        return _comparison(draw)
    parts = (_comparison(draw), _comparison(draw), _comparison(draw))
    return draw.pick([AllOf(parts[:2]), AnyOf(parts[:2]), AtLeast(2, parts), Not(parts[0])])


def _limits(draw: Draw) -> dict[str, object]:
    found: dict[str, object] = {}
    if draw.chance(3):
        who = _condition(draw) if draw.chance(2) else None
        lines = [Line("culture_line", "culture", draw.pick([120_000, 150_500, 170_000]), _selector(draw), who)]
        if draw.chance(2):
            lines.append(Line("total_line", "total_number", 6_000, _selector(draw)))
        found["lines"] = tuple(line if line.key != "total_number" else _skill_line(line) for line in lines)
    if draw.chance(3):
        conditions = [Requirement("first_condition", _condition(draw), _selector(draw))]
        if draw.chance(2):
            conditions.append(Requirement("second_condition", _condition(draw), _selector(draw)))
        found["conditions"] = tuple(conditions)
    if draw.chance(5):
        found["round"] = Round(draw.pick([1, 2, 3]), Floor("culture", 180_000, draw.pick([0, 15_000, 40_000])))
    return found


def _skill_line(line: Line) -> Line:
    return Line("skill_line", "skill", 1_500, line.places, line.who)


def _quotas(draw: Draw, narrow: Narrow, rules: Rules, places: Sequence[Place], common: bool) -> tuple[Quota, ...]:
    if not (narrow.quotas or draw.chance(2)):
        return ()
    found: list[Quota] = []
    names = ["q1", "q2", "q3"][: draw.whole(1, 3)]
    may_cap = rules.ties != "reject_all" and (common or rules.ties == "lottery") and narrow.ceilings is not False
    left = {place.id: place.seats for place in places}
    capped: set[str] = set()
    for number, name in enumerate(names):
        selector, who = _selector(draw), _condition(draw)
        here = [place for place in places if selects(selector, place)]
        kind = draw.pick(["floor", "exact", "ceiling"] if may_cap else ["floor", "exact"])
        if kind == "ceiling" and not common and capped & {place.id for place in here}:
            kind = "floor"
        share = Fraction(draw.pick([1, 2, 5]), 4 if draw.chance(2) else 10) if draw.chance(3) else None
        if share is not None and share > 1:
            share = Fraction(1, 2)
        seats = None if share is not None else draw.pick([1, 0, 2])
        quota = Quota(
            id=name,
            kind=kind,  # type: ignore[arg-type]
            who=who,
            places=selector,
            seats=seats,
            share=share,
            before=kind == "ceiling" or not draw.chance(2),
            unfilled_to="none" if kind == "ceiling" else draw.pick(["ordinary", "none", *names[number + 1 :]]),
            lines=(Line(f"{name}_line", "culture", 100_000),) if kind != "ceiling" and draw.chance(3) else (),
        )
        if any(_contradict(quota, other) or _contradict(other, quota) for other in found):
            continue
        if kind == "ceiling":
            capped.update(place.id for place in here)
        elif any(quota.seats_of(place.seats) > left[place.id] for place in here):
            continue
        else:
            for place in here:
                left[place.id] -= quota.seats_of(place.seats)
        found.append(quota)
    kept = {quota.id for quota in found if quota.kind != "ceiling"}
    return tuple(quota if quota.unfilled_to in kept | {"ordinary", "none"} else _to_ordinary(quota) for quota in found)


def _contradict(low: Quota, high: Quota) -> bool:
    """Whether the same people have more kept for them than they may get: rules nobody can write (MTC-007)."""
    if low.kind == "ceiling" or high.kind != "ceiling" or low.who != high.who:
        return False
    by_seats = low.seats is not None and high.seats is not None and low.seats > high.seats
    return by_seats or (low.share is not None and high.share is not None and low.share > high.share)


def _to_ordinary(quota: Quota) -> Quota:
    values = {name: getattr(quota, name) for name in type(quota).__dataclass_fields__}
    return Quota(**{**values, "unfilled_to": "ordinary"})


def _send_backs(
    draw: Draw,
    rules: Rules,
    places: Sequence[Place],
    choices: dict[str, list[str | Choice]],
    fixed: set[str],
) -> list[tuple[str, str, str]]:
    name_of = {"place": "id", "group": "group", "school": "school"}[rules.unit]
    found: dict[tuple[str, str], str] = {}
    for name in draw.some(list(choices), most=3):
        options = []
        for given in choices[name]:
            choice = given if isinstance(given, Choice) else Choice(given)
            for place in places:
                if getattr(place, name_of) != choice.unit:
                    continue
                if not choice.programmes or choice.accept_reassignment or place.programme in choice.programmes:
                    options.append(place.id)
        if options and name not in fixed:
            found[name, draw.pick(options)] = draw.pick(["health", "colour_vision"])
    return [(name, place, reason) for (name, place), reason in found.items()]
