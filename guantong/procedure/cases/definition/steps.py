"""The steps of a definition: who, by when, what may be done, with which form and gate."""

from __future__ import annotations

from collections.abc import Mapping

from .. import errors
from ..parts_api import find_part, keys, read_parts
from .branches import read_branches
from .duties import BASIS_KEYS, ROLE_LABELS, ROLES, check_role, read_basis, read_count, read_duration
from .flow import check_only_items, read_branch, read_choices, read_parallel, read_suspension
from .hints import labelled
from .parts import (
    ACTION_KINDS,
    BACK,
    CHOSEN,
    FIELD_KINDS,
    GATES,
    PARTIES,
    PRINCIPLE_REASON,
    SYSTEM_ACTIONS,
    UNITS,
    VOTE,
    WHEN,
    Action,
    Choice,
    Extension,
    Field,
    Step,
    Timeout,
    Way,
)
from .places import Faults, Node, refuse_repeats

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
    "branch",
    "parallel",
    "suspension",
    "only_items",
)


PLACES = (BACK, CHOSEN, VOTE, WHEN)
"""Words of ``to`` that no step or outcome may bear as its id."""


def read_steps(top: Node, stage: str) -> list[tuple[str, Step]]:
    return [(path, _step(top.faults, path, entry, stage)) for path, entry in top.items("steps", "各个环节")]


def _step(faults: Faults, path: str, entry: object, stage: str) -> Step:
    node = Node(faults, path, entry, (*_STEP, *keys("step_keys")))
    parts = read_parts("step", node)
    of = node.one_of("of", PARTIES, "" if node.has("parallel") else "归谁办理", default="school")
    role = node.text("role")
    if of == "declarer":
        role = role or "declarer"
    elif of == "learner":
        role = role or "learner"
    if not role and not node.has("parallel"):
        known = labelled((*ROLES, "declarer"), ROLE_LABELS)
        faults.add(errors.MISSING_ROLE, node.at("role"), why="环节没有写岗位", known=known)
    elif role and (role != "declarer" or of != "declarer"):
        check_role(node, "role", role)
    actions = [(p, _action(faults, p, e)) for p, e in node.items("actions", "" if parts else "这一环节可以做什么")]
    refuse_repeats(faults, "操作", [(p, a.id) for p, a in actions])
    taken = tuple(a for _, a in actions)
    deadline = read_duration(node, "deadline")
    only_items = node.flag("only_items", default=False)
    check_only_items(faults, path, node.text("title"), of, only_items)
    return Step(
        id=node.id(reserved=PLACES),
        title=node.text("title", "环节名称", longest=40),
        role=role,
        of=of,
        deadline=deadline,
        remind_before=node.integer("remind_before", least=0, most=60),
        on_timeout=_timeout(node),
        actions=taken,
        extension=_extension(node),
        different_from=node.texts("different_from"),
        stage=stage,
        help=node.text("help"),
        parts=parts,
        ways=_ways(parts),
        branch=read_branch(node, of),
        parallel=read_parallel(node, taken),
        suspension=read_suspension(node, of, is_fixed_day=deadline is not None and bool(deadline.by)),
        only_items=only_items,
    )


def _ways(kept: Mapping[str, object]) -> tuple[Way, ...]:
    """Every way out the parts of a step may take."""
    found = []
    for name, own in kept.items():
        part = find_part(name)
        found += [Way(name, path, to) for path, to in part.ways(own)] if part is not None else []
    return tuple(found)


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
            check_role(part, "escalate", role)
            if node.has("parallel"):
                node.faults.add(errors.TIMEOUT_UNCLEAR, part.path, why="并行评议的环节没有可以升级的一方")
            return Timeout("escalate", role=role)
        if part.has("lapse"):
            return Timeout("lapse", to=part.text("lapse"))
    why = "只写了“升级”或“失效”，没有写给谁或转到哪里" if value in ("escalate", "lapse") else "写法不对"
    node.faults.add(errors.TIMEOUT_UNCLEAR, node.at("on_timeout"), value, why=why)
    return None


def _extension(node: Node) -> Extension | None:
    if not node.has("extension"):
        return None
    known = (*UNITS, "times", "role", *BASIS_KEYS)
    part = Node(node.faults, node.at("extension"), node.values["extension"], known)
    written = [name for name in UNITS if part.has(name)]
    if len(written) != 1 or not node.has("deadline"):
        why = "延长要写多久，工作日、自然日、月或年择一" if len(written) != 1 else "环节没有期限，无从延长"
        node.faults.add(errors.NO_DURATION, part.path, why=why)
        return None
    role = part.text("role") or node.text("role")
    if role:
        check_role(part, "role", role)
    elif node.has("parallel"):
        why = "并行评议的环节要写由谁延长"
        node.faults.add(errors.MISSING_ROLE, part.at("role"), why=why, known=labelled(ROLES, ROLE_LABELS))
    count = read_count(part, written[0], most_days=365)
    times = part.integer("times", least=1, most=10, default=1)
    return Extension(count, written[0], times, role, read_basis(part, "extension"))


def _action(faults: Faults, path: str, entry: object) -> Action:
    node = Node(faults, path, entry, ("id", "title", "kind", "to", "choices", "when", "needs", "fields", "help"))
    action_id = node.id(reserved=SYSTEM_ACTIONS)
    kind = node.one_of("kind", ACTION_KINDS, default=action_id if action_id in ACTION_KINDS else "")
    if not kind and action_id:
        faults.add(errors.MISSING_KEY, node.at("kind"), key="kind", meaning="操作的性质：" + "、".join(ACTION_KINDS))
    fields = [(p, _field(faults, p, e)) for p, e in node.items("fields")]
    refuse_repeats(faults, "栏目", [(p, f.id) for p, f in fields])
    needs = node.texts("needs")
    known = (*GATES, *faults.gates, *(f.id for _, f in fields))
    for need in needs:
        if need not in known:
            faults.add(errors.UNKNOWN_NEED, node.at("needs"), need=need, known="、".join(known))
    if kind in ("return", "refuse") and not set(needs) & {"opinion", "reasons", "items"}:
        word = "退回" if kind == "return" else "不同意"
        faults.add(errors.NO_REASON_ASKED, node.at("needs"), action=node.text("title"), nature=word)
    to = node.text("to", "去向：环节、结果、back、chosen、when 或 vote")
    branches = read_branches(node, to)
    return Action(
        id=action_id,
        title=node.text("title", "操作名称，印在按钮上", longest=20),
        kind=kind or "submit",
        to=to,
        needs=needs,
        fields=tuple(f for _, f in fields),
        help=node.text("help"),
        choices=read_choices(node, to) or tuple(dict.fromkeys(branch.to for branch in branches if branch.to)),
        branches=branches,
    )


def read_form(top: Node) -> tuple[Field, ...]:
    """The fields of the declaration under ``form``; required unless they say otherwise."""
    fields = [(path, _field(top.faults, path, entry, is_form=True)) for path, entry in top.items("form")]
    refuse_repeats(top.faults, "栏目", [(path, field.id) for path, field in fields])
    return tuple(field for _, field in fields)


def _field(faults: Faults, path: str, entry: object, *, is_form: bool = False) -> Field:
    known = ("id", "title", "kind", "choices", "unit", "help", "max_length", "least", "most")
    node = Node(faults, path, entry, (*known, "required", "from") if is_form else known)
    kind = node.one_of("kind", FIELD_KINDS, "栏目的种类", default="text")
    choices: list[tuple[str, Choice]] = []
    for choice_path, choice in node.items("choices", "可选的各项" if kind in ("choice", "choices") else ""):
        part = Node(faults, choice_path, choice, ("id", "title", "matches") if is_form else ("id", "title"))
        choices.append((choice_path, Choice(part.id(), part.text("title", "选项名称"), part.texts("matches"))))
    refuse_repeats(faults, "选项", [(p, c.id) for p, c in choices])
    if choices and kind not in ("choice", "choices"):
        node.wrong("choices", "只在种类为 choice 或 choices 时填写的内容")
    least, most = node.number("least"), node.number("most")
    if least is not None and most is not None and least > most:
        node.wrong("least", "不大于 most 的数")
    return Field(
        id=node.id(reserved=(*GATES, PRINCIPLE_REASON)),
        title=node.text("title", "栏目名称", longest=40),
        kind=kind,
        choices=tuple(c for _, c in choices),
        unit=node.text("unit", longest=20),
        help=node.text("help"),
        max_length=node.integer("max_length", least=1, most=5000, default=2000 if kind == "long_text" else 200),
        least=least,
        most=most,
        is_required=is_form and node.flag("required", default=True),
        from_fact=_from_fact(node, kind),
    )


FILLED_FROM: Mapping[str, str] = {
    "text": "text",
    "integer": "number",
    "decimal": "number",
    "money": "money",
    "date": "date",
    "flag": "flag",
    "choice": "text",
}
"""Kinds of fields a fact of the system can fill in, and the kind of fact each takes."""


def _from_fact(node: Node, kind: str) -> str:
    """``from``: a fact some source gives, of the kind the field takes (PRC-059)."""
    name = node.text("from", longest=120)
    if not name:
        return ""
    facts = node.faults.facts
    found = facts(name) if facts is not None and not name.startswith("declared.") else None
    wanted = FILLED_FROM.get(kind)
    why = ""
    if wanted is None:
        why = "这一种栏目不能由系统填入"
    elif name.startswith("declared.") or (facts is not None and found is None):
        why = "系统没有这项事实"
    elif found is not None and found != wanted:
        why = "这项事实的种类与栏目不同"
    if why:
        node.faults.add(errors.BAD_FROM, node.at("from"), name, fact=name, why=why)
    return name
