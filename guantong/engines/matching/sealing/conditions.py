"""Which seats were open to whom: the slices of a place that are live for a candidate (matching.md section 3), for the
record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guantong.engines.matching.judging import Test, selects, test_of
from guantong.engines.matching.model import Instance, Place
from guantong.engines.matching.ruleset import Condition, Line, Quota, Requirement

ORDINARY = "ordinary"


def _always(candidate: int) -> bool:
    return True


@dataclass(frozen=True)
class _Slice:
    """One kind of seats at some places: whose it is, and the lines it asks for."""

    name: str
    belongs: Test
    before: bool
    exact: bool
    lines: tuple[Callable[[int], bool], ...]


@dataclass(frozen=True)
class _Regime:
    """What holds at places alike: conditions, slices (ordinary first) and the people of the ceilings."""

    required: tuple[Test, ...]
    slices: tuple[_Slice, ...]
    ceilings: tuple[Test, ...]


class Standing:
    """Asks the rules of one run again; everything is prepared once, for places where the same rules hold together."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._sent_back = frozenset(zip(instance.send_back_candidates, instance.send_back_places, strict=True))
        self._tests: dict[Condition, Test] = {}
        made: dict[tuple[bool, ...], int] = {}
        self._regimes: list[_Regime] = []
        self._regime_of: list[int] = []
        for place in instance.places:
            number = made.setdefault(self._selecting(place), len(made))
            if number == len(self._regimes):
                self._regimes.append(self._regime(place))
            self._regime_of.append(number)
        self._live: dict[int, tuple[str, ...]] = {}

    def _selecting(self, place: Place) -> tuple[bool, ...]:
        """For each condition, quota and line of the rules whether it means the place."""
        rules = self.instance.rules
        own = (line for quota in rules.quotas for line in quota.lines)
        items: tuple[Requirement | Quota | Line, ...] = (*rules.conditions, *rules.quotas, *rules.all_lines, *own)
        return tuple(selects(item.places, place) for item in items)

    def _regime(self, place: Place) -> _Regime:
        rules = self.instance.rules
        quotas = [quota for quota in rules.quotas if selects(quota.places, place)]
        kept = [None, *(quota for quota in quotas if quota.kind != "ceiling")]
        return _Regime(
            required=tuple(self._test(item.require) for item in rules.conditions if selects(item.places, place)),
            slices=tuple(
                _Slice(
                    name=ORDINARY if quota is None else quota.id,
                    belongs=_always if quota is None else self._test(quota.who),
                    before=quota is not None and quota.before,
                    exact=quota is not None and quota.kind == "exact",
                    lines=tuple(
                        self._line(line) for line in rules.lines_of_seats(quota) if selects(line.places, place)
                    ),
                )
                for quota in kept
            ),
            ceilings=tuple(self._test(quota.who) for quota in quotas if quota.kind == "ceiling"),
        )

    def _test(self, condition: Condition | None) -> Test:
        if condition is None:
            return _always
        if condition not in self._tests:
            self._tests[condition] = test_of(condition, self.instance.columns)
        return self._tests[condition]

    def _line(self, line: Line) -> Test:
        """Whether a candidate reaches the line, or is not asked to."""
        who, column, least = self._test(line.who), self.instance.columns[line.key], line.at_least
        values, empty = column.values, column.empty
        return lambda candidate: not who(candidate) or (values[candidate] != empty and values[candidate] >= least)

    def live_slices(self, candidate: int, place: int) -> tuple[str, ...]:
        """The slices of a place that are live for a candidate, in their order: ``ordinary`` or the id of a quota."""
        if (candidate, place) in self._sent_back:
            return ()
        number = self._regime_of[place]
        key = candidate * len(self._regimes) + number
        found = self._live.get(key)
        if found is None:
            found = self._live[key] = _live(self._regimes[number], candidate)
        return found

    def is_under_ceiling(self, candidate: int, place: int) -> bool:
        """Whether a ceiling at the place counts the candidate."""
        return any(test(candidate) for test in self._regimes[self._regime_of[place]].ceilings)


def _live(regime: _Regime, candidate: int) -> tuple[str, ...]:
    if not all(test(candidate) for test in regime.required):
        return ()
    ordinary, *others = regime.slices
    own = [one for one in others if one.belongs(candidate)]
    slices = [
        *(one for one in own if one.before),
        *([] if any(one.exact for one in own) else [ordinary]),
        *(one for one in own if not one.before),
    ]
    return tuple(one.name for one in slices if all(reaches(candidate) for reaches in one.lines))
