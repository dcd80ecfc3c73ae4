"""Reads of files."""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.base.files import errors, storage
from guantong.base.files.access import is_allowed
from guantong.base.files.models import StoredFile


def access_file_for(actor: Actor, public_id: str) -> StoredFile:
    """The file, when the actor may open it; FIL-007 otherwise (also when there is none: its existence is not told)."""
    stored = StoredFile.objects.filter(public_id=public_id).first()
    if stored is None or not is_allowed(actor, stored):
        raise errors.NOT_FOUND.refuse()
    return stored


def read_bytes(stored: StoredFile) -> bytes:
    """The bytes, checked against their digest; FIL-008 when they are gone or altered."""
    content = storage.find_bytes(stored.sha256)
    if content is None or storage.digest_of_bytes(content) != stored.sha256:
        raise errors.GONE.refuse(name=stored.name, public_id=stored.public_id)
    return content
