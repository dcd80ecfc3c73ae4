"""Whether conditions hold, for all candidates at once: one byte a candidate, 1 where it does."""

from __future__ import annotations

from collections.abc import Iterator

from guantong.engines.matching.model import MISSING, Instance
from guantong.engines.matching.ruleset import AllOf, AtLeast, Comparison, Condition, Line, Not


def truths(condition: Condition, instance: Instance) -> bytes:
    """A condition, asked of every candidate."""
    if isinstance(condition, Comparison):
        return _compared(condition, instance)
    if isinstance(condition, Not):
        return bytes([not one for one in truths(condition.part, instance)])
    parts = [truths(part, instance) for part in condition.parts]
    if isinstance(condition, AllOf):
        needed = len(parts)
    else:
        needed = condition.count if isinstance(condition, AtLeast) else 1
    return bytes([count >= needed for count in _counts(parts, len(instance.candidates))])


def _counts(parts: list[bytes], candidates: int) -> Iterator[int]:
    """How many parts hold for each candidate."""
    return map(sum, zip(*parts, strict=True)) if parts else iter([0] * candidates)


def _compared(asked: Comparison, instance: Instance) -> bytes:
    column = instance.columns[asked.key]
    values, empty = column.values, column.empty
    if asked.operator == "present":
        wanted = asked.texts[0] == "true"
        return bytes([(value != empty) is wanted for value in values])
    if asked.operator in ("at_least", "at_most"):
        limit = asked.numbers[0]
        if limit is None:
            return bytes(len(values))
        if asked.operator == "at_least":
            return bytes([value != empty and value >= limit for value in values])
        return bytes([value != empty and value <= limit for value in values])
    if column.texts is None:
        among = {number for number in asked.numbers if number is not None}
    else:
        among = {number for number, text in enumerate(column.texts) if text in asked.texts}
    if asked.operator in ("equals", "in"):
        return bytes([value in among for value in values])
    return bytes([value not in among for value in values])


def reached(line: Line, instance: Instance) -> bytes:
    """Who reaches a control line, whether it applies or not."""
    return bytes([value != MISSING and value >= line.at_least for value in instance.columns[line.key].values])


def applies(line: Line, instance: Instance) -> bytes:
    """To whom a control line applies."""
    return bytes(b"\x01" * len(instance.candidates)) if line.who is None else truths(line.who, instance)
