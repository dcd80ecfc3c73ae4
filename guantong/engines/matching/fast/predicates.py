"""Conditions over all candidates at once: each distinct question becomes one bit of a candidate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from guantong.engines.matching.model import MISSING, Column
from guantong.engines.matching.ruleset import AllOf, AnyOf, Comparison, Condition, Line, Not

Array = Any
"""A numpy array."""


def values_of(column: Column) -> Array:
    """The column's own store as an array, not copied: int64 thousandths, or int32 positions of texts."""
    return np.frombuffer(column.values, np.int64 if column.of_numbers else np.int32)


def truth(condition: Condition, columns: Mapping[str, Column]) -> Array:
    """For every candidate whether the condition holds (bool)."""
    if isinstance(condition, Comparison):
        return _compare(condition, columns[condition.key])
    if isinstance(condition, Not):
        return ~truth(condition.part, columns)
    parts = [truth(part, columns) for part in condition.parts]
    count = len(next(iter(columns.values())).values) if columns else 0
    if isinstance(condition, AllOf):
        return np.logical_and.reduce(parts) if parts else np.ones(count, bool)
    if isinstance(condition, AnyOf):
        return np.logical_or.reduce(parts) if parts else np.zeros(count, bool)
    held = np.zeros(count, np.int32)
    for part in parts:
        held += part
    return held >= condition.count


def _compare(comparison: Comparison, column: Column) -> Array:
    values, operator = values_of(column), comparison.operator
    given = values != column.empty
    if operator == "present":
        return given if comparison.texts[0] == "true" else ~given
    if operator in ("at_least", "at_most"):
        limit = comparison.numbers[0]
        if limit is None or not column.of_numbers:
            return np.zeros(len(values), bool)
        return given & (values >= limit if operator == "at_least" else values <= limit)
    if column.texts is None:
        wanted = [number for number in comparison.numbers if number is not None]
    else:
        at = {text: number for number, text in enumerate(column.texts)}
        wanted = [at[text] for text in comparison.texts if text in at]
    among = np.isin(values, np.array(wanted, values.dtype)) & given
    return among if operator in ("equals", "in") else ~among


def meets(line: Line, columns: Mapping[str, Column]) -> Array:
    """For every candidate whether the line is met or does not apply (bool)."""
    values = values_of(columns[line.key])
    met = (values != MISSING) & (values >= line.at_least)
    return met if line.who is None else met | ~truth(line.who, columns)


class Bits:
    """Collects the answers to distinct questions, 64 in a word, candidate by candidate."""

    def __init__(self, candidates: int, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        self._candidates = candidates
        self._number: dict[object, int] = {}
        self._answers: list[Array] = []

    def of_condition(self, condition: Condition) -> int:
        """Number of the bit that says whether the condition holds."""
        return self._add(condition, lambda: truth(condition, self._columns))

    def of_line(self, line: Line) -> int:
        """Number of the bit that says whether the line is met or does not apply."""
        return self._add((line.key, line.at_least, line.who), lambda: meets(line, self._columns))

    def _add(self, question: object, answer: Any) -> int:
        number = self._number.get(question)
        if number is None:
            number = self._number[question] = len(self._answers)
            self._answers.append(answer())
        return number

    def __len__(self) -> int:
        return len(self._answers)

    def words(self) -> Array:
        """(candidates, words) uint64."""
        count = (len(self._answers) + 63) // 64
        words = np.zeros((self._candidates, count), np.uint64)
        for number, answer in enumerate(self._answers):
            words[:, number // 64] |= answer.astype(np.uint64) << np.uint64(number % 64)
        return words
