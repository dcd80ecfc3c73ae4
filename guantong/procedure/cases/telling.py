"""Notices about cases, sent after the transaction commits: who waits for whom, until when, and how it ended."""

from __future__ import annotations

from guantong.base.notices.public import Message, send

from .definition import Definition
from .handlers import link_for
from .machine import RUNNING
from .models import Case, CaseTask
from .periods import chinese_day


def _send(
    case: Case, text: str, *, person_id: int | None = None, organisation_id: int | None = None, role: str = ""
) -> None:
    """Send ``text`` after commit to a person, or to everyone holding a role at an organisation."""
    if person_id is not None:
        send(text=text, link=link_for(case), to_person=person_id)
    elif organisation_id is not None and role:
        send(text=text, link=link_for(case), to_role=(role, organisation_id))


def _until(case: Case) -> str:
    if case.due_on is None:
        return ""
    provisional = "（当年放假安排尚未公布，以公布后为准）" if case.is_provisional else ""
    return f"，期限到{chinese_day(case.due_on)}{provisional}"


def tell_waiting(case: Case, text: str) -> None:
    """Tell those the case waits for."""
    if case.waiting_person_id is not None:
        _send(case, text, person_id=case.waiting_person_id)
    elif case.waiting_role:
        _send(case, text, organisation_id=case.waiting_organisation_id, role=case.waiting_role)
    else:
        for organisation_id, role in CaseTask.objects.filter(case_id=case.pk, state="open").values_list(
            "organisation_id", "role"
        ):
            _send(case, text, organisation_id=organisation_id, role=role)


def tell_declarer(case: Case, text: str) -> None:
    """Tell the declaring side."""
    if case.declared_organisation_id is None and case.person_id is not None:
        _send(case, text, person_id=case.person_id)
    else:
        _send(case, text, organisation_id=case.declared_organisation_id, role=case.declared_role)


def migrated_message(case: Case, text: str) -> Message | None:
    """To the declaring side, that the case goes by another version now; None where nobody has an account."""
    link = link_for(case)
    if case.declared_organisation_id is None and case.person_id is not None:
        return Message(text, link, person_id=case.person_id)
    if case.declared_organisation_id is not None and case.declared_role:
        return Message(text, link, role=case.declared_role, organisation_id=case.declared_organisation_id)
    return None


def tell_arrival(case: Case, definition: Definition, action: str) -> None:
    """After a move: tell the next party to act, and the declarer of an outcome."""
    if case.state in RUNNING:
        step = definition.steps[case.step]
        if action == "open" and step.of in ("declarer", "learner"):
            return
        word = "等您补充更正" if step.of in ("declarer", "learner") else "等您办理"
        tell_waiting(case, f"“{case.title}”（编号{case.public_id}）到了“{step.title}”，{word}{_until(case)}。")
        return
    if action == "close":
        return
    outcome = definition.outcomes[case.outcome]
    appeal = f"可以申诉{_until(case)}。" if case.state == "decided" else ""
    tell_declarer(case, f"“{case.title}”（编号{case.public_id}）：{outcome.notice}{appeal}")


def tell_reminder(case: Case, definition: Definition, *, is_overdue: bool) -> None:
    """Before or after the last day: remind those the case waits for."""
    step = definition.steps[case.step]
    when = chinese_day(case.due_on) if case.due_on is not None else ""
    text = f"已于{when}到期，请尽快办结" if is_overdue else f"将于{when}到期，请按期办理"
    tell_waiting(case, f"“{case.title}”（编号{case.public_id}）的“{step.title}”{text}。")


def tell_escalation(case: Case, definition: Definition) -> None:
    """Tell the role a case was escalated to."""
    step = definition.steps[case.step]
    text = f"“{case.title}”（编号{case.public_id}）的“{step.title}”逾期没有办结，现也可由您办理。"
    _send(case, text, organisation_id=case.waiting_organisation_id, role=case.escalated_role)
