"""Rows of national forms as deposit rows: whose they are, and what grade a certificate is of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import find_by_credit_code, find_by_name, find_by_school_code, name_on
from guantong.base.people.models import Person
from guantong.base.people.selectors import names_of
from guantong.base.sheets.kinds import JobContext
from guantong.base.sheets.reading import Row
from guantong.domains.credit import errors
from guantong.domains.credit.kinds import SKILL_GRADES, X_LEVELS
from guantong.domains.credit.sheets.deposit import DepositRow
from guantong.domains.credit.sheets.national import forms
from guantong.domains.programmes.public import find_records_by_numbers
from guantong.kernel import clock
from guantong.kernel.refusal import Problem

_GRADE = re.compile("(?:首席|特级|高级)?技师|学徒工|[初中高]级工")
_NUMBERED = {"五级": 2, "四级": 3, "三级": 4, "二级": 5, "一级": 6}
_PAIR = re.compile("([五四三二一]级)[/／、（( ]?(?=" + _GRADE.pattern + ")")
_LEVEL_OF_X = re.compile("([初中高])级(?!工|技师)")


@dataclass(frozen=True, slots=True)
class Student:
    """A learner found by student number."""

    person_id: int
    names: frozenset[str]
    name: str
    born_on: date | None


def grade_in(text: str) -> int | None:
    """The skill grade (1–8) a certificate's name states in words; None when it states none, or several.

    ``五级`` alone states nothing (计算机等级考试二级 is no technician); beside a grade it must agree with it.
    """
    words = set(_GRADE.findall(text))
    if len(words) != 1:
        return None
    grade = SKILL_GRADES.index(words.pop()) + 1
    paired = {_NUMBERED[word] for word in _PAIR.findall(text)}
    return None if paired - {grade} else grade


def certificate_level(title: str, code: str) -> tuple[str, int] | str:
    """(kind, level) of a certificate from its level code and name; otherwise why not, in Chinese."""
    code = code.strip()
    if code in forms.ADMINISTRATIVE_LEVELS or code in forms.ADMINISTRATIVE_LEVELS.values():
        given = forms.ADMINISTRATIVE_LEVELS.get(code, code)
        stated = (
            f"等级“{code}”是级别代码（{given}），说的是由哪一级颁发" if given != code else f"“{code}”说的是由哪一级颁发"
        )
        number = None
    else:
        bare = code.lstrip("0")
        number = int(forms.ASSESSMENT_GRADES[bare]) if bare in forms.ASSESSMENT_GRADES else grade_in(code)
        stated = f"“{code}”不在鉴定等级代码和级别代码里" if code else "没有填写等级"
        if code in _NUMBERED:
            number = _NUMBERED[code]
    if "1+X" in title.upper().replace("＋", "+").replace(" ", "") and grade_in(title) is None:
        found = set(_LEVEL_OF_X.findall(title)) | set(_LEVEL_OF_X.findall(code))
        if len(found) == 1:
            return "x_certificate", X_LEVELS.index(found.pop() + "级") + 1
        return "这是 1+X 证书，名称里没有写明初级、中级还是高级"
    in_title = grade_in(title)
    if number is not None and in_title is not None and number != in_title:
        return f"等级“{code}”与证书名称里的“{SKILL_GRADES[in_title - 1]}”不一致"
    number = number or in_title
    return ("skill_grade", number) if number is not None else stated + "，证书名称里也没有写明等级"


def _students(rows: list[Row], context: JobContext) -> dict[str, Student]:
    """Learners by student number; remembered for the phase."""
    known: dict[str, Student | None] = context.memory.setdefault("students", {})
    missing = [n for row in rows if (n := str(row.values["student_number"])) not in known]
    if missing and context.organisation_id is not None:
        records = find_records_by_numbers(context.organisation_id, missing)
        ids: list[int] = sorted({r.person_id for r in records.values()})
        names = names_of(ids)
        people: dict[int, tuple[str, date | None]] = {}
        for start in range(0, len(ids), 500):
            for person_id, name, born_on in Person.objects.filter(pk__in=ids[start : start + 500]).values_list(
                "pk", "name", "born_on"
            ):
                people[person_id] = (name, born_on)
        for number in missing:
            record = records.get(number)
            if record is None:
                known[number] = None
            else:
                person = record.person_id
                known[number] = Student(person, frozenset(names[person]), *people[person])
    return {number: student for number, student in known.items() if student is not None}


def _is_our_code(code: str, context: JobContext) -> bool:
    ours: dict[str, bool] = context.memory.setdefault("school_codes", {})
    if code not in ours:
        ours[code] = find_by_school_code(code) == context.organisation_id
    return ours[code]


def _own_code(context: JobContext) -> str:
    code: str | None = context.memory.get("own_code")
    if code is None:
        found = (
            Organisation.objects.filter(pk=context.organisation_id or 0).values_list("school_code", flat=True).first()
        )
        code = context.memory["own_code"] = found or ""
    return code


def understand(rows: list[Row], context: JobContext) -> tuple[list[DepositRow], list[Problem]]:
    """Rows of any national form as deposit rows, with what could not be understood."""
    unfit = forms.UNFIT.get(context.spec.name)
    if unfit is not None:
        if context.memory.setdefault("unfit_told", False):
            return [], []
        context.memory["unfit_told"] = True
        where = context.where(rows[0], context.spec.columns[0].key)
        return [], [
            errors.FORM_WITHOUT_LEARNERS.problem(where=where, form=unfit.spec.title, code=unfit.code, why=unfit.why)
        ]
    problems: list[Problem] = []
    found: list[DepositRow] = []
    if not _own_code(context):
        where = context.where(rows[0], "school_code", rows[0].values["school_code"])
        return [], [errors.SCHOOL_ONLY.problem(where=where, form=context.spec.title)]
    students = _students(rows, context)
    read = _READERS[context.spec.name]
    for row in rows:
        faults = _who(row, students, context)
        if faults:
            problems += faults
            continue
        made = read(row, students[str(row.values["student_number"])], context)
        found += [m for m in made if isinstance(m, DepositRow)]
        problems += [m for m in made if isinstance(m, Problem)]
    return found, problems


def _who(row: Row, students: dict[str, Student], context: JobContext) -> list[Problem]:
    faults: list[Problem] = []
    code, number = str(row.values["school_code"]), str(row.values["student_number"])
    if not _is_our_code(code, context):
        where = context.where(row, "school_code", code)
        faults.append(errors.SCHOOL_CODE_OTHER.problem(where=where, given=code, own=_own_code(context)))
        return faults
    student = students.get(number)
    if student is None:
        where = context.where(row, "student_number", number)
        faults.append(errors.STUDENT_NUMBER_UNKNOWN.problem(where=where, number=number))
    elif row.values.get("name") and row.values["name"] not in student.names:
        where = context.where(row, "name", row.values["name"])
        faults.append(errors.STUDENT_NAME_DIFFERS.problem(where=where, number=number, given=row.values["name"]))
    return faults


Made = list[DepositRow | Problem]


def _row(
    row: Row,
    student: Student,
    *,
    kind: str,
    title: str,
    level: int | None = None,
    grade: str = "",
    declared: int | None = None,
    certificate_number: str = "",
    issuer_name: str = "",
) -> DepositRow:
    v: Any = row.values
    return DepositRow(
        row.number,
        student.name,
        "",
        kind,
        title,
        "",
        level,
        "",
        "",
        grade,
        None,
        declared,
        certificate_number,
        v["issued_on"],
        None,
        issuer_name,
        person_id=student.person_id,
        born_on=student.born_on,
    )


def _certificate(row: Row, student: Student, context: JobContext) -> Made:
    v: Any = row.values
    issuer = v.get("issuer_name") or ""
    made: Made = []
    if "issuer_code" in v:
        named = _issuer_of_code(str(v["issuer_code"]), context)
        if named is None:
            where = context.where(row, "issuer_code", v["issuer_code"])
            made.append(errors.ISSUER_CODE_UNKNOWN.problem(where=where, given=v["issuer_code"]))
        issuer = named or ""
    found = certificate_level(v["title"], v.get("level") or "")
    if isinstance(found, str):
        key = "level" if v.get("level") else "title"
        made.append(errors.LEVEL_NOT_STATED.problem(where=context.where(row, key, v.get(key)), why=found))
    elif not made:
        kind, level = found
        number = v["certificate_number"]
        made.append(
            _row(
                row,
                student,
                kind=kind,
                title=v["title"],
                level=level,
                certificate_number=number,
                issuer_name=issuer,
            )
        )
    return made


def _issuer_of_code(code: str, context: JobContext) -> str | None:
    """Name of the registered organisation of that code or name; None when there is none."""
    names: dict[str, str | None] = context.memory.setdefault("issuer_codes", {})
    if code not in names:
        today = clock.today()
        found = find_by_credit_code(code) or find_by_school_code(code)
        if found is None:
            same = find_by_name(code, today)
            found = same[0] if len(same) == 1 else None
        names[code] = name_on(found, today) if found is not None else None
    return names[code]


_YEAR = re.compile(r"(\d{4})[-—~～－](\d{4})")


def _overall(row: Row, student: Student, context: JobContext) -> Made:
    v: Any = row.values
    year = _YEAR.fullmatch(str(v["academic_year"]))
    if year is None or int(year[2]) != int(year[1]) + 1:
        where = context.where(row, "academic_year", v["academic_year"])
        return [errors.ACADEMIC_YEAR.problem(where=where, given=v["academic_year"])]
    term = f"{year[1]}-{year[2]}学年{forms.TERMS[v['term']]}"
    made: Made = []
    for key, name, _, _ in forms.COURSE_CATEGORIES:
        credits_, score = v.get(f"credits_{key}"), v.get(f"score_{key}")
        if not credits_:
            continue
        if not context.memory.get("cumulative_told"):
            context.memory["cumulative_told"] = True
            where = context.where(row, f"credits_{key}", credits_)
            made.append(errors.CUMULATIVE_CREDITS.problem(where=where, title=where.title or name))
        if score is None:
            where = context.where(row, f"score_{key}")
            made.append(errors.GRADE_NEEDED.problem(where=where))
            continue
        made.append(
            _row(
                row,
                student,
                kind="school_course",
                title=f"{name}（{term}）",
                grade=_plain(score),
                declared=int(credits_ * 100),
            )
        )
    return made


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _practice(row: Row, student: Student, context: JobContext) -> Made:
    v: Any = row.values
    if v["issued_on"] < v["begun_on"]:
        where = context.where(row, "issued_on", v["issued_on"])
        return [errors.VALID_BEFORE_ISSUED.problem(where=where, until=v["issued_on"], issued=v["begun_on"])]
    return [_row(row, student, kind="other", title=v["title"], issuer_name=v["issuer_name"])]


_READERS: dict[str, Callable[[Row, Student, JobContext], Made]] = {
    forms.SKILL_CERTIFICATE_HIGHER_2023.name: _certificate,
    forms.SKILL_CERTIFICATE_HIGHER_2024.name: _certificate,
    forms.SKILL_CERTIFICATE_SECONDARY_2023.name: _certificate,
    forms.OVERALL_SCORE_HIGHER_2023.name: _overall,
    forms.PRACTICE_2024.name: _practice,
}
