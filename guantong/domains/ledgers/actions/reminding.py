"""Bodies are told what is due soon and what is overdue: each reason once."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from guantong.base.notices.public import send
from guantong.kernel import clock

from ..models import Reminder
from ..rules.standing import DONE
from ..selectors.progress import show_all

SOON = 30
"""Days before a row is due at which its bodies are told first (a habit of this program, no rule of a document)."""


def remind_bodies() -> int:
    """Tell every body what has come to be due or overdue since the last time; returns how many reminders were noted.

    One notice a body and a ledger, however many rows.
    """
    today = clock.today()
    noted = 0
    for shown in show_all(day=today):
        wanted: dict[tuple[int, str], list[tuple[str, date]]] = {}
        for row in shown.rows:
            due = row.row.due
            if due is None or today < due - timedelta(days=SOON) or row.standing.state == DONE:
                continue
            kind = "overdue" if today > due else "soon"
            for part in row.bodies:
                if part.last is None or part.last.state != DONE:
                    wanted.setdefault((part.body.organisation_id, kind), []).append((row.row.number, due))
        for (organisation, kind), rows in sorted(wanted.items()):
            noted += _remind(shown.ledger.id, shown.ledger.title, organisation, kind, rows)
    return noted


def _remind(ledger: str, title: str, organisation: int, kind: str, rows: list[tuple[str, date]]) -> int:
    with transaction.atomic():
        held = set(
            Reminder.objects.filter(ledger=ledger, organisation_id=organisation, kind=kind).values_list("row", "due_on")
        )
        fresh = [one for one in rows if one not in held]
        if not fresh:
            return 0
        Reminder.objects.bulk_create(
            [
                Reminder(
                    ledger=ledger, row=row, organisation_id=organisation, kind=kind, due_on=due, sent_at=clock.now()
                )
                for row, due in fresh
            ],
            ignore_conflicts=True,
        )
        what = "已经过了期限，还没有报完成" if kind == "overdue" else f"将在 {SOON} 天内到期"
        numbers = "、".join(row for row, _ in fresh[:10])
        more = "等" if len(fresh) > 10 else ""
        text = f"“{title}”有 {len(fresh)} 行{what}：第 {numbers} 行{more}。请填报进展。"
        for role in ("bureau_reviewer", "bureau_approver"):
            send(text=text, link=f"/bureau/ledgers/{ledger}/?show=mine", to_role=(role, organisation))
    return len(fresh)
