"""Public identifiers: unguessable, readable aloud, without characters that are confused."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def public_id(length: int = 12) -> str:
    """A random identifier of ``length`` characters (about 4.95 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
