"""What admission puts on each desk's home page, and its entries in the navigation."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_figure, register_link, register_panel
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.selectors.learner_desk import NextStep, list_candidacies, open_for_registration
from guantong.kernel.clock import china_day

ROWS = 6


def own_admission(actor: Actor) -> Panel | None:
    """What the candidate has to do or wait for, and cycles that may be joined now; nothing for who has nothing to do
    with admission."""
    mine = list_candidacies(actor)
    others = open_for_registration(actor)
    if not mine and not others:
        return None
    steps = [step for one in mine for step in one.steps]
    rows = [_row(step) for step in steps]
    rows += [
        PanelRow(
            f"{one.title}：可以报名", reverse("admission:my_registration", args=[one.public_id]), "可以报名", "info"
        )
        for one in others
    ]
    waiting = sum(1 for step in steps if step.tone == "warn")
    return Panel(
        "招生录取", tuple(rows[:ROWS]), reverse("admission:my_home"), is_to_do=waiting > 0, count=waiting or len(rows)
    )


def _row(step: NextStep) -> PanelRow:
    due = china_day(step.due) if isinstance(step.due, datetime) else step.due
    url = reverse(f"admission:{step.page}", args=[step.key]) if step.page else None
    return PanelRow(step.text, url, step.state, step.tone, due)


def count_open_cycles() -> int:
    """Admission years that have not ended."""
    return Cycle.objects.exclude(stage="closed").count()


def register_panels() -> None:
    """Called once from ``AdmissionConfig.ready``."""
    register_panel("learner", 15, own_admission)
    register_link("learner", 5, "招生录取", "admission:my_home")
    register_figure(60, "正在进行的招生年度", "个", count_open_cycles, "/admission/")
