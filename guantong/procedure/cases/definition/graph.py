"""Whether a definition can be walked: every step reached, no dead end, destinations known, appeals consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import errors
from .hints import meant
from .parts import BACK, CHOSEN, VOTE, WHEN, Definition, Step
from .places import Faults


def check_graph(faults: Faults, definition: Definition) -> None:
    """Note every fault of the walk. Runs after the parts themselves are right."""
    paths = _paths(definition)
    _check_destinations(faults, definition, paths)
    _check_appeal(faults, definition)
    _check_withdrawal(faults, definition)
    _check_different_from(faults, definition, paths)
    _check_only_items(faults, definition, paths)
    if not faults.problems:
        _check_reach(faults, definition, paths)


def _paths(definition: Definition) -> Mapping[str, str]:
    """Path of each step in the document."""
    first = [s for s in definition.steps.values() if s.stage == "first"]
    later = [s for s in definition.steps.values() if s.stage == "appeal"]
    return {
        **{s.id: f"steps.{i}" for i, s in enumerate(first)},
        **{s.id: f"appeal.steps.{i}" for i, s in enumerate(later)},
    }


def _targets(step: Step) -> Iterable[tuple[str, str]]:
    """(path below the step, destination) for every way out of ``step``."""
    for index, action in enumerate(step.actions):
        if action.to == CHOSEN:
            yield from ((f"actions.{index}.choices.{n}", to) for n, to in enumerate(action.choices))
        elif action.to == WHEN:
            yield from ((f"actions.{index}.when.{n}.to", branch.to) for n, branch in enumerate(action.branches))
        elif action.to != VOTE:
            yield f"actions.{index}.to", action.to
    if step.parallel is not None:
        yield "parallel.passed", step.parallel.passed
        yield "parallel.failed", step.parallel.failed
        if step.parallel.returned:
            yield "parallel.returned", step.parallel.returned
    for way in step.ways:
        yield way.path, way.to
    if step.on_timeout is not None and step.on_timeout.do == "lapse":
        yield "on_timeout.lapse", step.on_timeout.to


def _check_destinations(faults: Faults, definition: Definition, paths: Mapping[str, str]) -> None:
    known = [*definition.steps, *definition.outcomes]
    if definition.start not in definition.steps:
        faults.add(
            errors.UNKNOWN_DESTINATION,
            "start",
            to=definition.start,
            known="、".join(definition.steps),
            hint=meant(definition.start, definition.steps),
        )
    for step in definition.steps.values():
        for path, to in _targets(step):
            place = f"{paths[step.id]}.{path}"
            if to == BACK:
                if not (path.startswith("actions.") and path.endswith(".to")) and path != "on_timeout.lapse":
                    _unknown(faults, place, to, known)
                elif path == "on_timeout.lapse":
                    faults.add(errors.TIMEOUT_UNCLEAR, place, why="到期不能退回来处，要写明环节或结果")
                elif step.id in (definition.start, definition.appeal.start):
                    faults.add(errors.BACK_FROM_NOWHERE, place, step=step.title)
            elif to not in known:
                _unknown(faults, place, to, known)


def _unknown(faults: Faults, place: str, to: str, known: Iterable[str]) -> None:
    faults.add(errors.UNKNOWN_DESTINATION, place, to=to, known="、".join(known), hint=meant(to, known))


def _check_appeal(faults: Faults, definition: Definition) -> None:
    appeal = definition.appeal
    if appeal.none:
        return
    for outcome_id in appeal.against:
        outcome = definition.outcomes.get(outcome_id)
        if outcome is None:
            faults.add(errors.APPEAL_MISMATCH, "appeal.against", why=f"没有结果“{outcome_id}”")
        elif outcome.kind in ("upheld", "overturned", "withdrawn"):
            faults.add(errors.APPEAL_MISMATCH, "appeal.against", why=f"结果“{outcome.title}”不是可以申诉的决定")
    for outcome in definition.outcomes.values():
        if outcome.kind == "refused" and outcome.id not in appeal.against:
            faults.add(
                errors.APPEAL_MISMATCH, "appeal.against", why=f"不予办理的结果“{outcome.title}”没有列入可申诉的结果"
            )
    start = definition.steps.get(appeal.start)
    if start is None or start.stage != "appeal":
        faults.add(errors.APPEAL_MISMATCH, "appeal.start", why="受理环节要写在申诉的环节里")
    for step in definition.steps.values():
        for _, to in _targets(step):
            target = definition.steps.get(to)
            if target is not None and step.stage == "first" and target.stage == "appeal":
                faults.add(
                    errors.APPEAL_MISMATCH, "appeal", why=f"“{step.title}”不经申诉就走到了申诉环节“{target.title}”"
                )
            if target is not None and step.stage == "appeal" and target.stage == "first":
                faults.add(
                    errors.APPEAL_MISMATCH, "appeal", why=f"申诉环节“{step.title}”不能回到原环节“{target.title}”"
                )
            outcome_kind = definition.outcomes[to].kind if to in definition.outcomes else ""
            if step.stage == "first" and outcome_kind in ("upheld", "overturned"):
                faults.add(errors.APPEAL_MISMATCH, "appeal", why=f"“{step.title}”还没有申诉就得出了复核结果")
            if step.stage == "appeal" and outcome_kind in ("granted", "refused"):
                faults.add(errors.APPEAL_MISMATCH, "appeal", why=f"申诉环节“{step.title}”的结果应是维持或改变")


def _check_withdrawal(faults: Faults, definition: Definition) -> None:
    withdrawal = definition.withdrawal
    if withdrawal is None:
        return
    for step_id in withdrawal.at:
        if step_id not in definition.steps:
            faults.add(
                errors.UNKNOWN_DESTINATION,
                "withdrawal.at",
                to=step_id,
                known="、".join(definition.steps),
                hint=meant(step_id, definition.steps),
            )
    outcome = definition.outcomes.get(withdrawal.to)
    if outcome is None or outcome.kind != "withdrawn":
        known = "、".join(o.id for o in definition.outcomes.values() if o.kind == "withdrawn") or "（尚无撤回的结果）"
        faults.add(errors.UNKNOWN_DESTINATION, "withdrawal.to", to=withdrawal.to, known=known)


def _check_different_from(faults: Faults, definition: Definition, paths: Mapping[str, str]) -> None:
    for step in definition.steps.values():
        for other in step.different_from:
            if other not in definition.steps or other == step.id:
                faults.add(errors.BAD_DIFFERENT_FROM, f"{paths[step.id]}.different_from", step=other)


def _check_only_items(faults: Faults, definition: Definition, paths: Mapping[str, str]) -> None:
    """A return to a step where only named items may be changed must name them."""
    narrow = {step.id for step in definition.steps.values() if step.only_items}
    for step in definition.steps.values():
        for index, action in enumerate(step.actions):
            leads = {action.to, *action.choices} | ({step.parallel.returned} if step.parallel is not None else set())
            if action.kind == "return" and leads & narrow and "items" not in action.needs:
                title = definition.steps[min(leads & narrow)].title
                why = f"退到它的操作“{action.title}”没有要求逐项写明"
                faults.add(errors.BAD_ONLY_ITEMS, f"{paths[step.id]}.actions.{index}.needs", step=title, why=why)


def _check_reach(faults: Faults, definition: Definition, paths: Mapping[str, str]) -> None:
    """Every step and outcome reached; from every step some outcome can be reached."""
    starts = {definition.start, definition.appeal.start} & set(definition.steps)
    reached = set(starts)
    onward: dict[str, set[str]] = {}
    grown = True
    while grown:
        onward = {step_id: _onward(definition, reached, step_id) for step_id in reached & set(definition.steps)}
        found = reached.union(*onward.values())
        grown, reached = found != reached, found
    for step in definition.steps.values():
        if step.id not in reached:
            faults.add(errors.UNREACHABLE_STEP, paths[step.id], step=step.title)
    backwards: dict[str, set[str]] = {}
    for origin, destinations in onward.items():
        for destination in destinations:
            backwards.setdefault(destination, set()).add(origin)
    escapes = _reach(definition.outcomes, backwards)
    for step in definition.steps.values():
        if not any(_targets(step)):
            faults.add(errors.DEAD_END, paths[step.id], step=step.title, why="没有任何操作")
        elif step.id in reached and step.id not in escapes:
            faults.add(errors.DEAD_END, paths[step.id], step=step.title, why="它的操作绕来绕去，到不了任何结果")
    given = set().union(*onward.values())
    if definition.withdrawal is not None:
        given.add(definition.withdrawal.to)
    for index, outcome in enumerate(definition.outcomes.values()):
        if outcome.id not in given:
            faults.add(errors.OUTCOME_NEVER, f"outcomes.{index}", outcome=outcome.title)


def _onward(definition: Definition, reached: set[str], step_id: str) -> set[str]:
    """Where one leads from a step; going back leads to the steps, reached so far, from which one comes here."""
    found: set[str] = set()
    for _, to in _targets(definition.steps[step_id]):
        if to == BACK:
            found |= {s for s in reached if s in definition.steps and _leads(definition.steps[s], step_id)}
        else:
            found.add(to)
    return found


def _leads(step: Step, to: str) -> bool:
    return any(destination == to for _, destination in _targets(step))


def _reach(starts: Iterable[str], onward: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting.extend(onward.get(place, ()))
    return reached
