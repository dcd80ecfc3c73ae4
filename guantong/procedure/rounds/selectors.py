"""Reads of rounds and quotas: where a moment stands among the rounds, what has been used of a quota, what is coming."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum

from guantong.base import lawbook
from guantong.base.orgs.public import names_on
from guantong.kernel import clock
from guantong.kernel.refusal import Citation
from guantong.policy.asking import Law
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case

from .cycles import interval_of, place_among, window_of, windows_around
from .homes import definitions_with_rounds, home_of_case, plan_of, quotas_of, region_name, shared_with
from .models import HandedIn, QuotaCounter, QuotaLine, Round, RoundChange
from .seats import BODIES, QuotaPlan, period_words
from .windows import start_of, yearly_windows


def round_of(case: Case) -> Round | None:
    """The round a case was handed in for; None before it was handed in, or without rounds."""
    found = HandedIn.objects.select_related("round").filter(case_id=case.pk).first()
    return found.round if found is not None else None


def extension_of(case: Case) -> RoundChange | None:
    """The latest extension given to this case alone."""
    return RoundChange.objects.select_related("round").filter(case_id=case.pk).order_by("-id").first()


def closing_day(case: Case, definition: Definition, moment: datetime) -> date | None:
    """The last day on which this case may be handed in: of its own extension, of the round open now, of the next one.

    None when nothing is open or known to come, or the procedure has no rounds.
    """
    plan = plan_of(definition)
    if plan is None:
        return None
    handed_in = round_of(case)
    if handed_in is not None:
        return handed_in.closes_on
    found = place_among(plan, case.procedure, home_of_case(case), moment)
    window = found.present or found.coming
    own = extension_of(case)
    if own is not None and (window is None or moment < start_of(own.after + timedelta(days=1))):
        return own.after if found.present is None else max(own.after, found.present.closes_on)
    return window.closes_on if window is not None else None


def open_until(case: Case, definition: Definition, moment: datetime) -> date | None:
    """The last day of the round open now, or of the case's own extension while it runs; None while neither is."""
    plan = plan_of(definition)
    if plan is None:
        return None
    present = place_among(plan, case.procedure, home_of_case(case), moment).present
    days = [present.closes_on] if present is not None else []
    own = extension_of(case)
    if own is not None and moment < start_of(own.after + timedelta(days=1)):
        days.append(own.after)
    return max(days) if days else None


def get_round(public_id: str) -> Round | None:
    """The round with this public id, or None."""
    return Round.objects.filter(public_id=public_id).first()


# ---- quotas ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Most:
    """How many seats a quota has, and on whose authority. ``count`` is None when the law does not say."""

    count: int | None
    citation: Citation | None
    basis: str


def most_of(quota: QuotaPlan, law: Law) -> Most:
    """The size of a quota under ``law``."""
    if not quota.parameter:
        return Most(quota.most or 0, library.citation_of(quota.basis), library.basis_sentence(quota.basis))
    answer = law.find(quota.parameter, scope=quota.scope or None)
    if answer is None or answer.unit != "count":
        return Most(None, library.citation_of(quota.basis), library.basis_sentence(quota.basis))
    citation = answer.citation
    count = law.integer(quota.parameter, quota.scope or None)
    return Most(count, citation, citation.sentence() if citation is not None else "")


def is_held(counter: QuotaCounter, case: Case) -> bool:
    """Whether the case holds a seat of this counter."""
    return (QuotaLine.objects.filter(counter=counter, case_id=case.pk).aggregate(n=Sum("change"))["n"] or 0) > 0


def held_by(case: Case) -> dict[str, QuotaCounter]:
    """The counters in which the case holds a seat now, by ``QuotaPlan.key``. One query."""
    sums: dict[int, int] = {}
    counters: dict[int, QuotaCounter] = {}
    for line in QuotaLine.objects.select_related("counter").filter(case_id=case.pk).order_by("id"):
        sums[line.counter_id] = sums.get(line.counter_id, 0) + line.change
        counters[line.counter_id] = line.counter
    return {counters[pk].quota: counters[pk] for pk, total in sums.items() if total > 0}


def seats_left(procedure: str, quota: QuotaPlan, body: str, period: str, law: Law) -> int:
    """How many seats of a quota a body may still take in a period; 0 when the law does not say how many there are."""
    most = most_of(quota, law).count
    if most is None:
        return 0
    taken = (
        QuotaCounter.objects.filter(procedure=quota.owner(procedure), quota=quota.key, body=body, period=period)
        .values_list("taken", flat=True)
        .first()
    )
    return max(0, most - (taken or 0))


# ---- pages ---------------------------------------------------------------------------------------------------------

STATES = {"coming": ("还没有开始", "neutral"), "open": ("正在申报", "good"), "closed": ("已经截止", "info")}


@dataclass(frozen=True, slots=True)
class QuotaShown:
    """One quota of a round: how many there are (None when the law does not say), and who has used how many."""

    title: str
    of: str
    most: int | None
    basis: str
    used: tuple[tuple[str, int], ...]
    """(name of the body, seats used), by name."""
    others: tuple[str, ...] = ()
    """Titles of the other procedures that count into it."""


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One opening or extension in words. ``case`` is the number of the case when it concerned one case alone."""

    at: datetime
    who: str
    is_extension: bool
    before: date | None
    after: date
    reason: str
    case: str


@dataclass(frozen=True, slots=True)
class RoundShown:
    """One round as pages show it. ``public_id`` is empty while a yearly round is not written down yet."""

    public_id: str
    procedure: str
    procedure_title: str
    region: str
    region_name: str
    key: str
    title: str
    opens_on: date
    closes_on: date
    state: str
    word: str
    tone: str
    basis: str
    notice: str
    handed_in: int
    running: int
    granted: int
    quotas: tuple[QuotaShown, ...]
    changes: tuple[ChangeShown, ...]


def round_title(key: str) -> str:
    """``2025年批次``, ``2025年第2批次``."""
    year, dash, number = key.partition("-")
    return f"{year}年第{number}批次" if dash else f"{year}年批次"


def list_rounds(
    definition: Definition, home: str, *, moment: datetime | None = None, region: str = ""
) -> list[RoundShown]:
    """Every round of a procedure, the latest first: stored ones, and of yearly ones the present and the next. How many
    places there are is asked of the law of ``region`` (``home`` unless given), as a national procedure may leave it."""
    plan = plan_of(definition)
    if plan is None:
        return []
    now = moment or clock.now()
    rows = {row.key: row for row in Round.objects.filter(procedure=definition.id, region=home)}
    interval = interval_of(plan, home, clock.china_day(now)).years
    windows = {w.key: w for w in yearly_windows(plan, now, interval=interval) if w.closes_at > now}
    windows |= {key: window_of(row) for key, row in rows.items()}
    counts = _counts(rows.values())
    quotas = _quotas_shown(definition, home, region or home, list(windows), now)
    changes = _changes(rows.values())
    name = region_name(home, clock.china_day(now))
    basis = library.basis_sentence(plan.basis)
    shown = []
    for window in sorted(windows.values(), reverse=True):
        state = "open" if window.holds(now) else "coming" if now < window.opens_at else "closed"
        row = rows.get(window.key)
        handed_in, running, granted = counts.get(window.key, (0, 0, 0))
        shown.append(
            RoundShown(
                public_id=row.public_id if row is not None else "",
                procedure=definition.id,
                procedure_title=definition.title,
                region=home,
                region_name=name,
                key=window.key,
                title=row.title if row is not None else round_title(window.key),
                opens_on=window.opens_on,
                closes_on=window.closes_on,
                state=state,
                word=STATES[state][0],
                tone=STATES[state][1],
                basis=basis,
                notice=_notice(row),
                handed_in=handed_in,
                running=running,
                granted=granted,
                quotas=tuple(quotas.get(window.key, ())),
                changes=tuple(changes.get(window.key, ())),
            )
        )
    return shown


def list_rounds_of_region(region: str, *, moment: datetime | None = None) -> list[RoundShown]:
    """The rounds of every procedure that holds in ``region``, those open now first, then by closing day."""
    now = moment or clock.now()
    found = [
        shown
        for home, definition in definitions_with_rounds(clock.china_day(now), region)
        for shown in list_rounds(definition, home, moment=now, region=region)
    ]
    order = {"open": 0, "coming": 1, "closed": 2}
    return sorted(
        found,
        key=lambda r: (order[r.state], r.closes_on.toordinal() * (-1 if r.state == "closed" else 1), r.procedure),
    )


def _notice(row: Round | None) -> str:
    if row is None or not row.document_title:
        return ""
    return f"《{row.document_title}》" + (f"（{row.document_number}）" if row.document_number else "")


def _counts(rows: Iterable[Round]) -> dict[str, tuple[int, int, int]]:
    """(handed in, still running, granted) by key of the round."""
    found: dict[str, tuple[int, int, int]] = {}
    wanted = {row.pk: row.key for row in rows}
    granted: dict[int, int] = {}
    procedures: dict[str, set[str]] = {}
    decided = HandedIn.objects.filter(round_id__in=wanted).exclude(case__outcome="")
    for pk, digest, outcome, count in decided.values_list("round_id", "case__version_digest", "case__outcome").annotate(
        n=Count("id")
    ):
        if digest not in procedures:
            version = Case.objects.filter(version_digest=digest).select_related("version").first()
            outcomes = library.definition_of(version).outcomes.values() if version is not None else ()
            procedures[digest] = {o.id for o in outcomes if o.is_granted}
        if outcome in procedures[digest]:
            granted[pk] = granted.get(pk, 0) + count
    totals = HandedIn.objects.filter(round_id__in=wanted).values_list("round_id")
    for pk, handed_in, running in totals.annotate(
        n=Count("id"), running=Count("id", filter=Q(case__state__in=RUNNING))
    ):
        found[wanted[pk]] = (handed_in, running, granted.get(pk, 0))
    return found


def _quotas_shown(
    definition: Definition, home: str, region: str, keys: list[str], now: datetime
) -> dict[str, list[QuotaShown]]:
    """The quotas of each round, by its key; quotas by year stand with the rounds that open in that year."""
    found: dict[str, list[QuotaShown]] = {key: [] for key in keys}
    today = clock.china_day(now)
    law = library.law_on(today, region)
    plans = quotas_of(definition)
    owners = {quota.owner(definition.id) for quota in plans}
    wanted = {quota.key for quota in plans}
    counters = list(QuotaCounter.objects.filter(procedure__in=owners, quota__in=wanted, taken__gt=0))
    names = body_names([row.body for row in counters], today)
    for quota in plans:
        most = most_of(quota, law)
        own = quota.order(definition.id)
        for key in keys:
            period = {"round": f"round:{home}:{key}", "year": f"year:{key[:4]}", "ever": "ever"}[quota.per]
            used = sorted(
                (names[r.body], r.taken) for r in counters if ((r.procedure, r.quota), r.period) == (own, period)
            )
            others = tuple(shared_with(quota, definition.id, region, today))
            found[key].append(QuotaShown(quota.title, BODIES[quota.of], most.count, most.basis, tuple(used), others))
    return found


def body_names(bodies: Iterable[str], day: date) -> dict[str, str]:
    """Names of the bodies of counters."""
    wanted = set(bodies)
    organisations = {b: int(b.partition(":")[2]) for b in wanted if b.startswith("organisation:")}
    names = names_on(organisations.values(), day)
    found = {b: names.get(pk, b) for b, pk in organisations.items()}
    return found | {b: region_name(b.partition(":")[2], day) for b in wanted if b not in found}


def _changes(rows: Iterable[Round]) -> dict[str, list[ChangeShown]]:
    found: dict[str, list[ChangeShown]] = {}
    keys = {row.pk: row.key for row in rows}
    for change in RoundChange.objects.select_related("case").filter(round_id__in=keys).order_by("id"):
        found.setdefault(keys[change.round_id], []).append(
            ChangeShown(
                change.at,
                change.actor_label,
                change.kind == "extend",
                change.before,
                change.after,
                change.reason,
                change.case.public_id if change.case is not None else "",
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing that is coming: of a round open now, or of one that opens meanwhile."""

    procedure: str
    title: str
    round_title: str
    region: str
    region_name: str
    opens_on: date
    closes_on: date
    is_open: bool
    days_left: int
    working_days_left: int
    is_provisional: bool
    """Whether the holidays of some year in between are not published, so that working days may still change."""


def coming_closings(region: str, *, days: int = 90, moment: datetime | None = None) -> list[Closing]:
    """The closings within so many days, the nearest first: the calendar of who wants to declare."""
    now = moment or clock.now()
    today = clock.china_day(now)
    calendar = lawbook.law_on(today, region).calendar
    found: list[Closing] = []
    for home, definition in definitions_with_rounds(today, region):
        plan = plan_of(definition)
        if plan is None:
            continue
        titles = dict(Round.objects.filter(procedure=definition.id, region=home).values_list("key", "title"))
        for window in windows_around(plan, definition.id, home, now):
            if window.closes_at <= now or (window.closes_on - today).days > days:
                continue
            working, is_provisional = calendar.working_days_between(today, window.closes_on)
            found.append(
                Closing(
                    procedure=definition.id,
                    title=definition.title,
                    round_title=titles.get(window.key, round_title(window.key)),
                    region=home,
                    region_name="",
                    opens_on=window.opens_on,
                    closes_on=window.closes_on,
                    is_open=window.holds(now),
                    days_left=(window.closes_on - today).days,
                    working_days_left=working,
                    is_provisional=is_provisional,
                )
            )
    names = {code: region_name(code, today) for code in {c.region for c in found}}
    found = [replace(c, region_name=names[c.region]) for c in found]
    return sorted(found, key=lambda c: (c.closes_on, c.procedure))


def period_shown(period: str) -> str:
    """A period of a counter in words."""
    return period_words(period)
