"""Objecting to a notice, adding to it, taking it back: by anybody, by name or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import VISITOR
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id
from guantong.procedure.cases import library, periods
from guantong.procedure.cases.actions import note_part
from guantong.procedure.cases.mandate import body_of
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.periods import chinese_day

from .. import errors
from ..models import Objection, PublicNotice, Sender
from ..reading import NAME, Publicity
from ..rules import OPEN, RECEIVED, STATE_WORDS, TAKEN_BACK
from ..sealing import sealed_for
from .attaching import Attachment, attach
from .letters import SENDER, Letter, count_submission, new_sender, problems_in, require_text, write_line
from .publishing import basis_of


def object_to(*, actor: Actor, notice: str, letter: Letter, asker: str) -> tuple[Objection, str]:
    """Object to the notice with this public id; returns the objection and the query code, which is shown once.

    Taken until 24:00 of the notice's last day, and after it as long as an earlier objection holds the notice open.
    The record names 访客 whoever objects. Refuses PUB-101, 102 over, 103 to 106 what is missing, 107 too often.
    """
    now = clock.now()
    problems = problems_in(letter, "异议的内容")
    with transaction.atomic():
        found = PublicNotice.objects.filter(public_id=notice).first()
        if found is None:
            raise errors.NOTICE_UNKNOWN.refuse(public_id=notice[:16])
        case = Case.objects.select_for_update().get(pk=found.case_id)
        found.refresh_from_db()
        if found.state != OPEN or (now >= periods.end_of_day(_last_day(found, case)) and not _is_held(found)):
            raise errors.NOTICE_OVER.refuse(
                title=found.title, until=chinese_day(found.ends_on), publisher=found.publisher_name or "公示单位"
            )
        if problems:
            raise Refusal(problems)
        count_submission(asker, now)
        definition = library.definition_of(case)
        step = definition.steps[found.step]
        kept = step.parts[NAME]
        if not isinstance(kept, Publicity):
            raise TypeError(f"step {step.id} of {definition.id} keeps no publicity")
        law = library.law_on(case.law_on, case.region)
        due = periods.due_after(kept.objections.deadline, now, law)
        sender, code = new_sender("objection", letter, actor, now)
        basis = due.citation.sentence() if due.citation is not None else ""
        objection = Objection.objects.create(
            public_id=public_id(12),
            notice=found,
            case=case,
            sender=sender,
            sealed_text=sealed_for(sender, letter.text.strip()),
            received_at=now,
            handler_role=step.role,
            handler_id=body_of(case, step),
            due_on=due.on,
            due_at=due.at,
            is_provisional=due.is_provisional,
            basis=(basis or library.basis_sentence(kept.objections.deadline.basis) or basis_of(kept))[:300],
        )
        write_line(sender, "received", SENDER, now=now)
        attach(sender, letter.files, now)
        note_part(case, part=NAME, what="objection", actor=VISITOR, details={"objection": objection.public_id})
        record(
            actor=VISITOR,
            action="receive_objection",
            subject=("publicity.objection", objection.public_id),
            region=case.region,
            law_version=law.version,
            facts={"notice": found.public_id, "is_named": letter.is_named, "due_on": due.on.isoformat()},
        )
        if objection.handler_id is not None:
            send(
                text=f"“{found.title}”收到一份异议（编号{objection.public_id}），请在{chinese_day(due.on)}以前答复。",
                link=f"/objections/{objection.public_id}/",
                to_role=(objection.handler_role, objection.handler_id),
            )
    return objection, code


def _last_day(notice: PublicNotice, case: Case) -> date:
    """The last day of an open notice: its case's, which an extension may have moved."""
    return case.due_on if case.step == notice.step and case.due_on is not None else notice.ends_on


def _is_held(notice: PublicNotice) -> bool:
    return Objection.objects.filter(notice=notice, state=RECEIVED).exists()


def add_statement(*, sender: Sender, text: str, asker: str, files: Sequence[Attachment] = ()) -> None:
    """Add to a letter while it is open. Refuses PUB-103, 104, 107 and PUB-117 once there is a conclusion."""
    now = clock.now()
    plain = require_text(text, "补充的内容", "statement")
    with transaction.atomic():
        _refuse_closed(sender)
        count_submission(asker, now)
        write_line(sender, "statement", SENDER, plain, now=now)
        attach(sender, files, now)
        record(
            actor=VISITOR,
            action="add_statement",
            subject=("publicity.sender", sender.public_id),
            facts={"kind": sender.kind},
        )
        _tell_handler(sender)


def take_back(*, sender: Sender, asker: str) -> Objection:
    """Take an objection back. Refuses PUB-111 when it has been answered, PUB-110 for a letter of another kind."""
    now = clock.now()
    with transaction.atomic():
        first = Objection.objects.filter(sender=sender).first()
        if first is None:
            raise errors.OBJECTION_UNKNOWN.refuse(public_id=sender.public_id)
        case = Case.objects.select_for_update().get(pk=first.case_id)
        objection = Objection.objects.select_for_update().get(pk=first.pk)
        if objection.state == TAKEN_BACK:
            return objection
        if objection.state != RECEIVED:
            raise errors.ALREADY_ANSWERED.refuse(state=STATE_WORDS[objection.state])
        objection.state, objection.answered_at = TAKEN_BACK, now
        objection.save(update_fields=["state", "answered_at"])
        write_line(sender, TAKEN_BACK, SENDER, now=now)
        note_part(case, part=NAME, what=TAKEN_BACK, actor=VISITOR, details={"objection": objection.public_id})
        record(
            actor=VISITOR,
            action="take_back_objection",
            subject=("publicity.objection", objection.public_id),
            region=case.region,
        )
    return objection


def _refuse_closed(sender: Sender) -> None:
    from guantong.procedure.cases.machine import RUNNING

    if sender.kind == "objection":
        is_open = Objection.objects.filter(sender=sender, state=RECEIVED).exists()
    else:
        is_open = Case.objects.filter(complaint__sender=sender, state__in=RUNNING).exists()
    if not is_open:
        raise errors.OBJECTION_CLOSED.refuse()


def _tell_handler(sender: Sender) -> None:
    """Tell the handlers that the sender added something."""
    from guantong.procedure.cases.telling import tell_waiting

    objection = Objection.objects.filter(sender=sender).first()
    if objection is None:
        case = Case.objects.filter(complaint__sender=sender).first()
        if case is not None:
            tell_waiting(case, f"“{case.title}”（编号{case.public_id}）的来信人作了补充。")
    elif objection.handler_id is not None:
        send(
            text=f"异议（编号{objection.public_id}）的来信人作了补充。",
            link=f"/objections/{objection.public_id}/",
            to_role=(objection.handler_role, objection.handler_id),
        )
