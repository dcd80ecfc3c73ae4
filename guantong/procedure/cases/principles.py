"""What a document asks for in principle (原则上): not met it refuses nobody, and whoever passes the case says why.

The declarer and every reviewer see it with its clause; an approval of a case with open principles takes one more field,
the reason, which stands in the log line with the principles it was given for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from guantong.procedure.conditions import NodeResult, nodes_of

from .declaring import judged
from .definition import Action, Definition, Field, Step
from .definition.parts import PRINCIPLE_REASON
from .models import Case

TITLE = "原则上的要求没有达到，仍然通过的理由"

KEPT = "principles"
"""Key of a log line's details: the labels of the principles that were open."""


def has_principles(definition: Definition) -> bool:
    """Whether any condition is a principle."""
    return definition.conditions is not None and any(node.is_principle for node in nodes_of(definition.conditions))


def open_principles(case: Case, definition: Definition, step: Step | None, action: Action | None) -> list[NodeResult]:
    """The principles not met by what was handed in, where this action would pass the case."""
    if step is None or action is None or action.kind != "approve" or step.of in ("declarer", "learner"):
        return []
    found = judged(case, definition) if has_principles(definition) else None
    return found.evaluation.warnings() if found is not None else []


def asking_why(action: Action, open_ones: Sequence[NodeResult]) -> Action:
    """The action with the field that says why it passes all the same."""
    if not open_ones:
        return action
    told = "；".join(f"{node.label}：{node.why}" for node in open_ones)
    field = Field(
        PRINCIPLE_REASON,
        TITLE,
        "long_text",
        help=f"没有达到的有：{told}理由会记入办件，申请人会看到。",
        max_length=2000,
    )
    return replace(action, fields=(*action.fields, field), needs=(*action.needs, PRINCIPLE_REASON))


def details_of(open_ones: Sequence[NodeResult]) -> dict[str, Any]:
    """What the log line of the action keeps."""
    return {KEPT: [{"id": node.id, "label": node.label} for node in open_ones]} if open_ones else {}
