"""The further ways a step may run: parallel review, suspension, destinations chosen by whoever acts."""

from __future__ import annotations

from collections.abc import Mapping

from .. import errors
from .duties import BASIS_KEYS, check_role, read_basis
from .parts import BRANCHES, CHOSEN, LEVELS, PARTIES, VOTE, Action, Parallel, Party, Suspension
from .places import Faults, Node, refuse_repeats

BODIES = tuple(p for p in PARTIES if p not in ("learner", "declarer"))
"""Whose officers may review: everything but the declaring side."""


def read_branch(node: Node, of: str) -> str:
    """The line of government of a step or party; a fault where ``of`` is no level."""
    branch = node.text("branch")
    if branch and (of not in LEVELS or branch not in BRANCHES):
        place = f"归 {of} 办理的环节" if of not in LEVELS else "这里"
        node.faults.add(
            errors.BAD_BRANCH, node.at("branch"), branch, branch=branch, place=place, known="、".join(BRANCHES)
        )
    return branch


def read_parallel(step: Node, actions: tuple[Action, ...]) -> Parallel | None:
    """``parallel`` of a step, checked against its actions; None when the step has one reviewer."""
    faults = step.faults
    votes = [a for a in actions if a.to == VOTE]
    if not step.has("parallel"):
        if votes:
            why = f"“{votes[0].title}”的去向是 vote，环节却没有写 parallel"
            faults.add(errors.BAD_PARALLEL, step.at("actions"), why=why)
        return None
    node = Node(
        faults, step.at("parallel"), step.values["parallel"], ("parties", "pass", "passed", "failed", "returned")
    )
    parties: list[tuple[str, Party]] = []
    for path, entry in node.items("parties", "各评议方"):
        part = Node(faults, path, entry, ("id", "title", "role", "of", "branch"))
        role = part.text("role", "评议方的岗位")
        if role:
            check_role(part, "role", role)
        of = part.one_of("of", BODIES, default="school")
        parties.append(
            (path, Party(part.id(), part.text("title", "评议方名称", longest=40), role, of, read_branch(part, of)))
        )
    refuse_repeats(faults, "评议方", [(path, party.id) for path, party in parties])
    found = Parallel(
        tuple(party for _, party in parties),
        _needed(node, len(parties)),
        node.text("passed", "通过后去哪里"),
        node.text("failed", "不通过去哪里"),
        node.text("returned"),
    )
    why = ""
    if len(parties) < 2 and node.is_mapping:
        why = "至少要有两个评议方"
    elif len(votes) != len(actions):
        why = "环节里每个操作的去向都要写 vote"
    elif not any(a.kind == "approve" for a in votes) or any(a.kind == "submit" for a in votes):
        why = "操作的性质要有 approve，另可有 refuse 和 return"
    elif bool(found.returned) != any(a.kind == "return" for a in votes):
        why = "有退回的操作就要写 returned，没有就不写"
    elif step.has("role") or step.has("of"):
        why = "岗位和归谁办理写在各评议方里，环节上不再写"
    if why:
        faults.add(errors.BAD_PARALLEL, node.path, why=why)
    return found


def _needed(node: Node, count: int) -> int:
    """How many approvals pass: ``all``, ``any``, ``{at_least: k}``."""
    value = node.values.get("pass")
    if value == "all":
        return count
    if value == "any":
        return 1
    if isinstance(value, Mapping) and set(value) == {"at_least"}:
        needed = value["at_least"]
        if type(needed) is int and 1 <= needed <= count:
            return needed
    if node.is_mapping:
        why = f"pass 写 all、any 或 {{at_least: 数}}，数不大于评议方的{count}个"
        node.faults.add(errors.BAD_PARALLEL, node.at("pass"), value, why=why)
    return count


def read_suspension(step: Node, of: str, *, is_fixed_day: bool) -> Suspension | None:
    """``suspension`` of a step: who may let its period stand still, for how long at most, how often."""
    if not step.has("suspension"):
        return None
    known = ("role", "most_days", "times", *BASIS_KEYS)
    node = Node(step.faults, step.at("suspension"), step.values["suspension"], known)
    why = ""
    if not step.has("deadline"):
        why = "环节没有期限，无从暂停"
    elif is_fixed_day:
        why = "期限是固定的日子，暂停也不会推后"
    elif of in ("learner", "declarer"):
        why = "等候申请人的环节不能暂停"
    elif step.has("parallel"):
        why = "并行评议的环节不能暂停"
    if why:
        step.faults.add(errors.BAD_SUSPENSION, node.path, why=why)
    role = node.text("role") or step.text("role")
    if role:
        check_role(node, "role", role)
    most = node.integer("most_days", "最多暂停多少天", least=1, most=1100, default=1)
    times = node.integer("times", least=1, most=10, default=1)
    return Suspension(role, most, times, read_basis(node, "suspension"))


def read_choices(node: Node, to: str) -> tuple[str, ...]:
    """``choices`` of an action that leads to ``chosen``."""
    choices = node.texts("choices")
    why = ""
    if to == CHOSEN and len(choices) < 2:
        why = "没有列出可选的去向"
    elif to != CHOSEN and choices:
        why = f"去向是 {to or '空白'}，不用 choices"
    if why:
        node.faults.add(errors.BAD_CHOICES, node.at("choices"), action=node.text("title"), why=why)
    return choices


def check_only_items(faults: Faults, path: str, step_title: str, of: str, only_items: bool) -> None:
    """Note ``only_items`` on a step that is not the declarer's."""
    if only_items and of not in ("declarer", "learner"):
        faults.add(errors.BAD_ONLY_ITEMS, f"{path}.only_items", step=step_title, why="它不是申请人办理的环节")
