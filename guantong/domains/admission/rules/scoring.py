"""The composition of scores: what counts, under which rule, with which clause; ranks and the one-point-one-rank table.

Everything is exact: marks are Decimals of thousandths; weighted and scaled sums are rounded down to a thousandth, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.policy.bounds import Held

from ..errors import rules as errors
from .conditions import Cell, Columns, holds
from .declaration.shapes import PAPERS_TOTAL, POINTS, TOTAL, Batch, Channel, Exemption, Ground, Paper
from .declaration.skill import held_against_floor
from .facts import read_decimal, show_mark

ABSENT = "缺考"
"""What is written for a paper not sat; it counts zero."""
COUNTED, REFERENCE, WAIVED, NOT_SAT = "counted", "reference", "waived", "not_sat"
PAPER_STATES = {COUNTED: "计入总分", REFERENCE: "不计入总分，用于划线或同分排序", WAIVED: "免考", NOT_SAT: "不参加"}


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of one paper."""

    paper: str
    title: str
    state: str
    mark: Decimal | None
    """The mark that stands: given, zero for absent, the full mark where an exemption says so; None without one."""
    is_absent: bool
    exemption: str | None
    sentence: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of the explanation of a total."""

    title: str
    value: Decimal | None
    sentence: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Composition:
    """A candidate's marks, sums and total, with their explanation."""

    papers: tuple[Marked, ...]
    keys: Mapping[str, Decimal | None]
    """Every column of scores: papers, parts, ``papers_total``, ``points``, ``total``; None where there is none."""
    explanation: tuple[Explained, ...]

    @property
    def total(self) -> Decimal:
        """The total, policy points included."""
        value = self.keys[TOTAL]
        return Decimal(0) if value is None else value

    @property
    def total_thousandths(self) -> int:
        """The total in whole thousandths."""
        return thousandths(self.total)


def thousandths(value: Decimal) -> int:
    """A mark in whole thousandths (marks are never finer)."""
    return int(value * 1000)


def _floor(value: Fraction) -> Decimal:
    """Rounded down to a thousandth."""
    return Decimal(value.numerator * 1000 // value.denominator).scaleb(-3)


def skill_share(channel: Channel) -> Held | None:
    """The skill part's share of the full total against the floor the channel names; None when it names none."""
    return held_against_floor(channel.papers, channel.total, channel.attributes)


def exemption_of(channel: Channel, paper: str, facts: Columns) -> Exemption | None:
    """The exemption that waives a paper for a candidate: the first that applies in the order of the declaration."""
    for exemption in channel.exemptions:
        if paper in exemption.papers and holds(exemption.who, facts):
            return exemption
    return None


def papers_for(channel: Channel, facts: Columns) -> tuple[Paper, ...]:
    """The papers a candidate sits: those for everybody and those for such candidates, waived ones left out."""
    return tuple(
        paper
        for paper in channel.papers
        if (paper.who is None or holds(paper.who, facts)) and exemption_of(channel, paper.id, facts) is None
    )


def compose(channel: Channel, facts: Columns, scores: Mapping[str, object]) -> Composition:
    """A candidate's composition from typed facts (:func:`.facts.read_facts`) and scores by paper id.

    A score is a number, its text, a grade, or 缺考. Raises a Refusal naming every missing, unknown, malformed or
    over-full score (ADM-240 to ADM-244, ADM-248).
    """
    problems: list[Problem] = []
    known = {paper.id for paper in channel.papers}
    for key in scores:
        if key not in known:
            titles = "、".join(paper.title for paper in channel.papers) or "（没有）"
            problems.append(errors.SCORE_UNKNOWN.problem(where=Where(column=key), given=key, known=titles))
    marked = [_mark(channel, paper, facts, scores.get(paper.id), problems) for paper in channel.papers]
    if problems:
        raise Refusal(problems)
    return _summed(channel, facts, [one for one in marked if one is not None])


def _mark(channel: Channel, paper: Paper, facts: Columns, given: object, problems: list[Problem]) -> Marked | None:
    """The paper's mark; problems are noted and None returned."""
    blank = given is None or (isinstance(given, str) and not given.strip())
    if paper.who is not None and not holds(paper.who, facts):
        if not blank:
            problems.append(
                errors.SCORE_UNWANTED.problem(
                    where=_where(paper, given), basis=paper.ground.citation, title=paper.title
                )
            )
            return None
        sentence = f"{paper.title}：这类考生不参加。"
        return Marked(paper.id, paper.title, NOT_SAT, None, False, None, sentence, paper.ground)
    exemption = exemption_of(channel, paper.id, facts)
    if exemption is not None:
        full = paper.full_mark.value if exemption.instead == "full" else None
        how = {
            "full": f"按满分 {show_mark(paper.full_mark.value)} 分计",
            "scaled": "其余科目按比例折算",
            "own_line": "不计成绩",
        }
        ignored = "" if blank else "，已有的成绩不采用"
        sentence = f"{paper.title}：{exemption.title}，{how[exemption.instead]}{ignored}。"
        return Marked(paper.id, paper.title, WAIVED, full, False, exemption.id, sentence, exemption.ground)
    if blank:
        problems.append(
            errors.SCORE_MISSING.problem(where=_where(paper, None), basis=paper.ground.citation, title=paper.title)
        )
        return None
    absent = isinstance(given, str) and given.strip() == ABSENT
    mark = Decimal(0) if absent else _read_mark(paper, given, problems)
    if mark is None:
        return None
    state = COUNTED if paper.is_counted else REFERENCE
    shown = "缺考，按零分计" if absent else f"{show_mark(mark)} 分（满分 {show_mark(paper.full_mark.value)}）"
    if paper.grades and not absent:
        shown = f"{str(given).strip()} 等"
    note = "" if paper.is_counted else "，不计入总分"
    return Marked(paper.id, paper.title, state, mark, absent, None, f"{paper.title}：{shown}{note}。", paper.ground)


def _where(paper: Paper, given: object) -> Where:
    return Where(column=paper.id, title=paper.title, value=None if given is None else str(given)[:40])


def _read_mark(paper: Paper, given: object, problems: list[Problem]) -> Decimal | None:
    where, basis = _where(paper, given), paper.ground.citation
    if paper.grades:
        mark = dict(paper.grades).get(str(given).strip())
        if mark is None:
            wanted = "可以填写的等第有：" + "、".join(grade for grade, _ in paper.grades) + "；没有到考的写“缺考”。"
            problems.append(
                errors.SCORE_FORM.problem(
                    where=where, basis=basis, title=paper.title, given=str(given)[:40], wanted=wanted
                )
            )
        return mark
    number = None if isinstance(given, bool | float) else read_decimal(str(given).strip())
    if number is None or number < 0:
        wanted = "请填写零或大于零的阿拉伯数字，最多三位小数；没有到考的写“缺考”。"
        problems.append(
            errors.SCORE_FORM.problem(where=where, basis=basis, title=paper.title, given=str(given)[:40], wanted=wanted)
        )
        return None
    full = paper.full_mark.value
    if number > full:
        problems.append(
            errors.SCORE_ABOVE_FULL.problem(
                where=where, basis=basis, title=paper.title, given=show_mark(number), full=show_mark(full)
            )
        )
        return None
    if number % paper.step:
        problems.append(
            errors.SCORE_STEP.problem(
                where=where,
                basis=basis,
                title=paper.title,
                given=show_mark(number),
                step=show_mark(paper.step),
            )
        )
        return None
    return number


def _summed(channel: Channel, facts: Columns, marked: Sequence[Marked]) -> Composition:
    keys: dict[str, Decimal | None] = {one.paper: one.mark for one in marked}
    lines = [Explained(one.title, one.mark, one.sentence, one.ground) for one in marked]
    for part in channel.parts:
        marks = [one.mark for one in marked if channel.paper(one.paper).part == part.id and one.mark is not None]
        keys[part.id] = sum(marks, Decimal(0)) if marks else None
    keys[PAPERS_TOTAL] = _papers_total(channel, marked, lines)
    keys[POINTS] = _points(channel, facts, lines)
    total = (keys[PAPERS_TOTAL] or Decimal(0)) + (keys[POINTS] or Decimal(0))
    keys[TOTAL] = total
    ground = channel.total.ground if channel.total is not None else channel.ground
    title = channel.total.title if channel.total is not None else "总分"
    lines.append(Explained(title, total, f"{title}：{show_mark(total)} 分。", ground))
    return Composition(tuple(marked), keys, tuple(lines))


def _papers_total(channel: Channel, marked: Sequence[Marked], lines: list[Explained]) -> Decimal:
    """Weighted sum of what counts, raised to the full total where papers are waived with ``scaled``."""
    if channel.total is None:
        return Decimal(0)
    weights = channel.total.weights
    instead = {exemption.id: exemption.instead for exemption in channel.exemptions}
    earned = taken = scaled = Fraction(0)
    for one in marked:
        paper = channel.paper(one.paper)
        if not paper.is_counted or one.state == NOT_SAT:
            continue
        full = Fraction(weights[paper.id] * paper.full_mark.value)
        if one.mark is not None:
            earned += Fraction(weights[paper.id] * one.mark)
            taken += full
        elif one.exemption is not None and instead[one.exemption] == "scaled":
            scaled += full
    for one in marked:
        weight = weights.get(one.paper)
        if one.mark is not None and weight is not None and weight != 1:
            sentence = f"{one.title}乘以权重 {show_mark(weight)}。"
            lines.append(Explained(f"{one.title}的权重", weight, sentence, channel.total.ground))
    if scaled and taken:
        raised = _floor(earned * (taken + scaled) / taken)
        sentence = (
            f"参加的科目满分合计 {show_mark(_floor(taken))} 分，折算为 {show_mark(_floor(taken + scaled))} 分，"
            f"得 {show_mark(raised)} 分（不足千分之一分的舍去）。"
        )
        lines.append(Explained("折算", raised, sentence, channel.total.ground))
        return raised
    return _floor(earned)


def _points(channel: Channel, facts: Columns, lines: list[Explained]) -> Decimal:
    points = channel.points
    if points is None:
        return Decimal(0)
    mine = [item for item in points.items if holds(item.who, facts)]
    if not mine:
        return Decimal(0)
    for item in mine:
        sentence = f"{item.title}：{show_mark(item.points.value)} 分。"
        lines.append(Explained(item.title, item.points.value, sentence, item.ground))
    values = [item.points.value for item in mine]
    added = min(max(values) if points.combine == "highest" else sum(values, Decimal(0)), points.limit.value)
    how = "取最高一项" if points.combine == "highest" else "各项相加"
    sentence = f"政策加分{how}，最多 {show_mark(points.limit.value)} 分，计 {show_mark(added)} 分。"
    lines.append(Explained("政策加分", added, sentence, points.ground))
    return added


# Ranks.


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's rank: 1 is best; ``ties`` candidates share it, the candidate included."""

    rank: int
    ties: int


@dataclass(frozen=True, slots=True)
class RankRow:
    """One row of the one-point-one-rank table: how many stand in this interval, and how many at or above it."""

    at_least: Decimal
    """Lower end of the interval, which belongs to it."""
    count: int
    cumulative: int


def ranking_key(batch: Batch, columns: Mapping[str, Cell]) -> tuple[tuple[int, int], ...]:
    """What candidates of a batch are sorted by, smaller is better; a missing value stands after all others."""
    key: list[tuple[int, int]] = []
    for order in batch.order:
        value = columns.get(order.key)
        if not isinstance(value, Decimal):
            key.append((1, 0))
        else:
            number = thousandths(value)
            key.append((0, -number if order.direction == "descending" else number))
    return tuple(key)


def ranks(batch: Batch, columns: Mapping[str, Mapping[str, Cell]]) -> dict[str, Ranked]:
    """Rank of every candidate by id; candidates whose keys are all equal share the best rank of their set."""
    sets: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for candidate, cells in columns.items():
        sets.setdefault(ranking_key(batch, cells), []).append(candidate)
    found: dict[str, Ranked] = {}
    rank = 1
    for key in sorted(sets):
        for candidate in sets[key]:
            found[candidate] = Ranked(rank, len(sets[key]))
        rank += len(sets[key])
    return found


def rank_table(totals: Iterable[int], step: Decimal = Decimal(1)) -> tuple[RankRow, ...]:
    """The one-point-one-rank table (一分一段) of totals in thousandths, best first, empty intervals left out.

    ``step`` is the width of an interval in points; raises ``ValueError`` unless it is a positive whole number of
    thousandths.
    """
    width = thousandths(step)
    if width <= 0 or Decimal(width).scaleb(-3) != step:
        raise ValueError(f"not an interval: {step}")
    counts: dict[int, int] = {}
    for total in totals:
        counts[total // width] = counts.get(total // width, 0) + 1
    rows: list[RankRow] = []
    above = 0
    for interval in sorted(counts, reverse=True):
        above += counts[interval]
        rows.append(RankRow(Decimal(interval * width).scaleb(-3), counts[interval], above))
    return tuple(rows)
