"""Reads quotas and makes sure that unfilled seats never run in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from guantong.engines.matching import errors
from guantong.engines.matching.naming import Faults, listed
from guantong.engines.matching.reading.conditions import read_condition, read_selector
from guantong.engines.matching.reading.cursor import Node
from guantong.engines.matching.ruleset import Line, Quota, Selector
from guantong.kernel.refusal import Where

KINDS: tuple[Literal["floor", "exact", "ceiling"], ...] = ("floor", "exact", "ceiling")
KEYS = ("id", "kind", "who", "places", "seats", "share", "order", "unfilled_to", "lines")


def read_quotas(root: Node) -> tuple[Quota, ...]:
    """The ``quotas`` list."""
    found: list[Quota] = []
    for path, item in root.items("quotas"):
        node = root.node_at(path, item, KEYS)
        if node is None:
            continue
        needed = [
            node.need("id", "这组名额的编号"),
            node.need("kind", "名额的性质：" + "、".join(KINDS)),
            node.need("who", "给哪些考生"),
        ]
        seats, share = _amount(node)
        if not all(needed) or (seats is None and share is None):
            continue
        kind = node.word("kind", KINDS, "floor")
        if kind == "ceiling":
            for key in ("order", "unfilled_to", "lines"):
                if node.has(key):
                    what = f"人数上限不留名额，不能写 {key}"
                    node.fault(key, errors.CONTRADICTION, what=what, remedy="请删去这一项")
        found.append(
            Quota(
                id=node.text("id"),
                kind=kind,
                who=read_condition(node, "who"),
                places=read_selector(node, "places"),
                seats=seats,
                share=share,
                before=node.word("order", ("before", "after"), "before") == "before",
                unfilled_to=node.text("unfilled_to", "ordinary" if kind == "floor" else "none"),
                lines=tuple(_own_lines(node)),
            )
        )
    _check_floors_and_ceilings(root, found)
    return tuple(found)


def _own_lines(node: Node) -> list[Line]:
    lines: list[Line] = []
    for path, item in node.items("lines"):
        inner = node.node_at(path, item, ("id", "key", "at_least"))
        if inner is None:
            continue
        given = [
            inner.need("id", "这条线的编号"),
            inner.need("key", "考生表里的列名"),
            inner.need("at_least", "最低分"),
        ]
        at_least = inner.points("at_least") if all(given) else None
        if at_least is not None:
            lines.append(Line(inner.text("id"), inner.text("key"), at_least))
    return lines


def _amount(node: Node) -> tuple[int | None, Fraction | None]:
    """Seats or a share, exactly one of them."""
    if node.has("seats") == node.has("share"):
        node.fault(
            "seats", errors.CONTRADICTION, what="名额应当只用 seats 或 share 中的一种写明", remedy="请保留其中一种"
        )
        return None, None
    if node.has("seats"):
        return node.whole("seats", 0), None
    share = node.share("share")
    if share is not None and not 0 <= share <= 1:
        node.fault("share", errors.WRONG_TYPE, expected="0 至 1 之间的比例")
        return None, None
    return None, share


def _check_floors_and_ceilings(root: Node, quotas: Sequence[Quota]) -> None:
    """For the same people at the same places a floor above the ceiling cannot be meant."""
    for low in quotas:
        for high in quotas:
            if low.kind == "ceiling" or high.kind != "ceiling" or low.who != high.who:
                continue
            if not _meet(low.places, high.places):
                continue
            by_seats = low.seats is not None and high.seats is not None and low.seats > high.seats
            by_share = low.share is not None and high.share is not None and low.share > high.share
            if by_seats or by_share:
                what = f"同一人群的预留“{low.id}”大于上限“{high.id}”"
                root.fault("quotas", errors.CONTRADICTION, what=what, remedy="请核对预留和上限")


def _meet(first: Selector, second: Selector) -> bool:
    """Whether some place might be in both selections."""
    values = dict(second.columns)
    return all(set(wanted) & set(values.get(column, wanted)) for column, wanted in first.columns)


def check_overflow(quotas: Sequence[Quota], faults: Faults) -> None:
    """Refuse unknown targets, ceilings as targets, and circles."""
    known = {quota.id: quota for quota in quotas if quota.kind != "ceiling"}
    for quota in quotas:
        if quota.kind == "ceiling" or quota.unfilled_to in ("ordinary", "none"):
            continue
        where = Where(column=f"quotas.{quota.id}.unfilled_to", value=quota.unfilled_to)
        if quota.unfilled_to not in known:
            near = faults.nearest(quota.unfilled_to, [*known, "ordinary", "none"])
            faults.add(errors.UNKNOWN_QUOTA, where, given=quota.unfilled_to, nearest=near, known=listed(known))
    told: set[str] = set()
    for quota in known.values():
        path = [quota.id]
        while path[-1] in known and known[path[-1]].unfilled_to not in path:
            path.append(known[path[-1]].unfilled_to)
        if path[-1] not in known:
            continue
        circle = path[path.index(known[path[-1]].unfilled_to) :]
        if not told & set(circle):
            told.update(circle)
            text = "→".join([*circle, circle[0]])
            faults.add(errors.CIRCULAR_OVERFLOW, Where(column=f"quotas.{circle[0]}.unfilled_to"), circle=text)
