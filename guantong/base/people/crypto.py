"""Identity numbers at rest: AES-256-GCM with a random nonce; a keyed index finds them again.

The key of ``settings.IDENTITY_KEY`` (32 bytes, base64) encrypts nothing itself: HKDF-SHA-256 derives one key for
encryption and one for the index. Several keys may be given, separated by commas, newest first: the first encrypts, all
decrypt; each ciphertext begins with the identifier of its key (one byte taken from the key's own digest). The index key
always comes from the last key of the list, so that a rotation leaves every index findable.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from guantong.base.people import errors

_NONCE = 12


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"guantong", info=purpose.encode()).derive(key)


class Keyring:
    """The keys of one installation."""

    def __init__(self, text: str) -> None:
        """``text`` is one or several base64 keys of 32 bytes, newest first; PPL-017 when it is not."""
        keys: list[bytes] = []
        for part in text.split(","):
            try:
                key = base64.b64decode(part.strip(), validate=True)
            except (binascii.Error, ValueError):
                raise errors.KEY_MISSING.refuse() from None
            if len(key) != 32:
                raise errors.KEY_MISSING.refuse()
            keys.append(key)
        self._ciphers: dict[int, AESGCM] = {}
        for key in keys:
            key_id = hashlib.sha256(b"guantong key id" + key).digest()[0]
            if key_id in self._ciphers:
                raise errors.KEY_MISSING.refuse()
            self._ciphers[key_id] = AESGCM(_derive(key, "encrypt"))
        self._newest = next(iter(self._ciphers))
        self._index_key = _derive(keys[-1], "index")

    def seal(self, text: str, purpose: str) -> bytes:
        """Key id (1 byte), nonce (12 bytes), ciphertext and tag; ``purpose`` must be named again to open it."""
        nonce = os.urandom(_NONCE)
        body = self._ciphers[self._newest].encrypt(nonce, text.encode(), purpose.encode())
        return bytes([self._newest]) + nonce + body

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text of :meth:`seal`. PPL-018 when its key is not in the ring; ``ValueError`` when it was altered."""
        key_id = sealed[0]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise errors.KEY_RETIRED.refuse(key_id=key_id)
        try:
            return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], purpose.encode()).decode()
        except InvalidTag:
            raise ValueError("ciphertext was altered, or sealed for another purpose") from None

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the ciphertext is under the newest key (the re-encryption command skips it)."""
        return sealed[0] == self._newest

    def index(self, kind: str, text: str) -> bytes:
        """32 bytes: HMAC-SHA-256 of kind and text under the index key. Equal numbers give equal bytes."""
        return hmac.digest(self._index_key, f"{kind}\x1f{text}".encode(), "sha256")


class ContentKey:
    """A key of its own for one file of texts that may never be written again (append-only lines).

    The key lies beside the texts, sealed by the installation's keyring: renewing that one seals the small key again and
    leaves the texts as they are; throwing the small key away makes the texts unreadable for ever.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def new(cls) -> ContentKey:
        """A key from the system's generator."""
        return cls(AESGCM.generate_key(256))

    @classmethod
    def unsealed(cls, sealed: bytes, purpose: str) -> ContentKey:
        """The key :meth:`sealed` wrote; refuses as :meth:`Keyring.open`."""
        return cls(base64.b64decode(keyring().open(bytes(sealed), purpose)))

    def sealed(self, purpose: str) -> bytes:
        """The key under the installation's keyring."""
        return keyring().seal(base64.b64encode(self._key).decode(), purpose)

    def seal(self, text: str) -> bytes:
        """Nonce (12 bytes), ciphertext and tag."""
        return self.seal_bytes(text.encode())

    def seal_bytes(self, content: bytes) -> bytes:
        """The same for bytes."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, None)

    def open(self, sealed: bytes) -> str:
        """The text of :meth:`seal`; ``ValueError`` when it was altered."""
        return self.open_bytes(sealed).decode()

    def open_bytes(self, sealed: bytes) -> bytes:
        """The bytes of :meth:`seal_bytes`; ``ValueError`` when they were altered."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            raise ValueError("ciphertext was altered") from None

    def __repr__(self) -> str:
        return "ContentKey(…)"


@lru_cache(maxsize=8)
def _ring(text: str) -> Keyring:
    return Keyring(text)


def keyring() -> Keyring:
    """The keyring of ``settings.IDENTITY_KEY``; PPL-017 when it is not set."""
    return _ring(settings.IDENTITY_KEY)
