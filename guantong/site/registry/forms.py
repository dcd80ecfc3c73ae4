"""Reading what was typed: days, organisations by any of their names, shares line by line."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.http import HttpRequest, QueryDict

from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import find_by_credit_code, find_by_name, find_by_school_code
from guantong.base.orgs.rules import share_of
from guantong.base.webkit.errors import BAD_REQUEST
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.site.registry import errors


def typed(data: QueryDict, *names: str) -> dict[str, str]:
    """The values of a form by name, "" for those not sent, each at most 4,000 characters; WEB-005 for a NUL."""
    values = {name: data.get(name, "")[:4000] for name in names}
    if any("\0" in value for value in values.values()):
        raise BAD_REQUEST.refuse()
    return values


def day_in(text: str, column: str, title: str) -> date:
    """A day as typed (2025-09-01, 2025年9月1日, 2025/9/1); WEB-301 otherwise."""
    plain = text.strip()
    for mark in "年月/.":
        plain = plain.replace(mark, "-")
    parts = plain.rstrip("日号").split("-")
    try:
        if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
            raise ValueError
        return date(*(int(p) for p in parts))
    except ValueError:
        where = Where(column=column, title=title, value=text[:20] or None)
        raise errors.DAY_UNREADABLE.refuse(given=text[:20], where=where) from None


def day_or(text: str, column: str, title: str, otherwise: date) -> date:
    """The same, or ``otherwise`` when nothing was typed."""
    return day_in(text, column, title) if text.strip() else otherwise


def number_in(text: str, column: str, title: str) -> int:
    """A whole number, or WEB-306."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 9):
        raise errors.NUMBER_UNREADABLE.refuse(given=text[:20], where=Where(column=column, title=title))
    return int(plain)


def organisation_named(text: str, column: str, title: str, day: date | None = None) -> int:
    """Id of the organisation named by its full name on ``day`` (today), codes or public id; WEB-302 or WEB-303."""
    given = text.strip()
    where = Where(column=column, title=title, value=given[:80] or None)
    pk = find_by_credit_code(given) or find_by_school_code(given)
    if pk is not None:
        return pk
    found = Organisation.objects.filter(public_id=given.upper()).values_list("pk", flat=True).first()
    if found is not None:
        return found
    named = find_by_name(given, day or clock.today())
    if len(named) == 1:
        return named[0]
    if named:
        raise errors.ORGANISATION_AMBIGUOUS.refuse(given=given[:80], count=len(named), where=where)
    raise errors.ORGANISATION_NOT_NAMED.refuse(given=given[:80], where=where)


def optional_organisation(text: str, column: str, title: str) -> int | None:
    """The same; None when nothing was typed."""
    return organisation_named(text, column, title) if text.strip() else None


def lines_in(text: str) -> list[str]:
    """The lines that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def organisations_in(text: str, column: str, title: str) -> list[int]:
    """One organisation a line; every line that cannot be read is told at once."""
    found: list[int] = []
    problems: list[Problem] = []
    for line in lines_in(text):
        try:
            found.append(organisation_named(line, column, title))
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(problems)
    return found


def shares_in(text: str, column: str, title: str) -> list[tuple[str, Fraction]]:
    """Name and share a line, the share last; WEB-304 or ORG-028 for a line that cannot be read."""
    found: list[tuple[str, Fraction]] = []
    for line in lines_in(text):
        name, _, share = line.replace("\u3000", " ").replace("\t", " ").rpartition(" ")
        if not name.strip():
            where = Where(column=column, title=title, value=line[:80])
            raise errors.SHARES_UNREADABLE.refuse(given=line[:80], where=where)
        found.append((name.strip(), share_of(share)))
    return found


def page_number(request: HttpRequest) -> str:
    """The page of a list asked for."""
    return request.GET.get("page", "1")[:9]
