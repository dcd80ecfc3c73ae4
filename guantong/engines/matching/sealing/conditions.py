"""Which seats were open to whom: the slices of a place that are live for a candidate (matching.md section 3), asked
for the record.
"""

from __future__ import annotations

from guantong.engines.matching.judging import selects, test_of
from guantong.engines.matching.model import Instance, Place
from guantong.engines.matching.ruleset import Condition, Line

ORDINARY = "ordinary"


def holds(condition: Condition | None, instance: Instance, candidate: int) -> bool:
    """Whether a condition holds for a candidate; None always does."""
    return condition is None or test_of(condition, instance.columns)(candidate)


def meets(line: Line, instance: Instance, place: Place, candidate: int) -> bool:
    """Whether a candidate meets a control line at a place (true where it does not apply)."""
    if not selects(line.places, place) or not holds(line.who, instance, candidate):
        return True
    column = instance.columns[line.key]
    value = column.values[candidate]
    return value != column.empty and value >= line.at_least


def live_slices(instance: Instance, candidate: int, place_number: int) -> list[str]:
    """The slices of a place that are live for a candidate, in their order: ``ordinary`` or the id of a quota."""
    rules, place = instance.rules, instance.places[place_number]
    pairs = zip(instance.send_back_candidates, instance.send_back_places, strict=True)
    if any(pair == (candidate, place_number) for pair in pairs):
        return []
    required = (wanted.require for wanted in rules.conditions if selects(wanted.places, place))
    if not all(holds(condition, instance, candidate) for condition in required):
        return []
    own = [
        quota
        for quota in rules.quotas
        if quota.kind != "ceiling" and selects(quota.places, place) and holds(quota.who, instance, candidate)
    ]
    ordinary = [] if any(quota.kind == "exact" for quota in own) else [None]
    slices = [*(quota for quota in own if quota.before), *ordinary, *(quota for quota in own if not quota.before)]
    return [
        ORDINARY if quota is None else quota.id
        for quota in slices
        if all(meets(line, instance, place, candidate) for line in rules.lines_of_seats(quota))
    ]
