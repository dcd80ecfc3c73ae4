"""A reviewer's sheet: saved as a draft, handed in, corrected with a reason until the results are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Refusal, Where
from guantong.procedure.cases.periods import chinese_moment

from .. import errors
from ..models import Panel, PanelCase, PanelSeat, Score, ScoreSheet
from ..recusals import refuse_recused
from ..sheets_read import clean_sheet
from ..specs import criteria_of


def save_sheet(
    *,
    actor: Actor,
    seat: str,
    revision: int,
    points: Mapping[str, Any],
    comments: Mapping[str, str] | None = None,
    comment: str = "",
) -> PanelSeat:
    """Keep what a reviewer has filled in so far; nobody else sees it and nothing counts yet.

    ``points`` are texts or decimals by criterion, blanks allowed. ``revision`` is the one the page showed: saving on an
    older one is refused (PAN-214). Refuses further PAN-210 … PAN-213, PAN-216 a number that cannot be, PAN-217.
    """
    with transaction.atomic():
        row, panel, now = _mine(actor, seat)
        draft = _draft(points, comments or {}, comment)
        _refuse_moved(row, revision, draft)
        _, problems = clean_sheet(criteria_of(panel.rules), panel.rules["places"], draft, is_whole=False)
        if problems:
            raise Refusal(problems)
        _keep(row, draft, now)
    return row


def hand_in_sheet(
    *,
    actor: Actor,
    seat: str,
    revision: int,
    points: Mapping[str, Any],
    comments: Mapping[str, str] | None = None,
    comment: str = "",
    reason: str = "",
) -> ScoreSheet:
    """Hand in a whole sheet. A second one replaces the first, with a ``reason``; both stay. The same again changes
    nothing.

    Refuses: PAN-210 not theirs, PAN-211 recused (looked up again now), PAN-212 closed, PAN-213 left, PAN-214 saved
    meanwhile, PAN-215 … PAN-219 what is missing or cannot be, PAN-220 a change without reason.
    """
    with transaction.atomic():
        row, panel, now = _mine(actor, seat)
        draft = _draft(points, comments or {}, comment)
        last = row.sheets.order_by("-number").first()
        if (
            last is not None
            and row.state == "scored"
            and row.draft == draft
            and revision in (row.revision, row.revision - 1)
        ):
            return last
        _refuse_moved(row, revision, draft)
        cleaned, problems = clean_sheet(criteria_of(panel.rules), panel.rules["places"], draft, is_whole=True)
        if last is not None and not reason.strip():
            problems.append(errors.CHANGE_REASON.problem(where=Where(column="reason", title="修改的理由")))
        if problems:
            raise Refusal(problems)
        _keep(row, draft, now)
        row.state = "scored"
        row.save(update_fields=["state"])
        number = last.number + 1 if last is not None else 1
        said = {c: str(p) for c, p in cleaned.items()}
        sheet = ScoreSheet.objects.create(
            seat=row,
            number=number,
            at=now,
            actor_user_id=actor.user_id,
            comment=draft["comment"],
            reason=reason.strip()[:500] if last is not None else "",
            total=sum(cleaned.values(), Decimal(0)),
            digest=digest_of([row.public_id, number, now, said, draft["comments"], draft["comment"]]),
        )
        Score.objects.bulk_create(
            Score(sheet=sheet, criterion=c, points=p, comment=draft["comments"].get(c, "")) for c, p in cleaned.items()
        )
        record(
            actor=actor,
            action="hand_in_score",
            subject=("panels.seat", row.public_id),
            region=panel.region,
            reason=sheet.reason,
            facts={"panel": panel.public_id, "number": number, "digest": sheet.digest},
        )
    return sheet


def _draft(points: Mapping[str, Any], comments: Mapping[str, str], comment: str) -> dict[str, Any]:
    return {
        "points": {str(c): str(p).strip() for c, p in points.items() if p is not None and str(p).strip()},
        "comments": {str(c): str(t).strip() for c, t in comments.items() if str(t).strip()},
        "comment": comment.strip(),
    }


def _refuse_moved(row: PanelSeat, revision: int, draft: Mapping[str, Any]) -> None:
    """Refuse what was filled in on an older page, unless it is the very same."""
    if revision != row.revision and row.draft != draft:
        at = chinese_moment(row.saved_at) if row.saved_at is not None else "刚才"
        raise errors.SHEET_MOVED.refuse(at=at)


def _keep(row: PanelSeat, draft: dict[str, Any], now: datetime) -> None:
    row.draft, row.saved_at, row.revision = draft, now, row.revision + 1
    row.save(update_fields=["draft", "saved_at", "revision"])


def _mine(actor: Actor, seat: str) -> tuple[PanelSeat, Panel, datetime]:
    """The reviewer's own seat, locked, while it may be scored. The panel is read after the lock."""
    if actor.user_id is None or actor.only is not None:
        raise errors.NOT_YOUR_SEAT.refuse()
    rows = PanelSeat.objects.select_for_update(of=("self",)).select_related("member")
    row = rows.filter(public_id=seat, member__user_id=actor.user_id).first()
    if row is None:
        raise errors.NOT_YOUR_SEAT.refuse()
    entry = PanelCase.objects.select_related("panel", "case").get(pk=row.entry_id)
    if row.state == "withdrawn":
        raise errors.SEAT_LEFT.refuse()
    if entry.state != "drawn":
        raise errors.PANEL_CLOSED.refuse()
    refuse_recused(entry.case, entry.panel, row)
    return row, entry.panel, clock.now()
