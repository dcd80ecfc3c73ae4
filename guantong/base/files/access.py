"""Who else may open a file: rooms above say so for the files of their cases and achievements."""

from __future__ import annotations

from collections.abc import Callable

from guantong.base.accounts.actor import Actor
from guantong.base.files.models import StoredFile

Access = Callable[[Actor, StoredFile], bool]
"""Whether this actor may open this file because of some record that uses it (a case under their review)."""

_ACCESSES: dict[str, Access] = {}


def register_access(name: str, allows: Access) -> None:
    """Have ``allows`` asked when neither the uploader, the person nor the organisation is asking."""
    _ACCESSES[name] = allows


def is_allowed(actor: Actor, file: StoredFile) -> bool:
    """Own upload, own person, one's own organisation, or allowed by a registered room."""
    if actor.is_system:
        return True
    if actor.user_id is not None and file.uploaded_by_id == actor.user_id:
        return True
    if actor.person_id is not None and file.person_id == actor.person_id:
        return True
    if file.organisation_id is not None and any(p.organisation_id == file.organisation_id for p in actor.posts):
        return True
    return any(allows(actor, file) for _, allows in sorted(_ACCESSES.items()))
