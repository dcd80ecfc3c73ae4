"""How a domain is called back: it registers one handler per subject kind in its ``apps.py``. No signals.

Every call runs inside the transaction of the action; a :class:`Refusal` raised by a handler undoes the whole action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guantong.kernel.refusal import Problem

from .definition import Action, Outcome

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor

    from .models import Case

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts shown beside a case: label, value as text, and where it comes from."""

    label: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class Handler:
    """What a domain does when a case about its subject moves. Leave out what it does not care for.

    - ``on_open(case, actor)`` after the case was opened;
    - ``why_not(case, action, actor, values)`` further problems that forbid an action (law of the domain);
    - ``on_action(case, action, actor, values)`` after an action was taken (before its outcome, if any);
    - ``on_outcome(case, outcome, actor, values)`` when the case reaches an outcome, by whatever way (decision,
      withdrawal, lapse, reconsideration); ``outcome.kind`` says what it means; at a lapse the system acts;
    - ``on_appeal(case, actor)`` when an appeal was lodged, before reconsideration;
    - ``on_close(case)`` when the time to object has run out without an appeal;
    - ``facts_for(case)`` what the case page shows beside the story;
    - ``link_for(case)`` address of the page that shows the case, for notices and to-do lists;
    - ``may_read(actor, case)`` whether someone who has no part in the case may read it all the same.
    """

    on_open: Callable[[Case, Actor], None] | None = None
    why_not: Callable[[Case, Action, Actor, Values], Iterable[Problem]] | None = None
    on_action: Callable[[Case, Action, Actor, Values], None] | None = None
    on_outcome: Callable[[Case, Outcome, Actor, Values], None] | None = None
    on_appeal: Callable[[Case, Actor], None] | None = None
    on_close: Callable[[Case], None] | None = None
    facts_for: Callable[[Case], Iterable[Fact]] | None = None
    link_for: Callable[[Case], str] | None = None
    may_read: Callable[[Actor, Case], bool] | None = None


_HANDLERS: dict[str, Handler] = {}


def register_handler(subject_kind: str, handler: Handler) -> None:
    """Name the handler of a subject kind (the ``subject`` of a definition). A second, different one is an error."""
    if _HANDLERS.get(subject_kind, handler) is not handler:
        raise ValueError(f"a handler for {subject_kind!r} is already registered")
    _HANDLERS[subject_kind] = handler


def registered_subjects() -> tuple[str, ...]:
    """Every subject kind somebody answers for."""
    return tuple(sorted(_HANDLERS))


def handler_for(subject_kind: str) -> Handler:
    """The registered handler; raises ``LookupError`` when the domain forgot to register one."""
    try:
        return _HANDLERS[subject_kind]
    except KeyError:
        raise LookupError(f"no handler registered for {subject_kind!r}") from None


def facts_for(case: Case) -> list[Fact]:
    """The facts the domain shows beside a case."""
    handler = handler_for(case.subject_kind)
    return list(handler.facts_for(case)) if handler.facts_for is not None else []


def link_for(case: Case) -> str:
    """Address of the case's page, or empty text."""
    handler = _HANDLERS.get(case.subject_kind)
    return handler.link_for(case) if handler is not None and handler.link_for is not None else ""
