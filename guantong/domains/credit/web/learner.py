"""The learner's desk: the account and the story of each credit, what it counts for, applications, certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.files.public import store_file
from guantong.base.lawbook import law_on
from guantong.base.orgs.public import names_on
from guantong.base.people.public import why_not_share
from guantong.base.webkit.pages import actor_of, download, for_desk, go, render
from guantong.domains.credit import errors
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.certificates import issue_statement
from guantong.domains.credit.actions.claims import claim_achievement
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, ACHIEVEMENT_STATES, APPLICATION_STATES, COMPETITION_PLACES
from guantong.domains.credit.models import Certificate, ConversionApplication, CreditAccount
from guantong.domains.credit.rules.conversion import compute
from guantong.domains.credit.selectors.access import (
    access_achievement_for,
    access_application_for,
    access_certificate_for,
    adopted_rules,
    find_account_of,
)
from guantong.domains.credit.selectors.evaluation import kept_facts
from guantong.domains.credit.selectors.facts import completion_of
from guantong.domains.credit.selectors.reading import account_head, account_rows
from guantong.domains.credit.selectors.shown import TONES, achievement_words, told_facts
from guantong.domains.credit.selectors.stories import balances_of, story_of
from guantong.domains.credit.selectors.verifying import certificate_pdf
from guantong.domains.credit.web.forms import claim_form, typed_claim
from guantong.domains.programmes.public import RecordFacts, list_student_records, plan_facts
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.public import list_cases_about


def _account(actor: Actor) -> CreditAccount:
    account = find_account_of(actor.person_id) if actor.person_id is not None else None
    if account is None:
        raise errors.ACCOUNT_UNKNOWN.refuse()
    return account


def _records(actor: Actor) -> list[RecordFacts]:
    return list_student_records(actor.person_id) if actor.person_id is not None else []


def _record(actor: Actor, request: HttpRequest) -> RecordFacts | None:
    """The record asked for by ``record``, else the first open one."""
    found = _records(actor)
    asked = request.GET.get("record") or request.POST.get("record") or ""
    for record in found:
        if record.public_id == asked:
            return record
    return next((r for r in found if r.state == "enrolled"), None)


@require_safe
@for_desk("learner")
def account(request: HttpRequest) -> HttpResponseBase:
    """The account: balances, and every achievement with the way to its story."""
    actor = actor_of(request)
    found = account_head(actor.person_id) if actor.person_id is not None else None
    return render(
        request,
        "credit/account.html",
        {
            "account": found,
            "balances": balances_of(found) if found else [],
            "rows": account_rows(found) if found else [],
            "states": {code: (label, TONES[code]) for code, label in ACHIEVEMENT_STATES.items()},
            "page_of": reverse("credit:achievement", args=["-"]).removesuffix("-/"),
        },
    )


@require_safe
@for_desk("learner")
def achievement(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One achievement, from its source to its use."""
    row = access_achievement_for(actor_of(request), public_id)
    items = row.conversion_items.select_related("application", "course").order_by("pk")
    return render(
        request,
        "credit/achievement.html",
        {
            "story": story_of(row),
            "words": achievement_words(row),
            "items": [(i, i.get_state_display(), TONES[i.state]) for i in items],
            "cases": list_cases_about(("credit.claim", row.public_id)),
        },
    )


@require_safe
@for_desk("learner")
def counts(request: HttpRequest) -> HttpResponseBase:
    """能算什么: every achievement against the own plan, the best use, and the way to apply."""
    actor = actor_of(request)
    record = _record(actor, request)
    context: dict[str, Any] = {"record": record, "records": _record_choices(actor), "result": None, "why": None}
    if record is not None:
        day = clock.today()
        context["plan"] = plan_facts(record.plan_id)
        rules = adopted_rules(record.school_id, day)
        found = find_account_of(record.person_id)
        if rules is None:
            names = names_on([record.school_id], day)
            context["why"] = errors.NO_RULES.problem(school=names[record.school_id], day=day)
        elif found is not None:
            facts = kept_facts(found, record, rules, law_on(day), day)
            context |= {"result": compute(facts), "facts": facts, "rules": rules}
            context["titles"] = told_facts(facts["achievements"])
            context["kinds"] = {code: kind.label for code, kind in ACHIEVEMENT_KINDS.items()}
        context["running"] = ConversionApplication.objects.filter(
            student_record_id=record.id, state__in=("in_review", "returned", "in_appeal")
        ).first()
    return render(request, "credit/counts.html", context)


def _record_choices(actor: Actor) -> list[tuple[str, str]]:
    records = _records(actor)
    names = names_on([r.school_id for r in records], clock.today()) if records else {}
    return [(r.public_id, f"{names.get(r.school_id, '')} {r.cohort} 级（学号 {r.student_number}）") for r in records]


@require_POST
@for_desk("learner")
def apply(request: HttpRequest) -> HttpResponseBase:
    """Hand in an application: the best use of everything, or the pairs that were ticked."""
    actor = actor_of(request)
    record = _record(actor, request)
    if record is None:
        raise errors.NO_STUDENT_RECORD.refuse()
    choices: list[tuple[str, str]] | None = None
    if request.POST.get("way") == "chosen":
        choices = [(a, c) for a, _, c in (value.partition("|") for value in request.POST.getlist("pair")) if a and c]
        if not choices:
            raise errors.NOTHING_CHOSEN.refuse()
    application = apply_conversion(actor=actor, student_record=record, choices=choices)
    messages.success(request, "申请已经提交。占用的学分在有结果之前不能再用于别的申请。")
    return go(request, "credit:application", application.public_id)


@require_safe
@for_desk("learner")
def applications(request: HttpRequest) -> HttpResponseBase:
    """All applications of the learner, newest first."""
    found = find_account_of(actor_of(request).person_id or 0)
    rows = (
        ConversionApplication.objects.filter(account=found).select_related("rules").order_by("-applied_at")
        if found
        else []
    )
    return render(
        request,
        "credit/applications.html",
        {"rows": [(r, APPLICATION_STATES[r.state], TONES[r.state]) for r in rows]},
    )


@require_safe
@for_desk("learner")
def application(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """An application is shown where its case is."""
    from guantong.procedure.cases.models import Case

    found = access_application_for(actor_of(request), public_id)
    case = Case.objects.get(pk=found.case_id or 0)
    return go(request, "credit:case", case.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def claim(request: HttpRequest) -> HttpResponseBase:
    """Bring in an achievement that no institution has deposited, with evidence."""
    actor = actor_of(request)
    record = _record(actor, request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if record is None:
                raise errors.NO_STUDENT_RECORD.refuse()
            facts = typed_claim(request.POST)
            files = [
                store_file(actor, f.name or "证明材料", f.read(), "evidence")
                for f in request.FILES.getlist("evidence")[:5]
            ]
            row = claim_achievement(
                actor=actor, student_record=record, claim=facts, evidence=[f.public_id for f in files]
            )
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "申报已经提交，学校核对后会通知您。")
            return go(request, "credit:achievement", row.public_id)
    return render(
        request,
        "credit/claim.html",
        {
            "refusal": refusal,
            "typed": claim_form(request.POST),
            "record": record,
            "kinds": [(k.code, k.label) for k in ACHIEVEMENT_KINDS.values()],
            "levels": [(k.label, "、".join(k.levels)) for k in ACHIEVEMENT_KINDS.values() if k.levels],
            "places": [("", "（不是竞赛）"), *((p, p) for p in COMPETITION_PLACES)],
        },
        status=422 if refusal else 200,
    )


@require_safe
@for_desk("learner")
def completion(request: HttpRequest) -> HttpResponseBase:
    """Where the learner stands against the plan."""
    actor = actor_of(request)
    record = _record(actor, request)
    return render(
        request,
        "credit/completion.html",
        {
            "record": record,
            "records": _record_choices(actor),
            "completion": completion_of(record, law_on(clock.today())) if record else None,
            "plan": plan_facts(record.plan_id) if record else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def certificates(request: HttpRequest) -> HttpResponseBase:
    """Certificates and statements; a new statement is made on request."""
    actor = actor_of(request)
    if request.method == "POST":
        made = issue_statement(actor=actor, account=_account(actor))
        messages.success(request, f"对账单 {made.number} 已经生成。")
        return go(request, "credit:certificates")
    found = find_account_of(actor.person_id or 0)
    rows = Certificate.objects.filter(account=found).order_by("-created_at") if found else []
    return render(
        request,
        "credit/certificates.html",
        {"rows": [(r, r.get_kind_display(), r.get_state_display(), TONES[r.state]) for r in rows], "account": found},
    )


@require_safe
def certificate_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The PDF, for who may see the certificate in full."""
    actor = actor_of(request)
    row = access_certificate_for(actor, number)
    if actor.person_id != row.account.person_id:
        today = clock.today()
        problem = why_not_share(row.account.person_id, "credit_statement", today, law_on(today))
        if problem is not None:
            raise Refusal([problem], status=403)
    return download(certificate_pdf(row), f"{row.number}.pdf", "application/pdf")
