"""The share of the skill part in the total, held against the floor of the law."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from guantong.policy.bounds import Held, check_against

from .reading_scores import paper_sets
from .shapes import Attribute, Paper, Total


def share_of(papers: tuple[Paper, ...], total: Total, attributes: tuple[Attribute, ...]) -> Decimal | None:
    """Full mark of the skill parts over the full total, in percent, weights counted, policy points not.

    Of the groups of candidates that sit different papers, the lowest; rounded down to a hundredth of a percent. None
    when nothing is counted.
    """
    lowest: Fraction | None = None
    for held in paper_sets(papers, attributes):
        counted = [paper for paper in held if paper.is_counted]
        whole = sum((Fraction(total.weights[p.id] * p.full_mark.value) for p in counted), Fraction(0))
        skill = sum(
            (Fraction(total.weights[p.id] * p.full_mark.value) for p in counted if p.part in total.skill_parts),
            Fraction(0),
        )
        if whole:
            share = 100 * skill / whole
            lowest = share if lowest is None or share < lowest else lowest
    if lowest is None:
        return None
    return Decimal(lowest.numerator * 100 // lowest.denominator) / 100


def held_against_floor(
    papers: tuple[Paper, ...], total: Total | None, attributes: tuple[Attribute, ...]
) -> Held | None:
    """The share against the floor the total names; None when it names none or counts nothing.

    ``not_met`` where the floor binds, ``warning`` where the parameter is a principle or an expectation.
    """
    if total is None or total.floor is None:
        return None
    share = share_of(papers, total, attributes)
    return None if share is None else check_against(total.floor, share)
