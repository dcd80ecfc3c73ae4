"""Public identifiers: unguessable, readable aloud, without characters that are confused."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_seeded: ContextVar[Random | None] = ContextVar("guantong_seeded_tokens", default=None)


def public_id(length: int = 12) -> str:
    """A random identifier of ``length`` characters (about 4.95 bits each)."""
    seeded = _seeded.get()
    if seeded is not None:
        return "".join(seeded.choices(ALPHABET, k=length))
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def random_bytes(count: int) -> bytes:
    """Random octets for identifiers made many at a time."""
    seeded = _seeded.get()
    return seeded.randbytes(count) if seeded is not None else secrets.token_bytes(count)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Within the block identifiers follow from ``seed``: for building invented regions only, never for real records."""
    token = _seeded.set(Random(seed))  # noqa: S311 - reproducible on purpose
    try:
        yield
    finally:
        _seeded.reset(token)
