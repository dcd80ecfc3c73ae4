"""Reading who may be placed where: kinds of place, lines, conditions, matches, quotas, shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ...errors import rules as errors
from .cursor import GROUND_KEYS, Entry, Skip
from .reading_conditions import Names, needed_condition, read_condition, read_selector
from .reading_scores import MOST_MARK, Ids
from .shapes import PLACE_COLUMNS, Ground, Kind, Line, Match, Measure, Number, Quota, Requirement, Selector, Share
from .sources import Node

LINE_KEYS = ("id", "title", "key", "at_least", "who", "places", "batches", *GROUND_KEYS)
MOST_SEATS = "100000"
FIGURES = {
    "secondary_graduates": "当年中职毕业生人数",
    "secondary_graduates_promoted": "当年升入高职的中职毕业生人数",
    "higher_graduates": "当年高职专科毕业生人数",
    "higher_graduates_promoted": "当年升入本科的高职专科毕业生人数",
    "higher_enrolment": "高等职业教育招生人数",
    "bachelor_enrolment": "职业本科招生人数",
    "vocational_enrolment": "高中阶段职业教育招生人数",
    "general_enrolment": "普通高中招生人数",
    "technician_enrolment": "技工院校招生人数",
    "technician_enrolment_since_2021": "2021年以来技工院校新增招生累计人数",
}
"""Figures that come from outside the platform and are entered."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What items about places may name."""

    names: Names
    full: Mapping[str, Decimal]
    """Full mark by column of scores."""
    batches: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def closed(self) -> dict[str, tuple[str, ...]]:
        """Columns of places whose values are known here."""
        return {key: value for key, value in {"batch": self.batches, "kind": self.kinds}.items() if value}


def read_batch_names(entry: Entry, scope: Scope) -> tuple[str, ...]:
    """The batches an item is about; empty for all."""
    found = entry.texts("batches")
    for name in found:
        entry.known_name(name, scope.batches, "批次", entry.needed("batches"))
    return found


def read_places(entry: Entry, scope: Scope) -> Selector:
    """The places an item is about."""
    return read_selector(entry, "places", scope.closed)


def read_lines(owner: Entry, key: str, ids: Ids, scope: Scope) -> tuple[Line, ...]:
    """Control lines."""
    found: list[Line] = []
    for entry in owner.each(key, "分数线", LINE_KEYS):
        try:
            found.append(_line(entry, ids, scope))
        except Skip:
            continue
    return tuple(found)


def _line(entry: Entry, ids: Ids, scope: Scope) -> Line:
    ground = entry.ground()
    key = entry.text("key")
    numbers = [*scope.names.numbers, *(a.id for a in scope.names.attributes.values() if a.kind == "number")]
    entry.known_name(key, numbers, "成绩项", entry.needed("key"))
    at_least = entry.number("at_least", ground, most=MOST_MARK)
    check_line(entry, key, at_least, scope)
    return Line(
        id=ids.take(entry),
        title=entry.text("title"),
        key=key,
        at_least=at_least,
        who=read_condition(entry, "who", scope.names),
        places=read_places(entry, scope),
        batches=read_batch_names(entry, scope),
        ground=ground,
    )


def check_line(entry: Entry, key: str, at_least: Number, scope: Scope) -> None:
    """A line above the full mark is a fault (noted; the line is kept)."""
    full = scope.full.get(key)
    if full is not None and at_least.value > full:
        entry.faults.add(
            errors.LINE_ABOVE_FULL,
            entry.needed("at_least"),
            place=entry.place,
            given=f"{at_least.value:f}",
            title=scope.names.numbers[key],
            full=f"{full:f}",
        )


def read_requirements(channel: Entry, ids: Ids, scope: Scope) -> tuple[Requirement, ...]:
    """Conditions of places."""
    found: list[Requirement] = []
    for entry in channel.each("conditions", "录取条件", ("id", "title", "places", "require", "batches", *GROUND_KEYS)):
        try:
            found.append(
                Requirement(
                    id=ids.take(entry),
                    title=entry.text("title"),
                    places=read_places(entry, scope),
                    require=needed_condition(entry, "require", scope.names),
                    batches=read_batch_names(entry, scope),
                    ground=entry.ground(),
                )
            )
        except Skip:
            continue
    return tuple(found)


def read_matches(channel: Entry, ids: Ids, scope: Scope) -> tuple[Match, ...]:
    """Facts of a candidate that must equal a column of the place."""
    known = ("id", "title", "attribute", "column", "except_kinds", *GROUND_KEYS)
    found: list[Match] = []
    for entry in channel.each("matches", "对口要求", known):
        try:
            attribute = entry.text("attribute")
            texts = [a.id for a in scope.names.attributes.values() if a.kind in {"choice", "text"}]
            entry.known_name(attribute, texts, "考生信息", entry.needed("attribute"))
            kinds = entry.texts("except_kinds")
            for kind in kinds:
                entry.known_name(kind, scope.kinds, "计划类别", entry.needed("except_kinds"))
            column = entry.choice("column", tuple(PLACE_COLUMNS))
            found.append(Match(ids.take(entry), entry.text("title"), attribute, column, kinds, entry.ground()))
        except Skip:
            continue
    return tuple(found)


def read_kinds(channel: Entry, ids: Ids, scope: Scope) -> tuple[Kind, ...]:
    """Kinds of place. Their ids were read before: :attr:`Scope.kinds`."""
    own = Ids()
    found: list[Kind] = []
    for entry in channel.each("kinds_of_place", "计划类别", ("id", "title", "who", "lines", *GROUND_KEYS)):
        try:
            found.append(
                Kind(
                    id=own.take(entry),
                    title=entry.text("title"),
                    who=read_condition(entry, "who", scope.names),
                    lines=read_lines(entry, "lines", ids, scope),
                    ground=entry.ground(),
                )
            )
        except Skip:
            continue
    return tuple(found)


def read_quotas(channel: Entry, ids: Ids, scope: Scope) -> tuple[Quota, ...]:
    """Quotas, with the circles of their overflow refused."""
    known = (
        "id", "title", "places", "who", "seats", "share", "kind", "order", "unfilled_to", "lines", "batches",
        *GROUND_KEYS,
    )  # fmt: skip
    found: list[Quota] = []
    nodes: dict[str, Node] = {}
    for entry in channel.each("quotas", "配额", known):
        try:
            quota = _quota(entry, ids, scope)
        except Skip:
            continue
        found.append(quota)
        nodes[quota.id] = entry.node
    targets = {quota.id: quota.unfilled_to for quota in found}
    for quota in found:
        if quota.unfilled_to not in {"ordinary", "none", *targets}:
            channel.faults.add(
                errors.UNKNOWN_NAME,
                nodes[quota.id],
                place=f"配额“{quota.title}”",
                given=quota.unfilled_to,
                what="配额",
                hint="可以写 ordinary、none，或者另一个配额的编号。",
            )
    circle = circle_in(targets)
    if circle:
        channel.faults.add(errors.QUOTA_CIRCLE, nodes[circle[0]], circle=" → ".join([*circle, circle[0]]))
    return tuple(found)


def circle_in(targets: Mapping[str, str]) -> list[str]:
    """Ids that follow one another in a circle, beginning with the first in order; empty when there is none."""
    for start in targets:
        path = [start]
        at = targets[start]
        while at in targets and at not in path:
            path.append(at)
            at = targets[at]
        if at == start:
            return path
    return []


def _quota(entry: Entry, ids: Ids, scope: Scope) -> Quota:
    ground = entry.ground()
    title = entry.text("title")
    seats = entry.maybe_number("seats", ground, least="1", most=MOST_SEATS, whole=True)
    share = _fraction(entry, ground)
    if (seats is None) == (share is None):
        why = "名额数（seats）和比例（share）要写且只能写一项"
        entry.faults.add(errors.QUOTA_WRONG, entry.node, title=title, why=why)
        raise Skip
    kind = entry.choice("kind", ("floor", "exact", "ceiling"))
    order = entry.choice("order", ("before", "after"), "before")
    unfilled = entry.text("unfilled_to", "none" if kind == "exact" else "ordinary")
    if kind == "ceiling" and (entry.has("unfilled_to") or entry.has("order")):
        why = "上限不保留名额，没有先后和空额去向"
        entry.faults.add(errors.QUOTA_WRONG, entry.node, title=title, why=why)
        raise Skip
    if kind == "ceiling" and entry.has("lines"):
        entry.faults.add(errors.QUOTA_WRONG, entry.node, title=title, why="上限没有自己的名额，不能有单独的分数线")
        raise Skip
    return Quota(
        id=ids.take(entry),
        title=title,
        places=read_places(entry, scope),
        who=needed_condition(entry, "who", scope.names),
        seats=seats,
        share=share,
        kind=kind,
        order=order,
        unfilled_to=unfilled,
        lines=read_lines(entry, "lines", ids, scope),
        batches=read_batch_names(entry, scope),
        ground=ground,
    )


def _fraction(entry: Entry, ground: Ground) -> Number | None:
    """A share: plain numbers are fractions up to 1, parameters of the unit percent are divided by 100."""
    number = entry.maybe_number("share", ground, least="0.001", most="100")
    if number is None:
        return None
    value = number.value
    if number.answer is not None and number.answer.unit == "percent":
        value = value / 100
    if not Decimal("0.001") <= value <= 1 or -int(value.normalize().as_tuple().exponent) > 3:
        wanted = "0.001 到 1 之间、不多于三位小数的数"
        entry.faults.add(
            errors.OUT_OF_RANGE,
            entry.needed("share"),
            place=entry.place,
            key="share",
            given=f"{value:f}",
            wanted=wanted,
        )
        raise Skip
    return Number(value, number.ground, number.answer)


def read_shares(channel: Entry, ids: Ids, scope: Scope) -> tuple[Share, ...]:
    """Shares to be kept, each held against a parameter."""
    known = ("id", "title", "parameter", "scope", "numerator", "denominator", *GROUND_KEYS)
    found: list[Share] = []
    for entry in channel.each("shares", "比例", known):
        try:
            asked: dict[str, Node] = {"parameter": entry.needed("parameter")}
            where = entry.get("scope")
            if where is not None:
                asked["scope"] = where
            node = Node(asked, entry.node.file, asked["parameter"].line, entry.node.region)
            numerator = _measure(entry, "numerator", scope)
            if numerator is None:
                entry.needed("numerator")
                raise Skip
            found.append(
                Share(
                    id=ids.take(entry),
                    title=entry.text("title"),
                    numerator=numerator,
                    denominator=_measure(entry, "denominator", scope),
                    answer=entry.answer("parameter", node),
                    ground=entry.ground(),
                )
            )
        except Skip:
            continue
    return tuple(found)


def _measure(entry: Entry, key: str, scope: Scope) -> Measure | None:
    inner = entry.inner(key, f"{entry.place}的{key}", ("count", "figure", "places", "who"))
    if inner is None:
        return None
    count = inner.choice("count", ("seats", "admitted", "figure"))
    figure = inner.choice("figure", FIGURES) if count == "figure" else None
    if count != "figure" and inner.has("figure"):
        inner.wrong("figure", "只在 count: figure 时才有的名称", inner.needed("figure"))
    who = read_condition(inner, "who", scope.names)
    if who is not None and count != "admitted":
        inner.wrong("who", "只在 count: admitted 时才有的条件", inner.needed("who"))
    return Measure(count, figure, read_places(inner, scope), who)
