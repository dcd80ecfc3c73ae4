"""The register at the JSON door: organisations with their history, regions of a day, figures added up. Open to all."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from guantong.base.orgs.models import KINDS, OrganisationSpan
from guantong.base.orgs.public import names_on, region_tree, roll_up, successors_on
from guantong.base.orgs.selectors import get_organisation, history_of, list_spans, successions_of
from guantong.kernel import clock
from guantong.site.registry.figures import MOST_FIGURES, figure_in

router = Router(tags=["机构名录"])
_A_PAGE = 100


class Filters(Schema):
    """Which organisations are listed."""

    q: str = Field("", max_length=80, description="名称的一部分，或统一社会信用代码、学校标识码")
    kind: str = Field("", max_length=24, description="类别，例如 higher_school")
    region: str = Field("", max_length=6, description="地区代码，含下级")
    on: date | None = Field(None, description="哪一天；不写就是今天")
    ever: bool = Field(False, description="是否也找以前的名称")
    page: int = Field(1, ge=1, le=100_000, description="第几页，每页 100 个")


class Day(Schema):
    """A day."""

    on: date | None = Field(None, description="哪一天；不写就是今天")


class Figures(Schema):
    """Figures of organisations on a day, to be added up by region."""

    figures: dict[str, str] = Field(
        ..., max_length=MOST_FIGURES, description="机构编号（或代码、当时的全称）和数字，数字写成文本，可以是小数或分数"
    )
    figures_day: date = Field(..., description="数字是哪一天的")
    as_of: date | None = Field(None, description="按哪一天的机构和地区归集；不写就是今天")
    level: Literal["province", "prefecture", "county"] = Field("prefecture", description="归集到哪一级")


def span_as_json(span: OrganisationSpan, names: dict[int, str]) -> dict[str, Any]:
    """One span with names instead of keys."""
    return {
        "name": span.name,
        "kind": span.kind,
        "school_code": span.school_code or None,
        "region": span.region_id,
        "authority": names.get(span.authority_id) if span.authority_id is not None else None,
        "from": span.in_force_from.isoformat(),
        "until": span.until.isoformat() if span.until else None,
    }


@router.get("/organisations", summary="机构名录：某一天的机构", url_name="organisations")
def list_organisations(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """A page of organisations as registered on a day."""
    day = filters.on or clock.today()
    kinds = [filters.kind] if filters.kind in dict(KINDS) else []
    spans = list_spans(day=day, search=filters.q, kinds=kinds, region=filters.region, ever=filters.ever)
    page = Paginator(spans, _A_PAGE).get_page(filters.page)
    names = names_on((s.authority_id for s in page.object_list if s.authority_id is not None), day)
    items = [
        {
            "id": s.organisation.public_id,
            "credit_code": s.organisation.credit_code,
            "state": s.organisation.state,
            **span_as_json(s, names),
        }
        for s in page.object_list
    ]
    return {"on": day.isoformat(), "total": page.paginator.count, "page": page.number, "items": items}


@router.post("/organisations/figures", summary="往年数字归集：按当时和按今天", url_name="roll_up")
def add_up(request: HttpRequest, body: Figures) -> dict[str, Any]:
    """Sums by region as they were then and as of the day asked; exact, so both totals are equal."""
    figures: dict[int, Fraction] = {}
    for name, text in body.figures.items():
        pk, amount = figure_in(name, text, body.figures_day)
        figures[pk] = figures.get(pk, Fraction(0)) + amount
    as_of = body.as_of or clock.today()
    then = roll_up(figures, body.figures_day, body.figures_day, body.level)
    now = roll_up(figures, body.figures_day, as_of, body.level)
    return {
        "figures_day": body.figures_day.isoformat(),
        "as_of": as_of.isoformat(),
        "total": str(sum(figures.values(), Fraction(0))),
        "then": {code: str(amount) for code, amount in then.items()},
        "now": {code: str(amount) for code, amount in now.items()},
    }


@router.get("/organisations/{public_id}", summary="一个机构和它的沿革", url_name="organisation")
def one_organisation(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """What it is, what it was, what became of it; shares as exact fractions in text."""
    found, today = get_organisation(public_id), clock.today()
    spans, events = history_of(found.pk), successions_of(found.pk)
    successors = successors_on(found.pk, today)
    ids = {s.authority_id for s in spans} | {e.source_id for e in events} | {e.target_id for e in events}
    names = names_on({pk for pk in ids if pk is not None} | set(successors), today)
    return {
        "id": found.public_id,
        "credit_code": found.credit_code,
        "state": found.state,
        **{k: v for k, v in span_as_json(spans[-1], names).items() if k not in {"from", "until"}},
        "history": [span_as_json(s, names) for s in spans],
        "events": [
            {
                "kind": e.kind,
                "on": e.happened_on.isoformat(),
                "source": names.get(e.source_id or 0),
                "target": names.get(e.target_id or 0),
                "share": e.share,
                "document": e.document,
                "clause": e.clause or None,
            }
            for e in events
        ],
        "successors": [{"name": names[pk], "share": str(s)} for pk, s in successors.items() if pk != found.pk],
    }


@router.get("/regions", summary="某一天的地区", url_name="regions")
def list_regions(request: HttpRequest, day: Query[Day]) -> dict[str, Any]:
    """Code, name, level and parent of every region of that day."""
    tree = region_tree(day.on or clock.today())
    rows = [
        {"code": code, "name": name, "level": tree.levels[code], "parent": tree.parents[code]}
        for code, name in tree.names.items()
    ]
    return {"on": tree.day.isoformat(), "regions": rows}
