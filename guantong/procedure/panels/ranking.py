"""Who passes. Pure: a threshold, so many places, or the places of each body's quota; ties by keys, at last by lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

LAST_KEYS = ("all_scores", "spread", "handed_in", "lot")
"""Keys besides the criteria: mean of all scores with nothing dropped (higher first), spread of the totals (smaller
first), moment of handing in (earlier first), lot by the seed."""

ABOVE, PLACED, BELOW, NO_PLACE, LOST_TIE = "above", "placed", "below", "no_place", "lost_tie"


@dataclass(frozen=True, slots=True)
class Entry:
    """One case to rank."""

    case: str
    mean: Fraction
    keys: tuple[Fraction, ...]
    """What settles equal means, the most important first; higher goes first."""
    lot: str
    body: str = ""
    """Whose places it takes, where places go by body."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a case passes: by its mean, by its place, or both."""

    at_least: Fraction | None = None
    places: int | None = None
    """Places over all; None without a limit."""
    places_of: Mapping[str, int] | None = None
    """Places of each body; None when places do not go by body. A body not named has none."""

    @property
    def is_ranked(self) -> bool:
        """Whether it matters how the others did."""
        return self.places is not None or self.places_of is not None


@dataclass(frozen=True, slots=True)
class Ranked:
    """How one case came out."""

    case: str
    rank: int
    """1 is best; cases equal in mean and every key share a rank (``1, 2, 2, 4``)."""
    place: int
    """Its position in the whole order, lots included; no two share one."""
    is_passed: bool
    why: str
    """``above`` (the threshold), ``placed`` (within the places), ``below``, ``no_place``, ``lost_tie`` (same mean as
    the last who passed, behind by a key or lot)."""
    line: Fraction | None
    """The mean of the last who passed among those it stood against; the threshold where there are no places."""
    of: int
    """How many it stood against, itself included."""


def settle(entries: Sequence[Entry], rule: Rule) -> list[Ranked]:
    """Rank every case and say who passes; the best first. The order of ``entries`` is irrelevant.

    Whoever passes has no smaller mean than anybody of the same body who does not.
    """
    ordered = sorted(entries, key=lambda e: (-e.mean, tuple(-key for key in e.keys), e.lot, e.case))
    left = rule.places
    left_of = dict(rule.places_of) if rule.places_of is not None else None
    passed: dict[str, bool] = {}
    last: dict[str, Fraction] = {}
    for entry in ordered:
        body = entry.body if left_of is not None else ""
        reaches = rule.at_least is None or entry.mean >= rule.at_least
        has_place = (left is None or left > 0) and (left_of is None or left_of.get(body, 0) > 0)
        passed[entry.case] = reaches and has_place
        if passed[entry.case]:
            last[body] = entry.mean
            left = left - 1 if left is not None else None
            if left_of is not None:
                left_of[body] -= 1
    found: list[Ranked] = []
    for position, entry in enumerate(ordered, start=1):
        same = found[-1].rank if found and _is_equal(ordered[position - 2], entry) else position
        body = entry.body if left_of is not None else ""
        line = last.get(body) if rule.is_ranked else rule.at_least
        of = sum(1 for e in entries if not body or e.body == body)
        why = _why(entry, rule, passed[entry.case], line)
        found.append(Ranked(entry.case, same, position, passed[entry.case], why, line, of))
    return found


def _is_equal(one: Entry, other: Entry) -> bool:
    return (one.mean, one.keys) == (other.mean, other.keys)


def _why(entry: Entry, rule: Rule, is_passed: bool, line: Fraction | None) -> str:
    if is_passed:
        return PLACED if rule.is_ranked else ABOVE
    if rule.at_least is not None and entry.mean < rule.at_least:
        return BELOW
    return LOST_TIE if line is not None and entry.mean == line else NO_PLACE
