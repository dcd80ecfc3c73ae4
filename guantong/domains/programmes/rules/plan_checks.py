"""The national checks of a curriculum plan: each compares one measured value with one parameter of the law.

No number is written here. A check whose parameter the region's law does not hold says so (``absent``); one that is
missed is ``not_met`` where the text binds and ``warning`` where it says 原则上 or 一般 (``practice`` of the parameter).
Where the parameters come from is in ``regions/100000-china/parameters/curriculum``; each answer brings its clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from guantong.kernel.refusal import Citation

from .courses import show_number, show_years
from .facts import PlanCourseFacts, PlanFacts
from .totals import Totals, totals_of
from .vocabulary import BACHELOR, CORE, HIGHER, INTERNSHIP, LABOUR, PRACTICE, PUBLIC, SECONDARY, SPIRIT, label_of

MET, NOT_MET, WARNING, ABSENT = "met", "not_met", "warning", "absent"
OUTCOMES = {MET: "达标", NOT_MET: "未达标", WARNING: "需要留意", ABSENT: "没有可比的规定"}

PRACTICE_SHARE = "curriculum.practice_share"
TOTAL_HOURS = "curriculum.total_hours"
PUBLIC_SHARE = "curriculum.public_course_share"
ELECTIVE_SHARE = "curriculum.elective_share"
CORE_COURSES = "curriculum.core_course_count"
INTERNSHIP_MONTHS = "curriculum.internship_months"
LABOUR_HOURS = "curriculum.labour_topic_hours"
SPIRIT_HOURS = "curriculum.spirit_topic_hours"
IDEOLOGY_COURSES = "curriculum.ideology_courses"
LEAST_HOURS_A_CREDIT = "credit.hours_per_credit.minimum"
MOST_HOURS_A_CREDIT = "credit.hours_per_credit.maximum"

LEVEL_SCOPES = {SECONDARY: ("中等职业",), HIGHER: ("高等职业", "高等职业专科"), BACHELOR: ("本科",)}
"""Scopes under which the law speaks of one level only."""
SPIRIT_SCOPES = {True: "技工院校（每学年）", False: "职业院校（文件未写期间）"}
"""Scope of the spirit hours: whether the school is a technician school, where they are due every school year."""
TECHNICIAN_SCHOOL = "technician_school"
THREE_YEARS = Decimal(3)
"""Length of the plans the total of hours is printed for (三年制): the word itself, not a limit."""
WEEKS_A_MONTH = 4
"""How weeks of a timetable are counted as months (a month of four teaching weeks); printed with the result."""
NAMED_COURSES = 5
"""How many courses a sentence names before it says 等."""


class Answered(Protocol):
    """What is needed of an answer of the law (:class:`guantong.policy.asking.law.Answer`)."""

    @property
    def value(self) -> object: ...
    @property
    def unit(self) -> str: ...
    @property
    def bound(self) -> str: ...
    @property
    def practice(self) -> str: ...
    @property
    def citation(self) -> Citation: ...
    def show(self) -> str:
        """The value with its unit, in Chinese."""
        ...


class LawSource(Protocol):
    """What is needed of the law (:class:`guantong.policy.asking.law.Law`)."""

    def find(self, name: str, scope: str | None = None) -> Answered | None:
        """The answer, or None when the law of this region and day has none."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a plan, ready to be shown."""

    key: str
    title: str
    outcome: str
    """met | not_met | warning | absent."""
    measured: str
    required: str
    """For instance ``不低于 50%``; empty when there is nothing to compare with."""
    parameter: str
    citation: Citation | None
    note: str = ""
    """One sentence more: how it was counted, which courses, why nothing is compared."""

    @property
    def outcome_label(self) -> str:
        """The outcome in Chinese."""
        return OUTCOMES[self.outcome]

    def as_json(self) -> dict[str, str | None]:
        """Plain values for API and audit."""
        return {
            "key": self.key,
            "title": self.title,
            "outcome": self.outcome,
            "measured": self.measured,
            "required": self.required,
            "parameter": self.parameter,
            "clause": self.citation.sentence() if self.citation else None,
            "note": self.note,
        }


def check_plan(plan: PlanFacts, law: LawSource) -> list[Check]:
    """All national checks of a plan, in the order pages show them."""
    totals = totals_of(plan.courses)
    return [check for one in _CHECKS for check in one(plan, totals, law)]


def _outcome(met: bool, answer: Answered) -> str:
    if met:
        return MET
    return NOT_MET if answer.practice == "binding" else WARNING


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        return None
    return Fraction(value)


def _share(answer: Answered) -> Fraction | None:
    """A share between 0 and 1 of an answer in percent or as a fraction."""
    number = _number(answer.value)
    if number is None:
        return None
    return number / 100 if answer.unit == "percent" else number


def show_percent(share: Fraction) -> str:
    """A share as a percentage with at most one place."""
    return show_number(share * 100) + "%"


def _absent(key: str, title: str, parameter: str, measured: str, note: str = "") -> Check:
    return Check(key, title, ABSENT, measured, "", parameter, None, note or "本地区的政策参数里没有这一项，无法比较。")


def _find(law: LawSource, name: str, level: str) -> Answered | None:
    """The answer for this level, else the one for all levels."""
    for scope in LEVEL_SCOPES[level]:
        found = law.find(name, scope)
        if found is not None:
            return found
    return law.find(name)


def _required(answer: Answered) -> str:
    """What is asked, in words: 不低于 50%."""
    word = {"floor": "不低于", "ceiling": "不高于", "target": "达到"}.get(answer.bound)
    return f"{word or ('一般为' if answer.practice != 'binding' else '为')} {answer.show()}"


def _reaches(measured: Fraction | int, wanted: Fraction, answer: Answered) -> bool:
    """A ceiling is kept from below; a floor, a target and a usual value (一般为) are reached from below."""
    return measured <= wanted if answer.bound == "ceiling" else measured >= wanted


def _share_check(
    plan: PlanFacts, totals: Totals, law: LawSource, *, key: str, title: str, name: str, hours: int, note: str
) -> Check:
    share = totals.share(hours)
    if share is None:
        return _absent(key, title, name, "0 学时", "方案里还没有学时，无法计算。")
    measured = f"{show_percent(share)}（{hours}/{totals.all.hours} 学时）"
    answer = _find(law, name, plan.level)
    wanted = _share(answer) if answer is not None else None
    if answer is None or wanted is None:
        return _absent(key, title, name, measured)
    outcome = _outcome(_reaches(share, wanted, answer), answer)
    return Check(key, title, outcome, measured, _required(answer), name, answer.citation, note)


def _practice_share(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    yield _share_check(
        plan,
        totals,
        law,
        key="practice_share",
        title="实践性教学学时占总学时",
        name=PRACTICE_SHARE,
        hours=totals.all.practice_hours,
        note="按各门课程的实践学时合计计算。",
    )


def _total_hours(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    key, title, measured = "total_hours", "总学时", f"{totals.all.hours} 学时"
    answer = _find(law, TOTAL_HOURS, plan.level)
    wanted = _number(answer.value) if answer is not None else None
    if answer is None or wanted is None:
        yield _absent(key, title, TOTAL_HOURS, measured)
        return
    if plan.duration_years != THREE_YEARS:
        note = f"国家只规定了三年制的总学时，本方案学制 {show_years(plan.duration_years)} 年，不作比较。"
        yield _absent(key, title, TOTAL_HOURS, measured, note)
        return
    outcome = _outcome(_reaches(totals.all.hours, wanted, answer), answer)
    yield Check(key, title, outcome, measured, _required(answer), TOTAL_HOURS, answer.citation)


def _public_share(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    group = totals.by_category.get(PUBLIC)
    yield _share_check(
        plan,
        totals,
        law,
        key="public_course_share",
        title="公共基础课学时占总学时",
        name=PUBLIC_SHARE,
        hours=group.hours if group else 0,
        note="按课程类别为“公共基础课”的课程合计计算。",
    )


def _elective_share(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    yield _share_check(
        plan,
        totals,
        law,
        key="elective_share",
        title="选修课学时占总学时",
        name=ELECTIVE_SHARE,
        hours=totals.elective.hours,
        note="按不是必修的课程合计计算。",
    )


def _topic_check(plan: PlanFacts, answer: Answered | None, topic: str, name: str, *, each_year: bool) -> Check:
    label = label_of(topic)
    hours = sum(c.hours for c in plan.courses if c.topic == topic)
    key, title, measured = f"topic_{topic}", f"{label}学时", f"{hours} 学时"
    wanted = _number(answer.value) if answer is not None else None
    if answer is None or wanted is None:
        return _absent(key, title, name, measured)
    required, due = _required(answer), wanted
    if each_year:
        due = wanted * Fraction(plan.duration_years)
        required = f"每学年{_required(answer)}，全程{_required(answer).split()[0]} {show_number(due)} 学时"
    note = "" if hours else f"方案里没有课程标为“{label}”；已经开设的，请在课程表的“专题”一列注明。"
    outcome = _outcome(_reaches(hours, due, answer), answer)
    return Check(key, title, outcome, measured, required, name, answer.citation, note)


def _topic_hours(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    yield _topic_check(plan, _find(law, LABOUR_HOURS, plan.level), LABOUR, LABOUR_HOURS, each_year=False)
    each_year = plan.school_kind == TECHNICIAN_SCHOOL
    spirit = law.find(SPIRIT_HOURS, SPIRIT_SCOPES[each_year])
    yield _topic_check(plan, spirit, SPIRIT, SPIRIT_HOURS, each_year=each_year)


def _core_courses(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    key, title = "core_courses", "专业核心课门数"
    group = totals.by_category.get(CORE)
    count = group.courses if group else 0
    answer = _find(law, CORE_COURSES, plan.level)
    value = answer.value if answer is not None else None
    if answer is None or not (isinstance(value, tuple) and len(value) == 2):
        yield _absent(key, title, CORE_COURSES, f"{count} 门")
        return
    outcome = _outcome(value[0] <= count <= value[1], answer)
    yield Check(key, title, outcome, f"{count} 门", f"一般为 {answer.show()} 门", CORE_COURSES, answer.citation)


def _ideology(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    """Compulsory courses of ideology the law names; listed only where it names any for this level.

    Names of courses have changed since the document, so a course that is not found asks for a look and refuses nothing.
    """
    answer = next((a for a in (law.find(IDEOLOGY_COURSES, s) for s in LEVEL_SCOPES[plan.level]) if a), None)
    if answer is None or not isinstance(answer.value, tuple):
        return
    names = [str(name) for name in answer.value]
    held = {c.name for c in plan.courses if c.is_required}
    missing = [name for name in names if not any(name in h or h in name for h in held)]
    shown = "、".join(f"“{name}”" for name in missing)
    note = f"没有找到同名的必修课：{shown}。课程名称后来有调整的，请人工核对。" if missing else ""
    yield Check(
        "ideology_courses",
        "思想政治理论必修课",
        WARNING if missing else MET,
        f"{len(names) - len(missing)} 门",
        f"开设 {answer.show()}",
        IDEOLOGY_COURSES,
        answer.citation,
        note,
    )


def _names(courses: Iterable[PlanCourseFacts]) -> str:
    names = [f"“{c.name}”" for c in courses]
    shown = "、".join(names[:NAMED_COURSES])
    return shown + (f"等 {len(names)} 门" if len(names) > NAMED_COURSES else "")


def _hours_a_credit(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    """Courses taught by the hour whose hours a credit lie outside the law's two limits."""
    key, title = "hours_per_credit", "每学分学时"
    least, most = law.find(LEAST_HOURS_A_CREDIT), law.find(MOST_HOURS_A_CREDIT)
    by_hour = [c for c in plan.courses if not c.weeks and c.credits_hundredths and c.category != PRACTICE]
    low = _number(least.value) if least is not None else None
    high = _number(most.value) if most is not None else None
    if not by_hour:
        yield _absent(key, title, LEAST_HOURS_A_CREDIT, "没有按学时计算的课程", "方案里没有按学时计算学分的课程。")
        return
    hours = sum(c.hours for c in by_hour)
    credits_hundredths = sum(c.credits_hundredths for c in by_hour)
    measured = f"平均 {show_number(Fraction(hours * 100, credits_hundredths))} 学时"
    if least is None or most is None or low is None or high is None:
        yield _absent(key, title, LEAST_HOURS_A_CREDIT, measured)
        return
    outside = [c for c in by_hour if not low <= Fraction(c.hours * 100, c.credits_hundredths) <= high]
    note = f"不在这个范围内的课程有{_names(outside)}。" if outside else "按周安排的实践环节不计入。"
    outcome = MET if not outside else WARNING
    required = f"{show_number(low)} 至 {show_number(high)} 学时"
    yield Check(key, title, outcome, measured, required, LEAST_HOURS_A_CREDIT, least.citation, note)


def _internship(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    key, title = "internship", "岗位实习时间"
    weeks = sum(c.weeks for c in plan.courses if c.topic == INTERNSHIP)
    months = Fraction(weeks, WEEKS_A_MONTH)
    measured = f"{show_number(months)} 个月（{weeks} 周）"
    answer = _find(law, INTERNSHIP_MONTHS, plan.level)
    wanted = _number(answer.value) if answer is not None else None
    if answer is None or wanted is None:
        yield _absent(key, title, INTERNSHIP_MONTHS, measured)
        return
    note = f"一个月按 {WEEKS_A_MONTH} 个教学周计算。"
    if not weeks:
        note = f"方案里没有课程标为“{label_of(INTERNSHIP)}”并填写实践周数。"
    outcome = _outcome(_reaches(months, wanted, answer), answer)
    yield Check(key, title, outcome, measured, _required(answer), INTERNSHIP_MONTHS, answer.citation, note)


_CHECKS: tuple[Callable[[PlanFacts, Totals, LawSource], Iterator[Check]], ...] = (
    _total_hours,
    _practice_share,
    _public_share,
    _elective_share,
    _hours_a_credit,
    _core_courses,
    _internship,
    _topic_hours,
    _ideology,
)
