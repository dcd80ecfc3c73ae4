"""Letters: who handles them, what the handler sees, what the sender sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition, Step
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.mandate import body_of, organisation_name, role_label, why_not_act
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import standing

from .. import errors
from ..actions.attaching import size_words
from ..models import Complaint, Evidence, Objection, Sender
from ..rules import DISMISSED, LINE_WORDS, RECEIVED, SHOWN_TO_SENDER, STATE_WORDS, TONES, UPHELD


@dataclass(frozen=True, slots=True)
class Handling:
    """A letter's matter: the case, and the step whose role handles it (None: nobody any more)."""

    sender: Sender
    case: Case
    definition: Definition
    step: Step | None
    last_step: Step | None = None
    """Of a closed complaint: the step that handled it last, whose role still reads the letter."""

    @property
    def body(self) -> int | None:
        """The organisation that handles it."""
        return body_of(self.case, self.step) if self.step is not None else None

    @property
    def label(self) -> str:
        """The handling role and organisation, as the sender reads it."""
        if self.step is None:
            return "办理单位"
        return organisation_name(self.body) + role_label(self.step.role)

    def may_see(self, actor: Actor) -> bool:
        """Whether the actor holds the handling role there (recusal aside)."""
        return self.step is not None and actor.only is None and (self.step.role, self.body) in actor.roles()

    def may_read(self, actor: Actor) -> bool:
        """Whether the actor may read the letter: while it is handled, and afterwards at the post that closed it."""
        last = self.last_step
        return self.may_see(actor) or (
            last is not None and actor.only is None and (last.role, body_of(self.case, last)) in actor.roles()
        )


def handling_of(sender: Sender) -> Handling | None:
    """Who handles a letter: of an objection the notice's step, of a complaint the step its case waits at."""
    objection = Objection.objects.filter(sender=sender).select_related("notice", "case", "case__version").first()
    if objection is not None:
        definition = library.definition_of(objection.case)
        return Handling(sender, objection.case, definition, definition.steps[objection.notice.step])
    complaint = Complaint.objects.filter(sender=sender).select_related("case", "case__version").first()
    if complaint is None:
        return None
    definition = library.definition_of(complaint.case)
    step = definition.steps.get(complaint.case.step) if complaint.case.state in RUNNING else None
    if step is not None and step.of in ("declarer", "learner"):
        step = definition.steps.get(complaint.case.trail[-1]) if complaint.case.trail else None
    last = None if step is not None else _handled_last(complaint.case, definition)
    return Handling(sender, complaint.case, definition, step, last)


def _handled_last(case: Case, definition: Definition) -> Step | None:
    for name in CaseAction.objects.filter(case=case).order_by("-sequence").values_list("step", flat=True):
        step = definition.steps.get(name)
        if step is not None and step.of not in ("declarer", "learner"):
            return step
    return None


def why_not_handle(actor: Actor, handling: Handling) -> Problem | None:
    """Why the actor may not handle the letter; None when they may."""
    if handling.step is None:
        return errors.NOT_HANDLER.problem(who=handling.label)
    if actor.person_id is not None and actor.person_id == handling.case.person_id:
        return errors.OWN_MATTER.problem()
    return why_not_act(actor, handling.case, handling.definition, handling.step)


def may_open_evidence(actor: Actor, handling: Handling) -> bool:
    """Whether the actor may read the files of a letter: whoever may handle it, and afterwards the post that closed it;
    nobody of the organisation or the person it is about."""
    case = handling.case
    if handling.step is not None:
        return why_not_handle(actor, handling) is None
    is_own = case.organisation_id in {post.organisation_id for post in actor.posts} or (
        actor.person_id is not None and actor.person_id == case.person_id
    )
    return handling.may_read(actor) and not is_own


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """One file of a letter as its handler sees it."""

    number: int
    words: str


def evidence_of(actor: Actor, sender: Sender) -> list[EvidenceShown]:
    """The files of a letter, to whoever may read them; nothing to others."""
    handling = handling_of(sender)
    if handling is None or not may_open_evidence(actor, handling):
        return []
    rows = Evidence.objects.filter(sender=sender).order_by("number").values_list("number", "suffix", "size")
    return [EvidenceShown(number, f"{suffix.upper()}，{size_words(size)}") for number, suffix, size in rows]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of a letter's story."""

    title: str
    who: str
    at: datetime
    text: str


def lines_of(sender: Sender, *, for_sender: bool) -> list[LineShown]:
    """The story of a letter, oldest first; whoever wrote does not see who looked at what."""
    lines = sender.lines.order_by("sequence")
    if for_sender:
        lines = lines.filter(kind__in=SHOWN_TO_SENDER)
    return [LineShown(LINE_WORDS[line.kind], line.who, line.at, line.text) for line in lines]


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A letter as its sender follows it."""

    sender: Sender
    title: str
    number: str
    state: str
    tone: str
    text: str
    about: str
    due: Any
    is_provisional: bool
    lines: list[LineShown]
    may_add: bool
    may_take_back: bool
    is_asked: bool
    """Whether the handling side has returned the matter and waits for more."""
    notice_id: str = ""


def show_letter(sender: Sender) -> LetterShown:
    """What whoever has the code, or signed it, sees."""
    objection = Objection.objects.filter(sender=sender).select_related("notice").first()
    lines = lines_of(sender, for_sender=True)
    if objection is not None:
        is_open = objection.state == RECEIVED
        return LetterShown(
            sender=sender,
            title=f"对“{objection.notice.title}”的异议",
            number=objection.public_id,
            state=STATE_WORDS[objection.state],
            tone=TONES.get(objection.state, "neutral"),
            text=objection.text,
            about=objection.notice.publisher_name,
            due=objection.due_on if is_open else None,
            is_provisional=objection.is_provisional,
            lines=lines,
            may_add=is_open,
            may_take_back=is_open,
            is_asked=False,
            notice_id=objection.notice.public_id,
        )
    complaint = Complaint.objects.select_related("case", "case__version").get(sender=sender)
    case = complaint.case
    definition = library.definition_of(case)
    now = standing(case)
    step = definition.steps.get(case.step)
    is_running = case.state in RUNNING
    outcome = definition.outcomes.get(case.outcome)
    withdrawal = definition.withdrawal
    return LetterShown(
        sender=sender,
        title=definition.title,
        number=complaint.number,
        state=now.place,
        tone="info" if is_running else "neutral",
        text=outcome.notice if outcome is not None and not is_running else "",
        about=organisation_name(case.organisation_id),
        due=case.due_on if is_running else None,
        is_provisional=case.is_provisional,
        lines=lines,
        may_add=is_running,
        may_take_back=is_running and withdrawal is not None and case.step in withdrawal.at,
        is_asked=is_running and step is not None and step.of == "declarer",
    )


def list_own(user_id: int) -> list[LetterShown]:
    """Letters somebody signed while signed in, newest first."""
    from ..actions.letters import owner_index

    found = Sender.objects.filter(owner_index=owner_index(user_id)).order_by("-received_at", "-pk")[:100]
    return [show_letter(sender) for sender in found]


def objections_for(actor: Actor, *, is_open: bool) -> QuerySet[Objection]:
    """Objections at the actor's posts: those still to answer by due day, or the answered ones, newest first."""
    own = Q(pk__in=[])
    if actor.only is None:
        for role, organisation_id in actor.roles():
            own |= Q(handler_role=role, handler_id=organisation_id)
    found = Objection.objects.filter(own).select_related("notice", "sender")
    if is_open:
        return found.filter(state=RECEIVED).order_by("due_on", "pk")
    return found.exclude(state=RECEIVED).order_by("-answered_at", "-pk")


@dataclass(frozen=True, slots=True)
class ObjectionShown:
    """An objection as its handler sees it."""

    objection: Objection
    lines: list[LineShown]
    why_not: Problem | None
    is_overdue: bool

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.objection.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.objection.state, "neutral")


def access_objection_for(actor: Actor, public_id: str) -> ObjectionShown:
    """An objection, to whoever holds its handling role. Refuses PUB-110 to all others in the same words."""
    objection = (
        Objection.objects.filter(public_id=public_id)
        .select_related("notice", "sender", "case", "case__version")
        .first()
    )
    handling = handling_of(objection.sender) if objection is not None else None
    if objection is None or handling is None or not handling.may_see(actor):
        raise errors.OBJECTION_UNKNOWN.refuse(public_id=public_id[:16])
    is_late = objection.state == RECEIVED and objection.due_at is not None and clock.now() >= objection.due_at
    return ObjectionShown(
        objection, lines_of(objection.sender, for_sender=False), why_not_handle(actor, handling), is_late
    )


def access_sender_for(actor: Actor, public_id: str) -> Sender:
    """A letter by its public id, to whoever holds the handling role. Refuses PUB-110 otherwise."""
    sender = Sender.objects.filter(public_id=public_id).first()
    handling = handling_of(sender) if sender is not None else None
    if sender is None or handling is None or not handling.may_see(actor):
        raise errors.OBJECTION_UNKNOWN.refuse(public_id=public_id[:16])
    return sender


def case_snippet(actor: Actor, case: Case, definition: Definition) -> dict[str, Any] | None:
    """What a case page shows: its notices with how many objections, and to the handling role the letters themselves."""
    from .notices import objections_told, show_notice

    notices = [
        (show_notice(notice), objections_told(notice)) for notice in case.notices.select_related("case").order_by("pk")
    ]
    complaint = Complaint.objects.filter(case=case).select_related("sender").first()
    handling = handling_of(complaint.sender) if complaint is not None else None
    letter = None
    if complaint is not None and handling is not None and handling.may_read(actor):
        letter = {
            "sender": complaint.sender,
            "number": complaint.number,
            "lines": lines_of(complaint.sender, for_sender=False),
            "evidence": evidence_of(actor, complaint.sender),
            "why_not": why_not_handle(actor, handling),
        }
    mine = []
    for objection in Objection.objects.filter(case=case).select_related("notice", "sender").order_by("pk"):
        step = definition.steps[objection.notice.step]
        if actor.only is None and (step.role, body_of(case, step)) in actor.roles():
            mine.append(objection)
    if not notices and letter is None:
        return None
    return {"notices": notices, "letter": letter, "objections": mine, "words": STATE_WORDS, "tones": TONES}


VERDICTS = ((DISMISSED, "异议不成立"), (UPHELD, "异议成立"))
