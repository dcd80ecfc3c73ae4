"""The state machine of one case, as pure functions of definition, state and log line.

The same functions run when someone acts and when the log is replayed years later; nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from .definition import Action, Definition, Outcome, Parallel, Step
from .definition.parts import BACK, CHOSEN, VOTE, WHEN

OPENED = "opened"
DECIDED = "decided"
APPEALED = "appealed"
CLOSED = "closed"
STATES = ((OPENED, "办理中"), (DECIDED, "已决定，可申诉"), (APPEALED, "申诉复核中"), (CLOSED, "已办结"))
"""``decided``: there is an outcome and the time to object runs; ``closed``: nothing more happens here."""

RUNNING = (OPENED, APPEALED)
"""States in which a case waits at a step."""


class Impossible(Exception):
    """The definition knows no such move from this state. The text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands."""

    state: str
    step: str
    """The step it waits at; empty when decided or closed."""
    trail: tuple[str, ...]
    """Steps behind this one, for going back; never holds a step twice."""
    outcome: str
    revision: int
    """Counts what a person deciding must have seen: moves and changes of materials."""
    is_escalated: bool = False
    extensions: int = 0
    """How often the deadline of this stay was extended."""
    is_suspended: bool = False
    suspensions: int = 0
    """How often this stay was suspended, the present time included."""
    votes: tuple[tuple[str, str], ...] = ()
    """(party, approve | refuse | return) of this stay at a parallel step, in the order they came."""

    def as_json(self) -> dict[str, object]:
        """Plain values for the log; what few cases know (suspensions, votes) is left out while it says nothing."""
        values: dict[str, object] = {
            "state": self.state,
            "step": self.step,
            "trail": list(self.trail),
            "outcome": self.outcome,
            "revision": self.revision,
            "is_escalated": self.is_escalated,
            "extensions": self.extensions,
        }
        if self.suspensions:
            values |= {"is_suspended": self.is_suspended, "suspensions": self.suspensions}
        if self.votes:
            values["votes"] = [list(vote) for vote in self.votes]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> State:
        """The state written by :meth:`as_json`; raises KeyError or TypeError for anything else."""
        return cls(
            state=str(values["state"]),
            step=str(values["step"]),
            trail=tuple(str(s) for s in cast(list[object], values["trail"])),
            outcome=str(values["outcome"]),
            revision=int(cast(int, values["revision"])),
            is_escalated=bool(values["is_escalated"]),
            extensions=int(cast(int, values["extensions"])),
            is_suspended=bool(values.get("is_suspended", False)),
            suspensions=int(cast(int, values.get("suspensions", 0))),
            votes=tuple((str(p), str(v)) for p, v in cast(list[list[object]], values.get("votes", []))),
        )


def begin(definition: Definition) -> State:
    """The state of a case just opened."""
    return State(OPENED, definition.start, (), "", 1)


def step_of(definition: Definition, state: State) -> Step | None:
    """The step a case waits at, or None when it waits nowhere."""
    return definition.steps.get(state.step) if state.state in RUNNING else None


def outcome_of(definition: Definition, state: State) -> Outcome | None:
    """The outcome reached last, or None."""
    return definition.outcomes.get(state.outcome)


def _arrive(definition: Definition, state: State, to: str) -> State:
    """The state after going from the present step to ``to``, with the revision raised."""
    revision = state.revision + 1
    if to == BACK:
        if not state.trail:
            raise Impossible("没有来处可以退回")
        return State(state.state, state.trail[-1], state.trail[:-1], state.outcome, revision)
    if to in definition.steps:
        trail = (*state.trail, state.step)
        if to in trail:
            trail = trail[: trail.index(to)]
        return State(state.state, to, trail, state.outcome, revision)
    if to in definition.outcomes:
        may_object = state.state == OPENED and to in definition.appeal.against
        return State(DECIDED if may_object else CLOSED, "", (), to, revision)
    raise Impossible(f"去向“{to}”不在定义里")


def take(
    definition: Definition, state: State, action_id: str, *, to: str = "", party: str = ""
) -> tuple[Action, State]:
    """The action and the state after it; raises :class:`Impossible` when this step has no such action.

    ``to`` is what was chosen where the action leads to ``chosen`` (or the branch taken of ``when``), ``party`` the one
    that votes at a parallel step.
    """
    step = step_of(definition, state)
    action = step.action(action_id) if step is not None else None
    if step is None or action is None:
        raise Impossible(f"环节“{state.step}”没有操作“{action_id}”")
    if state.is_suspended:
        raise Impossible("暂停期间不能办理")
    if action.to == VOTE:
        if step.parallel is None or step.parallel.party(party) is None or party in dict(state.votes):
            raise Impossible(f"“{party}”不能在环节“{state.step}”表决")
        return action, replace(state, votes=(*state.votes, (party, action.kind)))
    if action.to in (CHOSEN, WHEN):
        if to not in action.choices:
            raise Impossible(f"“{to}”不在操作“{action_id}”可选的去向里")
        return action, _arrive(definition, state, to)
    return action, _arrive(definition, state, action.to)


def verdict(parallel: Parallel, votes: Mapping[str, str]) -> str:
    """Where the votes cast so far lead, whatever is still to come; empty while votes to come could change it.

    ``passed``: enough approvals. ``failed``: refusals alone make passing impossible. ``returned``: passing is
    impossible, and refusals alone can no longer be the reason.
    """
    given = list(votes.values())
    approvals, refusals = given.count("approve"), given.count("refuse")
    waiting = len(parallel.parties) - len(given)
    may_miss = len(parallel.parties) - parallel.needed
    if approvals >= parallel.needed:
        return "passed"
    if refusals > may_miss:
        return "failed"
    if approvals + waiting >= parallel.needed:
        return ""
    return "returned" if refusals + waiting <= may_miss else ""


def decide(definition: Definition, state: State) -> State:
    """The state after the votes of a parallel step have decided it."""
    step = step_of(definition, state)
    found = verdict(step.parallel, dict(state.votes)) if step is not None and step.parallel is not None else ""
    if step is None or step.parallel is None or not found:
        raise Impossible("表决还没有结果")
    return _arrive(definition, state, getattr(step.parallel, found))


def suspend(definition: Definition, state: State) -> State:
    """The state while the period stands still."""
    step = step_of(definition, state)
    if step is None or step.suspension is None or state.is_suspended or state.suspensions >= step.suspension.times:
        raise Impossible("这一环节现在不能暂停")
    return replace(state, is_suspended=True, suspensions=state.suspensions + 1, revision=state.revision + 1)


def resume(definition: Definition, state: State) -> State:
    """The state when the period runs again."""
    del definition
    if not state.is_suspended:
        raise Impossible("没有暂停，无从恢复")
    return replace(state, is_suspended=False, revision=state.revision + 1)


def migrate(before: Definition, after: Definition, state: State, mapping: Mapping[str, str]) -> State:
    """The state on another version of the definition. ``mapping`` names steps and outcomes that bear another id there.

    Raises :class:`Impossible` where the place, or the stage it belongs to, does not exist in the other version, and
    while a case is suspended or votes are being cast.
    """
    if state.is_suspended or state.votes:
        raise Impossible("正在暂停或正在表决的办件要先办完这一环节")

    def place(old: str, known: Mapping[str, object]) -> str:
        new = mapping.get(old, old)
        if new and new not in known:
            raise Impossible(f"新版本里没有“{new}”")
        return new

    step = place(state.step, after.steps)
    if step and before.steps[state.step].stage != after.steps[step].stage:
        raise Impossible(f"“{step}”在新版本里属于另一阶段")
    trail = tuple(dict.fromkeys(mapping.get(s, s) for s in state.trail if mapping.get(s, s) in after.steps))
    outcome = place(state.outcome, after.outcomes)
    timeout = after.steps[step].on_timeout if step else None
    return replace(
        state,
        step=step,
        trail=tuple(s for s in trail if s != step),
        outcome=outcome,
        revision=state.revision + 1,
        is_escalated=state.is_escalated and timeout is not None and timeout.do == "escalate",
    )


def may_withdraw(definition: Definition, state: State) -> bool:
    """Whether the declarer may withdraw from here."""
    return state.state in RUNNING and definition.withdrawal is not None and state.step in definition.withdrawal.at


def withdraw(definition: Definition, state: State) -> State:
    """The state after withdrawal. In the appeal stage the first outcome stands again."""
    if not may_withdraw(definition, state) or definition.withdrawal is None:
        raise Impossible("现在不能撤回")
    if state.state == APPEALED:
        return State(CLOSED, "", (), state.outcome, state.revision + 1)
    return State(CLOSED, "", (), definition.withdrawal.to, state.revision + 1)


def may_appeal(definition: Definition, state: State) -> bool:
    """Whether the outcome reached can be objected to (the time limit is checked elsewhere)."""
    return state.state == DECIDED and state.outcome in definition.appeal.against


def appeal(definition: Definition, state: State) -> State:
    """The state after an appeal was lodged; the first outcome stays known."""
    if not may_appeal(definition, state):
        raise Impossible("现在不能申诉")
    return State(APPEALED, definition.appeal.start, (), state.outcome, state.revision + 1)


def lapse(definition: Definition, state: State) -> State:
    """The state after the time of a step that lapses has run out."""
    step = step_of(definition, state)
    if step is None or step.on_timeout is None or step.on_timeout.do != "lapse" or state.is_suspended:
        raise Impossible("这一环节到期不会自动转走")
    return _arrive(definition, state, step.on_timeout.to)


def escalate(definition: Definition, state: State) -> State:
    """The state after the time of a step that escalates has run out."""
    step = step_of(definition, state)
    if step is None or step.on_timeout is None or step.on_timeout.do != "escalate" or state.is_suspended:
        raise Impossible("这一环节到期不会升级")
    return replace(state, is_escalated=True)


def extend(definition: Definition, state: State) -> State:
    """The state after the deadline was extended once more."""
    step = step_of(definition, state)
    if step is None or step.extension is None or state.is_suspended or state.extensions >= step.extension.times:
        raise Impossible("这一环节的期限不能再延长")
    return replace(state, extensions=state.extensions + 1)


def close(definition: Definition, state: State) -> State:
    """The state after the time to object has run out."""
    if state.state != DECIDED:
        raise Impossible("还没有决定，不能结案")
    return replace(state, state=CLOSED, revision=state.revision + 1)


def touch_materials(definition: Definition, state: State) -> State:
    """The state after a material was added or replaced."""
    if step_of(definition, state) is None:
        raise Impossible("办件不在任何环节，不能改材料")
    return replace(state, revision=state.revision + 1)


def take_way(definition: Definition, state: State, part: str, to: str) -> State:
    """The state after ``part`` took one of the ways it declared from the present step."""
    step = step_of(definition, state)
    if state.is_suspended:
        raise Impossible("暂停期间不能转出")
    if step is None or not any(way.part == part and way.to == to for way in step.ways):
        raise Impossible(f"环节“{state.step}”没有由“{part}”转到“{to}”的去向")
    return _arrive(definition, state, to)


def place_of(state: State) -> str:
    """Id of the step the case waits at, or of the outcome it has."""
    return state.step if state.state in RUNNING else state.outcome


def follow(
    definition: Definition, state: State | None, action_id: str, details: Mapping[str, object] | None = None
) -> State:
    """The state after one line of the log: what replaying means. Raises :class:`Impossible`."""
    if action_id == "open":
        if state is not None:
            raise Impossible("开办记录不在第一条")
        return begin(definition)
    if state is None:
        raise Impossible("第一条记录不是开办")
    if action_id in ("remind", "redate", "part_note"):
        return state
    if action_id == "part_move":
        way = details or {}
        return take_way(definition, state, str(way.get("part", "")), str(way.get("to", "")))
    moves = {
        "withdraw": withdraw,
        "appeal": appeal,
        "lapse": lapse,
        "escalate": escalate,
        "extend": extend,
        "close": close,
        "decide": decide,
        "suspend": suspend,
        "resume": resume,
        "add_material": touch_materials,
        "replace_material": touch_materials,
    }
    if action_id in moves:
        return moves[action_id](definition, state)
    given = details or {}
    return take(definition, state, action_id, to=str(given.get("to", "")), party=str(given.get("party", "")))[1]
