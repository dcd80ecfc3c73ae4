"""Facts about titles: ``title.<register or procedure>``, ``title_level.…``, ``title_count.…``, ``title_years.…``.

``title.`` gives the day since which the party holds the title in force on the day asked for; a title that is suspended,
expired or withdrawn that day gives none. A procedure that enters no register answers as its granting decisions stand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from guantong.kernel.days import whole_months
from guantong.procedure.cases.definition.parts import Definition
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.titles import granted_on
from guantong.procedure.conditions import Found, Record, Subject, register_fact_source
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


def _held_by(person_id: int | None, organisation_id: int | None) -> Q:
    """Titles of the person, else those of the organisation itself. ``LookupError`` when there is neither."""
    if person_id is not None:
        return Q(title__person_id=person_id)
    if organisation_id is None:
        raise LookupError("nobody to ask for")
    return Q(title__organisation_id=organisation_id, title__person=None)


def standing_spans(person_id: int | None, organisation_id: int | None, name: str, day: date) -> QuerySet[TitleSpan]:
    """Spans in which the party's titles of that register or procedure stand on ``day``, the latest grant first."""
    spans = TitleSpan.objects.filter(_named(name), _held_by(person_id, organisation_id), in_force_on(day))
    return spans.filter(state=STANDING).order_by("-since", "-pk")


def held_since(subject: Subject, day: date, name: str) -> date | Found | None:
    """Source of ``title.…``."""
    wanted = name[len(TITLE_PREFIX) :]
    span = standing_spans(subject.person_id, subject.organisation_id, wanted, day).select_related("title").first()
    if span is not None:
        return Found(span.since, (_record(span),))
    if HeldTitle.objects.filter(Q(register=wanted) | Q(procedure=wanted)).exists():
        return None
    return granted_on(subject, day, name)


def _record(span: TitleSpan) -> Record:
    """The title of a span, with its public page."""
    title = span.title
    on = f"{span.since.year}年{span.since.month}月{span.since.day}日"
    words = f"{title_text(title.name, span.level, title.item)}，编号{title.number}，{on}授予。"
    return Record(words, span.since, f"/registers/titles/{title.number}/", is_open=True)


def held_level(subject: Subject, day: date, name: str) -> Found | None:
    """Source of ``title_level.…``: the level of the title granted last among those that stand."""
    spans = standing_spans(subject.person_id, subject.organisation_id, name[len(LEVEL_PREFIX) :], day)
    span = spans.select_related("title").first()
    return Found(span.level or None, (_record(span),)) if span is not None else None


def held_years(subject: Subject, day: date, name: str) -> Found:
    """Source of ``title_years.…``: years since the grant of the title that stands; 0 without one."""
    spans = standing_spans(subject.person_id, subject.organisation_id, name[len(YEARS_PREFIX) :], day)
    span = spans.select_related("title").first()
    if span is None:
        return Found(Decimal(0))
    return Found(in_years(whole_months(span.since, day)), (_record(span),))


def in_years(months: int) -> Decimal:
    """Whole months as years, cut (not rounded) to one decimal place, so that nobody reaches a bound too early."""
    return Decimal(months * 10 // 12) / 10


def held_count(subject: Subject, day: date, name: str) -> int:
    """Source of ``title_count.…``: how many such titles the organisation and its people hold on the day."""
    if subject.organisation_id is None:
        raise LookupError("no organisation to ask for")
    spans = TitleSpan.objects.filter(_named(name[len(COUNT_PREFIX) :]), in_force_on(day), state=STANDING)
    return spans.filter(title__organisation_id=subject.organisation_id).count()


def titles_behind(case: Case, name: str, day: date) -> list[int]:
    """Ids of the standing titles a fact of this case rests on."""
    prefix = next(p for p in PREFIXES if name.startswith(p))
    wanted = name[len(prefix) :]
    if prefix == COUNT_PREFIX:
        if case.organisation_id is None:
            return []
        spans = TitleSpan.objects.filter(_named(wanted), in_force_on(day), state=STANDING)
        return list(spans.filter(title__organisation_id=case.organisation_id).values_list("title_id", flat=True))
    try:
        found = standing_spans(case.person_id, case.organisation_id, wanted, day)
    except LookupError:
        return []
    return list(found.values_list("title_id", flat=True))


def registers_in(definition: Definition) -> tuple[str, ...]:
    """Registers a definition feeds: names a condition may ask for besides the procedure's own id."""
    from .actions.writing import kept_of

    grants = kept_of(definition).grants
    return (grants.register,) if grants is not None else ()


def register_sources() -> None:
    """Join the registered fact sources."""
    register_fact_source(
        TITLE_PREFIX, held_since, title="称号的授予日期", kind="date", origin="register", source="本系统的称号名册"
    )
    register_fact_source(
        LEVEL_PREFIX, held_level, title="称号的等级", kind="text", origin="register", source="本系统的称号名册"
    )
    register_fact_source(
        YEARS_PREFIX,
        held_years,
        title="取得称号的年数",
        kind="number",
        unit="年",
        origin="register",
        source="本系统的称号名册",
    )
    register_fact_source(
        COUNT_PREFIX,
        held_count,
        title="称号数",
        kind="number",
        unit="个",
        origin="register",
        source="本系统的称号名册",
    )
