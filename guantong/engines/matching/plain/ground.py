"""What does not change while a run is made: slices, who may sit in them, and the lists of choices.

A *kind* is 0 for ordinary seats and ``1 + q`` for the seats of ``rules.quotas[q]``. A slice is the number
``place * kinds + kind``, a pool ``unit * kinds + kind``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guantong.engines.matching.judging import Test, selects, test_of
from guantong.engines.matching.model import MISSING, Code, Instance
from guantong.engines.matching.plain.ordering import Decided, Ordering
from guantong.engines.matching.ruleset import Line


@dataclass(frozen=True, slots=True)
class Rights:
    """What a candidate may do at a place: kinds of slices in the candidate's order, the live ones, and why if none
    is.
    """

    kinds: tuple[int, ...]
    live: tuple[int, ...]
    fault: Decided | None


FREE = Rights(kinds=(0,), live=(0,), fault=None)


@dataclass(frozen=True, slots=True)
class _Regime:
    """What holds at places alike: indices of the conditions, lines and quotas that select them."""

    conditions: tuple[int, ...]
    lines: tuple[int, ...]
    quotas: tuple[int, ...]


class Ground:
    """One instance, looked at once."""

    def __init__(self, instance: Instance) -> None:
        rules = instance.rules
        self.instance = instance
        self.rules = rules
        self.ordering = Ordering(instance)
        self.kinds = 1 + len(rules.quotas)
        columns = instance.columns
        self._require: list[Test] = [test_of(item.require, columns) for item in rules.conditions]
        self.member: list[Test] = [test_of(quota.who, columns) for quota in rules.quotas]
        self._who: dict[str, Test] = {
            line.id: test_of(line.who, columns) for line in rules.all_lines if line.who is not None
        }
        self._regimes: dict[_Regime, int] = {}
        self.regime_of = [self._regime(number) for number in range(len(instance.places))]
        self._regime_list = list(self._regimes)
        self._rights: dict[int, Rights] = {}
        self._lines: dict[tuple[_Regime, int], list[Line]] = {}
        self._pool_kinds: dict[int, tuple[int, ...]] = {}
        self._pools: dict[int, dict[int, list[int]]] = {}
        self.sent_back = {
            (candidate, place): reason
            for candidate, place, reason in zip(
                instance.send_back_candidates, instance.send_back_places, instance.send_back_reasons, strict=True
            )
        }
        self._sent_back_candidates = frozenset(instance.send_back_candidates)
        self.out = self._sent_back_candidates if rules.one_shot else frozenset()
        """Candidates out of the batch: sent back by a school under one shot."""
        self.fixed = frozenset(instance.fixed_candidates)

    def _regime(self, number: int) -> int:
        place, rules = self.instance.places[number], self.rules
        regime = _Regime(
            conditions=tuple(i for i, item in enumerate(rules.conditions) if selects(item.places, place)),
            lines=tuple(i for i, item in enumerate(rules.all_lines) if selects(item.places, place)),
            quotas=tuple(i for i, item in enumerate(rules.quotas) if selects(item.places, place)),
        )
        return self._regimes.setdefault(regime, len(self._regimes))

    def kept_quotas(self, place: int) -> list[int]:
        """Floors and exact quotas with seats at a place, by index."""
        quotas = self._regime_list[self.regime_of[place]].quotas
        return [number for number in quotas if self.rules.quotas[number].kind != "ceiling"]

    def ceilings(self, place: int) -> list[int]:
        """Ceilings that hold at a place, by index."""
        quotas = self._regime_list[self.regime_of[place]].quotas
        return [number for number in quotas if self.rules.quotas[number].kind == "ceiling"]

    def rights(self, candidate: int, place: int) -> Rights:
        """What the candidate may do at the place, send-backs aside."""
        number = self.regime_of[place]
        key = candidate * len(self._regime_list) + number
        found = self._rights.get(key)
        if found is None:
            found = self._rights[key] = self._judge(candidate, self._regime_list[number])
        return found

    def live(self, candidate: int, place: int) -> tuple[int, ...]:
        """Kinds of live slices of the candidate at the place, in order."""
        if candidate in self._sent_back_candidates and (candidate, place) in self.sent_back:
            return ()
        return self.rights(candidate, place).live

    def _judge(self, candidate: int, regime: _Regime) -> Rights:
        if regime == _Regime((), (), ()):
            return FREE
        kinds = self._kinds_of(candidate, regime)
        for number in regime.conditions:
            if not self._require[number](candidate):
                return Rights(kinds, (), Decided(Code.NOT_ELIGIBLE, self.rules.conditions[number].id))
        live: list[int] = []
        fault: Decided | None = None
        for kind in kinds:
            failed = self._failed_line(candidate, regime, kind)
            if failed is None:
                live.append(kind)
            elif fault is None:
                fault = failed
        return Rights(kinds, tuple(live), fault)

    def _kinds_of(self, candidate: int, regime: _Regime) -> tuple[int, ...]:
        quotas = self.rules.quotas
        mine = [i for i in regime.quotas if quotas[i].kind != "ceiling" and self.member[i](candidate)]
        bound = any(quotas[i].kind == "exact" for i in mine)
        return (
            *(1 + i for i in mine if quotas[i].before),
            *(() if bound else (0,)),
            *(1 + i for i in mine if not quotas[i].before),
        )

    def _failed_line(self, candidate: int, regime: _Regime, kind: int) -> Decided | None:
        for line in self._lines_of(regime, kind):
            if line.id in self._who and not self._who[line.id](candidate):
                continue
            value = self.instance.columns[line.key].values[candidate]
            if value == MISSING:
                return Decided(Code.BELOW_LINE, line.id, None)
            if value < line.at_least:
                return Decided(Code.BELOW_LINE, line.id, line.at_least - value)
        return None

    def _lines_of(self, regime: _Regime, kind: int) -> list[Line]:
        """Lines for seats of a kind where a regime holds: an own line takes the place of those of the same key."""
        found = self._lines.get((regime, kind))
        if found is None:
            quota = self.rules.quotas[kind - 1] if kind else None
            here = [self.rules.all_lines[number] for number in regime.lines]
            own = () if quota is None else quota.lines
            keys = {line.key for line in own}
            found = self._lines[regime, kind] = [*(line for line in here if line.key not in keys), *own]
        return found

    def pool_kinds(self, candidate: int) -> tuple[int, ...]:
        """Kinds of seats the candidate may sit in anywhere."""
        found = self._pool_kinds.get(candidate)
        if found is None:
            members = (number for number, member in enumerate(self.member, start=1) if member(candidate))
            found = self._pool_kinds[candidate] = (0, *members)
        return found

    # --- lists ------------------------------------------------------------------------------------------------
    def other_places(self, choice: int) -> list[int]:
        """Places of the unit that the choice did not wish, in the order of places."""
        wished = set(self.instance.wishes(choice))
        unit = self.instance.choice_units[choice]
        return [place for place in self.instance.places_of_unit(unit) if place not in wished]

    def places_of(self, choice: int) -> Iterator[int]:
        """The list of a choice: wished places, then with reassignment the others in the order of places."""
        yield from self.instance.wishes(choice)
        if self.instance.accepts_reassignment(choice):
            yield from self.other_places(choice)

    def live_slices(self, candidate: int, choice: int, *, wished_only: bool = False) -> list[int]:
        """Live slices of a choice, place by place."""
        places: Iterable[int] = self.instance.wishes(choice)
        if not wished_only and self.instance.accepts_reassignment(choice):
            places = self.places_of(choice)
        return [place * self.kinds + kind for place in places for kind in self.live(candidate, place)]

    def pools(self, candidate: int, choice: int) -> dict[int, list[int]]:
        """For each kind, in the order in which the candidate tries them, the live slices of the choice.

        Kept, as repetitions and verdicts ask again.
        """
        kept = self._pools.get(choice)
        if kept is None:
            kept = self._pools[choice] = self._in_order(self._pools_of(candidate, choice))
        return kept

    def _pools_of(self, candidate: int, choice: int) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number in self.live_slices(candidate, choice):
            found.setdefault(number % self.kinds, []).append(number)
        return found

    def _in_order(self, found: dict[int, list[int]]) -> dict[int, list[int]]:
        """Kinds of seats before the ordinary ones, these, and those after."""
        if len(found) < 2:
            return found
        quotas = self.rules.quotas
        before = [kind for kind in found if kind and quotas[kind - 1].before]
        after = [kind for kind in found if kind and not quotas[kind - 1].before]
        order = [*sorted(before), *([0] if 0 in found else []), *sorted(after)]
        return {kind: found[kind] for kind in order}

    def taking_part(self) -> list[int]:
        """Candidates with choices, not fixed and not out, in rank order."""
        offsets, rank = self.instance.choice_offsets, self.ordering.rank
        part = [
            candidate
            for candidate in range(len(self.instance.candidates))
            if offsets[candidate] < offsets[candidate + 1] and candidate not in self.fixed and candidate not in self.out
        ]
        part.sort(key=rank.__getitem__)
        return part
