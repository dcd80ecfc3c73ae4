"""What can be said about one candidate at one place, asked of the instance alone; shares nothing with either
implementation.

There are few kinds of places (the same conditions, lines and quotas) and few kinds of people (the same answers to all
that the rules ask). What seats somebody may have is worked out once for each pair of kinds and looked up afterwards.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from guantong.engines.matching.checking.order import Order, Vector, selected
from guantong.engines.matching.checking.truths import applies, reached, truths
from guantong.engines.matching.model import Instance
from guantong.engines.matching.ruleset import Line

__all__ = ["Facts", "Target", "Vector"]

Target = tuple[int, int]
"""A place (or a unit) and a kind of seats: 0 ordinary, ``1 + q`` those of quota ``q``."""


def _numbered(kinds: Iterable[Hashable]) -> list[int]:
    """A number for each, the same for equal ones."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(kind, len(known)) for kind in kinds]


class Facts:
    """One instance, asked again and again."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = rules = instance.rules
        self.two_stages = rules.stages == "two"
        self.sequential = rules.mechanism == "sequential"
        self.order = Order(instance)
        self.fixed = dict(zip(instance.fixed_candidates, instance.fixed_places, strict=True))
        self.sent_back = {
            (candidate, place): instance.reasons[reason]
            for candidate, place, reason in zip(
                instance.send_back_candidates, instance.send_back_places, instance.send_back_reasons, strict=True
            )
        }
        self._with_sent_back = {candidate for candidate, _ in self.sent_back}
        self.out = self._with_sent_back if rules.one_shot else set()
        self._rules_of_places()
        self._answers_of_candidates()
        self._kinds_of: dict[tuple[int, int], list[int]] = {}
        self._offered: dict[tuple[int, int], dict[int, list[Target]]] = {}
        offsets, places = instance.unit_offsets, instance.unit_places
        self._unit_places = [list(places[offsets[u] : offsets[u + 1]]) for u in range(len(instance.units))]

    def _rules_of_places(self) -> None:
        """Which quotas, conditions and lines mean each place."""
        rules, places = self.rules, self.instance.places
        by_place = [
            (
                tuple(q for q, quota in enumerate(rules.quotas) if selected(quota.places, place)),
                tuple(r for r, item in enumerate(rules.conditions) if selected(item.places, place)),
                tuple(n for n, line in enumerate(rules.all_lines) if selected(line.places, place)),
            )
            for place in places
        ]
        self._kind_of_place = _numbered(by_place)
        self._conditions_at, self._lines_at = [row[1] for row in by_place], [row[2] for row in by_place]
        self._slices_at = [[0, *(1 + q for q in row[0] if rules.quotas[q].kind != "ceiling")] for row in by_place]
        self._ceilings_at = [[q for q in row[0] if rules.quotas[q].kind == "ceiling"] for row in by_place]

    def _answers_of_candidates(self) -> None:
        """What everybody answers to everything the rules ask."""
        rules, instance = self.rules, self.instance
        self._member = [truths(quota.who, instance) for quota in rules.quotas]
        self._fulfils = [truths(item.require, instance) for item in rules.conditions]
        self._applies = [applies(line, instance) for line in rules.all_lines]
        self._reaches = [reached(line, instance) for line in rules.all_lines]
        self._reaches_own = [[reached(line, instance) for line in quota.lines] for quota in rules.quotas]
        asked = [*self._member, *self._fulfils, *self._applies, *self._reaches]
        asked += [one for lines in self._reaches_own for one in lines]
        self._kind_of_candidate = _numbered(zip(*asked, strict=True)) if asked else [0] * len(instance.candidates)

    # --- who may sit where ------------------------------------------------------------------------------------
    def slices(self, place: int) -> list[int]:
        """Kinds of seats at a place."""
        return self._slices_at[place]

    def ceilings(self, place: int, candidate: int | None = None) -> list[int]:
        """Ceilings at a place (of which the candidate is a member)."""
        here = self._ceilings_at[place]
        return here if candidate is None or not here else [q for q in here if self._member[q][candidate]]

    def kinds(self, candidate: int, place: int) -> list[int]:
        """Kinds of seats the candidate may sit in, lines and conditions aside, in order."""
        quotas = self.rules.quotas
        mine = [q for q in self._slices_at[place][1:] if self._member[q - 1][candidate]]
        ordinary = [] if any(quotas[q - 1].kind == "exact" for q in mine) else [0]
        before = [q for q in mine if quotas[q - 1].before]
        return before + ordinary + [q for q in mine if q not in before]

    def failed_lines(self, candidate: int, place: int, kind: int) -> list[Line]:
        """Lines for seats of a kind at a place that apply to the candidate and are not reached."""
        all_lines, quota = self.rules.all_lines, kind - 1
        own = self.rules.quotas[quota].lines if kind else ()
        keys = {line.key for line in own}
        failed = [
            all_lines[n]
            for n in self._lines_at[place]
            if all_lines[n].key not in keys and self._applies[n][candidate] and not self._reaches[n][candidate]
        ]
        return failed + [line for n, line in enumerate(own) if not self._reaches_own[quota][n][candidate]]

    def failed_conditions(self, candidate: int, place: int) -> list[str]:
        """Conditions of the place the candidate does not meet."""
        return [self.rules.conditions[r].id for r in self._conditions_at[place] if not self._fulfils[r][candidate]]

    def live(self, candidate: int, place: int) -> list[int]:
        """Kinds of seats at the place the candidate may really get, in order."""
        if candidate in self._with_sent_back and (candidate, place) in self.sent_back:
            return []
        pair = self._kind_of_candidate[candidate], self._kind_of_place[place]
        found = self._kinds_of.get(pair)
        if found is None:
            found = self._kinds_of[pair] = (
                [kind for kind in self.kinds(candidate, place) if not self.failed_lines(candidate, place, kind)]
                if not self.failed_conditions(candidate, place)
                else []
            )
        return found

    # --- lists ------------------------------------------------------------------------------------------------
    def wished(self, choice: int) -> list[int]:
        """Places wished, in order."""
        instance = self.instance
        if instance.wish_offsets:
            start, stop = instance.wish_offsets[choice], instance.wish_offsets[choice + 1]
            if stop > start:
                return list(instance.wish_places[start:stop])
        return self._unit_places[instance.choice_units[choice]]

    def others(self, choice: int) -> list[int]:
        """Places a reassigned candidate may be given, in the order of places."""
        accepts = self.instance.accepts
        if not accepts or not accepts[choice]:
            return []
        wished = self.wished(choice)
        return [p for p in self._unit_places[self.instance.choice_units[choice]] if p not in wished]

    def listed(self, choice: int) -> list[int]:
        """Places wished, then those of reassignment in the order of places."""
        return self.wished(choice) + self.others(choice)

    def unit_places(self, choice: int) -> list[int]:
        """All places of the unit of a choice."""
        return self._unit_places[self.instance.choice_units[choice]]

    def live_slices(self, candidate: int, places: list[int], kind: int | None = None) -> list[Target]:
        """Live slices (of a kind) of some places, place by place."""
        return [(p, k) for p in places for k in self.live(candidate, p) if kind is None or k == kind]

    def offered(self, candidate: int, choice: int) -> dict[int, list[Target]]:
        """The kinds of pools the candidate may file to in the unit of a choice, in order, and the live slices of each
        (in no order that counts). Where the list is the whole unit people of one kind share it.
        """
        if candidate in self._with_sent_back or not self._is_whole_unit(choice):
            return self._by_kind(candidate, self.listed(choice))
        pair = self._kind_of_candidate[candidate], self.instance.choice_units[choice]
        found = self._offered.get(pair)
        if found is None:
            found = self._offered[pair] = self._by_kind(candidate, self.unit_places(choice))
        return found

    def _is_whole_unit(self, choice: int) -> bool:
        """Whether a choice lists every place of its unit: by reassignment, or because it wishes any."""
        accepts, offsets = self.instance.accepts, self.instance.wish_offsets
        return bool(accepts and accepts[choice]) or not offsets or offsets[choice] == offsets[choice + 1]

    def _by_kind(self, candidate: int, places: list[int]) -> dict[int, list[Target]]:
        found: dict[int, list[Target]] = {}
        for place in places:
            for kind in self.live(candidate, place):
                found.setdefault(kind, []).append((place, kind))
        return {kind: found[kind] for kind in sorted(found, key=self._turn)} if len(found) > 1 else found

    def _turn(self, kind: int) -> tuple[int, int]:
        """When seats of a kind are looked at: quotas before, ordinary, quotas after."""
        return (1 if kind == 0 else 0 if self.rules.quotas[kind - 1].before else 2), kind
