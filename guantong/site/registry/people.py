"""疑似重复的人员: the bureau's to-do list, comparing, merging, parting; consents at the school."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.public import require
from guantong.base.people import actions
from guantong.base.people.actions.merging import identity_of
from guantong.base.people.errors import PERSON_UNKNOWN
from guantong.base.people.models import DuplicatePair, GuardianConsent, Merge, Person
from guantong.base.people.places import place_of_issue
from guantong.base.people.rules import DUPLICATE_REASONS, ID_KINDS, SHARING_PURPOSES, contradictions
from guantong.base.people.selectors import find_by_id_number, find_by_public_id
from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.base.webkit.shows import show_day
from guantong.domains.programmes.public import people_with_records
from guantong.kernel import clock
from guantong.kernel.identity import mask_id_number
from guantong.kernel.refusal import Refusal, Where
from guantong.site.registry.errors import NOT_OUR_LEARNER
from guantong.site.registry.forms import day_in, page_number, typed

_PERSON_FIELDS = (
    *("what", "username", "name", "reason", "consent"),
    *("guardian_name", "relation", "purpose", "scope", "given_on", "until"),
)


@require_safe
@signed_in
def duplicates(request: HttpRequest) -> HttpResponseBase:
    """疑似重复: the weightiest first."""
    require(actor_of(request), "people.merge")
    pairs = DuplicatePair.objects.select_related("first", "second").order_by("-weight", "id")
    page = Paginator(pairs, 30).get_page(page_number(request))
    return render(
        request,
        "registry/duplicates.html",
        page=page,
        reasons=DUPLICATE_REASONS,
        merges=Merge.objects.filter(undone_at=None).count(),
    )


@require_POST
@signed_in
def look_again(request: HttpRequest) -> HttpResponseBase:
    """重新比对."""
    require(actor_of(request), "people.merge")
    count = actions.refresh_duplicates(actor=actor_of(request))
    messages.success(request, f"已重新比对，现有 {count} 对疑似重复。")
    return go(request, "registry:duplicates")


def _person(public_id: str) -> Person:
    person = find_by_public_id(public_id)
    if person is None:
        raise PERSON_UNKNOWN.refuse()
    return person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def compare(request: HttpRequest, first: str, second: str) -> HttpResponseBase:
    """两条记录对照: merge one into the other, or note that they are two people."""
    actor, refusal = actor_of(request), None
    require(actor, "people.merge")
    one, other = _person(first), _person(second)
    form = typed(request.POST, "kept", "reason", "is_confirmed", "verdict")
    numbers: list[str] = []
    if request.method == "POST":
        try:
            if form["verdict"] == "reveal":
                numbers = _whole_numbers(request, one, other, form["reason"])
            else:
                _decide(request, one, other, form)
        except Refusal as found:
            refusal = found
        else:
            if not numbers:
                return go(request, "registry:duplicates")
    pair = DuplicatePair.objects.filter(first_id=min(one.pk, other.pk), second_id=max(one.pk, other.pk)).first()
    identities = [identity_of(one), identity_of(other)]
    return render(
        request,
        "registry/compare.html",
        people=[one, other],
        rows=_rows(one, other),
        reasons=[DUPLICATE_REASONS[r] for r in (pair.reasons if pair else [])],
        contradictions=contradictions(*identities),
        numbers=numbers,
        typed=form,
        refusal=refusal,
        status=refusal.status if refusal else 200,
    )


def _rows(one: Person, other: Person) -> list[tuple[str, str, str, bool]]:
    """(title, value, value, whether they differ) of two records, numbers masked."""
    sex = {"male": "男", "female": "女", "": ""}

    def values(person: Person) -> list[tuple[str, str]]:
        identity = identity_of(person)
        place = place_of_issue(identity.id_number) if person.id_kind == "resident" else None
        former = "、".join(person.former_names.order_by("id").values_list("name", flat=True))
        return [
            ("姓名", person.name),
            ("曾用名", former),
            ("证件类型", ID_KINDS[person.id_kind]),
            ("证件号码", person.id_masked),
            ("发证地", place.name if place else ""),
            ("出生日期", show_day(person.born_on)),
            ("性别", sex[person.sex]),
            ("手机号", person.phone_masked),
            ("登记日期", str(clock.china_day(person.created_at))),
            ("状态", "已合并" if person.state == "merged" else "正常"),
        ]

    return [
        (title, left, right, left != right)
        for (title, left), (_, right) in zip(values(one), values(other), strict=True)
    ]


def _whole_numbers(request: HttpRequest, one: Person, other: Person, reason: str) -> list[str]:
    """Both numbers in the clear, for comparing with the documents; each leaves an audit line."""
    actor = actor_of(request)
    return [actions.reveal_id_number(actor=actor, person_id=person.pk, reason=reason) for person in (one, other)]


def _decide(request: HttpRequest, one: Person, other: Person, form: dict[str, str]) -> None:
    actor = actor_of(request)
    if form["verdict"] == "apart":
        actions.keep_apart(actor=actor, first_id=one.pk, second_id=other.pk, reason=form["reason"])
        messages.success(request, "已记下：这是两个人，不再列为疑似重复。")
        return
    kept, absorbed = (one, other) if form["kept"] != other.public_id else (other, one)
    actions.merge_people(
        actor=actor,
        kept_id=kept.pk,
        absorbed_id=absorbed.pk,
        reason=form["reason"],
        is_confirmed=bool(form["is_confirmed"]),
    )
    messages.success(request, f"已合并，保留编号 {kept.public_id}。需要时可以撤销。")


@require_safe
@signed_in
def merges(request: HttpRequest) -> HttpResponseBase:
    """合并记录."""
    require(actor_of(request), "people.merge")
    rows = Merge.objects.select_related("kept", "absorbed").order_by("-id")
    return render(request, "registry/merges.html", page=Paginator(rows, 30).get_page(page_number(request)))


@require_POST
@signed_in
def undo_merge(request: HttpRequest, merge_id: int) -> HttpResponseBase:
    """撤销合并."""
    actions.undo_merge(actor=actor_of(request), merge_id=merge_id, reason=typed(request.POST, "reason")["reason"])
    messages.success(request, "已撤销合并，两条记录都恢复原样。")
    return go(request, "registry:merges")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def find_person(request: HttpRequest) -> HttpResponseBase:
    """按证件号码查找: the number is sent in the body, never in an address."""
    require(actor_of(request), "people.enrol")
    refusal = None
    form = typed(request.POST, "id_number", "id_kind")
    if request.method == "POST":
        pk = find_by_id_number(form["id_number"], form["id_kind"] or "resident")
        if pk is not None:
            _require_own_learner(actor_of(request), Person.objects.get(pk=pk))
            return go(request, "registry:person", Person.objects.get(pk=pk).public_id)
        where = Where(column="id_number", title="证件号码", value=mask_id_number(form["id_number"][:30]))
        refusal = PERSON_UNKNOWN.refuse(where=where)
    return render(
        request,
        "registry/find_person.html",
        kinds=list(ID_KINDS.items()),
        id_kind=form["id_kind"] or "resident",
        refusal=refusal,
        status=refusal.status if refusal else 200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def person(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """一个人: name, consents; correct the name, record a consent."""
    actor, refusal = actor_of(request), None
    require(actor, "people.enrol")
    found = _person(public_id)
    _require_own_learner(actor, found)
    form = typed(request.POST, *_PERSON_FIELDS)
    if request.method == "POST":
        try:
            if form["what"] == "account":
                return _open_account(request, found, form["username"])
            messages.success(request, _mind_person(request, found, form))
        except Refusal as refused:
            refusal = refused
        else:
            return go(request, "registry:person", public_id)
    return render(
        request,
        "registry/person.html",
        person=found,
        former=list(found.former_names.order_by("-id")),
        consents=_consents(found),
        purposes=list(SHARING_PURPOSES.items()),
        account=User.objects.filter(person_id=found.pk).first(),
        id_kind=ID_KINDS[found.id_kind],
        typed=form,
        refusal=refusal,
        status=refusal.status if refusal else 200,
    )


def _require_own_learner(actor: Actor, found: Person) -> None:
    """WEB-311 unless the person has, or had, a student record at one of the schools the actor enrols for."""
    schools = sorted(actor.organisations("people.enrol"))
    if not any(found.pk in people_with_records(school, [found.pk]) for school in schools):
        raise NOT_OUR_LEARNER.refuse()


def _open_account(request: HttpRequest, found: Person, username: str) -> HttpResponseBase:
    """开设学习者账号: the first password is shown once."""
    made = create_user(actor=actor_of(request), username=username, display_name=found.name, person_id=found.pk)
    return render(
        request,
        "registry/first_password.html",
        account=made.user,
        password=made.first_password,
        back=reverse("registry:person", args=[found.public_id]),
    )


def _mind_person(request: HttpRequest, found: Person, form: dict[str, str]) -> str:
    actor = actor_of(request)
    if form["what"] == "name":
        actions.rename_person(actor=actor, person_id=found.pk, name=form["name"], reason=form["reason"])
        return "已更改姓名，原来的姓名留作曾用名。"
    if form["what"] == "withdraw":
        consent = form["consent"]
        actions.withdraw_consent(
            actor=actor, consent_id=int(consent) if consent.isdigit() else 0, reason=form["reason"]
        )
        return "已登记撤回同意。"
    actions.record_consent(
        actor=actor,
        person_id=found.pk,
        guardian_name=form["guardian_name"],
        relation=form["relation"],
        purpose=form["purpose"],
        scope=form["scope"],
        given_on=day_in(form["given_on"], "given_on", "同意日期"),
        until=day_in(form["until"], "until", "至"),
    )
    return "已登记监护人同意。"


def _consents(found: Person) -> list[tuple[GuardianConsent, str, str]]:
    """(consent, state in words, tone)."""
    today = clock.today()
    rows: list[tuple[GuardianConsent, str, str]] = []
    for consent in found.consents.order_by("-id"):
        if consent.withdrawn_at is not None:
            rows.append((consent, "已撤回", "neutral"))
        elif consent.until <= today:
            rows.append((consent, "已到期", "warn"))
        else:
            rows.append((consent, "有效", "good"))
    return rows


def waiting_duplicates(actor: Any) -> Any:
    """The block of the bureau's home page."""
    from guantong.base.webkit.desks import Panel, PanelRow

    if not actor.may("people.merge"):
        return None
    pairs = DuplicatePair.objects.select_related("first", "second").order_by("-weight", "id")
    return Panel(
        title="疑似重复的人员",
        rows=tuple(
            PanelRow(
                f"{p.first.name}（{p.first.id_masked}）与{p.second.name}（{p.second.id_masked}）",
                reverse("registry:compare", args=[p.first.public_id, p.second.public_id]),
                detail="；".join(DUPLICATE_REASONS[r] for r in p.reasons),
            )
            for p in pairs[:5]
        ),
        more_url=reverse("registry:duplicates"),
        count=pairs.count(),
        empty_text="现在没有疑似重复的人员。",
    )
