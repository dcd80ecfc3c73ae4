"""Reads ``rules.yaml`` (already parsed) into :class:`Rules`; every fault is listed, nothing is guessed."""

from __future__ import annotations

import string
from collections.abc import Mapping
from fractions import Fraction

from guantong.engines.matching import errors
from guantong.engines.matching.building.cells import as_text
from guantong.engines.matching.model import show_number
from guantong.engines.matching.naming import Faults
from guantong.engines.matching.reading.conditions import read_condition, read_selector
from guantong.engines.matching.reading.cursor import Node, node_of, points_of
from guantong.engines.matching.reading.quotas import check_overflow, read_quotas
from guantong.engines.matching.ruleset import (
    Floor,
    Line,
    Mechanism,
    Missing,
    OrderKey,
    Reassignment,
    Requirement,
    Round,
    Rules,
    Stages,
    Ties,
    Unit,
    Weighting,
)

KEYS = (
    "mechanism",
    "unit",
    "order",
    "ties",
    "lottery_seed",
    "ratio",
    "one_shot",
    "stages",
    "reassignment",
    "missing",
    "lines",
    "conditions",
    "quotas",
    "weights",
    "round",
    "full_marks",
)
MECHANISMS: tuple[Mechanism, ...] = ("parallel", "sequential", "deferred_acceptance")
UNITS: tuple[Unit, ...] = ("place", "group", "school")
TIES: tuple[Ties, ...] = ("admit_all", "reject_all", "lottery")
STAGES: tuple[Stages, ...] = ("two", "one")
REASSIGNMENTS: tuple[Reassignment, ...] = ("order_of_places", "most_seats_left")
MISSINGS: tuple[Missing, ...] = ("refuse", "last")
HEAVIEST = 1_000_000
"""Weights of one place add up to at most a thousand (in thousandths), so that sums stay exact in 64 bits."""


def read_rules(mapping: Mapping[str, object]) -> Rules:
    """The rules in a mapping as YAML or JSON gives it. Raises :class:`Refusal` MTC-0xx listing every fault with its
    path.
    """
    faults = Faults()
    root = node_of(faults, "", mapping, KEYS)
    if root is None:
        faults.stop_here()
        raise AssertionError("a fault was noted")
    rules = _read(root)
    _check(root, rules)
    faults.stop_here()
    return rules


def _read(root: Node) -> Rules:
    for key, meaning in (
        ("mechanism", "录取办法：" + "、".join(MECHANISMS)),
        ("unit", "志愿以什么为单位：" + "、".join(UNITS)),
        ("ties", "各项都相同的考生怎样处理：" + "、".join(TIES)),
    ):
        root.need(key, meaning)
    if "order" not in root.value or root.value["order"] is None:
        root.need("order", "排序依据的列表")
    mechanism = root.word("mechanism", MECHANISMS, "parallel")
    unit = root.word("unit", UNITS, "place")
    two_stages = mechanism != "deferred_acceptance" and unit != "place"
    return Rules(
        mechanism=mechanism,
        unit=unit,
        order=_order(root),
        ties=root.word("ties", TIES, "admit_all"),
        lottery_seed=_seed(root),
        ratio=_ratio(root),
        one_shot=root.flag("one_shot", two_stages),
        stages=root.word("stages", STAGES, "two" if two_stages else "one"),
        reassignment=root.word("reassignment", REASSIGNMENTS, "order_of_places"),
        missing=root.word("missing", MISSINGS, "refuse"),
        lines=tuple(read_lines(root, "lines")),
        conditions=tuple(_conditions(root)),
        quotas=read_quotas(root),
        weights=tuple(_weights(root)),
        round=_round(root),
        full_marks=tuple(_full_marks(root)),
    )


def _order(root: Node) -> tuple[OrderKey, ...]:
    keys: list[OrderKey] = []
    for path, item in root.items("order"):
        node = root.node_at(path, item, ("key", "direction"))
        if node is None or not node.need("key", "考生表里的列名"):
            continue
        key = node.text("key")
        direction = node.word("direction", ("descending", "ascending"), "descending")
        if key in (known.key for known in keys):
            node.fault("key", errors.DUPLICATE_ID, given=key)
        if key in ("priority", "lottery", "ties", "ordinal"):
            what = f"“{key}”有固定的含义，不能作为列名"
            node.fault("key", errors.CONTRADICTION, what=what, remedy="请为这一列换个名字")
        keys.append(OrderKey(key, direction == "descending"))
    return tuple(keys)


def _seed(root: Node) -> str | None:
    if not root.has("lottery_seed"):
        return None
    given = root.value["lottery_seed"]
    if not isinstance(given, str) or len(given.strip()) != 64 or set(given.strip()) - set(string.hexdigits):
        root.fault("lottery_seed", errors.BAD_SEED)
        return None
    return given.strip().lower()


def _ratio(root: Node) -> Fraction:
    if not root.has("ratio"):
        return Fraction(1)
    ratio = root.share("ratio")
    if ratio is None:
        return Fraction(1)
    if not 1 <= ratio <= 10:
        root.fault("ratio", errors.WRONG_TYPE, expected="1 至 10 之间的投档比例")
        return Fraction(1)
    return ratio


def read_lines(node: Node, key: str) -> list[Line]:
    """Control lines."""
    lines: list[Line] = []
    for path, item in node.items(key):
        inner = node.node_at(path, item, ("id", "key", "at_least", "places", "who"))
        if inner is None:
            continue
        given = [
            inner.need("id", "这条线的编号"),
            inner.need("key", "考生表里的列名"),
            inner.need("at_least", "最低分"),
        ]
        if not all(given):
            continue
        at_least = inner.points("at_least")
        if at_least is not None:
            who = read_condition(inner, "who") if inner.has("who") else None
            lines.append(Line(inner.text("id"), inner.text("key"), at_least, read_selector(inner, "places"), who))
    return lines


def _conditions(root: Node) -> list[Requirement]:
    found: list[Requirement] = []
    for path, item in root.items("conditions"):
        node = root.node_at(path, item, ("id", "places", "require"))
        if node is None or not all([node.need("id", "这条条件的编号"), node.need("require", "要满足的条件")]):
            continue
        found.append(Requirement(node.text("id"), read_condition(node, "require"), read_selector(node, "places")))
    return found


def _weights(root: Node) -> list[Weighting]:
    found: list[Weighting] = []
    for path, item in root.items("weights"):
        node = root.node_at(path, item, ("places", "keys"))
        if node is None or not node.need("keys", "“列名: 权重”的对照"):
            continue
        given = node.value["keys"]
        if not isinstance(given, Mapping) or not given:
            node.fault("keys", errors.WRONG_TYPE, expected="“列名: 权重”的对照")
            continue
        keys: list[tuple[str, int]] = []
        for key, weight in given.items():
            value = points_of(root.faults, f"{node.at('keys')}.{key}", weight)
            if value is not None:
                keys.append((str(key), value))
        if len(keys) < len(given):
            continue
        if any(weight < 0 for _, weight in keys) or not 0 < sum(weight for _, weight in keys) <= HEAVIEST:
            node.fault("keys", errors.WRONG_TYPE, expected="不小于零的权重，合计大于 0、不超过 1000")
            continue
        found.append(Weighting(read_selector(node, "places"), tuple(keys)))
    return found


def _round(root: Node) -> Round:
    if not root.has("round"):
        return Round()
    node = root.node("round", ("number", "floor"))
    if node is None:
        return Round()
    number = node.whole("number", 1) if node.has("number") else 1
    floor = node.node("floor", ("key", "at_least", "step")) if node.has("floor") else None
    if floor is None or not all([floor.need("key", "考生表里的列名"), floor.need("at_least", "最低分")]):
        return Round(number or 1)
    at_least = floor.points("at_least")
    step = floor.points("step") if floor.has("step") else 0
    if step is not None and step < 0:
        floor.fault("step", errors.WRONG_TYPE, expected="不小于零的降分幅度")
    if at_least is None or step is None:
        return Round(number or 1)
    return Round(number or 1, Floor(floor.text("key"), at_least, step))


def _full_marks(root: Node) -> list[tuple[str, int]]:
    if not root.has("full_marks"):
        return []
    given = root.value["full_marks"]
    if not isinstance(given, Mapping):
        root.fault("full_marks", errors.WRONG_TYPE, expected="“列名: 满分”的对照")
        return []
    found: list[tuple[str, int]] = []
    for key, mark in given.items():
        value = points_of(root.faults, f"full_marks.{key}", mark)
        if value is not None and value <= 0:
            root.fault("full_marks", errors.WRONG_TYPE, expected="大于零的满分")
        elif value is not None:
            found.append((as_text(key), value))
    return found


# --- contradictions -------------------------------------------------------------------------------------------
def _check(root: Node, rules: Rules) -> None:
    faults = root.faults

    def against(key: str, what: str, remedy: str) -> None:
        root.fault(key, errors.CONTRADICTION, what=what, remedy=remedy)

    if rules.ties == "lottery" and not root.has("lottery_seed"):
        against("lottery_seed", "同分抽签（lottery），但没有抽签种子", "请填写 lottery_seed，或改用其他同分处理办法")
    if rules.ties != "lottery" and root.has("lottery_seed"):
        against(
            "lottery_seed", f"同分处理是 {rules.ties}，却给了抽签种子", "请删去 lottery_seed，或把 ties 改为 lottery"
        )
    if rules.stages == "two" and rules.unit == "place":
        against(
            "stages",
            "志愿以专业为单位，没有“先到学校再定专业”的第二步",
            "请删去 stages，或把 unit 改为 group 或 school",
        )
    if rules.stages == "two" and rules.mechanism == "deferred_acceptance":
        against("stages", "deferred_acceptance 一步定到专业，没有第二步", "请删去 stages，或改用 parallel")
    if root.value.get("stages") == "one" and rules.unit == "place":
        against("stages", "志愿以专业为单位，本来就只有一步", "请删去 stages")
    if rules.ratio > 1 and rules.stages == "one":
        against("ratio", "一步定到专业时，投档比例只能是 1", "请把 ratio 改为 1，或分两步录取")
    if root.has("reassignment") and rules.unit == "place":
        against("reassignment", "志愿以专业为单位，没有调剂", "请删去 reassignment")
    if root.value.get("order") == [] and rules.mechanism == "parallel":
        against("order", "parallel 按统一的顺序投档，但排序依据是空的", "请补上排序依据")
    if rules.weights and (rules.mechanism == "parallel" or rules.stages == "two"):
        against(
            "weights",
            f"各专业按自己的权重排序，不能用分两步的录取或 parallel（这里是 {rules.mechanism}）",
            "请改用 deferred_acceptance，或一步的 sequential",
        )
    if rules.weights and rules.reassignment == "most_seats_left":
        against("reassignment", "各专业按自己的权重排序，不能按剩余名额多少调剂", "请改为 order_of_places")
    if rules.ties == "reject_all" and any(quota.kind == "ceiling" for quota in rules.quotas):
        against("quotas", "人数上限（ceiling）不能与同分都不录取（reject_all）一起使用", "请改用 lottery 或 admit_all")
    _check_ids(root, rules)
    _check_lines(root, rules)
    check_overflow(rules.quotas, faults)


def _check_ids(root: Node, rules: Rules) -> None:
    groups = (
        ("lines", [line.id for line in rules.lines] + [line.id for quota in rules.quotas for line in quota.lines]),
        ("conditions", [item.id for item in rules.conditions]),
        ("quotas", [quota.id for quota in rules.quotas]),
    )
    seen: set[str] = set()
    for key, ids in groups:
        for name in ids:
            if name in seen:
                root.fault(key, errors.DUPLICATE_ID, given=name)
            seen.add(name)
            if name in ("round_floor", "ordinary", "none", "priority", "lottery", "ties", "ordinal"):
                what = f"“{name}”有固定的含义，不能作为编号"
                root.fault(key, errors.CONTRADICTION, what=what, remedy="请换一个编号")


def _check_lines(root: Node, rules: Rules) -> None:
    marks = dict(rules.full_marks)
    for line in (*rules.lines, *(line for quota in rules.quotas for line in quota.lines)):
        full = marks.get(line.key)
        if full is not None and line.at_least > full:
            given, most = show_number(line.key, line.at_least), show_number(line.key, full)
            what = f"“{line.id}”要求{line.key}至少 {given} 分，高于满分 {most} 分"
            root.fault("lines", errors.CONTRADICTION, what=what, remedy="请核对这条线和满分")
    floor = rules.round.floor
    if floor is not None and floor.at_least > marks.get(floor.key, floor.at_least):
        given, most = show_number(floor.key, floor.at_least), show_number(floor.key, marks[floor.key])
        what = f"征集志愿的最低分 {given} 分高于满分 {most} 分"
        root.fault("round", errors.CONTRADICTION, what=what, remedy="请核对最低分和满分")
