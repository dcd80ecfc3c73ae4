"""Whether a school may take students this year: the list of qualified schools and what was ordered since (A7)."""

from __future__ import annotations

from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Placement, Sanction, SchoolLimit
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.declaration.shapes import Ground
from guantong.domains.admission.rules.places import Closure
from guantong.domains.admission.rules.states import REGISTERED
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.selectors.gates import regions_above, regions_below, school_name, school_names
from guantong.kernel.refusal import Problem

KINDS = "admission.sanctions"


def why_not_qualified(cycle: Cycle, school_id: int) -> list[Problem]:
    """ADM-036 where the school is not on the list of this year."""
    limit = SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()
    if limit is not None and limit.is_qualified:
        return []
    answer = cycle_law(cycle).find("admission.qualified_list")
    why = limit.reason if limit is not None else "没有核定招生规模。"
    basis = answer.citation if answer is not None else None
    return [errors.NOT_ON_QUALIFIED_LIST.problem(school=school_name(school_id), why=why, basis=basis)]


def closures(cycle: Cycle, *, with_ended: bool = False) -> dict[int, Closure]:
    """Schools that may not take anybody in a cycle, with the sentence why and the clause; with those that were stopped
    earlier in the year and are not now, where what was decided then is explained."""
    why = dict(
        SchoolLimit.objects.filter(cycle=cycle, is_qualified=False).values_list("school_id", "reason").order_by()
    )
    if with_ended:
        reaching = Sanction.objects.filter(region__in=regions_above(cycle.region), year=cycle.year)
        ended = reaching.filter(ended_at__isnull=False)
        why = {**{row.school_id: reason_of(row) for row in ended}, **why}
    if not why:
        return {}
    answer = cycle_law(cycle).find("admission.qualified_list")
    ground = Ground(answer.citations, "document", None, "", 0) if answer is not None else None
    names = school_names(why)
    return {
        school: Closure(f"{names.get(school, '')}不在今年具备招生资格的学校名单里：{_ended(reason)}", ground)
        for school, reason in why.items()
    }


def reason_of(row: Sanction) -> str:
    """What was ordered, why and by which document, as everybody reads it."""
    return f"{row.kind}：{_ended(row.reason)}（{row.document}）"[:200]


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith(("。", "）", "！")) else f"{text}。"


def sanctions_reaching(region: str, year: int, school_id: int | None = None) -> list[Sanction]:
    """Every order of a year given in a region or above it (against one school): the nearest region first, newest
    first."""
    above = regions_above(region)
    rows = Sanction.objects.filter(region__in=above, year=year)
    if school_id is not None:
        rows = rows.filter(school_id=school_id)
    return sorted(rows, key=lambda row: (above.index(row.region), -row.pk))


def find_sanction(region: str, year: int, school_id: int) -> Sanction | None:
    """The order in force against a school in a year that reaches a region: its own, else the nearest from above."""
    rows = sanctions_reaching(region, year, school_id)
    return next((row for row in rows if row.ended_at is None), None)


def placed_not_registered(region: str, year: int, school_id: int) -> int:
    """How many hold a place at the school this year, in any channel of the region or below it, and are not registered
    yet."""
    rows = Placement.objects.filter(cycle__region__in=regions_below(region), year=year, plan__school_id=school_id)
    return rows.filter(state__in=LIVING).exclude(state=REGISTERED).count()
