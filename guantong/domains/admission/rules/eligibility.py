"""Why somebody may not be placed somewhere, told while choosing; and the bars between ways of admission.

The truth is the engine's: a test holds this module against the verdicts of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guantong.kernel.refusal import Problem

from ..errors import rules as errors
from .conditions import Cell, Columns, holds, keys_of, show_cell, words
from .declaration.shapes import CHANNELS, OUTSIDE, Batch, Channel, Ground, Quota
from .facts import show_mark
from .places import PlaceFacts, is_selected, places_of
from .running import RunLine, lines_of_quota, run_conditions, run_lines, run_quotas
from .states import ADMITTED, CONFIRMED, PLACEMENT_STATES, REGISTERED

CONDITION, LINE = "condition", "line"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a candidate may not be placed at a place."""

    id: str
    """As verdicts of the engine name it."""
    kind: str
    """``condition`` or ``line``."""
    title: str
    sentence: str
    ground: Ground | None
    """The clause; None for a school's own condition (its charter)."""
    distance: Decimal | None = None
    """How many points are missing at a line; None where there is no score."""


def why_not_eligible(
    channel: Channel,
    batch: Batch,
    place: PlaceFacts,
    facts: Mapping[str, Cell],
    keys: Mapping[str, Decimal | None] | None = None,
    round: int = 1,
) -> tuple[Reason, ...]:
    """Every reason why a candidate may not be placed at ``place``; empty when nothing stands against it.

    ``facts`` are typed (:func:`.facts.read_facts`); ``keys`` are the composed scores, None while there are none: then
    only conditions over facts are told. Where quotas have lines of their own, the best seats open to the candidate
    count.
    """
    own = places_of(batch, (place,))
    columns: dict[str, Cell] = {**facts, **(keys or {})}
    reasons: list[Reason] = []
    for one in run_conditions(channel, batch, own):
        if one.said:
            reasons.append(Reason(one.id, CONDITION, one.title, one.said, one.ground))
            continue
        if keys is None and not keys_of(one.require) <= set(facts):
            continue
        if not holds(one.require, columns):
            mine = "，".join(
                f"您的{channel.titles.get(key, key)}{_is(columns.get(key))}" for key in _asked(one.require)
            )
            sentence = f"“{one.title}”要求{words(one.require, channel.titles)}；{mine}。"
            reasons.append(Reason(one.id, CONDITION, one.title, sentence, one.ground))
    if keys is not None:
        reasons.extend(_below_lines(channel, batch, own, columns, round))
    return tuple(reasons)


def _asked(require: object) -> list[str]:
    return sorted(keys_of(require))  # type: ignore[arg-type]


def _is(cell: Cell) -> str:
    return "没有填写" if cell is None else f"为{show_cell(cell)}"


def _below_lines(
    channel: Channel, batch: Batch, own: Sequence[PlaceFacts], columns: Columns, round: int
) -> tuple[Reason, ...]:
    """Lines missed for every kind of seat open to the candidate; those of the first kind when all are missed."""
    lines = list(run_lines(channel, batch, own, round))
    mine = [
        quota
        for quota in run_quotas(channel, batch, own)
        if quota.kind != "ceiling" and holds(quota.who, columns) and all(is_selected(p, quota.places) for p in own)
    ]
    seats: list[Quota | None] = [*mine] if any(quota.kind == "exact" for quota in mine) else [None, *mine]
    told: tuple[Reason, ...] | None = None
    for quota in seats:
        missed = tuple(_missed(channel, lines, quota, columns))
        if not missed:
            return ()
        told = missed if told is None else told
    return told or ()


def _missed(channel: Channel, lines: Sequence[RunLine], quota: Quota | None, columns: Columns) -> Iterable[Reason]:
    replaced = {line.key for line in quota.lines} if quota is not None else set()
    held = [(one.line, one.who) for one in lines if one.line.key not in replaced]
    if quota is not None:
        held.extend(lines_of_quota(channel, quota))
    for line, who in held:
        if who is not None and not holds(who, columns):
            continue
        value = columns.get(line.key)
        wanted = line.at_least.value
        if isinstance(value, Decimal) and value >= wanted:
            continue
        title = channel.titles.get(line.key, line.key)
        if isinstance(value, Decimal):
            short = wanted - value
            wish = f"“{line.title}”要求{title}不低于 {show_mark(wanted)} 分"
            sentence = f"{wish}；您是 {show_mark(value)} 分，差 {show_mark(short)} 分。"
            yield Reason(line.id, LINE, line.title, sentence, line.ground, short)
        else:
            sentence = f"“{line.title}”要求{title}不低于 {show_mark(wanted)} 分；您没有这项成绩。"
            yield Reason(line.id, LINE, line.title, sentence, line.ground)


# Bars between ways of admission, and one place a person.


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place somebody holds this year: by which channel, in which state of a placement, at which school."""

    channel: str
    state: str
    school: str


def why_barred(wanted: str, held: Sequence[HeldPlace], channels: Mapping[str, Channel]) -> tuple[Problem, ...]:
    """Why a person may not take part in ``wanted`` (a channel or an outside admission) this year; empty when he may.

    ``channels`` are this year's, by id; a place in a channel not among them bars nothing.
    """
    found: list[Problem] = []
    names = {**CHANNELS, **OUTSIDE, **{key: channel.title for key, channel in channels.items()}}
    for one in held:
        channel = channels.get(one.channel)
        if channel is None:
            continue
        for bar in channel.bars:
            states = {CONFIRMED, REGISTERED} if bar.when == "confirmed_here" else {ADMITTED, CONFIRMED, REGISTERED}
            if wanted in bar.barred_from and one.state in states:
                state = PLACEMENT_STATES.labels[one.state].removeprefix("已")
                found.append(
                    errors.BARRED.problem(
                        basis=bar.ground.citation, channel=channel.title, state=state, other=names.get(wanted, wanted)
                    )
                )
    return tuple(found)


def why_no_second_place(held: Sequence[HeldPlace]) -> Problem | None:
    """Why a person may not be given another place: one living placement a year (ADM-251); None when he holds none."""
    for one in held:
        if one.state in PLACEMENT_STATES.alive:
            return errors.PLACE_HELD.problem(school=one.school)
    return None
