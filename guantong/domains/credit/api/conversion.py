"""What counts, simulation, applications, rules at the JSON door."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from guantong.base.lawbook import law_on
from guantong.base.orgs.public import name_on
from guantong.base.webkit.errors import API_NOT_JSON
from guantong.base.webkit.machine import PublicId, Strict, answers, asker
from guantong.base.webkit.metering import Meter, asker_of
from guantong.base.webkit.pages import actor_of
from guantong.domains.credit import errors
from guantong.domains.credit.actions.applications import apply_conversion, replay_application
from guantong.domains.credit.api.accounts import own
from guantong.domains.credit.api.frame import Credits, router
from guantong.domains.credit.models import ConversionApplication
from guantong.domains.credit.rules.conversion import answer
from guantong.domains.credit.selectors.access import access_application_for, access_rules_for, adopted_rules
from guantong.domains.credit.selectors.evaluation import kept_facts
from guantong.domains.credit.selectors.rule_words import rule_lines
from guantong.domains.credit.selectors.simulating import simulate
from guantong.domains.programmes.public import RecordFacts, list_student_records
from guantong.kernel import clock
from guantong.kernel.credits import show_credits
from guantong.kernel.reading import read_json

MOST_CHOICES = 500
METER = Meter()
"""Simulations computed for each asker by this process: rules that anybody may type in can be made dear on purpose."""


class CountsOut(Schema):
    """The answer of 能算什么. Verdicts and uses: docs/api/credit-simulate.md."""

    ok: bool
    on: str
    region: str
    law_version: str
    plan: dict[str, Any]
    rules: dict[str, Any]
    conflicts: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    best: dict[str, Any]
    first_come: dict[str, Any]
    difference: dict[str, Any]


class Choice(Strict):
    """An achievement for a course."""

    achievement: str = Field(max_length=40, description="成果编号")
    course: str = Field(max_length=120, description="课程代码")


class ApplicationIn(Strict):
    """What is applied for; without ``choices`` the best use of everything that counts."""

    record: str | None = Field(None, max_length=40, description="学籍编号；不写就是现在在读的学籍")
    choices: list[Choice] | None = Field(None, min_length=1, max_length=MOST_CHOICES)


class ItemOut(Schema):
    """One line of an application."""

    achievement: str
    course: str
    credits: Credits
    surplus: Credits
    grade: str
    state: str
    reason: str


class ReplayOut(Schema):
    """Whether the record alone gives the same result again."""

    same: bool
    differences: list[str]


class ApplicationOut(Schema):
    """An application, its lines, its decision, and what computing it again from its record gives."""

    id: str
    account: str
    state: str
    state_name: str
    rules: str = Field(description="规则编号")
    region: str
    law_on: str
    law_version: str
    applied_at: str
    decided_at: str | None
    items: list[ItemOut]
    proposal: dict[str, Any]
    decision: dict[str, Any]
    replay: ReplayOut


class RulesOut(Schema):
    """A school's rules: as data, and in words."""

    id: str
    school: str
    code: str
    title: str
    version: int
    state: str
    in_force_from: str | None
    until: str | None
    digest: str
    document: dict[str, Any]
    words: dict[str, Any] = Field(description="规则的文字说明")


class Record(Schema):
    """Which student record."""

    record: Annotated[str, Field(max_length=40, description="学籍编号；不写就是现在在读的学籍")] = ""


def _record(request: HttpRequest, public_id: str) -> RecordFacts:
    person_id = asker(request).person_id
    records = list_student_records(person_id) if person_id is not None else []
    if public_id:
        found = next((r for r in records if r.public_id == public_id), None)
        if found is None:
            raise errors.RECORD_NEEDED.refuse(given=public_id)
        return found
    found = next((r for r in records if r.state == "enrolled"), None)
    if found is None:
        raise errors.NO_STUDENT_RECORD.refuse()
    return found


@router.get(
    "/credit/account/counts",
    summary="能算什么：本人的成果对照本人的培养方案",
    url_name="credit_counts",
    response=answers(CountsOut),
    operation_id="credit_counts",
)
def counts(request: HttpRequest, which: Query[Record]) -> Any:
    """A verdict on every achievement, the best use, first come, and their difference; nothing is reserved."""
    account, record, day = own(request), _record(request, which.record), clock.today()
    rules = adopted_rules(record.school_id, day)
    if rules is None:
        raise errors.NO_RULES.refuse(school=name_on(record.school_id, day), day=day)
    return answer(kept_facts(account, record, rules, law_on(day), day))


@router.post(
    "/credit/simulate",
    summary="能算什么：输入的成果，或一份申请的全部事实（不用登录，不留记录）",
    url_name="credit_simulate",
    auth=None,
    response=answers(CountsOut, 400, 403, 404, 413, 422, 429, 503),
    operation_id="credit_simulate",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["plan", "achievements"],
                        "description": "写法见 docs/api/credit-simulate.md 和 credit-simulate.schema.json",
                    }
                }
            },
        }
    },
)
def simulate_counts(request: HttpRequest) -> Any:
    """Typed facts or kept facts in, the same answer as the page and the command line out."""
    try:
        body = read_json(request.body)
    except ValueError:
        raise API_NOT_JSON.refuse() from None
    with METER.computing(asker_of(request), settings.SIMULATION_SECONDS):
        return simulate(body, actor=actor_of(request))


@router.post(
    "/credit/applications",
    summary="申请学分转换",
    url_name="credit_applications",
    response=answers(ApplicationOut),
    operation_id="credit_apply",
)
def apply(request: HttpRequest, body: ApplicationIn) -> Any:
    """Apply for the best use, or for what is chosen. What is applied for is reserved until there is a decision."""
    choices = None if body.choices is None else [(c.achievement, c.course) for c in body.choices]
    application = apply_conversion(
        actor=asker(request), student_record=_record(request, body.record or ""), choices=choices
    )
    return _application(application)


@router.get(
    "/credit/applications/{public_id}",
    summary="一份转换申请，并按记录重算核对",
    url_name="credit_application",
    response=answers(ApplicationOut),
    operation_id="credit_application",
)
def get_application(request: HttpRequest, public_id: PublicId) -> Any:
    """The application; ``replay`` tells whether its record alone gives the same result again."""
    return _application(access_application_for(asker(request), public_id))


@router.get(
    "/credit/applications/{public_id}/facts",
    summary="一份转换申请所依据的全部事实，可自行重算",
    url_name="credit_application_facts",
    response=answers(dict[str, Any]),
    operation_id="credit_application_facts",
)
def get_facts(request: HttpRequest, public_id: PublicId) -> Any:
    """The kept facts: sent to ``/credit/simulate`` or given to the command line they give the proposal again."""
    return access_application_for(asker(request), public_id).facts


@router.get(
    "/credit/rules/{public_id}",
    summary="一所学校的转换规则（公开）",
    url_name="credit_rules",
    auth=None,
    response=answers(RulesOut, 401, 404),
    operation_id="credit_rules",
)
def get_rules(request: HttpRequest, public_id: PublicId) -> Any:
    """Adopted and superseded rules are open; drafts only to their school and its authority."""
    row = access_rules_for(actor_of(request), public_id)
    return {
        "id": row.public_id,
        "school": name_on(row.school_id, clock.today()),
        "code": row.code,
        "title": row.title,
        "version": row.version,
        "state": row.state,
        "in_force_from": row.in_force_from.isoformat() if row.in_force_from else None,
        "until": row.until.isoformat() if row.until else None,
        "digest": row.digest,
        "document": row.document,
        "words": rule_lines(row.document),
    }


def _application(row: ConversionApplication) -> dict[str, Any]:
    codes = {c["id"]: c["code"] for c in row.facts["plan"]["courses"]}
    differences = replay_application(row)
    return {
        "id": row.public_id,
        "account": row.account.number,
        "state": row.state,
        "state_name": row.get_state_display(),
        "rules": row.rules.public_id,
        "region": row.region,
        "law_on": row.law_on.isoformat(),
        "law_version": row.law_version,
        "applied_at": row.applied_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "items": [
            {
                "achievement": item.achievement.public_id,
                "course": codes.get(item.course_id, ""),
                "credits": show_credits(item.hundredths),
                "surplus": show_credits(item.surplus),
                "grade": item.grade,
                "state": item.state,
                "reason": item.reason,
            }
            for item in row.items.select_related("achievement").order_by("pk")
        ],
        "proposal": row.proposal,
        "decision": row.decision,
        "replay": {"same": not differences, "differences": differences},
    }
