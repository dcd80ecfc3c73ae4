"""What schools offer to candidates: programmes of a year with their curricula, intake plans, prospectuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.domains.admission.actions.cycles import LimitEntry, set_school_limits
from guantong.domains.admission.actions.plans import PlanEntry, decide_plans, save_plans, submit_plans
from guantong.domains.admission.actions.prospectuses import (
    decide_prospectus,
    required_items,
    save_prospectus,
    submit_prospectus,
)
from guantong.domains.admission.models import Cycle, IntakePlan, Prospectus
from guantong.domains.programmes.actions.offerings import offer_programmes
from guantong.domains.programmes.actions.plans import draft_plan, publish_plan, replace_courses
from guantong.domains.programmes.models import CurriculumPlan, Offering, Programme
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.curricula import FIELDS, Field, courses_for
from guantong.site.demo.schooling import NOT_MET

ENTRY = {"secondary": ("junior", 3), "higher": ("senior", 3), "bachelor": ("senior", 4)}
"""Level → who enters, years of study."""
TELEPHONE = "0990-12000（演示）"
"""Published with every prospectus."""
BY_KEY = {field.key: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Taught:
    """A field of study at a school: its programmes in order of code."""

    school: int
    field: Field
    level: str
    category: str
    class_name: str
    programmes: tuple[tuple[str, str], ...]


class Offers:
    """Which school offers which fields at which level; drawn once, the same for every year and channel."""

    def __init__(self, ground: Ground, schools: int) -> None:
        self.ground = ground
        self._classes: dict[str, list[Programme]] = {}
        kinds = ground.places.kinds
        by_kind: dict[str, list[int]] = {}
        for school in ground.places.schools:
            by_kind.setdefault(kinds[school], []).append(school)
        share = min(1.0, schools / len(ground.places.schools))

        def some(kind: str, least: int) -> list[int]:
            return by_kind[kind][: max(least, round(len(by_kind[kind]) * share))]

        self.higher: list[Taught] = []
        self.bachelor: list[Taught] = []
        self.secondary: list[Taught] = []
        for school in some("higher_school", 3):
            self.higher += self._taught(school, "higher", 4, 3)
        for school in some("technician_school", 1):
            self.higher += self._taught(school, "higher", 2, 2)
        for school in some("bachelor_school", 1):
            self.bachelor += self._taught(school, "bachelor", 6, 2)
        for school in [*some("secondary_school", 2), *some("technician_school", 1)]:
            self.secondary += self._taught(school, "secondary", 2, 1)

    def _taught(self, school: int, level: str, fields: int, programmes: int) -> list[Taught]:
        """The school's own fields first, then others; rule schools (five fields of their own) offer all of theirs."""
        random = self.ground.random
        own = list(dict.fromkeys(plan.field.key for plan in self.ground.schooling.plans.get(school, ())))
        rest = [field.key for field in FIELDS if field.key not in own]
        wanted = [*own, *random.sample(rest, max(0, min(fields - len(own), len(rest))))]
        found = []
        for key in wanted:
            field = BY_KEY[key]
            rows = self._class(field.codes[level], level)
            first = next(p for p in rows if p.code == field.codes[level])
            others = [p for p in rows if p is not first]
            more = random.sample(others, min(len(others), programmes - 1 + (len(own) > 3)))
            chosen = sorted([first, *more], key=lambda p: p.code)
            pairs = tuple((p.code, p.name) for p in chosen)
            found.append(Taught(school, field, level, first.category_name, first.class_name, pairs))
        return found

    def _class(self, code: str, level: str) -> list[Programme]:
        if code not in self._classes:
            rows = Programme.objects.filter(level=level, class_code=code[:4], is_controlled=False).order_by("code")
            own = Programme.objects.get(code=code)
            self._classes[code] = [own, *(row for row in rows if row.code != code)]
        return self._classes[code]

    def offer(self, year: int, taught: Sequence[Taught]) -> None:
        """Register the year's programmes of the schools."""
        there = set(Offering.objects.filter(year=year).values_list("school_id", "programme__code"))
        with transaction.atomic():
            for one in taught:
                wanted = [(c, one.field.department) for c, _ in one.programmes if (one.school, c) not in there]
                offer_programmes(actor=SYSTEM, school_id=one.school, year=year, programmes=wanted)
                there |= {(one.school, code) for code, _ in wanted}

    def write_curricula(self, cohort: int, taught: Sequence[Taught]) -> None:
        """A published curriculum plan for each programme that has none for the cohort."""
        there = set(CurriculumPlan.objects.filter(cohort=cohort).values_list("school_id", "programme__code"))
        with transaction.atomic():
            for one in taught:
                entry, years = ENTRY[one.level]
                for code, _ in one.programmes:
                    if (one.school, code) in there:
                        continue
                    there.add((one.school, code))
                    courses = courses_for(one.field, one.level, years=years, hours_per_credit=16)
                    plan = draft_plan(
                        actor=SYSTEM,
                        school_id=one.school,
                        programme_code=code,
                        cohort=cohort,
                        entry=entry,
                        duration_years=Decimal(years),
                        total_credits_hundredths=sum(c.credits_hundredths for c in courses),
                        hours_per_credit=16,
                    )
                    replace_courses(actor=SYSTEM, plan_id=plan.pk, courses=courses)
                    publish_plan(actor=SYSTEM, plan_id=plan.pk, explanation=NOT_MET)


def school_actor(ground: Ground, school: int) -> Actor:
    """Who acts for a school's admission office: at 东湖职院 a person of the cast, elsewhere nobody in particular."""
    return ground.actor("yu.zhaosheng") if school == ground.places.keyed["donghu"] else SYSTEM


def lay_plans(ground: Ground, cycle: Cycle, entries: Mapping[int, Sequence[PlanEntry]], *, decide: bool = True) -> None:
    """Sizes, plans and prospectuses of all schools; one school's plans are returned once before they are approved.

    ``decide`` False: plans and prospectuses are handed in and wait for the authority.
    """
    limits = [
        LimitEntry(school, sum(e.seats for e in own) + 20, f"云澜招委〔{cycle.year - 1}〕26号（虚构）")
        for school, own in entries.items()
    ]
    set_school_limits(actor=ground.chen, cycle=cycle, limits=limits)
    for school, own in entries.items():
        save_plans(actor=school_actor(ground, school), cycle=cycle, school_id=school, entries=own)
        submit_plans(actor=school_actor(ground, school), cycle=cycle, school_id=school)
        _write_prospectus(ground, cycle, school, own)
    if not decide:
        return
    plans = list(IntakePlan.objects.filter(cycle=cycle).order_by("pk"))
    last = plans[-1].school_id
    if len(entries) > 3:
        one = [plan for plan in plans if plan.school_id == last]
        decide_plans(
            actor=ground.chen, cycle=cycle, plans=one, approve=False, reason="请核对学费标准与价格主管部门的批复。"
        )
        submit_plans(actor=school_actor(ground, last), cycle=cycle, school_id=last)
    decide_plans(actor=ground.chen, cycle=cycle, plans=plans, approve=True)
    for school in entries:
        _file_prospectus(ground, cycle, school)


def _file_prospectus(ground: Ground, cycle: Cycle, school: int) -> None:
    """The case of a prospectus: reviewed by 陈科长, filed and made public by 何处长."""
    row = Prospectus.objects.get(cycle=cycle, school_id=school)
    if row.case_id is None:  # before the day from which filing is a case
        decide_prospectus(actor=ground.he, cycle=cycle, school_id=school, file=True, telephone=TELEPHONE)
        return
    case = Case.objects.get(pk=row.case_id)
    steps: tuple[tuple[Actor, str, dict[str, str]], ...] = (
        (ground.chen, "六项内容齐全，与上报的计划和收费标准一致。", {}),
        (ground.he, "准予备案。", {"telephone": TELEPHONE}),
    )
    for actor, opinion, values in steps:
        case = act(
            actor=actor, case_id=case.pk, action="approve", revision=case.revision, opinion=opinion, values=values
        )


TOLD: dict[str, Callable[[str, str], str]] = {
    "学校性质": lambda name, taught: f"{name}是公办全日制学校，实施职业教育，学历证书由学校颁发。",
    "专业设置": lambda name, taught: f"今年招生的专业有{taught}。各专业的计划数和办学地点以公布的招生计划为准。",
    "培养层次": lambda name, taught: "各专业的培养层次和学制见招生计划，毕业须取得人才培养方案规定的学分。",
    "办学形式": lambda name, taught: "全日制，在校学习和岗位实习相结合，实行学分制管理。",
    "学费标准": lambda name, taught: "按价格主管部门批准的标准收取，各专业的学费见招生计划；国家资助政策照常执行。",
    "学籍管理": lambda name, taught: "新生报到后经网上审核和现场核查取得学籍，同时开通学分银行账户。",
}


def _write_prospectus(ground: Ground, cycle: Cycle, school: int, entries: Sequence[PlanEntry]) -> None:
    name = ground.places.names[school]
    codes = sorted({entry.programme_code for entry in entries})
    names = [p.name for p in Programme.objects.filter(code__in=codes).order_by("code")]
    taught = "、".join(names[:6]) + (f"等 {len(names)} 个" if len(names) > 6 else "")
    items = {
        item: TOLD[item](name, taught) if item in TOLD else f"{item}按学校公布的规定执行。"
        for item in required_items(cycle)
    }
    charter = (
        f"{name} {cycle.year} 年招生章程（演示）\n\n第一条　本章程适用于{cycle.title}。\n"
        "第二条　学校按公布的计划和投档结果录取，不在计划之外录取，不收取与录取有关的费用。\n"
        "第三条　体检结论、报名信息与原始材料不符的，学校可以退档，并说明理由。\n"
        "第四条　新生入学后三个月内复查；弄虚作假的，取消入学资格。\n"
        "第五条　考生对录取结果有异议的，可以在规定的期限内向主管部门申请复核。"
    )
    actor = school_actor(ground, school)
    save_prospectus(actor=actor, cycle=cycle, school_id=school, items=items, charter=charter)
    submit_prospectus(actor=actor, cycle=cycle, school_id=school)
