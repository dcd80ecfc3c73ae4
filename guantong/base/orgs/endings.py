"""What else ends when an organisation ends: rooms above register a handler here in their ``apps.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from guantong.base.accounts.actor import Actor

Ending = Callable[[Actor, int, date, str], None]
"""Called with actor, organisation id, day and reason, inside the transaction that ends the organisation."""

_ENDINGS: dict[str, Ending] = {}


def register_ending(name: str, handler: Ending) -> None:
    """Have ``handler`` called for every organisation that ends. Registering a name again replaces it."""
    _ENDINGS[name] = handler


def tell_of_ending(actor: Actor, organisation_id: int, day: date, reason: str) -> None:
    """Call every handler, in order of name."""
    for _, handler in sorted(_ENDINGS.items()):
        handler(actor, organisation_id, day, reason)
