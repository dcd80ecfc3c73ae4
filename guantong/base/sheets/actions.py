"""What people do with import jobs: upload, confirm, cancel, go on. Each in one short transaction.

Checking and posting are the worker's (:mod:`.worker`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.kernel import clock
from guantong.kernel.tokens import public_id

from . import errors
from .kinds import job_kind
from .models import LIVE, ImportJob
from .opening import open_workbook
from .storage import drop_spool, keep_bytes


def upload_sheet(
    *,
    actor: Actor,
    kind: str,
    organisation_id: int | None,
    content: bytes,
    name: str,
    options: Mapping[str, Any] | None = None,
    page: str = "",
) -> ImportJob:
    """Take a file in and queue its check. Nothing is written to any record yet.

    ``page`` is the path of the job's page, ``JOB`` standing for its number: notices of what the worker did link to it.
    A file that cannot be opened is refused at once (SHT-…). The same bytes once more: a job still under way is
    returned as it is, an imported one is refused with its number (JOB-001), a cancelled or stopped one does not count.
    """
    found = job_kind(kind)
    require(actor, found.permission, organisation_id)
    workbook = open_workbook(content, name)
    digest = hashlib.sha256(content).hexdigest()
    same = _same_file(kind, organisation_id, digest)
    if same is not None:
        return same
    stored = keep_bytes(
        content, name=workbook.name, kind="sheet", organisation_id=organisation_id, user_id=actor.user_id
    )
    try:
        with transaction.atomic():
            number = public_id()
            job = ImportJob.objects.create(
                public_id=number,
                kind=kind,
                file=stored,
                file_name=workbook.name[:160],
                content_digest=digest,
                organisation_id=organisation_id,
                region=actor.region,
                user_id=actor.user_id,
                actor=_kept_actor(actor),
                options=dict(options or {}),
                page=page.replace("JOB", number),
                created_at=clock.now(),
            )
            _record(actor, job, "upload_sheet")
    except IntegrityError:  # the same file arrived twice at the same moment
        same = _same_file(kind, organisation_id, digest)
        if same is None:
            raise
        return same
    return job


def _same_file(kind: str, organisation_id: int | None, digest: str) -> ImportJob | None:
    job = ImportJob.objects.filter(
        kind=kind, organisation=organisation_id, content_digest=digest, state__in=LIVE
    ).first()
    if job is not None and job.state == "imported":
        day = clock.china_day(job.finished_at or job.created_at)
        shown = f" {day.year} 年 {day.month} 月 {day.day} 日"
        raise errors.SAME_FILE_IMPORTED.refuse(day=shown, job=job.public_id, rows=job.rows_done)
    return job


def _kept_actor(actor: Actor) -> dict[str, Any]:
    return {
        "label": actor.label,
        "person_id": actor.person_id,
        "region": actor.region,
        "is_system": actor.is_system,
        "posts": [asdict(p) for p in actor.posts],
        "only": sorted(actor.only) if actor.only is not None else None,
    }


def _record(actor: Actor, job: ImportJob, action: str, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject=("sheets.import_job", job.public_id),
        region=job.region or None,
        organisation_id=job.organisation_id,
        facts={"kind": job.kind, "file": job.file_name, "sha256": job.content_digest, **facts},
    )


def _locked(actor: Actor, job_id: int, states: tuple[str, ...], what: str) -> ImportJob:
    job = ImportJob.objects.select_for_update().get(pk=job_id)
    require(actor, job_kind(job.kind).permission, job.organisation_id)
    if job.state not in states:
        raise errors.WRONG_STATE.refuse(state=job.get_state_display(), what=what)
    return job


def confirm_import(*, actor: Actor, job_id: int, only_good_rows: bool = False, is_ticked: bool = False) -> ImportJob:
    """Have the checked rows imported: all of them, or those without mistakes where the kind allows it.

    Refuses with JOB-003 (not checked), JOB-004 and JOB-007 (rows to be changed), JOB-005 (nothing to import) and
    JOB-006 (findings that wait for her tick). Confirming twice is harmless.
    """
    with transaction.atomic():
        job = _locked(actor, job_id, ("checked", "importing", "imported"), "导入")
        if job.state != "checked":
            return job
        kind = job_kind(job.kind)
        if job.rows_bad and not kind.allows_partial:
            raise errors.HAS_BAD_ROWS.refuse(rows=job.rows_bad)
        if job.rows_bad and not only_good_rows:
            raise errors.CHOOSE_GOOD_ROWS.refuse(rows=job.rows_bad)
        if job.rows_total <= job.rows_bad:
            raise errors.NOTHING_TO_IMPORT.refuse()
        if job.rows_to_confirm and not is_ticked:
            raise errors.PLEASE_TICK.refuse(count=job.rows_to_confirm)
        job.state = "importing"
        job.choice = "good" if job.rows_bad else "all"
        job.confirmed_at = job.phase_at = clock.now()
        job.save(update_fields=["state", "choice", "confirmed_at", "phase_at"])
        _record(actor, job, "confirm_import", rows=job.rows_total - job.rows_bad, ticked=job.rows_to_confirm)
        return job


def cancel_import(*, actor: Actor, job_id: int) -> ImportJob:
    """Give up a job. Before posting it simply ends; while posting, what was posted is reversed by the worker."""
    with transaction.atomic():
        states = ("uploaded", "checking", "checked", "importing", "stopped", "cancelling", "cancelled")
        job = _locked(actor, job_id, states, "取消")
        if job.state in {"cancelling", "cancelled"}:
            return job
        is_begun = job.cursor > 0
        job.state = "cancelling" if is_begun else "cancelled"
        job.phase_at = clock.now()
        job.finished_at = None if is_begun else clock.now()
        job.stop = []
        if job.state == "cancelled":
            job.lease_owner, job.lease_until = "", None
        job.save(update_fields=["state", "phase_at", "finished_at", "stop", "lease_owner", "lease_until"])
        _record(actor, job, "cancel_import", posted=job.rows_done)
        if job.state == "cancelled":
            spool = job.memory.get("spool")
            transaction.on_commit(lambda: drop_spool(spool))
        return job


def resume_import(*, actor: Actor, job_id: int) -> ImportJob:
    """Have a stopped job go on: posting where it left off, or the check from the start when nothing was posted."""
    with transaction.atomic():
        job = _locked(actor, job_id, ("stopped", "uploaded", "checking", "importing"), "继续")
        if job.state != "stopped":
            return job
        same = (
            ImportJob.objects.filter(
                kind=job.kind,
                organisation=job.organisation_id,
                content_digest=job.content_digest,
                state__in=LIVE,
            )
            .exclude(pk=job.pk)
            .first()
        )
        if same is not None:
            raise errors.WRONG_STATE.refuse(state=f"同一份文件已另行上传，编号 {same.public_id}", what="继续")
        job.state = "importing" if job.cursor and job.confirmed_at else "uploaded"
        job.stop = []
        job.phase_at = clock.now()
        job.lease_owner, job.lease_until = "", None
        job.save(update_fields=["state", "stop", "phase_at", "lease_owner", "lease_until"])
        _record(actor, job, "resume_import", cursor=job.cursor)
        return job
