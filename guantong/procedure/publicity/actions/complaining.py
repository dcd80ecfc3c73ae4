"""Complaints from the public: a case opened without an account, followed by its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import VISITOR
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.kernel.tokens import public_id
from guantong.procedure.cases import gates, library
from guantong.procedure.cases.actions import act, open_case, withdraw_case
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.definition import Action, Definition, Step
from guantong.procedure.cases.definition.parts import DECLARATION
from guantong.procedure.cases.models import Case

from .. import errors
from ..models import Complaint, Sender
from ..reading import NAME, SUBJECT
from .attaching import Attachment, attach
from .letters import SENDER, Letter, count_submission, new_sender, problems_in, require_text, write_line

IN_THE_LETTER = "见来信"
"""What a case says instead of an answer in free words."""


def complain(
    *,
    actor: Actor,
    procedure: str,
    region: str,
    organisation_id: int | None,
    form: Mapping[str, Any],
    letter: Letter,
    asker: str,
) -> tuple[Case, str]:
    """Open a protected procedure about an organisation and hand it in; returns the case and the query code.

    ``form`` is that of the definition, ``letter.text`` what else there is to say. The case, its log and the record
    name 访客; who signed is sealed beside them. What was written in free words lies in the letter, encrypted; the case
    keeps only choices, dates and numbers and says 见来信 for the rest. Refuses PUB-119, 120, 103 to 107, 125,
    files as ``base.files`` does, and as opening and handing in do.
    """
    now = clock.now()
    definition = protected_in_force(procedure, region)
    problems: list[Problem] = problems_in(letter, "反映的内容")
    if organisation_id is None:
        problems.append(errors.ABOUT_WHOM.problem(where=Where(column="organisation", title="所反映的单位")))
    wrong = _problems_in_form(definition, form)
    if problems or wrong:
        raise Refusal([*problems, *wrong])
    kept, written = _apart(definition, form)
    with transaction.atomic():
        count_submission(asker, now)
        sender, code = new_sender("complaint", letter, actor, now)
        case = open_case(
            actor=VISITOR,
            definition=definition.id,
            region=region,
            subject=(SUBJECT, sender.public_id),
            organisation_id=organisation_id,
            form=kept,
        )
        Complaint.objects.create(case=case, sender=sender, number=public_id(10))
        write_line(sender, "received", SENDER, "\n".join([*written, letter.text.strip()]), now=now)
        attach(sender, letter.files, now)
        case = hand_in(case, definition, kept)
    return case, code


def _apart(definition: Definition, form: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(the form as the case keeps it, what was written in free words: one line an answer)."""
    kept, written = dict(form), []
    for field in definition.form:
        said = str(form.get(field.id) or "").strip()
        if field.kind in ("text", "long_text") and said:
            kept[field.id] = IN_THE_LETTER
            written.append(f"{field.title}：{said}")
    return kept, written


def _problems_in_form(definition: Definition, form: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with or missing from the answers, all at once."""
    step = definition.steps[definition.start]
    action = _submission(step) if step.of == "declarer" else None
    if action is None or not action.asks(DECLARATION):
        return gates.clean_declaration(definition.form, form, definition.title)[1]
    return gates.clean_values(action, form, form=definition.form)[1]


def _submission(step: Step) -> Action | None:
    """The action by which the declaring side hands on."""
    return next((a for a in step.actions if a.kind == "submit"), None)


def hand_in(case: Case, definition: Definition, form: Mapping[str, Any]) -> Case:
    """Take the declaring step's submission, where the procedure begins with one."""
    step = definition.steps.get(case.step)
    action = _submission(step) if step is not None and step.of == "declarer" else None
    if action is None:
        return case
    values = dict(form) if action.asks(DECLARATION) else {}
    return act(actor=proved(case), case_id=case.pk, action=action.id, revision=case.revision, opinion="", values=values)


def continue_complaint(*, sender: Sender, what: str, text: str, asker: str, files: Sequence[Attachment] = ()) -> Case:
    """Answer a return for more (``supplement``) or withdraw (``withdraw``), by whoever has the code.

    Refuses PUB-118 for anything else, PUB-103 nothing written, and as the machine does.
    """
    if what not in ("supplement", "withdraw"):
        raise errors.WORD_UNKNOWN.refuse()
    now = clock.now()
    with transaction.atomic():
        case = Case.objects.select_for_update().get(complaint__sender=sender)
        definition = library.definition_of(case)
        count_submission(asker, now)
        if what == "withdraw":
            case = withdraw_case(actor=proved(case), case_id=case.pk, revision=case.revision)
            write_line(sender, "taken_back", SENDER, now=now)
            return case
        write_line(sender, "statement", SENDER, require_text(text, "补充的内容", "statement"), now=now)
        attach(sender, files, now)
        return hand_in(case, definition, declared_values(case, definition))


def proved(case: Case) -> Actor:
    """A visitor who has shown the code of this case."""
    return replace(VISITOR, proved=frozenset({case.public_id}))


def protected_in_force(procedure: str, region: str) -> Definition:
    """The protected procedure of this id in force today. Refuses PUB-119."""
    try:
        found = library.definition_in_force(procedure, region, clock.today())
    except Refusal as refusal:
        if refusal.code != "PRC-101":
            raise
        raise errors.NOT_COMPLAINT.refuse(procedure=procedure[:60]) from None
    if not found.parts.get(NAME):
        raise errors.NOT_COMPLAINT.refuse(procedure=procedure[:60])
    return found
