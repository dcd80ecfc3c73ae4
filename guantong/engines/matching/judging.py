"""Conditions and selectors, asked one candidate or one place at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from guantong.engines.matching.model import MISSING, Column, Place
from guantong.engines.matching.ruleset import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Rules,
    Selector,
)

Test = Callable[[int], bool]
"""Whether something holds for the candidate at a position."""


def selects(selector: Selector, place: Place) -> bool:
    """Whether the place is among those selected."""
    return all(place.column(name) in values for name, values in selector.columns)


def test_of(condition: Condition, columns: Mapping[str, Column]) -> Test:
    """The condition as a question about a candidate's position; its columns must exist."""
    if isinstance(condition, Comparison):
        return _comparison(condition, columns[condition.key])
    if isinstance(condition, Not):
        part = test_of(condition.part, columns)
        return lambda candidate: not part(candidate)
    tests = [test_of(part, columns) for part in condition.parts]
    if isinstance(condition, AllOf):
        return lambda candidate: all(test(candidate) for test in tests)
    if isinstance(condition, AnyOf):
        return lambda candidate: any(test(candidate) for test in tests)
    count = condition.count
    return lambda candidate: sum(test(candidate) for test in tests) >= count


def _comparison(comparison: Comparison, column: Column) -> Test:
    values, empty = column.values, column.empty
    operator = comparison.operator
    if operator == "present":
        wanted = comparison.texts[0] == "true"
        return lambda candidate: (values[candidate] != empty) == wanted
    if operator in ("at_least", "at_most"):
        limit = comparison.numbers[0]
        if limit is None or not column.of_numbers:
            return lambda candidate: False
        if operator == "at_least":
            return lambda candidate: values[candidate] != MISSING and values[candidate] >= limit
        return lambda candidate: values[candidate] != MISSING and values[candidate] <= limit
    if column.texts is None:
        wanted_values = {number for number in comparison.numbers if number is not None}
    else:
        position = {text: number for number, text in enumerate(column.texts)}
        wanted_values = {position[text] for text in comparison.texts if text in position}
    if operator in ("equals", "in"):
        return lambda candidate: values[candidate] in wanted_values
    return lambda candidate: values[candidate] not in wanted_values


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison inside a condition."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons(condition.part)
    else:
        for part in condition.parts:
            yield from comparisons(part)


def conditions_of(rules: Rules) -> Iterator[Condition]:
    """Every condition in the rules."""
    yield from (line.who for line in rules.lines if line.who is not None)
    yield from (requirement.require for requirement in rules.conditions)
    yield from (quota.who for quota in rules.quotas)


@dataclass(frozen=True, slots=True)
class ColumnsUsed:
    """Columns the rules ask for: those that must be numbers, and all."""

    numbers: frozenset[str]
    all: frozenset[str]


def columns_used(rules: Rules) -> ColumnsUsed:
    """Which columns of the candidates the rules ask for."""
    numbers: set[str] = {line.key for line in rules.lines}
    numbers.update(line.key for quota in rules.quotas for line in quota.lines)
    numbers.update(key for weighting in rules.weights for key, _ in weighting.keys)
    numbers.update(key for key, _ in rules.full_marks)
    if rules.round.floor is not None:
        numbers.add(rules.round.floor.key)
    others: set[str] = {key.key for key in rules.order}
    for condition in conditions_of(rules):
        for comparison in comparisons(condition):
            (numbers if comparison.operator in ("at_least", "at_most") else others).add(comparison.key)
    return ColumnsUsed(numbers=frozenset(numbers), all=frozenset(numbers | others))
