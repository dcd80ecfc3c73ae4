"""Lists and figures for the desks of schools, authorities and issuing bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import names_on
from guantong.base.people.models import Person
from guantong.base.people.public import index_for
from guantong.domains.credit.models import (
    Achievement,
    Certificate,
    ConversionApplication,
    ConversionItem,
    ConversionRules,
    CreditAccount,
    Seal,
)
from guantong.kernel import clock


def search_learners(school_id: int, text: str, *, limit: int = 50) -> list[tuple[Person, Any]]:
    """Learners with a record at the school, by name, student number or whole identity number; (person, record)."""
    records: Any = Person.student_records.rel.related_model.objects.select_related("person", "plan")  # type: ignore[attr-defined]
    found = records.filter(school_id=school_id)
    text = text.strip()[:60]
    if text:
        match = Q(person__name__startswith=text) | Q(student_number__startswith=text)
        if len(text) in (15, 18):
            match |= Q(person__id_index=index_for(text))
        found = found.filter(match)
    return [(row.person, row) for row in found.order_by("-enrolled_on", "student_number")[:limit]]


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """How conversion goes at one school (or all): counts, and credits in hundredths."""

    name: str
    learners: int
    with_account: int
    with_conversion: int
    applications: int
    granted: int
    refused: int
    running: int
    converted: int
    median_days: int | None

    @property
    def share(self) -> str:
        """Learners who ever converted, as a share of those with an account, in percent with one decimal."""
        if not self.with_account:
            return "—"
        tenths = self.with_conversion * 1000 // self.with_account
        return "不足 0.1%" if self.with_conversion and not tenths else f"{tenths // 10}.{tenths % 10}%"


def school_figures(school_id: int | None, name: str) -> SchoolFigures:
    """Figures of a school, or of all schools when none is named."""
    records: Any = Person.student_records.rel.related_model.objects.all()  # type: ignore[attr-defined]
    applications = ConversionApplication.objects.all()
    items = ConversionItem.objects.filter(state="granted")
    if school_id is not None:
        records = records.filter(school_id=school_id)
        applications = applications.filter(student_record__school_id=school_id)
        items = items.filter(application__student_record__school_id=school_id)
    states = dict(applications.values_list("state").annotate(n=Count("id")))
    days = sorted(
        (decided - applied).days
        for applied, decided in applications.filter(decided_at__isnull=False).values_list("applied_at", "decided_at")
        if decided is not None
    )
    return SchoolFigures(
        name=name,
        learners=records.values("person_id").distinct().count(),
        with_account=records.filter(person__creditaccount__isnull=False).values("person_id").distinct().count(),
        with_conversion=items.values("application__account_id").distinct().count(),
        applications=sum(states.values()),
        granted=states.get("granted", 0) + states.get("partly_granted", 0),
        refused=states.get("refused", 0),
        running=sum(states.get(s, 0) for s in ("in_review", "returned", "in_appeal")),
        converted=items.aggregate(s=Sum("hundredths"))["s"] or 0,
        median_days=days[len(days) // 2] if days else None,
    )


def refusal_reasons(school_id: int | None) -> list[tuple[str, int]]:
    """Why lines were refused, most frequent first."""
    items = ConversionItem.objects.filter(state="refused")
    if school_id is not None:
        items = items.filter(application__student_record__school_id=school_id)
    return list(items.values_list("reason").annotate(n=Count("id")).order_by("-n")[:10])


def list_rules(*, school_id: int | None = None, states: tuple[str, ...] = ()) -> QuerySet[ConversionRules]:
    """Rules of a school (or all), newest first."""
    found = ConversionRules.objects.select_related("school").order_by("school_id", "-version")
    if school_id is not None:
        found = found.filter(school_id=school_id)
    return found.filter(state__in=states) if states else found


def list_own_deposits(actor: Actor, organisation_id: int, *, search: str = "") -> QuerySet[Achievement]:
    """Achievements an institution deposited, newest first; nothing of anybody else's."""
    if organisation_id not in actor.organisations("credit.deposit"):
        return Achievement.objects.none()
    found = Achievement.objects.select_related("account__person").filter(deposited_by_id=organisation_id)
    search = search.strip()[:60]
    if search:
        found = found.filter(
            Q(certificate_number=search) | Q(title__startswith=search) | Q(account__person__name=search)
        )
    return found.order_by("-id")


def due_to_expire(day: date) -> QuerySet[Achievement]:
    """Recognised achievements with usable credits whose last valid day is before ``day``, oldest first.

    The first two conditions are those of the partial index ``achievement_expiring``, which also gives the order: the
    work of the night reads what is due and nothing else, however large the table.
    """
    return Achievement.objects.filter(state="recognised", available__gt=0, valid_until__lt=day).order_by(
        "valid_until", "id"
    )


def count_own_deposits(actor: Actor) -> dict[str, int]:
    """How many achievements the actor's institutions deposited, by state (counted from an index alone)."""
    rows = Achievement.objects.filter(deposited_by_id__in=sorted(actor.organisations("credit.deposit")))
    return dict(rows.values_list("state").annotate(n=Count("id")).order_by("state").values_list("state", "n"))


def applications_of(school_ids: frozenset[int], *, state: str = "") -> QuerySet[ConversionApplication]:
    """Applications at some schools, newest first."""
    found = ConversionApplication.objects.select_related("account__person", "student_record").filter(
        student_record__school_id__in=school_ids
    )
    return (found.filter(state=state) if state else found).order_by("-applied_at")


def certificates_of(school_id: int) -> QuerySet[Certificate]:
    """Completion certificates a school has issued, newest first."""
    return Certificate.objects.select_related("account__person").filter(issuer_id=school_id).order_by("-created_at")


@dataclass(frozen=True, slots=True)
class SealShown:
    """One seal as shown."""

    sealed_at: datetime
    accounts: int
    entries: int
    digest_text: str


def last_seals(count: int = 5) -> list[SealShown]:
    """The newest seals of the ledger."""
    return [
        SealShown(s.sealed_at, s.accounts, s.entries, bytes(s.digest).hex()[:24] + "…")
        for s in Seal.objects.order_by("-id")[:count]
    ]


def freshness(limit: int = 20) -> list[tuple[str, date, int, int]]:
    """Institutions by how long ago they last deposited: (name, last day, days ago, achievements of a year)."""
    since = clock.now() - timedelta(days=365)
    rows: dict[int, tuple[Any, int]] = {}
    for organisation, last, count in (
        Achievement.objects.filter(created_at__gte=since, deposited_by_id__isnull=False)
        .values_list("deposited_by_id")
        .annotate(last=_last(), n=Count("id"))
        .values_list("deposited_by_id", "last", "n")
    ):
        if organisation is not None:
            rows[organisation] = (last, count)
    names = names_on(rows, clock.today()) if rows else {}
    today = clock.today()
    found = [
        (names.get(pk, "—"), clock.china_day(last), (today - clock.china_day(last)).days, count)
        for pk, (last, count) in rows.items()
    ]
    return sorted(found, key=lambda row: -row[2])[:limit]


def _last() -> Any:
    from django.db.models import Max

    return Max("created_at")


def count_accounts() -> int:
    """Accounts of the bank."""
    return CreditAccount.objects.count()
