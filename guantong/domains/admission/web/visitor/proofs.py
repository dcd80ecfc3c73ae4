"""What proves a result: the published run with its files, the ten openings, and the check of a certificate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.files.public import read_bytes
from guantong.base.webkit.pages import download, render
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.errors import proofs
from guantong.domains.admission.selectors.access import get_cycle, get_published_run
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.papers import find_paper
from guantong.domains.admission.selectors.proofs import keys_for
from guantong.domains.admission.selectors.published import published_files
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.domains.admission.selectors.visitor_proofs import (
    OPENING_TITLES,
    check_certificate,
    opening_rows,
    published_zip,
    run_facts,
    seal_check,
    show_keys,
)
from guantong.domains.admission.web.forms import table_file
from guantong.kernel.refusal import Refusal

MOST_FILE = 512 * 1024
"""Longest certificate somebody may bring, in octets."""
TYPES = {
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
}


@require_safe
def openings(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The matters the law wants open: what rows tell now, what was written, where the whole of it is."""
    cycle = get_cycle(public_id)
    return render(request, "admission/openings.html", {"cycle": cycle, "items": openings_of(cycle)})


@require_safe
def openings_file(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """The matters to be open as a file, one row a line; ``item`` narrows to one of them."""
    cycle = get_cycle(public_id)
    rows = openings_of(cycle)
    asked = request.GET.get("item", "")
    if asked:
        rows = [one for one in rows if one.item == asked]
        if not rows:
            raise errors.OPENING_UNKNOWN.refuse(item=asked[:40])
    name = f"{cycle.title}{rows[0].title if asked else '信息公开'}"
    return table_file(kind, name, OPENING_TITLES, opening_rows(rows), "信息公开")


@require_safe
def opening_file(request: HttpRequest, public_id: str, item: str) -> HttpResponseBase:
    """The document published for one of the matters."""
    found = next((one for one in openings_of(get_cycle(public_id)) if one.item == item), None)
    if found is None or found.file is None:
        raise errors.OPENING_UNKNOWN.refuse(item=item[:40])
    return download(read_bytes(found.file), found.file.name, found.file.media_type)


@require_safe
def run(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A published run: what went in, by which rules and program, what came out, and how anyone checks it."""
    found = get_published_run(public_id)
    context = {
        "run": found,
        "cycle": found.round.cycle,
        "round": show_round(found.round, found),
        "facts": run_facts(found),
        "names": list(published_files(found)),
        "seal": seal_check(found),
        "keys": show_keys(keys_for(found.round.cycle), found),
    }
    return render(request, "admission/run.html", context)


@require_safe
def run_file(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """One file of a published run, the four files a certificate is checked against, or the whole bundle."""
    found = get_published_run(public_id)
    if found.bundle is None:
        raise errors.RUN_UNKNOWN.refuse()
    if name == "bundle.zip":
        return download(read_bytes(found.bundle), f"run-{found.public_id}.zip", "application/zip")
    files = published_files(found)
    if name == "published.zip":
        return download(published_zip(files), f"published-{found.public_id}.zip", "application/zip")
    if name not in files:
        raise errors.RUN_UNKNOWN.refuse()
    return download(files[name], name, TYPES[name.rpartition(".")[2]])


@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponseBase:
    """What the number on a printed result stands for: name partly hidden, the result, its state now."""
    return render(request, "admission/verified_paper.html", {"paper": find_paper(number)})


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Check a certificate with the very verifier that is published. Nothing of it is kept."""
    if request.method != "POST":
        return render(request, "admission/verify.html", {"refusal": None, "found": None})
    given = request.FILES.get("file")
    try:
        if given is None:
            raise proofs.CERTIFICATE_NEEDED.refuse()
        if (given.size or 0) > MOST_FILE:
            raise proofs.CERTIFICATE_UNREADABLE.refuse(name=given.name or "")
        found = check_certificate(given.read(), given.name or "")
    except Refusal as refusal:
        return render(request, "admission/verify.html", {"refusal": refusal, "found": None}, status=422)
    return render(request, "admission/verify.html", {"refusal": None, "found": found})
