"""Who may not take part: a living place of the year holds, and what a channel bars its admitted from."""

from __future__ import annotations

from collections.abc import Iterable

from guantong.domains.admission.models import Cycle, Placement
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.eligibility import HeldPlace, why_barred, why_no_second_place
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import school_names
from guantong.kernel.refusal import Problem


def held_places(people: Iterable[int], year: int) -> dict[int, list[tuple[Placement, HeldPlace]]]:
    """Person → living placements of the year, as rows and as the rules see them."""
    wanted = sorted(set(people))
    found: dict[int, list[tuple[Placement, HeldPlace]]] = {}
    for start in range(0, len(wanted), 500):
        rows = list(
            Placement.objects.filter(
                person_id__in=wanted[start : start + 500], year=year, state__in=LIVING
            ).select_related("cycle", "plan")
        )
        names = school_names(row.plan.school_id for row in rows)
        for row in rows:
            held = HeldPlace(row.cycle.channel, row.state, names.get(row.plan.school_id, ""))
            found.setdefault(row.person_id, []).append((row, held))
    return found


def why_barred_many(cycle: Cycle, people: Iterable[int]) -> dict[int, Problem]:
    """Person → why not, for those who may not register in ``cycle``: barred by the channel that admitted them
    (ADM-250), or holding a place of the year elsewhere (ADM-251)."""
    found: dict[int, Problem] = {}
    for person, held in held_places(people, cycle.year).items():
        elsewhere = [(row, one) for row, one in held if row.cycle_id != cycle.pk]
        if not elsewhere:
            continue
        channels = {row.cycle.channel: channel_of(row.cycle) for row, _ in elsewhere}
        barred = why_barred(cycle.channel, [one for _, one in elsewhere], channels)
        problem = barred[0] if barred else why_no_second_place([one for _, one in elsewhere])
        if problem is not None:
            found[person] = problem
    return found
