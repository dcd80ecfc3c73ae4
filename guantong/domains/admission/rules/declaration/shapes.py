"""What a channel of admission is once read: plain, immutable values, each with the clause it rests on.

Numbers that a declaration takes from a parameter carry the whole answer of the law; scores, marks and weights are
Decimals, seats and rounds whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guantong.kernel.refusal import Citation, Where
from guantong.policy.asking.law import Answer

from ..conditions import Condition, Test

Selector = Mapping[str, tuple[str, ...]]
"""Place column → admitted values; an empty selector takes every place."""

VOCATIONAL_EXAM, SCHOOL_EXAM, SECONDARY = "vocational-exam", "school-exam", "secondary"
THROUGH_TRAINING, TO_BACHELOR, SOCIAL, EXAM_FREE = "through-training", "to-bachelor", "social", "exam-free"
CHANNELS = {
    VOCATIONAL_EXAM: "职教高考",
    SCHOOL_EXAM: "单独招生",
    SECONDARY: "中等职业学校招生",
    THROUGH_TRAINING: "贯通培养招生",
    TO_BACHELOR: "专升本",
    SOCIAL: "社会人员招生",
    EXAM_FREE: "免试和破格录取",
}
OUTSIDE = {"general-gaokao": "普通高考"}
"""Ways of admission this platform does not run, but may bar."""
STAGE_PERIODS = ("plans", "registration", "choices", "allocation", "review", "confirmation", "supplementary")
"""Periods of a channel's calendar in the order in which they begin."""
PLACE_COLUMNS = {
    "id": "计划编号",
    "school": "学校",
    "group": "专业组",
    "programme": "专业",
    "kind": "计划类别",
    "category": "专业大类",
    "level": "层次",
    "batch": "批次",
}
"""Columns a selector may name; those the engine does not know are resolved before (:mod:`.running`)."""
ENGINE_COLUMNS = ("school", "group", "programme", "kind")
PAPERS_TOTAL, POINTS, TOTAL = "papers_total", "points", "total"
DERIVED = {TOTAL: "总分", PAPERS_TOTAL: "考试成绩", POINTS: "政策加分"}
"""Columns every channel has besides its papers, parts and attributes."""


@dataclass(frozen=True, slots=True)
class Ground:
    """On whose authority something stands, and where it is written."""

    citations: tuple[Citation, ...]
    source: str
    """``document``, or ``local`` where no document prints it and the region sets it itself."""
    note: str | None
    file: str
    line: int

    @property
    def citation(self) -> Citation | None:
        """The first clause cited."""
        return self.citations[0] if self.citations else None

    @property
    def where(self) -> Where:
        """The line of the declaration."""
        return Where(file=self.file, line=self.line)

    def sentence(self) -> str:
        """The clauses in a sentence, with a remark where the region set the matter itself."""
        text = "、".join(citation.sentence() for citation in self.citations)
        if self.source == "local":
            text += f"（文件没有具体规定，由本地确定{'：' + self.note if self.note else ''}）"
        return text


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its authority; ``answer`` when it is a parameter of the law."""

    value: Decimal
    ground: Ground
    answer: Answer | None = None

    @property
    def whole(self) -> int:
        """The value of a count (counts are checked to be whole when read)."""
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact about a candidate that conditions ask for."""

    id: str
    title: str
    kind: str
    """choice | number | flag | text."""
    choices: tuple[str, ...]
    required: bool
    help: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the examination: culture, skill, …."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, test or assessment."""

    id: str
    title: str
    part: str
    full_mark: Number
    step: Decimal
    """Scores are whole multiples of it."""
    is_counted: bool
    """False: it decides lines or ties, but is no part of the total."""
    grades: tuple[tuple[str, Decimal], ...]
    """Grade → mark, best first, where the paper is graded by letters; empty otherwise."""
    who: Condition | None
    """Who sits it; None: everybody."""
    ground: Ground


@dataclass(frozen=True, slots=True)
class Exemption:
    """Papers waived for some candidates. ``instead``: what stands in their place.

    ``full``: the full mark; ``scaled``: the other papers are raised to the full total in proportion, rounded down to a
    thousandth; ``own_line``: nothing; the candidate competes where an own line or an own kind of place is set.
    """

    id: str
    title: str
    who: Condition
    papers: tuple[str, ...]
    parts: tuple[str, ...]
    """Parts waived whole; their papers stand in ``papers`` too."""
    instead: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class PolicyPoint:
    """Marks added by policy."""

    id: str
    title: str
    who: Condition
    points: Number
    ground: Ground


@dataclass(frozen=True, slots=True)
class PolicyPoints:
    """How policy points add up: the ``highest`` alone, or the ``sum``, never above ``limit``."""

    combine: str
    limit: Number
    items: tuple[PolicyPoint, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Total:
    """How the total is made: weights by paper, and which parts are the skill part."""

    title: str
    weights: Mapping[str, Decimal]
    """Weight of every counted paper."""
    skill_parts: tuple[str, ...]
    floor: Answer | None
    """The floor of the skill part's share, in percent of the full total."""
    ground: Ground


@dataclass(frozen=True, slots=True)
class Line:
    """A control line: ``key`` at least so much, for ``who``, at ``places``, in ``batches`` (empty: all)."""

    id: str
    title: str
    key: str
    at_least: Number
    who: Condition | None
    places: Selector
    batches: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Requirement:
    """Who may be placed at ``places``."""

    id: str
    title: str
    places: Selector
    require: Condition
    batches: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Match:
    """The place's ``column`` must equal the candidate's ``attribute`` (examination category, region of origin)."""

    id: str
    title: str
    attribute: str
    column: str
    except_kinds: tuple[str, ...]
    ground: Ground

    def condition(self, value: str) -> Condition:
        """What a place with this value of the column asks of a candidate."""
        return Test(self.attribute, "equals", (value,))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place: who may take it, and its own lines, which stand instead of lines over the same key."""

    id: str
    title: str
    who: Condition | None
    lines: tuple[Line, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats of a place for some candidates (docs/dev/matching.md §4). Either ``seats`` or ``share`` is given."""

    id: str
    title: str
    places: Selector
    who: Condition
    seats: Number | None
    share: Number | None
    """A fraction of the seats, 0 to 1."""
    kind: str
    order: str
    unfilled_to: str
    lines: tuple[Line, ...]
    batches: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted: ``seats`` of places, ``admitted`` candidates, or an entered ``figure``."""

    count: str
    figure: str | None
    places: Selector
    who: Condition | None


@dataclass(frozen=True, slots=True)
class Share:
    """A share to be kept: ``numerator`` over ``denominator`` (None: the number itself), held against a parameter."""

    id: str
    title: str
    numerator: Measure
    denominator: Measure | None
    answer: Answer
    ground: Ground


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of the ranking; ``direction`` is ``descending`` or ``ascending``."""

    key: str
    direction: str
    title: str


@dataclass(frozen=True, slots=True)
class Supplementary:
    """Supplementary rounds: how many, and the floor, which falls by ``step`` from one to the next."""

    rounds: int
    key: str | None
    at_least: Number | None
    step: Number | None
    list_length: Number | None
    ground: Ground


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights of papers at some places, for mechanisms with priorities of their own."""

    id: str
    title: str
    places: Selector
    keys: Mapping[str, Decimal]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: the unit of choice, the list, the mechanism, the order and what happens when all keys tie."""

    id: str
    title: str
    unit: str
    list_length: Number
    programmes_in_group: int
    """Most programmes named in one choice; 0 when the unit is a place."""
    mechanism: str
    ratio: Number
    is_one_shot: bool
    stages: str
    reassignment: str
    """``none``: nobody is asked whether another programme of the unit would do."""
    missing: str
    order: tuple[OrderKey, ...]
    ties: str
    supplementary: Supplementary | None
    weights: tuple[Weighting, ...]
    places: Selector
    ground: Ground


@dataclass(frozen=True, slots=True)
class Bar:
    """Who is ``admitted`` (or has ``confirmed``) here is barred from other channels of the year."""

    id: str
    title: str
    when: str
    barred_from: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one stage: ``MM-DD`` in the year of admission, or ``years_before`` it; both days belong to it."""

    stage: str
    opens: str
    closes: str
    years_before: int

    def days(self, year: int) -> tuple[date, date]:
        """First and last day for the admission year ``year``; a last day before the first lies in the next year.

        29 February becomes 28 February in a common year.
        """
        first = _day(year - self.years_before, self.opens)
        last = _day(year - self.years_before, self.closes)
        return first, last if last >= first else _day(year - self.years_before + 1, self.closes)


def _day(year: int, month_day: str) -> date:
    try:
        return date.fromisoformat(f"{year:04d}-{month_day}")
    except ValueError:
        return date(year, 2, 28)


@dataclass(frozen=True, slots=True)
class Opening:
    """One of the things to be published, and the stage by which it is."""

    id: str
    title: str
    stage: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Prospectus:
    """What a school's prospectus must say, and whether a charter belongs to it."""

    items: tuple[str, ...]
    needs_charter: bool
    ground: Ground


@dataclass(frozen=True, slots=True)
class Step:
    """One step of how admission goes, for people to read: who does what."""

    id: str
    title: str
    by: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of admission as a region set it up, with what it inherits, on one day."""

    id: str
    region: str
    region_name: str
    version: str
    title: str
    systems: tuple[str, ...]
    is_framework: bool
    """True: it only holds what channels of lower regions must contain; nobody is admitted by it."""
    inherits: tuple[str, ...]
    """Codes of the regions whose declarations of this channel it builds upon, nearest first."""
    on: date
    law_version: str
    about: str | None
    together_with: tuple[str, ...]
    """Other admissions of the same calendar and batch."""
    calendar: tuple[Period, ...]
    calendar_ground: Ground | None
    attributes: tuple[Attribute, ...]
    parts: tuple[Part, ...]
    papers: tuple[Paper, ...]
    total: Total | None
    exemptions: tuple[Exemption, ...]
    points: PolicyPoints | None
    lines: tuple[Line, ...]
    conditions: tuple[Requirement, ...]
    matches: tuple[Match, ...]
    kinds: tuple[Kind, ...]
    quotas: tuple[Quota, ...]
    shares: tuple[Share, ...]
    batches: tuple[Batch, ...]
    bars: tuple[Bar, ...]
    prospectus: Prospectus | None
    openings: tuple[Opening, ...]
    steps: tuple[Step, ...]
    ground: Ground
    digest: str
    """Of the declaration after inheritance and of every answer of the law it took."""

    @property
    def titles(self) -> dict[str, str]:
        """Chinese name of every column: attributes, papers, parts, totals."""
        named = {attribute.id: attribute.title for attribute in self.attributes}
        named.update({part.id: part.title for part in self.parts})
        named.update({paper.id: paper.title for paper in self.papers})
        return {**DERIVED, **named}

    def batch(self, batch_id: str) -> Batch:
        """The batch of this id; KeyError when there is none."""
        found = next((b for b in self.batches if b.id == batch_id), None)
        if found is None:
            raise KeyError(batch_id)
        return found

    def attribute(self, attribute_id: str) -> Attribute | None:
        """The fact of this id, or None."""
        return next((a for a in self.attributes if a.id == attribute_id), None)

    def paper(self, paper_id: str) -> Paper:
        """The paper of this id; KeyError when there is none."""
        found = next((p for p in self.papers if p.id == paper_id), None)
        if found is None:
            raise KeyError(paper_id)
        return found

    def kind(self, kind_id: str) -> Kind:
        """The kind of place of this id; KeyError when there is none."""
        found = next((k for k in self.kinds if k.id == kind_id), None)
        if found is None:
            raise KeyError(kind_id)
        return found

    def days(self, year: int) -> dict[str, tuple[date, date]]:
        """First and last day of every period in the admission year ``year``."""
        return {period.stage: period.days(year) for period in self.calendar}
