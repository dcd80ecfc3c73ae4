"""Scores of one case. Pure and exact: points are decimals, sums and means fractions; nothing is rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Sheet = Mapping[str, Decimal]
"""Criterion → points, of one reviewer."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the scoring sheet: at most ``most`` points, at least none."""

    id: str
    title: str
    most: Decimal
    help: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """How many of the highest and of the lowest totals do not count."""

    highest: int = 0
    lowest: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What the sheets of one case amount to."""

    totals: Mapping[str, Fraction]
    """Reviewer → sum of the points."""
    dropped_high: tuple[str, ...]
    dropped_low: tuple[str, ...]
    mean: Fraction
    """Of the totals that count."""
    by_criterion: Mapping[str, Fraction]
    """Mean of each criterion over the sheets that count."""
    all_scores: Fraction
    """Mean of all totals, nothing dropped."""
    spread: Fraction
    """Highest less lowest of all totals."""


def total(sheet: Sheet) -> Fraction:
    """Sum of a sheet."""
    return sum((Fraction(points) for points in sheet.values()), Fraction(0))


def mean(values: Sequence[Fraction]) -> Fraction:
    """Arithmetic mean; ``ValueError`` of nothing."""
    if not values:
        raise ValueError("no mean of nothing")
    return sum(values, Fraction(0)) / len(values)


def tally(sheets: Mapping[str, Sheet], criteria: Sequence[Criterion], drop: Drop) -> Tally:
    """Add up the sheets of one case. Of equal totals the reviewer whose id sorts last is dropped as highest and the one
    whose id sorts first as lowest: the mean is the same whichever it is. ``ValueError`` when dropping leaves none."""
    totals = {member: total(sheet) for member, sheet in sheets.items()}
    ranked = sorted(totals, key=lambda member: (totals[member], member))
    if len(ranked) <= drop.highest + drop.lowest:
        raise ValueError("dropping leaves no sheet")
    low, high = ranked[: drop.lowest], ranked[len(ranked) - drop.highest :]
    kept = ranked[drop.lowest : len(ranked) - drop.highest]
    return Tally(
        totals=totals,
        dropped_high=tuple(high),
        dropped_low=tuple(low),
        mean=mean([totals[member] for member in kept]),
        by_criterion={
            c.id: mean([Fraction(sheets[member].get(c.id, Decimal(0))) for member in kept]) for c in criteria
        },
        all_scores=mean(list(totals.values())),
        spread=totals[ranked[-1]] - totals[ranked[0]],
    )


def as_text(value: Fraction) -> str:
    """A fraction whole, for files and logs: ``593/7``, ``84``."""
    return str(value)


def shown(value: Fraction, places: int = 2) -> str:
    """A fraction for people: rounded half up to so many places, with ≈ where that is not exact (``≈84.71``)."""
    step = Decimal(1).scaleb(-places)
    rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=ROUND_HALF_UP)
    text = format(rounded, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if Fraction(rounded) == value else f"≈{text}"
