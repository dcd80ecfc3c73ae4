"""What the bureau's desk shows: its cycles, what is missing before the next stage, schools, candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from guantong.base.accounts.actor import Actor
from guantong.base.lawbook import current_policy
from guantong.base.orgs.models import SCHOOL_KINDS
from guantong.base.orgs.public import list_spans, region_on, region_tree
from guantong.domains.admission.models import (
    Candidate,
    Cycle,
    IntakePlan,
    Placement,
    Prospectus,
    Round,
    Run,
    SchoolLimit,
    Score,
)
from guantong.domains.admission.models.plans import MODES
from guantong.domains.admission.rules.conditions import Cell
from guantong.domains.admission.rules.declaration.reading import channels
from guantong.domains.admission.rules.declaration.reading_places import FIGURES
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.shares import Admitted, Counted, ShareReport, reports
from guantong.domains.admission.rules.states import (
    APPROVED,
    DISPATCHED,
    PUBLISHED,
    REGISTERED,
    SUBMITTED,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import place_facts
from guantong.domains.admission.selectors.gates import may_manage, require_bureau, school_names
from guantong.domains.admission.selectors.published import DONE, list_cycles
from guantong.domains.admission.selectors.visitor_cycles import CycleShown, show_cycle
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.policy.bounds import wanted_words
from guantong.policy.schema.units import UNITS, show


def bureau_cycles(actor: Actor, permission: str = "admission.manage") -> list[CycleShown]:
    """Cycles the actor organises, newest first."""
    return [show_cycle(cycle) for cycle in list_cycles() if may_manage(actor, cycle, permission)]


@dataclass(frozen=True, slots=True)
class Openable:
    """A channel a region declares for a year that has no cycle yet, or why its declaration cannot be read."""

    region: str
    region_name: str
    channel: str
    title: str
    about: str
    year: int
    refusal: Refusal | None = None


def openable(actor: Actor, year: int) -> list[Openable]:
    """What the actor may open for a year, region by region, in the order of the law's names."""
    day = max(clock.today(), date(year, 1, 1))
    tree = region_tree(clock.today())
    regions = {region_on(one, clock.today()) for one in actor.organisations("admission.manage")}
    found: list[Openable] = []
    for region in sorted(regions):
        name = tree.names.get(region, region)
        open_ = set(Cycle.objects.filter(region=region, year=year).values_list("channel", flat=True))
        try:
            declared = channels(current_policy(), region, day)
        except Refusal as refusal:
            found.append(Openable(region, name, "", "", "", year, refusal))
            continue
        found.extend(
            Openable(region, name, one.id, one.title, one.about or "", year) for one in declared if one.id not in open_
        )
    return found


@dataclass(frozen=True, slots=True)
class CandidateCounts:
    """How far the candidates of a cycle are."""

    registered: int
    withdrawn: int
    scored: int
    ranked: int

    @property
    def unscored(self) -> int:
        """Registered candidates without a score."""
        return self.registered - self.scored

    @property
    def is_ranked(self) -> bool:
        """Whether every scored candidate has a rank."""
        return self.scored > 0 and self.ranked == self.scored


def candidate_counts(cycle: Cycle) -> CandidateCounts:
    """Counts of a cycle's candidates."""
    rows = dict(Candidate.objects.filter(cycle=cycle).order_by().values_list("state").annotate(n=Count("id")))
    scores = Score.objects.filter(candidate__cycle=cycle, candidate__state=REGISTERED)
    return CandidateCounts(
        registered=rows.get(REGISTERED, 0),
        withdrawn=rows.get("withdrawn", 0),
        scored=scores.filter(total_thousandths__isnull=False).count(),
        ranked=scores.filter(rank__isnull=False).count(),
    )


def search_candidates(actor: Actor, cycle: Cycle, words: str) -> QuerySet[Candidate]:
    """Candidates by number or name, best rank first; for who organises the cycle."""
    require_bureau(actor, "admission.manage", cycle.region)
    rows = Candidate.objects.filter(cycle=cycle).select_related("person", "score")
    words = words.strip()[:60]
    if words:
        rows = rows.filter(Q(number=words) | Q(number__endswith=words) | Q(person__name__contains=words))
    return rows.order_by("state", "score__rank", "number")


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A school of the region with its approved size, if any."""

    school_id: int
    name: str
    code: str
    region_name: str
    limit: SchoolLimit | None
    planned: int


def limit_rows(cycle: Cycle, words: str = "") -> list[LimitRow]:
    """Every school of the cycle's region, those with a size first."""
    day = clock.today()
    tree = region_tree(day)
    spans = list_spans(day=day, search=words, kinds=SCHOOL_KINDS, region=cycle.region)
    limits = {limit.school_id: limit for limit in SchoolLimit.objects.filter(cycle=cycle)}
    planned = dict(IntakePlan.objects.filter(cycle=cycle).order_by().values_list("school_id").annotate(n=Sum("seats")))
    rows = [
        LimitRow(
            school_id=span.organisation_id,
            name=span.name,
            code=span.organisation.school_code or "",
            region_name=tree.names.get(span.region_id, span.region_id),
            limit=limits.get(span.organisation_id),
            planned=planned.get(span.organisation_id, 0) or 0,
        )
        for span in spans
    ]
    return sorted(rows, key=lambda row: (row.limit is None, row.name))


def shares_with(cycle: Cycle, more: Iterable[IntakePlan] = ()) -> tuple[ShareReport, ...]:
    """The shares to be kept, as they would stand if these plans were approved too."""
    channel = channel_of(cycle)
    approved = IntakePlan.objects.filter(cycle=cycle, state=APPROVED).select_related("school", "programme", "cycle")
    plans = {plan.pk: plan for plan in [*approved, *more]}
    places = {pk: place_facts(channel, plan) for pk, plan in plans.items()}
    rows = Placement.objects.filter(cycle=cycle, state__in=DONE).values_list("plan_id", "candidate__attributes")
    read: dict[str, Mapping[str, Cell]] = {}
    admitted: list[Admitted] = []
    for plan_id, attributes in rows:
        key = repr(attributes)
        if key not in read:
            read[key] = read_facts(channel, attributes)
        if plan_id in places:
            admitted.append(Admitted(places[plan_id], read[key]))
    return reports(channel, Counted(list(places.values()), admitted, cycle.figures))


@dataclass(frozen=True, slots=True)
class ShareShown:
    """A share as the desk shows it: what is asked, what is now, whether that meets it, the clause."""

    title: str
    wanted: str
    now: str
    outcome: str
    tone: str
    sentence: str
    report: ShareReport


_OUTCOMES = {"met": ("符合", "good"), "not_met": ("不符合", "bad"), "warning": ("有差距", "warn")}


def show_shares(found: Iterable[ShareReport]) -> list[ShareShown]:
    """Reports of shares as rows of a table."""
    shown: list[ShareShown] = []
    for one in found:
        outcome, tone = _OUTCOMES[one.held.outcome] if one.held is not None else ("没有数字标准", "neutral")
        if one.value is None:
            outcome, tone = "还算不出", "neutral"
        now = "—" if one.value is None else _shown(one.value, one.share.answer.unit)
        if one.numerator is not None and one.denominator is not None:
            now += f"（{one.numerator:,} ∶ {one.denominator:,}）"
        answer = one.share.answer
        wanted = wanted_words(answer) if UNITS[answer.unit].is_number else answer.show()
        shown.append(ShareShown(one.share.title, wanted, now, outcome, tone, one.sentence, one))
    return shown


def _shown(value: Decimal, unit: str) -> str:
    """A share without needless zeros."""
    return show(Decimal(int(value)) if value == int(value) else value, unit)


def figures_needed(cycle: Cycle) -> list[tuple[str, str, int | None]]:
    """(name, title, entered value) of the numbers that the shares of a cycle are counted from."""
    wanted: dict[str, None] = {}
    for share in channel_of(cycle).shares:
        for measure in (share.numerator, share.denominator):
            if measure is not None and measure.figure is not None:
                wanted[measure.figure] = None
    return [(name, FIGURES[name], cycle.figures.get(name)) for name in wanted]


@dataclass(frozen=True, slots=True)
class SchoolProgress:
    """How far a school is with the files of a round, or of a cycle."""

    school_id: int
    name: str
    seats: int
    total: int
    waiting: int
    sent_back: int
    admitted: int
    confirmed: int
    registered: int
    full_time: int
    part_time: int


def school_progress(cycle: Cycle, round_: Round | None = None) -> list[SchoolProgress]:
    """Files by school: waiting, sent back, admitted, confirmed, registered (by mode); those with work left first."""
    files = Placement.objects.filter(cycle=cycle)
    if round_ is not None:
        files = files.filter(round=round_)
    counted: dict[int, dict[str, Any]] = {
        row["plan__school_id"]: dict(row)
        for row in files.order_by()
        .values("plan__school_id")
        .annotate(
            total=Count("id"),
            waiting=Count("id", filter=Q(state=DISPATCHED)),
            sent_back=Count("id", filter=Q(state="sent_back")),
            admitted=Count("id", filter=Q(state__in=DONE)),
            confirmed=Count("id", filter=Q(state__in=["confirmed", REGISTERED])),
            registered=Count("id", filter=Q(state=REGISTERED)),
            **{mode: Count("id", filter=Q(state=REGISTERED, plan__mode=mode)) for mode, _ in MODES},
        )
    }
    plans = IntakePlan.objects.filter(cycle=cycle, state=APPROVED)
    if round_ is not None:
        plans = plans.filter(batch=round_.batch)
    seats = dict(plans.order_by().values_list("school_id").annotate(n=Sum("seats") + Sum("extra_seats")))
    names = school_names(set(counted) | set(seats))
    keys = ("total", "waiting", "sent_back", "admitted", "confirmed", "registered", "full_time", "part_time")
    found = [
        SchoolProgress(pk, names[pk], seats.get(pk, 0), **{key: counted.get(pk, {}).get(key, 0) for key in keys})
        for pk in names
    ]
    return sorted(found, key=lambda row: (-row.waiting, row.name))


def prospectuses_waiting(cycle: Cycle) -> list[tuple[Prospectus, str]]:
    """Prospectuses handed in, with the school's name."""
    rows = list(Prospectus.objects.filter(cycle=cycle, state=SUBMITTED).order_by("changed_at"))
    names = school_names(row.school_id for row in rows)
    return [(row, names[row.school_id]) for row in rows]


def plans_chosen(cycle: Cycle, public_ids: Sequence[str]) -> list[IntakePlan]:
    """Plans of a cycle by public id, in the order of the queue; unknown ids are left out."""
    wanted = list(dict.fromkeys(public_ids))[:2000]
    rows: list[IntakePlan] = []
    for start in range(0, len(wanted), 500):
        found = IntakePlan.objects.filter(cycle=cycle, public_id__in=wanted[start : start + 500])
        rows.extend(found.select_related("programme", "school", "cycle"))
    return sorted(rows, key=lambda row: row.pk)


def published_runs(cycle: Cycle) -> QuerySet[Run]:
    """Published runs of a cycle, main rounds first, the newest first: what trials start from."""
    rows = Run.objects.filter(round__cycle=cycle, purpose="real", state=PUBLISHED).select_related("round__cycle")
    return rows.order_by("round__number", "-pk")
