"""How notices and letters hang on the machine: ``publicity`` of a step and ``protected`` of a definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from guantong.kernel.refusal import Problem
from guantong.procedure.cases.parts_api import Moment, Part, Snippet

from . import reading
from .reading import NAME, Publicity

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.procedure.cases.actions.scanning import ScanReport
    from guantong.procedure.cases.definition import Action, Definition, Outcome, Step
    from guantong.procedure.cases.definition.places import Faults, Node
    from guantong.procedure.cases.models import Case, CaseAction


class PublicityPart(Part):
    """Publishes when a case comes to a step, holds it while objections are open, and keeps letters protected."""

    name = NAME
    order = 40
    top_keys = ("protected",)
    step_keys = ("publicity",)

    def read_top(self, top: Node) -> bool | None:
        return reading.read_top(top)

    def read_step(self, step: Node) -> Publicity | None:
        return reading.read_step(step)

    def ways(self, kept: Publicity) -> Iterable[tuple[str, str]]:
        return [("publicity.objections.to", kept.objections.to)]

    def check(self, faults: Faults, definition: Definition) -> None:
        reading.check(faults, definition)

    def why_not(self, moment: Moment, action: Action) -> Iterable[Problem]:
        """A step that shows a notice cannot be left towards approval while an objection is open."""
        from .selectors.notices import why_held

        step = moment.definition.steps.get(moment.case.step)
        if step is None or NAME not in step.parts or action.kind in ("return", "refuse"):
            return ()
        problem = why_held(moment.case, step)
        return [problem] if problem is not None else ()

    def on_arrive(self, moment: Moment, step: Step) -> None:
        from .actions.publishing import publish

        kept = step.parts.get(NAME)
        if isinstance(kept, Publicity):
            publish(moment.case, moment.definition, step, kept, moment.actor, moment.law, moment.now)

    def on_leave(self, moment: Moment, place: str) -> None:
        from .actions.publishing import end_notice

        step = moment.definition.steps.get(place)
        if step is not None and NAME in step.parts:
            end_notice(moment.case, place, moment.action, moment.now)

    def on_outcome(self, moment: Moment, outcome: Outcome) -> None:
        from .actions.publishing import record_outcome

        record_outcome(moment.case, outcome, moment.now)

    def holds_back(self, case: Case, definition: Definition, step: Step) -> Problem | None:
        from .selectors.notices import why_held

        return why_held(case, step) if NAME in step.parts else None

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        from .actions.publishing import follow_days, tell_overdue

        follow_days()
        report.did("异议逾期提醒", tell_overdue(now))

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        from .selectors.letters import case_snippet

        shown = case_snippet(actor, case, definition)
        return [Snippet("publicity/_case.html", shown)] if shown else ()

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        words = {"objection": "收到异议", "dismissed": "异议不成立", "upheld": "异议成立", "taken_back": "异议撤回"}
        what = str(line.details.get("what", ""))
        return words.get(what, "公示"), (("异议编号", str(line.details.get("objection", ""))),)

    def check_case(self, case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Problem]:
        from .selectors.verifying import check_case

        return check_case(case, definition)


PART = PublicityPart()
