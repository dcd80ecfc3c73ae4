"""The school's admission years, and one of them at a glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.webkit.pages import for_desk, render
from guantong.domains.admission.selectors.school_desk import school_cycle, school_cycles
from guantong.domains.admission.selectors.school_plans import plan_sums
from guantong.domains.admission.web.school.choice import PLAN, in_cycle, standing_of


@require_safe
@for_desk("school")
def cycles(request: HttpRequest) -> HttpResponseBase:
    """Every admission year the school takes part in, with what waits in each."""
    here = standing_of(request, PLAN)
    return render(request, "admission/school_cycles.html", {"here": here, "rows": school_cycles(here.school_id)})


@require_safe
@for_desk("school")
def cycle(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One year: stage, calendar, size, plans, prospectus, files."""
    here, found, head = in_cycle(request, public_id, PLAN, "school_cycle")
    one = school_cycle(found, here.school_id)
    return render(
        request, "admission/school_cycle.html", {**head, "one": one, "sums": plan_sums(found, here.school_id)}
    )
