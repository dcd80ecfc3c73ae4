"""The policy library at the JSON door: the same objects as ``guantong policy … --json``. Open to everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from guantong.base.lawbook import current_policy
from guantong.kernel import clock
from guantong.policy.asking.difference import difference
from guantong.policy.asking.replies import answer_as_json, change_as_json, document_as_json
from guantong.site.law.equivalences import equivalences_on
from guantong.site.law.errors import NO_DOCUMENT
from guantong.site.law.library import library_of
from guantong.site.systems.register import systems

router = Router(tags=["政策依据"])


class Filters(Schema):
    """Which parameters are listed."""

    q: str = Field("", max_length=100, description="搜索的词，简体、繁体都可以")
    system: str = Field("", max_length=8, description="制度编号，例如 L4")
    region: str = Field("", max_length=12, description="地区代码，含其上级")


class Place(Schema):
    """Where and when the law is asked."""

    region: str = Field("", max_length=12, description="地区代码；不写就是本系统服务的地区")
    on: date | None = Field(None, description="日期；不写就是今天")
    scope: str | None = Field(None, max_length=100, description="用途")


class Purpose(Schema):
    """Where and when equivalences are asked, and for what."""

    region: str = Field("", max_length=12, description="地区代码；不写就是本系统服务的地区")
    on: date | None = Field(None, description="日期；不写就是今天")
    q: str = Field("", max_length=100, description="搜索的词，例如用途或等级")


class Period(Schema):
    """Two days to compare."""

    region: str = Field("", max_length=12, description="地区代码")
    start: date = Field(..., description="前一天")
    end: date = Field(..., description="后一天")


@router.get("/law/parameters", summary="政策参数：每个带日期的值", url_name="law_parameters")
def list_parameters(request: HttpRequest, filters: Query[Filters]) -> list[dict[str, object]]:
    """One object per dated value."""
    library = library_of(current_policy())
    codes = set(library.policy.chain(filters.region)) if filters.region else None
    found = library.parameters(filters.q, filters.system, filters.region)
    return [row.as_json() for p in found for row in library.rows_of[p.name] if codes is None or row.region in codes]


@router.get("/law/parameters/{name}", summary="某地某日怎样规定，为什么", url_name="law_parameter")
def get_parameter(request: HttpRequest, name: str, place: Query[Place]) -> dict[str, object]:
    """The answer with its clause and chain; numbers are text, so exact."""
    law = current_policy().law(place.region or settings.REGION, place.on or clock.today())
    return answer_as_json(law.answer(name, place.scope or None), law.version)


@router.get("/law/documents", summary="政策文件", url_name="law_documents")
def list_documents(request: HttpRequest, filters: Query[Filters]) -> list[dict[str, object]]:
    """Documents, latest first."""
    found = library_of(current_policy()).documents(filters.q, region=filters.region)
    return [document_as_json(d) for d in found]


@router.get("/law/documents/{name}", summary="一份文件和以它为依据的内容", url_name="law_document")
def get_document(request: HttpRequest, name: str) -> dict[str, Any]:
    """The document with the clauses used."""
    library = library_of(current_policy())
    found = library.policy.documents.get(name)
    if found is None:
        raise NO_DOCUMENT.refuse(document=name)
    clauses = [
        {"clause": c.clause, "parameter": c.parameter, "title": c.title, "value": c.shown, "scope": c.scope}
        for c in library.citing.get(name, [])
    ]
    return {**document_as_json(found), "clauses": clauses}


@router.get("/law/changes", summary="两天之间的规定变化", url_name="law_changes")
def list_changes(request: HttpRequest, period: Query[Period]) -> list[dict[str, object]]:
    """What changed in law between two days, as the region sees it."""
    policy = current_policy()
    region = period.region or settings.REGION
    found = difference(policy, region, period.start, period.end)
    return [change_as_json(change, policy.version(region)) for change in found]


@router.get("/law/equivalences", summary="某地某日的比照关系", url_name="law_equivalences")
def list_equivalences(request: HttpRequest, purpose: Query[Purpose]) -> list[dict[str, object]]:
    """What counts as what, for which purpose; nearest region first."""
    region = purpose.region or settings.REGION
    found = equivalences_on(current_policy(), region, purpose.on or clock.today(), purpose.q)
    return [equivalence.as_json() for equivalence in found]


@router.get("/systems", summary="制度地图", url_name="systems")
def list_systems(request: HttpRequest) -> list[dict[str, str | None]]:
    """Every system the policy documents ask for, and how far it is carried out."""
    return [system.as_json() for system in systems()]
