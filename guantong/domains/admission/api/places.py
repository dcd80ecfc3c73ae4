"""Schools and places at the JSON door: search in either script, one place with what it asks for. Open to all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from guantong.base.accounts.requests import actor_of
from guantong.base.webkit.machine import PublicId
from guantong.domains.admission.api.frame import CitationOut, KeyValue, ground_json, open_answers, part, router, vector
from guantong.domains.admission.selectors.access import access_plan_for, get_cycle
from guantong.domains.admission.selectors.queues import filed_prospectus
from guantong.domains.admission.selectors.search import Filters, PlaceFound, describe, search_places
from guantong.domains.admission.selectors.visitor_places import get_school, history_of
from guantong.domains.admission.selectors.visitor_rules import requirements_of


class PastOut(Schema):
    """How far one had to be in an earlier year; ``rank`` null: nobody eligible was turned away. Where the year went
    ordinal by ordinal it is that of first choices, and ``words`` tell every ordinal."""

    year: int
    rank: int | None
    words: str
    candidates: int
    seats: int


class PlaceOut(Schema):
    """A place to choose."""

    id: str
    batch: str
    school_code: str
    school: str
    group: str = Field(description="专业组在志愿里的编号")
    group_name: str
    programme_code: str
    programme: str
    category: str
    level: str
    kind: str
    kind_title: str
    seats: int
    fee_fen: int = Field(description="每学年学费，分")
    years: Decimal
    place: str
    place_region: str
    mode: str
    past: list[PastOut]


class PlacesOut(Schema):
    """A page of places."""

    total: int
    places: list[PlaceOut]
    next_page: int | None


class RequirementOut(Schema):
    """Something a place asks for. Without ``basis`` the school's own charter says so."""

    kind: str = Field(description="condition 报考条件、line 控制线、quota 专项名额")
    title: str
    words: str
    basis: list[CitationOut]


class PastCutoffOut(Schema):
    """A published cut-off of a place."""

    year: int
    round: str
    slice: str
    keys: list[KeyValue]
    ordinal: int | None
    rank: int | None
    seats: int
    admitted: int
    is_full: bool = Field(description="有人因名额已满而落选")
    is_of_closing: bool = Field(description="各项成绩是同分考生的：他们多于余下的名额，都没有录取，名额不再录取")
    run: str


class PlaceWhole(PlaceOut):
    """One place with everything about it."""

    cycle: str
    note: str
    requirements: list[RequirementOut]
    cutoffs: list[PastCutoffOut]
    prospectus_filed_on: date | None


class SchoolOut(Schema):
    """A school with its filed prospectus and charter."""

    id: str
    code: str
    name: str
    filed_on: date | None
    prospectus: dict[str, str]
    charter: str


class Search(Schema):
    """What to look for."""

    q: str = Field("", max_length=60, description="学校、专业、地点，简体繁体都可以")
    batch: str = Field("", max_length=40)
    kind: str = Field("", max_length=24)
    level: str = Field("", max_length=20)
    category: str = Field("", max_length=40)
    region: str = Field("", max_length=6, description="地区代码，连同下级")
    mode: str = Field("", max_length=12)
    least_fee: int | None = Field(None, ge=0, le=10**9, description="分")
    most_fee: int | None = Field(None, ge=0, le=10**9, description="分")
    without_conditions: bool = Field(False, description="只要学校没有另外要求的")
    page: int = Field(1, ge=1, le=10_000)


def place_json(found: PlaceFound) -> dict[str, Any]:
    """A place as data."""
    p = found.place
    return {
        "id": p.id,
        "batch": p.batch,
        "school_code": p.school_key,
        "school": p.school_name,
        "group": p.group,
        "group_name": p.group_name,
        "programme_code": p.programme_code,
        "programme": p.programme_name,
        "category": p.category_name,
        "level": p.programme_level,
        "kind": p.kind,
        "kind_title": p.kind_title,
        "seats": p.seats,
        "fee_fen": p.fee_fen,
        "years": p.years,
        "place": p.place,
        "place_region": p.place_region,
        "mode": p.mode,
        "past": [
            {"year": c.year, "rank": c.rank, "words": c.words, "candidates": c.candidates, "seats": c.seats}
            for c in found.past
        ],
    }


@router.get(
    "/admission/cycles/{public_id}/places",
    summary="查找学校和专业（公开）",
    url_name="admission_places",
    auth=None,
    response=open_answers(PlacesOut),
    operation_id="admission_places",
)
def search(request: HttpRequest, public_id: PublicId, wanted: Query[Search]) -> Any:
    """Approved plans that match, a page at a time."""
    filters = Filters(words=wanted.q, **wanted.dict(exclude={"q", "page"}))
    rows = search_places(get_cycle(public_id), filters)
    shown, following = part(rows, wanted.page)
    return {"total": rows.count(), "places": [place_json(one) for one in describe(shown)], "next_page": following}


@router.get(
    "/admission/places/{public_id}",
    summary="一个招生计划：要求和依据、学费、历年最低线（公开）",
    url_name="admission_place",
    auth=None,
    response=open_answers(PlaceWhole),
    operation_id="admission_place",
)
def get_place(request: HttpRequest, public_id: PublicId) -> Any:
    """One place with what it asks for and what it gave before."""
    plan = access_plan_for(actor_of(request), public_id)
    prospectus = filed_prospectus(plan.cycle, plan.school_id)
    return place_json(describe([plan])[0]) | {
        "cycle": plan.cycle.public_id,
        "note": plan.note,
        "requirements": [
            {"kind": one.kind, "title": one.title, "words": one.words, "basis": ground_json(one.ground)}
            for one in requirements_of(plan)
        ],
        "cutoffs": [
            {
                "year": one.year,
                "round": one.round_title,
                "slice": one.slice_title,
                "keys": vector(one.keys),
                "ordinal": one.ordinal,
                "rank": one.rank,
                "seats": one.seats,
                "admitted": one.admitted,
                "is_full": one.is_full,
                "is_of_closing": one.is_of_closing,
                "run": one.run,
            }
            for one in history_of(plan)
        ],
        "prospectus_filed_on": prospectus.filed_on if prospectus is not None else None,
    }


@router.get(
    "/admission/cycles/{public_id}/schools/{school_id}",
    summary="一所学校的招生简章和招生章程（公开）",
    url_name="admission_school",
    auth=None,
    response=open_answers(SchoolOut),
    operation_id="admission_school",
)
def get_one_school(request: HttpRequest, public_id: PublicId, school_id: PublicId) -> Any:
    """A school's filed prospectus and charter; empty before they are filed."""
    cycle = get_cycle(public_id)
    found = get_school(cycle, school_id)
    prospectus = filed_prospectus(cycle, found.id)
    return {
        "id": found.public_id,
        "code": found.code,
        "name": found.name,
        "filed_on": prospectus.filed_on if prospectus is not None else None,
        "prospectus": prospectus.items if prospectus is not None else {},
        "charter": prospectus.charter if prospectus is not None else "",
    }
