"""Cases of the procedures a region folder holds, in every state a case can be in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from guantong.domains.projects.selectors.catalogue import Entry, list_entries
from guantong.domains.projects.selectors.holders import grants_of
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.public import scan_deadlines
from guantong.procedure.cases.worked.reading import Example, read_examples
from guantong.procedure.rounds.public import home_of, place_among, plan_of
from guantong.site.demo.places import Places
from guantong.site.demo.projects.people import build_cast
from guantong.site.demo.projects.rounds import PRESENT, open_pools, open_rounds
from guantong.site.demo.projects.standing import Book, go, stand_titles
from guantong.site.demo.projects.walking import BUSY, FREE, Walk

STATES = ("granted", "handed_in", "publicity", "returned", "draft", "refused", "granted", "withdrawn")
"""What the cases of the procedures are for, in turn."""
MOST = 44
"""Cases in turn at most, beside those that stand titles: a few seconds of work."""
BEFORE = {"handed_in": 9, "publicity": 7, "returned": 16}
"""Days before now at which a case for such a state begins, so that no period runs out meanwhile; 60 for others."""
Progress = Callable[[str], None]


def build_projects(places: Places, today: date, say: Progress) -> None:
    """Accounts, pools, rounds and cases. What a procedure does not let happen is left where it stands."""
    with clock.frozen_at(today - timedelta(days=400)), transaction.atomic():
        cast = build_cast(places, today - timedelta(days=400))
    entries = list_entries(settings.REGION)
    definitions = [entry.definition for entry in entries]
    with transaction.atomic():
        open_pools(cast, definitions)
        open_rounds(definitions, today)
    book = Book({d.id: d for d in definitions}, _examples())
    standing = stand_titles(cast, book)
    done: Counter[str] = Counter()
    owed = 0
    for definition, example in _in_turn(entries, book):
        number = sum(done.values())
        if number >= MOST:
            break
        state = _state(definition, number)
        if state == "handed_in" and owed and _has_notice(definition):
            state, owed = "publicity", owed - 1
        elif state == "granted" and STATES[number % len(STATES)] == "publicity":
            owed += 1  # its turn came for a procedure without a public notice
        walk = Walk(
            cast, definition, example, number, _start(definition, state, today), place=_place(definition, state)
        )
        if go(walk, _moves(walk, state)):
            done[state] += 1
    report = scan_deadlines()
    say(f"{standing + sum(done.values())} 件申报：{dict(done)}；{report.sentence()}")


def _examples() -> dict[str, tuple[Example, ...]]:
    """The worked examples by procedure; those of a region before those of the regions above it."""
    found: dict[str, tuple[Example, ...]] = {}
    for file in sorted(Path(settings.REGIONS).glob("[0-9]*/cases/procedures/*.yaml"), reverse=True):
        try:
            examples = read_examples(file.read_text("utf-8"), file=file.name)
        except Refusal:
            continue
        for one in examples:
            if one.region in ("", settings.REGION):
                found[one.procedure] = (*found.get(one.procedure, ()), one)
    return found


def _in_turn(entries: list[Entry], book: Book) -> Iterator[tuple[Definition, Example]]:
    """Procedures of this desk with an example that meets its conditions, the systems mixed."""
    found: dict[str, list[tuple[Definition, Example]]] = {}
    for entry in entries:
        example = book.example(entry.code) if entry.is_ours else None
        if example is not None:
            found.setdefault(entry.systems[0] if entry.systems else "", []).append((entry.definition, example))
    turn = 0
    while any(len(group) > turn for group in found.values()):
        for group in found.values():
            if turn < len(group):
                yield group[turn]
        turn += 1


def _state(definition: Definition, number: int) -> str:
    """What the case is for; of those on the way to a title, procedures with a public notice stay there."""
    state = STATES[number % len(STATES)]
    if state not in ("granted", "publicity"):
        return state
    return "publicity" if _has_notice(definition) else "granted"


def _has_notice(definition: Definition) -> bool:
    return any("publicity" in step.parts for step in definition.steps.values())


def _place(definition: Definition, state: str) -> int:
    """Where it would keep the people of the cards from declaring, another's: a title held once, or under way."""
    grants = grants_of(definition)
    is_once = grants is not None and not grants.item
    return BUSY if is_once and state not in ("draft", "refused", "withdrawn") else FREE


def _start(definition: Definition, state: str, today: date) -> datetime:
    """A moment at which one may declare, early enough for the state."""
    start = clock.now() - timedelta(days=BEFORE.get(state, 60))
    plan = plan_of(definition)
    if plan is None:
        return start
    if plan.is_on_notice:
        opened = clock.now() + timedelta(days=PRESENT[0] + 1)
        return max(start, opened)
    around = place_among(plan, definition.id, home_of(definition.id, settings.REGION, today), clock.now())
    window = around.present or around.last
    if window is None:
        return start
    return max(window.opens_at + timedelta(hours=9), min(start, window.closes_at - timedelta(days=12)))


def _moves(walk: Walk, state: str) -> list[Callable[[], bool | None]]:
    if state == "draft":
        return []
    if state == "handed_in":
        return [walk.hand_in]
    if state == "withdrawn":
        return [walk.hand_in, walk.withdraw]
    if state in ("returned", "refused"):
        kind = "return" if state == "returned" else "refuse"
        return [walk.hand_in, lambda: walk.decide(kind)]
    return [walk.hand_in, walk.follow]
