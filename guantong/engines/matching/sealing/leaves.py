"""The line of one candidate under the root: everything the run knew of the person and everything it decided.

A line is canonical JSON (sorted keys, no spaces, UTF-8), so that anybody can write it again from a certificate:

``candidate`` pseudonym · ``choices`` [[ordinal, unit, code, key, distance], …] · ``facts`` {column: value as text, or
null} for the columns the rules ask for · ``groups`` ids of the quotas the person belongs to · ``lottery`` number as
text, or null · ``priorities`` {place: points} the places' own priorities (only with scores or weights) · ``result``
[place, seats, ordinal, reason] · ``wishes`` {ordinal: [[programme, …], accepts reassignment]} (only where programmes
or reassignment were named). Lines are made by hand from parts that repeat, because there may be a million of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from guantong.engines.matching.files.writing import Verdicts, choice_of, show_cell
from guantong.engines.matching.judging import columns_used, selects, test_of
from guantong.engines.matching.model import NONE, PRIORITY_SCALE, Code, Instance, Outcome, Weighting, show_number
from guantong.engines.matching.ruleset import Rules

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object) -> bytes:
    """Canonical JSON of plain values: what a line is, and what the published verifier writes again."""
    return _JSON(value).encode()


def asked_columns(rules: Rules) -> tuple[str, ...]:
    """The columns the rules ask for, sorted: those a line, a bundle and a certificate carry."""
    return tuple(sorted(columns_used(rules).all))


class Lines:
    """Writes the line of any candidate of a run."""

    def __init__(
        self, instance: Instance, outcome: Outcome, pseudonyms: Sequence[str], lottery: Sequence[int] = ()
    ) -> None:
        self.instance = instance
        self.outcome = outcome
        self.pseudonyms = pseudonyms
        self.lottery = lottery
        self._asked = [name for name in asked_columns(instance.rules) if name in instance.columns]
        self._names = [_JSON(name) for name in self._asked]
        self._cells: list[dict[int, str]] = [{} for _ in self._asked]
        self._units = [_JSON(unit) for unit in instance.units]
        self._places = [_JSON(place.id) for place in instance.places]
        self._slices = [_JSON(name) for name in ("ordinary", *(quota.id for quota in instance.rules.quotas))]
        self._verdicts = Verdicts(instance, outcome)
        self._endings: dict[tuple[str, str | None, str | None], str] = {}
        self._has_wishes = bool(instance.wish_offsets or instance.accepts)
        self._own_priorities = bool(instance.score_offsets or instance.rules.weights)
        self._weighted: dict[int, Weighting] = {}
        for number, place in enumerate(instance.places):
            for weighting in instance.rules.weights:
                if selects(weighting.places, place):
                    self._weighted[number] = weighting
        self._quotas = [
            (_JSON(quota.id), test_of(quota.who, instance.columns))
            for quota in sorted(instance.rules.quotas, key=lambda quota: quota.id)
        ]

    def line(self, candidate: int) -> bytes:
        """The candidate's line."""
        parts = [
            f'{{"candidate":"{self.pseudonyms[candidate]}","choices":[{self._choices(candidate)}],'
            f'"facts":{{{self._facts(candidate)}}},"groups":[{self._groups(candidate)}],"lottery":{self._lottery(candidate)},'
        ]
        if self._own_priorities:
            parts.append(f'"priorities":{_JSON(self.priorities(candidate))},')
        parts.append(f'"result":[{self._result(candidate)}]')
        if self._has_wishes:
            parts.append(f',"wishes":{_JSON(self.wishes(candidate))}')
        parts.append("}")
        return "".join(parts).encode()

    def lines(self, order: Sequence[int]) -> Iterator[bytes]:
        """The lines of candidates in this order."""
        return map(self.line, order)

    def _choices(self, candidate: int) -> str:
        instance, endings, of = self.instance, self._endings, self._verdicts.of
        first, chosen, ordinals, units = (
            instance.choice_offsets[candidate],
            instance.choice_units,
            instance.ordinals,
            self._units,
        )
        parts = []
        for choice in range(first, instance.choice_offsets[candidate + 1]):
            verdict = of(choice)
            ending = endings.get(verdict)
            if ending is None:
                ending = endings[verdict] = ",".join(_JSON(part) for part in verdict)
            ordinal = ordinals[choice] if ordinals else choice - first + 1
            parts.append(f"[{ordinal},{units[chosen[choice]]},{ending}]")
        return ",".join(parts)

    def _facts(self, candidate: int) -> str:
        parts = []
        for name, title, made in zip(self._asked, self._names, self._cells, strict=True):
            column = self.instance.columns[name]
            value = column.values[candidate]
            shown = made.get(value)
            if shown is None:
                shown = made[value] = "null" if value == column.empty else _JSON(show_cell(column, candidate))
            parts.append(f"{title}:{shown}")
        return ",".join(parts)

    def _groups(self, candidate: int) -> str:
        return ",".join(name for name, belongs in self._quotas if belongs(candidate))

    def _lottery(self, candidate: int) -> str:
        return f'"{self.lottery[candidate]}"' if self.lottery else "null"

    def _result(self, candidate: int) -> str:
        outcome = self.outcome
        place, seats = outcome.place[candidate], outcome.slice[candidate]
        return (
            f"{self._places[place] if place != NONE else 'null'},{self._slices[seats] if seats != NONE else 'null'},"
            f'{outcome.ordinal[candidate]},"{Code(outcome.reason[candidate]).label}"'
        )

    def wishes(self, candidate: int) -> dict[str, list[object]]:
        """``{ordinal: [[programme, …], accepts reassignment]}`` where either was named."""
        found: dict[str, list[object]] = {}
        for choice in self.instance.choices_of(candidate):
            named = choice_of(self.instance, candidate, choice)
            if named.programmes or named.accept_reassignment:
                found[str(named.ordinal)] = [list(named.programmes), named.accept_reassignment]
        return found

    def priorities(self, candidate: int) -> dict[str, str]:
        """The own priority of each place the candidate may come to, in points; places without one are left out."""
        instance = self.instance
        scores: dict[int, int] = {}
        if instance.score_offsets:
            stretch = slice(instance.score_offsets[candidate], instance.score_offsets[candidate + 1])
            scores = dict(zip(instance.score_places[stretch], instance.score_values[stretch], strict=True))
        found: dict[str, str] = {}
        for choice in instance.choices_of(candidate):
            for place in instance.places_of_unit(instance.choice_units[choice]):
                if place in scores:
                    found[instance.places[place].id] = show_number("priority", scores[place] * PRIORITY_SCALE)
                elif place in self._weighted:
                    total = self._weighted_sum(place, candidate)
                    if total is not None:
                        found[instance.places[place].id] = show_number("priority", total)
        return found

    def _weighted_sum(self, place: int, candidate: int) -> int | None:
        total = 0
        for name, weight in self._weighted[place].keys:
            column = self.instance.columns[name]
            value = column.values[candidate]
            if value == column.empty:
                return None
            total += value * weight
        return total


def leaf_order(pseudonyms: Sequence[str]) -> list[int]:
    """Positions of the candidates in the order of their pseudonyms: the order of the leaves, whatever the order of
    rows.
    """
    return sorted(range(len(pseudonyms)), key=pseudonyms.__getitem__)
