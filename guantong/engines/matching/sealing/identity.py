"""Pseudonyms of candidates: an outsider recomputes a run without learning who is who; each candidate can prove the
own one.

The authority keeps one secret key a run. ``salt = HMAC(key, id)`` is told to the candidate alone (in the
certificate), and ``pseudonym = SHA-256(salt, id)`` stands in the tree and in the bundle. Who knows id and salt can
check the pseudonym; nobody gets from a pseudonym, or from other people's salts, to an id.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from guantong.engines.matching.files import errors

_SALT = b"guantong-salt-v1\x00"
_PSEUDONYM = b"guantong-pseudonym-v1\x00"
_KEY = re.compile(r"^[0-9a-f]{64}$")


def new_key() -> str:
    """A new random key: 64 hexadecimal digits."""
    return secrets.token_hex(32)


def read_key(text: str) -> bytes:
    """The 32 bytes of a key; Refusal MTC-360 when it is none."""
    tidy = text.strip().lower()
    if not _KEY.match(tidy):
        raise errors.BAD_KEY.refuse()
    return bytes.fromhex(tidy)


def salt_of(key: bytes, candidate: str) -> bytes:
    """The secret a candidate may know: 32 bytes."""
    return hmac.digest(key, _SALT + candidate.encode(), "sha256")


def pseudonym_of(salt: bytes, candidate: str) -> str:
    """32 hexadecimal digits that stand for the candidate: SHA-256 over tag, salt and id, cut to 16 bytes."""
    return hashlib.sha256(_PSEUDONYM + salt + candidate.encode()).hexdigest()[:32]


def pseudonyms(key: bytes, candidates: Sequence[str]) -> list[str]:
    """The pseudonym of each candidate."""
    digest, sha256 = hmac.digest, hashlib.sha256
    return [
        sha256(_PSEUDONYM + digest(key, _SALT + name, "sha256") + name).hexdigest()[:32]
        for name in map(str.encode, candidates)
    ]
