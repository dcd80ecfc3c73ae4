"""What others may ask of admission: plain values, and the actions an installation is built with."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.domains.admission.models import Candidate, Cycle, Placement
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.states import CYCLE_STAGES, PLACEMENT_STATES
from guantong.domains.admission.selectors.visitor_cycles import stage_now

__all__ = ["CycleFacts", "PlaceFacts", "count_open_cycles", "list_cycle_facts", "place_of_year"]


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """An admission year of a channel as listed elsewhere."""

    public_id: str
    year: int
    channel: str
    title: str
    stage: str
    stage_label: str
    candidates: int


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The place a person holds in a year. ``state``: dispatched | admitted | confirmed | registered."""

    public_id: str
    school_id: int
    programme_code: str
    mode: str
    state: str
    state_label: str


def count_open_cycles() -> int:
    """Admission years that have not ended, for the landing page."""
    return Cycle.objects.exclude(stage="closed").count()


def list_cycle_facts(region: str) -> list[CycleFacts]:
    """Admission years of a region, newest first."""
    return [
        CycleFacts(
            public_id=cycle.public_id,
            year=cycle.year,
            channel=cycle.channel,
            title=cycle.title,
            stage=cycle.stage,
            stage_label=CYCLE_STAGES.labels[stage_now(cycle)],
            candidates=Candidate.objects.filter(cycle=cycle, state="registered").count(),
        )
        for cycle in Cycle.objects.filter(region=region).order_by("-year", "channel")
    ]


def place_of_year(person_id: int, year: int) -> PlaceFacts | None:
    """The place a person holds in a year, if any. The caller checks who asks."""
    row = (
        Placement.objects.filter(person_id=person_id, year=year, state__in=LIVING)
        .select_related("plan__programme")
        .first()
    )
    if row is None:
        return None
    return PlaceFacts(
        public_id=row.public_id,
        school_id=row.plan.school_id,
        programme_code=row.plan.programme.code,
        mode=row.plan.mode,
        state=row.state,
        state_label=PLACEMENT_STATES.labels[row.state],
    )
