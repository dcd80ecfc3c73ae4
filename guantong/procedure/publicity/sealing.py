"""What people wrote, at rest: each letter has a key of its own, sealed by the installation's key beside it.

Lines of a letter are append-only and can never be sealed again; renewing the installation's key seals the letter's key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guantong.base.people.crypto import ContentKey

if TYPE_CHECKING:
    from .models import Sender

KEY_PURPOSE = "publicity.text_key"
"""What the keys of letters are bound to."""


def new_key() -> tuple[ContentKey, bytes]:
    """A key for one letter, and how it is kept."""
    key = ContentKey.new()
    return key, key.sealed(KEY_PURPOSE)


def key_of(sender: Sender) -> ContentKey:
    """The key of a letter's texts."""
    return ContentKey.unsealed(bytes(sender.text_key), KEY_PURPOSE)


def opened(sender: Sender, sealed: bytes | memoryview) -> str:
    """A text of the letter; empty where nothing was written."""
    return key_of(sender).open(bytes(sealed)) if sealed else ""


def sealed_for(sender: Sender, text: str) -> bytes:
    """How a text of the letter is kept."""
    return key_of(sender).seal(text) if text else b""
