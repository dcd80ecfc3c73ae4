"""Timed work: reminds, escalates, lapses and closes what is due. Harmless when repeated."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from .. import library, machine, periods
from ..checks import state_of, why_held
from ..handlers import handler_for
from ..machine import DECIDED, step_of
from ..models import Case, Deadline
from ..parts_api import Part, parts
from ..telling import tell_escalation, tell_reminder, tell_waiting
from .due import next_duration, show_due
from .moving import move_case
from .progress import Move, lock_case, progress
from .suspending import run_on

log = logging.getLogger(__name__)

CHUNK = 500

_Work = Callable[[Case, Deadline, "ScanReport", datetime], None]


@dataclass
class ScanReport:
    """What one scan did. ``stuck`` holds (case, sentence) for deadlines that could not be processed."""

    reminded: int = 0
    overdue: int = 0
    escalated: int = 0
    lapsed: int = 0
    closed: int = 0
    redated: int = 0
    resumed: int = 0
    done: dict[str, int] = field(default_factory=dict)
    """What parts did, in Chinese words → count; see :meth:`did`."""
    stuck: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Deadlines something was done about."""
        own = self.reminded + self.overdue + self.escalated + self.lapsed + self.closed + self.redated + self.resumed
        return own + sum(self.done.values())

    def did(self, what: str, count: int = 1) -> None:
        """Count what a part did: ``did("开通知的年报", 3)`` is told as 开通知的年报3件."""
        if count:
            self.done[what] = self.done.get(what, 0) + count

    def sentence(self) -> str:
        """The report in one Chinese sentence."""
        text = (
            f"临期提醒{self.reminded}件，逾期提醒{self.overdue}件，升级{self.escalated}件，"
            f"自动转出{self.lapsed}件，申诉期满结案{self.closed}件"
        )
        text += f"，确定期限{self.redated}件" if self.redated else ""
        text += f"，恢复办理{self.resumed}件" if self.resumed else ""
        text += "".join(f"，{what}{count}件" for what, count in self.done.items())
        return text + (f"；有{len(self.stuck)}件没有处理成功。" if self.stuck else "。")


def scan_deadlines(now: datetime | None = None) -> ScanReport:
    """Process every deadline that has come due at ``now`` (the present by default), each in its own transaction.

    Each row is looked at again under the case's lock, so that two scans at once, or one killed half-way and repeated,
    do everything once. A row that cannot be processed is reported and does not hold up the others.
    """
    moment = now or clock.now()
    report = ScanReport()
    with clock.frozen_at(moment):
        for condition in _published_meanwhile():
            _scan(condition, _redate, report, moment)
        _scan(Q(remind_at__lte=moment, due_at__gt=moment, reminded_at=None), _remind, report, moment)
        _scan(Q(due_at__lte=moment), _run_out, report, moment)
        for part in parts():
            _scan_part(part, moment, report)
    return report


def _scan(condition: Q, work: _Work, report: ScanReport, now: datetime) -> None:
    after = 0
    while True:
        rows = list(
            Deadline.objects.filter(condition, state="open", pk__gt=after)
            .order_by("pk")
            .values_list("pk", "case_id", "case__public_id")[:CHUNK]
        )
        for pk, case_id, public_id in rows:
            after = pk
            try:
                with transaction.atomic():
                    case = lock_case(case_id)
                    deadline = Deadline.objects.filter(condition, pk=pk, state="open").first()
                    if deadline is not None:
                        work(case, deadline, report, now)
            except Refusal as refusal:
                report.stuck.append((public_id, refusal.problems[0].sentence()))
            except Exception:
                number = uuid4().hex[:6].upper()
                log.exception("deadline %s of case %s was not processed (%s)", pk, public_id, number)
                report.stuck.append((public_id, f"这一件没有处理成功，原因正在查，编号 {number}。"))
        if len(rows) < CHUNK:
            return


def _scan_part(part: Part, moment: datetime, report: ScanReport) -> None:
    """The timed work of one part; what breaks is reported and does not hold up the others."""
    try:
        part.on_scan(moment, report)
    except Exception:
        number = uuid4().hex[:6].upper()
        log.exception("timed work of part %s failed (%s)", part.name, number)
        report.stuck.append((part.name, f"这一项定时工作没有做完，原因正在查，编号 {number}。"))


def _published_meanwhile() -> list[Q]:
    """Conditions for the provisional days of regions and years whose calendar has been published since."""
    provisional = Deadline.objects.filter(state="open", is_provisional=True)
    found = []
    for region, year in sorted(set(provisional.values_list("case__region", "due_on__year"))):
        if library.law_on(clock.today(), region).calendar.is_published(year):
            found.append(Q(is_provisional=True, case__region=region, due_on__year=year))
    return found


def _redate(case: Case, deadline: Deadline, report: ScanReport, now: datetime) -> None:
    """Fix a provisional day once the calendar of its years is published; a day already told is never moved earlier."""
    definition = library.definition_of(case)
    law = library.law_on(case.law_on, case.region)
    state = state_of(case)
    duration = next_duration(definition, state)
    if duration is None or not law.calendar.is_published(deadline.due_on.year):
        return
    count, unit, _ = periods.length_of(duration, law)
    day, is_provisional = periods.last_day(law.calendar, deadline.starts_on, count, unit)
    step = step_of(definition, state)
    extension = step.extension if step is not None else None
    if extension is not None:
        for _ in range(state.extensions):
            day, again = periods.last_day(law.calendar, day, extension.count, extension.unit)
            is_provisional = is_provisional or again
    if is_provisional:
        return
    before = deadline.due_on
    deadline.due_on = max(day, before)
    deadline.due_at = periods.end_of_day(deadline.due_on)
    deadline.is_provisional = False
    if deadline.reminded_at is None:
        remind_before = step.remind_before if step is not None else 0
        deadline.remind_at = periods.reminder_before(law.calendar, deadline.due_on, remind_before, deadline.starts_on)
    deadline.save()
    show_due(case, deadline.due_on)
    details = {"from": before.isoformat(), "due_on": deadline.due_on.isoformat()}
    progress(case, definition, SYSTEM, Move("redate", state, details=details), law, now)
    report.redated += 1


def _remind(case: Case, deadline: Deadline, report: ScanReport, now: datetime) -> None:
    definition = library.definition_of(case)
    deadline.reminded_at = now
    deadline.save(update_fields=["reminded_at"])
    move = Move("remind", state_of(case), details={"due_on": deadline.due_on.isoformat()})
    progress(case, definition, SYSTEM, move, library.law_on(case.law_on, case.region), now)
    tell_reminder(case, definition, is_overdue=False)
    report.reminded += 1


def _run_out(case: Case, deadline: Deadline, report: ScanReport, now: datetime) -> None:
    definition = library.definition_of(case)
    law = library.law_on(case.law_on, case.region)
    state = state_of(case)
    details = {"was_due_on": deadline.due_on.isoformat()}
    if deadline.kind == "suspension":
        waiting = step_of(definition, state)
        if waiting is not None:
            run_on(case, definition, waiting, SYSTEM, now)
            tell_waiting(case, f"“{case.title}”（编号{case.public_id}）暂停期满，已恢复办理。")
            report.resumed += 1
        return
    if deadline.kind == "appeal":
        if state.state == DECIDED:
            progress(
                case, definition, SYSTEM, Move("close", machine.close(definition, state), details=details), law, now
            )
            handler = handler_for(case.subject_kind)
            if handler.on_close is not None:
                handler.on_close(case)
            report.closed += 1
        return
    step = step_of(definition, state)
    do = step.on_timeout.do if step is not None and step.on_timeout is not None else "remind"
    if do == "lapse":
        if step is not None and why_held(case, definition, step) is not None:
            return
        move_case(case, definition, SYSTEM, Move("lapse", machine.lapse(definition, state), details=details), law, now)
        report.lapsed += 1
        return
    deadline.state, deadline.settled_at = "missed", now
    deadline.save(update_fields=["state", "settled_at"])
    if do == "escalate":
        move = Move("escalate", machine.escalate(definition, state), details=details)
        progress(case, definition, SYSTEM, move, law, now)
        tell_escalation(case, definition)
        report.escalated += 1
    else:
        details["is_overdue"] = "yes"
        progress(case, definition, SYSTEM, Move("remind", state, details=details), law, now)
        tell_reminder(case, definition, is_overdue=True)
        report.overdue += 1


def scan_and_tell() -> str:
    """The scan as timed work: its report in one sentence."""
    return scan_deadlines().sentence()
