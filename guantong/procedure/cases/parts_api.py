"""How a room hangs on the machine: one :class:`Part`, registered in the room's ``apps.py``. Decision 0010.

A part reads its own keys of a definition (``read_*``), names the further ways out of a step (``ways``), and is asked at
the moments of a case. Rooms import ``cases``; ``cases`` imports no room, it only walks this registry. Parts are asked
in the order of ``order``, then of ``name``; every moment of a case runs inside the transaction of the action, with the
case's row locked. A :class:`~guantong.kernel.refusal.Refusal` raised anywhere undoes the whole action.

A part never writes a column of a case. It returns problems, or takes one of the ways it declared with
``actions.take_way`` (a log line ``part_move`` whose details name part, what happened and where to), or writes down
what happened without moving the case with ``actions.note_part`` (a line ``part_note``, which raises no revision). Both
replay from the log alone: a ``part_move`` is possible only along a way the stored definition declares.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from guantong.kernel.refusal import Problem

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.policy.asking import Law

    from .actions.scanning import ScanReport
    from .definition import Action, Definition, Outcome, Placed, Step
    from .definition.places import Faults, Node
    from .machine import State
    from .models import Case, CaseAction


@dataclass(frozen=True, slots=True)
class Moment:
    """What a part is told: the case (locked; its columns already those of ``after``, except where said otherwise)."""

    case: Case
    definition: Definition
    actor: Actor
    now: datetime
    law: Law
    """Of the case's own day and region."""
    before: State | None
    """None while the case is being opened."""
    after: State
    action: str
    """Id of the definition's action, or the engine's word: ``open``, ``withdraw``, ``lapse``, ``part_move`` …"""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Cleaned answers of the action."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Details of the log line, as far as they were given by the mover."""

    @property
    def step(self) -> Step | None:
        """The step the case waits at now."""
        from .machine import step_of

        return step_of(self.definition, self.after)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One piece of the case page: a template and its variables, which it sees as ``part`` besides the page's own
    (``procedure``, ``ui``, ``csrf_input``). ``place``: ``main`` (in the column of the story, before it) or ``side``."""

    template: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    place: str = "main"


class Part:
    """One kind of thing that hangs on definitions. Override what it cares for; every default does nothing."""

    name: str = ""
    """Key of ``Definition.parts``, ``Step.parts`` and ``Outcome.parts``; a room's own word, e.g. ``panels``."""
    order: int = 100
    """Parts with a smaller number are asked first (rounds 10, quotas 20, panels 30, publicity 40, titles 50)."""
    top_keys: tuple[str, ...] = ()
    """Top-level keys of a definition this part reads."""
    step_keys: tuple[str, ...] = ()
    outcome_keys: tuple[str, ...] = ()
    day_names: tuple[str, ...] = ()
    """Words it answers for in ``deadline: {by: <word>}``, for instance ``round``; see :meth:`day_for`."""

    # ---- reading a definition: pure, no database. Faults are noted on the node, nothing is raised ------------------

    def read_top(self, top: Node) -> object | None:
        """What the part keeps of the whole definition (frozen, hashable not needed), or None. Called only when one of
        ``top_keys`` is written. Read nested mappings with ``Node(top.faults, top.at(key), value, known)``."""

    def read_step(self, step: Node) -> object | None:
        """What it keeps of one step, or None. Called only when one of ``step_keys`` is written there."""

    def read_outcome(self, outcome: Node) -> object | None:
        """What it keeps of one outcome, or None. Called only when one of ``outcome_keys`` is written there."""

    def ways(self, kept: Any) -> Iterable[tuple[str, str]]:
        """(path below the step, destination) of every way out this part may take from a step of which it kept
        ``kept``: ``("panel.passed", "notice")``. Destinations are steps or outcomes (never ``back``); they are checked
        like those of actions, and a step with ways needs no actions."""
        return ()

    def check(self, faults: Faults, definition: Definition) -> None:
        """Faults that need the whole definition: a quota at a step that does not exist, a public field nobody declares.
        Runs after every key is read and the graph itself is sound."""

    def check_together(self, holding: Mapping[str, Placed], beside: Container[str]) -> Iterable[Problem]:
        """Faults that only show when the procedures that hold in one region are read together, each with its place.
        ``beside``: ids and registers of entries that hold there and were not read now."""
        return ()

    # ---- days --------------------------------------------------------------------------------------------------------

    def day_for(self, word: str, case: Case, definition: Definition, now: datetime) -> date | None:
        """The last day (until 24:00 China time) for ``deadline: {by: word}``; None when it is not known yet, and then
        no deadline runs."""
        return None

    def item_of(self, case: Case, definition: Definition, values: Mapping[str, Any]) -> str:
        """What the case is about where one party may have several (a programme, a base), by the answers ``values`` of
        the form; empty when this part says nothing of it."""
        return ""

    # ---- moments of a case -------------------------------------------------------------------------------------------

    def why_not_open(self, moment: Moment) -> Iterable[Problem]:
        """Why this case may not be opened (no round, not the holder). ``case`` is not saved yet: it has no id."""
        return ()

    def on_open(self, moment: Moment) -> None:
        """After the first line was written, before the domain's own ``on_open``."""

    def why_not(self, moment: Moment, action: Action) -> Iterable[Problem]:
        """Why this action of the definition may not be taken now. The case still stands as ``before``; ``after`` is
        where the action would lead. Asked under lock, after the gates of form and conditions. Withdrawing, appealing
        and lapsing do not ask it."""
        return ()

    def before_arrive(self, moment: Moment, to: str) -> Iterable[Problem]:
        """Why the case may not go to ``to`` (step or outcome): the place to take a seat of a quota. Asked once before
        every move of any kind is written, the opening included; the case still stands as ``before``."""
        return ()

    def on_leave(self, moment: Moment, place: str) -> None:
        """After a move was written that left ``place`` (a step or an outcome): the place to give a seat back."""

    def on_arrive(self, moment: Moment, step: Step) -> None:
        """After the case came to ``step`` (also at opening), and the domain was told of the action."""

    def on_outcome(self, moment: Moment, outcome: Outcome) -> None:
        """After the case reached ``outcome``, by whatever way; before the domain's own ``on_outcome``."""

    def holds_back(self, case: Case, definition: Definition, step: Step) -> Problem | None:
        """Why the step must not lapse although its time has run out (an open objection), or None. The scan leaves the
        case where it is and looks again next time."""
        return None

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        """Timed work of the part, once a scan, outside any transaction. Harmless when repeated; count what was done
        with ``report.did(words, n)`` and what could not be done with ``report.stuck.append((case, sentence))``."""

    # ---- reading and showing -----------------------------------------------------------------------------------------

    def may_read(self, actor: Actor, case: Case, definition: Definition) -> bool:
        """Whether someone without a post in the case may read it all the same (an expert of its panel)."""
        return False

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        """What the case page shows of this part to this actor."""
        return ()

    def take_posted(self, actor: Actor, case: Case, what: str, post: Any, files: Mapping[str, Any]) -> Case | None:
        """Do what a form of :meth:`pages` sent to the case page with ``action`` = ``<name>.<what>``; gives the case."""
        raise LookupError(f"part {self.name!r} takes no {what!r}")

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        """(title, ((label, value), …)) of a ``part_move`` or ``part_note`` of this part, for the story. In Chinese."""
        return str(line.details.get("title", "")), ()

    def check_case(self, case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Problem]:
        """What does not fit between the part's own rows and the log, for replaying."""
        return ()


_PARTS: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Join the registry (in ``apps.py`` of the room). A second, different part of one name, or a key two parts read,
    is an error."""
    known = _PARTS.get(part.name)
    if not part.name or (known is not None and known is not part):
        raise ValueError(f"a part {part.name!r} is already registered")
    for other in _PARTS.values():
        for kind in ("top_keys", "step_keys", "outcome_keys", "day_names"):
            shared = set(getattr(other, kind)) & set(getattr(part, kind)) if other is not part else set()
            if shared:
                raise ValueError(f"{kind} {sorted(shared)} of {part.name!r} are those of {other.name!r}")
    _PARTS[part.name] = part
    _sorted.clear()


_sorted: list[Part] = []


def parts() -> list[Part]:
    """Every registered part, in the order they are asked."""
    if not _sorted and _PARTS:
        _sorted.extend(sorted(_PARTS.values(), key=lambda p: (p.order, p.name)))
    return _sorted


def find_part(name: str) -> Part | None:
    """The part of that name, or None."""
    return _PARTS.get(name)


def keys(kind: str) -> tuple[str, ...]:
    """Every key of ``kind`` (``top_keys``, ``step_keys``, ``outcome_keys``, ``day_names``) some part reads."""
    return tuple(key for part in parts() for key in getattr(part, kind))


def read_parts(kind: str, node: Node) -> dict[str, object]:
    """What each part keeps of a node: by name, for those whose keys are written and that keep something.

    ``kind`` is ``top``, ``step`` or ``outcome``.
    """
    found: dict[str, object] = {}
    for part in parts():
        if any(node.has(key) for key in getattr(part, f"{kind}_keys")):
            kept = getattr(part, f"read_{kind}")(node)
            if kept is not None:
                found[part.name] = kept
    return found


def day_giver(word: str) -> Part | None:
    """The part that answers for ``by: word``, or None."""
    return next((part for part in parts() if word in part.day_names), None)
