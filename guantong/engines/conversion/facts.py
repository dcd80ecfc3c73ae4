"""What the engine is told: achievements, a curriculum plan, a learner, and numbers of the law.

Everything is plain and immutable. ``domains/programmes/public.py`` has classes with the same attributes as
:class:`PlanLike` and :class:`CourseLike`; this engine asks for attributes, not for a class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from guantong.kernel.refusal import Citation


@dataclass(frozen=True, slots=True)
class AchievementFacts:
    """One achievement as the bank knows it (or as a visitor typed it in)."""

    id: str
    kind: str
    title: str = ""
    subject_code: str = ""
    """Code of the course or subject it was earned in; compared with course codes by ``same_code`` rules."""
    certificate_code: str = ""
    """Code of the certificate in a list; when empty, ``subject_code`` is looked up in certificate lists."""
    level: str = ""
    """Level code on the scale of its kind, the bank's number as text (see :mod:`.scales`); empty when it has none."""
    grade: str = ""
    """Grade as printed: a number as text, or a word."""
    place: int | None = None
    """Place in a competition, 1 is best."""
    is_team: bool = False
    """Whether a competition award went to a team."""
    hours: Fraction | None = None
    recognised_hundredths: int | None = None
    """Credits the bank has recognised; None when nothing was recorded (a visitor): then only the rule decides."""
    used_hundredths: int = 0
    """Credits converted earlier out of this achievement."""
    reserved_hundredths: int = 0
    """Credits held by an open application."""
    issuer_id: str = ""
    issuer_kind: str = ""
    """Kind of organisation that issued it, as in ``base.orgs``."""
    issued_on: date | None = None
    valid_until: date | None = None
    """Last day on which the issuer says it is valid."""
    state: str = "recognised"
    """One of :data:`.scales.ACHIEVEMENT_STATES`."""
    national_recognised: bool = False
    """Whether every national recognition asked for has been given."""
    recognitions: tuple[str, ...] = ()
    """Codes of single national recognitions already given."""


class CourseLike(Protocol):
    """One course of a curriculum plan."""

    @property
    def id(self) -> int | str: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def credits_hundredths(self) -> int: ...
    @property
    def semester(self) -> int: ...
    @property
    def is_required(self) -> bool: ...
    @property
    def is_convertible(self) -> bool: ...


class PlanLike(Protocol):
    """A curriculum plan: its courses in plan order."""

    @property
    def courses(self) -> Sequence[CourseLike]: ...


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course; credits in hundredths, hours as whole hours, semester from 1 (0: not known)."""

    id: int | str
    code: str
    name: str
    category: str
    module: str = ""
    credits_hundredths: int = 0
    hours: int = 0
    practice_hours: int = 0
    semester: int = 0
    is_required: bool = True
    is_convertible: bool = True


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A curriculum plan for the engine alone (tests, simulations)."""

    courses: tuple[CourseFacts, ...]
    total_credits_hundredths: int | None = None
    """Credits needed to complete, when they differ from the sum of the courses (electives to choose from)."""


@dataclass(frozen=True, slots=True)
class PriorConversion:
    """Credits this learner converted earlier; they use up the caps."""

    hundredths: int
    course_code: str
    kind: str
    achievement_id: str = ""
    certificate_code: str = ""
    issuer_id: str = ""
    issuer_kind: str = ""
    issued_on: date | None = None
    """When the achievement was earned."""
    converted_on: date | None = None
    """When it was converted."""


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """What the school knows of the learner."""

    earned_hundredths: int = 0
    """Credits earned at this school so far."""
    passed: frozenset[str] = frozenset()
    """Codes of courses already passed."""
    exempted: frozenset[str] = frozenset()
    """Codes of courses already exempted by conversion."""
    semester: int = 0
    """The semester the learner is in, from 1; 0 when not known."""
    enrolled_on: date | None = None
    prior: tuple[PriorConversion, ...] = field(default=())


NEWCOMER = LearnerFacts()
"""A learner of whom nothing is known (a visitor)."""


class LawNumber(Protocol):
    """A number of the law at the region and date asked for (``policy.asking.Answer`` has these attributes)."""

    @property
    def value(self) -> object: ...
    @property
    def citation(self) -> Citation: ...


@dataclass(frozen=True, slots=True)
class LawValue:
    """A number (as text) or a list of texts of the law, for callers without a policy library."""

    value: object
    citation: Citation


@dataclass(frozen=True, slots=True)
class LawQuestion:
    """A number of the law this engine reads: ``key`` in its law mapping, parameter and scope in the policy library."""

    key: str
    parameter: str
    scope: str | None = None


CERTIFICATE_CAP = "credit.certificate_cap"
CERTIFICATES_PER_COURSE = "credit.certificates_per_course"
HOURS_PER_CREDIT_MIN = "credit.hours_per_credit.minimum"
HOURS_PER_CREDIT_MAX = "credit.hours_per_credit.maximum"
PROGRAMME_SHARE_CAP = "credit.programme_share_cap"
CATEGORY_SHARE_CAP = "credit.category_share_cap"
OWN_CREDITS_SHARE = "credit.minimum_own_credits_share"
SEMESTER_CAP = "credit.semester_cap"
YEAR_CAP = "credit.year_cap"
ISSUER_CAP = "credit.issuer_cap"
EXCLUDED_COURSES = "credit.excluded_courses"
NATIONAL_FIRST = "credit.national_recognition_first"
VALIDITY_YEARS = "credit.validity_years"

CERTIFICATE_KINDS = ("skill_grade", "x_certificate", "vocational_qualification")
"""Kinds the law's cap per certificate speaks of."""

_CATEGORY_SCOPES = {
    "public": "公共基础课",
    "foundation": "专业基础课",
    "core": "专业核心课",
    "elective": "选修课",
    "practice": "实践课",
}
_VALIDITY_SCOPES = {
    "school_course": "学校课程",
    "skill_grade": "技能等级证书",
    "x_certificate": "1+X证书",
    "vocational_qualification": "职业资格",
    "training": "培训",
    "competition": "竞赛",
    "military_skill": "军事技能",
    "work_experience": "工作经历",
    "other": "其他",
}

LAW_QUESTIONS: tuple[LawQuestion, ...] = (
    *(
        LawQuestion(name, name)
        for name in (
            CERTIFICATE_CAP,
            CERTIFICATES_PER_COURSE,
            HOURS_PER_CREDIT_MIN,
            HOURS_PER_CREDIT_MAX,
            PROGRAMME_SHARE_CAP,
            OWN_CREDITS_SHARE,
            SEMESTER_CAP,
            YEAR_CAP,
            ISSUER_CAP,
            EXCLUDED_COURSES,
            NATIONAL_FIRST,
        )
    ),
    *(LawQuestion(f"{CATEGORY_SHARE_CAP}:{code}", CATEGORY_SHARE_CAP, name) for code, name in _CATEGORY_SCOPES.items()),
    *(LawQuestion(f"{VALIDITY_YEARS}:{kind}", VALIDITY_YEARS, name) for kind, name in _VALIDITY_SCOPES.items()),
)
"""What to ask the policy library, scoped parameters by scope. A key left out of a mapping: no such bound.

``{q.key: answer for q in LAW_QUESTIONS if (answer := law.find(q.parameter, scope=q.scope))}`` is the law mapping.
"""

LAW_NAMES: tuple[str, ...] = tuple(q.parameter for q in LAW_QUESTIONS if q.scope is None)
"""The parameters without a scope."""
