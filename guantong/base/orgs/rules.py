"""Decisions about organisations as pure functions: which change is an upgrade, shares, adding up along successions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Generic, TypeVar

from guantong.base.orgs import errors

LEVELS = ("nation", "province", "prefecture", "county")
"""Levels of regions, highest first."""

KIND_RANK = {"secondary_school": 1, "technician_school": 1, "higher_school": 2, "bachelor_school": 3}
"""Upgrades lead from a lower to a higher rank."""


_SHARE = re.compile(r"\d{1,9}([/.]\d{1,9})?", re.ASCII)


def is_upgrade(old_kind: str, new_kind: str) -> bool:
    """Whether becoming ``new_kind`` is an upgrade (升格): secondary to higher, higher to bachelor."""
    return KIND_RANK.get(old_kind, 9) < KIND_RANK.get(new_kind, 0)


def may_be_parent(level: str, parent_level: str) -> bool:
    """Whether a region of ``parent_level`` may hold one of ``level``; counties may lie directly under a province."""
    return LEVELS.index(parent_level) < LEVELS.index(level)


def share_of(text: str) -> Fraction:
    """The exact share in ``text`` (``1/3``, ``0.4``, ``1``); ORG-028 unless it is above 0 and at most 1."""
    try:
        if not _SHARE.fullmatch(text.strip()):
            raise ValueError
        share = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise errors.SHARE_FORM.refuse(share=text[:20]) from None
    if not 0 < share <= 1 or len(str(share)) > 20:
        raise errors.SHARE_FORM.refuse(share=text[:20])
    return share


def check_shares(shares: Iterable[Fraction]) -> None:
    """ORG-027 unless the shares add up to exactly one."""
    total = sum(shares, Fraction(0))
    if total != 1:
        raise errors.SHARES.refuse(total=total)


K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class Step(Generic[K]):
    """One succession: on ``happened_on``, ``share`` of what was ``source`` became part of ``target``."""

    happened_on: date
    source: K
    target: K
    share: Fraction


def carry_forward(
    figures: Mapping[K, Fraction | int], steps: Sequence[Step[K]], after: date, until: date
) -> dict[K, Fraction]:
    """``figures`` of a day ``after``, as they belong to the units of the day ``until``.

    Follows every step with ``after < happened_on <= until`` in order of date; exact fractions; totals are preserved
    as long as the shares of each source add up to one. Steps onto oneself (renames) change nothing.
    """
    held: dict[K, Fraction] = {k: Fraction(v) for k, v in figures.items()}
    by_day: dict[date, list[Step[K]]] = defaultdict(list)
    for step in steps:
        if after < step.happened_on <= until and step.source != step.target:
            by_day[step.happened_on].append(step)
    for day in sorted(by_day):
        before = dict(held)
        leaving: dict[K, list[Step[K]]] = defaultdict(list)
        for step in by_day[day]:
            if step.source in before:
                leaving[step.source].append(step)
        for source, parts in leaving.items():
            amount = before[source]
            rest = amount * (1 - sum((p.share for p in parts), Fraction(0)))
            held[source] = held[source] - amount + rest
            if held[source] == 0:
                del held[source]
            for part in parts:
                held[part.target] = held.get(part.target, Fraction(0)) + amount * part.share
    return held
