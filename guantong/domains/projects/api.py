"""Declarations at the JSON door: the same selectors and actions as the pages. docs/api/README.md tells how."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import Field

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.machine import KeyOrSession, PublicId, Strict, asker
from guantong.domains.projects import errors
from guantong.domains.projects.actions import open_declaration
from guantong.domains.projects.selectors.catalogue import (
    SUBJECT,
    Entry,
    find_definition,
    list_entries,
    require_region,
    search_entries,
    show_entry,
)
from guantong.domains.projects.selectors.described import describe, law_of
from guantong.domains.projects.selectors.holders import Wanted
from guantong.domains.projects.selectors.subjects import subjects_of
from guantong.kernel import clock
from guantong.procedure.cases.conditions_shown import checked
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import (
    Approved,
    access_case_for,
    approved,
    available_actions,
    declared_values,
    definition_of,
    differences_now,
    standing,
    story,
)
from guantong.procedure.registers.rules import STANDING
from guantong.procedure.registers.selectors.listing import Filters, find_titles, get_register, rows_of
from guantong.procedure.rounds.public import home_of, plan_of, show_cycle

router = Router(tags=["申报事项"], auth=KeyOrSession())
Code = Annotated[str, Path(..., max_length=60, description="事项或名册的编号")]
SIZE = 50


class Opening(Strict):
    """For whom a case is opened. What is not asked for stays empty."""

    organisation: str = Field("", max_length=120, description="单位的全称、统一社会信用代码或学校标识码")
    person_name: str = Field("", max_length=60)
    person_number: str = Field("", max_length=40)
    at: int | None = Field(None, description="以哪个单位的名义；只有一个岗位时不写")


def _entry(entry: Entry) -> dict[str, Any]:
    definition = entry.definition
    return {
        "code": entry.code,
        "title": entry.title,
        "help": entry.help,
        "systems": list(entry.systems),
        "version": definition.version,
        "digest": definition.digest,
        "in_force_from": definition.in_force_from.isoformat(),
        "subject": definition.subject,
        "declarers": {"of": definition.declarers.of, "roles": list(definition.declarers.roles), "text": entry.who},
        "round": entry.round or None,
        "basis": entry.basis,
    }


@router.get("/procedures", auth=None, summary="正在施行的事项")
def list_procedures(request: HttpRequest, region: str = "", q: str = "", system: str = "") -> dict[str, Any]:
    """Every procedure in force in a region, narrowed by words or system."""
    code = require_region(region[:12])
    found = search_entries(list_entries(code), words=q[:120], system=system[:12])
    return {"ok": True, "region": code, "procedures": [_entry(entry) for entry in found]}


@router.get("/procedures/{code}", auth=None, summary="一项事项的全部规定")
def get_procedure(request: HttpRequest, code: Code, region: str = "") -> dict[str, Any]:
    """Conditions, steps, quotas and appeal of one procedure in words; ``document`` is the whole definition."""
    own = require_region(region[:12])
    definition, today = find_definition(code, own), clock.today()
    shown = describe(definition, law_of(own, today), own)
    return {
        "ok": True,
        **_entry(show_entry(definition, own, today)),
        "conditions": [
            {
                "number": row.number,
                "label": row.label,
                "required": row.required,
                "clause": row.citation.sentence() if row.citation is not None else row.basis,
            }
            for row in shown.conditions
        ],
        "steps": [
            {"title": s.title, "who": s.who, "period": s.period, "actions": list(s.actions), "appeal": s.is_appeal}
            for s in shown.steps
        ],
        "quotas": [
            {"title": quota.title, "most": quota.most, "clause": quota.basis, "shared_with": list(quota.others)}
            for quota in shown.quotas
        ],
        "appeal": "".join(shown.appeal[:2]),
        "cycle": _cycle(definition, own),
        "document": definition.document,
    }


def _cycle(definition: Definition, region: str) -> dict[str, Any] | None:
    """Every how many years there is a round, and when the next may open; None for rounds of every year."""
    plan, now = plan_of(definition), clock.now()
    home = home_of(definition.id, region, clock.china_day(now))
    cycle = show_cycle(definition, plan, home, now) if plan is not None else None
    if cycle is None:
        return None
    opens = cycle.opens_on.isoformat() if cycle.opens_on is not None else None
    return {"years": cycle.years, "next_opens_on": opens, "earliest_year": cycle.earliest_year, "clause": cycle.basis}


@router.post("/procedures/{code}/cases", summary="开始申报", response={201: dict[str, Any]})
def open_one(request: HttpRequest, code: Code, body: Opening, region: str = "") -> Status[dict[str, Any]]:
    """Open a case, or give the one that has not been handed in yet."""
    case = open_declaration(
        actor=asker(request),
        procedure=code,
        region=require_region(region[:12]),
        wanted=Wanted(body.organisation, body.person_number, body.person_name),
        at=body.at,
    )
    return Status(201, _case(asker(request), case.public_id))


@router.get("/projects/cases/{public_id}", summary="一件申报")
def get_case(request: HttpRequest, public_id: PublicId) -> dict[str, Any]:
    """Where a case stands, what was declared, the conditions, what the asker may do, and its story."""
    return _case(asker(request), public_id)


def _case(actor: Actor, public_id: str) -> dict[str, Any]:
    case = access_case_for(actor, public_id)
    if case.subject_kind != SUBJECT:
        raise errors.PROCEDURE_UNKNOWN.refuse(code=public_id[:16])
    definition, stands = definition_of(case), standing(case)
    seen = checked(case, definition, actor=actor)
    shown, filled, was = seen.conditions, seen.filled, approved(case)
    return {
        "ok": True,
        "id": case.public_id,
        "procedure": case.procedure,
        "title": case.title,
        "digest": case.version_digest,
        "law_on": case.law_on.isoformat(),
        "state": case.state,
        "step": case.step or None,
        "outcome": case.outcome or None,
        "place": stands.place,
        "due_on": case.due_on.isoformat() if case.due_on is not None else None,
        "revision": case.revision,
        "subject": subjects_of([case]).get(case.pk, ""),
        "declared": declared_values(case, definition),
        "filled": [
            {
                "field": row.id,
                "title": row.title,
                "declared": row.typed,
                "held": row.held,
                "source": row.source,
                "state": row.word,
            }
            for row in (filled.rows if filled is not None else ())
        ],
        "approved": _approved(case, was) if was is not None else None,
        "conditions": [
            {"number": r.number, "label": r.label, "state": r.word, "own": r.own, "required": r.required, "do": r.todo}
            for r in (shown.rows if shown is not None else ())
        ],
        "actions": [
            {"id": action.id, "title": action.title, "needs": list(action.needs)}
            for action in available_actions(actor, case)
            if action.is_allowed
        ],
        "story": [
            {
                "sequence": line.sequence,
                "title": line.title,
                "who": line.who,
                "at": line.at.isoformat(),
                "digest": line.digest,
            }
            for line in story(case)
        ],
    }


def _approved(case: Case, was: Approved) -> dict[str, Any]:
    """What exactly was approved, from the sealed log, and how it differs from what stands now."""
    return {
        "sequence": was.sequence,
        "at": was.at.isoformat(),
        "by": was.by,
        "outcome": was.outcome,
        "digest": was.definition.digest,
        "law_version": was.law_version,
        "declared": [{"title": title, "answer": answer} for title, answer in was.answers()],
        "materials": [{"title": file.title, "name": file.name, "digest": file.digest} for file in was.files],
        "changes": [
            {"kind": one.kind, "title": one.title, "approved": one.approved, "now": one.now}
            for one in differences_now(case, was)
        ],
    }


@router.get("/registers/{code}", auth=None, summary="称号名册")
def list_register(request: HttpRequest, code: Code, q: str = "", page: int = 1) -> dict[str, Any]:
    """Who stands in a register today, as far as it is public, fifty a page."""
    today = clock.today()
    register = get_register(code, today)
    start = (max(1, min(page, 10_000)) - 1) * SIZE
    found = list(find_titles(code, today, Filters(q[:60], "", "", STANDING))[start : start + SIZE + 1])
    rows = rows_of(found[:SIZE], today)
    return {
        "ok": True,
        "code": code,
        "title": register.title,
        "standing": register.standing,
        "next": page + 1 if len(found) > SIZE else None,
        "titles": [
            {
                "number": row.number if row.is_number_public else None,
                "holder": row.holder,
                "name": row.name,
                "item": row.item or None,
                "level": row.level or None,
                "from": row.since.isoformat() if row.since is not None else None,
                "until": row.last_on.isoformat() if row.last_on is not None else None,
                "state": row.state_word,
            }
            for row in rows
        ],
    }
