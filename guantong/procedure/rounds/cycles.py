"""How often there is a round, and where a moment stands among the rounds of one procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guantong.kernel import clock
from guantong.kernel.refusal import Citation, Problem
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.periods import chinese_day

from . import errors
from .models import Round
from .windows import Around, RoundPlan, Window, around, earliest_year, yearly_windows


@dataclass(frozen=True, slots=True)
class Interval:
    """Years from one round to the next (1 unless the definition says more), and on whose authority. ``years`` is None
    while the law has no such number."""

    years: int | None
    citation: Citation | None = None
    basis: str = ""


def interval_of(plan: RoundPlan, home: str, day: date) -> Interval:
    """How many years apart the rounds of a plan are under the law of ``home`` on a day."""
    every = plan.every
    if every is None:
        return Interval(1)
    if not every.parameter:
        return Interval(every.years, library.citation_of(every.basis), library.basis_sentence(every.basis))
    law = library.law_on(day, home)
    answer = law.find(every.parameter, scope=every.scope or None)
    if answer is None or answer.unit != "years":
        return Interval(None, library.citation_of(every.basis), library.basis_sentence(every.basis))
    years = law.decimal(every.parameter, every.scope or None)
    citation = answer.citation
    sentence = citation.sentence() if citation is not None else ""
    return Interval(int(years) if years >= 1 and years == int(years) else None, citation, sentence)


def window_of(row: Round) -> Window:
    """The window of a stored round, extensions included."""
    return Window(row.opens_on, row.closes_on, row.key)


def windows_around(plan: RoundPlan, procedure: str, home: str, moment: datetime) -> list[Window]:
    """Every window near ``moment``: what the plan says of the years, and what stored rounds say instead. One query."""
    interval = interval_of(plan, home, clock.china_day(moment))
    found = {w.key: w for w in yearly_windows(plan, moment, interval=interval.years)}
    found |= {row.key: window_of(row) for row in Round.objects.filter(procedure=procedure, region=home)}
    return sorted(found.values())


def place_among(plan: RoundPlan, procedure: str, home: str, moment: datetime) -> Around:
    """The round open at ``moment``, the one closed last, the next one."""
    return around(windows_around(plan, procedure, home, moment), moment)


def why_unknown(plan: RoundPlan, definition: Definition, home: str, day: date) -> Problem | None:
    """ROU-118 when rounds are some years apart and the law of the day does not say how many; None otherwise."""
    interval = interval_of(plan, home, day)
    if interval.years is not None or plan.every is None:
        return None
    return errors.EVERY_UNKNOWN.problem(
        basis=interval.citation,
        title=definition.title,
        parameter=plan.every.parameter or plan.every.scope,
        day=chinese_day(day),
    )


def why_too_early(
    plan: RoundPlan, definition: Definition, home: str, rows: list[Round], opens_on: date
) -> Problem | None:
    """Why a notice may open no round on that day: fewer years than the interval from another round (ROU-117, with the
    clause), or nobody knows the interval (ROU-118). Years are those of the opening. None when it may."""
    if plan.every is None:
        return None
    interval = interval_of(plan, home, opens_on)
    if interval.years is None:
        return why_unknown(plan, definition, home, opens_on)
    held = [row.opens_on.year for row in rows]
    near = [year for year in held if abs(opens_on.year - year) < interval.years]
    first = plan.every.first
    if not near and (first is None or opens_on.year >= first):
        return None
    last = f"上一批次在{max(near)}年" if near else f"从{first}年算起"
    following = earliest_year(first, interval.years, near)
    return errors.TOO_EARLY.problem(
        basis=interval.citation, title=definition.title, years=interval.years, last=last, next=following
    )


@dataclass(frozen=True, slots=True)
class CycleShown:
    """Rounds some years apart, as pages tell it. ``years`` None: the law does not say."""

    years: int | None
    basis: str
    opens_on: date | None
    """The next round's first day, where days are fixed or a notice has set one."""
    earliest_year: int | None
    """For rounds on notice without a next one: the first year in which it may open."""

    @property
    def words(self) -> str:
        """One or two sentences."""
        if self.years is None:
            return "几年一次还没有登记。"
        said = f"每{self.years}年一次。"
        if self.opens_on is not None:
            return said + f"下一批次从{chinese_day(self.opens_on)}起受理。"
        return said + (f"下一批次最早{self.earliest_year}年开放。" if self.earliest_year is not None else "")


def show_cycle(definition: Definition, plan: RoundPlan, home: str, moment: datetime) -> CycleShown | None:
    """How often there is a round and when the next one comes; None for rounds of every year or as notices open them."""
    if plan.every is None:
        return None
    interval = interval_of(plan, home, clock.china_day(moment))
    coming = place_among(plan, definition.id, home, moment).coming
    year = None
    if interval.years is not None and coming is None:
        rows = Round.objects.filter(procedure=definition.id, region=home).values_list("opens_on", flat=True)
        year = earliest_year(plan.every.first, interval.years, [day.year for day in rows])
    return CycleShown(interval.years, interval.basis, coming.opens_on if coming is not None else None, year)
