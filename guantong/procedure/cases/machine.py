"""The state machine of one case, as pure functions of definition, state and log line.

The same functions run when someone acts and when the log is replayed years later; nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from .definition import Action, Definition, Outcome, Step
from .definition.parts import BACK

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

    def as_json(self) -> dict[str, object]:
        """Plain values for the log."""
        return {
            "state": self.state,
            "step": self.step,
            "trail": list(self.trail),
            "outcome": self.outcome,
            "revision": self.revision,
            "is_escalated": self.is_escalated,
            "extensions": self.extensions,
        }

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


def take(definition: Definition, state: State, action_id: str) -> tuple[Action, State]:
    """The action and the state after it; raises :class:`Impossible` when this step has no such action."""
    step = step_of(definition, state)
    action = step.action(action_id) if step is not None else None
    if action is None:
        raise Impossible(f"环节“{state.step}”没有操作“{action_id}”")
    return action, _arrive(definition, state, action.to)


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
    if step is None or step.on_timeout is None or step.on_timeout.do != "lapse":
        raise Impossible("这一环节到期不会自动转走")
    return _arrive(definition, state, step.on_timeout.to)


def escalate(definition: Definition, state: State) -> State:
    """The state after the time of a step that escalates has run out."""
    step = step_of(definition, state)
    if step is None or step.on_timeout is None or step.on_timeout.do != "escalate":
        raise Impossible("这一环节到期不会升级")
    return replace(state, is_escalated=True)


def extend(definition: Definition, state: State) -> State:
    """The state after the deadline was extended once more."""
    step = step_of(definition, state)
    if step is None or step.extension is None or state.extensions >= step.extension.times:
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
        given = details or {}
        return take_way(definition, state, str(given.get("part", "")), str(given.get("to", "")))
    moves = {
        "withdraw": withdraw,
        "appeal": appeal,
        "lapse": lapse,
        "escalate": escalate,
        "extend": extend,
        "close": close,
        "add_material": touch_materials,
        "replace_material": touch_materials,
    }
    if action_id in moves:
        return moves[action_id](definition, state)
    return take(definition, state, action_id)[1]
