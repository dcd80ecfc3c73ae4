"""A sheet in the national data standard's form: the student skill certificate table of the 2023.06 edition."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import xlsxwriter

from guantong.domains.credit.sheets.national.forms import SKILL_CERTIFICATE_HIGHER_2023
from guantong.domains.credit.sheets.samples.own import person

CERTIFICATES = (
    ("电工", "1"),
    ("电工", "2"),
    ("数控车工（高级工）", "30"),
    ("汽车维修工（中级工）", "20"),
    ("养老护理员", "3"),
    ("1+X Web前端开发（中级）", "20"),
)
"""Name and level code: of the assessment list (1 to 5), or an administrative level with the grade in the name."""


@dataclass(frozen=True, slots=True)
class SampleStudent:
    """Whom a row is about."""

    number: str
    name: str


def invented_students(count: int) -> list[SampleStudent]:
    """Students nobody has registered: the sheet shows what is said about unknown student numbers."""
    return [SampleStudent(f"2025{n + 1:05d}", person(n)[0]) for n in range(count)]


def national_sheet(school_code: str, students: Sequence[SampleStudent], latest: date = date(2026, 6, 30)) -> bytes:
    """One certificate a student, under the standard's Chinese titles, as a school's data centre exports it."""
    chance = random.Random(11)  # noqa: S311 (invented data, repeatable on purpose)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": "学生技能证书数据子类表", "created": datetime(2026, 9, 1)})  # noqa: DTZ001 (none there)
    page = book.add_worksheet("ODS_XSJNZSSJ")
    head = book.add_format({"bold": True, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    for index, column in enumerate(SKILL_CERTIFICATE_HIGHER_2023.columns):
        page.set_column(index, index, max(10, 2 * len(column.title) + 4))
        page.write_string(0, index, column.title, head)
    for row, student in enumerate(students, start=1):
        name, level = CERTIFICATES[chance.randrange(len(CERTIFICATES))]
        day = latest - timedelta(chance.randrange(300))
        cells = (
            f"{chance.getrandbits(128):032x}",
            school_code,
            student.number,
            student.name,
            "云澜省职业技能鉴定中心（虚构）",
            level,
            f"N99{day:%Y}{row:09d}",
            name,
            f"{day:%Y%m%d}",
            str(chance.randrange(2)),
            "",
            "20260901T080000",
        )
        for index, value in enumerate(cells):
            if value:
                page.write_string(row, index, value, text)
    book.close()
    return target.getvalue()
