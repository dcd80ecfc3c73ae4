"""What a candidate is told while choosing: eligibility at every place, warnings of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, IntakePlan, Round, Score
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.rules.eligibility import Reason, why_not_eligible
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import facts_of, keys_of, place_facts
from guantong.domains.admission.selectors.places import PlaceShown, UnitShown, find_units
from guantong.domains.admission.selectors.qualification import closures
from guantong.kernel.refusal import Problem, Where


def find_score(candidate: Candidate) -> Score | None:
    """The candidate's score, if it was entered."""
    return Score.objects.filter(candidate=candidate).first()


def eligibility(candidate: Candidate, round_: Round, places: Sequence[PlaceShown]) -> dict[str, tuple[Reason, ...]]:
    """Place id → what stands against the candidate there now; empty: nothing known does. Before scores are entered only
    conditions over facts are told."""
    channel = channel_of(round_.cycle)
    batch = channel.batch(round_.batch)
    plans = IntakePlan.objects.select_related("school", "programme").in_bulk([p.plan_id for p in places])
    facts = facts_of(channel, candidate)
    score = find_score(candidate)
    keys = keys_of(score) if score is not None else None
    closed = closures(round_.cycle)
    as_rules = {place.id: place_facts(channel, plans[place.plan_id], closed=closed) for place in places}
    return {key: why_not_eligible(channel, batch, one, facts, keys, round_.number) for key, one in as_rules.items()}


def warnings_of(candidate: Candidate, round_: Round, entries: Sequence[ChoiceEntry]) -> list[Problem]:
    """Conditions and lines not met at the choices of a list, each with its reason and clause (ADM-083).

    A choice with wished programmes is told of each that is closed to the candidate; a choice of any programme only when
    all of them are.
    """
    units = find_units(round_, (e.unit for e in entries))
    places = [place for unit in units.values() for place in unit.places]
    closed = eligibility(candidate, round_, places)
    problems: list[Problem] = []
    for ordinal, entry in enumerate(entries, start=1):
        unit = units.get(entry.unit)
        if unit is not None:
            problems.extend(_warn(ordinal, entry, unit, closed))
    return problems


def _warn(ordinal: int, entry: ChoiceEntry, unit: UnitShown, closed: Mapping[str, Sequence[Reason]]) -> list[Problem]:
    where = Where(column=f"entries.{ordinal}", title=f"第 {ordinal} 志愿")

    def problem(title: str, many: Sequence[Reason]) -> Problem:
        ground = many[0].ground
        why = "".join(dict.fromkeys(reason.sentence for reason in many))
        basis = ground.citation if ground is not None else None
        return errors.CONDITION_NOT_MET.problem(ordinal=ordinal, unit=title, why=why, basis=basis, where=where)

    if not entry.programmes:
        if all(closed[place.id] for place in unit.places):
            return [problem(unit.title, closed[unit.places[0].id])]
        return []
    found: list[Problem] = []
    for code in entry.programmes:
        wished = [place for place in unit.places if place.programme_code == code]
        if wished and all(closed[place.id] for place in wished):
            found.append(problem(wished[0].title, closed[wished[0].id]))
    return found
