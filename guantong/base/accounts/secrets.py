"""Secrets given out once: initial passwords, recovery codes, API keys; and their digests."""

from __future__ import annotations

import hashlib
import secrets

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def digest_of_secret(secret: str) -> str:
    """SHA-256 of a random secret of at least 80 bits; such secrets need no slow hash."""
    return hashlib.sha256(secret.strip().encode()).hexdigest()


def new_password() -> str:
    """A first password, four groups of four (about 79 bits), to be changed at first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def new_recovery_code() -> str:
    """A recovery code, four groups of four, as printed."""
    return new_password()


def new_api_secret() -> str:
    """A key for the API, recognisable by scanners of leaked secrets."""
    return "gt_" + secrets.token_urlsafe(32)
