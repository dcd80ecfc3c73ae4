"""Whether a school may take students this year: the list of qualified schools (A7), by the law of the cycle."""

from __future__ import annotations

from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, SchoolLimit
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.selectors.gates import school_name
from guantong.kernel.refusal import Problem


def why_not_qualified(cycle: Cycle, school_id: int) -> list[Problem]:
    """ADM-036 where the school is not on the list of this year."""
    limit = SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()
    if limit is not None and limit.is_qualified:
        return []
    answer = cycle_law(cycle).find("admission.qualified_list")
    why = limit.reason if limit is not None else "没有核定招生规模。"
    basis = answer.citation if answer is not None else None
    return [errors.NOT_ON_QUALIFIED_LIST.problem(school=school_name(school_id), why=why, basis=basis)]
