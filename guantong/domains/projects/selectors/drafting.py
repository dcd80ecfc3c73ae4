"""The form a declarer fills in now: its action, and the draft as if it had been posted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.domains.projects.models import Declaration
from guantong.procedure.cases.checks import state_of
from guantong.procedure.cases.definition import Action
from guantong.procedure.cases.machine import step_of
from guantong.procedure.cases.mandate import is_declarer
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import definition_of


class Typed:
    """Saved or posted controls, read like a form that was sent; ``action`` and ``revision`` are those of now."""

    def __init__(self, values: Mapping[str, list[str]], action: str, revision: int) -> None:
        self._values = {**values, "action": [action], "revision": [str(revision)]}

    def get(self, key: str, default: Any = None, /) -> Any:
        """The last value, or the default."""
        found = self._values.get(key)
        return found[-1] if found else default

    def getlist(self, key: str, /) -> list[Any]:
        """Every value."""
        return list(self._values.get(key, []))


def form_action(actor: Actor, case: Case) -> Action | None:
    """The action of the present step that takes the form, when the actor is the one to fill it in; None otherwise."""
    definition = definition_of(case)
    step = step_of(definition, state_of(case))
    if step is None or step.of not in ("declarer", "learner") or not is_declarer(actor, case, definition):
        return None
    return next((a for a in step.actions if definition.fields_of(a)), None)


def declaration_of(case: Case) -> Declaration | None:
    """What this domain keeps of the case."""
    return Declaration.objects.filter(public_id=case.subject_id).first()


def typed_now(actor: Actor, case: Case, values: Mapping[str, list[str]]) -> Typed | None:
    """``values`` as a form of the present step; None when there is none to fill in."""
    action = form_action(actor, case)
    return Typed(values, action.id, case.revision) if action is not None else None
