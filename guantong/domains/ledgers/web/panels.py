"""What ledgers put on desks."""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_link, register_panel
from guantong.kernel import clock

from ..rules.standing import DONE
from ..selectors.progress import REPORT, own_rows

SHOWN = 6


def own_tasks(actor: Actor) -> Panel | None:
    """Rows of the actor's body that are overdue, late or not yet reported; None where it answers for none."""
    if not actor.organisations(REPORT):
        return None
    mine = own_rows(actor)
    if not mine:
        return None
    open_rows = []
    for organisation, row in mine:
        part = row.of(organisation)
        assert part is not None  # noqa: S101 - own_rows gives rows the body is part of
        if part.last is None or part.last.state != DONE:
            open_rows.append((row, part))
    open_rows.sort(
        key=lambda one: (not one[0].standing.is_overdue, one[1].last is not None, one[0].row.due or clock.today())
    )
    rows = tuple(
        PanelRow(
            row.row.task,
            f"/bureau/ledgers/{row.ledger.id}/{row.row.number}/",
            state="本单位没有填报" if row.standing.state == DONE else row.standing.word,
            tone="warn" if row.standing.state == DONE else row.standing.tone,
            due_on=None if row.standing.state == DONE else row.row.due,
            detail=f"{row.ledger.title}第 {row.row.number} 行　{'牵头' if part.body.is_lead else '配合'}",
        )
        for row, part in open_rows[:SHOWN]
    )
    return Panel(
        "本单位负责的台账任务",
        rows,
        more_url="/bureau/ledgers/",
        count=len(open_rows),
        is_to_do=any(row.standing.is_overdue or part.last is None for row, part in open_rows),
        empty_text="本单位负责的任务都已完成。",
    )


def register_panels() -> None:
    """Join the authority's desk."""
    register_panel("bureau", 48, own_tasks)
    register_link("bureau", 62, "任务台账", "ledgers:ledgers", REPORT)
    register_link("bureau", 63, "重点任务", "ledgers:bureau_tasks", REPORT)
