"""The two parts this room hangs on the machine of cases."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions.scanning import ScanReport
from guantong.procedure.cases.definition import Action, Definition, Placed, Step
from guantong.procedure.cases.definition.places import Faults, Node
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.parts_api import Moment, Part, Snippet
from guantong.procedure.cases.periods import chinese_day

from . import errors, homes, pages
from .actions.opening import ensure_round, extend_case, write_down_open_rounds
from .actions.redating import BY_ROUND, carry_deadlines
from .actions.seats import give_back, take_seat
from .audit import check_case
from .cycles import interval_of, place_among, why_unknown
from .forms import day_posted
from .homes import home_of_case, plan_of, quotas_of, region_name
from .models import HandedIn
from .reading import check_quotas, read_quotas, read_rounds
from .seats import holds_after, moved_of
from .selectors import closing_day, extension_of, held_by, open_until, round_of, round_title
from .sharing import check_shared
from .windows import RoundPlan, Window


class RoundsPart(Part):
    """Rounds: one may hand in only while one is open, or until the day this case was extended to."""

    name = homes.ROUNDS
    order = 10
    top_keys = ("rounds",)
    day_names = ("round",)

    def read_top(self, top: Node) -> object | None:
        return read_rounds(top)

    def day_for(self, word: str, case: Case, definition: Definition, now: datetime) -> date | None:
        return closing_day(case, definition, now)

    def why_not(self, moment: Moment, action: Action) -> Iterable[Problem]:
        if not _is_handing_in(moment):
            return
        problem, _ = _round_for(moment)
        if problem is not None:
            yield problem

    def on_leave(self, moment: Moment, place: str) -> None:
        if place != moment.definition.start or not _is_handing_in(moment) or moment.action in _NOT_BY_HAND:
            return
        plan = plan_of(moment.definition)
        problem, window = _round_for(moment)
        if plan is None or window is None:
            raise Refusal([problem] if problem is not None else [_no_round(moment)], status=409)
        row = ensure_round(plan, moment.definition, home_of_case(moment.case), window, moment.now)
        HandedIn.objects.create(case=moment.case, round=row, at=moment.now)

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        """Write down the yearly rounds that have opened, so that lists and seeds exist before anybody declares."""
        report.did("开放批次", write_down_open_rounds(now))
        report.did("随批次延长期限", carry_deadlines(now))

    def holds_back(self, case: Case, definition: Definition, step: Step) -> Problem | None:
        """A step that waits for the round does not lapse while the round, or the case's own time, was extended."""
        if step.deadline is None or step.deadline.by != BY_ROUND:
            return None
        day = open_until(case, definition, clock.now())
        if day is None or case.due_on is None or day <= case.due_on:
            return None
        return errors.EXTENDED.problem(title=definition.title, closes=chinese_day(day))

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        return pages.round_snippets(actor, case, definition)

    def take_posted(self, actor: Actor, case: Case, what: str, post: Any, files: Mapping[str, Any]) -> Case | None:
        if what != "extend":
            raise LookupError(what)
        day = day_posted(post, "rounds.closes_on", "新的截止日")
        return extend_case(actor=actor, case_id=case.pk, closes_on=day, reason=str(post.get("rounds.reason") or ""))

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        day = date.fromisoformat(str(line.details["closes_on"]))
        return "延长本件的提交期限", (("可以提交到", chinese_day(day)),)


_NOT_BY_HAND = ("withdraw", "lapse", "part_move", "migrate")


def _is_handing_in(moment: Moment) -> bool:
    """Whether this is the first time the case leaves the hands of whoever declares."""
    if plan_of(moment.definition) is None or moment.before is None or moment.before.step != moment.definition.start:
        return False
    return not HandedIn.objects.filter(case_id=moment.case.pk).exists()


def _round_for(moment: Moment) -> tuple[Problem | None, Window | None]:
    """(why the case cannot be handed in now, the window it is handed in for)."""
    case, definition, now = moment.case, moment.definition, moment.now
    plan = plan_of(definition)
    if plan is None:
        return None, None
    home = home_of_case(case)
    found = place_among(plan, case.procedure, home, now)
    if found.present is not None:
        return None, found.present
    own = extension_of(case)
    if own is not None and now < Window(own.after, own.after, own.round.key).closes_at:
        return None, Window(own.round.opens_on, own.round.closes_on, own.round.key)
    interval = interval_of(plan, home, clock.china_day(now))
    basis = interval.citation or library.citation_of(plan.basis)
    if own is not None:
        closed = Window(own.round.opens_on, own.after, own.round.key)
        return _closed(moment, plan, closed, found.coming, home), None
    if found.last is not None and (found.coming is None or found.last.closes_on >= clock.china_day(case.opened_at)):
        return _closed(moment, plan, found.last, found.coming, home), None
    if found.coming is not None:
        return (
            errors.NOT_OPENED.problem(
                basis=basis,
                title=definition.title,
                round=round_title(found.coming.key),
                opens=chinese_day(found.coming.opens_on),
            ),
            None,
        )
    return _no_round(moment), None


def _closed(moment: Moment, plan: RoundPlan, last: Window, coming: Window | None, home: str) -> Problem:
    following = f"下一批次从{chinese_day(coming.opens_on)}起受理。" if coming is not None else ""
    return errors.CLOSED.problem(
        basis=library.citation_of(plan.basis),
        title=moment.definition.title,
        round=round_title(last.key),
        closes=chinese_day(last.closes_on),
        next=following,
        who=f"{region_name(home, clock.china_day(moment.now))}主管部门",
    )


def _no_round(moment: Moment) -> Problem:
    plan = plan_of(moment.definition)
    if plan is not None and plan.every is not None:
        home, today = home_of_case(moment.case), clock.china_day(moment.now)
        unknown = why_unknown(plan, moment.definition, home, today)
        if unknown is not None:
            return unknown
    basis = library.citation_of(plan.basis) if plan is not None else None
    return errors.NO_ROUND.problem(basis=basis, title=moment.definition.title)


class QuotasPart(Part):
    """Quotas: a seat is taken on arriving at the place counted, and given back when the case falls out."""

    name = homes.QUOTAS
    order = 20
    top_keys = ("quotas",)

    def read_top(self, top: Node) -> object | None:
        return read_quotas(top)

    def check(self, faults: Faults, definition: Definition) -> None:
        check_quotas(faults, definition, quotas_of(definition), has_rounds=plan_of(definition) is not None)

    def before_arrive(self, moment: Moment, to: str) -> Iterable[Problem]:
        quotas = [quota for quota in quotas_of(moment.definition) if to in quota.at]
        if not quotas:
            return
        held = held_by(moment.case) if moment.case.pk is not None else {}
        key = ""
        if any(quota.per == "round" for quota in quotas):
            key = _round_key(moment)
        for quota in sorted(quotas, key=lambda q: q.order(moment.case.procedure)):
            if quota.key in held:
                continue
            problem = take_seat(moment.case, quota, key, moment.law, moment.now)
            if problem is not None:
                yield problem

    def on_leave(self, moment: Moment, place: str) -> None:
        quotas = quotas_of(moment.definition)
        if not quotas or moment.before is None:
            return
        held = held_by(moment.case)
        if not held:
            return
        moved = moved_of(moment.definition, moment.action, moment.before.as_json(), moment.after.as_json())
        for quota in sorted(quotas, key=lambda q: q.order(moment.case.procedure)):
            if quota.key in held and not holds_after(quota, True, moved):
                give_back(moment.case, held[quota.key].pk, moment.now)

    def check_together(self, holding: Mapping[str, Placed], beside: Container[str]) -> Iterable[Problem]:
        return check_shared(holding)

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        return pages.quota_snippets(actor, case, definition)

    def check_case(self, case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Problem]:
        return check_case(case, definition, lines)


def _round_key(moment: Moment) -> str:
    """``<region>:<key>`` of the round the case counts in: handed in already, or being handed in by this very move."""
    row = round_of(moment.case) if moment.case.pk is not None else None
    if row is not None:
        return f"{row.region}:{row.key}"
    _, window = _round_for(moment)
    return f"{home_of_case(moment.case)}:{window.key if window is not None else moment.now.year}"


ROUNDS = RoundsPart()
QUOTAS = QuotasPart()
