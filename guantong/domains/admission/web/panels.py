"""What admission puts on each desk's home page, and its entries in the navigation."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_figure, register_link, register_panel
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.selectors.bureau_checks import bureau_to_do
from guantong.domains.admission.selectors.learner_desk import NextStep, list_candidacies, open_for_registration
from guantong.domains.admission.selectors.school_desk import school_to_do
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


def school_admission(actor: Actor) -> Panel | None:
    """What waits at the school: plans, prospectus, files, registration; nothing for who has no post in admission."""
    if not actor.may("admission.plan"):
        return None
    found = school_to_do(actor)
    rows = [
        PanelRow(one.text, reverse(f"admission:{one.page}", args=one.args), "待办", one.tone, detail=one.title)
        for one in found
    ]
    return Panel(
        "招生录取", tuple(rows[:ROWS]), reverse("admission:school_cycles"), is_to_do=bool(rows), count=len(rows)
    )


def bureau_admission(actor: Actor) -> Panel | None:
    """What waits at the authority: decisions, the next step of each year, openings that are due, appeals."""
    if not actor.may("admission.manage"):
        return None
    found = bureau_to_do(actor)
    rows = [
        PanelRow(one.text, reverse(f"admission:{one.page}", args=one.args), "待办", one.tone, detail=one.title)
        for one in found
    ]
    return Panel(
        "招生录取", tuple(rows[:ROWS]), reverse("admission:bureau_cycles"), is_to_do=bool(rows), count=len(rows)
    )


def count_open_cycles() -> int:
    """Admission years that have not ended."""
    return Cycle.objects.exclude(stage="closed").count()


def register_panels() -> None:
    """Called once from ``AdmissionConfig.ready``."""
    register_panel("learner", 15, own_admission)
    register_panel("school", 15, school_admission)
    register_panel("bureau", 15, bureau_admission)
    register_link("school", 5, "招生录取", "admission:school_cycles", "admission.plan")
    register_link("bureau", 5, "招生录取", "admission:bureau_cycles", "admission.manage")
    register_link("learner", 5, "招生录取", "admission:my_home")
    register_figure(60, "正在进行的招生年度", "个", count_open_cycles, "/admission/")
