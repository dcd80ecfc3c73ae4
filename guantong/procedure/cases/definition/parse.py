"""A procedure definition from a mapping: every key known, every id unique, every duty with its clause."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Container, Mapping
from typing import Any

from guantong.base.files.rules import TAKEN
from guantong.kernel.digest import canonical_json, digest_of
from guantong.kernel.refusal import Refusal
from guantong.procedure.conditions import DECLARED

from .. import errors
from ..parts_api import keys, parts, read_parts
from .conditions import info_of, read_conditions
from .duties import BASIS_KEYS, DAYS_KEYS, check_role, read_basis, read_duration
from .graph import check_graph
from .parts import (
    CONDITIONS,
    DECLARATION,
    OUTCOME_KINDS,
    Appeal,
    Basis,
    Declarers,
    Definition,
    Field,
    Outcome,
    Reason,
    Requirement,
    Step,
    Withdrawal,
)
from .places import Faults, Node, kind_of, refuse_repeats
from .steps import PLACES, read_form, read_steps

FILE_KINDS = tuple(sorted({kind.suffix for taken in TAKEN.values() for kind in taken}))
"""Kinds of files a material may be: those ``base.files`` takes at all."""

DECLARING = ("learner", "school", "authority", "visitor")
"""Who may open cases; see :class:`Declarers`."""

_TOP = (
    "id",
    "version",
    "title",
    "help",
    "systems",
    "in_force_from",
    "repealed_on",
    "subject",
    "who_may_declare",
    "materials",
    "reasons",
    "form",
    "conditions",
    "start",
    "steps",
    "outcomes",
    "withdrawal",
    "appeal",
    *BASIS_KEYS,
)


def parse_definition(
    document: object,
    *,
    file: str,
    parameters: Mapping[str, str] | Container[str] | None = None,
    documents: Container[str] | None = None,
    lines: Mapping[str, int] | None = None,
    files: Mapping[str, str] | None = None,
    facts: Callable[[str], str | None] | None = None,
    checks: Collection[str] | None = None,
) -> Definition:
    """The definition in ``document`` (a mapping as YAML reads it).

    ``file`` is named in refusals, ``lines`` (path → line) makes them exact, and ``files`` names the file
    of parts that come from shared blocks. ``parameters`` are the names a deadline may
    refer to (a mapping name → unit also checks the unit), ``documents`` the ids a clause may stand in; ``None``
    skips that check. ``facts`` (name → kind, None when nobody gives it) and ``checks`` (names registered) are what
    conditions may refer to. Raises a :class:`Refusal` with every fault found (PRC-001 … PRC-031).
    """
    faults = Faults(
        file=file,
        lines=lines or {},
        files=files or {},
        parameters=parameters,
        documents=documents,
        facts=facts,
        checks=checks,
    )
    definition = _definition(faults, document)
    if not faults.problems and definition is not None:
        check_graph(faults, definition)
        for part in parts() if not faults.problems else ():
            part.check(faults, definition)
    if faults.problems or definition is None:
        raise Refusal(faults.problems)
    return definition


def _definition(faults: Faults, document: object) -> Definition | None:
    if not isinstance(document, Mapping):
        faults.add(errors.NOT_A_DEFINITION, "", document, found=kind_of(document))
        return None
    try:
        plain = _in_order(json.loads(canonical_json(document)), document)
    except TypeError:
        faults.add(
            errors.WRONG_SHAPE, "", key="内容", expected="文字、整数、日期或是否", given="带小数点而没有引号的数"
        )
        return None
    top = Node(faults, "", document, (*_TOP, *keys("top_keys")))
    requirements = _requirements(top)
    reasons = _reasons(top)
    form = read_form(top)
    faults.declared = {f"{DECLARED}.{field.id}": info_of(field) for field in form}
    faults.required = frozenset(field.id for field in form if field.is_required)
    conditions = read_conditions(top)
    faults.gates = (*((DECLARATION,) if form else ()), *((CONDITIONS,) if conditions is not None else ()))
    steps = read_steps(top, "first")
    outcomes = _outcomes(top)
    appeal, appeal_steps = _appeal(top)
    all_steps = [*steps, *appeal_steps]
    refuse_repeats(faults, "环节", [(path, step.id) for path, step in all_steps])
    names = [("", step.id) for _, step in all_steps]
    refuse_repeats(faults, "环节与结果", [*dict.fromkeys(names), *(("outcomes", o.id) for o in outcomes)])
    _refuse_shared_fields(top, form, all_steps)
    _refuse_unasked(top, faults.gates, all_steps)
    first = steps[0][1].id if steps else ""
    return Definition(
        id=top.id(of_procedure=True),
        version=top.text("version", '这份定义的版本，例如 "1"', longest=20),
        title=top.text("title", "事项名称", longest=60),
        systems=top.texts("systems", "所属制度的编号"),
        in_force_from=top.day("in_force_from", "从哪一天起用"),
        repealed_on=top.day("repealed_on", "") if top.has("repealed_on") else None,
        basis=read_basis(top, "in_force_from"),
        subject=top.text("subject", "办的是什么，例如 credit.conversion", longest=60),
        declarers=_declarers(top),
        requirements=requirements,
        reasons=reasons,
        start=top.text("start") or first,
        steps={step.id: step for _, step in all_steps},
        outcomes={outcome.id: outcome for outcome in outcomes},
        appeal=appeal,
        withdrawal=_withdrawal(top),
        help=top.text("help"),
        digest=digest_of(plain),
        document=plain,
        form=form,
        conditions=conditions,
        parts=read_parts("top", top),
    )


def _in_order(plain: Any, written: object) -> Any:
    """The plain values with their keys in the order of the file (canonical JSON sorts them)."""
    if isinstance(plain, dict) and isinstance(written, Mapping):
        return {str(key): _in_order(plain[str(key)], value) for key, value in written.items()}
    if isinstance(plain, list) and isinstance(written, list | tuple):
        return [_in_order(one, other) for one, other in zip(plain, written, strict=True)]
    return plain


def _refuse_shared_fields(top: Node, form: tuple[Field, ...], steps: list[tuple[str, Step]]) -> None:
    """Note a field of an action that has the id of a field of the form the same action takes."""
    taken = {field.id for field in form}
    for path, step in steps:
        for index, action in enumerate(step.actions):
            for field in action.fields if action.asks(DECLARATION) else ():
                if field.id in taken:
                    top.faults.add(errors.DUPLICATE_ID, f"{path}.actions.{index}.fields", id=field.id, what="栏目")


def _refuse_unasked(top: Node, gates: tuple[str, ...], steps: list[tuple[str, Step]]) -> None:
    """Note a form no action takes, and conditions no action needs."""
    for gate in gates:
        if not any(action.asks(gate) for _, step in steps for action in step.actions):
            key = "form" if gate == DECLARATION else gate
            top.faults.add(errors.NEVER_ASKED, top.at(key), key=key, gate=gate)


def _declarers(top: Node) -> Declarers:
    node = Node(top.faults, top.at("who_may_declare"), top.values.get("who_may_declare"), ("roles", "of"))
    of = node.one_of(
        "of", DECLARING, "由本人（learner）、单位（school）、主管部门（authority）还是任何人（visitor）提出"
    )
    roles = node.texts("roles", "" if of == "visitor" else "可以提出的岗位")
    for role in roles:
        check_role(node, "roles", role)
    return Declarers(roles or (of,), of)


def _requirements(top: Node) -> tuple[Requirement, ...]:
    found: list[tuple[str, Requirement]] = []
    for path, entry in top.items("materials"):
        known = ("id", "title", "required", "kinds", "max_megabytes", "help", *BASIS_KEYS)
        node = Node(top.faults, path, entry, known)
        kinds = node.texts("kinds") or ("pdf", "jpg", "png")
        for kind in kinds:
            if kind not in FILE_KINDS:
                node.wrong("kinds", "下列格式：" + "、".join(FILE_KINDS))
        requirement = Requirement(
            id=node.id(),
            title=node.text("title", "材料名称", longest=60),
            is_required=node.flag("required", default=True),
            kinds=kinds,
            max_megabytes=node.integer("max_megabytes", least=1, most=100, default=10),
            help=node.text("help"),
            basis=read_basis(node, "materials"),
        )
        found.append((path, requirement))
    refuse_repeats(top.faults, "材料", [(path, r.id) for path, r in found])
    return tuple(r for _, r in found)


def _reasons(top: Node) -> tuple[Reason, ...]:
    found: list[tuple[str, Reason]] = []
    for path, entry in top.items("reasons"):
        node = Node(top.faults, path, entry, ("id", "title", *BASIS_KEYS))
        reason = Reason(node.id(), node.text("title", "理由的全句", longest=200), read_basis(node, "reasons"))
        found.append((path, reason))
    refuse_repeats(top.faults, "理由", [(path, r.id) for path, r in found])
    return tuple(r for _, r in found)


def _outcomes(top: Node) -> tuple[Outcome, ...]:
    found: list[Outcome] = []
    for path, entry in top.items("outcomes", "各种结果"):
        node = Node(top.faults, path, entry, ("id", "title", "kind", "notice", *keys("outcome_keys")))
        outcome = Outcome(
            id=node.id(reserved=PLACES),
            title=node.text("title", "结果名称", longest=40),
            kind=node.one_of("kind", OUTCOME_KINDS, "结果的性质", default="granted"),
            notice=node.text("notice", "告知申请人的话"),
            parts=read_parts("outcome", node),
        )
        found.append(outcome)
    return tuple(found)


def _appeal(top: Node) -> tuple[Appeal, list[tuple[str, Step]]]:
    nothing = Appeal((), None, "", "", "", Basis((), "local"))
    if not top.has("appeal"):
        top.faults.add(errors.NO_APPEAL, "appeal")
        return nothing, []
    known = ("against", "within", "start", "steps", "further", "none", *BASIS_KEYS)
    node = Node(top.faults, "appeal", top.values["appeal"], known)
    if not node.is_mapping:
        return nothing, []
    none = node.text("none")
    if none:
        for key in ("against", "within", "start", "steps"):
            if node.has(key):
                node.faults.add(errors.APPEAL_MISMATCH, node.at(key), why="写了不设申诉，又写了申诉的内容")
        return Appeal((), None, "", none, node.text("further"), read_basis(node, "appeal")), []
    against = node.texts("against", "可以申诉的结果")
    within = read_duration(node, "within", allow=DAYS_KEYS)
    steps = read_steps(node, "appeal")
    if not against or within is None or not steps:
        if not node.has("within"):
            node.faults.add(errors.NO_APPEAL, node.at("within"))
        return nothing, steps
    start = node.text("start") or steps[0][1].id
    further = node.text("further", "此后还有什么途径", longest=300)
    return Appeal(against, within, start, "", further, read_basis(node, "appeal")), steps


def _withdrawal(top: Node) -> Withdrawal | None:
    if not top.has("withdrawal"):
        return None
    node = Node(top.faults, "withdrawal", top.values["withdrawal"], ("at", "to"))
    return Withdrawal(node.texts("at", "可以撤回的环节"), node.text("to", "撤回后的结果"))
