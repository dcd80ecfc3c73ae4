"""The sheets that count."""

from __future__ import annotations

from decimal import Decimal

from ..models import PanelCase, PanelSeat, Score, ScoreSheet


def last_sheet(seat: PanelSeat) -> ScoreSheet | None:
    """The last sheet of a seat, or None."""
    return ScoreSheet.objects.filter(seat=seat).order_by("-number").first()


def latest_sheets(entry: PanelCase) -> dict[str, dict[str, Decimal]]:
    """Reviewer (public id) → criterion → points: of every reviewer who stayed, the last sheet handed in."""
    found: dict[str, dict[str, Decimal]] = {}
    for seat in PanelSeat.objects.select_related("member").filter(entry=entry, state="scored").order_by("position"):
        sheet = last_sheet(seat)
        if sheet is not None:
            rows = Score.objects.filter(sheet=sheet).values_list("criterion", "points")
            found[seat.member.public_id] = dict(rows)
    return found
