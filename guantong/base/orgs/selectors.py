"""Reads of regions and organisations, each as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Q, QuerySet

from guantong.base.orgs import errors
from guantong.base.orgs.models import Organisation, OrganisationSpan, Region, RegionSpan, Succession
from guantong.base.orgs.rules import Step, carry_forward


def in_force_on(day: date) -> Q:
    """Condition on a span: in force on ``day``."""
    return Q(in_force_from__lte=day) & (Q(until=None) | Q(until__gt=day))


@dataclass(frozen=True, slots=True)
class RegionTree:
    """The divisions as they were on a day: names, levels and parents by code."""

    day: date
    names: Mapping[str, str]
    levels: Mapping[str, str]
    parents: Mapping[str, str | None]
    children: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)

    def chain(self, code: str) -> tuple[str, ...]:
        """The region and what lies above it, lowest first; empty when it did not exist that day."""
        found: list[str] = []
        at: str | None = code
        while at is not None and at in self.parents and at not in found:
            found.append(at)
            at = self.parents[at]
        return tuple(found)

    def holds(self, upper: str, code: str) -> bool:
        """Whether ``code`` is ``upper`` or lies below it."""
        return upper in self.chain(code)

    def at_level(self, code: str, level: str) -> str:
        """The region of ``level`` that holds ``code``; ``code``'s nearest region below that level when there is none.

        A county directly under a province counts as itself at prefecture level; a province counts as itself there too.
        """
        from guantong.base.orgs.rules import LEVELS

        wanted = LEVELS.index(level)
        found = code
        for at in self.chain(code):
            if LEVELS.index(self.levels[at]) < wanted:
                break
            found = at
        return found

    def below(self, code: str) -> frozenset[str]:
        """``code`` and everything below it."""
        found, frontier = {code}, [code]
        while frontier:
            for child in self.children.get(frontier.pop(), ()):
                if child not in found:
                    found.add(child)
                    frontier.append(child)
        return frozenset(found)

    def path_name(self, code: str) -> str:
        """Names from below the nation down, joined: 云澜省东湖市."""
        return "".join(self.names[c] for c in reversed(self.chain(code)) if self.levels[c] != "nation")


def region_tree(day: date) -> RegionTree:
    """The tree of ``day``, in one query."""
    names: dict[str, str] = {}
    levels: dict[str, str] = {}
    parents: dict[str, str | None] = {}
    children: dict[str | None, list[str]] = {}
    spans = RegionSpan.objects.filter(in_force_on(day)).order_by("region_id")
    for code, level, name, parent in spans.values_list("region_id", "region__level", "name", "parent_id"):
        names[code], levels[code], parents[code] = name, level, parent
        children.setdefault(parent, []).append(code)
    return RegionTree(day, names, levels, parents, {k: tuple(v) for k, v in children.items()})


def region_names_on(codes: Iterable[str], day: date) -> dict[str, str]:
    """Names of regions on ``day`` (the nearest known name when the region did not exist that day)."""
    found: dict[str, str] = {}
    for span in RegionSpan.objects.filter(region_id__in=set(codes)).order_by("region_id", "in_force_from"):
        if span.region_id not in found or span.in_force_from <= day:
            found[span.region_id] = span.name
    return found


def span_on(organisation_id: int, day: date) -> OrganisationSpan:
    """What was registered of an organisation on ``day``; before its first day the first span, after its end the last.

    Raises ORG-018 for an organisation that is not registered at all.
    """
    spans = list(OrganisationSpan.objects.filter(organisation_id=organisation_id).order_by("in_force_from"))
    if not spans:
        raise errors.ORGANISATION_UNKNOWN.refuse()
    known = [span for span in spans if span.in_force_from <= day]
    return known[-1] if known else spans[0]


def name_on(organisation_id: int, day: date) -> str:
    """The organisation's name on ``day`` (nearest known, see :func:`span_on`)."""
    return span_on(organisation_id, day).name


def region_on(organisation_id: int, day: date) -> str:
    """Code of the region the organisation belonged to on ``day``."""
    return span_on(organisation_id, day).region_id


def kind_on(organisation_id: int, day: date) -> str:
    """Kind of the organisation on ``day``."""
    return span_on(organisation_id, day).kind


def authority_on(organisation_id: int, day: date) -> int | None:
    """Id of the authority over the organisation on ``day``, if one is registered."""
    return span_on(organisation_id, day).authority_id


def authority_at(level: str, day: date, *, organisation_id: int | None, region: str, branch: str = "") -> int | None:
    """The authority of a level (``nation`` … ``county``) over an organisation, or over ``region`` when there is none.

    As of ``day``; of one line of government when ``branch`` is given.

    The organisation itself if it is such an authority, then whoever is registered above it, then the only authority
    registered in the region of that level that holds it (education where no line is asked for). None when there is no
    such authority or several.
    """
    tree = region_tree(day)
    at, seen = organisation_id, set[int]()
    place = region
    while at is not None and at not in seen:
        seen.add(at)
        span = span_on(at, day)
        place = span.region_id if at == organisation_id else place
        own = span.organisation.branch or "education"
        if span.kind == "authority" and tree.levels.get(span.region_id) == level and branch in ("", own):
            return at
        at = span.authority_id
    code = next((c for c in tree.chain(place) if tree.levels[c] == level), None)
    if code is None:
        return None
    lines = ("", "education") if branch in ("", "education") else (branch,)
    spans = OrganisationSpan.objects.filter(
        in_force_on(day), kind="authority", region_id=code, organisation__branch__in=lines
    )
    found = list(spans.values_list("organisation_id", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def names_on(organisation_ids: Iterable[int], day: date) -> dict[int, str]:
    """Names of many organisations on ``day`` in one query a thousand."""
    wanted = sorted(set(organisation_ids))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 900):
        spans = OrganisationSpan.objects.filter(organisation_id__in=wanted[start : start + 900])
        for pk, name, since in spans.order_by("organisation_id", "in_force_from").values_list(
            "organisation_id", "name", "in_force_from"
        ):
            if pk not in found or since <= day:
                found[pk] = name
    return found


def has_authority_over(authority_id: int, region_code: str, day: date) -> bool:
    """Whether the region lies in the area of the authority: the authority's own region or below it."""
    own = region_on(authority_id, day)
    return own == region_code or region_tree(day).holds(own, region_code)


def get_organisation(public_id: str) -> Organisation:
    """By public id, or ORG-018."""
    found = Organisation.objects.filter(public_id=public_id).first()
    if found is None:
        raise errors.ORGANISATION_UNKNOWN.refuse()
    return found


def find_by_credit_code(code: str) -> int | None:
    """Id of the organisation with this unified social credit code, or None."""
    return Organisation.objects.filter(credit_code=code.strip().upper()).values_list("pk", flat=True).first()


def find_by_school_code(code: str) -> int | None:
    """Id of the school that bears this code now, or bore it last; None when nobody did."""
    code = code.strip()
    if not code:
        return None
    now = Organisation.objects.filter(school_code=code).values_list("pk", flat=True).first()
    if now is not None:
        return now
    return (
        OrganisationSpan.objects.filter(school_code=code)
        .order_by("-in_force_from")
        .values_list("organisation_id", flat=True)
        .first()
    )


def find_by_name(name: str, day: date) -> list[int]:
    """Ids of organisations that bore exactly this name on ``day``."""
    spans = OrganisationSpan.objects.filter(in_force_on(day), name=name.strip())
    return list(spans.order_by("organisation_id").values_list("organisation_id", flat=True))


def list_spans(
    *,
    day: date,
    search: str = "",
    kinds: Iterable[str] = (),
    region: str = "",
    ever: bool = False,
) -> QuerySet[OrganisationSpan]:
    """Organisations as registered on ``day``: by part of a name or by code, kind, and region (with all below it).

    With ``ever`` names of the past are searched too (each span is a row of its own).
    """
    spans = OrganisationSpan.objects.select_related("organisation").order_by("region_id", "name", "in_force_from")
    if not ever:
        spans = spans.filter(in_force_on(day))
    search = search.strip()
    if search:
        spans = spans.filter(
            Q(name__contains=search)
            | Q(organisation__credit_code=search.upper())
            | Q(organisation__school_code=search)
            | Q(school_code=search)
        )
    wanted = sorted(set(kinds))
    if wanted:
        spans = spans.filter(kind__in=wanted)
    if region:
        spans = spans.filter(region_id__in=region_tree(day).below(region))
    return spans


def history_of(organisation_id: int) -> list[OrganisationSpan]:
    """Every span of an organisation, oldest first."""
    return list(
        OrganisationSpan.objects.filter(organisation_id=organisation_id)
        .select_related("region", "authority")
        .order_by("in_force_from")
    )


def successions_of(organisation_id: int) -> list[Succession]:
    """Every succession into or out of an organisation, oldest first."""
    return list(
        Succession.objects.filter(Q(source_id=organisation_id) | Q(target_id=organisation_id)).order_by(
            "happened_on", "id"
        )
    )


def successors_on(organisation_id: int, day: date) -> dict[int, Fraction]:
    """What became of an organisation by ``day``: successors with their exact shares (itself while it exists)."""
    return carry_forward({organisation_id: Fraction(1)}, _organisation_steps(), date.min, day)


def _organisation_steps() -> list[Step[int]]:
    rows = Succession.objects.filter(kind__in=["merge", "split"], source__isnull=False, target__isnull=False)
    return [
        Step(day, source, target, Fraction(share))
        for day, source, target, share in rows.order_by("happened_on", "id").values_list(
            "happened_on", "source_id", "target_id", "share"
        )
        if source is not None and target is not None
    ]


def _region_steps() -> list[Step[str]]:
    rows = Succession.objects.filter(
        kind__in=["merge", "split"], source_region__isnull=False, target_region__isnull=False
    )
    return [
        Step(day, source, target, Fraction(share))
        for day, source, target, share in rows.order_by("happened_on", "id").values_list(
            "happened_on", "source_region_id", "target_region_id", "share"
        )
        if source is not None and target is not None
    ]


def roll_up(figures: Mapping[int, Fraction | int], figures_day: date, as_of: date, level: str) -> dict[str, Fraction]:
    """Figures of organisations on ``figures_day``, added up by region of ``level`` as of ``as_of``; exact.

    ``as_of=figures_day`` gives the sums as they were then. A later day carries each figure along every merge and split
    since (by its share) and places it in the tree of that day; an organisation that ended without a successor stays
    in the region it was last in, which is itself carried along. The total is preserved.
    Refuses ORG-033 when an organisation did not exist on ``figures_day``.
    """
    existing = set(OrganisationSpan.objects.filter(in_force_on(figures_day)).values_list("organisation_id", flat=True))
    missing = sorted(set(figures) - existing)
    if missing:
        known = names_on(missing, figures_day)
        shown = "、".join(known.get(pk, f"编号 {pk}") for pk in missing[:5])
        raise errors.FIGURES_UNPLACED.refuse(count=len(missing), day=figures_day, names=shown)
    carried = carry_forward(figures, _organisation_steps(), figures_day, as_of)
    placed: dict[str, Fraction] = {}
    ended: dict[date, dict[str, Fraction]] = {}
    spans: dict[int, tuple[str, date | None]] = {}
    rows = OrganisationSpan.objects.filter(in_force_from__lte=as_of).order_by("organisation_id", "in_force_from")
    for pk, region, until in rows.values_list("organisation_id", "region_id", "until"):
        spans[pk] = (region, until)
    for pk, amount in carried.items():
        region, until = spans[pk]
        if until is None or until > as_of:
            placed[region] = placed.get(region, Fraction(0)) + amount
        else:
            day = ended.setdefault(until - timedelta(days=1), {})
            day[region] = day.get(region, Fraction(0)) + amount
    region_steps = _region_steps()
    for day_before, sums in ended.items():
        for region, amount in carry_forward(sums, region_steps, day_before, as_of).items():
            placed[region] = placed.get(region, Fraction(0)) + amount
    return _by_level(placed, as_of, level)


def roll_up_regions(
    figures: Mapping[str, Fraction | int], figures_day: date, as_of: date, level: str
) -> dict[str, Fraction]:
    """The same for figures held by regions themselves (population, budgets), carried by the shares of regions."""
    return _by_level(carry_forward(figures, _region_steps(), figures_day, as_of), as_of, level)


def _by_level(placed: Mapping[str, Fraction], as_of: date, level: str) -> dict[str, Fraction]:
    tree = region_tree(as_of)
    sums: dict[str, Fraction] = {}
    for region, amount in placed.items():
        code = tree.at_level(region, level)
        sums[code] = sums.get(code, Fraction(0)) + amount
    return dict(sorted(sums.items()))


def find_region(code: str) -> Region | None:
    """The region with this code, or None."""
    return Region.objects.filter(code=code).first()


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an organisation that ended by a day: when, into whom (today's holders), on whose authority."""

    ended_on: date
    kind: str
    """``merge``, ``split`` or ``end``; empty where no event is registered."""
    heirs: tuple[int, ...]
    """Organisations that have taken over by the day, carried along every later merge and split; none: nobody did."""
    document: str
    clause: str


def fates_on(organisation_ids: Iterable[int], day: date) -> dict[int, Fate]:
    """The fate of those of the organisations that had ended by ``day``. Three queries for any number of them."""
    wanted = set(organisation_ids)
    last: dict[int, date | None] = {}
    spans = OrganisationSpan.objects.filter(organisation_id__in=wanted, in_force_from__lte=day)
    for pk, until in spans.order_by("organisation_id", "in_force_from").values_list("organisation_id", "until"):
        last[pk] = until
    ended = {pk: until for pk, until in last.items() if until is not None and until <= day}
    if not ended:
        return {}
    events = {
        event.source_id: event
        for event in Succession.objects.filter(source_id__in=ended, happened_on__lte=day, kind__in=_ENDS).order_by(
            "happened_on", "id"
        )
    }
    steps = _organisation_steps()
    found: dict[int, Fate] = {}
    for pk, until in ended.items():
        heirs = carry_forward({pk: Fraction(1)}, steps, date.min, day)
        event = events.get(pk)
        found[pk] = Fate(
            ended_on=until,
            kind=event.kind if event is not None else "",
            heirs=tuple(sorted(heir for heir in heirs if heir != pk)),
            document=event.document if event is not None else "",
            clause=event.clause if event is not None else "",
        )
    return found


_ENDS = ("merge", "split", "end")


def forerunners_of(organisation_ids: Iterable[int], day: date) -> set[int]:
    """Organisations that had merged or been split into these by ``day``, however many events lie between."""
    sources: dict[int, set[int]] = {}
    for step in _organisation_steps():
        if step.happened_on <= day and step.source != step.target:
            sources.setdefault(step.target, set()).add(step.source)
    found: set[int] = set()
    frontier = set(organisation_ids)
    while frontier:
        frontier = {source for target in frontier for source in sources.get(target, ())} - found
        found |= frontier
    return found
