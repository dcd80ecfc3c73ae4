"""Writes the sample sheets into a folder, and says what each shows."""

from __future__ import annotations

from pathlib import Path

from guantong.base.orgs.models import Organisation
from guantong.domains.credit.sheets.samples.national import SampleStudent, invented_students, national_sheet
from guantong.domains.credit.sheets.samples.own import SMALL, large_sheet
from guantong.domains.programmes.public import some_students

NATIONAL = "学生技能证书数据子类表-国家标准.xlsx"
SHOWS = {
    "学习成果存入表-没有错误.xlsx": "200 行，没有错误，可以直接导入",
    "学习成果存入表-二十多处错误.xlsx": "二十多种常见错误，每种一行",
    "學習成果存入表-繁體.xlsx": "繁体标题和内容，可以直接导入",
}
SCHOOL_CODE = "9900000001"
"""The code in the national sheet where no school has students yet."""
STUDENTS = 40


def write_samples(folder: Path, rows: int = 0) -> list[tuple[Path, str]]:
    """Write every small sample, and one of ``rows`` rows when wanted; gives each file and what it shows.

    The national sheet names students registered here when there are any, so that it can be imported at their school.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = [(folder / name, make(), SHOWS[name]) for name, make in SMALL.items()]
    code, students, note = _students()
    made.append((folder / NATIONAL, national_sheet(code, students), f"国家数据标准的表，{note}"))
    if rows > 0:
        made.append((folder / f"学习成果存入表-{rows}行.xlsx", large_sheet(rows), f"{rows} 行，没有错误"))
    for path, content, _ in made:
        path.write_bytes(content)
    return [(path, what) for path, _, what in made]


def _students() -> tuple[str, list[SampleStudent], str]:
    """Students of the higher vocational school that was registered first and has some."""
    for school in Organisation.objects.filter(kind="higher_school").exclude(school_code=None).order_by("pk")[:20]:
        found = some_students(school.pk, STUDENTS)
        if found and school.school_code:
            students = [SampleStudent(number, name) for number, name in found]
            return school.school_code, students, f"学生取自已登记的学籍，由学校代码 {school.school_code} 的学校导入"
    return SCHOOL_CODE, invented_students(STUDENTS), "学号没有登记过，会提示先导入学生名册"
