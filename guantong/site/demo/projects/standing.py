"""Titles that stand or are suspended in the registers, so that reports, checks and exits of them can be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from guantong.domains.projects.selectors.holders import grants_of
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.public import scan_deadlines
from guantong.procedure.cases.worked.reading import Example
from guantong.procedure.conditions.graph import title_named
from guantong.procedure.conditions.tree import TITLE_PREFIX
from guantong.procedure.registers.actions.writing import effect_of, kept_of
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.public import open_about
from guantong.procedure.registers.rules import SUSPEND, SUSPENDED
from guantong.procedure.rounds.public import plan_of
from guantong.site.demo.projects.people import Cast
from guantong.site.demo.projects.walking import HOLDING, Walk
from guantong.site.demo.projects.walking import SUSPENDED as SUSPENDED_ONES

ROUND, EARLY, SCAN, LATE, AGAIN, WAITING = 75, 62, 27, 26, 10, 3
"""Days before now: first declarations of procedures with rounds and without; the notices are over; declarations that
stand on titles given then, and suspensions; their notices are over; what waits. A yearly report opened at the first
scan has twenty working days, so none runs out unreported before now."""


@dataclass
class Book:
    """The procedures in force with their examples."""

    definitions: dict[str, Definition]
    examples: Mapping[str, tuple[Example, ...]]
    tried: list[Walk] = field(default_factory=list)

    def example(self, code: str) -> Example | None:
        """The first that meets the conditions and ends."""
        fitting = (e for e in self.examples.get(code, ()) if e.walk and e.ends and e.expect in ("", "met"))
        return next(fitting, None)

    def suspending(self, definition: Definition) -> Example | None:
        """One that ends with the title suspended."""
        for example in self.examples.get(definition.id, ()):
            outcome = definition.outcomes.get(example.ends)
            is_reported = bool(example.walk) and example.walk[0].do != "lapse"
            if is_reported and outcome is not None and effect_of(outcome) == SUSPEND:
                return example
        return None

    def asked(self, definition: Definition) -> set[str]:
        """Registers and procedures whose titles its example stands on."""
        example = self.example(definition.id)
        facts = example.facts.items() if example is not None else ()
        return {title_named(name) for name, held in facts if name.startswith(TITLE_PREFIX) and held}


def stand_titles(cast: Cast, book: Book) -> int:
    """Grant a title in every register something follows or asks for, and suspend a second one where a procedure is only
    for suspended ones. Returns how many cases were opened."""
    now = clock.now()
    abouts = {d.id: kept.about for d in book.definitions.values() if (kept := kept_of(d)).about is not None}
    twice = {about.register for about in abouts.values() if about is not None and set(about.states) == {SUSPENDED}}
    asked = {name for d in book.definitions.values() for name in book.asked(d)}
    feeders = _feeders(book, {a.register for a in abouts.values() if a is not None} | asked)
    twice |= {name for d in feeders for name in book.asked(d) if _register(d) in twice}
    count = _grant(cast, book, [d for d in feeders if not book.asked(d)], twice, now, EARLY)
    scan_deadlines(now - timedelta(days=SCAN))
    _go_on(book.tried, now - timedelta(days=SCAN))
    count += _suspend(cast, book, twice, now - timedelta(days=LATE))
    count += _grant(cast, book, [d for d in feeders if book.asked(d)], twice, now, LATE)
    scan_deadlines(now - timedelta(days=AGAIN))
    _go_on(book.tried, now - timedelta(days=AGAIN))
    count += _suspend(cast, book, twice, now - timedelta(days=AGAIN))
    return count + _wait(cast, book, now - timedelta(days=WAITING))


def _wait(cast: Cast, book: Book, at: datetime) -> int:
    """What is asked for upon a title and gives none itself (support for an enterprise) waits for the authority."""
    opened = 0
    for definition in book.definitions.values():
        example = book.example(definition.id)
        if example is None or not book.asked(definition) or grants_of(definition) or plan_of(definition) is not None:
            continue
        walk = Walk(cast, definition, example, len(book.tried), at, place=HOLDING, pace=0)
        opened += go(walk, [walk.hand_in])
        book.tried.append(walk)
    return opened


def _feeders(book: Book, wanted: Iterable[str]) -> list[Definition]:
    """One procedure with an example for each register or procedure named, those without conditions on titles first."""
    names = set(wanted)
    found: dict[str, Definition] = {}
    for definition in sorted(book.definitions.values(), key=lambda d: (len(book.asked(d)), d.id)):
        grants = grants_of(definition)
        if grants is None or book.example(definition.id) is None:
            continue
        if {grants.register, definition.id} & names:
            found.setdefault(definition.id if definition.id in names else grants.register, definition)
    return list({d.id: d for d in found.values()}.values())


def _register(definition: Definition) -> str:
    grants = grants_of(definition)
    return grants.register if grants is not None else ""


def _grant(cast: Cast, book: Book, feeders: list[Definition], twice: set[str], now: datetime, days: int) -> int:
    opened = 0
    for definition in feeders:
        example, grants = book.example(definition.id), grants_of(definition)
        if example is None or grants is None:
            continue
        plan = plan_of(definition)
        start = now - timedelta(days=ROUND if plan is not None and days == EARLY else days)
        for place in (HOLDING, SUSPENDED_ONES) if {grants.register, definition.id} & twice else (HOLDING,):
            walk = Walk(cast, definition, example, len(book.tried), start, place=place, pace=2 if days == EARLY else 0)
            opened += go(walk, [walk.hand_in, walk.follow])
            book.tried.append(walk)
    return opened


def go(walk: Walk, moves: Iterable[Callable[[], bool | None]]) -> bool:
    """Open a walk and take its moves, each in its own transaction; what is refused leaves it where it stands.

    False where nobody of the cast can open it.
    """
    try:
        with transaction.atomic():
            if not walk.open():
                return False
        for move in moves:
            with transaction.atomic():
                if move() is False:
                    break
    except (Refusal, LookupError) as stopped:
        walk.why = str(stopped)
        return walk.case is not None
    return True


def _go_on(walks: list[Walk], at: datetime) -> None:
    """After the notices: whoever decides then."""
    for walk in walks:
        if walk.case is None:
            continue
        walk.case.refresh_from_db()
        if walk.case.outcome:
            continue
        walk.at = max(walk.at, at)
        try:
            with transaction.atomic():
                walk.follow()
        except (Refusal, LookupError) as stopped:
            walk.why = str(stopped)


class AboutWalk(Walk):
    """A case about a title, following the example of its procedure."""

    def __init__(self, cast: Cast, definition: Definition, example: Example, title: HeldTitle, start: datetime) -> None:
        super().__init__(cast, definition, example, title.pk, start, place=SUSPENDED_ONES, pace=0)
        self.title = title
        self.marks = 40

    def open(self) -> bool:
        declarers = self.definition.declarers
        at = self.title.authority_id if declarers.of == "authority" else self.title.organisation_id
        if at is None or declarers.of not in ("authority", "school"):
            return False
        kind = self.cast.places.kinds.get(at, "")
        fitting = [r for r in declarers.roles if (r == "enterprise_officer") == (kind == "enterprise")]
        self.declarer = self.cast.officer((fitting or list(declarers.roles))[0], at)
        with clock.frozen_at(self.at):
            self.case = open_about(actor=self.declarer, definition=self.definition.id, number=self.title.number)
        return True


def _suspend(cast: Cast, book: Book, registers: set[str], at: datetime) -> int:
    """In each register suspend the second title, by whichever procedure has an example of it."""
    opened = 0
    for definition in book.definitions.values():
        about = kept_of(definition).about
        if about is None or about.register not in registers or set(about.states) == {SUSPENDED}:
            continue
        example = book.suspending(definition)
        titles = HeldTitle.objects.filter(register=about.register, is_current=True).order_by("pk")
        if example is None or titles.filter(state=SUSPENDED).exists() or titles.count() < 2:
            continue
        walk = AboutWalk(cast, definition, example, titles[1], at)
        opened += go(walk, [walk.hand_in, walk.follow])
        book.tried.append(walk)
    return opened
