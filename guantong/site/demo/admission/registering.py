"""Registration of the new students: by the school itself, or by case where the law asks it (technician schools)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from guantong.domains.admission.actions.placements import Registration, register_students
from guantong.domains.admission.actions.registrations import file_registration
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.selectors.registering import needs_case
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.admission.offers import school_actor


def enrol(ground: Ground, cycle: Cycle, school: int, registrations: Sequence[Registration]) -> None:
    """Register confirmed candidates of a school, by whichever way the law asks, from now on."""
    actor = school_actor(ground, school)
    if not needs_case(cycle, school):
        register_students(actor=actor, school_id=school, registrations=registrations)
        return
    now = clock.now()
    for filing in file_registration(actor=actor, cycle=cycle, school_id=school, registrations=registrations):
        case = Case.objects.get(pk=filing.case_id or 0)
        with clock.frozen_at(now + timedelta(days=2)):
            case = act(
                actor=ground.chen,
                case_id=case.pk,
                action="approve",
                revision=case.revision,
                opinion="名册与录取数据逐人比对一致。",
            )
        with clock.frozen_at(now + timedelta(days=5)):
            act(
                actor=ground.he,
                case_id=case.pk,
                action="approve",
                revision=case.revision,
                opinion="到校核对，人证相符。",
                values={"checked_on": clock.today().isoformat(), "seen": str(len(filing.entries))},
            )
