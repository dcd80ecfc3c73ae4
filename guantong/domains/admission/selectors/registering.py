"""What speaks against registering students at a school: the list, the prospectus, the places, the case the law asks."""

from __future__ import annotations

from collections.abc import Iterable

from guantong.base.orgs.models import KINDS
from guantong.base.orgs.public import kind_on
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, IntakePlan, Prospectus, RegistrationFiling, SchoolSite
from guantong.domains.admission.rules.registering import MAIN, asks_case, why_not_site
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.selectors.filings import find_procedure
from guantong.domains.admission.selectors.gates import school_name
from guantong.domains.admission.selectors.qualification import why_not_qualified
from guantong.kernel import clock
from guantong.kernel.refusal import Problem

DEFINITION = "admission-registration"


def needs_case(cycle: Cycle, school_id: int) -> bool:
    """Whether the school files rosters to be checked (technician schools), where the region runs such cases."""
    kind = dict(KINDS)[kind_on(school_id, clock.today())]
    return asks_case(cycle_law(cycle), kind) and find_procedure(DEFINITION, cycle.region) is not None


def why_not_school(cycle: Cycle, school_id: int) -> list[Problem]:
    """Why a school may not register students of this cycle (A8): not on the list, prospectus not filed."""
    problems = why_not_qualified(cycle, school_id)
    if Prospectus.objects.filter(cycle=cycle, school_id=school_id).exclude(state="filed").exists():
        problems.append(errors.PROSPECTUS_NOT_FILED.problem(count=1, schools=school_name(school_id)))
    return problems


def why_not_places(cycle: Cycle, school_id: int, plans: Iterable[IntakePlan]) -> list[Problem]:
    """Each place among the plans where nobody may be registered: once, with the clause."""
    wanted = sorted({(plan.site, plan.place) for plan in plans if plan.site != MAIN})
    if not wanted:
        return []
    law, name, known = cycle_law(cycle), school_name(school_id), approved_sites(school_id)
    found = (why_not_site(law, site, place, name, (site, place) in known) for site, place in wanted)
    return [problem for problem in found if problem is not None]


def approved_sites(school_id: int) -> frozenset[tuple[str, str]]:
    """(kind, place) of everything approved or filed today."""
    day = clock.today()
    rows = SchoolSite.objects.filter(school_id=school_id, approved_on__lte=day)
    return frozenset((row.site, row.name) for row in rows if row.ended_on is None or row.ended_on > day)


def list_sites(school_id: int) -> list[SchoolSite]:
    """Every place recorded for a school, those in force first."""
    return sorted(
        SchoolSite.objects.filter(school_id=school_id).order_by("name", "pk"), key=lambda row: row.ended_on is not None
    )


def list_filings(cycle: Cycle, school_id: int) -> list[RegistrationFiling]:
    """Rosters a school filed, newest first."""
    return list(RegistrationFiling.objects.filter(cycle=cycle, school_id=school_id).order_by("-pk"))


def bureau_filings(cycle: Cycle) -> list[RegistrationFiling]:
    """Rosters of every school of a cycle: those running first, then the newest."""
    rows = RegistrationFiling.objects.filter(cycle=cycle).order_by("-pk")[:200]
    return sorted(rows, key=lambda row: row.state != "opened")


def show_sites(plans: Iterable[IntakePlan], school_id: int) -> dict[int, bool]:
    """Primary key of each plan elsewhere than at the school itself → whether its place is approved or filed."""
    known = approved_sites(school_id)
    return {plan.pk: (plan.site, plan.place) in known for plan in plans if plan.site != MAIN}


__all__ = [
    "approved_sites",
    "bureau_filings",
    "list_filings",
    "list_sites",
    "needs_case",
    "show_sites",
    "why_not_places",
    "why_not_school",
]
