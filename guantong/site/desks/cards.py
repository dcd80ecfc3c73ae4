"""Sign-in cards of the invented region: one press signs in as a member of the cast. Only with ``settings.DEMO``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from django.conf import settings

from guantong.base.accounts.models import User


@dataclass(frozen=True, slots=True)
class SignInCard:
    """An account anyone may try: its name, who it is, and what can be tried there."""

    username: str
    title: str
    text: str


def _cast() -> tuple[tuple[str, str, str], ...]:
    if find_spec("guantong.site.demo") is None or find_spec("guantong.site.demo.cast") is None:
        return ()
    from guantong.site.demo.cast import SIGN_IN_CARDS

    return tuple(SIGN_IN_CARDS)


def sign_in_cards() -> list[SignInCard]:
    """The cards whose accounts exist; none outside the demo settings."""
    if not settings.DEMO:
        return []
    cards = [SignInCard(*entry) for entry in _cast()]
    present = set(
        User.objects.filter(username__in=[c.username for c in cards], is_active=True).values_list("username", flat=True)
    )
    return [card for card in cards if card.username in present]


def find_card_user(username: str) -> User | None:
    """The account of a card; ``None`` for any account that has no card, and outside the demo settings."""
    if username not in {card.username for card in sign_in_cards()}:
        return None
    return User.objects.get(username=username)
