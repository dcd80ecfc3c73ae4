"""What anyone may see: the catalogue, a programme with its schools, a published plan with its checks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from guantong.base.orgs.public import names_on
from guantong.base.webkit.pages import actor_of, download, render
from guantong.kernel import clock

from .. import sheets
from ..rules.vocabulary import LEVELS, PUBLISHED, SUPERSEDED, entry_label
from ..selectors import catalogue as programmes
from ..selectors.offerings import schools_offering
from ..selectors.plans import access_plan_for, list_plans
from ..selectors.shipped import shipped_catalogue
from .forms import shown
from .forms import typed as forms

_SEARCH = {"q": "", "level": "", "category": "", "class": ""}


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search of the catalogue: words in either script, codes, level, category, class."""
    typed = forms.typed(request.GET, _SEARCH)
    found = programmes.list_programmes(
        search=typed["q"][:100], level=typed["level"], category=typed["category"], class_code=typed["class"]
    )
    return render(
        request,
        "programmes/catalogue.html",
        {
            "typed": typed,
            "page": forms.page_of(request, found),
            "levels": LEVELS,
            "categories": programmes.categories(),
            "edition": shipped_catalogue(),
        },
        fragment="results",
    )


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How complete the catalogue is, and where its entries were checked."""
    return render(
        request,
        "programmes/coverage.html",
        {"coverage": programmes.catalogue_coverage(), "shipped": shipped_catalogue(), "levels": LEVELS},
    )


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: where it stands, its relatives at other levels, who offers it, its published plans."""
    found = programmes.get_programme(code)
    today = clock.today()
    plans = list(list_plans(programme_id=found.pk)[:100])
    schools = names_on({plan.school_id for plan in plans}, today)
    return render(
        request,
        "programmes/programme.html",
        {
            "programme": found,
            "counterparts": list(programmes.counterparts(found)),
            "schools": schools_offering(found.pk, today),
            "plans": [(plan, schools[plan.school_id]) for plan in plans],
            "entry_label": entry_label,
        },
    )


@require_safe
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """A plan: its head, checks with clause, courses by semester, sums."""
    found = access_plan_for(actor_of(request), public_id)
    versions = list_plans(
        school_id=found.school_id, programme_id=found.programme_id, states=(PUBLISHED, SUPERSEDED)
    ).filter(cohort=found.cohort, entry=found.entry)
    return render(
        request,
        "programmes/plan.html",
        {**shown.plan_context(found), "versions": list(versions), "is_own_desk": False},
    )


@require_safe
def plan_courses(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course table as a workbook."""
    found = access_plan_for(actor_of(request), public_id)
    facts = shown.facts_of(found)
    return download(sheets.courses_table(facts), f"{found.name}（课程表）.xlsx", forms.XLSX)
