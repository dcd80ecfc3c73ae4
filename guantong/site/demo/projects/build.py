"""Cases of the procedures a region folder holds, in every state a case can be in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from guantong.base.accounts.public import SYSTEM
from guantong.domains.projects.selectors.catalogue import list_entries
from guantong.domains.projects.selectors.holders import grants_of
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.public import scan_deadlines
from guantong.procedure.cases.worked.reading import Example, read_examples
from guantong.procedure.conditions import facts_of
from guantong.procedure.conditions.tree import TITLE_PREFIX
from guantong.procedure.panels.specs import panel_steps
from guantong.procedure.rounds.public import home_of, open_round, place_among, plan_of
from guantong.site.demo.places import Places
from guantong.site.demo.projects.people import Cast, build_cast
from guantong.site.demo.projects.walking import Walk

STATES = ("granted", "handed_in", "publicity", "returned", "draft", "refused", "granted", "withdrawn")
"""What the cases of the procedures are for, in turn."""
MOST = 44
"""Cases at most: a few seconds of work."""
FIRST = 5
"""Of those, first ones that others may stand on."""
Progress = Callable[[str], None]


def build_projects(places: Places, today: date, say: Progress) -> None:
    """Accounts, pools, rounds and cases. What a procedure does not let happen is left where it stands."""
    with clock.frozen_at(today - timedelta(days=400)), transaction.atomic():
        cast = build_cast(places, today - timedelta(days=400))
    done: Counter[str] = Counter()
    number = 0
    chosen = list(_with_examples())
    asked = _titles_asked(definition for definition, _ in chosen)
    for definition, example in sorted(chosen, key=lambda pair: not _gives(pair[0], asked)):
        if number >= MOST:
            break
        with transaction.atomic():
            start = _ready(cast, definition, today)
        walk = Walk(cast, definition, example, number, start)
        state = STATES[number % len(STATES)]
        if number < FIRST and _gives(definition, asked) and plan_of(definition) is None:
            state, walk.at = "granted", clock.now() - timedelta(days=150)  # others stand on what these give
        if _make(walk, state):
            done[state] += 1
            number += 1
    report = scan_deadlines()
    say(f"{number} 件申报：{dict(done)}；{report.sentence()}")


def _titles_asked(definitions: Iterable[Definition]) -> set[str]:
    """Registers and procedures whose titles some condition asks for."""
    found: set[str] = set()
    for definition in definitions:
        if definition.conditions is not None:
            names = facts_of(definition.conditions)
            found |= {name.partition(".")[2] for name in names if name.startswith(TITLE_PREFIX)}
    return found


def _gives(definition: Definition, asked: set[str]) -> bool:
    """Whether it grants a title others ask for, asking for none itself."""
    grants = grants_of(definition)
    if grants is None or not asked & {grants.register, definition.id}:
        return False
    return definition.conditions is None or not any(
        name.startswith(TITLE_PREFIX) for name in facts_of(definition.conditions)
    )


def _with_examples() -> Iterator[tuple[Definition, Example]]:
    """Procedures of this desk with an example that meets its conditions, the systems mixed."""
    found: dict[str, list[tuple[Definition, Example]]] = {}
    for entry in list_entries(settings.REGION):
        if not entry.is_ours:
            continue
        example = _example(entry.code)
        if example is not None:
            found.setdefault(entry.systems[0] if entry.systems else "", []).append((entry.definition, example))
    turn = 0
    while any(len(group) > turn for group in found.values()):
        for group in found.values():
            if turn < len(group):
                yield group[turn]
        turn += 1


def _example(code: str) -> Example | None:
    for file in sorted(Path(settings.REGIONS).glob(f"[0-9]*/cases/procedures/{code}.yaml"), reverse=True):
        try:
            examples = read_examples(file.read_text("utf-8"), file=file.name)
        except Refusal:
            continue
        for one in examples:
            if one.procedure == code and one.walk and one.ends and one.expect in ("", "met"):
                return one
    return None


def _ready(cast: Cast, definition: Definition, today: date) -> datetime:
    """Pools and rounds are there; gives a moment at which one may declare."""
    home = home_of(definition.id, settings.REGION, today)
    for step, spec in panel_steps(definition):
        region = "100000" if step.of == "nation" else settings.REGION
        cast.pool(spec.pool, region, f"{definition.title}专家库"[:60])
    start = clock.now() - timedelta(days=60)
    plan = plan_of(definition)
    if plan is None:
        return start
    if plan.is_on_notice:
        with clock.frozen_at(clock.now() - timedelta(days=65)):
            opens = clock.today()
            open_round(
                actor=SYSTEM,
                procedure=definition.id,
                region=home,
                opens_on=opens,
                closes_on=opens + timedelta(days=45),
                document_title=f"关于开展{definition.title}的通知",
                document_number="云职函〔虚构〕1号",
            )
        return start
    around = place_among(plan, definition.id, home, clock.now())
    window = around.present or around.last
    if window is None:
        return start
    return max(window.opens_at + timedelta(hours=9), min(start, window.closes_at - timedelta(days=12)))


def _make(walk: Walk, state: str) -> bool:
    """One case in its state; False where nothing could be opened. A refusal leaves it where it stands."""
    if state in ("handed_in", "publicity", "returned") and plan_of(walk.definition) is None:
        walk.at = clock.now() - timedelta(days=9 if state == "handed_in" else 16)
    try:
        with transaction.atomic():
            if not walk.open():
                return False
    except Refusal as refusal:
        walk.why = str(refusal)
        return False
    if state == "draft":
        return True
    for move in _moves(walk, state):
        try:
            with transaction.atomic():
                if move() is False:
                    break
        except (Refusal, LookupError) as stopped:
            walk.why = str(stopped)
            break
    return True


def _moves(walk: Walk, state: str) -> list[Callable[[], bool | None]]:
    if state == "handed_in":
        return [walk.hand_in]
    if state == "withdrawn":
        return [walk.hand_in, walk.withdraw]
    if state in ("returned", "refused"):
        kind = "return" if state == "returned" else "refuse"
        return [walk.hand_in, lambda: walk.decide(kind)]
    return [walk.hand_in, walk.follow]
