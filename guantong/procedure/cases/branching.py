"""Which way an action with ``when`` leads, by what was declared. Pure; the line of the log keeps the way taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guantong.procedure.conditions import compile_conditions

from . import errors
from .declaring import cite_of, declared_facts, info_in
from .definition import Action, Definition

if TYPE_CHECKING:
    from guantong.policy.asking import Law


def branch_of(definition: Definition, action: Action, values: Mapping[str, Any], law: Law | None) -> str:
    """The step or outcome the first branch that holds leads to, at last the one without a test.

    Refuses with PRC-171 where a branch before that cannot be judged (a bound the law does not have).
    """
    facts = declared_facts(definition.form, values)
    for branch in action.branches:
        if branch.test is None:
            return branch.to
        found = compile_conditions(branch.test, law, info=lambda n: info_in(definition, n), cite=cite_of).evaluate(
            facts
        )
        if found.is_met:
            return branch.to
        if found.state == "unknown":
            why = found.nodes()[0].why
            raise errors.WAY_UNKNOWN.refuse(basis=found.nodes()[0].citation, action=action.title, why=why)
    raise LookupError(f"action {action.id} has no last branch")
