"""A case walked without a database: the same machine, gates, periods and conditions, one deed after another.

What only rows can tell (quotas, draws, who holds which post) is not simulated: a part's answer is written in the walk
as the way it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from guantong.kernel.clock import CHINA_TIME, china_day
from guantong.kernel.refusal import Problem, Refusal
from guantong.procedure.conditions import Evaluation

from .. import errors, gates, machine, periods
from ..branching import branch_of
from ..checks import require_action
from ..definition import Definition, Duration, Step
from ..definition.parts import CONDITIONS, DECLARATION, VOTE, WHEN
from ..mandate import role_label
from ..opinions import Opinion
from ..principles import asking_why, has_principles
from .reading import Deed

if TYPE_CHECKING:
    from collections.abc import Callable

    from guantong.policy.asking import Law

NOON = time(12)


class Differs(Exception):
    """A deed found something else than the example says; the text says what, in Chinese."""


class Walk:
    """One case. ``judge`` evaluates the conditions for a declaration; ``take`` raises a refusal as the door would."""

    def __init__(
        self,
        definition: Definition,
        law: Law,
        on: date,
        declared: Mapping[str, Any],
        materials: tuple[str, ...] | None,
        judge: Callable[[Mapping[str, Any], date], Evaluation | None],
    ) -> None:
        self.definition, self.law, self._judge = definition, law, judge
        self.state = machine.begin(definition)
        self.declared = dict(declared)
        required = tuple(r.id for r in definition.requirements if r.is_required)
        self.materials = tuple((m, "accepted") for m in (required if materials is None else materials))
        self.now = datetime.combine(on, NOON, tzinfo=CHINA_TIME)
        self.due: periods.Due | None = None
        self._deciders: dict[str, str] = {}
        self._handed_in_on = on
        self._arrived()

    @property
    def place(self) -> str:
        """Id of the step or outcome the case stands at."""
        return machine.place_of(self.state)

    def take(self, deed: Deed) -> None:
        """Do one deed. Raises :class:`Refusal` where a door would refuse, :class:`Differs` where the example errs."""
        if deed.on is not None:
            now = datetime.combine(deed.on, NOON, tzinfo=CHINA_TIME)
            if now < self.now:
                raise Differs(f"{deed.on}早于前一步")
            self.now = now
        if deed.at and deed.at != self.place:
            raise Differs(f"这时办件在“{self.place}”，不在“{deed.at}”")
        if deed.due is not None and (self.due is None or self.due.on != deed.due):
            raise Differs(f"期限应当到{deed.due}，算得{self.due.on if self.due is not None else '没有期限'}")
        before = self.place
        self.state = self._after(deed)
        if self.place != before or deed.do == "appeal":
            self._arrived()

    def _after(self, deed: Deed) -> machine.State:
        definition, state = self.definition, self.state
        step = machine.step_of(definition, state)
        try:
            if deed.way:
                if step is None:
                    raise Differs("办件不在任何环节，评审和公示都谈不上")
                self._check_over(step, deed)
                part = next((way.part for way in step.ways if way.to == deed.way), "")
                return machine.take_way(definition, state, part, deed.way)
            if deed.do == "lapse":
                if self.due is not None and self.now < self.due.at:
                    raise Differs(f"到{self.due.on}二十四时才期满，{china_day(self.now)}还没有")
                return machine.lapse(definition, state)
            if deed.do == "withdraw":
                if not machine.may_withdraw(definition, state):
                    raise errors.NO_WITHDRAWAL.refuse(step=self.place, known="（见定义）")
                return machine.withdraw(definition, state)
            if deed.do == "appeal":
                return self._appeal(deed)
            return self._act(step, deed)
        except machine.Impossible as error:
            raise Differs(str(error)) from None

    def _appeal(self, deed: Deed) -> machine.State:
        definition, state = self.definition, self.state
        if not machine.may_appeal(definition, state):
            raise errors.NOT_APPEALABLE.refuse(outcome=self.place, why="规定没有写", further=definition.appeal.further)
        if self.due is not None and self.now >= self.due.at:
            raise errors.APPEAL_LATE.refuse(due=str(self.due.on), further=definition.appeal.further)
        if not Opinion.of(deed.opinion).text:
            raise errors.GROUNDS_NEEDED.refuse()
        return machine.appeal(definition, state)

    def _act(self, step: Step | None, deed: Deed) -> machine.State:
        definition = self.definition
        if step is None:
            raise errors.CASE_CLOSED.refuse(outcome=self.place)
        self._check_over(step, deed)
        self._check_who(step, deed)
        action = require_action(definition, step, deed.do)
        if action.kind == "approve" and step.of not in ("declarer", "learner") and has_principles(definition):
            found = self._judge(self.declared, self._handed_in_on)
            action = asking_why(action, found.warnings() if found is not None else [])
        self.declared |= deed.declared
        form = definition.form if action.asks(DECLARATION) else ()
        given = {**deed.values, **({f.id: self.declared[f.id] for f in form if f.id in self.declared})}
        unknown = {k: v for k, v in self.declared.items() if k not in {f.id for f in definition.form}}
        _, problems = gates.clean_values(action, given | (unknown if form else {}), form=form)
        opinion = Opinion.of(deed.opinion)
        problems += gates.why_incomplete(definition, action, opinion, self.materials)
        problems += gates.why_not_chosen(definition, action, deed.to)
        if action.asks(CONDITIONS) and not problems:
            self._handed_in_on = china_day(self.now)
            found = self._judge(self.declared, self._handed_in_on)
            problems += found.problems() if found is not None else []
        if problems:
            raise Refusal(problems)
        self._deciders[step.id] = deed.name or f"{step.id}:{deed.who}"
        to = deed.to
        if action.to == WHEN:
            values, _ = gates.clean_declaration(definition.form, self.declared, definition.title)
            to = branch_of(definition, action, values, self.law)
        _, after = machine.take(definition, self.state, deed.do, to=to, party=deed.party)
        if action.to == VOTE and step.parallel is not None and machine.verdict(step.parallel, dict(after.votes)):
            return machine.decide(definition, after)
        return after

    def _check_over(self, step: Step, deed: Deed) -> None:
        """Refuse what comes after the last moment of a step that lapses."""
        lapses = step.on_timeout is not None and step.on_timeout.do == "lapse"
        if lapses and self.due is not None and self.now >= self.due.at and step.on_timeout is not None:
            raise errors.TIME_RUN_OUT.refuse(step=step.title, due=str(self.due.on), to=step.on_timeout.to)

    def _check_who(self, step: Step, deed: Deed) -> None:
        problem: Problem | None = None
        if not deed.who:
            pass
        elif step.of in ("declarer", "learner"):
            if deed.who not in ("declarer", *self.definition.declarers.roles):
                problem = errors.NOT_TO_DO.problem(who="申请人")
        else:
            roles = {step.role}
            if step.parallel is not None:
                party = step.parallel.party(deed.party)
                roles = {party.role if party is not None else ""}
            timeout = step.on_timeout
            if timeout is not None and timeout.do == "escalate" and self.due is not None and self.now >= self.due.at:
                roles.add(timeout.role)
            if deed.who not in roles:
                problem = errors.NOT_YOUR_ROLE.problem(step=step.title, role=role_label(step.role))
        if problem is None and deed.name:
            for earlier in step.different_from:
                if self._deciders.get(earlier) == deed.name:
                    problem = errors.SAME_PERSON.problem(step=self.definition.steps[earlier].title)
        if problem is not None:
            raise Refusal([problem])

    def _arrived(self) -> None:
        """The period of the place just reached."""
        step = machine.step_of(self.definition, self.state)
        duration: Duration | None = step.deadline if step is not None else None
        if step is None and machine.may_appeal(self.definition, self.state):
            duration = self.definition.appeal.within
        if duration is None or (duration.by and not duration.by[0].isdigit()):
            self.due = None
            return
        self.due = periods.due_after(duration, self.now, self.law)
