"""Which pools of reviewers the definitions in force name."""

from __future__ import annotations

from collections.abc import Iterable

from guantong.procedure.cases.definition import Definition
from guantong.procedure.panels.specs import panel_steps


def pools_named(definitions: Iterable[Definition]) -> dict[str, list[str]]:
    """Pool code → titles of the procedures that draw from it."""
    found: dict[str, list[str]] = {}
    for definition in definitions:
        for _, spec in panel_steps(definition):
            titles = found.setdefault(spec.pool, [])
            if definition.title not in titles:
                titles.append(definition.title)
    return found
