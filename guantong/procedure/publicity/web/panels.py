"""What notices and letters put on desks."""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_figure, register_link, register_panel
from guantong.kernel import clock

from ..selectors.letters import objections_for
from ..selectors.notices import count_open

SHOWN = 5


def objections_to_answer(actor: Actor) -> Panel | None:
    """Objections the actor's posts have to answer."""
    waiting = objections_for(actor, is_open=True)
    count = waiting.count()
    if not count:
        return None
    today = clock.today()
    return Panel(
        "待答复的异议",
        tuple(
            PanelRow(
                one.notice.title,
                f"/objections/{one.public_id}/",
                state="已逾期" if one.due_on is not None and one.due_on < today else "正在核实",
                tone="bad" if one.due_on is not None and one.due_on < today else "info",
                due_on=one.due_on,
                detail=f"编号 {one.public_id}",
            )
            for one in waiting[:SHOWN]
        ),
        more_url="/objections/",
        count=count,
    )


def register_panels() -> None:
    """Join the desks and the landing page."""
    for desk in ("bureau", "school"):
        register_panel(desk, 15, objections_to_answer)
    register_link("bureau", 55, "异议处理", "publicity:objections")
    register_link("school", 55, "异议处理", "publicity:objections")
    register_figure(55, "正在公示", "项", count_open, "/publicity/")
