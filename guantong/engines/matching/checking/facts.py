"""What can be said about one candidate at one place, asked of the instance alone; shares nothing with either
implementation.
"""

from __future__ import annotations

from functools import cached_property

from guantong.engines.matching.lottery import lottery_ranks, number_of
from guantong.engines.matching.model import MISSING, Instance, Place
from guantong.engines.matching.ruleset import (
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    Line,
    Not,
    Requirement,
    Selector,
)

Vector = tuple[tuple[int, int | str], ...]
"""Smaller is better; each entry is (0, turned value), or (1, 0) for a missing one; ends with lottery number and id."""
Target = tuple[int, int]
"""A place (or a unit) and a kind of seats: 0 ordinary, ``1 + q`` those of quota ``q``."""


_ORDINARY = [0]


class Facts:
    """One instance, asked again and again."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = instance.rules
        self.two_stages = instance.rules.stages == "two"
        self.sequential = instance.rules.mechanism == "sequential"
        self.fixed = dict(zip(instance.fixed_candidates, instance.fixed_places, strict=True))
        self.sent_back = {
            (candidate, place): instance.reasons[reason]
            for candidate, place, reason in zip(
                instance.send_back_candidates, instance.send_back_places, instance.send_back_reasons, strict=True
            )
        }
        self.out = {candidate for candidate, _ in self.sent_back} if instance.rules.one_shot else set()
        self._live: dict[tuple[int, int], list[int]] = {}
        rules = instance.rules
        self._unlimited = not (rules.all_lines or rules.conditions or rules.quotas or self.sent_back)
        self._any_own = bool(rules.weights or instance.scored_places)
        self._common: dict[int, Vector] = {}

    # --- who may sit where ------------------------------------------------------------------------------------
    def selected(self, selector: Selector, place: Place) -> bool:
        """Whether a selector means the place."""
        return all(place.column(column) in values for column, values in selector.columns)

    def holds(self, condition: Condition, candidate: int) -> bool:
        """Whether a condition holds for the candidate."""
        if isinstance(condition, AllOf):
            return all(self.holds(part, candidate) for part in condition.parts)
        if isinstance(condition, AnyOf):
            return any(self.holds(part, candidate) for part in condition.parts)
        if isinstance(condition, AtLeast):
            return sum(self.holds(part, candidate) for part in condition.parts) >= condition.count
        if isinstance(condition, Not):
            return not self.holds(condition.part, candidate)
        return self._compares(condition, candidate)

    def _compares(self, asked: Comparison, candidate: int) -> bool:
        column = self.instance.columns[asked.key]
        value = column.values[candidate]
        if asked.operator == "present":
            return (value != column.empty) is (asked.texts[0] == "true")
        if value == column.empty:
            return asked.operator in ("not_equals", "not_in")
        if asked.operator == "at_least":
            return asked.numbers[0] is not None and value >= asked.numbers[0]
        if asked.operator == "at_most":
            return asked.numbers[0] is not None and value <= asked.numbers[0]
        among = value in asked.numbers if column.texts is None else column.texts[value] in asked.texts
        return among is (asked.operator in ("equals", "in"))

    @cached_property
    def _quotas_at(self) -> list[list[int]]:
        quotas = self.rules.quotas
        return [
            [number for number, quota in enumerate(quotas) if self.selected(quota.places, place)]
            for place in self.instance.places
        ]

    def slices(self, place: int) -> list[int]:
        """Kinds of seats at a place."""
        return [0, *(1 + q for q in self._quotas_at[place] if self.rules.quotas[q].kind != "ceiling")]

    def ceilings(self, place: int, candidate: int | None = None) -> list[int]:
        """Ceilings at a place (of which the candidate is a member)."""
        quotas = self.rules.quotas
        here = [q for q in self._quotas_at[place] if quotas[q].kind == "ceiling"]
        return here if candidate is None else [q for q in here if self.holds(quotas[q].who, candidate)]

    def kinds(self, candidate: int, place: int) -> list[int]:
        """Kinds of seats the candidate may sit in, lines and conditions aside, in order."""
        quotas = self.rules.quotas
        mine = [q for q in self.slices(place)[1:] if self.holds(quotas[q - 1].who, candidate)]
        ordinary = [] if any(quotas[q - 1].kind == "exact" for q in mine) else [0]
        before = [q for q in mine if quotas[q - 1].before]
        return before + ordinary + [q for q in mine if q not in before]

    def lines(self, place: int, kind: int, candidate: int) -> list[Line]:
        """Lines that apply to the candidate for seats of a kind at a place."""
        own = self.rules.quotas[kind - 1].lines if kind else ()
        keys = {line.key for line in own}
        found = [
            line
            for line in self._lines_at[place]
            if line.key not in keys and (line.who is None or self.holds(line.who, candidate))
        ]
        return [*found, *own]

    @cached_property
    def _lines_at(self) -> list[list[Line]]:
        lines = self.rules.all_lines
        return [[line for line in lines if self.selected(line.places, place)] for place in self.instance.places]

    @cached_property
    def _conditions_at(self) -> list[list[Requirement]]:
        items = self.rules.conditions
        return [[item for item in items if self.selected(item.places, place)] for place in self.instance.places]

    def meets(self, line: Line, candidate: int) -> bool:
        """Whether the candidate reaches a line."""
        value = self.instance.columns[line.key].values[candidate]
        return value != MISSING and value >= line.at_least

    def failed_conditions(self, candidate: int, place: int) -> list[str]:
        """Conditions of the place the candidate does not meet."""
        return [item.id for item in self._conditions_at[place] if not self.holds(item.require, candidate)]

    def live(self, candidate: int, place: int) -> list[int]:
        """Kinds of seats at the place the candidate may really get, in order."""
        if self._unlimited:
            return _ORDINARY
        found = self._live.get((candidate, place))
        if found is None:
            found = []
            if (candidate, place) not in self.sent_back and not self.failed_conditions(candidate, place):
                found = [
                    kind
                    for kind in self.kinds(candidate, place)
                    if all(self.meets(line, candidate) for line in self.lines(place, kind, candidate))
                ]
            self._live[candidate, place] = found
        return found

    # --- lists ------------------------------------------------------------------------------------------------
    def wished(self, choice: int) -> list[int]:
        """Places wished, in order."""
        return list(self.instance.wishes(choice))

    def others(self, choice: int) -> list[int]:
        """Places a reassigned candidate may be given, in the order of places."""
        if not self.instance.accepts_reassignment(choice):
            return []
        wished = set(self.wished(choice))
        return [p for p in self.instance.places_of_unit(self.instance.choice_units[choice]) if p not in wished]

    def live_slices(self, candidate: int, places: list[int], kind: int | None = None) -> list[Target]:
        """Live slices (of a kind) of some places, place by place."""
        return [(p, k) for p in places for k in self.live(candidate, p) if kind is None or k == kind]

    def pools(self, candidate: int, choice: int) -> list[int]:
        """Kinds of pools the candidate may file to in the unit of a choice, in order."""
        kinds = {k for _, k in self.live_slices(candidate, self.wished(choice) + self.others(choice))}
        quotas = self.rules.quotas
        return sorted(kinds, key=lambda kind: (0 if kind and quotas[kind - 1].before else 1 if kind == 0 else 2, kind))

    # --- who comes before whom --------------------------------------------------------------------------------
    @cached_property
    def _weights(self) -> dict[int, tuple[tuple[str, int], ...]]:
        return {
            number: item.keys
            for item in self.rules.weights
            for number, place in enumerate(self.instance.places)
            if self.selected(item.places, place)
        }

    def has_own(self, place: int) -> bool:
        """Whether the place has priorities of its own."""
        return self._any_own and (place in self._weights or place in self.instance.scored_places)

    def own(self, candidate: int, place: int) -> int | None:
        """The place's own priority in millionths."""
        instance = self.instance
        if place in self._weights:
            values = [(instance.columns[key].values[candidate], weight) for key, weight in self._weights[place]]
            return None if any(value == MISSING for value, _ in values) else sum(v * w for v, w in values)
        for row in range(instance.score_offsets[candidate], instance.score_offsets[candidate + 1]):
            if instance.score_places[row] == place:
                return instance.score_values[row] * 1000
        return None

    def vector(self, candidate: int, place: int | None) -> Vector:
        """The whole vector, turned so that smaller is better."""
        common = self._common.get(candidate)
        if common is None:
            common = self._common[candidate] = self._common_vector(candidate)
        if place is None or not self.has_own(place):
            return common
        own = self.own(candidate, place)
        return ((1, 0) if own is None else (0, -own), *common)

    def _common_vector(self, candidate: int) -> Vector:
        entries: list[tuple[int, int | str]] = []
        for key in self.rules.order:
            column = self.instance.columns[key.key]
            value = column.values[candidate]
            entries.append((1, 0) if value == column.empty else (0, -value if key.descending else value))
        if self.rules.ties == "lottery" and self.rules.lottery_seed is not None:
            name = self.instance.candidates[candidate]
            entries += [(0, number_of(self.rules.lottery_seed, self.instance.candidates, candidate)), (0, name)]
        return tuple(entries)

    @cached_property
    def lottery_rank(self) -> list[int]:
        """Position of each candidate in the whole draw."""
        seed = self.rules.lottery_seed
        return [] if seed is None else list(lottery_ranks(seed, self.instance.candidates))

    def difference(self, candidate: int, last: int, place: int | None) -> tuple[str, int | None] | None:
        """The first key in which the candidate is behind, and by how much; None when it is not behind."""
        if self.vector(candidate, place) <= self.vector(last, place):
            return None
        if place is not None and self.has_own(place):
            mine, theirs = self.own(candidate, place), self.own(last, place)
            if mine != theirs:
                return "priority", None if mine is None or theirs is None else (theirs - mine + 999) // 1000
        for key in self.rules.order:
            column = self.instance.columns[key.key]
            one, other = column.values[candidate], column.values[last]
            if one != other:
                return key.key, None if column.empty in (one, other) else abs(one - other)
        return "lottery", self.lottery_rank[candidate] - self.lottery_rank[last]
