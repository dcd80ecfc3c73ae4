"""The conditions of a case as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Citation, Refusal
from guantong.procedure.conditions import NodeResult, leaves_of

from . import gates
from .checks import state_of
from .declaring import Judged, declared_values, info_in, judge_on, kept_facts, system_facts
from .definition import Definition
from .definition.parts import DECLARATION
from .filling import FilledShown, RecordShown, filled_in, filled_rows, may_follow, shown_records
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
    records: tuple[RecordShown, ...] = ()
    """Which records of the system the own value rests on."""


@dataclass(frozen=True, slots=True)
class ConditionsShown:
    """The whole tree, as it is on a day or as it was handed in."""

    is_met: bool
    is_handed_in: bool
    on: date
    rows: tuple[ConditionRow, ...]
    warned: int = 0
    """How many principles (原则上) are not met."""


PRINCIPLE = "原则上"
MAY_STILL = "这是原则上的要求，没有达到也可以提交；审核人要写明理由才能通过。"
WORDS = {"met": ("达到", "good"), "not_met": ("没有达到", "bad"), "unknown": ("还不能判断", "warn")}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a case page shows of what must hold and of what the system knows."""

    conditions: ConditionsShown | None
    filled: FilledShown | None


def conditions_shown(case: Case, definition: Definition, *, post: Posted | None = None) -> ConditionsShown | None:
    """What ``cases/_conditions.html`` shows; None where the procedure has no conditions. Records without links."""
    return checked(case, definition, post=post).conditions


def checked(case: Case, definition: Definition, *, post: Posted | None = None, actor: Actor | None = None) -> Checked:
    """The conditions, and the fields the system knows of with what it holds.

    While the declarer is to act, both are judged by what is typed (``post``, as far as it can be read), else by what
    was declared with the blanks the system can fill in; from handing in on by the facts the log keeps of that day.
    """
    asked = any(field.from_fact for field in definition.form)
    if definition.conditions is None and not asked:
        return Checked(None, None)
    declared = declared_values(case, definition)
    step = step_of(definition, state_of(case))
    kept = kept_facts(case) if step is None or step.of not in ("declarer", "learner") else None
    is_party = actor is not None and may_follow(actor, case)
    if kept is not None:
        facts, on = kept.facts, kept.on
        values, found = declared, judge_on(case, definition, {}, kept.facts, kept.on)
    else:
        on = clock.today()
        typed = _typed(case, definition, post)
        facts = system_facts(case, definition, on, typed)
        values = typed if typed is not None else filled_in(definition, facts, declared)
        found = judge_on(case, definition, values, facts, on)
    shown = _conditions(definition, found, kept is not None, is_party=is_party) if found is not None else None
    if not asked:
        return Checked(shown, None)
    info = {f.from_fact: info_in(definition, f.from_fact) for f in definition.form if f.from_fact}
    known = {name: about for name, about in info.items() if about is not None}
    rows = filled_rows(definition, facts, values, known, is_party=is_party)
    return Checked(shown, FilledShown(rows, on, kept is not None))


def _conditions(definition: Definition, found: Judged, is_handed_in: bool, *, is_party: bool) -> ConditionsShown:
    names = {leaf.id: leaf.facts for leaf in leaves_of(definition.conditions)} if definition.conditions else {}
    rows: list[ConditionRow] = []
    counts: list[int] = []
    for node in found.evaluation.nodes():
        del counts[node.depth :]
        counts += [0] * (node.depth - len(counts))
        if node.depth:
            counts[node.depth - 1] += 1
        facts = [found.facts[name] for name in names.get(node.id, ()) if name in found.facts]
        records = tuple(r for fact in facts for r in shown_records(fact.records, is_party=is_party))
        rows.append(_row(".".join(str(c) for c in counts[: node.depth]), node, records))
    warned = len(found.evaluation.warnings())
    return ConditionsShown(found.evaluation.is_met, is_handed_in, found.on, tuple(rows), warned)


def _typed(case: Case, definition: Definition, post: Posted | None) -> dict[str, Any] | None:
    """The answers of a form that was sent, typed as far as they can be read; None when it is no form of this step."""
    if post is None:
        return None
    step = step_of(definition, state_of(case))
    action = step.action(str(post.get("action") or "")) if step is not None else None
    if action is None or not action.asks(DECLARATION):
        return None
    try:
        form = parse_action_form(case, post)
    except Refusal:
        return None
    declared = declared_values(case, definition)
    values, _ = gates.clean_values(action, form.values, form=definition.form, declared=declared)
    return values


def _row(number: str, node: NodeResult, records: tuple[RecordShown, ...]) -> ConditionRow:
    word, tone = WORDS[node.state]
    required, todo = node.required, node.todo
    if node.is_principle:
        required = f"{PRINCIPLE}{required}"
        if node.state != "met":
            word, tone, todo = f"{PRINCIPLE}{word}", "warn", f"{node.todo}{MAY_STILL}"
    basis = f"本地区自行确定：{node.note}" if node.note and node.citation is None else ""
    return ConditionRow(
        number=number,
        label=node.label,
        word=word,
        tone=tone,
        own=node.own,
        source=node.source,
        required=required,
        citation=node.citation,
        basis=basis,
        todo=todo,
        records=records,
    )
