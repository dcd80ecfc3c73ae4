"""What is open to all: cycles, cut-offs, vacancies, the one-point-one-rank table, figures, the ten openings, proofs."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from guantong.base.files.models import StoredFile
from guantong.base.files.public import read_bytes
from guantong.domains.admission.models import (
    Candidate,
    Cutoff,
    Cycle,
    IntakePlan,
    Opening,
    Placement,
    Prospectus,
    Round,
    Run,
    RunResult,
    Sanction,
    SchoolLimit,
    Score,
)
from guantong.domains.admission.rules.conditions import Cell
from guantong.domains.admission.rules.declaration.shapes import OrderKey
from guantong.domains.admission.rules.scoring import RankRow, rank_table
from guantong.domains.admission.rules.shares import Admitted, Counted, ShareReport, reports
from guantong.domains.admission.rules.states import ADMITTED, APPROVED, CONFIRMED, PUBLISHED, REGISTERED
from guantong.domains.admission.selectors.access import find_published_run
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import facts_of, place_facts
from guantong.domains.admission.selectors.gates import school_names
from guantong.domains.admission.selectors.places import PlaceShown, approved_plans, show_places, units_of
from guantong.domains.admission.selectors.proofs import keys_for
from guantong.domains.admission.selectors.qualification import reason_of
from guantong.domains.admission.selectors.vacancies import vacancies_of
from guantong.engines.matching.sealing.signing import document_bytes, keys_bytes
from guantong.kernel import clock

DONE = (ADMITTED, CONFIRMED, REGISTERED)


def list_cycles(*, year: int | None = None, channel: str = "") -> QuerySet[Cycle]:
    """Cycles, newest year first."""
    rows = Cycle.objects.all()
    if year is not None:
        rows = rows.filter(year=year)
    return (rows.filter(channel=channel) if channel else rows).order_by("-year", "channel", "pk")


def list_rounds(cycle: Cycle) -> list[Round]:
    """Rounds of a cycle in the order of batches."""
    order = {batch.id: n for n, batch in enumerate(channel_of(cycle).batches)}
    rows = Round.objects.filter(cycle=cycle).select_related("cycle")
    return sorted(rows, key=lambda r: (order.get(r.batch, 99), r.number))


@dataclass(frozen=True, slots=True)
class CutoffShown:
    """A published cut-off: the whole vector as ``(title, text)`` in the order that decides."""

    unit: str
    unit_title: str
    place: PlaceShown | None
    slice: str
    slice_title: str
    keys: tuple[tuple[str, str], ...]
    ordinal: int | None
    rank: int | None
    seats: int
    admitted: int
    filed: int
    is_full: bool


def cutoffs_of(round_: Round, *, words: str = "", school_id: int | None = None) -> list[CutoffShown]:
    """Published cut-offs of a round in the order of places; nothing before publication."""
    run = find_published_run(round_)
    return [] if run is None else cutoffs_of_run(run, words=words, school_id=school_id)


def cutoffs_of_run(run: Run, *, words: str = "", school_id: int | None = None) -> list[CutoffShown]:
    """Cut-offs of a run (the caller has access to it, or it is published)."""
    cycle = run.round.cycle
    channel = channel_of(cycle)
    batch = channel.batch(run.round.batch)
    places = show_places(approved_plans(cycle, run.round.batch))
    by_plan = {place.plan_id: place for place in places}
    units = units_of(places, batch.unit)
    order: list[OrderKey] = list(batch.order)
    titles = {**channel.titles, "lottery": "摇号数", "priority": "专业自己的成绩", **{k.key: k.title for k in order}}
    quotas = {quota.id: quota.title for quota in channel.quotas}
    found: list[CutoffShown] = []
    for row in Cutoff.objects.filter(run=run).order_by("pk"):
        place = by_plan.get(row.plan_id) if row.plan_id is not None else None
        unit = units.get(row.unit)
        title = unit.title if unit is not None else row.unit
        if school_id is not None and (unit is None or unit.school_id != school_id):
            continue
        if words and words not in (place.title if place is not None else title):
            continue
        found.append(
            CutoffShown(
                unit=row.unit,
                unit_title=title,
                place=place,
                slice=row.slice,
                slice_title="" if row.slice == "ordinary" else quotas.get(row.slice, row.slice),
                keys=tuple((titles.get(key, key), shown_key(key, value)) for key, value in row.keys),
                ordinal=row.ordinal,
                rank=row.rank,
                seats=row.seats,
                admitted=row.admitted,
                filed=row.filed,
                is_full=row.is_full,
            )
        )
    return found


def shown_key(key: str, value: int | str | None) -> str:
    """A value of a cut-off as people read it: points without needless zeros, lottery numbers and texts as they are."""
    if value is None:
        return "—"
    if isinstance(value, str) or key == "lottery":
        return str(value)
    text = format(Decimal(value).scaleb(-6 if key == "priority" else -3), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rank_table_of(cycle: Cycle, step: Decimal = Decimal(1)) -> tuple[RankRow, ...]:
    """The one-point-one-rank table (一分一段) of a cycle, best first; empty before ranks are there."""
    rows = Score.objects.filter(candidate__cycle=cycle, candidate__state="registered", rank__isnull=False)
    totals = rows.exclude(total_thousandths=None).values_list("total_thousandths", flat=True)
    return rank_table((total for total in totals if total is not None), step)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A place with seats left."""

    place: PlaceShown
    left: int


def vacancies_shown(round_: Round) -> list[Vacancy]:
    """The vacancy list of a supplementary round as it was published with it; of a main round after publication, what is
    left now."""
    if round_.is_supplementary:
        left = {key: int(value) for key, value in round_.vacancies.items()}
    elif round_.published_at is None:
        return []
    else:
        left = vacancies_of(round_.cycle, round_.batch)
    places = show_places(approved_plans(round_.cycle, round_.batch), vacancies=left)
    return [Vacancy(place, left[place.id]) for place in places]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a cycle, counted from its rows. ``ordinals``: by which choice people were placed, main rounds."""

    schools: int
    places: int
    seats: int
    candidates: int
    scored: int
    placed: int
    admitted: int
    registered: int
    by_kind: tuple[tuple[str, int, int], ...]
    """(kind, seats, admitted)."""
    by_level: tuple[tuple[str, int, int], ...]
    ordinals: tuple[tuple[int, int], ...]
    reasons: tuple[tuple[str, int], ...]


def statistics_of(cycle: Cycle) -> Statistics:
    """Statistics open to all; counts of results only from published runs."""
    from guantong.domains.admission.rules.verdicts import LABELS
    from guantong.domains.programmes.public import label_of

    plans = list(approved_plans(cycle))
    kinds = {kind.id: kind.title for kind in channel_of(cycle).kinds}
    done = dict(
        Placement.objects.filter(cycle=cycle, state__in=DONE).order_by().values_list("plan_id").annotate(n=Count("id"))
    )
    by_kind: dict[str, list[int]] = {}
    by_level: dict[str, list[int]] = {}
    for plan in plans:
        for table, key in ((by_kind, plan.kind), (by_level, plan.programme.level)):
            held = table.setdefault(key, [0, 0])
            held[0] += plan.all_seats
            held[1] += done.get(plan.pk, 0)
    published = list(
        Run.objects.filter(round__cycle=cycle, state=PUBLISHED, purpose="real").values_list("pk", flat=True)
    )
    results = RunResult.objects.filter(run_id__in=published).exclude(reason="placed_before").order_by()
    ordinals: Counter[int] = Counter()
    for ordinal, n in results.filter(plan__isnull=False).values_list("ordinal").annotate(n=Count("id")):
        ordinals[ordinal or 0] += n
    reasons = results.values_list("reason").annotate(n=Count("id"))
    people = Candidate.objects.filter(cycle=cycle, state="registered")
    return Statistics(
        schools=len({plan.school_id for plan in plans}),
        places=len(plans),
        seats=sum(plan.all_seats for plan in plans),
        candidates=people.count(),
        scored=people.filter(score__isnull=False).count(),
        placed=Placement.objects.filter(cycle=cycle, run_id__in=published).count(),
        admitted=sum(done.values()),
        registered=Placement.objects.filter(cycle=cycle, state=REGISTERED).count(),
        by_kind=tuple((kinds.get(key, key), a, b) for key, (a, b) in by_kind.items()),
        by_level=tuple((label_of(key), a, b) for key, (a, b) in by_level.items()),
        ordinals=tuple(sorted(ordinals.items())),
        reasons=tuple((LABELS.get(reason, reason), n) for reason, n in sorted(reasons, key=lambda pair: -pair[1])),
    )


def shares_of(cycle: Cycle) -> tuple[ShareReport, ...]:
    """The shares to be kept as they stand now, each against its parameter with its clause."""
    channel = channel_of(cycle)
    plans = list(approved_plans(cycle))
    places = {plan.pk: place_facts(channel, plan) for plan in plans}
    rows = (
        Placement.objects.filter(cycle=cycle, state__in=DONE)
        .select_related("candidate")
        .only("plan_id", "candidate__attributes")
    )
    known: dict[str, Mapping[str, Cell]] = {}
    admitted: list[Admitted] = []
    for row in rows:
        if row.plan_id in places:
            written = repr(row.candidate.attributes)
            if written not in known:  # few combinations, many people
                known[written] = facts_of(channel, row.candidate)
            admitted.append(Admitted(places[row.plan_id], known[written]))
    return reports(channel, Counted(list(places.values()), admitted, cycle.figures))


@dataclass(frozen=True, slots=True)
class OpeningShown:
    """One of the matters to be open. ``lines`` follow from rows of now: (what, value); ``content`` and ``file`` were
    published by the bureau; ``link`` leads to the page where it is all. ``is_due``: its stage has come."""

    item: str
    title: str
    basis: str
    stage: str
    is_due: bool
    lines: tuple[tuple[str, str], ...]
    content: str
    file: StoredFile | None
    published_at: datetime | None
    link: str

    @property
    def is_open(self) -> bool:
        """Whether there is something to read."""
        return bool(self.lines or self.content or self.file)


def openings_of(cycle: Cycle) -> list[OpeningShown]:
    """The ten openings of a cycle in the order declared: what rows tell, and what was written."""
    from guantong.domains.admission.rules.states import CYCLE_STAGES

    written = {row.item: row for row in Opening.objects.filter(cycle=cycle).select_related("file")}
    order = list(CYCLE_STAGES.labels)
    live = _live_lines(cycle)
    found: list[OpeningShown] = []
    for item in channel_of(cycle).openings:
        row = written.get(item.id)
        lines, link = live.get(item.id, ((), ""))
        found.append(
            OpeningShown(
                item=item.id,
                title=item.title,
                basis=item.ground.sentence(),
                stage=CYCLE_STAGES.labels.get(item.stage, item.stage),
                is_due=item.stage in order and order.index(cycle.stage) >= order.index(item.stage),
                lines=lines,
                content=row.content if row is not None else "",
                file=row.file if row is not None else None,
                published_at=row.published_at if row is not None else None,
                link=link,
            )
        )
    return found


Lines = tuple[tuple[str, str], ...]


def _live_lines(cycle: Cycle) -> dict[str, tuple[Lines, str]]:
    """Item → what rows tell now, and the page with the whole of it."""
    channel = channel_of(cycle)
    base = f"/admission/cycles/{cycle.public_id}/"
    qualified = _qualified(cycle)
    filed = Prospectus.objects.filter(cycle=cycle, state="filed").count()
    plans = IntakePlan.objects.filter(cycle=cycle, state=APPROVED)
    people = Candidate.objects.filter(cycle=cycle, state="registered").count()
    published = Run.objects.filter(round__cycle=cycle, state=PUBLISHED, purpose="real").order_by("pk")
    batches = {batch.id: batch for batch in channel.batches}
    roots = tuple(
        (
            f"{batches[run.round.batch].title}第 {run.round.number} 轮",
            f"录取 {run.figures.get('placed', 0)} 人，封存根 {run.root[:16]}…",
        )
        for run in published.select_related("round")
        if run.round.batch in batches
    )
    citations = dict.fromkeys(c.sentence() for batch in channel.batches for c in batch.ground.citations)
    seats = sum(plan.all_seats for plan in plans.only("seats", "extra_seats"))
    return {
        "policy": (tuple(("依据", text) for text in citations), base),
        "qualification": ((("具备招生资格的学校", f"{len(qualified)} 所"), *_not_qualified(cycle), *qualified), ""),
        "charters": ((("已备案的招生简章和章程", f"{filed} 所"),) if filed else (), base + "schools/"),
        "intake-plans": ((("招生计划", f"{plans.count()} 项，{seats} 人"),) if seats else (), base + "schools/"),
        "candidates": ((("已报名的考生", f"{people} 人"),) if people else (), base + "rank-table/"),
        "procedure": (
            tuple((batch.title, f"最多填报 {batch.list_length.whole} 个志愿") for batch in channel.batches),
            base,
        ),
        "results": (roots, base + "cutoffs/"),
        "violations": (_violations(cycle), ""),
        "appeals": ((("申请复核", "登录以后在“我的录取结果”里提出"),), base),
    }


def _qualified(cycle: Cycle) -> Lines:
    """Each school on the year's list, by name, with its approved size and the document."""
    rows = list(SchoolLimit.objects.filter(cycle=cycle, is_qualified=True))
    names = school_names(row.school_id for row in rows)
    found = [(names.get(r.school_id, ""), f"核定 {r.seats} 人，{r.document or '没有写明文件'}") for r in rows]
    return tuple(sorted(found))


def _violations(cycle: Cycle) -> Lines:
    """Every order of the year that stopped a school, and how it ended."""
    rows = list(Sanction.objects.filter(region=cycle.region, year=cycle.year).order_by("pk"))
    names = school_names(row.school_id for row in rows)
    return tuple(
        (
            names.get(row.school_id, ""),
            reason_of(row)
            + (f" 已解除：{row.ended_reason}（{row.ended_document}）" if row.ended_at is not None else ""),
        )
        for row in rows
    )


def _not_qualified(cycle: Cycle) -> Lines:
    rows = list(SchoolLimit.objects.filter(cycle=cycle, is_qualified=False))
    names = school_names(row.school_id for row in rows)
    return tuple((names.get(row.school_id, ""), f"不具备招生资格：{row.reason}") for row in rows)


def published_files(run: Run) -> dict[str, bytes]:
    """``manifest.json``, ``cutoffs.csv``, ``places.csv`` and ``verify_result.py`` of a published run: what a
    candidate's certificate is checked against; ``signature.json`` and ``keys.json``: who signed its seal, and the
    organiser's public keys as they are now. The whole bundle: ``run.bundle``."""
    if run.bundle is None or run.state != PUBLISHED:
        return {}
    signatures: dict[str, bytes] = {}
    if run.signature:
        signatures["signature.json"] = document_bytes(run.signature)
        signatures["keys.json"] = keys_bytes(keys_for(run.round.cycle).values())
    with zipfile.ZipFile(io.BytesIO(read_bytes(run.bundle))) as archive:
        names = set(archive.namelist())
        wanted = ("manifest.json", "cutoffs.csv", "places.csv", "verify_result.py")
        return {name: archive.read(name) for name in wanted if name in names} | signatures


def calendar_of(cycle: Cycle) -> list[tuple[str, str, str, bool]]:
    """(stage, first day, last day, whether today lies within) as the cycle set them out."""
    titles: Mapping[str, str] = {
        "plans": "编制计划", "registration": "报名和考试", "choices": "填报志愿", "allocation": "投档",
        "review": "学校审核", "confirmation": "录取确认", "supplementary": "征集志愿",
    }  # fmt: skip
    today = clock.today().isoformat()
    return [
        (titles.get(stage, stage), days["from"], days["until"], days["from"] <= today <= days["until"])
        for stage, days in cycle.dates.items()
    ]


def lists_counted(round_: Round) -> dict[str, Any]:
    """How many lists were locked, and the digest over them, published when the round closed."""
    return {
        "locked": round_.lists.filter(state="locked").count(),
        "digest": round_.locked_digest,
        "closed_at": round_.closed_at,
    }
