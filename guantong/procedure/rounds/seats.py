"""When a case holds a seat of a quota. Pure: one function counts while a case moves and when its log is replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from guantong.kernel.clock import china_day
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.definition.parts import Basis

BODIES: Mapping[str, str] = {
    "authority": "主管部门",
    "organisation": "申报单位",
    "region": "地区",
    "county": "县级主管部门",
    "prefecture": "地市级主管部门",
    "province": "省级主管部门",
    "nation": "国家主管部门",
}
"""Whose quota it may be, and how a refusal calls it."""

PERIODS: Mapping[str, str] = {"round": "本批次", "year": "每年", "ever": "一共"}

LOST_BY = frozenset({"refuse", "return"})
"""Kinds of actions that take the seat away."""
LOST_AT = frozenset({"refused", "withdrawn", "lapsed"})
"""Kinds of outcomes at which no seat is held, unless the quota counts that very outcome."""


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """One quota of a definition. ``most`` is a number or, with ``parameter``, asked of the law of the case's day."""

    id: str
    title: str
    at: tuple[str, ...]
    """Steps or outcomes: the seat is taken on arriving at any of them."""
    of: str
    per: str
    most: int | None
    parameter: str
    scope: str
    is_used_up: bool
    """Whether the seat is used up once the case has gone on from ``at`` (a recommendation that was sent up), whatever
    happens to it later; otherwise it comes back whenever the case is refused, returned, withdrawn or lapses."""
    basis: Basis
    shared: str = ""
    """Name under which several procedures count into one quota; empty for a quota of this procedure alone."""

    @property
    def key(self) -> str:
        """What its counters are called: unique within the definition."""
        return self.shared or self.id

    def owner(self, procedure: str) -> str:
        """The procedure its counters belong to: none for a shared one."""
        return "" if self.shared else procedure

    def order(self, procedure: str) -> tuple[str, str]:
        """Counters are locked in this order, whichever procedure the case is of."""
        return self.owner(procedure), self.key


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of a case, as a hook is told of it or as a line of the log tells it."""

    action: str
    """Id of the action, or the engine's word."""
    kind: str
    """Kind of the definition's action (``approve`` …), empty for the engine's own."""
    left: str
    reached: str
    """Step or outcome."""
    outcome_kind: str
    """Kind of the outcome reached, empty at a step."""


def moved_of(definition: Definition, action: str, before: Mapping[str, object], after: Mapping[str, object]) -> Moved:
    """The move between two states of the log (``State.as_json``; ``before`` is empty for the opening)."""
    left, reached = _place(before), _place(after)
    step = definition.steps.get(left)
    chosen = step.action(action) if step is not None else None
    kind = chosen.kind if chosen is not None else ""
    if action == "decide" and step is not None and step.parallel is not None:
        votes = {step.parallel.passed: "approve", step.parallel.returned: "return", step.parallel.failed: "refuse"}
        kind = votes.get(reached, "")
    outcome = definition.outcomes.get(reached)
    return Moved(
        action=action,
        kind=kind,
        left=left,
        reached=reached,
        outcome_kind=outcome.kind if outcome is not None else "",
    )


def _place(state: Mapping[str, object]) -> str:
    return str(state.get("step") or state.get("outcome") or "")


def holds_after(quota: QuotaPlan, is_held: bool, moved: Moved) -> bool:
    """Whether the case holds a seat of ``quota`` after a move, given whether it held one before."""
    if moved.reached in quota.at:
        return True
    if not is_held:
        return False
    if quota.is_used_up and moved.left not in quota.at:
        return True
    is_lost = moved.kind in LOST_BY or moved.action == "withdraw" or moved.outcome_kind in LOST_AT
    return not is_lost


@dataclass(frozen=True, slots=True)
class Turn:
    """A seat taken (+1) or given back (-1) by one line of the log."""

    sequence: int
    change: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """What the recount reads of one line of a case's log."""

    sequence: int
    at: datetime
    action: str
    before: Mapping[str, object]
    after: Mapping[str, object]


def turns(quota: QuotaPlan, definition: Definition, lines: Iterable[Line]) -> list[Turn]:
    """Every seat of ``quota`` one case took and gave back, derived from its log alone."""
    found: list[Turn] = []
    is_held = False
    for line in lines:
        if (line.before.get("state"), _place(line.before)) == (line.after.get("state"), _place(line.after)):
            continue
        if line.action == "close":
            continue
        after = holds_after(quota, is_held, moved_of(definition, line.action, line.before, line.after))
        if after != is_held:
            found.append(Turn(line.sequence, 1 if after else -1, line.at))
        is_held = after
    return found


def period_of(quota: QuotaPlan, round_key: str, at: datetime) -> str:
    """The period a seat taken at ``at`` counts in: ``round:…``, ``year:2025`` or ``ever``."""
    if quota.per == "round":
        return f"round:{round_key}"
    return f"year:{china_day(at).year}" if quota.per == "year" else "ever"


def period_words(period: str) -> str:
    """A period in words, as it follows the name of a body."""
    kind, _, key = period.partition(":")
    if kind == "round":
        return f"{key.rpartition(':')[2]}批次"
    return f"{key}年" if kind == "year" else "一共"
