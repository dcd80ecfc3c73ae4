"""The bureau's desk: later supplements of the catalogue come in by sheet, tried first, then entered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.files.public import access_file_for, read_bytes, store_file
from guantong.base.webkit.pages import actor_of, download, for_desk, go, render
from guantong.kernel.refusal import Problem, Refusal, Where

from .. import errors, sheets
from ..actions import import_programmes
from ..actions.catalogue import IMPORT, ImportCounts
from ..selectors.catalogue import catalogue_coverage
from .forms import typed as forms

SHOWN_PROBLEMS = 20
_ORIGIN = {"origin": "核对依据"}
_ORIGIN_LENGTH = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def supplement(request: HttpRequest) -> HttpResponseBase:
    """Upload a list, see what it would do, then enter it."""
    actor = actor_of(request)
    require(actor, IMPORT)
    typed = forms.typed(request.POST, _ORIGIN)
    refusal: Refusal | None = None
    problems: list[Problem] = []
    counts: ImportCounts | None = None
    file_id = ""
    if request.method == "POST":
        try:
            name, content, file_id = _given(request, actor)
            read = sheets.read_programmes(content, name)
            problems = read.problems
            if not problems:
                origin = typed["origin"][:_ORIGIN_LENGTH] or name
                dry_run = request.POST.get("confirmed") != "1"
                counts = import_programmes(actor=actor, entries=read.entries, origin=origin, dry_run=dry_run)
                if not dry_run:
                    messages.success(request, f"已增补 {counts.added} 个专业，更名 {counts.renamed} 个。")
                    return go(request, "programmes:supplement")
        except Refusal as found:
            if any(p.where.row for p in found):
                problems = list(found)
            else:
                refusal = found
    return render(
        request,
        "programmes/supplement.html",
        {
            "refusal": refusal,
            "problems": problems,
            "counts": counts,
            "file_id": file_id,
            "typed": typed,
            "coverage": catalogue_coverage(),
            "shown_problems": SHOWN_PROBLEMS,
        },
        status=422 if refusal or problems else 200,
    )


def _given(request: HttpRequest, actor: Actor) -> tuple[str, bytes, str]:
    kept = request.POST.get("file_id", "")
    if kept:
        stored = access_file_for(actor, kept)
        return stored.name, read_bytes(stored), stored.public_id
    chosen = forms.uploaded(request, "programmes")
    if chosen is None:
        raise errors.FILE_MISSING.refuse(where=Where(column="programmes", title="增补清单"))
    content = chosen.read()
    stored = store_file(actor, chosen.name or "增补清单.xlsx", content, "sheet")
    return stored.name, content, stored.public_id


@require_safe
@for_desk("bureau")
def template(request: HttpRequest) -> HttpResponse:
    """The empty list."""
    require(actor_of(request), IMPORT)
    return download(sheets.programmes_template(), "专业目录增补清单模板.xlsx", forms.XLSX)


@require_GET
@for_desk("bureau")
def report(request: HttpRequest, file_id: str) -> HttpResponse:
    """The list with 校验结果 and 错误说明."""
    actor = actor_of(request)
    require(actor, IMPORT)
    stored = access_file_for(actor, file_id)
    content = read_bytes(stored)
    read = sheets.read_programmes(content, stored.name)
    problems = list(read.problems)
    try:
        if read.entries:
            import_programmes(actor=actor, entries=read.entries, origin=stored.name, dry_run=True)
    except Refusal as found:
        problems += list(found)
    return download(sheets.programmes_report(content, stored.name, problems), f"校验结果-{stored.name}", forms.XLSX)
