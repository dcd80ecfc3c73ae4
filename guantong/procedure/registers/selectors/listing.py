"""Registers as the public sees them: what there is, who stood in one on a day, counts against targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import (
    Fate,
    fates_on,
    forerunners_of,
    list_spans,
    names_on,
    region_names_on,
    region_tree,
)
from guantong.base.sheets.titles import simplified
from guantong.base.webkit.shows import mask_name
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.rounds.public import home_of, list_rounds

from .. import errors
from ..actions.writing import kept_of, public_by_version
from ..facts import in_force_on
from ..models import HeldTitle, RegisterEntry, TitleSpan
from ..reading import Grants
from ..rules import EXCHANGE, EXCHANGED, EXPIRED, GRANT, STANDING, STATE_WORDS, SUSPENDED, WITHDRAWN, title_text
from .aimed import TargetShown, targets_by_register, targets_of

ENDED = "ended"
SHOWN_STATES = ((STANDING, "有效"), (SUSPENDED, "暂停"), (ENDED, "已到期、已换发或已撤销"))
"""What a list can be narrowed to."""
TONES = {STANDING: "good", SUSPENDED: "warn", EXPIRED: "neutral", WITHDRAWN: "bad", EXCHANGED: "neutral"}
NOT_SHOWN = "不公开"
CHUNK = 2000
MOST_HEIRS = 200
"""Organisations looked at as successors for one word of a search."""


@dataclass(frozen=True, slots=True)
class RegisterShown:
    """A register: its definitions in force, how many titles stand in it, and the targets the law prints."""

    code: str
    title: str
    feeders: tuple[Definition, ...]
    standing: int
    targets: tuple[TargetShown, ...]
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Heir:
    """An organisation that took over from the one a title was granted to, with its name on the day."""

    id: int
    name: str
    link: str = ""
    """Its page in the register of organisations."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The other title of an exchange, as far as its own register shows it: ``words`` say which came first."""

    words: str
    number: str
    """Empty where its number is not public."""
    title: str
    on: date
    is_later: bool
    """Whether it was given in place of this one."""


@dataclass(frozen=True, slots=True)
class RowShown:
    """One title as its register shows it on a day; what is not public reads 不公开."""

    number: str
    holder: str
    organisation: str
    region: str
    name: str
    item: str
    level: str
    authority: str
    since: date | None
    last_on: date | None
    """The last day of the term; None: no end, or not public."""
    state: str
    is_number_public: bool = True
    heirs: tuple[Heir, ...] = ()
    """Organisations that have taken over since, where the organisation of the title has ended by the day."""
    fate: str = ""
    """What became of the organisation, as a sentence; empty while it exists or where it is not public."""
    fate_basis: str = ""
    fate_on: date | None = None
    linked: tuple[Linked, ...] = ()
    """Titles exchanged for this one or given in its place, by day."""

    @property
    def words(self) -> str:
        """The title in words."""
        return title_text(self.name, self.level, self.item)

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty texts do not narrow."""

    words: str = ""
    level: str = ""
    region: str = ""
    state: str = STANDING


def grants_in_force(region: str, day: date) -> dict[str, list[Definition]]:
    """Register → definitions in force for the region that grant into it."""
    from guantong.base import lawbook

    found: dict[str, list[Definition]] = {}
    for code, entry in sorted(lawbook.current_policy().procedures(region, day).items()):
        if "grants" not in entry.data:
            continue
        try:
            definition = library.definition_in_force(code, region, day)
        except Refusal:
            continue  # written to the log where it was read
        grants = kept_of(definition).grants
        if grants is not None:
            found.setdefault(grants.register, []).append(definition)
    return found


def list_registers(day: date, region: str = "") -> list[RegisterShown]:
    """Every register: those some definition in force feeds, and those titles were ever entered in."""
    region = region or settings.REGION
    feeders = grants_in_force(region, day)
    standing = TitleSpan.objects.filter(in_force_on(day), state=STANDING)
    counts = dict(standing.order_by().values_list("register").annotate(n=Count("pk")))
    names = dict(HeldTitle.objects.order_by("pk").values_list("register", "name").distinct())
    targets = targets_by_register(day, region)
    found = [
        _shown(code, feeders.get(code, []), counts.get(code, 0), names.get(code, ""), targets.get(code, []))
        for code in sorted({*feeders, *names})
    ]
    return sorted(found, key=lambda r: (-r.standing, r.title))


def get_register(code: str, day: date, region: str = "") -> RegisterShown:
    """One register. Refuses TTL-102."""
    region = region or settings.REGION
    feeders = grants_in_force(region, day).get(code, [])
    name = HeldTitle.objects.filter(register=code).order_by("-pk").values_list("name", flat=True).first()
    if not feeders and name is None:
        raise errors.REGISTER_UNKNOWN.refuse(register=code[:60])
    count = TitleSpan.objects.filter(in_force_on(day), state=STANDING, register=code).count()
    return _shown(code, feeders, count, name or "", targets_of(code, day, region))


def _shown(
    code: str, feeders: Sequence[Definition], standing: int, name: str, targets: Sequence[TargetShown]
) -> RegisterShown:
    granting: list[Grants] = [g for g in (kept_of(d).grants for d in feeders) if g is not None]
    title = granting[0].register_name if granting else f"{name}名册"
    return RegisterShown(code, title, tuple(feeders), standing, tuple(targets))


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One quota of a round of a procedure that feeds a register."""

    procedure: str
    round: str
    title: str
    most: int | None
    basis: str
    used: tuple[tuple[str, int], ...]

    @property
    def taken(self) -> int:
        """Seats used by all bodies together."""
        return sum(count for _, count in self.used)


def quotas_of(register: RegisterShown, day: date, region: str = "", most: int = 6) -> list[QuotaRow]:
    """Quotas of the rounds of the procedures that feed a register, the latest rounds first, those begun only."""
    region = region or settings.REGION
    found = []
    for definition in register.feeders:
        for one in list_rounds(definition, home_of(definition.id, region, day), region=region):
            if one.opens_on <= day:
                found += [
                    QuotaRow(definition.title, one.title, quota.title, quota.most, quota.basis, quota.used)
                    for quota in one.quotas
                ]
    return found[:most]


def find_titles(register: str, day: date, filters: Filters) -> QuerySet[Any]:
    """Titles of a register as they stood on ``day``, by holder. Page its ids, then :func:`rows_at`.

    Rows are spans for ``standing`` and ``suspended``, and titles for ``ended`` (granted by that day, none in force).
    """
    words = simplified(filters.words).lower().split()[:8]
    if filters.state == ENDED:
        running = TitleSpan.objects.filter(in_force_on(day), title_id=OuterRef("pk"))
        titles = HeldTitle.objects.filter(~Exists(running), register=register, entries__on__lte=day).distinct()
        for word in words:
            titles = titles.filter(Q(search_text__contains=word[:40]) | _taken_over(word, day, ""))
        titles = titles.filter(level=filters.level) if filters.level else titles
        titles = titles.filter(region__in=_below(filters.region)) if filters.region else titles
        return titles.order_by("holder_name", "pk")
    state = filters.state if filters.state == SUSPENDED else STANDING
    spans = TitleSpan.objects.filter(in_force_on(day), register=register, state=state)
    for word in words:
        spans = spans.filter(Q(title__search_text__contains=word[:40]) | _taken_over(word, day, "title__"))
    spans = spans.filter(level=filters.level) if filters.level else spans
    spans = spans.filter(region__in=_below(filters.region)) if filters.region else spans
    return spans.order_by("title__holder_name", "pk")


def _taken_over(word: str, day: date, at: str) -> Q:
    """Titles of organisations that ended and were taken over by one whose name on the day holds ``word``.

    Only of organisations the register names (then their name is among the words searched).
    """
    heirs = list_spans(day=day, search=word[:40]).order_by().values_list("organisation_id", flat=True)[:MOST_HEIRS]
    gone = forerunners_of(heirs, day)
    if not gone:
        return Q(pk__in=[])
    own = {f"{at}organisation_id__in": gone, f"{at}person": None}
    return Q(**own, **{f"{at}search_text__contains": F(f"{at}holder_name")})


def _below(region: str) -> Iterable[str]:
    return region_tree(clock.today()).below(region)


def rows_at(found: QuerySet[Any], pks: Iterable[int], day: date) -> list[RowShown]:
    """Rows of one page: the rows of :func:`find_titles` with these ids, in this order."""
    wanted = list(pks)
    rows = found.model.objects.in_bulk(wanted)
    return rows_of([rows[pk] for pk in wanted], day)


def all_rows(found: QuerySet[Any], day: date) -> Iterator[RowShown]:
    """Every row, some thousand at a time, for files."""
    pks = list(found.values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        yield from rows_at(found, pks[start : start + CHUNK], day)


def rows_of(found: Iterable[TitleSpan | HeldTitle], day: date) -> list[RowShown]:
    """Rows as the register shows them; names of organisations are those of the day."""
    given = list(found)
    titles = HeldTitle.objects.defer("search_text").in_bulk([r.title_id for r in given if isinstance(r, TitleSpan)])
    pairs = [(titles[row.title_id], row) if isinstance(row, TitleSpan) else (row, None) for row in given]
    public = public_by_version(t.version_id for t, _ in pairs)
    ids = {t.organisation_id for t, _ in pairs} | {t.authority_id for t, _ in pairs}
    fates = fates_on((t.organisation_id for t, _ in pairs if t.organisation_id is not None), day)
    ids |= {heir for fate in fates.values() for heir in fate.heirs}
    names = names_on((pk for pk in ids if pk is not None), day)
    regions = region_names_on({t.region for t, _ in pairs}, day)
    rows = [_row(title, span, names, regions, public[title.version_id]) for title, span in pairs]
    linked = linked_to([title.pk for title, _ in pairs], day)
    if linked:
        rows = [replace(row, linked=linked.get(t.pk, ())) for row, (t, _) in zip(rows, pairs, strict=True)]
    if not fates:
        return rows
    pages = _pages_of({heir for fate in fates.values() for heir in fate.heirs})
    return [
        _with_fate(
            row, fates.get(title.organisation_id or 0), names, pages, public[title.version_id], title.holder_kind
        )
        for row, (title, _) in zip(rows, pairs, strict=True)
    ]


def _with_fate(
    row: RowShown,
    fate: Fate | None,
    names: dict[int, str],
    pages: dict[int, str],
    public: tuple[str, ...],
    holder_kind: str,
) -> RowShown:
    """The row with what became of its organisation, where the register shows the organisation at all."""
    if fate is None or ("organisation" if holder_kind == "person" else "holder") not in public:
        return row
    heirs = tuple(Heir(pk, names.get(pk, ""), pages.get(pk, "")) for pk in fate.heirs)
    on = f"{fate.ended_on.year}年{fate.ended_on.month}月{fate.ended_on.day}日"
    who = "所在单位" if holder_kind == "person" else "持有单位"
    into = "、".join(heir.name for heir in heirs)
    verb = {"merge": "并入", "split": "分立为"}.get(fate.kind, "由")
    words = f"{who}{on}{verb}{into}" if heirs and verb != "由" else f"{who}{on}终止，由{into}承继"
    sentence = f"{words}。" if heirs else f"{who}{on}终止，没有登记承继的单位。"
    basis = f"{fate.document}{fate.clause}"
    return replace(row, heirs=heirs, fate=sentence, fate_basis=basis, fate_on=fate.ended_on)


def _pages_of(organisations: Iterable[int]) -> dict[int, str]:
    """Addresses of organisations in the register of organisations."""
    found = Organisation.objects.filter(pk__in=set(organisations)).values_list("pk", "public_id")
    return {pk: f"/organisations/{public_id}/" for pk, public_id in found}


def linked_to(title_ids: Iterable[int], day: date) -> dict[int, tuple[Linked, ...]]:
    """By title: the other titles of its exchanges up to ``day``, without those that were taken back. One query, and
    the definitions of the others once a process."""
    entries = RegisterEntry.objects.filter(title_id__in=set(title_ids), other__isnull=False, on__lte=day)
    rows = list(entries.select_related("other").order_by("title_id", "sequence"))
    public = public_by_version(e.other.version_id for e in rows if e.other is not None)
    found: dict[int, dict[int, Linked]] = {}
    for entry in rows:
        other = entry.other
        if other is None:
            continue
        own = found.setdefault(entry.title_id, {})
        if entry.kind not in (EXCHANGE, GRANT):  # restored, and withdrawn with it
            own.pop(other.pk, None)
            continue
        shown = public[other.version_id]
        is_later = entry.kind == EXCHANGE
        title = title_text(other.name, other.level if "level" in shown else "", other.item if "item" in shown else "")
        on = f"{entry.on.year}年{entry.on.month}月{entry.on.day}日"
        words = f"{on}换发为" if is_later else f"{on}由它换发："
        number = other.number if "number" in shown else ""
        own[other.pk] = Linked(words, number, title, entry.on, is_later)
    return {pk: tuple(others.values()) for pk, others in found.items() if others}


def _row(
    title: HeldTitle,
    span: TitleSpan | None,
    names: dict[int, str],
    regions: dict[str, str],
    public: tuple[str, ...],
) -> RowShown:
    is_person = title.holder_kind == "person"
    own = names.get(title.organisation_id or 0, "")
    holder = title.holder_name if is_person else own
    if "holder" not in public:
        holder = mask_name(holder) if is_person else NOT_SHOWN
    until = span.ends if span is not None else title.until
    if span is not None:
        state = span.state
    else:
        state = title.state if title.state in (WITHDRAWN, EXCHANGED) else EXPIRED
    return RowShown(
        number=title.number,
        holder=holder,
        organisation=(own if "organisation" in public else NOT_SHOWN) if is_person else "",
        region=regions.get(title.region, ""),
        name=title.name,
        item=title.item if "item" in public else "",
        level=(span.level if span is not None else title.level) if "level" in public else "",
        authority=names.get(title.authority_id or 0, "") if "authority" in public else "",
        since=(span.since if span is not None else title.since) if "from" in public else None,
        last_on=until - timedelta(days=1) if until is not None and "until" in public else None,
        state=state,
        is_number_public="number" in public,
    )


def levels_in(register: str) -> list[tuple[str, str]]:
    """Levels to choose from in a register."""
    found = TitleSpan.objects.filter(register=register).exclude(level="").order_by("level")
    return [(level, level) for level in found.values_list("level", flat=True).distinct()[:50]]


def regions_in(register: str) -> list[tuple[str, str]]:
    """Regions to choose from: those of the titles and what lies above them, by code."""
    tree = region_tree(clock.today())
    codes = set(HeldTitle.objects.filter(register=register).order_by().values_list("region", flat=True).distinct())
    above = {code for own in codes for code in tree.chain(own) if tree.levels[code] != "nation"}
    return [(code, tree.path_name(code)) for code in sorted(above)]
