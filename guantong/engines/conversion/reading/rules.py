"""Reads the ``rules`` entries: which achievements, toward which courses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, cast

from guantong.engines.conversion import errors
from guantong.engines.conversion.reading.amounts import (
    read_amount,
    read_grade,
    read_level,
    read_score,
    read_validity,
)
from guantong.engines.conversion.reading.cursor import Node
from guantong.engines.conversion.ruleset import National, Rule, Target
from guantong.engines.conversion.scales import CATEGORIES, KINDS, SCALES, rank_of

_RULE_KEYS = (
    "id",
    "title",
    "clause",
    "kinds",
    "levels",
    "certificates",
    "issuers",
    "grade_at_least",
    "place_at_most",
    "team",
    "during_study",
    "national_recognition",
    "to",
    "credits",
    "validity",
    "grade",
)
_TARGET_KEYS = ("categories", "modules", "courses", "same_code", "course_credits")


def read_rules(document: Node, words: Mapping[str, Fraction]) -> tuple[Rule, ...]:
    """All rules in document order; ids are distinct."""
    if not document.need("rules", "转换规定"):
        return ()
    found: list[Rule] = []
    seen: set[str] = set()
    for path, item in document.items("rules"):
        node = document.node_of(item, path, _RULE_KEYS)
        if node is None:
            continue
        rule = _read_rule(node, words)
        if rule.id in seen:
            node.faults.add(node.at("id"), errors.DUPLICATE_ID, rule.id, given=rule.id)
        seen.add(rule.id)
        found.append(rule)
    return tuple(found)


def _read_rule(node: Node, words: Mapping[str, Fraction]) -> Rule:
    node.need("id", "规定的编号")
    kinds = node.texts("kinds", KINDS) if node.need("kinds", "适用的成果种类") else ()
    levels, low, high = _read_levels(node, kinds)
    issuers = node.node("issuers", ("kinds", "ids"))
    team = node.choice("team", ("any", "only", "never"), "any")
    return Rule(
        id=node.text("id", limit=60),
        title=node.text("title", limit=120),
        clause=node.clause(),
        kinds=kinds,
        levels=levels,
        level_low=low,
        level_high=high,
        certificates=frozenset(node.texts("certificates")),
        issuer_kinds=frozenset(issuers.texts("kinds")) if issuers else frozenset(),
        issuer_ids=frozenset(issuers.texts("ids")) if issuers else frozenset(),
        grade_at_least=read_score(node, "grade_at_least", words) if node.has("grade_at_least") else None,
        grade_shown=node.text("grade_at_least", limit=20),
        place_at_most=node.whole("place_at_most", 1, 1000),
        team=cast(Literal["any", "only", "never"], team),
        during_study=node.flag("during_study", False),
        national=_read_national(node),
        target=_read_target(node),
        amount=read_amount(node, kinds, words),
        validity=read_validity(node),
        grade=read_grade(node, kinds, words),
    )


def _read_levels(node: Node, kinds: tuple[str, ...]) -> tuple[frozenset[str], str, str]:
    """Eligible level codes (empty: any) with the lowest and highest of them."""
    value = node.value.get("levels")
    if value is None:
        return frozenset(), "", ""
    codes: list[str] = []
    if isinstance(value, Mapping):
        span = node.node("levels", ("at_least", "at_most"))
        if span is None:
            return frozenset(), "", ""
        low = read_level(span, span.at("at_least"), span.value["at_least"], kinds) if span.has("at_least") else ""
        high = read_level(span, span.at("at_most"), span.value["at_most"], kinds) if span.has("at_most") else ""
        if kinds and kinds[0] in SCALES and (low or high):
            scale = [code for code, _ in SCALES[kinds[0]]]
            first = scale.index(low) if low else 0
            last = scale.index(high) if high else len(scale) - 1
            if first > last:
                span.faults.add(span.path, errors.BAD_ORDER, what="等级的下限高于上限")
            codes = scale[first : last + 1]
        elif not span.faults.problems:
            span.faults.add(span.path, errors.EMPTY)
    else:
        for path, item in node.items("levels"):
            code = read_level(node, path, item, kinds)
            if code:
                codes.append(code)
    if not codes:
        return frozenset(), "", ""
    ordered = sorted(codes, key=lambda code: rank_of(kinds[0], code) or 0)
    return frozenset(codes), ordered[0], ordered[-1]


def _read_national(node: Node) -> National | None:
    wanted = node.node("national_recognition", ("code", "name", "clause"))
    if wanted is None:
        return None
    wanted.need("code", "认定的代码")
    wanted.need("name", "认定的名称")
    return National(wanted.text("code", limit=60), wanted.text("name", limit=120), wanted.clause())


def _read_target(node: Node) -> Target:
    if not node.need("to", "可以计入哪些课程"):
        return Target()
    target = node.node("to", _TARGET_KEYS)
    if target is None:
        return Target()
    if not target.value:
        target.faults.add(target.path, errors.EMPTY)
    size = target.node("course_credits", ("at_least", "at_most"))
    least = size.hundredths("at_least") if size else None
    most = size.hundredths("at_most") if size else None
    if least is not None and most is not None and least > most:
        target.faults.add(target.at("course_credits"), errors.BAD_ORDER, what="课程学分的下限高于上限")
    return Target(
        categories=target.texts("categories", CATEGORIES),
        modules=target.texts("modules"),
        courses=target.texts("courses"),
        same_code=target.flag("same_code", False),
        least_hundredths=least,
        most_hundredths=most,
    )
