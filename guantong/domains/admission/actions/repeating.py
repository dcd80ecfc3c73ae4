"""An appealed run computed again on what was kept with it: one candidate corrected, everybody affected named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.record import record
from guantong.base.files.public import store_file
from guantong.domains.admission.actions.cycles import open_seed
from guantong.domains.admission.models import Appeal, Candidate, IntakePlan, Run, Score
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.running import engine_cells
from guantong.domains.admission.rules.scoring import compose
from guantong.domains.admission.rules.verdicts import LABELS
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.kept_runs import KeptRun, kept_run, packed_name
from guantong.domains.admission.selectors.places import show_places
from guantong.engines import matching
from guantong.engines.matching import affected
from guantong.engines.matching.model import NONE, Code, Instance, Outcome
from guantong.engines.matching.packing import pack
from guantong.engines.matching.varying import with_cells

_AT_ONCE = 500
"""Most rows asked for by name in one query."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A run as it was, and again with one candidate (a position) corrected. ``before`` is without reasons."""

    instance: Instance
    before: Outcome
    after: Outcome
    position: int


def repeat(appeal: Appeal, corrected: Mapping[str, Mapping[str, Any]]) -> Repeated:
    """The appealed run as it was, and with the candidate corrected. Refuses as :func:`read_kept`."""
    run, candidate = appeal.run, appeal.candidate
    kept = read_kept(run)
    position = kept.instance.candidates.index(candidate.lot)
    channel = channel_of(run.round.cycle)
    facts = read_facts(channel, corrected.get("attributes", candidate.attributes))
    score = Score.objects.filter(candidate=candidate).first()
    papers = corrected.get("papers", score.papers if score is not None else {})
    cells = engine_cells(facts, compose(channel, facts, papers).keys)
    after = matching.allocate(with_cells(kept.instance, position, cells))
    return Repeated(kept.instance, kept.outcome, after, position)


def read_kept(run: Run) -> KeptRun:
    """What a sealed run read and gave. One without a packed form gets it now, so that the next time is quick.

    Refuses ADM-005, ADM-115, FIL-008 (``selectors.kept_runs``) and what opening the seed refuses.
    """
    ties = channel_of(run.round.cycle).batch(run.round.batch).ties
    kept = kept_run(run, open_seed(run.round.cycle) if ties == "lottery" else None)
    if not kept.is_packed:
        _pack_again(run, kept)
    return kept


def _pack_again(run: Run, kept: KeptRun) -> None:
    """Pack a run that has no usable packed form, if this program still makes of it what was sealed."""
    from guantong.engines.matching.sealing.arrays import digest_of_run  # numpy is loaded when a run is sealed

    if digest_of_run(kept.instance, kept.outcome) != run.manifest.get("arrays"):
        return
    cycle = run.round.cycle
    with transaction.atomic():
        run.packed = store_file(SYSTEM, packed_name(run), pack(kept.instance, kept.outcome), "bundle")
        run.save(update_fields=["packed"])
        record(
            actor=SYSTEM,
            action="pack_run",
            subject=("admission.run", run.public_id),
            region=cycle.region,
            law_version=cycle.law_version,
            facts={"packed": run.packed.sha256, "arrays": run.manifest["arrays"]},
        )


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


def affected_by(made: Repeated, cycle_id: int) -> list[dict[str, Any]]:
    """Everybody whose place would differ, with number, before and after in words; the candidate first."""
    changes = affected(made.before, made.after)
    people = _people(cycle_id, [made.instance.candidates[change.candidate] for change in changes])
    titles = _titles(made.instance, {place for change in changes for place in (change.before, change.after)})
    found = []
    for change in changes:
        candidate = people[made.instance.candidates[change.candidate]]
        found.append(
            {
                "number": candidate.number,
                "name": candidate.person.name,
                "is_self": change.candidate == made.position,
                "before": titles[change.before],
                "after": titles[change.after],
                "reason_before": LABELS[change.reason_before.label],
                "reason_after": LABELS[change.reason_after.label],
            }
        )
    return sorted(found, key=lambda one: (not one["is_self"], one["number"]))


def _people(cycle_id: int, lots: list[str]) -> dict[str, Candidate]:
    """Candidates by their number of the year."""
    found: dict[str, Candidate] = {}
    for start in range(0, len(lots), _AT_ONCE):
        rows = Candidate.objects.filter(cycle_id=cycle_id, lot__in=lots[start : start + _AT_ONCE])
        found.update((row.lot, row) for row in rows.select_related("person"))
    return found


def _titles(instance: Instance, places: Iterable[int]) -> dict[int, str]:
    """What people call these places; for none, that nobody took the person."""
    ids = {instance.places[place].id: place for place in places if place != NONE}
    wanted, found = sorted(ids), {NONE: "没有录取", **dict.fromkeys(ids.values(), "")}
    for start in range(0, len(wanted), _AT_ONCE):
        plans = IntakePlan.objects.filter(public_id__in=wanted[start : start + _AT_ONCE])
        shown = show_places(plans.select_related("school", "programme").prefetch_related("cycle"))
        found.update((ids[place.id], place.title) for place in shown)
    return found
