"""How titles hang on the machine: ``grants``, ``about``, ``opens`` of a definition and ``effect`` of its outcomes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.procedure.cases.parts_api import Moment, Part, Snippet

from . import reading
from .reading import NAME, Kept

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.procedure.cases.actions.scanning import ScanReport
    from guantong.procedure.cases.definition import Definition, Outcome, Placed
    from guantong.procedure.cases.definition.places import Faults, Node
    from guantong.procedure.cases.models import Case, CaseAction


class Titles(Part):
    """Enters what outcomes say of titles, and keeps which cases stand on which."""

    name = NAME
    order = 50
    top_keys = ("grants", "about", "opens")
    outcome_keys = ("effect",)

    def read_top(self, top: Node) -> Kept:
        return reading.read_top(top)

    def read_outcome(self, outcome: Node) -> str | None:
        return reading.read_outcome(outcome)

    def check(self, faults: Faults, definition: Definition) -> None:
        kept = definition.parts.get(NAME)
        effects = {o.id: str(o.parts[NAME]) for o in definition.outcomes.values() if NAME in o.parts}
        if kept is not None or effects:
            reading.check(faults, definition, kept if isinstance(kept, Kept) else None, effects)

    def check_together(self, holding: Mapping[str, Placed], beside: Container[str]) -> Iterable[Problem]:
        return reading.check_replaced(holding, beside)

    def item_of(self, case: Case, definition: Definition, values: Mapping[str, Any]) -> str:
        from .actions.writing import item_of

        return item_of(case, definition, values)

    def why_not_open(self, moment: Moment) -> Iterable[Problem]:
        from .selectors.opening import why_not_open

        return why_not_open(moment.case, moment.definition, moment.actor, clock.china_day(moment.now))

    def before_arrive(self, moment: Moment, to: str) -> Iterable[Problem]:
        from .actions import why_not_carry_out

        outcome = moment.definition.outcomes.get(to)
        if outcome is None or NAME not in outcome.parts:
            return ()
        return why_not_carry_out(moment.case, moment.definition, outcome, clock.china_day(moment.now))

    def on_leave(self, moment: Moment, place: str) -> None:
        from guantong.procedure.cases.declaring import FACTS

        from .actions import note_reliance

        facts = moment.details.get(FACTS)
        if facts:
            note_reliance(moment.case, facts, moment.now)

    def on_outcome(self, moment: Moment, outcome: Outcome) -> None:
        from .actions import carry_out

        carry_out(moment.case, moment.definition, outcome, moment.actor, moment.law, moment.now)

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        from .actions import open_yearly

        open_yearly(now, report)

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        from .selectors.shown import case_snippet

        shown = case_snippet(actor, case, definition)
        return [Snippet("registers/_case.html", shown)] if shown else ()

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        details: dict[str, Any] = line.details
        title = f"所依的称号已{details.get('word', '变动')}"
        return title, (("称号", str(details.get("title", ""))), ("编号", str(details.get("number", ""))))

    def check_case(self, case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Problem]:
        from .selectors.verifying import check_entries_of

        return check_entries_of(case, definition, lines)


TITLES = Titles()
