"""Kept facts and scores as the rules take them: typed facts, columns, places."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from guantong.base.orgs.public import kind_on
from guantong.domains.admission.models import Candidate, Cycle, IntakePlan, SchoolLimit, Score
from guantong.domains.admission.rules.conditions import Cell
from guantong.domains.admission.rules.declaration.shapes import Channel
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.places import Closure, PlaceFacts
from guantong.domains.admission.rules.plans import PlanFacts, SchoolFacts, read_place_conditions
from guantong.domains.admission.rules.running import engine_cells
from guantong.domains.admission.rules.scoring import Composition, thousandths
from guantong.domains.admission.selectors.gates import school_name
from guantong.domains.admission.selectors.places import group_id, school_key
from guantong.domains.programmes.public import offered_codes
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal


def attributes_of(channel: Channel, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Facts as kept (text, yes/no, null) and every problem with them (ADM-245…247)."""
    try:
        facts = read_facts(channel, given)
    except Refusal as refusal:
        return {}, list(refusal)
    return {key: format(cell, "f") if isinstance(cell, Decimal) else cell for key, cell in facts.items()}, []


def facts_of(channel: Channel, candidate: Candidate) -> dict[str, Cell]:
    """The typed facts of a candidate, as they were checked when kept."""
    return read_facts(channel, candidate.attributes)


def keys_as_json(composition: Composition) -> dict[str, int | None]:
    """Columns of scores as kept: whole thousandths, null for none."""
    return {key: None if value is None else thousandths(value) for key, value in composition.keys.items()}


def keys_of(score: Score | None) -> dict[str, Decimal | None]:
    """Columns of scores as the rules take them."""
    return {} if score is None else _in_points(score.keys)


def _in_points(keys: Mapping[str, int | None]) -> dict[str, Decimal | None]:
    return {key: None if value is None else Decimal(value).scaleb(-3) for key, value in keys.items()}


def columns_of(channel: Channel, candidate: Candidate, score: Score | None) -> dict[str, Cell]:
    """Facts and scores of a candidate together: what conditions, lines and order ask for."""
    return {**facts_of(channel, candidate), **keys_of(score)}


def cells_of(
    channel: Channel, attributes: Mapping[str, Any], keys: Mapping[str, int | None]
) -> dict[str, str | Decimal | None]:
    """Kept facts and columns of scores (whole thousandths) as the engine takes them."""
    return engine_cells(read_facts(channel, attributes), _in_points(keys))


def place_facts(
    channel: Channel, plan: IntakePlan, seats: int | None = None, closed: Mapping[int, Closure] | None = None
) -> PlaceFacts:
    """A plan as the rules see it; ``seats`` when a round offers fewer, ``closed`` where schools may take nobody."""
    return PlaceFacts(
        id=plan.public_id,
        school=school_key(plan),
        programme=plan.programme.code,
        kind=plan.kind,
        seats=plan.all_seats if seats is None else seats,
        batch=plan.batch,
        group=group_id(plan) if plan.group_code else "",
        category=plan.programme.category_name,
        level=plan.programme.level,
        conditions=read_place_conditions(channel, plan.conditions),
        closure=closed.get(plan.school_id) if closed is not None else None,
    )


def plan_facts(channel: Channel, plan: IntakePlan) -> PlanFacts:
    """A line of a plan as the rules of plans see it."""
    return PlanFacts(place_facts(channel, plan), plan.programme.name, plan.fee_fen, plan.years, plan.mode)


def school_facts(cycle: Cycle, school_id: int) -> SchoolFacts:
    """What the rules of plans ask about the school."""
    limit = SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()
    return SchoolFacts(
        name=school_name(school_id),
        offered=offered_codes(school_id, cycle.year),
        is_technician=kind_on(school_id, clock.today()) == "technician_school",
        is_qualified=limit.is_qualified if limit is not None else None,
    )
