"""Reviewers who leave a case, and who takes their place: the next of the same order."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.notices.public import send
from guantong.kernel import clock
from guantong.kernel.refusal import Where
from guantong.procedure.cases import library
from guantong.procedure.cases.models import Case

from .. import errors
from ..drawing import next_after
from ..models import Panel, PanelCase, PanelSeat, PoolMember
from ..recusals import grounds
from ..specs import spec_of
from .drawing import invite
from .events import find_panel, lock_cases, lock_panels, require_organiser, write_event

GROUNDS = {"interest": "本人提出回避", "busy": "本人不能按时评审", "replaced": "由组织评审的单位更换"}


def withdraw_from_seat(*, actor: Actor, seat: str, ground: str, reason: str) -> PanelSeat:
    """A reviewer leaves a case, for an interest or another reason; the next of the order is invited.

    Leaving is possible even when nobody is left to follow; the seat then stands empty and the organiser is told.
    Refuses: PAN-210 not theirs, PAN-212 closed, PAN-213 left already, PAN-111 no reason.
    """
    with transaction.atomic():
        row = _seat(seat)
        if actor.user_id is None or row.member.user_id != actor.user_id or actor.only is not None:
            raise errors.NOT_YOUR_SEAT.refuse()
        case, panel, row = _locked(row)
        kind = ground if ground in ("interest", "busy") else "busy"
        _leave(actor, case, panel, row, kind, reason, clock.now())
    return row


def replace_reviewer(*, actor: Actor, seat: str, reason: str) -> PanelSeat:
    """The organiser replaces a reviewer who does not answer or may not stay. Refuses as :func:`withdraw_from_seat`, and
    with PAN-206 when nobody is left to follow."""
    with transaction.atomic():
        case, panel, row = _locked(_seat(seat))
        require_organiser(actor, case, panel)
        follower = _leave(actor, case, panel, row, "replaced", reason, clock.now())
        if follower is None:
            raise errors.NONE_LEFT.refuse()
    return follower


def _seat(public_id: str) -> PanelSeat:
    row = PanelSeat.objects.select_related("entry", "member").filter(public_id=public_id).first()
    if row is None:
        raise errors.NOT_YOUR_SEAT.refuse()
    return row


def _locked(row: PanelSeat) -> tuple[Case, Panel, PanelSeat]:
    case = lock_cases([row.entry.case_id])[row.entry.case_id]
    (panel,) = lock_panels([row.entry.panel_id])
    seats = PanelSeat.objects.select_for_update(of=("self",)).select_related("entry", "member")
    return case, panel, seats.get(pk=row.pk)


def _leave(
    actor: Actor, case: Case, panel: Panel, row: PanelSeat, ground: str, reason: str, now: datetime
) -> PanelSeat | None:
    if row.entry.state != "drawn":
        raise errors.PANEL_CLOSED.refuse()
    if row.state == "withdrawn":
        raise errors.SEAT_LEFT.refuse()
    if not reason.strip():
        own = ground != "replaced"
        where = Where(column="leave-reason" if own else f"panels.replace-reason-{row.public_id}", title="理由")
        raise errors.REASON_NEEDED.refuse(where=where, what="退出评审" if own else "更换专家")
    row.state, row.withdrawn_at, row.ground = "withdrawn", now, ground
    row.save(update_fields=["state", "withdrawn_at", "ground"])
    follower = _follow(case, panel, row.entry)
    details = {"case": case.public_id, "member": row.member.public_id, "ground": ground}
    details["follower"] = follower.member.public_id if follower is not None else ""
    write_event(panel, actor, now, "replace" if follower is not None else "vacant", details, reason.strip()[:500])
    if follower is None and panel.body_id is not None:
        definition = library.definition_of(case)
        step = definition.steps[panel.step]
        text = f"“{step.title}”第{row.entry.label}号申报有专家退出，次序里已没有可以接替的，请补充专家库后重新抽取。"
        send(text=text, link="", to_role=(step.role, panel.body_id))
    return follower


def _follow(case: Case, panel: Panel, entry: PanelCase) -> PanelSeat | None:
    """Invite the next of the case's own order who has had no seat and is not recused today."""
    definition = library.definition_of(case)
    step = definition.steps[panel.step]
    spec = spec_of(step)
    seats = {s.member.public_id for s in PanelSeat.objects.select_related("member").filter(entry=entry)}
    rest = list(PoolMember.objects.filter(public_id__in=[m for m in entry.order if m not in seats]))
    recused = grounds(case, definition, spec, rest) if spec is not None else {}
    chosen, skipped = next_after(entry.order, seats, recused)
    passed_over = [m for m in skipped if m not in entry.skipped]
    if passed_over:
        entry.skipped = [*entry.skipped, *passed_over]
        entry.recused = {**entry.recused, **{m: recused[m] for m in passed_over}}
        entry.save(update_fields=["skipped", "recused"])
    if chosen is None:
        return None
    member = next(m for m in rest if m.public_id == chosen)
    return invite(entry, member, len(seats) + 1, panel, step.title)


def remind_reviewers(*, actor: Actor, panel: str) -> int:
    """Remind every reviewer who has not handed in; returns how many. Refuses as the machine, PAN-207 not drawn."""
    with transaction.atomic():
        found = find_panel(panel)
        seats = list(
            PanelSeat.objects.select_related("entry", "member")
            .filter(entry__panel=found, entry__state="drawn", state="invited")
            .order_by("id")
        )
        cases = lock_cases(sorted({seat.entry.case_id for seat in seats}))
        (locked,) = lock_panels([found.pk])
        if locked.state != "drawn":
            raise errors.NOT_DRAWN.refuse()
        for case in cases.values():
            require_organiser(actor, case, locked)
        for seat in seats:
            text = f"第{seat.entry.label}号申报的评分还没有提交，请尽快评分；不能评的，请退出，以便另请专家。"
            send(text=text, link=f"/reviews/{seat.public_id}/", to_user=seat.member.user_id)
        write_event(locked, actor, clock.now(), "remind", {"count": len(seats)})
    return len(seats)
