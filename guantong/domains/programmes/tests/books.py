"""Workbooks for tests: the course table of a good plan, with cells changed on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import openpyxl

from guantong.domains.programmes.rules.courses import CourseEntry
from guantong.domains.programmes.rules.vocabulary import label_of
from guantong.domains.programmes.sheets import COURSES
from guantong.kernel.credits import from_hundredths

from .plans import good_courses

TITLES = [column.title for column in COURSES.columns]


def cells_of(course: CourseEntry) -> list[object]:
    return [
        course.code,
        course.name,
        label_of(course.category),
        course.module,
        "必修" if course.is_required else "选修",
        float(from_hundredths(course.credits_hundredths)),
        course.hours,
        course.practice_hours,
        course.semester,
        course.weeks or None,
        label_of(course.topic) if course.topic else None,
        "是" if course.is_convertible else "否",
    ]


def course_book(
    courses: list[CourseEntry] | None = None,
    changes: Mapping[tuple[int, str], object] | None = None,
    titles: list[str] | None = None,
) -> bytes:
    """A workbook with one row a course; ``changes`` puts values at (row as seen on screen, column title)."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "课程表"
    sheet.append(titles or TITLES)
    for course in good_courses() if courses is None else courses:
        sheet.append(cells_of(course))
    for (row, title), value in (changes or {}).items():
        sheet.cell(row=row, column=TITLES.index(title) + 1, value=value)
    return save(book)


def rows_book(titles: list[str], rows: list[list[object]], name: str = "专业目录增补清单") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append(titles)
    for row in rows:
        sheet.append(row)
    return save(book)


def save(book: openpyxl.Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()
