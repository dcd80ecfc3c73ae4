"""What the handling role does with a letter: answer an objection, reply, look at who wrote."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import note_part, take_way
from guantong.procedure.cases.mandate import acting_role, organisation_name, role_label
from guantong.procedure.cases.models import Case

from .. import errors
from ..models import Objection, Sender
from ..reading import NAME, Publicity
from ..rules import DISMISSED, OPEN, RECEIVED, STATE_WORDS, UPHELD
from ..selectors.letters import Handling, handling_of, why_not_handle
from .letters import Identity, require_text, tell_sender, write_line

ANSWERED = "您提交的来信有了答复，请到“我的来信”查看。"


def answer_objection(*, actor: Actor, public_id: str, verdict: str, answer: str) -> Objection:
    """Uphold or dismiss an objection with a reason; told to whoever objected.

    Upheld: the case goes where the definition says, when it still stands at the notice. Dismissed: once none is open
    and the time has run out, the scan lets the notice end. Refuses PUB-110, 111 answered already, 112 no reason,
    118 no such verdict, and whatever forbids the actor to act at the step.
    """
    if verdict not in (UPHELD, DISMISSED):
        raise errors.WORD_UNKNOWN.refuse()
    plain = answer.strip()
    with transaction.atomic():
        objection, case, handling = _lock(actor, public_id)
        if objection.state != RECEIVED:
            if objection.state == verdict and objection.answer == plain:
                return objection  # a double click
            raise errors.ALREADY_ANSWERED.refuse(state=STATE_WORDS[objection.state])
        if not plain:
            raise errors.ANSWER_NEEDED.refuse(where=Where(column="answer", title="答复"))
        require_text(plain, "答复", "answer")
        now = clock.now()
        objection.state, objection.answer, objection.answered_at = verdict, plain, now
        objection.save(update_fields=["state", "answer", "answered_at"])
        write_line(objection.sender, verdict, handling.label, plain, now=now, actor=actor)
        definition = library.definition_of(case)
        step = definition.steps[objection.notice.step]
        role, organisation_id = acting_role(actor, case, definition, step)
        kept = step.parts[NAME]
        details = {"objection": objection.public_id}
        is_there = case.step == step.id and objection.notice.state == OPEN
        if verdict == UPHELD and is_there and isinstance(kept, Publicity):
            take_way(
                case,
                part=NAME,
                what=UPHELD,
                to=kept.objections.to,
                actor=actor,
                role=role,
                on_behalf_of_id=organisation_id,
                opinion=plain,
                details=details,
            )
        else:
            note_part(
                case,
                part=NAME,
                what=verdict,
                actor=actor,
                role=role,
                on_behalf_of_id=organisation_id,
                details=details,
            )
        record(
            actor=actor,
            action="answer_objection",
            subject=("publicity.objection", objection.public_id),
            region=case.region,
            organisation_id=organisation_id,
            reason=plain,
            facts={"verdict": verdict, "notice": objection.notice.public_id},
        )
        tell_sender(objection.sender, ANSWERED)
    return objection


def _lock(actor: Actor, public_id: str) -> tuple[Objection, Case, Handling]:
    """The objection and its case, locked in the order case, objection. Refuses PUB-110 and what forbids to handle."""
    first = Objection.objects.filter(public_id=public_id).first()
    if first is None:
        raise errors.OBJECTION_UNKNOWN.refuse(public_id=public_id[:16])
    case = Case.objects.select_for_update().get(pk=first.case_id)
    objection = Objection.objects.select_for_update().select_related("notice", "sender").get(pk=first.pk)
    handling = require_handler(actor, objection.sender)
    return objection, case, handling


def require_handler(actor: Actor, sender: Sender) -> Handling:
    """The matter as the actor may handle it. Refuses PUB-110 to those who have no part in it, else with the reason."""
    handling = handling_of(sender)
    if handling is None or not handling.may_see(actor):
        raise errors.OBJECTION_UNKNOWN.refuse(public_id=sender.public_id)
    problem = why_not_handle(actor, handling)
    if problem is not None:
        raise Refusal([problem], status=403)
    return handling


def reply(*, actor: Actor, sender: Sender, text: str) -> None:
    """Write to the sender without deciding: a question, the state of the matter. Refuses PUB-103, 104 and as above."""
    plain = require_text(text, "回复的内容", "reply")
    with transaction.atomic():
        handling = require_handler(actor, sender)
        write_line(sender, "reply", handling.label, plain, now=clock.now(), actor=actor)
        record(
            actor=actor,
            action="reply_to_letter",
            subject=("publicity.sender", sender.public_id),
            region=handling.case.region,
        )
        tell_sender(sender, ANSWERED)


def open_identity(*, actor: Actor, sender: Sender, reason: str) -> Identity:
    """Who wrote, to the handling role, with a reason; each opening writes one audit line and one line of the letter.

    Refuses PUB-115 no reason, PUB-116 nothing was signed, and whatever forbids the actor to handle the matter.
    """
    with transaction.atomic():
        handling = require_handler(actor, sender)
        if sender.sealed is None:
            raise errors.NO_IDENTITY.refuse()
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        found = Identity.unseal(bytes(sender.sealed))
        write_line(sender, "opened", handling.label, reason.strip()[:500], now=clock.now(), actor=actor)
        record(
            actor=actor,
            action="open_protected_identity",
            subject=("publicity.sender", sender.public_id),
            region=handling.case.region,
            organisation_id=handling.body,
            reason=reason.strip(),
        )
    return found


def label_of(role: str, organisation_id: int | None) -> str:
    """How an official is named to the sender: 市教育局主管部门审核人."""
    return organisation_name(organisation_id) + role_label(role)
