"""学习成果存入表: our own form, one row an achievement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from guantong.base.people.public import PersonFacts
from guantong.base.sheets.kinds import JobContext
from guantong.base.sheets.reading import Row
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.domains.credit import errors
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, COMPETITION_PLACES
from guantong.domains.credit.rules.checking import MOST_HOURS, check_deposit
from guantong.engines.conversion.scales import level_code
from guantong.kernel.refusal import Problem, Where

KIND_CHOICES: dict[str, str] = {k.label: k.code for k in ACHIEVEMENT_KINDS.values()} | {
    "课程": "school_course",
    "学历证书": "academic_certificate",
    "毕业证书": "academic_certificate",
    "技能等级证书": "skill_grade",
    "职业技能等级": "skill_grade",
    "1+X证书": "x_certificate",
    "X证书": "x_certificate",
    "职业资格": "vocational_qualification",
    "培训": "training",
    "培训学时": "training",
    "竞赛": "competition",
    "技能竞赛获奖": "competition",
    "军事职业技能": "military_skill",
    "工作": "work_experience",
    "其他": "other",
}
"""What may be written under 成果类型; the first spelling of each is printed."""

DEPOSIT_SHEET = SheetSpec(
    name="achievement_deposit",
    title="学习成果存入表",
    columns=(
        ColumnSpec(
            key="name",
            titles=("姓名", "学生姓名", "学员姓名"),
            kind="name",
            required=True,
            max_length=60,
            example="赵小禾",
        ),
        ColumnSpec(
            key="id_number",
            titles=("身份证号", "身份证号码", "证件号码", "公民身份号码"),
            kind="id_number",
            required=True,
            example="990101200503070018",
            help="18 位居民身份证号码；请先把这一列的格式设为“文本”。",
        ),
        ColumnSpec(
            key="kind",
            titles=("成果类型", "类型", "成果类别"),
            required=True,
            choices=KIND_CHOICES,
            example="培训记录",
            help="学习成果属于哪一类；不同类型需要填写的列不同，见下面的说明。",
        ),
        ColumnSpec(
            key="title",
            titles=("成果名称", "名称", "课程名称", "证书名称", "培训名称", "奖项名称"),
            required=True,
            max_length=120,
            example="新能源汽车维修培训",
        ),
        ColumnSpec(
            key="subject_code",
            titles=("代码", "课程代码", "职业代码", "证书代码"),
            kind="code",
            max_length=40,
            example="6-31-01-02",
            help="课程、职业、证书或培训项目的代码；学校按代码认定时要用到。",
        ),
        ColumnSpec(
            key="level",
            titles=("等级", "级别", "证书等级"),
            max_length=20,
            to_simplified=True,
            example="高级工",
            help="证书或竞赛的等级，写名称即可，例如：高级工、中级、省级。",
        ),
        ColumnSpec(
            key="place",
            titles=("名次", "奖次", "获奖等次"),
            max_length=20,
            to_simplified=True,
            example="",
            help="只有竞赛获奖填写：" + "、".join(COMPETITION_PLACES) + "。",
        ),
        ColumnSpec(
            key="grade",
            titles=("成绩", "课程成绩"),
            max_length=20,
            to_simplified=True,
            example="86",
            help="学校课程必填：百分制分数或等级。",
        ),
        ColumnSpec(
            key="hours", titles=("学时", "总学时", "培训学时"), kind="integer", least=1, most=MOST_HOURS, example="64"
        ),
        ColumnSpec(
            key="declared",
            titles=("学分", "课程学分", "申报学分"),
            kind="decimal",
            places=2,
            least=Decimal(0),
            most=Decimal(200),
            example="",
            help="颁发单位自己规定的学分，可以不填；认定的学分由规则计算。",
        ),
        ColumnSpec(
            key="certificate_number", titles=("证书编号", "证书号", "编号"), kind="code", max_length=60, example=""
        ),
        ColumnSpec(
            key="issued_on",
            titles=("取得日期", "发证日期", "完成日期", "颁发日期"),
            kind="date",
            required=True,
            not_before=date(1950, 1, 1),
            example="2025-06-30",
        ),
        ColumnSpec(
            key="valid_until", titles=("有效期至", "有效期止"), kind="date", not_before=date(1950, 1, 1), example=""
        ),
        ColumnSpec(
            key="issuer_name",
            titles=("颁发单位", "发证机构", "发证单位", "主办单位"),
            max_length=80,
            example="",
            help="不填表示由本单位颁发。",
        ),
    ),
    about=(
        "每行一项学习成果。姓名、身份证号、成果类型、成果名称、取得日期每行都要填。",
        "证书类要填等级和证书编号；竞赛获奖要填级别和名次；学校课程要填成绩和学时或学分；培训和工作经历要填学时。",
        "同一项成果重复存入不会重复计算：内容完全相同的行会自动跳过。",
    ),
)


@dataclass(slots=True)
class DepositRow:
    """One row read and understood; ``level`` as the bank's number, ``declared`` in hundredths of a credit."""

    number: int
    name: str
    id_number: str
    kind: str
    title: str
    subject_code: str
    level: int | None
    level_text: str
    place: str
    grade: str
    hours: int | None
    declared: int | None
    certificate_number: str
    issued_on: date
    valid_until: date | None
    issuer_name: str
    person_id: int | None = None
    """Known already where a form names learners by student number; ``id_number`` is empty then."""
    born_on: date | None = None

    def learner(self) -> str:
        """What tells one learner from another in this file."""
        return self.id_number or f"#{self.person_id}"

    def person(self) -> PersonFacts:
        """Who it belongs to."""
        return PersonFacts(self.name, self.id_number)


def place(context: JobContext, number: int, key: str, value: object = None) -> Where:
    """The cell a finding is about; forms without that column show the student number's."""
    if any(column.key == key for column in context.spec.columns):
        return context.where(number, key, value)
    return context.where(number, "student_number")


@lru_cache(maxsize=1024)
def level_number(kind: str, text: str) -> int | None:
    """The bank's number of a level written as a name or number; None when the scale does not know it."""
    if not text:
        return None
    code = level_code(kind, text)
    if code is not None:
        return int(code)
    names = ACHIEVEMENT_KINDS[kind].levels
    for position, name in enumerate(names, 1):
        if text in {name, name + "证书"} or (text.endswith("级") and text.removesuffix("级") == name):
            return position
    roman = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3}.get(text)
    return roman if roman is not None and roman <= len(names) and kind == "x_certificate" else None


def understand(row: Row) -> DepositRow:
    """Our form's row as a deposit row."""
    v: Any = row.values
    kind = v["kind"]
    text = v.get("level") or ""
    declared = v.get("declared")
    return DepositRow(
        row.number,
        v["name"],
        v["id_number"],
        kind,
        v["title"],
        v.get("subject_code") or "",
        level_number(kind, text),
        text,
        v.get("place") or "",
        v.get("grade") or "",
        v.get("hours"),
        None if declared is None else int(declared * 100),
        v.get("certificate_number") or "",
        v["issued_on"],
        v.get("valid_until"),
        v.get("issuer_name") or "",
        born_on=_born_on(v["id_number"]),
    )


@lru_cache(maxsize=65536)
def _born_on(id_number: str) -> date:
    """The day of birth in a number whose form is right."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def check_row(row: DepositRow, context: JobContext, today: date) -> Iterator[Problem]:
    """Findings about one row, each at its cell."""
    known = ACHIEVEMENT_KINDS[row.kind]
    if known.levels and row.level is None and row.level_text:
        yield errors.LEVEL_UNKNOWN.problem(
            where=context.where(row.number, "level", row.level_text),
            given=row.level_text,
            kind=known.label,
            choices="、".join(known.levels),
        )
        level: int | None = 1
    else:
        level = row.level
    for problem in check_deposit(
        kind=row.kind,
        title=row.title,
        level=level,
        place=row.place,
        grade=row.grade,
        hours=row.hours,
        declared=row.declared,
        certificate_number=row.certificate_number,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        born_on=row.born_on,
        today=today,
    ):
        yield problem.at(place(context, row.number, problem.where.column or "title", problem.where.value))


@dataclass(slots=True)
class Seen:
    """What earlier rows of a file held: achievements, and certificate numbers with their holders."""

    achievements: dict[tuple[object, ...], int]
    certificates: dict[tuple[str, str, str], tuple[str, int]]


def same_rows(rows: Sequence[DepositRow], seen: Seen, context: JobContext) -> Iterable[Problem]:
    """Rows of one file that are the same achievement, or one certificate for two people."""
    for row in rows:
        learner = row.learner()
        certificate = row.certificate_number
        key = (learner, row.kind, row.title, row.subject_code, row.level, row.place, certificate, row.issued_on)
        first = seen.achievements.setdefault(key, row.number)
        if first != row.number:
            yield errors.SAME_AS_ROW.problem(where=place(context, row.number, "title", row.title), row=first)
            continue
        if certificate:
            holder, at = seen.certificates.setdefault((certificate, row.kind, row.issuer_name), (learner, row.number))
            if holder != learner:
                yield errors.SAME_CERTIFICATE_IN_FILE.problem(
                    where=place(context, row.number, "certificate_number", certificate), row=at
                )
