"""What is open to all: cycles, cut-offs, vacancies, the one-point-one-rank table, the calendar, files of a run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from guantong.base.files.public import read_bytes
from guantong.domains.admission.models import (
    Cutoff,
    Cycle,
    Round,
    Run,
    Score,
)
from guantong.domains.admission.rules.declaration.shapes import OrderKey
from guantong.domains.admission.rules.scoring import RankRow, rank_table
from guantong.domains.admission.rules.states import ADMITTED, CONFIRMED, PUBLISHED, REGISTERED
from guantong.domains.admission.selectors.access import find_published_run
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.places import PlaceShown, approved_plans, show_places, units_of
from guantong.domains.admission.selectors.proofs import keys_for
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
    is_of_closing: bool
    """The keys are those of a tied set that closed the seats before anybody got one."""
    note: str
    """What is to be said besides: seats left and for whom, nobody turned away, closed by a tied set; or nothing."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Rows of one slice in the order of ordinals, and whether the run went by them."""

    rows: Sequence[Cutoff]
    in_steps: bool

    def note(self, row: Cutoff) -> str:
        """What is to be said of a row besides its figures, in a few words; empty when nothing is."""
        left = max(0, row.seats - row.admitted)
        if row.is_of_closing:
            return "同分的考生多于余下的名额，都没有投出，名额不再录取"
        if self.in_steps and row.pk != self.rows[-1].pk:
            return f"余 {left} 个，留给后面的志愿"
        if left:
            return "没有招满"
        return "" if row.is_full else "没有人落选"


def goes_by_ordinals(run: Run) -> bool:
    """Whether a run went ordinal by ordinal."""
    return bool(run.rules.get("mechanism") == "sequential")


def steps_of(rows: Iterable[Cutoff], of: Run | None = None) -> Iterator[Steps]:
    """Rows of runs (in the order of their keys in the database), those of one slice together. ``of``: they are all of
    this run; without it each row brings its own."""
    for _, of_one in groupby(rows, key=lambda row: (row.run_id, row.unit, row.plan_id, row.slice)):
        found = list(of_one)
        yield Steps(found, goes_by_ordinals(of or found[0].run))


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
    every = steps_of(Cutoff.objects.filter(run=run).order_by("pk"), run)
    for row, note in ((row, steps.note(row)) for steps in every for row in steps.rows):
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
                is_of_closing=row.is_of_closing,
                note=note,
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
