"""What a candidate sees of the own result: the place, the state of it, every choice with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guantong.domains.admission.models import Candidate, Placement, Round, Run, RunResult
from guantong.domains.admission.rules.running import Rationale, rationales
from guantong.domains.admission.rules.states import PLACEMENT_STATES, PUBLISHED
from guantong.domains.admission.rules.verdicts import LABELS, ChoiceVerdict, sentence_of
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import place_facts
from guantong.domains.admission.selectors.places import approved_plans, show_places, units_of
from guantong.domains.admission.selectors.qualification import closures


@dataclass(frozen=True, slots=True)
class ResultShown:
    """A published result: None for ``placement`` without a place; choices in the order of the list."""

    round: Round
    run: Run
    reason: str
    reason_label: str
    ordinal: int | None
    place_title: str
    slice_title: str
    placement: Placement | None
    state_label: str
    choices: tuple[ChoiceVerdict, ...]
    pseudonym: str
    root: str


def find_result(candidate: Candidate, round_: Round) -> ResultShown | None:
    """The candidate's result of a round once it is published, else None: of mock runs nothing is ever shown."""
    run = Run.objects.filter(round=round_, purpose="real", state=PUBLISHED).select_related("round__cycle").first()
    if run is None:
        return None
    row = (
        RunResult.objects.filter(run=run, candidate=candidate)
        .select_related("plan__school", "plan__programme", "plan__cycle")
        .first()
    )
    if row is None:
        return None
    placement = (
        Placement.objects.filter(candidate=candidate, round=round_).select_related("plan").order_by("-pk").first()
    )
    held = placement.plan if placement is not None else row.plan
    return ResultShown(
        round=round_,
        run=run,
        reason=row.reason,
        reason_label=LABELS.get(row.reason, row.reason),
        ordinal=row.ordinal,
        place_title=show_places([held])[0].title if held is not None else "",
        slice_title=_slice_title(run, row.slice),
        placement=placement,
        state_label=PLACEMENT_STATES.labels[placement.state] if placement is not None else "",
        choices=verdicts_of(run, row),
        pseudonym=str(row.row.get("candidate", "")),
        root=run.root,
    )


def verdicts_of(run: Run, row: RunResult) -> tuple[ChoiceVerdict, ...]:
    """Each choice of a result with its reason in a sentence and the clause behind it."""
    cycle = run.round.cycle
    channel = channel_of(cycle)
    batch = channel.batch(run.round.batch)
    plans = list(approved_plans(cycle, run.round.batch))
    closed = closures(cycle, with_ended=True)
    places = [place_facts(channel, plan, closed=closed) for plan in plans]
    reasons = rationales(channel, batch, places, run.round.number)
    units = units_of(show_places(plans), batch.unit)
    titles, in_steps = {key: unit.title for key, unit in units.items()}, run.rules.get("mechanism") == "sequential"
    return tuple(_verdict(choice, reasons, titles, in_steps) for choice in row.row["choices"])


def _verdict(choice: list[Any], reasons: dict[str, Rationale], titles: dict[str, str], in_steps: bool) -> ChoiceVerdict:
    ordinal, unit, code, key, distance = (*choice, None, None)[:5]
    sentence, basis = sentence_of(code, key or "", distance or "", reasons, int(ordinal) if in_steps else None)
    return ChoiceVerdict(
        ordinal=int(ordinal),
        unit=str(unit),
        title=titles.get(str(unit), str(unit)),
        code=str(code),
        key=str(key or ""),
        distance=str(distance or ""),
        sentence=sentence,
        basis=basis,
    )


def _slice_title(run: Run, name: str) -> str:
    if name in {"", "ordinary"}:
        return ""
    channel = channel_of(run.round.cycle)
    return next((quota.title for quota in channel.quotas if quota.id == name), name)
