"""Pages of 政策依据; every form is a GET and works without JavaScript."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.lawbook import current_policy
from guantong.base.webkit import shows
from guantong.base.webkit.pages import render
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from guantong.policy import errors as policy_errors
from guantong.policy.asking import Answer, Law, Policy
from guantong.policy.asking.difference import difference, scopes_of
from guantong.policy.bounds import wanted_words
from guantong.policy.schema.shapes import (
    BOUNDS,
    DOCUMENT_STATES,
    PRACTICES,
    REGION_LEVELS,
    SOURCES,
    STATUSES,
    Parameter,
)
from guantong.policy.schema.units import UNITS, parse_day, show
from guantong.site.law.equivalences import Equivalence, equivalences_on
from guantong.site.law.errors import NO_DOCUMENT
from guantong.site.law.library import Library, clause_order, library_of
from guantong.site.systems.register import systems

_A_PAGE = 40
_WORDS: dict[str, Any] = {
    "bounds": BOUNDS,
    "practices": PRACTICES,
    "levels": REGION_LEVELS,
    "states": DOCUMENT_STATES,
    "sources": SOURCES,
    "statuses": STATUSES,
    "units": UNITS,
}


def _region_options(policy: Policy) -> list[tuple[str, str]]:
    return [(code, region.name_zh) for code, region in policy.regions.items()]


def _typed_day(request: HttpRequest, key: str, title: str, otherwise: date) -> date:
    text = request.GET.get(key, "").strip()
    if not text:
        return otherwise
    try:
        return parse_day(text)
    except ValueError:
        raise policy_errors.BAD_DATE.refuse(where=Where(column=key, title=title), text=text[:40]) from None


def _system_names() -> dict[str, str]:
    return {system.id: system.title_zh for system in systems()}


@require_safe
def overview(request: HttpRequest) -> HttpResponseBase:
    """Search over documents and parameters, figures, and what ends soon."""
    library = library_of(current_policy())
    query = request.GET.get("q", "").strip()
    return render(
        request,
        "law/overview.html",
        _WORDS,
        typed_q=query,
        found_documents=library.documents(query) if query else [],
        found_parameters=library.parameters(query) if query else [],
        counts={
            "documents": len(library.policy.documents),
            "parameters": len(library.policy.parameters),
            "values": len(library.rows),
            "regions": len(library.policy.regions),
        },
        endings=library.policy.ending(clock.today()),
        regions=list(library.policy.regions.values()),
    )


@require_safe
def documents(request: HttpRequest) -> HttpResponseBase:
    """The list of documents."""
    library = library_of(current_policy())
    typed = {key: request.GET.get(key, "").strip() for key in ("q", "level", "region")}
    found = library.documents(typed["q"], typed["level"], typed["region"])
    return render(
        request,
        "law/documents.html",
        _WORDS,
        typed=typed,
        page=Paginator(found, _A_PAGE).get_page(request.GET.get("page")),
        cited={d.id: len(library.citing.get(d.id, [])) for d in found},
        region_options=_region_options(library.policy),
        regions=library.policy.regions,
    )


@require_safe
def document(request: HttpRequest, name: str) -> HttpResponseBase:
    """One document: its facts, the clauses used, and what rests on them."""
    library = library_of(current_policy())
    found = library.policy.documents.get(name)
    if found is None:
        raise NO_DOCUMENT.refuse(document=name)
    clauses: dict[str, list[Any]] = {}
    for citing in sorted(library.citing.get(name, []), key=lambda c: clause_order(c.clause)):
        clauses.setdefault(citing.clause, []).append(citing)
    superseding = library.policy.documents.get(found.superseded_by or "")
    return render(
        request,
        "law/document.html",
        _WORDS,
        document=found,
        region=library.policy.regions[found.region],
        clauses=clauses,
        superseding=superseding,
        superseded=[d for d in library.policy.documents.values() if d.superseded_by == name],
    )


@require_safe
def parameters(request: HttpRequest) -> HttpResponseBase:
    """The list of parameters with today's value in the region."""
    library = library_of(current_policy())
    typed = {key: request.GET.get(key, "").strip() for key in ("q", "system", "region")}
    found = library.parameters(typed["q"], typed["system"], typed["region"])
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    law = library.policy.law(typed["region"] or settings.REGION, clock.today())
    names = _system_names()
    return render(
        request,
        "law/parameters.html",
        _WORDS,
        typed=typed,
        page=page,
        lines=[_line(library, law, parameter) for parameter in page.object_list],
        law=law,
        system_options=[(s, f"{s} {names.get(s, '')}") for s in library.systems()],
        region_options=_region_options(library.policy),
        download_query=request.GET.urlencode(),
    )


def _line(library: Library, law: Law, parameter: Parameter) -> dict[str, Any]:
    """Today's answers of one parameter: the general rule and each scope."""
    policy = library.policy
    answers = [
        answer
        for scope in scopes_of(policy, law.region, parameter.name)
        if (answer := law.find(parameter.name, scope)) is not None
    ]
    unique = list({(a.scope, a.show(), a.region): a for a in answers}.values())
    return {
        "parameter": parameter,
        "answers": unique,
        "setting_regions": [policy.regions[code].name_zh for code in parameter.settings],
        "count": len(library.rows_of[parameter.name]),
    }


@require_safe
def parameter(request: HttpRequest, name: str) -> HttpResponseBase:
    """One parameter: what holds in a region on a day and why, and its whole history."""
    library = library_of(current_policy())
    policy = library.policy
    found = policy.parameters.get(name)
    if found is None:
        policy.law(settings.REGION, clock.today()).answer(name)
    assert found is not None  # noqa: S101 - the line above has refused an unknown name
    typed = {
        "region": request.GET.get("region", "").strip() or settings.REGION,
        "on": request.GET.get("on", "").strip() or clock.today().isoformat(),
        "scope": request.GET.get("scope", "").strip(),
    }
    answers: list[Answer] = []
    refusal: Refusal | None = None
    scopes: list[str] = []
    try:
        law = policy.law(typed["region"], _typed_day(request, "on", "日期", clock.today()))
        scopes = [scope for scope in scopes_of(policy, typed["region"], name) if scope is not None]
        if typed["scope"] or not scopes:
            answers = [law.answer(name, typed["scope"] or None)]
        else:
            answers = [a for s in (None, *scopes) if (a := law.find(name, s)) is not None]
            if not answers:
                law.answer(name)
    except Refusal as raised:
        refusal = raised
    return render(
        request,
        "law/parameter.html",
        _WORDS,
        parameter=found,
        typed=typed,
        answers=answers,
        refusal=refusal,
        scope_options=[(scope, scope) for scope in scopes],
        answer_facts=[_facts(a) for a in answers],
        history=_history(library, found),
        region_options=_region_options(policy),
        system_name=_system_names().get(found.system, ""),
        show_value=lambda value: show(value, found.unit),
        status=200 if refusal is None else refusal.status,
    )


def _facts(answer: Answer) -> list[tuple[str, str]]:
    """An answer as labelled facts, without the empty ones."""
    since = shows.show_day(answer.in_force_from) + "起"
    if answer.repealed_on is not None:
        since += f"，{shows.show_day(answer.repealed_on)}终止"
    facts = [
        ("要求", wanted_words(answer) if UNITS[answer.unit].is_number else answer.show()),
        (
            "性质",
            BOUNDS[answer.bound]
            if answer.bound == "value"
            else f"{BOUNDS[answer.bound]}，{PRACTICES[answer.practice]}",
        ),
        ("施行", since),
        ("达成日期", shows.show_day(answer.due_on)),
        ("来源", f"{SOURCES[answer.source]}，{answer.region_name}"),
        ("状态", STATUSES[answer.status]),
        ("说明", answer.note or ""),
    ]
    return [(label, value) for label, value in facts if value]


def _history(library: Library, found: Parameter) -> list[dict[str, Any]]:
    """The dated values of each region, latest first, each with all its clauses."""
    policy = library.policy
    blocks: list[dict[str, Any]] = []
    rows = {(row.region, row.file, row.line): row for row in library.rows_of[found.name]}
    for code, setting in found.settings.items():
        values: list[dict[str, Any]] = []
        for strand in setting.strands.values():
            for value in strand.values:
                row = rows[code, value.place.file, value.place.line]
                values.append({"row": row, "citations": policy.citations(value)})
        values.sort(key=lambda item: (item["row"].scope or "", item["row"].since), reverse=True)
        blocks.append({"region": policy.regions[code], "setting": setting, "values": values})
    return blocks


@require_safe
def equivalences(request: HttpRequest) -> HttpResponseBase:
    """What counts as what, for which purpose, in a region on a day, with the clause of each."""
    policy = current_policy()
    region = request.GET.get("region", "").strip() or settings.REGION
    query = request.GET.get("q", "").strip()
    refusal: Refusal | None = None
    found: list[Equivalence] = []
    try:
        day = _typed_day(request, "on", "日期", clock.today())
        found = equivalences_on(policy, region, day, query)
    except Refusal as raised:
        refusal = raised
    return render(
        request,
        "law/equivalences.html",
        _WORDS,
        typed={"region": region, "on": request.GET.get("on", "").strip() or clock.today().isoformat(), "q": query},
        found=found,
        refusal=refusal,
        region_options=_region_options(policy),
        status=200 if refusal is None else refusal.status,
    )


@require_safe
def changes(request: HttpRequest) -> HttpResponseBase:
    """What changed in law between two days in a region."""
    policy = current_policy()
    today = clock.today()
    start, end = today - timedelta(days=365), today
    region = request.GET.get("region", "").strip() or settings.REGION
    refusal: Refusal | None = None
    found: dict[str, list[Any]] = {}
    try:
        start = _typed_day(request, "from", "从", start)
        end = _typed_day(request, "to", "到", end)
        for change in difference(policy, region, start, end):
            found.setdefault(change.kind, []).append(change)
    except Refusal as raised:
        refusal = raised
    kinds = (("begun", "新增"), ("changed", "数值或性质改变"), ("renewed", "数值不变，依据改变"), ("ended", "终止"))
    return render(
        request,
        "law/changes.html",
        _WORDS,
        typed={
            "region": region,
            "from": request.GET.get("from", "").strip() or start.isoformat(),
            "to": request.GET.get("to", "").strip() or end.isoformat(),
        },
        refusal=refusal,
        groups=[(kind, label, found.get(kind, [])) for kind, label in kinds],
        total=sum(len(group) for group in found.values()),
        start=start,
        end=end,
        region=policy.regions.get(region),
        region_options=_region_options(policy),
        status=200 if refusal is None else refusal.status,
    )
