"""Tightening a procedure for the own region: two versions side by side, and the effect on cases already decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.accounts.public import require
from guantong.base.orgs.public import region_names_on
from guantong.base.webkit.pages import actor_of, download, for_desk, render
from guantong.domains.projects.selectors.catalogue import find_definition, list_entries, require_region
from guantong.domains.projects.selectors.comparing import compare
from guantong.domains.projects.selectors.described import law_of
from guantong.domains.projects.selectors.effects import effects, read_text
from guantong.domains.projects.selectors.versions import find_version, list_versions
from guantong.domains.projects.web.forms import asked, yaml_bytes
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.rounds.public import home_of


@require_safe
@for_desk("bureau")
def choose(request: HttpRequest) -> HttpResponseBase:
    """Which procedure to look at."""
    require(actor_of(request), "projects.supervise")
    typed = asked(request, "q")
    words = typed["q"].lower().split()
    entries = [e for e in list_entries(settings.REGION) if all(w in f"{e.title} {e.code}".lower() for w in words)]
    today = clock.today()
    homes = {e.code: home_of(e.code, settings.REGION, today) for e in entries}
    names = region_names_on(set(homes.values()), today)
    rows = [(e, names.get(homes[e.code], homes[e.code]), homes[e.code] == settings.REGION) for e in entries]
    return render(request, "projects/tighten.html", {"rows": rows, "typed": typed}, fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def tighten(request: HttpRequest, code: str) -> HttpResponseBase:
    """The definition in force beside the one in the box; ``download`` gives the file for the region folder."""
    actor = actor_of(request)
    require(actor, "projects.supervise")
    region = require_region(asked(request, "region")["region"])
    today = clock.today()
    present = find_definition(code, region)
    law = law_of(region, today)
    text = str(request.POST.get("text") or "") or yaml_bytes(present.document).decode()
    context: dict[str, Any] = {"changes": None, "effects": None}
    refusal: Refusal | None = None
    if request.method == "POST":
        uploaded = request.FILES.get("file")
        if uploaded is not None:
            text = uploaded.read(400_000).decode("utf-8", errors="replace")
        try:
            changed = read_text(text, code)
        except Refusal as caught:
            refusal = caught
        else:
            if request.POST.get("what") == "download":
                return download(text.replace("\r\n", "\n").encode(), f"{code}.yaml", "application/yaml; charset=utf-8")
            context = {"changes": compare(present, changed, law), "effects": effects(actor, changed, region)}
    home = home_of(code, region, today)
    names = region_names_on([home, region], today)
    context |= {
        "definition": present,
        "text": text,
        "refusal": refusal,
        "region": region,
        "region_name": names.get(region, region),
        "home_name": names.get(home, home),
        "is_own": home == region,
        "versions": list_versions(code, region),
    }
    return render(request, "projects/tighten_one.html", context, status=refusal.status if refusal else 200)


@require_safe
def compare_versions(request: HttpRequest, code: str) -> HttpResponseBase:
    """Two versions by their digests, for everybody."""
    typed = asked(request, "before", "after", "region")
    region = require_region(typed["region"])
    versions = list_versions(code, region)
    changes = None
    if typed["before"] and typed["after"]:
        before, after = find_version(code, typed["before"]), find_version(code, typed["after"])
        changes = compare(before, after, law_of(region, clock.today()))
    context = {
        "definition": find_definition(code, region),
        "versions": versions,
        "typed": typed,
        "changes": changes,
        "choices": [(v.digest, f"{v.region_name}第 {v.version} 版（{v.digest[:8]}）") for v in versions],
    }
    return render(request, "projects/compare.html", context)
