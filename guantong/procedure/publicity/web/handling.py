"""Answering objections and letters: the handling role's list, one objection, replying, looking at who wrote."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.files.public import safe_headers
from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.kernel.refusal import Refusal

from .. import errors
from ..actions import answer_objection, open_identity, reply
from ..actions.answering import require_handler
from ..actions.attaching import read_evidence
from ..models import Sender
from ..selectors.letters import VERDICTS, access_objection_for, access_sender_for, evidence_of, objections_for
from .visitor import private

PAGE = 20


@require_safe
@signed_in
def objections(request: HttpRequest) -> HttpResponseBase:
    """Objections at the actor's posts: to answer by due day, answered ones below."""
    actor = actor_of(request)
    is_open = request.GET.get("state") != "answered"
    page = Paginator(objections_for(actor, is_open=is_open), PAGE).get_page(request.GET.get("page"))
    return render(request, "publicity/objections.html", {"page": page, "is_open": is_open})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def objection(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One objection: what it says, its story, the answer."""
    actor = actor_of(request)
    shown = access_objection_for(actor, public_id)
    refusal: Refusal | None = None
    typed = {name: request.POST.get(name) or "" for name in ("verdict", "answer")}
    if request.method == "POST":
        try:
            answer_objection(actor=actor, public_id=public_id, verdict=typed["verdict"], answer=typed["answer"])
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "已经答复，提出异议的人会看到。")
            return go(request, "publicity:objection", public_id)
    context = {
        "shown": shown,
        "objection": shown.objection,
        "notice": shown.objection.notice,
        "sender": shown.objection.sender,
        "evidence": evidence_of(actor, shown.objection.sender),
        "verdicts": VERDICTS,
        "typed": typed,
        "refusal": refusal,
    }
    return private(render(request, "publicity/objection.html", context, status=refusal.status if refusal else 200))


@require_POST
@signed_in
def reply_to(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Write to the sender without deciding."""
    actor = actor_of(request)
    sender = access_sender_for(actor, public_id)
    reply(actor=actor, sender=sender, text=request.POST.get("reply") or "")
    messages.success(request, "已经回复，来信人会看到。")
    return go(request, _home(sender))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def identity(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at who wrote: asks for the reason, then shows it once; every look is recorded."""
    actor = actor_of(request)
    sender = access_sender_for(actor, public_id)
    found, refusal = None, None
    if request.method == "POST":
        try:
            found = open_identity(actor=actor, sender=sender, reason=request.POST.get("reason") or "")
        except Refusal as caught:
            refusal = caught
    else:
        require_handler(actor, sender)
    context = {"sender": sender, "found": found, "refusal": refusal, "back": _home(sender)}
    return private(render(request, "publicity/identity.html", context, status=refusal.status if refusal else 200))


@require_safe
@signed_in
def evidence(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """One file of a letter, to whoever handles it; every look is recorded."""
    sender = Sender.objects.filter(public_id=public_id).first()
    if sender is None:
        raise errors.EVIDENCE_UNKNOWN.refuse()
    content, kind = read_evidence(actor=actor_of(request), sender=sender, number=number)
    answer = HttpResponse(content)
    for header, value in safe_headers(f"佐证{number}.{kind.suffix}", kind.media_type, len(content)).items():
        answer[header] = value
    return answer


def _home(sender: Sender) -> str:
    """The handler's page of a letter."""
    if sender.kind == "objection":
        return f"/objections/{sender.objection.public_id}/"
    return f"/complaints/cases/{sender.complaint.case.public_id}/"
