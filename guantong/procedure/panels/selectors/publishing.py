"""What everybody may read of panels: commitments, seeds, and the file that repeats draw, means and ranking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem
from guantong.procedure.cases.models import Case

from .. import errors
from ..models import Closing, Panel, PanelCase, PanelEvent, PanelSeat
from ..published import FORMAT
from ..records import event_content, find_panel, group_of
from .sheets import latest_sheets


@dataclass(frozen=True, slots=True)
class CommitmentShown:
    """One seed: its digest, and the seed itself once drawn."""

    panel: str
    procedure: str
    step: str
    round: str
    number: int
    commitment: str
    committed_at: datetime
    seed: str
    drawn_at: datetime | None


def list_commitments(procedure: str, region: str) -> list[CommitmentShown]:
    """Every seed of a procedure's panels in a region, the latest first."""
    rows = Panel.objects.select_related("round").filter(procedure=procedure, region=region)
    return [
        CommitmentShown(
            p.public_id,
            p.procedure,
            p.step,
            p.round.title if p.round is not None else "",
            p.number,
            p.commitment,
            p.committed_at,
            p.seed,
            p.drawn_at,
        )
        for p in rows.order_by("-committed_at", "-id")
    ]


def published(public_id: str) -> dict[str, Any]:
    """The file of a panel and of those that belong with it, as plain values; PAN-201 unknown, PAN-207 not drawn yet.

    Reviewers, cases and bodies stand under their public numbers; why somebody was passed over is not told. Scores stand
    in it only of cases that have a result.
    """
    panel = find_panel(public_id)
    group = list(Panel.objects.select_related("round").filter(pk__in=group_of(panel)).order_by("number"))
    drawn = [p for p in group if p.state != "committed"]
    if not drawn:
        raise errors.NOT_DRAWN.refuse()
    closings = Closing.objects.filter(first=group[0]).order_by("number")
    return {
        "format": FORMAT,
        "panel": group[0].public_id,
        "procedure": panel.procedure,
        "step": panel.step,
        "region": panel.region,
        "round": panel.round.key if panel.round is not None else None,
        "rules": drawn[0].rules,
        "draws": [_draw(p) for p in drawn],
        "closings": [
            {"number": c.number, "at": c.at.isoformat(), "rule": c.rule, "reason": c.reason} for c in closings
        ],
    }


def _draw(panel: Panel) -> dict[str, Any]:
    entries = PanelCase.objects.select_related("case", "closing").filter(panel=panel).exclude(order=[])
    return {
        "number": panel.number,
        "commitment": panel.commitment,
        "committed_at": panel.committed_at.isoformat(),
        "seed": panel.seed,
        "drawn_at": panel.drawn_at.isoformat() if panel.drawn_at is not None else None,
        "roster": panel.roster,
        "cases": [_case(entry) for entry in entries.order_by("label")],
    }


def _case(entry: PanelCase) -> dict[str, Any]:
    seats = list(PanelSeat.objects.select_related("member").filter(entry=entry).order_by("position"))
    left = [s.member.public_id for s in seats if s.state == "withdrawn"]
    stayed = len(seats) - len(left)
    unreplaced = max(0, int(entry.panel.rules["experts"]) - stayed)
    result = None
    if entry.closing is not None:
        result = {
            "closing": entry.closing.number,
            "mean": entry.mean,
            "rank": entry.rank,
            "place": entry.place,
            "passed": entry.is_passed,
        }
    sheets = latest_sheets(entry) if result is not None else {}
    return {
        "case": entry.case.public_id,
        "number": entry.label,
        "body": entry.body,
        "handed_in": entry.handed_in_at.isoformat() if entry.handed_in_at is not None else None,
        "seats": [s.member.public_id for s in seats],
        "skipped": entry.skipped,
        "left": left,
        "unreplaced": left[len(left) - unreplaced :] if unreplaced else [],
        "sheets": {m: {c: format(p.normalize(), "f") for c, p in sheet.items()} for m, sheet in sheets.items()},
        "result": result,
    }


def verify_events(panel: Panel) -> list[Problem]:
    """PAN-307 where the chained record of a panel does not fit."""
    previous, count = "", 0
    for event in PanelEvent.objects.filter(panel=panel).order_by("sequence"):
        count += 1
        if event.sequence != count or event.digest != digest_of(event_content(event, panel.public_id, previous)):
            return [errors.EVENTS_BROKEN.problem(panel=panel.public_id, sequence=count)]
        previous = event.digest
    if (count, previous) != (panel.sequence, panel.head_digest):
        return [errors.EVENTS_BROKEN.problem(panel=panel.public_id, sequence=count)]
    return []


def check_results(case: Case, lines: list[Any]) -> list[Problem]:
    """PAN-308 where the results written in the log of a case are not those of its panels."""
    told = [
        (str(line.details["panel"]), str(line.details["mean"]), bool(line.details["passed"]))
        for line in lines
        if line.action == "part_move" and line.details.get("part") == "panels"
    ]
    rows = (
        PanelCase.objects.select_related("panel").filter(case_id=case.pk, state="decided").order_by("decided_at", "id")
    )
    kept = [(e.panel.public_id, e.mean, bool(e.is_passed)) for e in rows]
    return [] if told == kept else [errors.RESULT_DIFFERS.problem(public_id=case.public_id)]
