"""``when`` of an action: where it leads follows from what was declared; the last branch is for everybody else."""

from __future__ import annotations

from collections.abc import Mapping

from guantong.procedure.conditions import Leaf
from guantong.procedure.conditions.facts import DECLARED
from guantong.procedure.conditions.tree import COMPUTED, OPERATORS

from .. import errors
from .conditions import read_test
from .duties import BASIS_KEYS, read_basis
from .parts import BACK, CHOSEN, VOTE, WHEN, Branch
from .places import Node

_KEYS = ("fact", *COMPUTED, *OPERATORS, "to", *BASIS_KEYS)


def read_branches(action: Node, to: str) -> tuple[Branch, ...]:
    """``when`` of an action that leads to ``when``: branches with a test, at last one without."""
    if to != WHEN:
        if action.has("when"):
            why = f"去向是 {to or '空白'}，不用 when"
            action.faults.add(errors.BAD_WHEN, action.at("when"), action=action.text("title"), why=why)
        return ()
    entries = action.items("when", "按所填内容去哪里，一条写一种情形")
    found: list[Branch] = []
    for number, (path, entry) in enumerate(entries, 1):
        node = Node(action.faults, path, entry, _KEYS)
        if not node.is_mapping:
            continue
        where = node.text("to", "这种情形去哪里")
        test = _test(node, entry if isinstance(entry, Mapping) else {}, is_last=number == len(entries))
        if where in (BACK, CHOSEN, VOTE, WHEN):
            node.wrong("to", "一个环节或者结果")
        found.append(Branch(test, where, read_basis(node, "when")))
    if entries and len(entries) < 2:
        why = "只写了一种情形"
        action.faults.add(errors.BAD_WHEN, action.at("when"), action=action.text("title"), why=why)
    return tuple(found)


def _test(node: Node, entry: Mapping[str, object], *, is_last: bool) -> Leaf | None:
    """The test of one branch; the last has none, so that a case is never stuck."""
    is_test = any(key in entry for key in ("fact", *COMPUTED))
    if is_last:
        if is_test:
            why = "最后一种情形不写条件，其余的都走这里"
            node.faults.add(errors.BAD_WHEN, node.path, action="when", why=why)
        return None
    if not is_test:
        why = "要写凭哪一项填报内容判断（fact 和要求）"
        node.faults.add(errors.BAD_WHEN, node.path, action="when", why=why)
        return None
    test = read_test(node)
    for name in test.facts if test is not None else ():
        field = name.partition(".")[2]
        if not name.startswith(f"{DECLARED}.") or field not in node.faults.required:
            why = f"“{name}”不是申报时必填的栏目"
            node.faults.add(errors.BAD_WHEN, node.path, action="when", why=why)
    return test
