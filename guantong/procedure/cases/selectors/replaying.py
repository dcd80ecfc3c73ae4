"""Replaying cases from their logs: the chain of digests, every step of the walk, and the stored state against both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem, Refusal

from .. import errors, library
from ..checks import state_of
from ..definition import Definition
from ..log import line_content
from ..machine import DECIDED, Impossible, State, follow, migrate, step_of
from ..models import Case, CaseAction, Deadline
from ..parts_api import parts

CHUNK = 500


@dataclass
class Finding:
    """What replaying many cases found."""

    cases: int = 0
    lines: int = 0
    problems: list[Problem] = field(default_factory=list)


def replay(case: Case) -> tuple[State | None, list[Problem]]:
    """(the state derived from the log alone, everything that does not fit).

    Checks the sequence without gaps, the digest of every line over the one before, every move against the definition
    the case began with, the stored before and after of every line, the stored state, the head, the facts, and the
    open deadline.
    """
    try:
        definition = library.definition_from(case.version)
    except Refusal as refusal:
        return None, list(refusal.problems)
    lines = list(CaseAction.objects.filter(case_id=case.pk).order_by("sequence"))
    return _replay(case, definition, lines, list(Deadline.objects.filter(case_id=case.pk).order_by("pk")))


def _replay(
    case: Case, definition: Definition, lines: list[CaseAction], deadlines: list[Deadline]
) -> tuple[State | None, list[Problem]]:
    name = case.public_id
    problems: list[Problem] = []
    if case.version_digest != definition.digest:
        problems.append(errors.VERSION_ALTERED.problem(title=definition.title))
    state: State | None = None
    previous = ""
    current = definition
    if case.migrations and lines:
        try:
            current = library.definition_by_digest(str(lines[0].details.get("version", "")), case.region)
        except Refusal as refusal:
            return None, [*problems, *refusal.problems]
    for expected, line in enumerate(lines, start=1):
        if line.sequence != expected:
            problems.append(errors.SEQUENCE_BROKEN.problem(public_id=name, expected=expected, found=line.sequence))
            break
        if line.digest != digest_of(line_content(line, name, previous)):
            problems.append(errors.CHAIN_BROKEN.problem(public_id=name, sequence=line.sequence))
        if line.before != (state.as_json() if state is not None else {}):
            why = "记下的之前状态与推得的不同"
            problems.append(errors.STEP_IMPOSSIBLE.problem(public_id=name, sequence=line.sequence, why=why))
        try:
            if line.action == "migrate" and state is not None:
                later = library.definition_by_digest(str(line.details.get("to_digest", "")), case.region)
                state = migrate(current, later, state, line.details.get("mapping", {}))
                current = later
            else:
                state = follow(current, state, line.action, line.details)
        except Refusal as refusal:
            problems += refusal.problems
            break
        except Impossible as error:
            problems.append(errors.STEP_IMPOSSIBLE.problem(public_id=name, sequence=line.sequence, why=str(error)))
            break
        if line.after != state.as_json():
            why = "记下的之后状态与推得的不同"
            problems.append(errors.STEP_IMPOSSIBLE.problem(public_id=name, sequence=line.sequence, why=why))
        previous = line.digest
    if current.digest != definition.digest:
        problems.append(errors.VERSION_ALTERED.problem(title=definition.title))
    if case.sequence != len(lines) or case.head_digest != previous:
        problems.append(errors.TAIL_DIFFERS.problem(public_id=name))
    if lines and lines[0].details.get("facts") != digest_of(case.facts):
        problems.append(_differs(name, "事实", "已改动", "开办时的事实"))
    if state is not None:
        problems += _compare(case, state)
        problems += _check_deadline(case, state, deadlines, has_deadline=_needs_deadline(case, definition, state))
    for part in parts() if definition.parts or any(s.parts for s in definition.steps.values()) else ():
        problems += part.check_case(case, definition, lines)
    return state, problems


def _differs(name: str, what: str, stored: object, derived: object) -> Problem:
    return errors.STATE_DIFFERS.problem(public_id=name, what=what, stored=stored, derived=derived)


def _compare(case: Case, state: State) -> list[Problem]:
    stored, derived = state_of(case).as_json(), state.as_json()
    words = {
        "state": "状态",
        "step": "环节",
        "trail": "来处",
        "outcome": "结果",
        "revision": "修订号",
        "is_escalated": "升级",
        "extensions": "延长次数",
        "is_suspended": "暂停",
        "suspensions": "暂停次数",
        "votes": "表决",
    }
    return [
        _differs(case.public_id, words[k], stored.get(k, ""), derived.get(k, ""))
        for k in words
        if stored.get(k) != derived.get(k)
    ]


def _needs_deadline(case: Case, definition: Definition, state: State) -> bool:
    step = step_of(definition, state)
    if step is not None and step.deadline is not None and step.deadline.by and case.due_on is None:
        return False  # the day is not known yet
    return step.deadline is not None if step is not None else state.state == DECIDED


def _check_deadline(case: Case, state: State, rows: list[Deadline], *, has_deadline: bool) -> list[Problem]:
    """An open deadline belongs to the place the case is at; a lapsing or deciding place cannot be without one."""
    still = [row for row in rows if row.state == "open"]
    if not has_deadline and still:
        return [errors.DEADLINE_DIFFERS.problem(public_id=case.public_id, why="没有期限的环节却有未到的期限")]
    current = still[-1] if still else rows[-1] if rows else None
    if has_deadline and (current is None or current.step != state.step):
        return [errors.DEADLINE_DIFFERS.problem(public_id=case.public_id, why="有期限的环节没有期限记录")]
    if has_deadline and current is not None and current.due_on != case.due_on:
        return [errors.DEADLINE_DIFFERS.problem(public_id=case.public_id, why="办件上的期限与期限记录不同")]
    return []


def verify_all(*, procedure: str = "") -> Finding:
    """Replay every case (of one procedure when named), a few hundred at a time; each version is parsed once."""
    found = Finding()
    versions: dict[int, Definition | Refusal] = {}
    for case, lines, deadlines in _cases(procedure):
        definition = versions.get(case.version_id)
        if definition is None:
            try:
                definition = library.definition_from(case.version)
            except Refusal as refusal:
                definition = refusal
            versions[case.version_id] = definition
        found.cases += 1
        found.lines += len(lines)
        if isinstance(definition, Refusal):
            found.problems += definition.problems
        else:
            found.problems += _replay(case, definition, lines, deadlines)[1]
    return found


def _cases(procedure: str) -> Iterator[tuple[Case, list[CaseAction], list[Deadline]]]:
    after = 0
    while True:
        cases = Case.objects.filter(pk__gt=after)
        if procedure:
            cases = cases.filter(procedure=procedure)
        chunk = list(cases.order_by("pk")[:CHUNK])
        if not chunk:
            return
        logs: dict[int, list[CaseAction]] = {case.pk: [] for case in chunk}
        deadlines: dict[int, list[Deadline]] = {case.pk: [] for case in chunk}
        for line in CaseAction.objects.filter(case_id__in=list(logs)).order_by("case_id", "sequence"):
            logs[line.case_id].append(line)
        for row in Deadline.objects.filter(case_id__in=list(logs)).order_by("pk"):
            deadlines[row.case_id].append(row)
        for case in chunk:
            yield case, logs[case.pk], deadlines[case.pk]
        after = chunk[-1].pk
