"""What case pages show of panels, and what their forms do. Templates: ``panels/_panel.html`` for the organiser,
``_result.html`` and ``_anonymise.html`` for the declaring side; ``_score_sheet.html``, ``_leave.html`` and
``_reviews.html`` are for pages of reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.procedure.cases.checks import state_of
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import step_of
from guantong.procedure.cases.mandate import is_declarer, post_for, why_not_act
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.parts_api import Snippet

from . import errors
from .actions.closing import close_panel
from .actions.committing import draw_anew
from .actions.drawing import draw_panel
from .actions.replacing import remind_reviewers, replace_reviewer
from .models import PanelCase
from .selectors.organising import panel_shown, panels_of
from .selectors.results import result_of
from .specs import panel_steps, spec_of


def snippets(actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
    """The panel for whoever organises it, the result for who may read the case, a warning before a blind one."""
    steps = panel_steps(definition)
    if not steps:
        return
    step = step_of(definition, state_of(case))
    is_with_declarer = step is not None and step.of in ("learner", "declarer")
    if is_with_declarer and any(spec.is_blind for _, spec in steps) and is_declarer(actor, case, definition):
        yield Snippet("panels/_anonymise.html", {}, "main")
    result = result_of(case)
    if result is not None:
        yield Snippet("panels/_result.html", {"result": result}, "main")
    for panel in panels_of(case)[:1]:
        own = definition.steps.get(panel.step)
        if own is not None and post_for(actor, case, own) is not None:
            may_act = (
                spec_of(step) is not None
                and step is not None
                and step.id == own.id
                and why_not_act(actor, case, definition, own) is None
            )
            shown = panel_shown(panel)
            spec = spec_of(own)
            variables = {"panel": shown, "may_act": may_act, "case": case, "spec": spec}
            yield Snippet("panels/_panel.html", variables, "main")


def take_posted(actor: Actor, case: Case, what: str, post: Any) -> Case:
    """What the forms of ``panels/_panel.html`` send to the case page; every one acts on the panel of this case."""
    entries = PanelCase.objects.select_related("panel").filter(case_id=case.pk).exclude(state="left")
    entry = entries.order_by("-id").first()
    if entry is None:
        raise errors.PANEL_UNKNOWN.refuse()
    panel, seat = entry.panel.public_id, str(post.get("panels.seat") or "")
    reason = str(post.get(f"panels.{what}-reason") or post.get(f"panels.{what}-reason-{seat}") or "")
    if what == "draw":
        draw_panel(actor=actor, panel=panel)
    elif what == "close":
        close_panel(actor=actor, panel=panel, leave_out=reason)
    elif what == "remind":
        remind_reviewers(actor=actor, panel=panel)
    elif what == "replace":
        replace_reviewer(actor=actor, seat=seat, reason=reason)
    elif what == "anew":
        draw_anew(actor=actor, panel=panel, case_id=case.pk, reason=reason)
    else:
        raise LookupError(what)
    case.refresh_from_db()
    return case
