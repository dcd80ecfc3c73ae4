"""Complaints: choosing what about, writing without an account; and the page of the case for those who handle it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.orgs.public import list_spans
from guantong.base.webkit.metering import asker_of
from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.public import access_case_for

from .. import errors
from ..actions import complain
from ..actions.complaining import protected_in_force
from ..reading import SUBJECT
from ..rules import show_code
from .uploading import attachments_of, held_in_memory
from .visitor import letter_of, private, typed_letter

MOST_FOUND = 20


@require_safe
def complaints(request: HttpRequest) -> HttpResponseBase:
    """What can be complained about, each with its authority."""
    return render(request, "publicity/complaints.html", {"procedures": procedures_open()})


def procedures_open() -> list[tuple[Definition, str]]:
    """(definition, its authority in one line) of every protected procedure in force here today."""
    from guantong.base import lawbook

    today = clock.today()
    found = []
    for code, entry in sorted(lawbook.current_policy().procedures(settings.REGION, today).items()):
        if entry.data.get("protected") is not True:
            continue
        try:
            definition = library.definition_in_force(code, settings.REGION, today)
        except Refusal:
            continue  # written to the log where it was read
        found.append((definition, library.basis_sentence(definition.basis)))
    return found


@held_in_memory
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, procedure: str) -> HttpResponseBase:
    """Write about an organisation: find it, fill in the form, sign or not; the answer shows the query code once."""
    definition = protected_in_force(procedure, settings.REGION)
    typed = typed_letter(request)
    given = request.POST if request.method == "POST" else request.GET
    typed |= {name: (given.get(name) or "").strip()[:60] for name in ("organisation", "find")}
    refusal: Refusal | None = None
    answers = _answers(definition, request.POST)
    about = _organisation(typed["organisation"])
    if request.method == "POST" and "search" not in request.POST:
        try:
            case, code = complain(
                actor=actor_of(request),
                procedure=definition.id,
                region=settings.REGION,
                organisation_id=about[0] if about is not None else None,
                form=answers,
                letter=letter_of(typed, attachments_of(request)),
                asker=asker_of(request),
            )
        except Refusal as caught:
            refusal = _at_fields(caught, definition)
        else:
            sent = {
                "number": case.complaint.number,
                "code": show_code(code),
                "due_on": case.due_on,
                "is_provisional": case.is_provisional,
                "about": definition.title,
                "back": ("投诉举报", "/complaints/"),
                "is_own": letter_of(typed).is_named and actor_of(request).user_id is not None,
            }
            return private(render(request, "publicity/sent.html", sent))
    context = {
        "definition": definition,
        "basis": library.basis_sentence(definition.basis),
        "typed": typed,
        "answers": answers,
        "options": {f.id: [(c.id, c.title) for c in f.choices] for f in definition.form},
        "about": about,
        "found": _search(typed["find"]),
        "refusal": refusal,
    }
    return private(render(request, "publicity/complain.html", context, status=refusal.status if refusal else 200))


def _at_fields(refusal: Refusal, definition: Definition) -> Refusal:
    """The refusal with what concerns the form placed at the page's own fields."""
    ids = {field.id for field in definition.form}
    problems = [
        p.at(replace(p.where, column=f"form.{p.where.column}")) if p.where.column in ids else p for p in refusal
    ]
    return Refusal(problems, status=refusal.status)


def _answers(definition: Definition, post: QueryDict) -> dict[str, Any]:
    """The answers to the definition's form, as the gates read them; what is left empty is left out."""
    found: dict[str, Any] = {}
    for field in definition.form:
        given = post.getlist(f"form.{field.id}")
        if field.kind == "choices":
            if given:
                found[field.id] = given
        elif field.kind == "flag":
            found[field.id] = bool(given)
        elif given and given[0].strip():
            found[field.id] = given[0].replace("\r\n", "\n").strip()
    return found


def _search(words: str) -> list[tuple[str, str]]:
    """(public id, name and place) of organisations whose name holds the words."""
    if len(words) < 2:
        return []
    from guantong.base.sheets.titles import simplified

    spans = list_spans(day=clock.today(), search=simplified(words)).exclude(kind="authority")[:MOST_FOUND]
    return [(span.organisation.public_id, span.name) for span in spans.select_related("organisation")]


def _organisation(public_id: str) -> tuple[int, str] | None:
    """(id, name) of the organisation chosen, or None."""
    if not public_id:
        return None
    found = list_spans(day=clock.today()).filter(organisation__public_id=public_id).first()
    return (found.organisation_id, found.name) if found is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The page of a complaint's case, for those who handle it."""
    actor = actor_of(request)
    found = access_case_for(actor, public_id)
    if found.subject_kind != SUBJECT:
        raise errors.NOT_COMPLAINT.refuse(procedure=public_id[:16])
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            take_posted(actor=actor, case=found, post=request.POST, files=request.FILES)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "已经办理，结果见下面的经过。")
            return go(request, "publicity:case", public_id)
    context = case_parts(actor, found, post=request.POST if refusal else None, refusal=refusal)
    return private(render(request, "publicity/case.html", context, status=422 if refusal else 200))
