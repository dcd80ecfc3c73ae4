"""Files sent to a school: the round, the candidate, the marks, as its lists and its review show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from guantong.domains.admission.models import Cycle, Placement, Round
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.states import (
    PLACEMENT_STATES,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.places import PlaceShown, show_places
from guantong.domains.admission.selectors.published import list_rounds
from guantong.domains.admission.selectors.visitor_cycles import RoundShown, show_round

PLACEMENT_TONES = {
    "dispatched": "warn",
    "admitted": "info",
    "confirmed": "good",
    "registered": "good",
    "sent_back": "bad",
    "declined": "neutral",
    "withdrawn": "neutral",
}


def rounds_with_files(cycle: Cycle, school_id: int) -> list[RoundShown]:
    """Rounds in which files came to the school, newest first."""
    ids = set(
        Placement.objects.filter(cycle=cycle, plan__school_id=school_id).order_by().values_list("round_id", flat=True)
    )
    return [show_round(one) for one in reversed(list_rounds(cycle)) if one.pk in ids]


def find_round_of_school(cycle: Cycle, school_id: int, public_id: str) -> Round | None:
    """The asked round, else the newest with files of the school."""
    shown = rounds_with_files(cycle, school_id)
    chosen = next((one for one in shown if one.round.public_id == public_id), shown[0] if shown else None)
    return chosen.round if chosen is not None else None


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file at the school: candidate, place, choice, score, state; facts and papers in words."""

    placement: Placement
    place: PlaceShown
    slice_title: str
    state_label: str
    tone: str
    total: str
    rank: int | None


def show_files(placements: Iterable[Placement]) -> list[FileShown]:
    """Placements as the school's lists show them."""
    rows = list(placements)
    places = {place.plan_id: place for place in show_places({row.plan_id: row.plan for row in rows}.values())}
    found = []
    for row in rows:
        quotas = {quota.id: quota.title for quota in channel_of(row.cycle).quotas}
        score = getattr(row.candidate, "score", None)
        found.append(
            FileShown(
                placement=row,
                place=places[row.plan_id],
                slice_title="" if row.slice in {"", "ordinary"} else quotas.get(row.slice, row.slice),
                state_label=PLACEMENT_STATES.labels[row.state],
                tone=PLACEMENT_TONES[row.state],
                total=show_total(score.total_thousandths) if score is not None else "",
                rank=score.rank if score is not None else None,
            )
        )
    return found


def show_total(thousandths: int | None) -> str:
    """A total as people read it, without needless zeros."""
    if thousandths is None:
        return ""
    text = format(Decimal(thousandths).scaleb(-3), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def candidate_facts(placement: Placement) -> list[tuple[str, str]]:
    """The candidate's registered facts with the titles of the declaration."""
    channel = channel_of(placement.cycle)
    facts = read_facts(channel, placement.candidate.attributes)
    found: list[tuple[str, str]] = []
    for attribute in channel.attributes:
        value = facts.get(attribute.id)
        if value is not None:
            found.append((attribute.title, ("是" if value else "否") if isinstance(value, bool) else str(value)))
    return found


def candidate_marks(placement: Placement) -> tuple[list[tuple[str, str]], list[dict[str, str]]]:
    """(papers with marks, how the total was made: what applied, with its clause)."""
    score = getattr(placement.candidate, "score", None)
    if score is None:
        return [], []
    papers = [(p.title, score.papers[p.id]) for p in channel_of(placement.cycle).papers if p.id in score.papers]
    return papers, list(score.applied)
