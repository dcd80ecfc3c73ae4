"""The shapes a region folder is read into. Plain, immutable values with the file and line they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guantong.kernel.refusal import Where
from guantong.policy.schema.units import Value

REGION_LEVELS = {"nation": "国家", "province": "省级", "prefecture": "市级", "county": "县级"}
"""Levels of regions and documents, highest first."""
DOCUMENT_STATES = {
    "in_force": "现行有效",
    "repealed": "已废止",
    "superseded": "已被替代",
    "expired": "已到期",
    "draft": "征求意见",
    "guidance": "方向性文件",
}
BOUNDS = {"value": "定值", "floor": "下限", "ceiling": "上限", "target": "目标"}
PRACTICES = {"binding": "必须", "principle": "原则上", "expected": "预期性"}
DIRECTIONS = {"at_least": "不低于", "at_most": "不高于"}
SOURCES = {"document": "文件规定", "local": "本地确定"}
STATUSES = {"live": "正式", "draft": "草案"}
RAW_KINDS = (
    "procedures",
    "blocks",
    "codes",
    "equivalences",
    "rulesets",
    "indicators",
    "sheets",
    "admission",
    "ledgers",
    "targets",
)
"""Folders whose entries are kept as mappings for their owners."""
RAW_LIST_KEYS = {"admission": "channels"}
"""The key over a list of entries where it is not the folder's own name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file below the regions folder."""

    file: str
    line: int

    def where(self, value: str | None = None) -> Where:
        """The same as a place of a problem."""
        return Where(file=self.file, line=self.line, value=value)

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行"


@dataclass(frozen=True, slots=True)
class Region:
    """One region folder."""

    code: str
    name_zh: str
    name_en: str | None
    level: str
    parent: str | None
    invented: bool
    notice: str | None
    folder: str
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document as entered. Dates are None when the text seen prints none."""

    id: str
    region: str
    title_zh: str
    title_en: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    in_force_from: date | None
    repealed_on: date | None
    level: str
    state: str
    note: str | None
    superseded_by: str | None
    origin: str | None
    place: Place

    def holds_on(self, day: date) -> bool:
        """Whether the document is in force on ``day`` (unknown first days count as long past)."""
        return (self.in_force_from is None or self.in_force_from <= day) and (
            self.repealed_on is None or day < self.repealed_on
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A clause of a document, as cited by a value."""

    document: str
    clause: str
    note: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of a parameter from a day on. ``value`` None is the end of the rule."""

    value: Value | None
    in_force_from: date
    issued_on: date | None
    repealed_on: date | None
    references: tuple[Reference, ...]
    source: str
    status: str
    note: str | None
    exclusive: bool
    due_on: date | None
    place: Place


@dataclass(frozen=True, slots=True)
class Strand:
    """The dated values of one scope (None: the general rule), oldest first, with how they bind."""

    scope: str | None
    bound: str
    practice: str
    direction: str
    values: tuple[DatedValue, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Setting:
    """What one region says about one parameter."""

    region: str
    name: str
    description: str | None
    short_label: str | None
    unit: str
    system: str | None
    scope: str | None
    status: str
    last_checked_on: date
    strands: Mapping[str | None, Strand]
    place: Place


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter over all regions: what it is, and the regions that set it."""

    name: str
    description: str
    short_label: str
    unit: str
    system: str
    settings: Mapping[str, Setting]
    """By region code, highest region first."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One procedure, code list, equivalence, rule set, indicator or sheet as plain data, for its owner to check.

    Dates are ``date``, whole numbers int, everything else text; there are no floats.
    """

    region: str
    kind: str
    id: str
    version: str | None
    data: Mapping[str, object]
    in_force_from: date | None
    repealed_on: date | None
    place: Place
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of every key and list item by its path (``steps[0].title``), for owners that report faults."""

    def holds_on(self, day: date) -> bool:
        """Whether the entry is in force on ``day``."""
        return (self.in_force_from is None or self.in_force_from <= day) and (
            self.repealed_on is None or day < self.repealed_on
        )


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Holidays and worked weekends of one year."""

    year: int
    state: str
    document: str | None
    clause: str | None
    holidays: Mapping[date, str]
    workdays: frozenset[date]
    place: Place


@dataclass(frozen=True, slots=True)
class FixedDays:
    """Statutory days off with a fixed date (``MM-DD``) from a day on, for years without a published calendar."""

    in_force_from: date
    document: str
    clause: str
    days: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example of a region."""

    name: str
    parameter: str
    region: str
    on: date
    scope: str | None
    expect: object
    """As written in the file; meaningful when ``refuses`` is None."""
    refuses: str | None
    from_region: str | None
    place: Place


@dataclass(slots=True)
class RegionFolder:
    """Everything read from one region folder."""

    region: Region
    documents: dict[str, Document] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    raw: dict[str, list[RawEntry]] = field(default_factory=dict)
    calendar: dict[int, CalendarYear] = field(default_factory=dict)
    fixed_days: list[FixedDays] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    cited: list[Reference] = field(default_factory=list)
    """Every reference made outside parameters, for checking."""
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file read, by path below the regions folder; worked examples are left out."""
