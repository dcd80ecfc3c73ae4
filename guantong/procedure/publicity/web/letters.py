"""Following a letter by its code, without an account; and the own signed ones of somebody signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.webkit.metering import asker_of
from guantong.base.webkit.pages import actor_of, render
from guantong.kernel.refusal import Refusal

from .. import errors
from ..actions import add_statement, continue_complaint, take_back
from ..actions.letters import find_by_code
from ..models import Sender
from ..selectors.letters import LetterShown, list_own, show_letter
from .uploading import attachments_of, held_in_memory
from .visitor import private


@held_in_memory
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponseBase:
    """Ask with a code, add to a letter, take it back. The code travels in the body only and is kept nowhere."""
    actor = actor_of(request)
    code = (request.POST.get("code") or "").strip()[:40]
    refusal: Refusal | None = None
    shown: LetterShown | None = None
    done = ""
    typed = (request.POST.get("statement") or "")[:5000]
    if request.method == "POST":
        try:
            sender = find_by_code(code, asker_of(request))
            shown = show_letter(sender)
            done = _do(request, sender, typed)
        except Refusal as caught:
            refusal = caught
        if shown is not None:
            shown = show_letter(shown.sender)
    context = {
        "code": code,
        "letter": shown,
        "refusal": refusal,
        "done": done,
        "typed": typed if refusal else "",
        "own": list_own(actor.user_id) if actor.user_id is not None and shown is None else [],
    }
    return private(render(request, "publicity/letters.html", context, status=refusal.status if refusal else 200))


def _do(request: HttpRequest, sender: Sender, text: str) -> str:
    """Do what was asked of a letter; returns what to say, empty when it was only looked at."""
    what = request.POST.get("do") or ""
    asker = asker_of(request)
    if not what:
        return ""
    if what == "add":
        add_statement(sender=sender, text=text, asker=asker, files=attachments_of(request))
        return "已经补充，办理单位会看到。"
    if what == "take_back" and sender.kind == "objection":
        take_back(sender=sender, asker=asker)
        return "异议已经撤回。"
    if what == "take_back":
        continue_complaint(sender=sender, what="withdraw", text="", asker=asker)
        return "来信已经撤回，办理终止。"
    if what == "supplement":
        continue_complaint(sender=sender, what="supplement", text=text, asker=asker, files=attachments_of(request))
        return "已经补充并交回办理单位。"
    raise errors.WORD_UNKNOWN.refuse()
