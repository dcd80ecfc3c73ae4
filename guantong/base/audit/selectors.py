"""Reads of the audit record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Q, QuerySet

from guantong.base.accounts.gate import require
from guantong.base.audit.models import AuditLine
from guantong.kernel.clock import CHINA_TIME

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What a reader looks for; empty fields do not narrow. Days are China days, both included."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    organisation_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None


def access_lines_for(
    actor: Actor, wanted: LineFilter | None = None, *, area: frozenset[int] | None = None
) -> QuerySet[AuditLine]:
    """Lines the actor may read, newest first; ACC-002 without ``audit.read``.

    Operators read all. A bureau reads lines of the organisations in its ``area`` (their ids, which the door asks
    ``orgs`` for), of its own organisations, and its own doings.
    """
    require(actor, "audit.read")
    lines = AuditLine.objects.order_by("-id")
    if not (actor.is_operator or actor.is_system):
        own = set(actor.organisations("audit.read")) | set(area or ())
        lines = lines.filter(Q(organisation_id__in=sorted(own)) | Q(actor_user_id=actor.user_id))
    return narrowed(lines, wanted) if wanted is not None else lines


def narrowed(lines: QuerySet[AuditLine], wanted: LineFilter) -> QuerySet[AuditLine]:
    """``lines`` by actor (part of the label), action, subject (kind, id or part), organisation and days."""
    if wanted.actor.strip():
        lines = lines.filter(actor_label__contains=wanted.actor.strip())
    if wanted.action.strip():
        lines = lines.filter(action=wanted.action.strip())
    if wanted.subject.strip():
        text = wanted.subject.strip()
        lines = lines.filter(Q(subject_id=text) | Q(subject_kind=text))
    if wanted.organisation_id is not None:
        lines = lines.filter(organisation_id=wanted.organisation_id)
    if wanted.first_day is not None:
        lines = lines.filter(at__gte=_start_of(wanted.first_day))
    if wanted.last_day is not None:
        lines = lines.filter(at__lt=_start_of(wanted.last_day + timedelta(days=1)))
    return lines


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA_TIME)


def list_actions() -> list[str]:
    """Names of the actions that occur, for a filter."""
    return list(AuditLine.objects.order_by("action").values_list("action", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many lines a span of ids holds; ``missing`` counts ids that are not there.

    A rolled-back action leaves a gap on PostgreSQL (a sequence never steps back), so gaps are a question, not a proof;
    on SQLite there are none.
    """

    lines: int
    first_id: int | None
    last_id: int | None
    missing: int


def completeness_of(first_day: date, last_day: date) -> Completeness:
    """Count the lines of China days ``first_day`` to ``last_day``, and the ids missing between first and last."""
    span = narrowed(AuditLine.objects.all(), LineFilter(first_day=first_day, last_day=last_day))
    found: Mapping[str, int | None] = span.aggregate(lines=Count("id"), first=Min("id"), last=Max("id"))
    lines, first, last = found["lines"] or 0, found["first"], found["last"]
    if first is None or last is None:
        return Completeness(0, None, None, 0)
    between = AuditLine.objects.filter(id__gte=first, id__lte=last).count()
    return Completeness(lines, first, last, last - first + 1 - between)
