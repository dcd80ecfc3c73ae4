"""From what was typed to values, each fault at its field. No decisions: they are the rules'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from guantong.kernel.credits import to_hundredths
from guantong.kernel.refusal import Problem, Refusal, Where

from ... import errors
from ...rules.vocabulary import ENTRIES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE_SIZE = 50

PLAN_FIELDS = {
    "programme": "专业代码",
    "cohort": "适用年级",
    "entry": "招生对象",
    "duration": "学制（年）",
    "credits": "毕业总学分",
    "hours_per_credit": "每学分学时",
    "name": "方案名称",
    "based_on": "沿用课程",
}
_PLAN_PLACES = {
    errors.PROGRAMME_UNKNOWN.code: "programme",
    errors.SCHOOL_LEVEL.code: "programme",
    errors.NOT_OFFERED.code: "programme",
    errors.PLAN_EXISTS.code: "programme",
    errors.DURATION_FORM.code: "duration",
    errors.CREDITS_FORM.code: "credits",
    errors.HOURS_PER_CREDIT_FORM.code: "hours_per_credit",
    errors.ENTRY_UNKNOWN.code: "entry",
    errors.OFFERING_YEAR.code: "cohort",
}
OFFERING_FIELDS = {"programme": "专业代码", "year": "招生年度", "department": "所属院系"}
_OFFERING_PLACES = {
    errors.PROGRAMME_UNKNOWN.code: "programme",
    errors.SCHOOL_LEVEL.code: "programme",
    errors.OFFERING_YEAR.code: "year",
    errors.OFFERING_IN_USE.code: "year",
}


def typed(source: Mapping[str, Any], fields: Mapping[str, str], **otherwise: str) -> dict[str, str]:
    """What was typed in each field, tidied of outer spaces; ``otherwise`` gives first values."""
    return {name: str(source.get(name, otherwise.get(name, ""))).strip() for name in fields}


def page_of(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> Page[Any]:
    """The page of ``rows`` asked for; a page number that is none gives the first, one too large the last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def uploaded(request: HttpRequest, name: str) -> Any:
    """The file chosen in a field (Django's UploadedFile), or None."""
    found = request.FILES.get(name)
    return found if isinstance(found, UploadedFile) else None


def _at(field: str, labels: Mapping[str, str], problem: Problem) -> Problem:
    return problem.at(Where(column=field, title=labels[field]))


def place_plan_problems(refusal: Refusal) -> Refusal:
    """The refusal with each problem at the field of the plan form it concerns."""
    return _placed(refusal, PLAN_FIELDS, _PLAN_PLACES)


def place_offering_problems(refusal: Refusal) -> Refusal:
    """The refusal with each problem at the field of the offering form it concerns."""
    return _placed(refusal, OFFERING_FIELDS, _OFFERING_PLACES)


def _placed(refusal: Refusal, labels: Mapping[str, str], places: Mapping[str, str]) -> Refusal:
    return Refusal(
        [
            replace(p, where=Where(column=places[p.code], title=labels[places[p.code]])) if p.code in places else p
            for p in refusal
        ],
        status=refusal.status,
    )


def read_plan_form(values: Mapping[str, str]) -> dict[str, Any]:
    """Arguments of ``draft_plan``; a Refusal with every field that cannot be read."""
    problems: list[Problem] = []
    arguments: dict[str, Any] = {
        "programme_code": values["programme"],
        "entry": values["entry"],
        "name": values["name"][:120],
        "based_on": values["based_on"],
    }
    try:
        arguments["duration_years"] = Decimal(values["duration"])
        if not arguments["duration_years"].is_finite():
            raise InvalidOperation
    except InvalidOperation:
        problems.append(_at("duration", PLAN_FIELDS, errors.DURATION_FORM.problem(given=values["duration"])))
    try:
        arguments["total_credits_hundredths"] = to_hundredths(values["credits"])
    except ValueError:
        problems.append(_at("credits", PLAN_FIELDS, errors.CREDITS_FORM.problem(given=values["credits"])))
    for field, key, kind in (
        ("hours_per_credit", "hours_per_credit", errors.HOURS_PER_CREDIT_FORM),
        ("cohort", "cohort", errors.YEAR_FORM),
    ):
        if values[field].isascii() and values[field].isdigit() and len(values[field]) <= 4:
            arguments[key] = int(values[field])
        else:
            problems.append(_at(field, PLAN_FIELDS, kind.problem(given=values[field])))
    if problems:
        raise Refusal(problems)
    return arguments


def read_offering_form(values: Mapping[str, str]) -> dict[str, Any]:
    """Arguments of ``offer_programme``; a Refusal when the year is none."""
    if not (values["year"].isascii() and values["year"].isdigit() and len(values["year"]) == 4):
        raise Refusal([_at("year", OFFERING_FIELDS, errors.YEAR_FORM.problem(given=values["year"]))])
    return {
        "programme_code": values["programme"],
        "year": int(values["year"]),
        "department": values["department"][:60],
    }


ENTRY_OPTIONS = list(ENTRIES)
