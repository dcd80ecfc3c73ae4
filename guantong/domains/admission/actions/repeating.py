"""An appealed run computed again on the input kept with it: one candidate corrected, everybody affected named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from guantong.base.files.public import read_bytes
from guantong.domains.admission.actions.cycles import open_seed
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Appeal, Candidate, IntakePlan, Score
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.running import engine_cells
from guantong.domains.admission.rules.scoring import compose
from guantong.domains.admission.rules.verdicts import LABELS
from guantong.domains.admission.selectors.instances import EngineCell, RunInput, from_bytes
from guantong.domains.admission.selectors.places import show_places
from guantong.engines import matching
from guantong.engines.matching import affected
from guantong.engines.matching.building.cells import read_column
from guantong.engines.matching.model import NONE, Code, Column, Instance, Outcome


@dataclass(frozen=True, slots=True)
class Repeated:
    """A run repeated on its stored input with one candidate corrected."""

    given: RunInput
    instance: Instance
    before: Outcome
    after: Outcome
    position: int


def repeat(appeal: Appeal, corrected: Mapping[str, Mapping[str, Any]]) -> Repeated:
    """The appealed run twice: as it was, and with the candidate corrected."""
    run, candidate = appeal.run, appeal.candidate
    if run.inputs is None:
        raise errors.RUN_UNKNOWN.refuse()
    given = from_bytes(read_bytes(run.inputs), run.round)
    position = given.lots.index(candidate.lot)
    channel = given.channel
    facts = read_facts(channel, corrected.get("attributes", candidate.attributes))
    score = Score.objects.filter(candidate=candidate).first()
    papers = corrected.get("papers", score.papers if score is not None else {})
    cells = engine_cells(facts, compose(channel, facts, papers).keys)
    seed = open_seed(run.round.cycle) if given.batch.ties == "lottery" else None
    instance = given.instance(seed)
    other = replace(instance, columns={**instance.columns, **_changed(given, instance, position, cells)})
    return Repeated(given, instance, matching.allocate(instance), matching.allocate(other), position)


def _changed(given: RunInput, instance: Instance, position: int, cells: Mapping[str, EngineCell]) -> dict[str, Column]:
    """The columns in which the candidate's cell differs, read again; every other column stays as it is."""
    found: dict[str, Column] = {}
    for name, values in given.columns.items():
        if name in cells and cells[name] != values[position]:
            changed = [*values[:position], cells[name], *values[position + 1 :]]
            found[name] = read_column(changed, numbers_needed=instance.columns[name].of_numbers).column
    return found


def outcome_of(made: Repeated) -> dict[str, Any]:
    """The candidate's own result before and after."""

    def told(outcome: Outcome) -> dict[str, Any]:
        place = outcome.place[made.position]
        return {
            "place": made.instance.places[place].id if place != NONE else None,
            "ordinal": outcome.ordinal[made.position] or None,
            "reason": Code(outcome.reason[made.position]).label,
            "slice": _slice(made.instance, outcome.slice[made.position]),
        }

    return {"before": told(made.before), "after": told(made.after)}


def _slice(instance: Instance, number: int) -> str:
    if number == NONE:
        return ""
    return "ordinary" if number == 0 else instance.rules.quotas[number - 1].id


def affected_by(made: Repeated) -> list[dict[str, Any]]:
    """Everybody whose place would differ, with number, before and after in words; the candidate first."""
    changes = affected(made.before, made.after)
    ids = [made.given.candidates[c.candidate] for c in changes]
    numbers = {c.pk: c for c in Candidate.objects.filter(pk__in=ids).select_related("person")}
    plans = IntakePlan.objects.filter(pk__in=made.given.plans.values()).select_related("school", "programme", "cycle")
    titles = {place.id: place.title for place in show_places(plans)}
    found = []
    for change in changes:
        candidate = numbers[made.given.candidates[change.candidate]]
        found.append(
            {
                "number": candidate.number,
                "name": candidate.person.name,
                "is_self": change.candidate == made.position,
                "before": _title(made.instance, titles, change.before),
                "after": _title(made.instance, titles, change.after),
                "reason_before": LABELS[change.reason_before.label],
                "reason_after": LABELS[change.reason_after.label],
            }
        )
    return sorted(found, key=lambda one: (not one["is_self"], one["number"]))


def _title(instance: Instance, titles: Mapping[str, str], place: int) -> str:
    return titles.get(instance.places[place].id, "") if place != NONE else "没有录取"
