"""The part this room hangs on the machine of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel.refusal import Problem
from guantong.procedure.cases.actions.scanning import ScanReport
from guantong.procedure.cases.definition import Definition, Step
from guantong.procedure.cases.definition.places import Faults, Node
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.parts_api import Moment, Part, Snippet
from guantong.procedure.rounds import homes
from guantong.procedure.rounds.actions import ensure_round
from guantong.procedure.rounds.cycles import place_among
from guantong.procedure.rounds.selectors import round_of

from . import pages
from .actions.committing import attach, commit_for_case, detach, publish_seeds
from .reading import check_panels, read_panel
from .scoring import shown
from .selectors.publishing import check_results
from .spec import NAME, PanelSpec
from .specs import panel_steps, spec_of


class PanelsPart(Part):
    """Panels of reviewers at a step: drawn, scored, closed; then the case goes where its result leads."""

    name = NAME
    order = 30
    step_keys = ("panel",)

    def read_step(self, step: Node) -> object | None:
        return read_panel(step)

    def ways(self, kept: Any) -> Iterable[tuple[str, str]]:
        if isinstance(kept, PanelSpec):
            yield "panel.passed", kept.passed
            yield "panel.failed", kept.failed

    def check(self, faults: Faults, definition: Definition) -> None:
        check_panels(faults, definition)

    def on_open(self, moment: Moment) -> None:
        steps = panel_steps(moment.definition)
        if not steps:
            return
        plan = homes.plan_of(moment.definition)
        row = None
        if plan is not None:
            home = homes.home_of_case(moment.case)
            window = place_among(plan, moment.case.procedure, home, moment.now).present
            if window is None:
                return  # committed when it is handed in
            row = ensure_round(plan, moment.definition, home, window, moment.now)
        for step, spec in steps:
            commit_for_case(moment.case, moment.definition, step, spec, moment.now, row)

    def on_leave(self, moment: Moment, place: str) -> None:
        step = moment.definition.steps.get(place)
        if spec_of(step) is not None:
            detach(moment.case, place, moment.now)
        steps = panel_steps(moment.definition) if place == moment.definition.start else []
        if steps:
            row = round_of(moment.case)
            for each, spec in steps if row is not None else ():
                commit_for_case(moment.case, moment.definition, each, spec, moment.now, row)

    def on_arrive(self, moment: Moment, step: Step) -> None:
        spec = spec_of(step)
        if spec is not None:
            attach(moment.case, moment.definition, step, spec, moment.now)

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        """Publish the seeds of rounds that are open, where one body draws for the whole region."""
        report.did("公布评审种子校验值", publish_seeds(now))

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        return pages.snippets(actor, case, definition)

    def take_posted(self, actor: Actor, case: Case, what: str, post: Any, files: Mapping[str, Any]) -> Case | None:
        return pages.take_posted(actor, case, what, post)

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        details = line.details
        if details["what"] == "drawn":
            return "抽取评审专家", (
                ("抽取", f"{details['experts']}位"),
                ("按回避跳过", f"{details['skipped']}位"),
                ("事先公布的校验值", str(details["commitment"])),
                ("公开的种子", str(details["seed"])),
            )
        facts = [("平均分", shown(Fraction(str(details["mean"]))))]
        if "rank" in details:
            facts.append(("名次", f"{details['of']}件中第{details['rank']}名"))
        if details["line"]:
            facts.append(("分数线", shown(Fraction(str(details["line"])))))
        return ("专家评审通过" if details["passed"] else "专家评审没有通过"), tuple(facts)

    def check_case(self, case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Problem]:
        return check_results(case, lines) if panel_steps(definition) else ()


PANELS = PanelsPart()
