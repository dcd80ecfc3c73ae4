"""What case pages and pages of rounds show. Templates: ``rounds/_case.html``, ``_rounds.html``, ``_calendar.html``,
``_open.html``, ``_extend.html``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.parts_api import Snippet

from .actions.opening import require_governing
from .cycles import place_among, show_cycle
from .homes import home_of_case, plan_of, quotas_of
from .models import HandedIn, QuotaLine
from .seats import period_words
from .selectors import body_names, closing_day, extension_of, round_title


@dataclass(frozen=True, slots=True)
class CaseRoundShown:
    """How a case stands to the rounds of its procedure."""

    title: str
    """The round handed in for, or the one open or coming; empty when none is known."""
    opens_on: date | None
    closes_on: date | None
    handed_in_at: datetime | None
    is_open: bool
    extended_to: date | None
    extension_reason: str
    basis: str
    may_extend: bool
    cycle: str = ""
    """Every how many years, and when the next comes, in words; empty for rounds of every year."""


def case_round(actor: Actor, case: Case, definition: Definition) -> CaseRoundShown | None:
    """The round of a case in words; None when its procedure has no rounds."""
    plan = plan_of(definition)
    if plan is None:
        return None
    now = clock.now()
    handed_in = HandedIn.objects.select_related("round").filter(case_id=case.pk).first()
    own = extension_of(case)
    found = place_among(plan, case.procedure, home_of_case(case), now)
    window = found.present or found.coming
    title, opens = (round_title(window.key), window.opens_on) if window is not None else ("", None)
    if handed_in is not None:
        title, opens = handed_in.round.title, handed_in.round.opens_on
    is_waiting = handed_in is None and case.state in RUNNING
    closes = closing_day(case, definition, now)
    cycle = show_cycle(definition, plan, home_of_case(case), now)
    return CaseRoundShown(
        title=title,
        opens_on=opens,
        closes_on=closes,
        handed_in_at=handed_in.at if handed_in is not None else None,
        is_open=found.present is not None or (own is not None and closes == own.after),
        extended_to=own.after if own is not None else None,
        extension_reason=own.reason if own is not None else "",
        basis=library.basis_sentence(plan.basis),
        may_extend=is_waiting and (found.present or found.last) is not None and may_manage(actor, case, definition),
        cycle=cycle.words if cycle is not None else "",
    )


def may_manage(actor: Actor, case: Case, definition: Definition) -> bool:
    """Whether the actor manages the rounds of the case's procedure."""
    try:
        require_governing(actor, home_of_case(case), definition.title)
    except Refusal:
        return False
    return not actor.is_system


def round_snippets(actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
    """The round on a case's page."""
    shown = case_round(actor, case, definition)
    if shown is not None:
        yield Snippet("rounds/_case.html", {"round": shown}, "side")


@dataclass(frozen=True, slots=True)
class SeatShown:
    """A seat the case took or gave back."""

    title: str
    body: str
    period: str
    is_taken: bool
    at: datetime
    taken: int
    most: int
    basis: str


def case_seats(case: Case) -> list[SeatShown]:
    """Every seat the case took or gave back, oldest first."""
    lines = list(QuotaLine.objects.select_related("counter").filter(case_id=case.pk).order_by("id"))
    names = body_names([line.counter.body for line in lines], clock.today())
    return [
        SeatShown(
            line.counter.title,
            names[line.counter.body],
            period_words(line.counter.period),
            line.change > 0,
            line.at,
            line.taken,
            line.most,
            line.basis,
        )
        for line in lines
    ]


def quota_snippets(actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
    """The quotas on a case's page, for everyone who may read it."""
    del actor
    if quotas_of(definition):
        seats = case_seats(case)
        if seats:
            yield Snippet("rounds/_seats.html", {"seats": seats}, "side")
