"""The conditions of a case as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guantong.kernel.refusal import Citation, Refusal
from guantong.procedure.conditions import NodeResult

from . import gates
from .checks import state_of
from .declaring import Judged, declared_values, judge, judged
from .definition import Definition
from .definition.parts import CONDITIONS, DECLARATION
from .forms import Posted, parse_action_form
from .machine import step_of
from .models import Case


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One node of the tree; ``number`` is its place, for instance 2.1; the whole tree has none."""

    number: str
    label: str
    word: str
    tone: str
    own: str
    source: str
    required: str
    citation: Citation | None
    basis: str
    todo: str


@dataclass(frozen=True, slots=True)
class ConditionsShown:
    """The whole tree, as it is on a day or as it was handed in."""

    is_met: bool
    is_handed_in: bool
    on: date
    rows: tuple[ConditionRow, ...]


WORDS = {"met": ("达到", "good"), "not_met": ("没有达到", "bad"), "unknown": ("还不能判断", "warn")}


def conditions_shown(case: Case, definition: Definition, *, post: Posted | None = None) -> ConditionsShown | None:
    """What ``cases/_conditions.html`` shows; None where the procedure has no conditions.

    After a refused form (``post``) the answers just typed are judged, as far as they can be read.
    """
    found = _typed(case, definition, post) or judged(case, definition)
    if found is None:
        return None
    rows: list[ConditionRow] = []
    counts: list[int] = []
    for node in found.evaluation.nodes():
        del counts[node.depth :]
        counts += [0] * (node.depth - len(counts))
        if node.depth:
            counts[node.depth - 1] += 1
        rows.append(_row(".".join(str(c) for c in counts[: node.depth]), node))
    return ConditionsShown(found.evaluation.is_met, found.at_line is not None, found.on, tuple(rows))


def _typed(case: Case, definition: Definition, post: Posted | None) -> Judged | None:
    if definition.conditions is None or post is None:
        return None
    step = step_of(definition, state_of(case))
    action = step.action(str(post.get("action") or "")) if step is not None else None
    if action is None or not action.asks(CONDITIONS) or not action.asks(DECLARATION):
        return None
    try:
        form = parse_action_form(case, post)
    except Refusal:
        return None
    declared = declared_values(case, definition)
    values, _ = gates.clean_values(action, form.values, form=definition.form, declared=declared)
    return judge(case, definition, values)


def _row(number: str, node: NodeResult) -> ConditionRow:
    word, tone = WORDS[node.state]
    basis = f"本地区自行确定：{node.note}" if node.note and node.citation is None else ""
    return ConditionRow(
        number=number,
        label=node.label,
        word=word,
        tone=tone,
        own=node.own,
        source=node.source,
        required=node.required,
        citation=node.citation,
        basis=basis,
        todo=node.todo,
    )
