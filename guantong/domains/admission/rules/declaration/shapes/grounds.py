"""Names every declaration shares, and on whose authority something stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from guantong.kernel.refusal import Citation, Where
from guantong.policy.asking.law import Answer

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
