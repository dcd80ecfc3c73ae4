"""The state machine by property: random walks stay inside the definition, and their log replays to the same state."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.procedure.cases import machine
from guantong.procedure.cases.definition import Definition, parse_definition, read_definition
from guantong.procedure.cases.definition.graph import check_graph
from guantong.procedure.cases.definition.places import Faults
from guantong.procedure.cases.machine import CLOSED, RUNNING, STATES, Impossible, State, follow

from .sample import SAMPLE

DEFINITION = read_definition(SAMPLE, file="sample.yaml")
ACTIONS = [
    *sorted({a.id for s in DEFINITION.steps.values() for a in s.actions}),
    "withdraw",
    "appeal",
    "lapse",
    "escalate",
    "extend",
    "remind",
    "close",
    "add_material",
    "replace_material",
    "nonsense",
    "open",
]


def assert_whole(definition: Definition, state: State) -> None:
    """What holds of every state."""
    assert state.state in dict(STATES)
    if state.state in RUNNING:
        step = definition.steps[state.step]
        assert step.stage == ("appeal" if state.state == "appealed" else "first")
        assert len(set(state.trail)) == len(state.trail) and state.step not in state.trail
        assert all(definition.steps[s].stage == step.stage for s in state.trail)
        assert step.id in (definition.start, definition.appeal.start) or state.trail, "there is always a way back"
    else:
        assert state.step == "" and state.trail == () and state.outcome in definition.outcomes
    if state.state == "decided":
        assert state.outcome in definition.appeal.against
    assert State.from_json(state.as_json()) == state


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_random_walks_stay_inside_and_replay(tried: list[str]) -> None:
    state = machine.begin(DEFINITION)
    log = ["open"]
    for action in tried:
        try:
            after = follow(DEFINITION, state, action)
        except Impossible as error:
            assert str(error)
            continue
        assert_whole(DEFINITION, after)
        assert after.revision - state.revision in (0, 1)
        if state.state == CLOSED:
            assert action == "remind", "nothing moves a closed case"
        state = after
        log.append(action)
    replayed: State | None = None
    for action in log:
        replayed = follow(DEFINITION, replayed, action)
    assert replayed == state


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """Random definitions: some right, most not."""
    count = draw(st.integers(1, 5))
    ids = [f"s{n}" for n in range(count)]
    ends = ["yes", "no"]
    local = {"source": "local", "note": "测试。"}

    def step(step_id: str, targets: list[str]) -> dict[str, Any]:
        actions = [
            {"id": f"a{n}", "title": "办", "kind": "approve", "to": draw(st.sampled_from(targets))}
            for n in range(draw(st.integers(0, 3)))
        ]
        entry: dict[str, Any] = {
            "id": step_id,
            "title": step_id,
            "role": "registrar",
            "of": "school",
            "actions": actions,
        }
        if draw(st.booleans()):
            entry["deadline"] = {"working_days": 3, **local}
            entry["on_timeout"] = draw(
                st.one_of(st.just("remind"), st.fixed_dictionaries({"lapse": st.sampled_from(targets)}))
            )
        return entry

    return {
        "id": "random",
        "version": "1",
        "title": "随机",
        "systems": ["L3"],
        "in_force_from": "2024-09-01",
        **local,
        "subject": "tests.random",
        "who_may_declare": {"roles": ["registrar"], "of": "school"},
        "steps": [step(s, [*ids, *ends, "back"]) for s in ids],
        "outcomes": [
            {"id": "yes", "title": "是", "kind": "granted", "notice": "好。"},
            {"id": "no", "title": "否", "kind": "refused", "notice": "不好。"},
            {"id": "kept", "title": "维持", "kind": "upheld", "notice": "维持。"},
        ],
        "appeal": {
            "against": ["no"],
            "within": {"days": 5, **local},
            **local,
            "further": "可以再提。",
            "steps": [step("again", ["kept"])],
        },
    }


@settings(max_examples=500, deadline=None)
@given(definitions(), st.randoms(use_true_random=False))
def test_whatever_passes_the_checks_can_always_be_walked_to_an_end(document: dict[str, Any], chance: Any) -> None:
    from guantong.kernel.refusal import Refusal

    try:
        definition = parse_definition(document, file="f")
    except Refusal:
        return
    state = machine.begin(definition)
    for _ in range(60):
        step = machine.step_of(definition, state)
        if step is None:
            if not machine.may_appeal(definition, state):
                return
            state = machine.appeal(definition, state)
            continue
        assert_whole(definition, state)
        ways = [a.id for a in step.actions]
        if step.on_timeout is not None and step.on_timeout.do == "lapse":
            ways.append("lapse")
        state = follow(definition, state, chance.choice(ways))
    # random walking took too long; the shortest way must still exist from where it stands
    assert _can_end(definition, state)


def _can_end(definition: Definition, state: State) -> bool:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [state]
    while waiting:
        at = waiting.pop()
        step = machine.step_of(definition, at)
        if step is None:
            return True
        if (at.step, at.trail) in seen:
            continue
        seen.add((at.step, at.trail))
        ways = [a.id for a in step.actions]
        if step.on_timeout is not None and step.on_timeout.do == "lapse":
            ways.append("lapse")
        waiting.extend(follow(definition, at, way) for way in ways)
    return False


def test_the_random_definitions_are_sometimes_right() -> None:
    """Guards the property above against a generator that never makes a right one."""
    from hypothesis import find

    from guantong.kernel.refusal import Refusal

    def is_right(document: dict[str, Any]) -> bool:
        try:
            return len(parse_definition(document, file="f").steps) > 2
        except Refusal:
            return False

    assert is_right(find(definitions(), is_right, settings=settings(max_examples=5000, database=None)))


def test_going_back_leads_to_where_it_came_from_at_every_depth() -> None:
    state = machine.begin(DEFINITION)
    for action, step, trail in (
        ("submit", "department", ("declare",)),
        ("return", "correct", ("declare", "department")),
        ("submit", "department", ("declare",)),
        ("approve", "bank", ("declare", "department")),
        ("return", "correct", ("declare", "department", "bank")),
        ("submit", "bank", ("declare", "department")),
    ):
        state = follow(DEFINITION, state, action)
        assert (state.step, state.trail) == (step, trail)


def test_an_impossible_first_line_is_refused() -> None:
    with pytest.raises(Impossible):
        follow(DEFINITION, None, "submit")
    with pytest.raises(Impossible):
        follow(DEFINITION, machine.begin(DEFINITION), "open")


def test_the_graph_check_adds_nothing_to_a_right_definition() -> None:
    faults = Faults(file="f")
    check_graph(faults, DEFINITION)
    assert faults.problems == []
