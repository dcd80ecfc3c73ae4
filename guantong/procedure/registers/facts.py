"""Facts about titles: ``title.<register or procedure>``, ``title_level.…``, ``title_count.…``, ``title_years.…``.

``title.`` gives the day since which the party holds the title in force on the day asked for; a title that is suspended,
expired or withdrawn that day gives none. A procedure that enters no register answers as its granting decisions stand.

The party is that of the case: its person, else its organisation. ``title.person.…`` and ``title.organisation.…`` ask of
one of them, ``title.item.…`` of the party's title for the very item the case is about (so do the other prefixes).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from guantong.kernel.days import whole_months
from guantong.procedure.cases.definition.parts import Definition
from guantong.procedure.cases.titles import granted_on
from guantong.procedure.conditions import Found, Record, Subject, register_fact_source
from guantong.procedure.conditions.graph import party_named, title_named
from guantong.procedure.conditions.tree import TITLE_PREFIX

from .models import HeldTitle, TitleSpan
from .rules import STANDING, title_text

LEVEL_PREFIX, COUNT_PREFIX, YEARS_PREFIX = "title_level.", "title_count.", "title_years."
PREFIXES = (TITLE_PREFIX, LEVEL_PREFIX, COUNT_PREFIX, YEARS_PREFIX)


def in_force_on(day: date) -> Q:
    """Condition on a span: it holds ``day``."""
    return Q(in_force_from__lte=day) & (Q(until=None) | Q(until__gt=day))


def _named(name: str) -> Q:
    return Q(title__register=name) | Q(title__procedure=name)


def _held_by(subject: Subject, party: str) -> Q:
    """Titles of the party asked for: of the case's person, of its organisation itself, of its item; unless said, those
    of the person, else of the organisation. ``LookupError`` when there is nobody to ask for."""
    if party == "item":
        if not subject.item:
            raise LookupError("nothing to ask for yet")
        return _held_by(subject, "") & Q(title__item=subject.item)
    if subject.person_id is not None and party != "organisation":
        return Q(title__person_id=subject.person_id)
    if subject.organisation_id is None or party == "person":
        raise LookupError("nobody to ask for")
    return Q(title__organisation_id=subject.organisation_id, title__person=None)


def standing_spans(subject: Subject, name: str, day: date) -> QuerySet[TitleSpan]:
    """Spans in which the titles a fact ``name`` asks for stand on ``day``, the latest grant first."""
    held = _named(title_named(name)) & _held_by(subject, party_named(name))
    return TitleSpan.objects.filter(held, in_force_on(day), state=STANDING).order_by("-since", "-pk")


def held_since(subject: Subject, day: date, name: str) -> date | Found | None:
    """Source of ``title.…``."""
    wanted, party = title_named(name), party_named(name)
    span = standing_spans(subject, name, day).select_related("title").first()
    if span is not None:
        return Found(span.since, (_record(span),))
    if HeldTitle.objects.filter(Q(register=wanted) | Q(procedure=wanted)).exists():
        return None
    if party == "item":
        raise LookupError("decisions without a register know no item")
    asked = replace(subject, person_id=None) if party == "organisation" else subject
    if party == "person" and subject.person_id is None:
        raise LookupError("nobody to ask for")
    return granted_on(asked, day, TITLE_PREFIX + wanted)


def _record(span: TitleSpan) -> Record:
    """The title of a span, with its public page."""
    title = span.title
    on = f"{span.since.year}年{span.since.month}月{span.since.day}日"
    words = f"{title_text(title.name, span.level, title.item)}，编号{title.number}，{on}授予。"
    return Record(words, span.since, f"/registers/titles/{title.number}/", is_open=True)


def held_level(subject: Subject, day: date, name: str) -> Found | None:
    """Source of ``title_level.…``: the level of the title granted last among those that stand."""
    span = standing_spans(subject, name, day).select_related("title").first()
    return Found(span.level or None, (_record(span),)) if span is not None else None


def held_years(subject: Subject, day: date, name: str) -> Found:
    """Source of ``title_years.…``: years since the grant of the title that stands; 0 without one."""
    span = standing_spans(subject, name, day).select_related("title").first()
    if span is None:
        return Found(Decimal(0))
    return Found(in_years(whole_months(span.since, day)), (_record(span),))


def in_years(months: int) -> Decimal:
    """Whole months as years, cut (not rounded) to one decimal place, so that nobody reaches a bound too early."""
    return Decimal(months * 10 // 12) / 10


def held_count(subject: Subject, day: date, name: str) -> int:
    """Source of ``title_count.…``: how many such titles the organisation and its people hold on the day; with a party,
    how many that one holds itself."""
    return _counted(subject, day, name).count()


def _counted(subject: Subject, day: date, name: str) -> QuerySet[TitleSpan]:
    if party_named(name):
        return standing_spans(subject, name, day)
    if subject.organisation_id is None:
        raise LookupError("no organisation to ask for")
    spans = TitleSpan.objects.filter(_named(title_named(name)), in_force_on(day), state=STANDING)
    return spans.filter(title__organisation_id=subject.organisation_id)


def titles_behind(subject: Subject, name: str, day: date) -> list[int]:
    """Ids of the standing titles a fact of this subject rests on."""
    try:
        found = _counted(subject, day, name) if name.startswith(COUNT_PREFIX) else standing_spans(subject, name, day)
    except LookupError:
        return []
    return list(found.values_list("title_id", flat=True))


def registers_in(definition: Definition) -> tuple[str, ...]:
    """Registers a definition feeds: names a condition may ask for besides the procedure's own id."""
    from .actions.writing import kept_of

    grants = kept_of(definition).grants
    return (grants.register,) if grants is not None else ()


SOURCES = (
    (TITLE_PREFIX, held_since, "称号的授予日期", "date", ""),
    (LEVEL_PREFIX, held_level, "称号的等级", "text", ""),
    (YEARS_PREFIX, held_years, "取得称号的年数", "number", "年"),
    (COUNT_PREFIX, held_count, "称号数", "number", "个"),
)
PARTY_WORDS = {"": "", "person": "本人的", "organisation": "本单位的", "item": "这一对象的"}


def register_sources() -> None:
    """Join the registered fact sources: of the party of the case, and of each party named."""
    for prefix, read, title, kind, unit in SOURCES:
        for party, words in PARTY_WORDS.items():
            register_fact_source(
                f"{prefix}{party}." if party else prefix,
                read,
                title=words + title,
                kind=kind,
                unit=unit,
                origin="register",
                source="本系统的称号名册",
            )
