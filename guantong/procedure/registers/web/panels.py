"""What titles put on desks."""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_figure, register_link, register_panel

from ..actions.writing import shown_name
from ..facts import in_force_on
from ..models import TitleSpan
from ..rules import STANDING
from ..selectors.supervising import SOON, expiring_titles, fallen_reliances, show_fallen

SHOWN = 5
CASES = 50
"""Reliances looked at for a panel; the page shows all."""


def fallen(actor: Actor) -> Panel | None:
    """Cases the actor decides that stand on titles that no longer count."""
    rows = show_fallen(fallen_reliances(actor)[:CASES])
    if not rows:
        return None
    return Panel(
        "立足于已撤销或到期称号的办件",
        tuple(
            PanelRow(
                f"{one.case.title}（{one.case.public_id}）",
                "/bureau/titles/",
                state=f"称号{one.state_word}",
                tone="bad" if one.is_running else "warn",
                detail=one.title_name,
            )
            for one in rows[:SHOWN]
        ),
        more_url="/bureau/titles/",
        count=len(rows),
    )


def expiring(actor: Actor) -> Panel | None:
    """Titles in the actor's area whose term ends soon."""
    spans = expiring_titles(actor)
    count = spans.count()
    if not count:
        return None
    return Panel(
        f"{SOON} 天内到期的称号",
        tuple(
            PanelRow(
                f"{span.title.holder_name}　{shown_name(span.title)}",
                f"/registers/titles/{span.title.number}/",
                detail=span.title.number,
                due_on=span.ends,
            )
            for span in spans[:SHOWN]
        ),
        more_url="/bureau/titles/",
        count=count,
        is_to_do=False,
    )


def count_standing() -> int:
    """Titles standing today."""
    from guantong.kernel import clock

    return TitleSpan.objects.filter(in_force_on(clock.today()), state=STANDING).count()


def register_panels() -> None:
    """Join the desks and the landing page."""
    register_panel("bureau", 45, fallen)
    register_panel("bureau", 60, expiring)
    register_link("bureau", 60, "称号管理", "registers:supervise")
    register_figure(60, "有效称号", "个", count_standing, "/registers/")
