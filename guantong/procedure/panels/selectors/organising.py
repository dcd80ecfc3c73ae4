"""What the organiser of a panel sees: seats and who has handed in; points only when the results are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from guantong.base.orgs.public import names_on
from guantong.kernel import clock
from guantong.procedure.cases.models import Case

from ..models import Panel, PanelCase, PanelSeat
from ..scoring import shown
from ..spec import RECUSAL_WORDS
from ..wording import result_sentence


@dataclass(frozen=True, slots=True)
class SeatShown:
    """One reviewer of a case, for the organiser."""

    seat: str
    name: str
    organisation: str
    state: str
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One case of a panel, for the organiser."""

    case: Case
    label: int
    state: str
    seats: tuple[SeatShown, ...]
    skipped: tuple[tuple[str, int], ...]
    """(ground in words, how many were passed over on it); who, is not told on the page."""
    handed_in: int
    sentence: str
    """The result; empty before."""


@dataclass(frozen=True, slots=True)
class PanelShown:
    """One panel, for the organiser."""

    public_id: str
    number: int
    state: str
    commitment: str
    committed_at: datetime
    seed: str
    drawn_at: datetime | None
    entries: tuple[EntryShown, ...]
    waiting: int
    missing: int
    """Sheets not handed in yet."""
    rules: Mapping[str, Any]


def panels_of(case: Case) -> list[Panel]:
    """The panels a case is or was in, the latest first."""
    return list(Panel.objects.select_related("round").filter(cases__case_id=case.pk).order_by("-id").distinct())


_WORDS = {"invited": ("没有提交", "warn"), "scored": ("已提交", "good"), "withdrawn": ("已退出", "neutral")}


def panel_shown(panel: Panel) -> PanelShown:
    """A panel for its organiser; the caller has checked that they are."""
    entries = list(PanelCase.objects.select_related("case", "closing").filter(panel=panel).order_by("label", "id"))
    seats: dict[int, list[PanelSeat]] = {e.pk: [] for e in entries}
    for seat in PanelSeat.objects.select_related("member__user").filter(entry__panel=panel).order_by("position"):
        seats[seat.entry_id].append(seat)
    names = names_on({s.member.organisation_id for own in seats.values() for s in own}, clock.today())
    found = [_entry(entry, seats[entry.pk], names) for entry in entries]
    return PanelShown(
        public_id=panel.public_id,
        number=panel.number,
        state=panel.state,
        commitment=panel.commitment,
        committed_at=panel.committed_at,
        seed=panel.seed,
        drawn_at=panel.drawn_at,
        entries=tuple(found),
        waiting=sum(e.state == "waiting" for e in found),
        missing=sum(s.state == "invited" for e in found for s in e.seats if e.state == "drawn"),
        rules=panel.rules,
    )


def _entry(entry: PanelCase, seats: list[PanelSeat], names: Mapping[int, str]) -> EntryShown:
    grounds: dict[str, int] = {}
    for member in entry.skipped:
        words = RECUSAL_WORDS[entry.recused[member]]
        grounds[words] = grounds.get(words, 0) + 1
    sentence = ""
    if entry.closing is not None:
        is_ranked = entry.closing.rule["places"] is not None or entry.closing.rule["places_of"] is not None
        sentence = result_sentence(
            mean=entry.mean,
            rank=entry.rank if is_ranked else None,
            of=entry.of if is_ranked else None,
            line=entry.line,
            why=entry.why,
            by_body=entry.closing.rule["places_of"] is not None,
        )
    return EntryShown(
        case=entry.case,
        label=entry.label,
        state=entry.state,
        seats=tuple(
            SeatShown(
                s.public_id,
                s.member.user.display_name,
                names.get(s.member.organisation_id, ""),
                s.state,
                *_WORDS[s.state],
            )
            for s in seats
        ),
        skipped=tuple(sorted(grounds.items())),
        handed_in=sum(s.state == "scored" for s in seats),
        sentence=sentence,
    )


def mean_shown(entry: PanelCase) -> str:
    """The mean for people."""
    return shown(Fraction(entry.mean)) if entry.mean else ""
