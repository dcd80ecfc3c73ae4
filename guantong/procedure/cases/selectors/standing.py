"""Where a case stands: step, due day, deadlines, materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from guantong.kernel import clock

from .. import library, machine
from ..checks import state_of, waiting_for
from ..machine import RUNNING, outcome_of, step_of
from ..models import Case, Deadline, Material


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, for the head of a page."""

    title: str
    state: str
    place: str
    waiting_for: str
    due_on: date | None
    is_provisional: bool
    is_overdue: bool
    steps: tuple[tuple[str, str], ...] = field(default=())
    """(title, done | current | ahead) of the steps of this stage, in the order written; detours back to the declarer
    only while the case is there."""


def standing(case: Case) -> Standing:
    """Where the case stands."""
    definition = library.definition_of(case)
    state = state_of(case)
    step = step_of(definition, state)
    outcome = outcome_of(definition, state)
    today = clock.today()
    stage = "appeal" if state.state == machine.APPEALED else "first"
    passed = set(state.trail)
    line: list[tuple[str, str]] = []
    for each in definition.steps.values():
        is_here = step is not None and each.id == step.id
        is_detour = each.of in ("declarer", "learner") and each.id not in (definition.start, definition.appeal.start)
        if each.stage != stage or (is_detour and not is_here):
            continue
        mark = "current" if is_here else "done" if each.id in passed else "ahead"
        line.append((each.title, mark))
    return Standing(
        title=case.title,
        state=dict(machine.STATES)[case.state],
        place=step.title if step is not None else outcome.title if outcome is not None else "",
        waiting_for=waiting_for(case),
        due_on=case.due_on,
        is_provisional=case.is_provisional,
        is_overdue=case.due_on is not None and case.due_on < today and case.state in RUNNING,
        steps=tuple(line) if step is not None else (),
    )


def list_deadlines(case: Case) -> list[Deadline]:
    """Every deadline of a case, oldest first."""
    return list(Deadline.objects.filter(case_id=case.pk).order_by("pk"))


def list_materials(case: Case) -> Sequence[Material]:
    """Every material of a case with its file, oldest first."""
    return list(Material.objects.filter(case_id=case.pk).select_related("file").order_by("pk"))


def list_open_deadlines(*, until: date | None = None, limit: int = 100) -> Sequence[Deadline]:
    """Open deadlines by due moment, for operators."""
    rows = Deadline.objects.filter(state="open").select_related("case", "case__version").order_by("due_at", "pk")
    if until is not None:
        rows = rows.filter(due_on__lte=until)
    return list(rows[:limit])
