"""What reviewers and organisers post, read into values. Controls: ``score.<criterion>``, ``comment.<criterion>``,
``comment``, ``reason``, ``revision``, ``what``."""

from __future__ import annotations

from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.procedure.cases import errors as case_errors

from . import errors
from .actions.replacing import withdraw_from_seat
from .actions.scoring import hand_in_sheet, save_sheet
from .models import PanelSeat
from .specs import criteria_of


def take_review(*, actor: Actor, seat: str, post: Any) -> str:
    """Do what ``panels/_score_sheet.html`` or ``panels/_leave.html`` sent (``what``: save, hand_in, leave); returns a
    sentence for the page. Refuses as the actions do."""
    what = str(post.get("what") or "")
    if what == "leave":
        ground = str(post.get("ground") or "")
        withdraw_from_seat(actor=actor, seat=seat, ground=ground, reason=str(post.get("leave-reason") or ""))
        return "您已退出这一件的评审。"
    revision = str(post.get("revision") or "")
    if not revision.isascii() or not revision.isdigit() or len(revision) > 9:
        raise case_errors.FORM_INCOMPLETE.refuse()
    row = PanelSeat.objects.select_related("entry__panel", "member").filter(public_id=seat).first()
    if row is None or actor.user_id is None or row.member.user_id != actor.user_id:
        raise errors.NOT_YOUR_SEAT.refuse()
    criteria = [c.id for c in criteria_of(row.entry.panel.rules)]
    given: dict[str, Any] = {
        "actor": actor,
        "seat": seat,
        "revision": int(revision),
        "points": {c: str(post.get(f"score.{c}") or "") for c in criteria},
        "comments": {c: str(post.get(f"comment.{c}") or "") for c in criteria},
        "comment": str(post.get("comment") or ""),
    }
    if what == "hand_in":
        hand_in_sheet(**given, reason=str(post.get("reason") or ""))
        return "评分已经提交。"
    save_sheet(**given)
    return "评分已经保存，还没有提交。"
