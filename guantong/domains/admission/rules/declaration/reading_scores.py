"""Reading what makes a score: facts, parts, papers, total, exemptions, policy points."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal

from guantong.policy.asking.law import Answer

from ...errors import rules as errors
from ..conditions import Cell, Not, may_hold
from .cursor import GROUND_KEYS, Entry, Skip
from .reading_conditions import Names, needed_condition, read_condition
from .reading_proofs import read_proof
from .shapes import (
    DERIVED,
    PAPERS_TOTAL,
    POINTS,
    TOTAL,
    Attribute,
    Exemption,
    Ground,
    Paper,
    Part,
    PolicyPoint,
    PolicyPoints,
    Total,
)

INSTEAD = {"full": "按满分计", "scaled": "其余科目按比例折算", "own_line": "不计成绩，执行单独的分数线"}
MOST_MARK = "10000"


RESERVED = (TOTAL, PAPERS_TOTAL, POINTS, "ordinary", "none", "round_floor", "lottery", "ties", "ordinal", "priority")
"""Names the engine and the totals have for themselves."""


class Ids:
    """The ids used in one namespace, with where each was first used."""

    def __init__(self, reserved: tuple[str, ...] = ()) -> None:
        self.places: dict[str, str] = dict.fromkeys(reserved, "系统的保留名称中")

    def take(self, entry: Entry) -> str:
        """The item's id; noted as a fault when it is used already."""
        given = entry.id()
        node = entry.needed("id")
        if given in self.places:
            entry.faults.add(errors.TWICE, node, place=entry.place, id=given, other=self.places[given])
            raise Skip
        self.places[given] = f"{node.file} 第 {node.line} 行"
        return given


def read_attributes(channel: Entry, ids: Ids) -> tuple[Attribute, ...]:
    """The facts conditions ask for."""
    known = ("id", "title", "kind", "choices", "required", "help", "proof")
    found: list[Attribute] = []
    for entry in channel.each("attributes", "考生信息", known):
        try:
            kind = entry.choice("kind", ("choice", "number", "flag", "text"), "choice")
            choices = entry.texts("choices")
            if kind == "choice" and not choices:
                entry.faults.add(errors.NOTHING_GIVEN, entry.node, place=entry.place, key="choices")
                raise Skip
            is_required = entry.flag("required", False)
            found.append(
                Attribute(
                    id=ids.take(entry),
                    title=entry.text("title"),
                    kind=kind,
                    choices=choices if kind == "choice" else (),
                    required=is_required,
                    help=entry.maybe_text("help"),
                    proof=read_proof(entry, kind, choices, is_required=is_required),
                )
            )
        except Skip:
            continue
    return tuple(found)


def read_parts(channel: Entry, ids: Ids) -> tuple[Part, ...]:
    """The parts of the examination."""
    found: list[Part] = []
    for entry in channel.each("parts", "考试部分", ("id", "title")):
        try:
            found.append(Part(ids.take(entry), entry.text("title")))
        except Skip:
            continue
    return tuple(found)


def read_papers(channel: Entry, ids: Ids, parts: tuple[Part, ...], names: Names) -> tuple[Paper, ...]:
    """Papers, tests and assessments."""
    known = ("id", "title", "part", "full_mark", "step", "counted", "grades", "who", *GROUND_KEYS)
    found: list[Paper] = []
    for entry in channel.each("papers", "科目", known):
        try:
            ground = entry.ground()
            grades = _grades(entry, ground)
            part = entry.text("part")
            entry.known_name(part, [p.id for p in parts], "考试部分", entry.needed("part"))
            full = entry.number("full_mark", ground, least="0.001", most=MOST_MARK)
            if grades and max(mark for _, mark in grades) != full.value:
                entry.wrong("full_mark", "最高等第对应的分值", entry.needed("full_mark"))
            step = (
                entry.number("step", ground, least="0.001", most="100").value if entry.has("step") else Decimal("0.001")
            )
            found.append(
                Paper(
                    id=ids.take(entry),
                    title=entry.text("title"),
                    part=part,
                    full_mark=full,
                    step=step,
                    is_counted=entry.flag("counted", True),
                    grades=grades,
                    who=read_condition(entry, "who", names.facts_only()),
                    ground=ground,
                )
            )
        except Skip:
            continue
    return tuple(found)


def _grades(entry: Entry, ground: Ground) -> tuple[tuple[str, Decimal], ...]:
    found: list[tuple[str, Decimal]] = []
    for grade in entry.each("grades", f"{entry.place}的等第", ("grade", "mark")):
        mark = grade.number("mark", ground, most=MOST_MARK).value
        if found and mark >= found[-1][1]:
            grade.wrong("mark", "比前一等第低的分值（由高到低排列）", grade.needed("mark"))
        found.append((grade.text("grade"), mark))
    return tuple(found)


def read_total(channel: Entry, papers: tuple[Paper, ...], parts: tuple[Part, ...]) -> Total | None:
    """How the total is made; None when the channel says nothing (a framework)."""
    known = ("title", "weights", "skill_parts", "floor", *GROUND_KEYS)
    entry = channel.inner("total", "总分", known)
    if entry is None:
        return None
    ground = entry.ground()
    counted = [paper.id for paper in papers if paper.is_counted]
    weights = {name: Decimal(1) for name in counted}
    node = entry.get("weights")
    if node is not None:
        weights.update(read_weights(entry, "weights", counted, ground))
    skill = entry.texts("skill_parts")
    for part in skill:
        entry.known_name(part, [p.id for p in parts], "考试部分", entry.needed("skill_parts"))
    floor: Answer | None = None
    if entry.has("floor"):
        floor = entry.number("floor", ground, most="100").answer
        if floor is None:
            entry.wrong("floor", "对参数的引用（{parameter: …}）", entry.needed("floor"))
    return Total(entry.text("title", "总分"), weights, skill, floor, ground)


def read_weights(entry: Entry, key: str, papers: list[str], ground: Ground) -> dict[str, Decimal]:
    """Paper → weight, greater than zero and at most 100."""
    inner = entry.inner(key, f"{entry.place}的权重", papers)
    found: dict[str, Decimal] = {}
    if inner is not None:
        for name in inner.entries:
            if name in papers:
                found[name] = inner.number(name, ground, least="0.001", most="100").value
    return found


def read_exemptions(
    channel: Entry, ids: Ids, papers: tuple[Paper, ...], parts: tuple[Part, ...], names: Names
) -> tuple[Exemption, ...]:
    """Papers waived for some: named one by one (``papers``), or all of some parts (``parts``)."""
    known = ("id", "title", "who", "papers", "parts", "instead", *GROUND_KEYS)
    held = {paper.id: paper for paper in papers}
    found: list[Exemption] = []
    for entry in channel.each("exemptions", "免考", known):
        try:
            named, whole = entry.texts("papers"), entry.texts("parts")
            if not named and not whole:
                entry.faults.add(errors.NOTHING_GIVEN, entry.node, place=entry.place, key="papers")
                raise Skip
            for name in named:
                entry.known_name(name, list(held), "科目", entry.needed("papers"))
            for part in whole:
                entry.known_name(part, [p.id for p in parts], "考试部分", entry.needed("parts"))
            waived = tuple(paper.id for paper in papers if paper.id in named or paper.part in whole)
            instead = entry.choice("instead", INSTEAD, "own_line")
            title = entry.text("title")
            left = [name for name, paper in held.items() if paper.is_counted and name not in waived]
            if instead == "scaled" and not left:
                why = "按其余科目折算，却没有其余科目"
                entry.faults.add(errors.EXEMPTION_EMPTY, entry.node, title=title, why=why)
                raise Skip
            if instead == "scaled" and any(not held[name].is_counted for name in waived):
                why = "折算只适用于计入总分的科目"
                entry.faults.add(errors.EXEMPTION_EMPTY, entry.node, title=title, why=why)
                raise Skip
            found.append(
                Exemption(
                    id=ids.take(entry),
                    title=title,
                    who=needed_condition(entry, "who", names.facts_only()),
                    papers=waived,
                    parts=whole,
                    instead=instead,
                    ground=entry.ground(),
                )
            )
        except Skip:
            continue
    return tuple(found)


def read_points(channel: Entry, names: Names) -> PolicyPoints | None:
    """Policy points and their limit."""
    known = ("combine", "limit", "items", *GROUND_KEYS)
    entry = channel.inner("policy_points", "政策加分", known)
    if entry is None:
        return None
    ground = entry.ground()
    limit = entry.number("limit", ground, most=MOST_MARK)
    ids = Ids()
    items: list[PolicyPoint] = []
    for item in entry.each("items", "加分项目", ("id", "title", "who", "points", *GROUND_KEYS)):
        try:
            own = item.ground()
            points = item.number("points", own, least="0.001", most=MOST_MARK)
            if points.value > limit.value:
                wanted = f"不超过加分上限 {limit.value:f} 的分值"
                item.faults.add(
                    errors.OUT_OF_RANGE,
                    item.needed("points"),
                    place=item.place,
                    key="points",
                    given=f"{points.value:f}",
                    wanted=wanted,
                )
                raise Skip
            who = needed_condition(item, "who", names.facts_only())
            items.append(PolicyPoint(ids.take(item), item.text("title"), who, points, own))
        except Skip:
            continue
    return PolicyPoints(entry.choice("combine", ("highest", "sum")), limit, tuple(items), ground)


def full_marks(
    papers: tuple[Paper, ...], total: Total | None, points: PolicyPoints | None, attributes: tuple[Attribute, ...]
) -> dict[str, Decimal]:
    """The largest value of every column of scores: papers, parts, papers_total, points, total.

    Where papers are sat by some candidates only, the largest over the sets of papers anybody sits.
    """
    marks = {paper.id: paper.full_mark.value for paper in papers}
    added = points.limit.value if points is not None else Decimal(0)
    marks.update({PAPERS_TOTAL: Decimal(0), POINTS: added})
    for held in paper_sets(papers, attributes):
        sums: dict[str, Decimal] = {}
        for paper in held:
            sums[paper.part] = sums.get(paper.part, Decimal(0)) + paper.full_mark.value
            if total is not None and paper.is_counted:
                weighted = total.weights[paper.id] * paper.full_mark.value
                sums[PAPERS_TOTAL] = sums.get(PAPERS_TOTAL, Decimal(0)) + weighted
        for key, value in sums.items():
            marks[key] = max(value, marks.get(key, Decimal(0)))
    marks[TOTAL] = marks[PAPERS_TOTAL] + added
    return marks


def choices_of(attributes: Sequence[Attribute]) -> dict[str, tuple[Cell, ...]]:
    """The possible values of facts with a closed list, as :func:`may_hold` wants them."""
    closed: dict[str, tuple[Cell, ...]] = {}
    for attribute in attributes:
        if attribute.kind in {"choice", "flag"}:
            values: tuple[Cell, ...] = attribute.choices if attribute.kind == "choice" else (True, False)
            closed[attribute.id] = values if attribute.required else (*values, None)
    return closed


def paper_sets(papers: tuple[Paper, ...], attributes: tuple[Attribute, ...]) -> list[tuple[Paper, ...]]:
    """Every set of papers some candidate sits, exemptions aside; one set when all papers are for everybody."""
    choices = choices_of(attributes)
    some = [paper for paper in papers if paper.who is not None]
    found: list[tuple[Paper, ...]] = []
    for sits in itertools.product((True, False), repeat=len(some)):
        asked = [
            paper.who if sat else Not(paper.who) for paper, sat in zip(some, sits, strict=True) if paper.who is not None
        ]
        if may_hold(asked, choices):
            out = {paper.id for paper, sat in zip(some, sits, strict=True) if not sat}
            found.append(tuple(paper for paper in papers if paper.id not in out))
    return found


def number_columns(papers: tuple[Paper, ...], parts: tuple[Part, ...]) -> Mapping[str, str]:
    """Columns of numbers with their titles."""
    return {**DERIVED, **{part.id: part.title for part in parts}, **{paper.id: paper.title for paper in papers}}
