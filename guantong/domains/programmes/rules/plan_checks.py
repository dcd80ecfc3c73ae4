"""The national checks of a curriculum plan: each compares one measured value with one parameter of the law.

No number is written here. A check whose parameter the region's law does not hold says so (``absent``); one that is
missed is ``not_met`` where the text binds and ``warning`` where it says 原则上 or 一般 (``practice`` of the parameter).
Sources of the parameters: 教职成〔2019〕13号 二（三）, 国发〔2019〕4号, 教材〔2020〕4号; each answer brings its clause.
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
from .vocabulary import BACHELOR, HIGHER, INTERNSHIP, PRACTICE, PUBLIC, SECONDARY, SPIRIT, TOPICS, label_of

MET, NOT_MET, WARNING, ABSENT = "met", "not_met", "warning", "absent"
OUTCOMES = {MET: "达标", NOT_MET: "未达标", WARNING: "需要留意", ABSENT: "没有可比的规定"}

PRACTICE_SHARE = "curriculum.practice_share"
TOTAL_HOURS = "curriculum.total_hours"
PUBLIC_SHARE = "curriculum.public_course_share"
ELECTIVE_SHARE = "curriculum.elective_share"
TOPIC_HOURS = "curriculum.topic_hours"
INTERNSHIP_MONTHS = "curriculum.internship_months"
LEAST_HOURS_A_CREDIT = "credit.hours_per_credit.minimum"
MOST_HOURS_A_CREDIT = "credit.hours_per_credit.maximum"

LEVEL_SCOPES = {SECONDARY: "三年制中职", HIGHER: "三年制高职", BACHELOR: "职业本科"}
"""Scope under which the law gives a number for one level only."""
SCOPED_YEARS = Decimal(3)
"""Length of the plans that 三年制 scopes speak of: the word itself, not a limit."""
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
    return law.find(name, LEVEL_SCOPES[level]) or law.find(name)


def _word(answer: Answered) -> str:
    return {"floor": "不低于", "ceiling": "不高于", "target": "达到"}.get(answer.bound, "为")


def _against(share: Fraction, answer: Answered) -> bool:
    wanted = _share(answer)
    if wanted is None:
        return False
    return share <= wanted if answer.bound == "ceiling" else share >= wanted


def _share_check(
    plan: PlanFacts, totals: Totals, law: LawSource, *, key: str, title: str, name: str, hours: int, note: str
) -> Check:
    share = totals.share(hours)
    if share is None:
        return _absent(key, title, name, "0 学时", "方案里还没有学时，无法计算。")
    measured = f"{show_percent(share)}（{hours}/{totals.all.hours} 学时）"
    answer = _find(law, name, plan.level)
    if answer is None or _share(answer) is None:
        return _absent(key, title, name, measured)
    return Check(
        key,
        title,
        _outcome(_against(share, answer), answer),
        measured,
        f"{_word(answer)} {answer.show()}",
        name,
        answer.citation,
        note,
    )


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
    if plan.level in {SECONDARY, HIGHER} and plan.duration_years != SCOPED_YEARS:
        note = f"国家只规定了三年制的总学时，本方案学制 {show_years(plan.duration_years)} 年，不作比较。"
        yield _absent(key, title, TOTAL_HOURS, measured, note)
        return
    met = totals.all.hours <= wanted if answer.bound == "ceiling" else totals.all.hours >= wanted
    yield Check(
        key, title, _outcome(met, answer), measured, f"{_word(answer)} {answer.show()}", TOTAL_HOURS, answer.citation
    )


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


def _topic_hours(plan: PlanFacts, totals: Totals, law: LawSource) -> Iterator[Check]:
    """One check for every topic the law gives hours for; the spirit topic (专题教育) is always listed."""
    for topic, label in TOPICS:
        name = f"{TOPIC_HOURS}.{topic}"
        answer = _find(law, name, plan.level)
        hours = sum(c.hours for c in plan.courses if c.topic == topic)
        key, title, measured = f"topic_{topic}", f"{label}学时", f"{hours} 学时"
        wanted = _number(answer.value) if answer is not None else None
        if answer is None or wanted is None:
            if topic == SPIRIT:
                yield _absent(key, title, name, measured)
            continue
        note = "" if hours else f"方案里没有课程标为“{label}”；已经开设的，请在课程表的“专题”一列注明。"
        yield Check(
            key,
            title,
            _outcome(hours >= wanted, answer),
            measured,
            f"{_word(answer)} {answer.show()}",
            name,
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
    met = months <= wanted if answer.bound == "ceiling" else months >= wanted
    note = f"一个月按 {WEEKS_A_MONTH} 个教学周计算。"
    if not weeks:
        note = f"方案里没有课程标为“{label_of(INTERNSHIP)}”并填写实践周数。"
    yield Check(
        key,
        title,
        _outcome(met, answer),
        measured,
        f"{_word(answer)} {answer.show()}",
        INTERNSHIP_MONTHS,
        answer.citation,
        note,
    )


_CHECKS: tuple[Callable[[PlanFacts, Totals, LawSource], Iterator[Check]], ...] = (
    _total_hours,
    _practice_share,
    _public_share,
    _elective_share,
    _hours_a_credit,
    _internship,
    _topic_hours,
)
