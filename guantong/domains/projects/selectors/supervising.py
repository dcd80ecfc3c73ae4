"""What an authority sees of the declarations of its area: cases, and figures of each procedure."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.models import OrganisationSpan
from guantong.base.orgs.public import has_authority_over, region_on, region_tree
from guantong.domains.projects import errors
from guantong.kernel import clock
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case, Deadline

from .catalogue import SUBJECT

PERMISSION = "projects.supervise"
MEASURED = 5000
"""Decided cases of which the time taken is measured, the latest."""


def is_supervised_by(actor: Actor, case: Case) -> bool:
    """Whether an authority of the actor's oversees the case: it is responsible for it, or its region holds the case's.

    What has not been handed in is its declarer's alone.
    """
    bodies = actor.organisations(PERMISSION)
    if not bodies or case.sequence < 2:
        return False
    concerned = {case.authority_id, *case.bodies.values()}
    if bodies & {int(b) for b in concerned if b is not None}:
        return True
    if case.organisation_id is None:
        return False
    today = clock.today()
    region = region_on(case.organisation_id, today)
    return any(has_authority_over(body, region, today) for body in sorted(bodies))


def cases_of_area(actor: Actor) -> QuerySet[Case]:
    """Cases of declarations the actor's authorities oversee, handed in at least once. Refuses PRJ-040 others."""
    bodies = actor.organisations(PERMISSION)
    if not bodies:
        raise errors.NOT_SUPERVISED.refuse()
    today = clock.today()
    tree = region_tree(today)
    regions = {code for body in bodies for code in tree.below(region_on(body, today))}
    inside = (
        OrganisationSpan.objects.filter(region_id__in=regions, in_force_from__lte=today)
        .filter(Q(until=None) | Q(until__gt=today))
        .values("organisation_id")
    )
    area = Q(authority_id__in=bodies) | Q(organisation_id__in=inside)
    return Case.objects.filter(area, subject_kind=SUBJECT, sequence__gte=2)


@dataclass(frozen=True, slots=True)
class Figures:
    """One procedure in figures."""

    code: str
    title: str
    total: int
    running: int
    granted: int
    refused: int
    ended: int
    """Withdrawn or lapsed."""
    overdue: int
    appealed: int
    on_time: int
    steps_timed: int
    """Steps with a period that were finished, of which ``on_time`` in time."""
    median_days: int | None

    @property
    def share_on_time(self) -> int | None:
        """Whole per cent of finished steps in time, halves upwards."""
        return (self.on_time * 200 + self.steps_timed) // (2 * self.steps_timed) if self.steps_timed else None


def figures(actor: Actor, definitions: dict[str, Definition]) -> list[Figures]:
    """Figures of every procedure with cases in the area, the largest first."""
    area = cases_of_area(actor)
    today = clock.today()
    late = Q(state__in=RUNNING, due_on__lt=today)
    rows = area.values("procedure").annotate(
        n=Count("id"),
        running=Count("id", filter=Q(state__in=RUNNING)),
        overdue=Count("id", filter=late),
    )
    outcomes: dict[str, dict[str, int]] = {}
    for procedure, outcome, count in (
        area.exclude(outcome="").values_list("procedure", "outcome").annotate(n=Count("id"))
    ):
        kinds = outcomes.setdefault(procedure, {})
        definition = definitions.get(procedure)
        found = definition.outcomes.get(outcome) if definition is not None else None
        kind = found.kind if found is not None else "withdrawn"
        kinds[kind] = kinds.get(kind, 0) + count
    timed = (
        Deadline.objects.filter(case__in=area, kind="step", state__in=("met", "missed"))
        .values_list("case__procedure")
        .annotate(n=Count("id"), good=Count("id", filter=Q(state="met")))
    )
    on_time = {procedure: (good, n) for procedure, n, good in timed}
    days: dict[str, list[int]] = {}
    decided = area.filter(decided_at__isnull=False).order_by("-decided_at")
    for procedure, opened, ended in decided.values_list("procedure", "opened_at", "decided_at")[:MEASURED]:
        if ended is not None:
            days.setdefault(procedure, []).append((clock.china_day(ended) - clock.china_day(opened)).days)
    found_all = []
    for row in rows:
        code = row["procedure"]
        kinds = outcomes.get(code, {})
        good, n = on_time.get(code, (0, 0))
        lasted = sorted(days.get(code, []))
        found_all.append(
            Figures(
                code=code,
                title=definitions[code].title if code in definitions else code,
                total=row["n"],
                running=row["running"],
                granted=kinds.get("granted", 0) + kinds.get("overturned", 0),
                refused=kinds.get("refused", 0) + kinds.get("upheld", 0),
                ended=kinds.get("withdrawn", 0) + kinds.get("lapsed", 0),
                overdue=row["overdue"],
                appealed=kinds.get("upheld", 0) + kinds.get("overturned", 0),
                on_time=good,
                steps_timed=n,
                median_days=lasted[len(lasted) // 2] if lasted else None,
            )
        )
    return sorted(found_all, key=lambda f: (-f.total, f.title))
