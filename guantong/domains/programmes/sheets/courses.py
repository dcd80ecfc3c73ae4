"""A plan's course table (课程表): read whole, returned with what was found, written from a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import Reading, Row, read_sheet
from guantong.base.sheets.returning import write_report
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.base.sheets.writing import write_table, write_template
from guantong.kernel.credits import from_hundredths, to_hundredths
from guantong.kernel.refusal import Problem, Weight, Where

from .. import errors
from ..rules.courses import CourseEntry, course_faults
from ..rules.facts import PlanFacts
from ..rules.vocabulary import COURSE_CATEGORIES, TOPICS, label_of

_CATEGORIES = {
    **{label: key for key, label in COURSE_CATEGORIES},
    **{label + "程": key for key, label in COURSE_CATEGORIES if label.endswith("课")},
    "公共课": "public",
    "公共必修课": "public",
    "专业课": "core",
    "核心课": "core",
    "拓展课": "elective",
    "专业选修课": "elective",
    "实践课": "practice",
    "实习实训": "practice",
    "综合实践": "practice",
}
_REQUIRED = {
    "必修": "required",
    "选修": "elective",
    "限选": "elective",
    "任选": "elective",
    "限定选修": "elective",
    "任意选修": "elective",
    "必修课": "required",
    "选修课": "elective",
    "公共选修": "elective",
}
_TOPICS = {
    **{label: key for key, label in TOPICS},
    "劳动精神劳模精神工匠精神": "spirit",
    "工匠精神": "spirit",
    "顶岗实习": "internship",
    "体育": "physical",
    "军训": "military",
}

COURSES = SheetSpec(
    name="plan_courses",
    title="课程表",
    max_rows=2000,
    unique=(),
    about=(
        "一行一门课程；分几个学期开设的课程，每个学期一行，课程代码各不相同。",
        "按周安排的实践环节（如岗位实习、军训）填写“实践周数”，折合的学时填在“总学时”和“实践学时”。",
        "“可用成果转换”填“否”的课程，不接受学习成果转换为学分。",
    ),
    columns=(
        ColumnSpec(
            key="code",
            titles=("课程代码", "课程编号", "课程编码"),
            kind="code",
            required=True,
            max_length=24,
            example="GG0101",
            help="本方案内不重复。",
        ),
        ColumnSpec(key="name", titles=("课程名称", "课程"), required=True, max_length=80, example="思想道德与法治"),
        ColumnSpec(
            key="category", titles=("课程类别", "课程类型"), required=True, choices=_CATEGORIES, example="公共基础课"
        ),
        ColumnSpec(key="module", titles=("课程模块", "模块"), max_length=40, example="思想政治理论"),
        ColumnSpec(
            key="nature", titles=("课程性质", "修读性质", "修读要求"), required=True, choices=_REQUIRED, example="必修"
        ),
        ColumnSpec(
            key="credits",
            titles=("学分", "课程学分"),
            kind="decimal",
            required=True,
            least=Decimal(0),
            most=Decimal(100),
            example="3",
        ),
        ColumnSpec(
            key="hours",
            titles=("总学时", "学时", "课程学时"),
            kind="integer",
            required=True,
            least=0,
            most=2000,
            example="48",
        ),
        ColumnSpec(
            key="practice_hours",
            titles=("实践学时", "实践教学学时", "实训学时"),
            kind="integer",
            required=True,
            least=0,
            most=2000,
            example="8",
            help="总学时中用于实践的学时；没有的填 0。",
        ),
        ColumnSpec(
            key="semester",
            titles=("开设学期", "学期", "开课学期"),
            kind="integer",
            required=True,
            least=1,
            most=16,
            example="1",
            help="从入学起数的第几学期。",
        ),
        ColumnSpec(
            key="weeks",
            titles=("实践周数", "周数", "集中实践周数"),
            kind="integer",
            least=0,
            most=60,
            help="按周安排的实践环节填写，按学时上课的留空。",
        ),
        ColumnSpec(
            key="topic",
            titles=("专题", "专题教育"),
            choices=_TOPICS,
            help="国家规定了学时的专题课程填写，其余留空。",
        ),
        ColumnSpec(
            key="is_convertible",
            titles=("可用成果转换", "是否可转换"),
            kind="flag",
            help="不填按“是”处理。",
        ),
    ),
)

_PLACES = {
    errors.PRACTICE_OVER_HOURS.code: "practice_hours",
    errors.SEMESTER_OUT.code: "semester",
    errors.COURSE_TWICE.code: "code",
    errors.NO_HOURS.code: "hours",
    errors.HOURS_PER_CREDIT_FAR.code: "credits",
    errors.CREDITS_TOO_MANY.code: "credits",
}
"""In which column a finding about a course is shown."""


@dataclass(slots=True)
class CoursesRead:
    """A course table as read: good rows as entries, everything found, in order of rows."""

    entries: list[CourseEntry]
    problems: list[Problem]
    """必须改 and 请确认."""
    notes: list[Problem]
    rows_read: int
    bad_rows: int

    @property
    def faults(self) -> list[Problem]:
        """What must be changed."""
        return [p for p in self.problems if p.weight is Weight.MUST_CHANGE]

    @property
    def questions(self) -> list[Problem]:
        """What should be looked at."""
        return [p for p in self.problems if p.weight is Weight.PLEASE_CONFIRM]


def read_courses(content: bytes, name: str, plan: PlanFacts) -> CoursesRead:
    """Read and check a whole course table for a plan; raises a Refusal (SHT-…) when it cannot be read at all."""
    reading = read_sheet(open_workbook(content, name), COURSES)
    entries = [_course(row) for row in reading]
    findings = course_faults(
        entries,
        duration_years=plan.duration_years,
        total_credits_hundredths=plan.total_credits_hundredths,
        hours_per_credit=plan.hours_per_credit,
    )
    located = [_located(reading, problem) for problem in findings]
    problems = sorted([*reading.problems, *located], key=lambda p: p.where.row or 0)
    rows = {p.where.row for p in problems if p.weight is Weight.MUST_CHANGE}
    return CoursesRead(entries, problems, reading.notes, reading.rows_read, len(rows))


def _course(row: Row) -> CourseEntry:
    values = row.values
    return CourseEntry(
        code=str(values["code"]),
        name=str(values["name"]),
        category=str(values["category"]),
        module=str(values.get("module") or ""),
        credits_hundredths=to_hundredths(_decimal(values["credits"])),
        hours=_integer(values["hours"]),
        practice_hours=_integer(values["practice_hours"]),
        semester=_integer(values["semester"]),
        weeks=_integer(values.get("weeks")),
        is_required=values["nature"] == "required",
        is_convertible=values.get("is_convertible") is not False,
        topic=str(values.get("topic") or ""),
        where=Where(row=row.number),
    )


def _integer(value: object) -> int:
    return int(str(value)) if value is not None else 0


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _located(reading: Reading, problem: Problem) -> Problem:
    key = _PLACES.get(problem.code)
    if key is None or problem.where.row is None:
        return problem
    return replace(problem, where=reading.where(problem.where.row, key))


def courses_template() -> bytes:
    """The empty form."""
    return write_template(COURSES)


def courses_report(content: bytes, name: str, problems: Iterable[Problem]) -> bytes:
    """Her workbook with 校验结果 and 错误说明."""
    return write_report(content, COURSES, problems, name)


def courses_table(plan: PlanFacts) -> bytes:
    """A plan's courses in the form in which they can be handed in again."""
    rows = [
        (
            c.code,
            c.name,
            label_of(c.category),
            c.module,
            "必修" if c.is_required else "选修",
            from_hundredths(c.credits_hundredths),
            c.hours,
            c.practice_hours,
            c.semester,
            c.weeks or None,
            label_of(c.topic) if c.topic else None,
            c.is_convertible,
        )
        for c in plan.courses
    ]
    return write_table([column.title for column in COURSES.columns], rows, COURSES.title)
