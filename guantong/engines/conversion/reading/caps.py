"""Reads the ``caps`` and ``own_school`` entries."""

from __future__ import annotations

from typing import Literal, cast

from guantong.engines.conversion import errors
from guantong.engines.conversion.reading.cursor import Node
from guantong.engines.conversion.ruleset import CAP_PER, Cap, CapPer, Limit, OwnSchool, Terms
from guantong.engines.conversion.scales import CATEGORIES, KINDS

_CAP_KEYS = (
    "id",
    "title",
    "clause",
    "per",
    "kinds",
    "issuer_kinds",
    "categories",
    "modules",
    "courses",
    "limit",
    "counted_on",
)


def read_caps(document: Node, terms: Terms | None) -> tuple[Cap, ...]:
    """All caps in document order; ids are distinct, limits are positive."""
    found: list[Cap] = []
    seen: set[str] = set()
    for path, item in document.items("caps"):
        node = document.node_of(item, path, _CAP_KEYS)
        if node is None:
            continue
        node.need("id", "上限的编号")
        node.need("per", "按什么计算上限")
        name = node.text("id", limit=60)
        if name in seen:
            node.faults.add(node.at("id"), errors.DUPLICATE_ID, name, given=name)
        seen.add(name)
        per = cast(CapPer, node.choice("per", CAP_PER, "programme"))
        if (per == "year" and terms is None) or (
            per == "semester" and (terms is None or terms.second_semester_begins is None)
        ):
            node.faults.add(node.at("per"), errors.CALENDAR_MISSING, per)
        limit = _read_limit(node, per)
        found.append(
            Cap(
                id=name,
                title=node.text("title", limit=120) or f"{CAP_PER[per]}可转换的学分",
                clause=node.clause(),
                per=per,
                kinds=frozenset(node.texts("kinds", KINDS)),
                issuer_kinds=frozenset(node.texts("issuer_kinds")),
                categories=frozenset(node.texts("categories", CATEGORIES)),
                modules=frozenset(node.texts("modules")),
                courses=frozenset(node.texts("courses")),
                limit=limit,
                counted_on=cast(
                    Literal["earned", "converted"], node.choice("counted_on", ("earned", "converted"), "earned")
                ),
            )
        )
    return tuple(found)


def _read_limit(cap: Node, per: CapPer) -> Limit:
    nothing = Limit("credits")
    if not cap.need("limit", "上限是多少"):
        return nothing
    node = cap.node("limit", ("credits", "share", "of", "achievements", "courses"))
    if node is None:
        return nothing
    ways = [key for key in ("credits", "share", "achievements", "courses") if node.has(key)]
    if len(ways) != 1:
        what = "上限应当且只能写明 credits、share、achievements、courses 之一"
        node.faults.add(node.path, errors.CONTRADICTION, what=what, remedy="请保留其中一种")
        return nothing
    if ways[0] == "credits":
        return Limit("credits", hundredths=node.hundredths("credits") or 0)
    if ways[0] == "share":
        filtered = any(cap.has(key) for key in ("categories", "modules", "courses"))
        counted = filtered or per in ("category", "module", "course")
        of = node.choice("of", ("counted", "programme"), "counted" if counted else "programme")
        share = node.share("share")
        return Limit("share", share=share, of=cast(Literal["counted", "programme"], of))
    if ways[0] == "achievements":
        return Limit("achievements", count=node.whole("achievements", 0, 500) or 0)
    return Limit("courses", count=node.whole("courses", 0, 500) or 0)


def read_own_school(document: Node) -> OwnSchool | None:
    """What must be earned at this school."""
    node = document.node("own_school", ("minimum", "earned_before_applying", "clause"))
    if node is None:
        return None
    minimum = node.node("minimum", ("credits", "share"))
    hundredths = minimum.hundredths("credits") if minimum else None
    share = minimum.share("share") if minimum else None
    if minimum is not None and (hundredths is None) == (share is None):
        minimum.faults.add(
            minimum.path,
            errors.CONTRADICTION,
            what="至少要写明、也只能写明 credits、share 之一",
            remedy="请保留其中一种",
        )
    before = node.hundredths("earned_before_applying")
    if minimum is None and before is None:
        node.faults.add(node.path, errors.EMPTY)
    return OwnSchool(hundredths, share, before, node.clause())


def read_terms(document: Node) -> Terms | None:
    """Where years and semesters begin."""
    node = document.node("calendar", ("year_begins", "second_semester_begins"))
    if node is None:
        return None
    year = _month_day(node, "year_begins") if node.need("year_begins", "学年从哪一天开始") else None
    second = _month_day(node, "second_semester_begins") if node.has("second_semester_begins") else None
    return Terms(year, second) if year else None


def _month_day(node: Node, key: str) -> tuple[int, int] | None:
    text = node.text(key, limit=5)
    month, _, day = text.partition("-")
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if month.isascii() and month.isdigit() and day.isascii() and day.isdigit():
        pair = (int(month), int(day))
        if 1 <= pair[0] <= 12 and 1 <= pair[1] <= lengths[pair[0] - 1]:
            return pair
    node.wrong(key, "月-日，例如 09-01")
    return None
