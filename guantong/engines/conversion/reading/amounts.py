"""Reads the ``credits``, ``validity`` and ``grade`` entries of a rule."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from guantong.engines.conversion import errors
from guantong.engines.conversion.reading.cursor import Node, exact, shown
from guantong.engines.conversion.ruleset import (
    AMOUNT_WAYS,
    AgeingStep,
    Amount,
    AmountWay,
    GradeRule,
    GradeStep,
    TableRow,
    Validity,
    WriteStep,
)
from guantong.engines.conversion.scales import KINDS, SCALES, level_code, level_name, score_of

_NOTHING = Amount(way="fixed")


def read_level(node: Node, path: str, given: object, kinds: tuple[str, ...]) -> str:
    """Level code for ``given`` (code or Chinese name) on the scale of every kind of the rule; "" with a fault."""
    text = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    code = ""
    for kind in kinds:
        if kind not in SCALES:
            node.faults.add(path, errors.NO_LEVELS, given, kind=KINDS.get(kind, kind))
            return ""
        found = level_code(kind, text)
        if found is None:
            known = "、".join(f"{c}（{n}）" for c, n in SCALES[kind])
            node.faults.add(path, errors.UNKNOWN_LEVEL, given, kind=KINDS[kind], given=shown(given), known=known)
            return ""
        if code and level_name(kind, found) != level_name(kinds[0], code):
            what = f"“{text}”在{'、'.join(KINDS[k] for k in kinds)}中不是同一级"
            node.faults.add(path, errors.CONTRADICTION, given, what=what, remedy="请为每种成果分别写一条规定")
            return ""
        code = found
    return code


def read_amount(rule: Node, kinds: tuple[str, ...], words: Mapping[str, Fraction]) -> Amount:
    """The ``credits`` entry: exactly one way, an optional ceiling and step."""
    if not rule.need("credits", "怎样折算学分"):
        return _NOTHING
    node = rule.node("credits", [*AMOUNT_WAYS, "at_most", "round_down_to"])
    if node is None:
        return _NOTHING
    ways = [way for way in AMOUNT_WAYS if node.has(way)]
    if len(ways) != 1:
        node.faults.add(node.path, errors.NO_AMOUNT, known="、".join(f"{k}（{n}）" for k, n in AMOUNT_WAYS.items()))
        return _NOTHING
    way = cast(AmountWay, ways[0])
    fixed, by_level, hours = 0, None, None
    by_grade: tuple[GradeStep, ...] = ()
    table: tuple[TableRow, ...] = ()
    if way == "fixed":
        fixed = node.hundredths("fixed") or 0
    elif way == "by_level":
        by_level = _by_level(node, kinds)
    elif way == "by_grade":
        by_grade = _by_grade(node, words)
    elif way == "table":
        table = _table(node, kinds)
    elif way == "hours_per_credit":
        hours = node.number("hours_per_credit")
        if hours is not None and not 0 < hours <= 1000:
            node.wrong("hours_per_credit", "大于 0、不超过 1000 的学时数")
            hours = None
    elif not node.flag(way, True):
        node.faults.add(node.at(way), errors.NO_AMOUNT, known="、".join(AMOUNT_WAYS))
    step = node.hundredths("round_down_to")
    if step == 0:
        node.wrong("round_down_to", "大于 0 的学分数")
    return Amount(
        way=way,
        fixed=fixed,
        by_level=by_level,
        by_grade=by_grade,
        table=table,
        hours_per_credit=hours,
        at_most=node.hundredths("at_most"),
        step=step or 1,
    )


def _by_level(node: Node, kinds: tuple[str, ...]) -> dict[str, int]:
    value = node.value["by_level"]
    found: dict[str, int] = {}
    if not isinstance(value, Mapping) or not value:
        node.wrong("by_level", "“等级：学分”的对照")
        return found
    for level, amount in value.items():
        path = f"{node.at('by_level')}.{shown(level)}"
        code = read_level(node, path, level, kinds)
        hundredths = node.credits_of(amount, path)
        if code and hundredths is not None:
            found[code] = hundredths
    return found


def _by_grade(node: Node, words: Mapping[str, Fraction]) -> tuple[GradeStep, ...]:
    found: list[GradeStep] = []
    for path, item in node.items("by_grade"):
        row = node.node_of(item, path, ("at_least", "credits"))
        if row is None or not (row.need("at_least", "成绩下限") and row.need("credits", "学分")):
            continue
        score = read_score(row, "at_least", words)
        hundredths = row.hundredths("credits")
        if score is not None and hundredths is not None:
            found.append(GradeStep(score, row.text("at_least"), hundredths))
    return tuple(sorted(found, key=lambda step: -step.at_least))


def read_score(node: Node, key: str, words: Mapping[str, Fraction]) -> Fraction | None:
    """A score given as number or as one of the document's ``grade_words``."""
    text = node.text(key, limit=20)
    score = score_of(text, words) if text else None
    if text and score is None:
        known = "、".join(words) or "数字"
        node.faults.add(node.at(key), errors.UNKNOWN_CHOICE, text, given=text, known=known)
    return score


def _table(node: Node, kinds: tuple[str, ...]) -> tuple[TableRow, ...]:
    found: list[TableRow] = []
    for path, item in node.items("table"):
        row = node.node_of(item, path, ("level", "place", "places", "team", "credits"))
        if row is None or not row.need("credits", "学分"):
            continue
        level = read_level(row, row.at("level"), row.value["level"], kinds) if row.has("level") else ""
        first = last = row.whole("place", 1, 1000)
        if row.has("places"):
            pair = [exact(p) for _, p in row.items("places")]
            if len(pair) != 2 or any(p is None or p.denominator != 1 or p < 1 for p in pair):
                row.wrong("places", "两个整数，例如 [1, 3]")
            else:
                first, last = (int(p) for p in pair if p is not None)
                if first > last:
                    row.faults.add(row.at("places"), errors.BAD_ORDER, what="名次的起点大于终点")
        team = row.flag("team", False) if row.has("team") else None
        hundredths = row.hundredths("credits")
        if hundredths is not None:
            found.append(TableRow(level, first, last, team, hundredths))
    return tuple(found)


def read_validity(rule: Node) -> Validity | None:
    """The ``validity`` entry: years and steps of ageing."""
    node = rule.node("validity", ("years", "ageing", "clause"))
    if node is None:
        return None
    years = node.whole("years", 1, 60)
    steps: list[AgeingStep] = []
    for path, item in node.items("ageing"):
        row = node.node_of(item, path, ("after_years", "counts"))
        if row is None or not (row.need("after_years", "满几年") and row.need("counts", "按几成计")):
            continue
        after, counts = row.whole("after_years", 1, 60), row.number("counts")
        if counts is not None and not 0 <= counts <= 1:
            row.faults.add(row.at("counts"), errors.BAD_AGEING, what="比例应当在 0 与 1 之间")
        elif after is not None and counts is not None:
            steps.append(AgeingStep(after, counts))
    for before, after_step in itertools.pairwise(steps):
        if before.after_years >= after_step.after_years or before.counts <= after_step.counts:
            node.faults.add(node.at("ageing"), errors.BAD_AGEING, what="后一档的年数应当更大、比例应当更小")
            break
    if years is not None and steps and steps[-1].after_years >= years:
        node.faults.add(node.at("ageing"), errors.BAD_AGEING, what="折减的年数应当小于有效年数")
    return Validity(years, tuple(steps), node.clause())


def read_grade(rule: Node, kinds: tuple[str, ...], words: Mapping[str, Fraction]) -> GradeRule | None:
    """The ``grade`` entry: one grade, a map from scores, or a map from levels."""
    node = rule.node("grade", ("write", "score", "map", "by_level", "clause"))
    if node is None:
        return None
    ways = [key for key in ("write", "map", "by_level") if node.has(key)]
    if len(ways) != 1:
        what = "应当且只能写明 write、map、by_level 之一"
        node.faults.add(node.path, errors.CONTRADICTION, what=what, remedy="请保留其中一种")
        return None
    clause = node.clause() if node.has("clause") else rule.text("clause", limit=80)
    if ways[0] == "write":
        return GradeRule((WriteStep(None, node.text("write", limit=20), node.number("score")),), None, clause)
    if ways[0] == "map":
        steps: list[WriteStep] = []
        for path, item in node.items("map"):
            row = node.node_of(item, path, ("at_least", "write", "score"))
            if row is not None and row.need("write", "记载的成绩"):
                least = read_score(row, "at_least", words) if row.has("at_least") else None
                steps.append(WriteStep(least, row.text("write", limit=20), row.number("score")))
        steps.sort(key=lambda s: (s.at_least is None, -(s.at_least or Fraction(0))))
        return GradeRule(tuple(steps), None, clause)
    by_level: dict[str, WriteStep] = {}
    value = node.value["by_level"]
    if not isinstance(value, Mapping) or not value:
        node.wrong("by_level", "“等级：成绩”的对照")
        return None
    for level, item in value.items():
        path = f"{node.at('by_level')}.{shown(level)}"
        code = read_level(node, path, level, kinds)
        row = node.node_of(item if isinstance(item, Mapping) else {"write": item}, path, ("write", "score"))
        if code and row is not None:
            by_level[code] = WriteStep(None, row.text("write", limit=20), row.number("score"))
    return GradeRule((), by_level, clause)
