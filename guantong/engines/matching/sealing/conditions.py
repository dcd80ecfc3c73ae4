"""Which seats were open to whom: the slices of a place that are live for a candidate (matching.md section 3), for the
record.
"""

from __future__ import annotations

from guantong.engines.matching.judging import Test, selects, test_of
from guantong.engines.matching.model import Instance
from guantong.engines.matching.ruleset import Condition, Line, Quota

ORDINARY = "ordinary"


def _always(candidate: int) -> bool:
    return True


class Standing:
    """Asks the rules of one run again; everything is prepared once."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._sent_back = frozenset(zip(instance.send_back_candidates, instance.send_back_places, strict=True))
        self._tests: dict[Condition, Test] = {}

    def _test(self, condition: Condition | None) -> Test:
        if condition is None:
            return _always
        if condition not in self._tests:
            self._tests[condition] = test_of(condition, self.instance.columns)
        return self._tests[condition]

    def _meets(self, line: Line, place: int, candidate: int) -> bool:
        if not selects(line.places, self.instance.places[place]) or not self._test(line.who)(candidate):
            return True
        column = self.instance.columns[line.key]
        value = column.values[candidate]
        return value != column.empty and value >= line.at_least

    def _quotas(self, place: int, candidate: int, is_ceiling: bool) -> list[Quota]:
        return [
            quota
            for quota in self.instance.rules.quotas
            if (quota.kind == "ceiling") is is_ceiling
            and selects(quota.places, self.instance.places[place])
            and self._test(quota.who)(candidate)
        ]

    def live_slices(self, candidate: int, place: int) -> list[str]:
        """The slices of a place that are live for a candidate, in their order: ``ordinary`` or the id of a quota."""
        rules = self.instance.rules
        if (candidate, place) in self._sent_back:
            return []
        required = (item.require for item in rules.conditions if selects(item.places, self.instance.places[place]))
        if not all(self._test(condition)(candidate) for condition in required):
            return []
        own = self._quotas(place, candidate, is_ceiling=False)
        ordinary: list[Quota | None] = [] if any(quota.kind == "exact" for quota in own) else [None]
        slices = [*(quota for quota in own if quota.before), *ordinary, *(quota for quota in own if not quota.before)]
        return [
            ORDINARY if quota is None else quota.id
            for quota in slices
            if all(self._meets(line, place, candidate) for line in rules.lines_of_seats(quota))
        ]

    def is_under_ceiling(self, candidate: int, place: int) -> bool:
        """Whether a ceiling at the place counts the candidate."""
        return bool(self._quotas(place, candidate, is_ceiling=True))
