"""Every write of files: keep one, clean up what no row names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.errors import SIGN_IN_FIRST
from guantong.base.audit.record import record
from guantong.base.files import errors, storage
from guantong.base.files.models import StoredFile
from guantong.base.files.rules import MOST_A_DAY, check, tidy_name
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.kernel.tokens import public_id

HALF_OLD = timedelta(days=1)
"""How long bytes without a row are left alone: the transaction that wrote them may still be open."""


def store_file(
    actor: Actor,
    name: str,
    content: bytes,
    kind: str,
    *,
    person_id: int | None = None,
    organisation_id: int | None = None,
) -> StoredFile:
    """Keep a file for a person or an organisation (by default the actor's own); equal bytes lie on disk once.

    Refuses FIL-001…006 and 010 (empty, too large, type, name, macros, damaged, purpose), FIL-009 (too many a day),
    FIL-011 (someone else's), ACC-001 (nobody signed in). The same file of the same owner again gives the row there is.
    """
    if not actor.is_system and actor.user_id is None and not actor.posts:
        raise SIGN_IN_FIRST.refuse()
    name = tidy_name(name)
    found = check(name, content, kind)
    if isinstance(found, Problem):
        raise Refusal([found], status=_status(found))
    if not actor.is_system:
        own = {p.organisation_id for p in actor.posts}
        if organisation_id is not None and organisation_id not in own:
            raise errors.OWNER_NOT_YOURS.refuse()
        if person_id is not None and person_id != actor.person_id and not own:
            raise errors.OWNER_NOT_YOURS.refuse()
    if person_id is None and organisation_id is None:
        person_id = actor.person_id
        if person_id is None and actor.posts:
            organisation_id = actor.posts[0].organisation_id
    with transaction.atomic():
        sha256 = storage.digest_of_bytes(content)
        owner: dict[str, Any] = {
            "person_id": person_id,
            "organisation_id": organisation_id,
            "uploaded_by_id": actor.user_id,
        }
        same = StoredFile.objects.filter(
            sha256=sha256,
            kind=kind,
            name=name,
            **owner,
        ).first()
        if same is not None:
            storage.keep(content)
            return same
        if actor.user_id is not None:
            since = clock.now() - timedelta(days=1)
            count = StoredFile.objects.filter(uploaded_by_id=actor.user_id, uploaded_at__gt=since).count()
            if count >= MOST_A_DAY:
                raise errors.TOO_MANY.refuse(count=count)
        storage.keep(content)
        stored = StoredFile.objects.create(
            public_id=public_id(16),
            sha256=sha256,
            name=name,
            kind=kind,
            media_type=found.media_type,
            size=len(content),
            uploaded_at=clock.now(),
            **owner,
        )
        record(
            actor=actor,
            action="store_file",
            subject=("files.file", stored.public_id),
            organisation_id=organisation_id,
            facts={"sha256": sha256, "size": len(content), "kind": kind, "person": person_id},
        )
    return stored


def _status(problem: Problem) -> int:
    kinds = {errors.TOO_LARGE.code: errors.TOO_LARGE.status, errors.KIND_NOT_TAKEN.code: errors.KIND_NOT_TAKEN.status}
    return kinds.get(problem.code, 422)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a clean-up found: bytes removed, rows whose bytes are missing or altered (public ids)."""

    removed: int
    removed_bytes: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]


def clean_files(*, actor: Actor, verify: bool = False, dry_run: bool = False) -> Cleaned:
    """Remove bytes that no row names and that are older than a day; with ``verify`` re-read every byte.

    Rows are never removed. Returns what was found; leaves an audit line when something was removed.
    """
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    limit = (clock.now() - HALF_OLD).timestamp()
    removed = removed_bytes = 0
    for path in storage.stored_paths():
        stat = path.stat()
        if path.name in known or stat.st_mtime > limit:
            continue
        removed += 1
        removed_bytes += stat.st_size
        if not dry_run:
            path.unlink(missing_ok=True)
    missing: list[str] = []
    altered: list[str] = []
    for public, sha256 in StoredFile.objects.order_by("id").values_list("public_id", "sha256").iterator():
        if not storage.path_of(sha256).is_file():
            missing.append(public)
        elif verify and storage.digest_of_bytes(storage.find_bytes(sha256) or b"") != sha256:
            altered.append(public)
    if removed and not dry_run:
        with transaction.atomic():
            record(
                actor=actor,
                action="clean_files",
                subject=("files.root", "files"),
                facts={"removed": removed, "bytes": removed_bytes},
            )
    return Cleaned(removed, removed_bytes, tuple(missing), tuple(altered))
