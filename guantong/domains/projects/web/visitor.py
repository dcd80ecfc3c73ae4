"""办事大厅: every procedure in force, and one procedure whole. For everybody, and the same on each desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base import lawbook
from guantong.base.orgs.public import region_names_on
from guantong.base.webkit.pages import actor_of, download, render
from guantong.domains.projects.selectors.catalogue import (
    by_system,
    find_definition,
    list_entries,
    require_region,
    search_entries,
    show_entry,
)
from guantong.domains.projects.selectors.described import describe, law_of
from guantong.domains.projects.selectors.exemplified import list_examples
from guantong.domains.projects.selectors.holders import asks_person, grants_of, may_declare, posts_for
from guantong.domains.projects.selectors.naming import system_names
from guantong.domains.projects.selectors.versions import list_versions
from guantong.domains.projects.web.forms import asked, yaml_bytes
from guantong.kernel import clock
from guantong.procedure.panels.public import published_bytes
from guantong.procedure.panels.selectors import list_commitments
from guantong.procedure.rounds.public import home_of, list_rounds, plan_of, show_cycle

WHO = (
    ("", "不限"),
    ("learner", "本人"),
    ("school", "学校和企业等单位"),
    ("authority", "主管部门"),
    ("visitor", "任何人"),
)


@require_safe
def hall(request: HttpRequest, desk: str = "") -> HttpResponseBase:
    """Every procedure in force in the region, by system; searched and narrowed."""
    typed = asked(request, "q", "who", "system", "region")
    region = require_region(typed["region"])
    entries = list_entries(region)
    found = search_entries(entries, words=typed["q"], who=typed["who"], system=typed["system"])
    names = system_names()
    used = {s for e in entries for s in e.systems}
    context: dict[str, Any] = {
        "desk": desk,
        "typed": typed,
        "groups": by_system(found, names),
        "count": len(found),
        "total": len(entries),
        "who": WHO,
        "systems": [("", "不限"), *((code, name) for code, name in names.items() if code in used)],
        "regions": _regions(),
        "region": region,
    }
    return render(request, "projects/hall.html", context, fragment="results")


def _regions() -> list[tuple[str, str]]:
    """Regions that have a folder: one may look at another's procedures."""
    codes = list(lawbook.current_policy().regions)
    names = region_names_on(codes, clock.today())
    return [(code, names.get(code) or lawbook.current_policy().regions[code].name_zh) for code in codes]


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponseBase:
    """One procedure: conditions, materials, flow, outcomes, appeal, quotas, rounds, versions."""
    region = require_region(asked(request, "region")["region"])
    definition = find_definition(code, region)
    actor = actor_of(request)
    today = clock.today()
    home = home_of(code, region, today)
    names = system_names()
    context = {
        "definition": definition,
        "entry": show_entry(definition, region, today),
        "shown": describe(definition, law_of(region, today), region),
        "region": region,
        "home_name": region_names_on([home], today).get(home, home),
        "systems": [(code_, names.get(code_, "")) for code_ in definition.systems],
        "rounds": list_rounds(definition, home, region=region)[:6],
        "cycle": show_cycle(definition, plan, home, clock.now()) if (plan := plan_of(definition)) is not None else None,
        "grants": grants_of(definition),
        "versions": list_versions(code, region),
        "commitments": list_commitments(code, home)[:10],
        "is_signed_in": actor.user_id is not None,
        "may_declare": may_declare(actor, definition),
        "posts": posts_for(actor, definition),
        "asks_person": asks_person(definition),
        "is_bureau": bool(actor.organisations("projects.supervise")),
    }
    return render(request, "projects/procedure.html", context)


@require_safe
def examples(request: HttpRequest, code: str) -> HttpResponseBase:
    """Worked examples of one procedure: what passes, what does not, and why. Its page asks for them when seen."""
    region = require_region(asked(request, "region")["region"])
    definition = find_definition(code, region)
    context = {"definition": definition, "region": region, "examples": list_examples(definition, region)}
    return render(request, "projects/examples.html", context, fragment="examples")


@require_safe
def definition_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The definition in force as a file that can be put into a region folder."""
    region = require_region(asked(request, "region")["region"])
    definition = find_definition(code, region)
    return download(yaml_bytes(definition.document), f"{code}.yaml", "application/yaml; charset=utf-8")


@require_safe
def panel_file(request: HttpRequest, panel: str) -> HttpResponseBase:
    """The published file of a panel: whoever likes can draw, score and rank again."""
    return download(published_bytes(panel), f"panel-{panel}.json", "application/json")
