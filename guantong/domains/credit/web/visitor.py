"""Open to all: try 能算什么 with typed-in achievements, verify a certificate, read a school's rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.lawbook import law_on
from guantong.base.orgs.public import names_on
from guantong.base.webkit.pages import actor_of, go, render
from guantong.domains.credit import errors
from guantong.domains.credit.actions.certificates import signed
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, COMPETITION_PLACES
from guantong.domains.credit.models import ConversionRules
from guantong.domains.credit.rules.conversion import compute
from guantong.domains.credit.selectors.access import access_certificate_for, access_rules_for, adopted_rules
from guantong.domains.credit.selectors.evaluation import typed_facts
from guantong.domains.credit.selectors.rule_words import rule_lines
from guantong.domains.credit.selectors.shown import rules_shown, told_facts
from guantong.domains.credit.selectors.verifying import verify_file, verify_number
from guantong.domains.credit.web.forms import TRY_ROWS, try_rows, typed_achievements
from guantong.domains.programmes.public import PlanHead, find_plan_id, list_plans, plan_facts
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

MOST_FILE = 512 * 1024
"""Longest signed file somebody may bring, in octets."""


def _plans() -> list[PlanHead]:
    """Published plans of schools that have rules in force."""
    today = clock.today()
    schools = set(
        ConversionRules.objects.filter(state__in=["adopted", "superseded"], in_force_from__lte=today).values_list(
            "school_id", flat=True
        )
    )
    return [plan for plan in list_plans() if plan.school_id in schools]


def _tried(chosen: str, plans: list[PlanHead], rows: list[dict[str, str]], names: Mapping[int, str]) -> dict[str, Any]:
    """Compute against the chosen plan; when none was chosen, against the plan among one a school that gives most."""
    day = clock.today()
    law = law_on(day)
    typed = typed_achievements(rows, law, day)
    if chosen:
        plan_id = find_plan_id(chosen)
        if plan_id is None:
            raise errors.PLAN_NEEDED.refuse()
        plan_ids = [plan_id]
    else:
        plan_ids = list({plan.school_id: plan.id for plan in reversed(plans)}.values())
    best: dict[str, Any] | None = None
    for plan_id in plan_ids:
        plan = plan_facts(plan_id)
        rules = adopted_rules(plan.school_id, day)
        if rules is None:
            if chosen:
                raise errors.NO_RULES.refuse(school=names.get(plan.school_id, ""), day=day)
            continue
        facts = typed_facts(plan, rules, law, day, typed)
        result = compute(facts)
        if best is None or result["best"]["hundredths"] > best["result"]["best"]["hundredths"]:
            best = {
                "result": result,
                "titles": told_facts(facts["achievements"]),
                "plan": plan,
                "rules": rules,
                "chosen": plan.public_id,
                "was_chosen_for": not chosen,
                "kinds_by_code": {code: kind.label for code, kind in ACHIEVEMENT_KINDS.items()},
            }
    if best is None:
        raise errors.PLAN_NEEDED.refuse()
    return best


@require_http_methods(["GET", "HEAD"])
def try_counts(request: HttpRequest) -> HttpResponseBase:
    """能算什么 for anyone: choose a plan, type in achievements. Nothing is kept."""
    plans = _plans()
    names = names_on({p.school_id for p in plans}, clock.today())
    rows = try_rows(request.GET)
    context: dict[str, Any] = {
        "plans": [(p.public_id, f"{names.get(p.school_id, '')} · {p.name}") for p in plans],
        "chosen": request.GET.get("plan", ""),
        "rows": rows,
        "row_count": TRY_ROWS,
        "kinds": [("", "（不填）"), *((k.code, k.label) for k in ACHIEVEMENT_KINDS.values())],
        "places": [("", "（不是竞赛）"), *((p, p) for p in COMPETITION_PLACES)],
        "result": None,
        "refusal": None,
    }
    if request.GET.get("go") or any(row["kind"] for row in rows):
        try:
            context |= _tried(request.GET.get("plan", ""), plans, rows, names)
        except Refusal as found:
            context["refusal"] = found
    return render(request, "credit/try.html", context, status=422 if context["refusal"] else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Verify by number, or by the signed file."""
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if given is None:
                raise errors.FILE_NEEDED.refuse()
            if (given.size or 0) > MOST_FILE:
                raise errors.FILE_UNREADABLE.refuse(name=given.name)
            value = json.loads(given.read().decode("utf-8-sig"))
            if not isinstance(value, dict):
                raise errors.FILE_UNREADABLE.refuse(name=given.name)
            found = verify_file(value)
        except (ValueError, RecursionError):
            unreadable = errors.FILE_UNREADABLE.refuse(name=given.name if given else "")
            return render(request, "credit/verify.html", {"refusal": unreadable, "number": ""}, status=422)
        except Refusal as found_refusal:
            return render(request, "credit/verify.html", {"refusal": found_refusal, "number": ""}, status=422)
        return render(request, "credit/verified.html", {"found": found, "by_file": True})
    number = (request.GET.get("number") or "").strip()[:40]
    if number:
        found_row = verify_number(number)
        if found_row is None:
            refusal = errors.CERTIFICATE_UNKNOWN.refuse(number=number)
            return render(request, "credit/verify.html", {"refusal": refusal, "number": number}, status=404)
        return go(request, "credit:verify_number", found_row.number)
    return render(request, "credit/verify.html", {"refusal": None, "number": ""})


@require_safe
def verify_number_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """What can be said of one certificate to anyone who has its number."""
    found = verify_number(number)
    if found is None:
        refusal = errors.CERTIFICATE_UNKNOWN.refuse(number=number[:40])
        return render(request, "credit/verify.html", {"refusal": refusal, "number": number[:40]}, status=404)
    return render(request, "credit/verified.html", {"found": found, "by_file": False})


@require_safe
def signed_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The signed content as JSON, for who may see the certificate in full: it verifies anywhere, without this site."""
    row = access_certificate_for(actor_of(request), number)
    response = JsonResponse(signed(row).as_json(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{row.number}.json"'
    return response


@require_safe
def rules_open(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A school's rules as people read them, with every version and its days."""
    row = access_rules_for(actor_of(request), public_id)
    versions = ConversionRules.objects.filter(
        school_id=row.school_id, code=row.code, state__in=["adopted", "superseded", "under_adoption"]
    ).order_by("-version")
    return render(
        request,
        "credit/rules_open.html",
        {
            "rules": rules_shown(row),
            "versions": [rules_shown(v) for v in versions],
            "school": names_on([row.school_id], clock.today()).get(row.school_id, ""),
            "lines": rule_lines(row.document),
        },
    )
