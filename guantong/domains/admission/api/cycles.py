"""Cycles, their rounds and openings, at the JSON door: open to all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from guantong.base.webkit.machine import PublicId
from guantong.domains.admission.api.frame import CitationOut, ground_json, open_answers, router
from guantong.domains.admission.selectors.access import get_cycle
from guantong.domains.admission.selectors.channels import list_length
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.visitor_cycles import CycleShown, RoundShown, show_cycle, shown_cycles


class PeriodOut(Schema):
    """A stretch of the calendar; both days belong to it."""

    title: str
    first: date
    last: date
    state: str = Field(description="done、current、todo，按今天")


class RoundOut(Schema):
    """A round of a batch. ``number`` 1 is the first filing, later ones are supplementary rounds."""

    id: str
    batch: str
    title: str
    number: int
    stage: str
    stage_label: str
    unit: str = Field(description="一个志愿是什么：place、group、school")
    list_length: int
    programmes_in_group: int
    asks_reassignment: bool
    opens_at: datetime
    closes_at: datetime
    is_open: bool
    published_run: str | None = Field(description="已公布的投档运算")


class CycleOut(Schema):
    """One admission year of one channel."""

    id: str
    region: str
    year: int
    channel: str
    title: str
    stage: str
    stage_label: str
    now: str = Field(description="现在可以办什么")
    calendar: list[PeriodOut]
    rounds: list[RoundOut]
    declaration_digest: str
    law_on: date
    seed_commitment: str
    seed_revealed: str
    basis: list[CitationOut]


class CyclesOut(Schema):
    """Every cycle, newest year first."""

    cycles: list[CycleOut]


class OpeningOut(Schema):
    """One of the matters to be open."""

    item: str
    title: str
    stage: str
    is_due: bool
    is_open: bool
    lines: list[list[str]]
    content: str
    file: str | None = Field(description="文件的地址")
    published_at: datetime | None
    basis: str


class OpeningsOut(Schema):
    """The matters the law wants open."""

    cycle: str
    openings: list[OpeningOut]


def round_json(one: RoundShown) -> dict[str, Any]:
    """A round as data."""
    return {
        "id": one.round.public_id,
        "batch": one.batch.id,
        "title": one.title,
        "number": one.round.number,
        "stage": one.round.stage,
        "stage_label": one.stage_label,
        "unit": one.batch.unit,
        "list_length": list_length(one.round),
        "programmes_in_group": one.batch.programmes_in_group,
        "asks_reassignment": one.batch.reassignment != "none",
        "opens_at": one.round.opens_at,
        "closes_at": one.round.closes_at,
        "is_open": one.is_open,
        "published_run": one.run.public_id if one.run is not None else None,
    }


def cycle_json(one: CycleShown) -> dict[str, Any]:
    """A cycle as data."""
    cycle = one.cycle
    return {
        "id": cycle.public_id,
        "region": cycle.region,
        "year": cycle.year,
        "channel": cycle.channel,
        "title": cycle.title,
        "stage": cycle.stage,
        "stage_label": one.stage_label,
        "now": one.now,
        "calendar": [{"title": p.title, "first": p.first, "last": p.last, "state": p.state} for p in one.periods],
        "rounds": [round_json(r) for r in one.rounds],
        "declaration_digest": cycle.declaration_digest,
        "law_on": cycle.law_on,
        "seed_commitment": cycle.seed_commitment,
        "seed_revealed": cycle.seed_revealed,
        "basis": ground_json(one.channel.ground),
    }


@router.get(
    "/admission/cycles",
    summary="招生年度：类型、阶段、日程、录取轮次（公开）",
    url_name="admission_cycles",
    auth=None,
    response=open_answers(CyclesOut),
    operation_id="admission_cycles",
)
def list_cycles(request: HttpRequest) -> Any:
    """Every cycle, newest year first."""
    return {"cycles": [cycle_json(one) for one in shown_cycles()]}


@router.get(
    "/admission/cycles/{public_id}",
    summary="一个招生年度（公开）",
    url_name="admission_cycle",
    auth=None,
    response=open_answers(CycleOut),
    operation_id="admission_cycle",
)
def get_one(request: HttpRequest, public_id: PublicId) -> Any:
    """One cycle."""
    return cycle_json(show_cycle(get_cycle(public_id)))


@router.get(
    "/admission/cycles/{public_id}/openings",
    summary="招生信息公开的各个事项（公开）",
    url_name="admission_openings",
    auth=None,
    response=open_answers(OpeningsOut),
    operation_id="admission_openings",
)
def openings(request: HttpRequest, public_id: PublicId) -> Any:
    """What the law wants open, item by item."""
    cycle = get_cycle(public_id)
    return {
        "cycle": cycle.public_id,
        "openings": [
            {
                "item": one.item,
                "title": one.title,
                "stage": one.stage,
                "is_due": one.is_due,
                "is_open": one.is_open,
                "lines": [list(line) for line in one.lines],
                "content": one.content,
                "file": f"/admission/cycles/{cycle.public_id}/openings/{one.item}/file/" if one.file else None,
                "published_at": one.published_at,
                "basis": one.basis,
            }
            for one in openings_of(cycle)
        ],
    }
