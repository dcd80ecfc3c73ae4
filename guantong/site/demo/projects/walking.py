"""One case from its beginning as far as it is to go, following the worked example of its procedure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.base.files.public import store_file
from guantong.domains.projects.actions import open_declaration
from guantong.domains.projects.selectors.holders import Wanted, asks_person
from guantong.kernel import clock
from guantong.procedure.cases.checks import state_of
from guantong.procedure.cases.definition import Action, Definition, Party, Step
from guantong.procedure.cases.machine import step_of
from guantong.procedure.cases.mandate import body_of, why_not_act
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, add_material, definition_of, withdraw_case
from guantong.procedure.cases.worked.reading import Deed, Example
from guantong.procedure.panels.models import PanelSeat
from guantong.procedure.panels.public import close_panel, draw_panel, hand_in_sheet, panels_of
from guantong.procedure.panels.specs import criteria_of, spec_of
from guantong.procedure.rounds.models import HandedIn
from guantong.procedure.rounds.windows import start_of
from guantong.site.demo.projects.people import Cast

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
SCHOOLS = ("donghu", "nanling", "open", "xiling")
ENTERPRISES = ("云澜精密制造有限公司", "东湖新能源汽车有限公司", "澜江医养集团", "青禾种业股份公司")
"""By ``Walk.place``: the first have sign-in cards and may declare anything, the second hold titles, those of the third
are suspended, the fourth have cases under way."""
FREE, HOLDING, SUSPENDED, BUSY = range(4)
SCHOOL_ROLES = ("project_officer", "registrar", "academic_officer")
MOST_MOVES = 14


class Walk:
    """Drives one case; ``stop`` is what it is for: see ``build.STATES``."""

    def __init__(
        self,
        cast: Cast,
        definition: Definition,
        example: Example,
        number: int,
        start: datetime,
        *,
        place: int = 0,
        pace: int = 2,
    ) -> None:
        """``place``: of which school or enterprise, 0 that of the cards. ``pace``: days between two moves."""
        self.cast, self.definition, self.example, self.number = cast, definition, example, number
        self.at, self.place, self.pace = start, place, pace
        self.case: Case | None = None
        self.declarer: Actor | None = None
        self.marks = 80
        """Of a hundred, what the first expert gives."""
        self.used: set[int] = set()
        """Lines of the example that were taken."""
        self.why = ""
        """What stopped it, where something did."""

    def tick(self, days: int = 2) -> None:
        """Time goes on, never beyond now."""
        self.at = min(self.at + timedelta(days=min(days, self.pace), minutes=3 + 7 * (self.number % 9)), clock.now())

    def open(self) -> bool:
        """Begin it; False where nobody of the cast can declare it."""
        found = self._declarer()
        if found is None:
            return False
        self.declarer, wanted = found
        with clock.frozen_at(self.at):
            self.case = open_declaration(
                actor=self.declarer, procedure=self.definition.id, region="990000", wanted=wanted
            )
        return True

    def _declarer(self) -> tuple[Actor, Wanted] | None:
        declarers = self.definition.declarers
        is_technician = "T6" in self.definition.systems
        school = self.cast.organisation("technician" if is_technician else SCHOOLS[self.place])
        name = self.cast.places.names[school]
        if declarers.of == "learner":
            others = self.cast.teachers[1:] if self.place else self.cast.teachers
            actor, _ = others[self.number % len(others)]
            return actor, Wanted(organisation=name)
        if declarers.of not in ("school", "authority") or asks_person(self.definition):
            return None
        for role in declarers.roles:
            if declarers.of == "authority":
                return self.cast.officer(role, self.cast.organisation("bureau")), Wanted(organisation=name)
            if role in SCHOOL_ROLES:
                return self.cast.officer(role, school), Wanted()
            if role == "enterprise_officer":
                return self.cast.officer(role, self.cast.organisation(ENTERPRISES[self.place])), Wanted()
            if role.startswith("bureau"):
                return self.cast.officer(role, self.cast.organisation("东湖市教育局")), Wanted()
        return None

    # ---- moves ------------------------------------------------------------------------------------------------------

    def hand_in(self) -> None:
        """Materials, then the form of the example."""
        case, declarer = self._case, self._declares
        with clock.frozen_at(self.at):
            for requirement in self.definition.requirements:
                kind = requirement.kinds[0]
                if not requirement.is_required or kind not in ("pdf",):
                    continue
                at = case.declared_organisation_id or case.organisation_id
                owner = {"person_id": case.person_id} if case.person_id else {"organisation_id": at}
                file = store_file(declarer, f"{requirement.title}.pdf"[:80], PDF, "evidence", **owner)
                case.refresh_from_db()
                add_material(
                    actor=declarer,
                    case_id=case.pk,
                    requirement=requirement.id,
                    file_id=file.pk,
                    revision=case.revision,
                )
        step = self.step
        if step is not None and step.actions:
            self.take(step, step.actions[0], values=self._typed())

    def _typed(self) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for field in self.definition.form:
            value = self.example.declared.get(field.id)
            if value is None:
                continue
            typed[field.id] = _text(value)
        return typed

    def take(
        self, step: Step, action: Action, deed: Deed | None = None, values: Mapping[str, Any] | None = None
    ) -> None:
        """One action by whoever may take it."""
        case = self._case
        self.tick()
        opinion: dict[str, Any] = {"text": "材料齐全，情况属实。", "reasons": [], "items": []}
        if action.kind == "refuse":
            opinion["text"] = "经核实，不符合规定的条件。"
            opinion["reasons"] = [reason.id for reason in self.definition.reasons[:1]]
        if action.kind == "return":
            opinion["text"] = "请按列出的内容补正。"
            place = self.definition.form[0].id if self.definition.form else "其他"
            opinion["items"] = [{"on": place, "text": "请与证明材料核对后重新填写。"}]
        if deed is not None and deed.opinion:
            opinion = {**opinion, **{k: v for k, v in deed.opinion.items() if v}}
        given = {**(values or {}), **({k: _text(v) for k, v in deed.values.items()} if deed is not None else {})}
        with clock.frozen_at(self.at):
            case.refresh_from_db()
            actor = self._declares if step.of in ("declarer", "learner") else self._officer(step)
            self.case = act(
                actor=actor,
                case_id=case.pk,
                action=action.id,
                revision=case.revision,
                opinion=opinion,
                values=given,
                to=deed.to if deed is not None and action.choices else "",
            )

    def follow(self) -> None:
        """Along the example as far as the walk and the law of the moment let it go."""
        for _ in range(MOST_MOVES):
            step = self.step
            if step is None or "publicity" in step.parts:
                return
            if "panels" in step.parts:
                self.score(step)
                if self.step is step:
                    return
                continue
            if step.parallel is not None:
                self.vote(step)
                continue
            if not step.actions:
                return
            deed = self._next_deed(step)
            chosen = step.action(deed.do) if deed is not None else None
            action = chosen or next((a for a in step.actions if a.kind in ("approve", "submit")), step.actions[0])
            self.take(step, action, deed, values=self._said(action) if deed is None else None)

    def _next_deed(self, step: Step) -> Deed | None:
        """The next line of the example (handing in apart) that can be taken at this step."""
        lines = list(enumerate(self.example.walk))[1:]
        fitting = [(n, d) for n, d in lines if n not in self.used and d.at in ("", step.id) and step.action(d.do)]
        found = next((each for each in fitting if each[1].at), fitting[0] if fitting else None)
        if found is None:
            return None
        self.used.add(found[0])
        return found[1]

    def _said(self, action: Action) -> dict[str, str]:
        """Words for what an action asks that the example leaves to the clock."""
        texts = [field for field in action.fields if field.kind in ("text", "long_text")]
        return {field.id: "已经按要求办理，情况如实报告。" for field in texts}

    def vote(self, step: Step) -> None:
        """Every party agrees."""
        for party in step.parallel.parties if step.parallel is not None else ():
            if self.step is not step:
                return
            case = self._case
            action = next(a for a in step.actions if a.kind == "approve")
            self.tick(1)
            with clock.frozen_at(self.at):
                case.refresh_from_db()
                body = body_of(case, party)
                self.case = act(
                    actor=self.cast.officer(party.role, body or 0),
                    case_id=case.pk,
                    action=action.id,
                    revision=case.revision,
                    opinion={"text": "同意。"},
                )

    def score(self, step: Step) -> None:
        """Draw the panel, every expert hands in, the results are made where the rules let them."""
        spec, case = spec_of(step), self._case
        if spec is None:
            return
        organiser = self._officer(step)
        self.tick(1)
        with clock.frozen_at(self.at):
            panel = panels_of(case)[0]
            draw_panel(actor=organiser, panel=panel.public_id)
        seats = PanelSeat.objects.select_related("member", "entry__panel").filter(entry__case=case, state="invited")
        self.tick(2)
        for number, seat in enumerate(seats.order_by("position")):
            expert = self.cast.expert(seat.member.user_id)
            with clock.frozen_at(self.at):
                hand_in_sheet(
                    actor=expert,
                    seat=seat.public_id,
                    revision=seat.revision,
                    points={
                        c.id: str((Decimal(c.most) * (self.marks + number * 3) / 100).quantize(Decimal(1)))
                        for c in criteria_of(seat.entry.panel.rules)
                    },
                    comments={},
                    comment="建设基础较好，目标明确。",
                )
        self.tick(1)
        if spec.top is not None or spec.top_quota:
            self.at = min(max(self.at, self._round_closed()), clock.now())
        with clock.frozen_at(self.at):
            close_panel(actor=organiser, panel=panel.public_id)
        case.refresh_from_db()

    def _round_closed(self) -> datetime:
        """A moment after the case's round has closed; who is ranked together is ranked then."""
        row = HandedIn.objects.select_related("round").filter(case=self._case).first()
        if row is None:
            return self.at
        return start_of(row.round.closes_on) + timedelta(days=1, hours=9)

    def decide(self, kind: str) -> bool:
        """At the present step take the first action of a kind; False where there is none."""
        step = self.step
        action = next((a for a in step.actions if a.kind == kind), None) if step is not None else None
        if step is None or action is None or step.parallel is not None or step.of in ("declarer", "learner"):
            return False
        self.take(step, action)
        return True

    def withdraw(self) -> None:
        """The declarer takes it back."""
        case = self._case
        self.tick()
        with clock.frozen_at(self.at):
            case.refresh_from_db()
            self.case = withdraw_case(
                actor=self._declares, case_id=case.pk, revision=case.revision, reason="建设方案有调整，下一批次再申报。"
            )

    # ---- who --------------------------------------------------------------------------------------------------------

    @property
    def _case(self) -> Case:
        if self.case is None:
            raise LookupError("not opened")
        return self.case

    @property
    def _declares(self) -> Actor:
        if self.declarer is None:
            raise LookupError("not opened")
        return self.declarer

    @property
    def step(self) -> Step | None:
        """Where it waits."""
        self._case.refresh_from_db()
        return step_of(definition_of(self._case), state_of(self._case))

    def _officer(self, step: Step | Party) -> Actor:
        body = body_of(self._case, step)
        if body is None:
            raise LookupError("nobody responsible")
        actor = self.cast.officer(step.role, body)
        if isinstance(step, Step) and why_not_act(actor, self._case, self.definition, step) is not None:
            return self.cast.colleague(step.role, body)
        return actor


def _text(value: Any) -> Any:
    """A value of an example as a form sends it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return [str(v) for v in value]
    return str(value)
