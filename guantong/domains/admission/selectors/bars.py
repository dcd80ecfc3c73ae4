"""Who may not take part: a living place of the year holds, and what a channel bars its admitted from."""

from __future__ import annotations

from collections.abc import Iterable

from guantong.domains.admission.errors import rules as errors
from guantong.domains.admission.models import Cycle, Placement
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.declaration.shapes import CHANNELS
from guantong.domains.admission.rules.states import ADMITTED, CONFIRMED, PLACEMENT_STATES, REGISTERED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import school_names
from guantong.kernel.refusal import Problem

_FULFILS = {"admitted": {ADMITTED, CONFIRMED, REGISTERED}, "confirmed": {CONFIRMED, REGISTERED}}


def why_barred_many(cycle: Cycle, people: Iterable[int]) -> dict[int, Problem]:
    """Person → why not, for those who may not register in ``cycle``: barred by the channel that admitted them
    (ADM-250), or holding a place of the year (ADM-251)."""
    wanted = sorted(set(people))
    found: dict[int, Problem] = {}
    for start in range(0, len(wanted), 500):
        rows = (
            Placement.objects.filter(person_id__in=wanted[start : start + 500], year=cycle.year, state__in=LIVING)
            .exclude(cycle=cycle)
            .select_related("cycle", "plan")
        )
        held = list(rows)
        names = school_names(row.plan.school_id for row in held)
        for row in held:
            found[row.person_id] = _why(cycle, row, names.get(row.plan.school_id, ""))
    return found


def _why(cycle: Cycle, row: Placement, school: str) -> Problem:
    for bar in channel_of(row.cycle).bars:
        if cycle.channel in bar.barred_from and row.state in _FULFILS.get(bar.when, set()):
            return errors.BARRED.problem(
                channel=CHANNELS.get(row.cycle.channel, row.cycle.title),
                state=PLACEMENT_STATES.labels[row.state],
                other=CHANNELS.get(cycle.channel, cycle.title),
                basis=bar.ground.citation,
            )
    return errors.PLACE_HELD.problem(school=school)
