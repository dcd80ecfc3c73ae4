"""The shares to be kept (secondary to higher, higher to bachelor, …): the live value against the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from guantong.kernel.refusal import Problem
from guantong.policy.bounds import Held, check_against, wanted_words
from guantong.policy.schema.units import UNITS, show

from ..errors import rules as errors
from .conditions import Cell, holds
from .declaration.reading_places import FIGURES
from .declaration.shapes import Channel, Measure, Share
from .places import PlaceFacts, is_selected


@dataclass(frozen=True, slots=True)
class Admitted:
    """An admitted candidate: where, and the typed facts."""

    place: PlaceFacts
    facts: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Counted:
    """What shares are counted from. ``figures`` are entered numbers by name (:data:`FIGURES`)."""

    places: Sequence[PlaceFacts]
    admitted: Sequence[Admitted]
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ShareReport:
    """One share as it stands."""

    share: Share
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    """In the parameter's unit, percentages rounded down to a hundredth; None when it cannot be told."""
    held: Held | None
    """Against the parameter; None where the parameter is words, or there is no value yet."""
    sentence: str
    missing: tuple[Problem, ...] = ()


def reports(channel: Channel, counted: Counted) -> tuple[ShareReport, ...]:
    """Every share of a channel as it stands now."""
    return tuple(report(share, counted) for share in channel.shares)


def report(share: Share, counted: Counted) -> ShareReport:
    """One share: counted, divided, and held against the parameter with its clause."""
    missing = tuple(_missing(share, counted))
    numerator = _count(share.numerator, counted)
    denominator = _count(share.denominator, counted) if share.denominator is not None else None
    if missing or numerator is None or (share.denominator is not None and denominator is None):
        sentence = f"“{share.title}”还缺数据，暂时算不出。"
        return ShareReport(share, numerator, denominator, None, None, sentence, missing)
    if share.denominator is not None and not denominator:
        sentence = f"“{share.title}”的基数是零，暂时算不出。"
        return ShareReport(share, numerator, denominator, None, None, sentence)
    answer = share.answer
    exact = Fraction(numerator) if denominator is None else Fraction(numerator, denominator)
    if answer.unit == "percent":
        exact *= 100
    value = Decimal(exact.numerator * 100 // exact.denominator).scaleb(-2)
    if not UNITS[answer.unit].is_number:
        now = f"{numerator}∶{denominator}" if denominator is not None else str(numerator)
        sentence = f"“{share.title}”现为 {now}；规定为“{answer.show()}”，没有数字标准，照实公布。"
        return ShareReport(share, numerator, denominator, value, None, sentence)
    held = check_against(answer, exact)
    shown = show(value if value != int(value) else Decimal(int(value)), answer.unit)
    verb = {"met": "符合要求", "not_met": "不符合要求", "warning": "与要求有差距，请关注"}[held.outcome]
    by = (
        f"（{answer.due_on.year}年{answer.due_on.month}月{answer.due_on.day}日前）" if answer.due_on is not None else ""
    )
    sentence = f"“{share.title}”应当{wanted_words(answer)}{by}，现为 {shown}，{verb}。"
    return ShareReport(share, numerator, denominator, value, replace(held, measured=value, sentence=sentence), sentence)


def _missing(share: Share, counted: Counted) -> list[Problem]:
    measures = [share.numerator] if share.denominator is None else [share.numerator, share.denominator]
    return [
        errors.FIGURE_MISSING.problem(basis=share.answer.citation, figure=FIGURES[one.figure], title=share.title)
        for one in measures
        if one.figure is not None and one.figure not in counted.figures
    ]


def _count(measure: Measure, counted: Counted) -> int | None:
    """How many; None when an entered figure is missing."""
    if measure.figure is not None:
        return counted.figures.get(measure.figure)
    if measure.count == "seats":
        return sum(place.seats for place in counted.places if is_selected(place, measure.places))
    return sum(
        1
        for one in counted.admitted
        if is_selected(one.place, measure.places) and (measure.who is None or holds(measure.who, one.facts))
    )
