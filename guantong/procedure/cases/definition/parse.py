"""A procedure definition from a mapping: every key known, every id unique, every duty with its clause."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence

from guantong.base.accounts import mandates
from guantong.base.files.rules import TAKEN
from guantong.kernel.digest import canonical_json, digest_of
from guantong.kernel.refusal import Refusal

from .. import errors
from .graph import check_graph
from .parts import (
    ACTION_KINDS,
    BACK,
    FIELD_KINDS,
    GATES,
    OUTCOME_KINDS,
    PARTIES,
    SYSTEM_ACTIONS,
    Action,
    Appeal,
    Basis,
    Choice,
    Declarers,
    Definition,
    Duration,
    Extension,
    Field,
    Outcome,
    Reason,
    Reference,
    Requirement,
    Step,
    Timeout,
    Withdrawal,
)
from .places import Faults, Node, kind_of, refuse_repeats

ROLES = ("learner", *mandates.ROLES)
"""Roles a definition may name: the person of the case, and every post of ``base.accounts.mandates``."""

FILE_KINDS = tuple(sorted({kind.suffix for taken in TAKEN.values() for kind in taken}))
"""Kinds of files a material may be: those ``base.files`` takes at all."""

_BASIS_KEYS = ("references", "source", "note")
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
    "start",
    "steps",
    "outcomes",
    "withdrawal",
    "appeal",
    *_BASIS_KEYS,
)
_STEP = (
    "id",
    "title",
    "help",
    "role",
    "of",
    "deadline",
    "remind_before",
    "on_timeout",
    "extension",
    "different_from",
    "actions",
)
_DURATION = ("working_days", "days", "parameter", *_BASIS_KEYS)


def parse_definition(
    document: object,
    *,
    file: str,
    parameters: Mapping[str, str] | Container[str] | None = None,
    documents: Container[str] | None = None,
    lines: Mapping[str, int] | None = None,
) -> Definition:
    """The definition in ``document`` (a mapping as YAML reads it).

    ``file`` is named in refusals, ``lines`` (path → line) makes them exact. ``parameters`` are the names a deadline may
    refer to (a mapping name → unit also checks the unit), ``documents`` the ids a clause may stand in; ``None``
    skips that check. Raises a :class:`Refusal` with every fault found (PRC-001 … PRC-024).
    """
    faults = Faults(file=file, lines=lines or {}, parameters=parameters, documents=documents)
    definition = _definition(faults, document)
    if not faults.problems and definition is not None:
        check_graph(faults, definition)
    if faults.problems or definition is None:
        raise Refusal(faults.problems)
    return definition


def _definition(faults: Faults, document: object) -> Definition | None:
    if not isinstance(document, Mapping):
        faults.add(errors.NOT_A_DEFINITION, "", document, found=kind_of(document))
        return None
    try:
        plain = json.loads(canonical_json(document))
    except TypeError:
        faults.add(
            errors.WRONG_SHAPE, "", key="内容", expected="文字、整数、日期或是否", given="带小数点而没有引号的数"
        )
        return None
    top = Node(faults, "", document, _TOP)
    requirements = _requirements(top)
    reasons = _reasons(top)
    steps = _steps(top, "first")
    outcomes = _outcomes(top)
    appeal, appeal_steps = _appeal(top)
    all_steps = [*steps, *appeal_steps]
    refuse_repeats(faults, "环节", [(path, step.id) for path, step in all_steps])
    names = [("", step.id) for _, step in all_steps]
    refuse_repeats(faults, "环节与结果", [*dict.fromkeys(names), *(("outcomes", o.id) for o in outcomes)])
    first = steps[0][1].id if steps else ""
    return Definition(
        id=top.id(of_procedure=True),
        version=top.text("version", '这份定义的版本，例如 "1"', longest=20),
        title=top.text("title", "事项名称", longest=60),
        systems=top.texts("systems", "所属制度的编号"),
        in_force_from=top.day("in_force_from", "从哪一天起用"),
        repealed_on=top.day("repealed_on", "") if top.has("repealed_on") else None,
        basis=_basis(top, "in_force_from"),
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
    )


def _basis(node: Node, key: str) -> Basis:
    """The authority written in ``node``; a duty without one is a fault (``key`` names the duty)."""
    references: list[Reference] = []
    for path, entry in node.items("references"):
        part = Node(node.faults, path, entry, ("document", "clause"))
        document = part.text("document", "文件编号")
        clause = part.text("clause", "条款")
        documents = node.faults.documents
        if document and documents is not None and document not in documents:
            node.faults.add(errors.UNKNOWN_DOCUMENT, f"{path}.document", document=document)
        references.append(Reference(document, clause))
    source = node.one_of("source", ("document", "local"), default="document" if references else "")
    note = node.text("note")
    if source == "local":
        if not note:
            node.faults.add(errors.MISSING_REFERENCE, node.at("note"), key=key)
    elif not references and node.is_mapping:
        node.faults.add(errors.MISSING_REFERENCE, node.at("references"), key=key)
    return Basis(tuple(references), source or "document", note)


def _duration(node: Node, key: str, *, allow: Sequence[str] = _DURATION) -> Duration | None:
    """The period written under ``key``, or None when there is none."""
    if not node.has(key):
        return None
    part = Node(node.faults, node.at(key), node.values[key], allow)
    if not part.is_mapping:
        return None
    written = [name for name in ("working_days", "days", "parameter") if part.has(name)]
    if len(written) != 1:
        why = "三种写法一种也没有" if not written else "同时写了" + "和".join(written)
        node.faults.add(errors.NO_DURATION, part.path, why=why)
        return None
    if written[0] == "parameter":
        parameter = part.text("parameter")
        parameters = node.faults.parameters
        if parameters is not None and parameter and parameter not in parameters:
            node.faults.add(errors.NO_DURATION, part.at("parameter"), why=f"没有名为“{parameter}”的政策参数")
        elif isinstance(parameters, Mapping) and parameter:
            unit = str(parameters[parameter])
            if unit not in ("working_days", "days"):
                node.faults.add(errors.BAD_PARAMETER_UNIT, part.at("parameter"), parameter=parameter, unit=unit)
        basis = _basis(part, key) if any(part.has(k) for k in _BASIS_KEYS) else None
        return Duration(None, False, parameter, basis)
    count = part.integer(written[0], "天数", least=1, most=3650, default=1)
    return Duration(count, written[0] == "working_days", None, _basis(part, key))


def _declarers(top: Node) -> Declarers:
    node = Node(top.faults, top.at("who_may_declare"), top.values.get("who_may_declare"), ("roles", "of"))
    roles = node.texts("roles", "可以提出的岗位")
    for role in roles:
        _known_role(node, "roles", role)
    return Declarers(roles, node.one_of("of", ("learner", "school"), "由本人（learner）还是由单位（school）提出"))


def _known_role(node: Node, key: str, role: str) -> None:
    if role not in ROLES:
        node.faults.add(
            errors.MISSING_ROLE, node.at(key), why=f"不认识岗位“{role}”", known="、".join((*ROLES, "declarer"))
        )


def _requirements(top: Node) -> tuple[Requirement, ...]:
    found: list[tuple[str, Requirement]] = []
    for path, entry in top.items("materials"):
        known = ("id", "title", "required", "kinds", "max_megabytes", "help", *_BASIS_KEYS)
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
            basis=_basis(node, "materials"),
        )
        found.append((path, requirement))
    refuse_repeats(top.faults, "材料", [(path, r.id) for path, r in found])
    return tuple(r for _, r in found)


def _reasons(top: Node) -> tuple[Reason, ...]:
    found: list[tuple[str, Reason]] = []
    for path, entry in top.items("reasons"):
        node = Node(top.faults, path, entry, ("id", "title", *_BASIS_KEYS))
        reason = Reason(node.id(), node.text("title", "理由的全句", longest=200), _basis(node, "reasons"))
        found.append((path, reason))
    refuse_repeats(top.faults, "理由", [(path, r.id) for path, r in found])
    return tuple(r for _, r in found)


def _steps(top: Node, stage: str) -> list[tuple[str, Step]]:
    return [(path, _step(top.faults, path, entry, stage)) for path, entry in top.items("steps", "各个环节")]


def _step(faults: Faults, path: str, entry: object, stage: str) -> Step:
    node = Node(faults, path, entry, _STEP)
    of = node.one_of("of", PARTIES, "归谁办理", default="school")
    role = node.text("role")
    if of == "declarer":
        role = role or "declarer"
    elif of == "learner":
        role = role or "learner"
    if not role:
        faults.add(errors.MISSING_ROLE, node.at("role"), why="环节没有写岗位", known="、".join((*ROLES, "declarer")))
    elif role != "declarer" or of != "declarer":
        _known_role(node, "role", role)
    actions = [(p, _action(faults, p, e)) for p, e in node.items("actions", "这一环节可以做什么")]
    refuse_repeats(faults, "操作", [(p, a.id) for p, a in actions])
    return Step(
        id=node.id(reserved=(BACK,)),
        title=node.text("title", "环节名称", longest=40),
        role=role,
        of=of,
        deadline=_duration(node, "deadline"),
        remind_before=node.integer("remind_before", least=0, most=60),
        on_timeout=_timeout(node),
        actions=tuple(a for _, a in actions),
        extension=_extension(node),
        different_from=node.texts("different_from"),
        stage=stage,
        help=node.text("help"),
    )


def _timeout(node: Node) -> Timeout | None:
    """``on_timeout``: ``remind``, ``{escalate: role}`` or ``{lapse: step or outcome}``."""
    value = node.values.get("on_timeout")
    if node.has("deadline") and value is None:
        node.faults.add(errors.TIMEOUT_UNCLEAR, node.at("on_timeout"), why="写了期限，没有写到期怎么办")
        return None
    if value is None:
        if node.has("remind_before"):
            node.faults.add(errors.TIMEOUT_UNCLEAR, node.at("remind_before"), why="没有期限，提前提醒就没有着落")
        return None
    if not node.has("deadline"):
        node.faults.add(errors.TIMEOUT_UNCLEAR, node.at("on_timeout"), why="没有写期限")
        return None
    if value == "remind":
        return Timeout("remind")
    if isinstance(value, Mapping) and len(value) == 1:
        part = Node(node.faults, node.at("on_timeout"), value, ("escalate", "lapse"))
        if part.has("escalate"):
            role = part.text("escalate")
            _known_role(part, "escalate", role)
            return Timeout("escalate", role=role)
        if part.has("lapse"):
            return Timeout("lapse", to=part.text("lapse"))
    why = "只写了“升级”或“失效”，没有写给谁或转到哪里" if value in ("escalate", "lapse") else "写法不对"
    node.faults.add(errors.TIMEOUT_UNCLEAR, node.at("on_timeout"), value, why=why)
    return None


def _extension(node: Node) -> Extension | None:
    if not node.has("extension"):
        return None
    known = ("working_days", "days", "times", "role", *_BASIS_KEYS)
    part = Node(node.faults, node.at("extension"), node.values["extension"], known)
    written = [name for name in ("working_days", "days") if part.has(name)]
    if len(written) != 1 or not node.has("deadline"):
        why = "延长要写天数，工作日或自然日择一" if len(written) != 1 else "环节没有期限，无从延长"
        node.faults.add(errors.NO_DURATION, part.path, why=why)
        return None
    role = part.text("role") or node.text("role")
    if role:
        _known_role(part, "role", role)
    count = part.integer(written[0], "天数", least=1, most=365, default=1)
    times = part.integer("times", least=1, most=10, default=1)
    return Extension(count, written[0] == "working_days", times, role, _basis(part, "extension"))


def _action(faults: Faults, path: str, entry: object) -> Action:
    node = Node(faults, path, entry, ("id", "title", "kind", "to", "needs", "fields", "help"))
    action_id = node.id(reserved=SYSTEM_ACTIONS)
    kind = node.one_of("kind", ACTION_KINDS, default=action_id if action_id in ACTION_KINDS else "")
    if not kind and action_id:
        faults.add(errors.MISSING_KEY, node.at("kind"), key="kind", meaning="操作的性质：" + "、".join(ACTION_KINDS))
    fields = [(p, _field(faults, p, e)) for p, e in node.items("fields")]
    refuse_repeats(faults, "栏目", [(p, f.id) for p, f in fields])
    needs = node.texts("needs")
    known = (*GATES, *(f.id for _, f in fields))
    for need in needs:
        if need not in known:
            faults.add(errors.UNKNOWN_NEED, node.at("needs"), need=need, known="、".join(known))
    if kind in ("return", "refuse") and not set(needs) & {"opinion", "reasons", "items"}:
        word = "退回" if kind == "return" else "不同意"
        faults.add(errors.NO_REASON_ASKED, node.at("needs"), action=node.text("title"), nature=word)
    return Action(
        id=action_id,
        title=node.text("title", "操作名称，印在按钮上", longest=20),
        kind=kind or "submit",
        to=node.text("to", "去向：环节、结果或 back"),
        needs=needs,
        fields=tuple(f for _, f in fields),
        help=node.text("help"),
    )


def _field(faults: Faults, path: str, entry: object) -> Field:
    known = ("id", "title", "kind", "choices", "unit", "help", "max_length", "least", "most")
    node = Node(faults, path, entry, known)
    kind = node.one_of("kind", FIELD_KINDS, "栏目的种类", default="text")
    choices: list[tuple[str, Choice]] = []
    for choice_path, choice in node.items("choices", "可选的各项" if kind in ("choice", "choices") else ""):
        part = Node(faults, choice_path, choice, ("id", "title"))
        choices.append((choice_path, Choice(part.id(), part.text("title", "选项名称"))))
    refuse_repeats(faults, "选项", [(p, c.id) for p, c in choices])
    if choices and kind not in ("choice", "choices"):
        node.wrong("choices", "只在种类为 choice 或 choices 时填写的内容")
    least, most = node.number("least"), node.number("most")
    if least is not None and most is not None and least > most:
        node.wrong("least", "不大于 most 的数")
    return Field(
        id=node.id(reserved=GATES),
        title=node.text("title", "栏目名称", longest=40),
        kind=kind,
        choices=tuple(c for _, c in choices),
        unit=node.text("unit", longest=20),
        help=node.text("help"),
        max_length=node.integer("max_length", least=1, most=5000, default=2000 if kind == "long_text" else 200),
        least=least,
        most=most,
    )


def _outcomes(top: Node) -> tuple[Outcome, ...]:
    found: list[Outcome] = []
    for path, entry in top.items("outcomes", "各种结果"):
        node = Node(top.faults, path, entry, ("id", "title", "kind", "notice"))
        outcome = Outcome(
            id=node.id(reserved=(BACK,)),
            title=node.text("title", "结果名称", longest=40),
            kind=node.one_of("kind", OUTCOME_KINDS, "结果的性质", default="granted"),
            notice=node.text("notice", "告知申请人的话"),
        )
        found.append(outcome)
    return tuple(found)


def _appeal(top: Node) -> tuple[Appeal, list[tuple[str, Step]]]:
    nothing = Appeal((), None, "", "", "", Basis((), "local"))
    if not top.has("appeal"):
        top.faults.add(errors.NO_APPEAL, "appeal")
        return nothing, []
    known = ("against", "within", "start", "steps", "further", "none", *_BASIS_KEYS)
    node = Node(top.faults, "appeal", top.values["appeal"], known)
    if not node.is_mapping:
        return nothing, []
    none = node.text("none")
    if none:
        for key in ("against", "within", "start", "steps"):
            if node.has(key):
                node.faults.add(errors.APPEAL_MISMATCH, node.at(key), why="写了不设申诉，又写了申诉的内容")
        return Appeal((), None, "", none, node.text("further"), _basis(node, "appeal")), []
    against = node.texts("against", "可以申诉的结果")
    within = _duration(node, "within")
    steps = _steps(node, "appeal")
    if not against or within is None or not steps:
        if not node.has("within"):
            node.faults.add(errors.NO_APPEAL, node.at("within"))
        return nothing, steps
    start = node.text("start") or steps[0][1].id
    further = node.text("further", "此后还有什么途径", longest=300)
    return Appeal(against, within, start, "", further, _basis(node, "appeal")), steps


def _withdrawal(top: Node) -> Withdrawal | None:
    if not top.has("withdrawal"):
        return None
    node = Node(top.faults, "withdrawal", top.values["withdrawal"], ("at", "to"))
    return Withdrawal(node.texts("at", "可以撤回的环节"), node.text("to", "撤回后的结果"))
