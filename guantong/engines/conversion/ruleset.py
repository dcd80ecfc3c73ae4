"""A school's conversion rules after reading: plain, immutable, checked. See docs/dev/conversion-rules.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from guantong.kernel.refusal import Citation

AmountWay = Literal["fixed", "by_level", "by_grade", "table", "hours_per_credit", "recognised", "course_credits"]
CapPer = Literal[
    "programme", "category", "module", "course", "achievement", "certificate", "issuer", "semester", "year", "kind"
]
LimitKind = Literal["credits", "share", "achievements", "courses"]

AMOUNT_WAYS: Mapping[str, str] = {
    "fixed": "固定学分",
    "by_level": "按等级",
    "by_grade": "按成绩",
    "table": "折算表",
    "hours_per_credit": "按学时",
    "recognised": "按学分银行认定的学分",
    "course_credits": "按课程学分",
}
CAP_PER: Mapping[str, str] = {
    "programme": "整个培养方案",
    "category": "每类课程",
    "module": "每个模块",
    "course": "每门课程",
    "achievement": "每项成果",
    "certificate": "同一证书",
    "issuer": "每个颁发单位",
    "semester": "每学期",
    "year": "每学年",
    "kind": "每种成果",
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a competition table: credits in hundredths for a level, places ``first_place``..``last_place``."""

    level: str
    first_place: int | None
    last_place: int | None
    is_team: bool | None
    hundredths: int


@dataclass(frozen=True, slots=True)
class GradeStep:
    """From this score (inclusive) upwards."""

    at_least: Fraction
    shown: str
    hundredths: int


@dataclass(frozen=True, slots=True)
class Amount:
    """How many credits a rule grants; exactly one way is set. Hundredths of a credit; hours per credit exact."""

    way: AmountWay
    fixed: int = 0
    by_level: Mapping[str, int] | None = None
    by_grade: tuple[GradeStep, ...] = ()
    table: tuple[TableRow, ...] = ()
    hours_per_credit: Fraction | None = None
    at_most: int | None = None
    step: int = 1
    """Granted amounts are rounded down to a multiple of this many hundredths."""


@dataclass(frozen=True, slots=True)
class AgeingStep:
    """After so many completed years the achievement counts this share."""

    after_years: int
    counts: Fraction


@dataclass(frozen=True, slots=True)
class Validity:
    """How long an achievement may be used (whole years after issue; None: for ever) and how it ages."""

    years: int | None
    ageing: tuple[AgeingStep, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class WriteStep:
    """From this score upwards (None: always) this grade is written to the transcript."""

    at_least: Fraction | None
    write: str
    score: Fraction | None


@dataclass(frozen=True, slots=True)
class GradeRule:
    """The grade written for an exempted course."""

    steps: tuple[WriteStep, ...]
    by_level: Mapping[str, WriteStep] | None
    clause: str


@dataclass(frozen=True, slots=True)
class Target:
    """Courses a rule may count toward; empty tuples mean any."""

    categories: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    same_code: bool = False
    least_hundredths: int | None = None
    most_hundredths: int | None = None


@dataclass(frozen=True, slots=True)
class National:
    """A national recognition that must come first."""

    code: str
    name: str
    clause: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: which achievements, toward which courses, how many credits, which grade."""

    id: str
    title: str
    clause: str
    kinds: tuple[str, ...]
    levels: frozenset[str]
    level_low: str
    level_high: str
    certificates: frozenset[str]
    issuer_kinds: frozenset[str]
    issuer_ids: frozenset[str]
    grade_at_least: Fraction | None
    grade_shown: str
    place_at_most: int | None
    team: Literal["any", "only", "never"]
    during_study: bool
    national: National | None
    target: Target
    amount: Amount
    validity: Validity | None
    grade: GradeRule | None


@dataclass(frozen=True, slots=True)
class Limit:
    """``credits`` (hundredths), ``share`` (of the counted courses or of the programme), or a number of items."""

    kind: LimitKind
    hundredths: int = 0
    share: Fraction | None = None
    of: Literal["counted", "programme"] = "counted"
    count: int = 0


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling on what conversion may give; empty filters mean everything counts."""

    id: str
    title: str
    clause: str
    per: CapPer
    kinds: frozenset[str]
    issuer_kinds: frozenset[str]
    categories: frozenset[str]
    modules: frozenset[str]
    courses: frozenset[str]
    limit: Limit
    counted_on: Literal["earned", "converted"] = "earned"
    """For caps per semester and per year: the day the achievement was earned, or the day of its conversion."""
    basis: Citation | None = None
    """The law's own citation when the cap comes from the law and not from the school."""


@dataclass(frozen=True, slots=True)
class Use:
    """How achievements may be used."""

    single_use: bool
    surplus: Literal["lost", "kept"]
    combine: bool
    partial: bool
    equal_or_smaller: bool
    least_cover: Fraction | None
    """With ``partial``: the least share of a course that must be covered."""
    clause: str


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Courses that no achievement may replace."""

    categories: frozenset[str]
    modules: frozenset[str]
    courses: frozenset[str]
    names: tuple[str, ...]
    """Parts of course names, for instance 体育."""
    clause: str


@dataclass(frozen=True, slots=True)
class OwnSchool:
    """What must be earned at this school: of the plan in the end, and before applying."""

    minimum_hundredths: int | None
    minimum_share: Fraction | None
    before_hundredths: int | None
    clause: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Where academic years and semesters begin, as (month, day)."""

    year_begins: tuple[int, int]
    second_semester_begins: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A whole document. ``digest`` is the SHA-256 of its canonical JSON: the version a decision is filed under."""

    id: str
    title: str
    version: int
    school: str
    in_force_from: date
    until: date | None
    use: Use
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    exclusions: Exclusions
    own_school: OwnSchool | None
    terms: Terms | None
    grade_words: Mapping[str, Fraction]
    coming_semesters_only: str
    """Clause when only courses of the learner's present and coming semesters may be converted; else empty."""
    digest: str

    def citation(self, clause: str) -> Citation:
        """The school's rules as authority for ``clause``."""
        return _citation(self.id, self.title, self.version, clause, self.in_force_from)


@lru_cache(maxsize=4096)
def _citation(document: str, title: str, version: int, clause: str, since: date) -> Citation:
    return Citation(document, title, f"第{version}版", clause, since, source="local")
