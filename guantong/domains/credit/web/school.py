"""The school's desk: deposits, learners, applications, rules, certificates, figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.lawbook import law_on
from guantong.base.orgs.public import names_on
from guantong.base.sheets.pages import SheetPages
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.credit import errors
from guantong.domains.credit.actions.adoption import draft_rules, propose_rules
from guantong.domains.credit.actions.certificates import correct_certificate, issue_completion, revoke_certificate
from guantong.domains.credit.actions.corrections import reverse_conversion, revoke_achievement
from guantong.domains.credit.kinds import APPLICATION_STATES
from guantong.domains.credit.models import ConversionItem
from guantong.domains.credit.selectors.access import (
    access_achievement_for,
    access_certificate_for,
    access_rules_for,
    find_account_of,
)
from guantong.domains.credit.selectors.facts import completion_of
from guantong.domains.credit.selectors.lists import (
    applications_of,
    certificates_of,
    list_rules,
    refusal_reasons,
    school_figures,
    search_learners,
)
from guantong.domains.credit.selectors.rule_words import rule_lines
from guantong.domains.credit.selectors.shown import TONES, achievement_words, rules_shown
from guantong.domains.credit.selectors.stories import balances_of, list_stories
from guantong.domains.credit.selectors.trials import trial_on_past
from guantong.domains.programmes.public import RecordFacts, plan_facts, record_facts_by_public_id
from guantong.kernel import clock
from guantong.kernel.identity import mask_id_number
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import link_for, to_do_for

DEPOSITS = SheetPages(
    kind="achievement_deposit",
    desk="school",
    namespace="credit",
    name="school_deposits",
    lead="存入本校学生的课程成绩、证书、培训和获奖。我校的表格、国家数据标准的表格都可以直接上传。",
)
MOST_RULES_TEXT = 200_000
"""Longest rule document somebody may paste, in characters."""


def _schools(actor: Actor) -> dict[int, str]:
    ids = frozenset(p.organisation_id for p in actor.posts)
    return names_on(ids, clock.today())


def _school(request: HttpRequest, actor: Actor, permission: str) -> int:
    """The school the actor works for with this permission: the one asked for, else the first."""
    own = sorted(actor.organisations(permission))
    if not own:
        require(actor, permission)
    asked = request.GET.get("school") or request.POST.get("school") or ""
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in own else own[0]


@require_safe
@for_desk("school")
def to_do(request: HttpRequest) -> HttpResponseBase:
    """Everything that waits for this person, most urgent first."""
    page = to_do_for(actor_of(request), after=request.GET.get("after", "")[:200])
    return render(request, "credit/to_do.html", {"page": page, "desk": "school", "link_for": link_for})


@require_safe
@for_desk("school")
def applications(request: HttpRequest) -> HttpResponseBase:
    """Applications at the school, by state."""
    actor = actor_of(request)
    schools = actor.organisations("credit.account.read")
    state = request.GET.get("state", "")
    found = applications_of(schools, state=state if state in APPLICATION_STATES else "")
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(
        request,
        "credit/school_applications.html",
        {
            "page": page,
            "rows": [(a, APPLICATION_STATES[a.state], TONES[a.state]) for a in page],
            "states": [("", "全部"), *APPLICATION_STATES.items()],
            "state": state,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def learners(request: HttpRequest) -> HttpResponseBase:
    """Find a learner of the school. The search is posted, so that no identity number stands in an address or a log."""
    actor = actor_of(request)
    school = _school(request, actor, "credit.account.read")
    text = request.POST.get("q", "").strip()[:60]
    rows = search_learners(school, text)
    shown = mask_id_number(text) if len(text) in (15, 18) and text[:-1].isdigit() else text
    return render(request, "credit/school_learners.html", {"rows": rows, "q": shown, "school": _schools(actor)[school]})


def _record(actor: Actor, public_id: str, permission: str = "credit.account.read") -> RecordFacts:
    record = record_facts_by_public_id(public_id)
    if record is None or record.school_id not in actor.organisations(permission):
        raise errors.ACCOUNT_UNKNOWN.refuse()
    return record


@require_safe
@for_desk("school")
def learner(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """One learner: balances, achievements, where they stand, certificates."""
    actor = actor_of(request)
    record = _record(actor, record_id)
    account = find_account_of(record.person_id)
    completion = completion_of(record, law_on(clock.today()))
    items = ConversionItem.objects.select_related("achievement", "course", "application").filter(
        application__student_record_id=record.id, state="granted"
    )
    return render(
        request,
        "credit/school_learner.html",
        {
            "record": record,
            "plan": plan_facts(record.plan_id),
            "account": account,
            "balances": balances_of(account) if account else [],
            "stories": [(s, achievement_words(s.achievement)) for s in list_stories(account)] if account else [],
            "completion": completion,
            "items": items,
            "certificates": [
                (c, c.get_state_display(), TONES[c.state])
                for c in certificates_of(record.school_id).filter(student_record_id=record.id)
            ],
            "may_issue": actor.may("credit.certificate.issue", record.school_id),
            "may_revoke": actor.may("credit.certificate.revoke", record.school_id),
            "may_reverse": actor.may("credit.reverse", record.school_id),
        },
    )


@require_POST
@for_desk("school")
def certify(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """Issue, correct or revoke a completion certificate."""
    actor = actor_of(request)
    record = _record(actor, record_id)
    what, number, reason = (request.POST.get(k, "") for k in ("what", "number", "reason"))
    if what == "issue":
        made = issue_completion(actor=actor, student_record=record)
        messages.success(request, f"已颁发证书 {made.number}。")
    else:
        certificate = access_certificate_for(actor, number[:24])
        if what == "correct":
            new = correct_certificate(actor=actor, certificate=certificate, student_record=record, reason=reason)
            messages.success(request, f"已用新证书 {new.number} 替代 {certificate.number}。")
        else:
            revoke_certificate(actor=actor, certificate=certificate, reason=reason)
            messages.success(request, f"已撤销证书 {certificate.number}。")
    return go(request, "credit:school_learner", record_id)


@require_POST
@for_desk("school")
def reverse(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """Reverse a granted conversion of the learner, with a reason."""
    actor = actor_of(request)
    record = _record(actor, record_id, "credit.reverse")
    asked = request.POST.get("item", "")
    item = ConversionItem.objects.filter(
        pk=int(asked) if asked.isascii() and asked.isdigit() else 0, application__student_record_id=record.id
    ).first()
    if item is None:
        raise errors.APPLICATION_UNKNOWN.refuse()
    reverse_conversion(actor=actor, item=item, reason=request.POST.get("reason", ""))
    messages.success(request, "已冲正，学分退回账户，免修取消。")
    return go(request, "credit:school_learner", record_id)


@require_POST
@for_desk("school")
def revoke(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Take back an achievement the school deposited by mistake."""
    return _revoke(request, public_id, "credit:school_to_do")


def _revoke(request: HttpRequest, public_id: str, back: str) -> HttpResponseBase:
    actor = actor_of(request)
    row = access_achievement_for(actor, public_id)
    own = actor.organisations("credit.deposit") | actor.organisations("credit.reverse")
    organisation = row.deposited_by_id
    if organisation is None or organisation not in own:
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    revoke_achievement(
        actor=actor, achievement=row, reason=request.POST.get("reason", ""), organisation_id=organisation
    )
    messages.success(request, f"已撤销“{row.title}”，分录已冲正，本人会收到通知。")
    return go(request, back)


@require_safe
@for_desk("school")
def rules(request: HttpRequest) -> HttpResponseBase:
    """The school's rules in all versions."""
    actor = actor_of(request)
    school = _school(request, actor, "credit.rules.draft")
    return render(
        request,
        "credit/school_rules.html",
        {"rows": [rules_shown(r) for r in list_rules(school_id=school)], "school": _schools(actor)[school]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def new_rules(request: HttpRequest) -> HttpResponseBase:
    """Write a new version, beginning from the one in force."""
    actor = actor_of(request)
    school = _school(request, actor, "credit.rules.draft")
    current = list_rules(school_id=school, states=("adopted",)).first()
    refusal: Refusal | None = None
    text = request.POST.get("document", "")[:MOST_RULES_TEXT]
    title = request.POST.get("title", current.title if current else "")[:120]
    if request.method == "POST":
        try:
            document = _read_rules(text)
            made = draft_rules(
                actor=actor,
                school_id=school,
                code=current.code if current else "main",
                title=title or str(document.get("title", "")),
                document=document,
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"第 {made.version} 版草稿已保存。下一步：用以往的申请试算。")
            return go(request, "credit:school_rule", made.public_id)
    elif current is not None:
        text = yaml.safe_dump(current.document, allow_unicode=True, sort_keys=False, width=110)
    return render(
        request,
        "credit/school_new_rules.html",
        {"refusal": refusal, "text": text, "title": title, "current": current},
        status=422 if refusal else 200,
    )


def _read_rules(text: str) -> dict[str, Any]:
    """A rule document from text: YAML without anchors or tags, everything plain."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                mark = event.start_mark
                line = f"第 {mark.line + 1} 行" if mark is not None else "这里"
                raise errors.RULES_UNREADABLE.refuse(why=f"{line}使用了别名，请直接写出内容。")
        value = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader that reads fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行写法不对。" if mark is not None else "写法不对。"
        raise errors.RULES_UNREADABLE.refuse(why=where) from None
    if not isinstance(value, dict):
        raise errors.RULES_UNREADABLE.refuse(why="内容应当是“名称: 内容”的形式。")
    return value


class _PlainLoader(yaml.SafeLoader):
    """Reads dates and decimals as the text they are written in, so that nothing becomes a binary float."""


def _as_written(loader: Any, node: Any) -> str:
    return str(loader.construct_scalar(node))


for _tag in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float"):
    _PlainLoader.add_constructor(_tag, _as_written)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def rule(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A draft: read it in words, try it on the past, propose it."""
    actor = actor_of(request)
    row = access_rules_for(actor, public_id)
    require(actor, "credit.rules.draft", row.school_id)
    trial: dict[str, Any] = {}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            trial = trial_on_past(row)
            if request.POST.get("what") == "propose":
                try:
                    day = date.fromisoformat(request.POST.get("in_force_from", ""))
                except ValueError:
                    raise errors.NOT_A_DAY.refuse(what="施行日期") from None
                done = propose_rules(actor=actor, rules=row, in_force_from=day, trial=trial)
                messages.success(request, "已经提交。请在办件里写明试算结论，提交公示。")
                return go(request, "credit:case", Case.objects.get(pk=done.case_id or 0).public_id)
        except Refusal as found:
            refusal = found
    return render(
        request,
        "credit/school_rule.html",
        {
            "rules": rules_shown(row),
            "lines": rule_lines(row.document),
            "trial": trial,
            "refusal": refusal,
            "in_force_from": request.POST.get("in_force_from", ""),
        },
        status=422 if refusal else 200,
    )


@require_safe
@for_desk("school")
def figures(request: HttpRequest) -> HttpResponseBase:
    """How conversion goes at the school."""
    actor = actor_of(request)
    school = _school(request, actor, "credit.report")
    return render(
        request,
        "credit/figures.html",
        {
            "rows": [school_figures(school, _schools(actor)[school])],
            "reasons": refusal_reasons(school),
            "reasons_bars": [(why or "（未写）", n, str(n)) for why, n in refusal_reasons(school)],
            "seals": [],
            "fresh": [],
            "desk": "school",
        },
    )
