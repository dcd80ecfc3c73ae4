"""The roster of new students (学生名册): checked whole by the real action, then enrolled in chunks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from guantong.base.people.public import PersonFacts, ensure_people, problems_of
from guantong.base.sheets.kinds import JobContext, JobKind, PostCounts
from guantong.base.sheets.reading import Row
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.kernel.refusal import Problem, Refusal

from .. import errors
from ..actions import Enrolment, enrol_students, withdraw_enrolments
from ..models import CurriculumPlan
from ..rules.catalogue import split_code
from ..rules.vocabulary import ENTRIES, entry_label
from ..selectors.plans import list_plans
from ..selectors.records import ENROL, find_open_by_person

_ENTRIES = {
    **{label: key for key, label in ENTRIES},
    "初中": "junior",
    "高中": "senior",
    "中职": "secondary",
    "高职": "higher",
    "专科": "higher",
}

ROSTER = SheetSpec(
    name="student_roster",
    title="学生名册",
    unique=(("id_number",), ("student_number",)),
    about=(
        "一行一名学生。专业和年级须有已经发布的人才培养方案。",
        "同一专业、年级有几份方案的（招生对象不同），请填写“招生对象”。",
    ),
    columns=(
        ColumnSpec(key="name", titles=("姓名", "学生姓名"), required=True, max_length=60, example="张小明"),
        ColumnSpec(
            key="id_number",
            titles=("证件号码", "身份证号", "身份证件号"),
            kind="id_number",
            required=True,
            help="18 位居民身份证号码。",
        ),
        ColumnSpec(
            key="student_number", titles=("学号",), kind="code", required=True, max_length=24, example="20260101001"
        ),
        ColumnSpec(
            key="programme",
            titles=("专业代码",),
            kind="code",
            required=True,
            max_length=7,
            example="510203",
        ),
        ColumnSpec(
            key="cohort",
            titles=("年级", "入学年份", "所在年级"),
            kind="integer",
            required=True,
            least=1990,
            most=2100,
            example="2026",
        ),
        ColumnSpec(key="entry", titles=("招生对象", "生源类别"), choices=_ENTRIES, help="只有一份方案时不用填。"),
        ColumnSpec(
            key="enrolled_on",
            titles=("入学日期", "入学年月日", "注册日期"),
            kind="date",
            required=True,
            example="2026-09-01",
        ),
        ColumnSpec(key="department", titles=("所属院系", "院系", "系部"), max_length=60),
    ),
)

NEW_STUDENTS = SheetSpec(
    name="student_system_import",
    title="新生导入",
    unique=(("id_number",), ("student_number",)),
    about=(
        "全国中等职业学校学生管理信息系统的新生导入表，列名不用改；只读取认人、认专业和入学要用的列。",
        "修读专业写目录里的名称或 6 位代码；入学年月按当月 1 日登记。",
    ),
    columns=(
        ColumnSpec(key="id_number", titles=("身份证号", "身份证件号"), kind="id_number", required=True),
        ColumnSpec(key="name", titles=("姓名",), kind="name", required=True, max_length=60),
        ColumnSpec(key="student_number", titles=("校内学号",), kind="code", required=True, max_length=24),
        ColumnSpec(key="programme", titles=("修读专业",), required=True, max_length=60),
        ColumnSpec(
            key="cohort", titles=("年级",), kind="integer", required=True, least=1990, most=2100, example="2026"
        ),
        ColumnSpec(key="enrolled_on", titles=("入学年月",), kind="month", required=True, example="2026-09"),
        ColumnSpec(key="entry", titles=("生源类别",), choices=_ENTRIES),
        *(
            ColumnSpec(key=key, titles=(title,))
            for key, title in (
                ("sex", "性别"),
                ("ethnicity", "民族"),
                ("enrolment_type", "招生类型"),
                ("schooling_length", "学制"),
                ("class_name", "班级"),
                ("catalogue_edition", "专业目录版本"),
                ("student_category", "学生类别"),
                ("born_on", "出生日期"),
            )
        ),
    ),
)
"""The columns of the national student system's import form that matter here; its other columns are passed over."""

_PLACES = {
    errors.NUMBER_FORM.code: "student_number",
    errors.NUMBER_TAKEN.code: "student_number",
    errors.ALREADY_ENROLLED.code: "student_number",
    errors.DATE_AHEAD.code: "enrolled_on",
    errors.OTHER_COHORT.code: "enrolled_on",
    errors.PLAN_NOT_PUBLISHED.code: "programme",
}
_PEOPLE_COLUMNS = frozenset({"name", "id_number"})


@dataclass(slots=True)
class _Student:
    """A row understood: the person as given and the plan found."""

    row: Row
    facts: PersonFacts
    plan: CurriculumPlan


def _plans(context: JobContext) -> dict[tuple[str, int], list[CurriculumPlan]]:
    """Published plans of the school by (programme code, cohort); remembered for the phase."""
    found: dict[tuple[str, int], list[CurriculumPlan]] | None = context.memory.get("plans")
    if found is None:
        found = context.memory["plans"] = {}
        for plan in list_plans(school_id=context.organisation_id):
            found.setdefault((plan.programme.code, plan.cohort), []).append(plan)
    return found


def _plan_of(row: Row, context: JobContext) -> CurriculumPlan | Problem:
    given = str(row.values["programme"])
    where = context.where(row, "programme", given)
    if context.spec.name == NEW_STUDENTS.name:
        given = _code_of_name(given, context)
    split = split_code(given)
    if split is None:
        return errors.CODE_FORM.problem(where=where, code=row.values["programme"])
    cohort, entry = int(str(row.values["cohort"])), row.values.get("entry")
    plans = _plans(context).get((split[0], cohort), [])
    fitting = [plan for plan in plans if entry is None or plan.entry == entry]
    if not fitting:
        return errors.NO_PLAN.problem(where=where, code=split[0], cohort=cohort)
    if len(fitting) > 1:
        choices = "、".join(entry_label(plan.entry) for plan in fitting)
        return errors.WHICH_PLAN.problem(where=where, code=split[0], cohort=cohort, choices=choices)
    return fitting[0]


def _code_of_name(given: str, context: JobContext) -> str:
    """The code of the school's programme of that name; otherwise the text as it is."""
    codes = {plan.programme.code for many in _plans(context).values() for plan in many if plan.programme.name == given}
    return codes.pop() if len(codes) == 1 else given


def _understood(rows: Sequence[Row], context: JobContext) -> tuple[list[_Student], list[Problem]]:
    facts = [PersonFacts(str(row.values["name"]), str(row.values["id_number"])) for row in rows]
    students: list[_Student] = []
    problems: list[Problem] = []
    for row, person, findings in zip(rows, facts, problems_of(facts), strict=True):
        for finding in findings:
            key = finding.where.column if finding.where.column in _PEOPLE_COLUMNS else "name"
            problems.append(finding.at(context.where(row, str(key))))
        plan = _plan_of(row, context)
        if isinstance(plan, Problem):
            problems.append(plan)
        elif not findings:
            students.append(_Student(row, person, plan))
    return students, problems


def _enrol(students: Sequence[_Student], context: JobContext) -> PostCounts:
    """Register the people, enrol them; a Refusal carries every problem at its cell."""
    if context.organisation_id is None:
        raise errors.SCHOOL_MISSING.refuse()
    people = ensure_people(actor=context.actor, facts=[s.facts for s in students])
    there = find_open_by_person(context.organisation_id, people)
    enrolments = [
        Enrolment(
            person_id=person,
            plan_id=s.plan.pk,
            student_number=str(s.row.values["student_number"]),
            enrolled_on=_day(s.row.values["enrolled_on"]),
            department=str(s.row.values.get("department") or ""),
            where=context.where(s.row, "student_number", s.row.values["student_number"]),
        )
        for person, s in zip(people, students, strict=True)
    ]
    try:
        enrol_students(
            actor=context.actor, school_id=context.organisation_id, enrolments=enrolments, job_id=context.job_id
        )
    except Refusal as refusal:
        raise Refusal([_placed(p, context) for p in refusal], status=refusal.status) from None
    known = sum(1 for person in people if person in there)
    return PostCounts(posted=len(people) - known, known=known)


def _day(value: object) -> date:
    if isinstance(value, str):  # a month: its first day
        return date.fromisoformat(f"{value}-01")
    if not isinstance(value, date):
        raise TypeError("a date column gives dates")
    return value


def _placed(problem: Problem, context: JobContext) -> Problem:
    key = _PLACES.get(problem.code)
    if key is None or problem.where.row is None or key == "student_number":
        return problem
    return replace(problem, where=context.where(problem.where.row, key))


def check_rows(rows: list[Row], context: JobContext) -> Iterable[Problem]:
    """What enrolling these rows would refuse. Runs the real action; the caller rolls back."""
    students, problems = _understood(rows, context)
    if students:
        try:
            _enrol(students, context)
        except Refusal as refusal:
            problems += list(refusal)
    return problems


def post_rows(rows: list[Row], context: JobContext) -> PostCounts:
    """Enrol one chunk in the caller's transaction."""
    students, problems = _understood(rows, context)
    if problems:
        raise Refusal(problems)
    return _enrol(students, context)


def reverse(context: JobContext) -> int:
    """Close a chunk of the records a cancelled job opened."""
    return withdraw_enrolments(actor=context.actor, school_id=context.organisation_id, job_id=context.job_id)


ROSTER_JOB = JobKind(
    name="student_roster",
    title="导入学生名册",
    specs=(ROSTER, NEW_STUDENTS),
    permission=ENROL,
    check_rows=check_rows,
    post_rows=post_rows,
    reverse=reverse,
    allows_partial=True,
    chunk=1000,
    posted_word="注册",
)
