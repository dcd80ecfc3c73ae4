"""Reads a whole rule document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, cast

from guantong.engines.conversion import errors
from guantong.engines.conversion.reading.caps import read_caps, read_own_school, read_terms
from guantong.engines.conversion.reading.cursor import Faults, Node
from guantong.engines.conversion.reading.rules import read_rules
from guantong.engines.conversion.ruleset import Exclusions, Ruleset, Use
from guantong.engines.conversion.scales import CATEGORIES
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Refusal

DOCUMENT_KEYS = (
    "id",
    "title",
    "version",
    "school",
    "in_force_from",
    "repealed_on",
    "notes",
    "use",
    "exclude",
    "rules",
    "caps",
    "own_school",
    "calendar",
    "grade_words",
    "coming_semesters_only",
)
_MAX_DEPTH = 12


def read_ruleset(document: object) -> Ruleset:
    """The rules in ``document``.

    Raises :class:`Refusal` with every fault found (CNV-001 … CNV-027), each with its path in the document.
    """
    faults = Faults()
    if not isinstance(document, Mapping):
        faults.add("", errors.WRONG_TYPE, expected="一组“名称：内容”")
        raise Refusal(faults.problems)
    if not _is_plain(document, _MAX_DEPTH):
        faults.add("", errors.WRONG_TYPE, expected="由文字、整数、是否、日期组成的内容（数请写成文字，不用小数类型）")
        raise Refusal(faults.problems)
    node = Node(document, "", faults, DOCUMENT_KEYS)
    node.need("id", "规则的编号")
    node.need("title", "规则的名称")
    node.need("in_force_from", "施行日期")
    words = _read_words(node)
    terms = read_terms(node)
    since, until = node.day("in_force_from"), node.day("repealed_on")
    if since is not None and until is not None and since >= until:
        faults.add("repealed_on", errors.BAD_ORDER, until, what="失效日期不晚于施行日期")
    use = _read_use(node)
    rules = read_rules(node, words)
    exclusions = _read_exclusions(node)
    for rule in rules:
        for course in sorted(exclusions.courses.intersection(rule.target.courses)):
            faults.add("exclude.courses", errors.EXCLUDED_AND_NAMED, course, rule=rule.id, course=course)
    coming = node.node("coming_semesters_only", ("clause",))
    ruleset = Ruleset(
        id=node.text("id", limit=60),
        title=node.text("title", limit=120),
        version=node.whole("version", 1, 10_000, 1) or 1,
        school=node.text("school", limit=60),
        in_force_from=since or date(1949, 10, 1),
        until=until,
        use=use,
        rules=rules,
        caps=read_caps(node, terms),
        exclusions=exclusions,
        own_school=read_own_school(node),
        terms=terms,
        grade_words=words,
        coming_semesters_only=coming.clause() if coming else "",
        digest=digest_of(document),
    )
    node.text("notes", limit=4000)
    if faults.problems:
        raise Refusal(faults.problems)
    return ruleset


def _is_plain(value: object, depth: int) -> bool:
    """Whether a parsed document holds only what YAML and JSON hold exactly; also bounds its depth."""
    if depth == 0 or isinstance(value, float):
        return False
    if value is None or isinstance(value, str | bool | int | Fraction):
        return True
    if isinstance(value, date):
        return not isinstance(value, datetime)
    if isinstance(value, Mapping):
        return all(isinstance(k, str | int) and _is_plain(v, depth - 1) for k, v in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(v, depth - 1) for v in value)
    return False


def _read_words(node: Node) -> dict[str, Fraction]:
    value = node.value.get("grade_words")
    if value is None:
        return {}
    found: dict[str, Fraction] = {}
    words = node.node("grade_words", [str(k) for k in value] if isinstance(value, Mapping) else ())
    if words is None:
        return found
    for word in words.value:
        number = words.number(str(word)) if isinstance(word, str) else None
        if number is not None:
            found[str(word)] = number
    return found


def _read_use(node: Node) -> Use:
    default = Use(True, "lost", False, False, True, None, "")
    if not node.need("use", "成果怎样使用"):
        return default
    keys = ("single_use", "surplus", "combine", "partial", "course_size", "least_cover", "clause")
    use = node.node("use", keys)
    if use is None:
        return default
    for key, meaning in (
        ("single_use", "每项成果是否只能用于一门课程"),
        ("surplus", "多出的学分保留（kept）还是作废（lost）"),
        ("combine", "几项成果能否合计转换一门课程"),
        ("partial", "能否只转换一门课程的一部分"),
    ):
        use.need(key, meaning)
    combine, partial = use.flag("combine", False), use.flag("partial", False)
    size = use.choice("course_size", ("equal_or_smaller", "any"), "any" if combine or partial else "equal_or_smaller")
    if size == "any" and not (combine or partial):
        use.faults.add(
            use.at("course_size"),
            errors.CONTRADICTION,
            size,
            what="允许转换更大的课程，却既不能几项合计，也不能只转换一部分",
            remedy="请改为 equal_or_smaller，或允许合计（combine）、部分转换（partial）",
        )
    if size == "equal_or_smaller" and (combine or partial):
        use.faults.add(
            use.at("course_size"),
            errors.CONTRADICTION,
            size,
            what="只能转换学分相等或更小的课程，就不会有几项合计或部分转换",
            remedy="请改为 any，或把 combine 和 partial 写为 false",
        )
    cover = use.share("least_cover")
    if cover is not None and not partial:
        use.faults.add(
            use.at("least_cover"),
            errors.CONTRADICTION,
            what="不允许部分转换，却规定了最少转换的比例",
            remedy="请删去 least_cover，或允许部分转换",
        )
    surplus = cast(Literal["lost", "kept"], use.choice("surplus", ("lost", "kept"), "lost"))
    return Use(use.flag("single_use", True), surplus, combine, partial, size == "equal_or_smaller", cover, use.clause())


def _read_exclusions(node: Node) -> Exclusions:
    out = node.node("exclude", ("categories", "modules", "courses", "names", "clause"))
    if out is None:
        return Exclusions(frozenset(), frozenset(), frozenset(), (), "")
    return Exclusions(
        categories=frozenset(out.texts("categories", CATEGORIES)),
        modules=frozenset(out.texts("modules")),
        courses=frozenset(out.texts("courses")),
        names=out.texts("names"),
        clause=out.clause(),
    )
