"""Published figures at the JSON door: cut-offs, the one-point-one-rank table, vacancies, runs. Open to all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from guantong.base.webkit.machine import PublicId
from guantong.domains.admission.api.frame import KeyValue, open_answers, part, router, vector
from guantong.domains.admission.rules.facts import show_mark
from guantong.domains.admission.selectors.access import find_published_run, get_cycle, get_published_run, get_round
from guantong.domains.admission.selectors.published import cutoffs_of, published_files, rank_table_of, vacancies_shown


class CutoffOut(Schema):
    """A published cut-off: the whole vector of the last admitted. ``place`` null: of the whole unit.

    Where a batch goes ordinal by ordinal there is one for each ordinal at which somebody got in; ``seats`` are then
    those left for it."""

    unit: str
    unit_title: str
    place: str | None
    slice: str = Field(description="名额，普通名额为空")
    keys: list[KeyValue]
    ordinal: int | None
    rank: int | None
    seats: int
    filed: int
    admitted: int
    is_full: bool = Field(description="有人因名额已满而落选")
    is_of_closing: bool = Field(description="各项成绩是同分考生的：他们多于余下的名额，都没有录取，名额不再录取")


class CutoffsOut(Schema):
    """A page of the cut-offs of a round; ``run`` null: nothing is published yet."""

    round: str
    run: str | None
    total: int
    cutoffs: list[CutoffOut]
    next_page: int | None


class RankRowOut(Schema):
    """One interval: from ``at_least`` on, less than ``at_least + step``."""

    at_least: str = Field(description="分数，十进制文本", examples=["600"])
    count: int
    cumulative: int


class RankTableOut(Schema):
    """The one-point-one-rank table, best first; empty before ranks are there."""

    cycle: str
    step: int
    rows: list[RankRowOut]


class VacancyOut(Schema):
    """A place with seats left."""

    place: str
    school_code: str
    school: str
    group: str
    programme_code: str
    programme: str
    kind: str
    left: int


class VacanciesOut(Schema):
    """A page of vacancies."""

    round: str
    total: int
    vacancies: list[VacancyOut]
    next_page: int | None


class RunOut(Schema):
    """A published run with what proves it."""

    id: str
    round: str
    published_at: datetime
    root: str = Field(description="封存根")
    manifest_digest: str
    digests: dict[str, str]
    seed_commitment: str
    seed_revealed: str
    mismatches: int
    files: list[str] = Field(description="下载地址")


PageNumber = Annotated[int, Query(1, ge=1, le=10_000, description="第几页")]


@router.get(
    "/admission/rounds/{public_id}/cutoffs",
    summary="一轮录取的最低线：各项成绩、志愿序号、位次（公开）",
    url_name="admission_cutoffs",
    auth=None,
    response=open_answers(CutoffsOut),
    operation_id="admission_cutoffs",
)
def cutoffs(request: HttpRequest, public_id: PublicId, page: PageNumber = 1) -> Any:
    """Cut-offs of a round, a page at a time."""
    round_ = get_round(public_id)
    run = find_published_run(round_)
    rows = cutoffs_of(round_)
    shown, following = part(rows, page)
    return {
        "round": round_.public_id,
        "run": run.public_id if run is not None else None,
        "total": len(rows),
        "cutoffs": [
            {
                "unit": one.unit,
                "unit_title": one.unit_title,
                "place": one.place.id if one.place is not None else None,
                "slice": one.slice_title,
                "keys": vector(one.keys),
                "ordinal": one.ordinal,
                "rank": one.rank,
                "seats": one.seats,
                "filed": one.filed,
                "admitted": one.admitted,
                "is_full": one.is_full,
                "is_of_closing": one.is_of_closing,
            }
            for one in shown
        ],
        "next_page": following,
    }


@router.get(
    "/admission/cycles/{public_id}/rank-table",
    summary="一分一段表（公开）",
    url_name="admission_rank_table",
    auth=None,
    response=open_answers(RankTableOut),
    operation_id="admission_rank_table",
)
def rank_table(request: HttpRequest, public_id: PublicId, step: Literal["1", "5", "10", "20"] = "1") -> Any:
    """How many stand in each interval and how many at or above it."""
    cycle = get_cycle(public_id)
    rows = rank_table_of(cycle, Decimal(step))
    return {
        "cycle": cycle.public_id,
        "step": int(step),
        "rows": [{"at_least": show_mark(r.at_least), "count": r.count, "cumulative": r.cumulative} for r in rows],
    }


@router.get(
    "/admission/rounds/{public_id}/vacancies",
    summary="一轮录取的缺额（公开）",
    url_name="admission_vacancies",
    auth=None,
    response=open_answers(VacanciesOut),
    operation_id="admission_vacancies",
)
def vacancies(request: HttpRequest, public_id: PublicId, page: PageNumber = 1) -> Any:
    """What is left, a page at a time; nothing before a result is published."""
    round_ = get_round(public_id)
    rows = vacancies_shown(round_)
    shown, following = part(rows, page)
    return {
        "round": round_.public_id,
        "total": len(rows),
        "vacancies": [
            {
                "place": one.place.id,
                "school_code": one.place.school_key,
                "school": one.place.school_name,
                "group": one.place.group,
                "programme_code": one.place.programme_code,
                "programme": one.place.programme_name,
                "kind": one.place.kind,
                "left": one.left,
            }
            for one in shown
        ],
        "next_page": following,
    }


@router.get(
    "/admission/runs/{public_id}",
    summary="一次已公布的投档运算：摘要、封存根、种子、下载地址（公开）",
    url_name="admission_run",
    auth=None,
    response=open_answers(RunOut),
    operation_id="admission_run",
)
def get_run(request: HttpRequest, public_id: PublicId) -> Any:
    """A published run with what proves it."""
    run = get_published_run(public_id)
    base = f"/admission/runs/{run.public_id}/files/"
    return {
        "id": run.public_id,
        "round": run.round.public_id,
        "published_at": run.published_at,
        "root": run.root,
        "manifest_digest": run.manifest["digest"],
        "digests": run.digests,
        "seed_commitment": run.round.cycle.seed_commitment,
        "seed_revealed": run.round.cycle.seed_revealed,
        "mismatches": len(run.mismatches),
        "files": [base + name for name in (*published_files(run), "published.zip", "bundle.zip")],
    }
