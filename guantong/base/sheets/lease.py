"""Who holds a job: taking it, keeping it, losing it; and what every step of the work begins with."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock

from .kinds import JobContext, JobKind
from .models import WORKING, ImportJob
from .opening import open_workbook
from .reading import Reading, match_specs, read_sheet
from .specs import SheetSpec
from .storage import bytes_of

LEASE = timedelta(seconds=60)
"""How long a job stays with a worker that no longer reports."""
STOPPING = threading.Event()
"""Set when this process is asked to end: the present step is finished, then the job is let go for the next worker."""


class Lost(Exception):
    """The job is no longer this worker's, or its state was changed by somebody."""


def claim_job(worker: str, job_id: int | None = None) -> ImportJob | None:
    """Take the oldest job nobody holds (or this one), with a lease."""
    now = clock.now()
    with transaction.atomic():
        waiting = ImportJob.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), state__in=WORKING)
        if job_id is not None:
            waiting = waiting.filter(pk=job_id)
        skip = connection.features.has_select_for_update_skip_locked
        job = waiting.select_for_update(skip_locked=skip).order_by("created_at", "id").first()
        if job is not None:
            job.lease_owner, job.lease_until = worker, now + LEASE
            job.save(update_fields=["lease_owner", "lease_until"])
        return job


def renew(job: ImportJob, worker: str, states: tuple[str, ...], **values: Any) -> None:
    """Renew the lease and note progress; raises :class:`Lost` when the job is somebody else's or was cancelled."""
    if STOPPING.is_set():
        raise Lost
    mine = ImportJob.objects.filter(pk=job.pk, lease_owner=worker, state__in=states)
    if not mine.update(lease_until=clock.now() + LEASE, **values):
        raise Lost


def context_for(job: ImportJob, actor: Actor, spec: SheetSpec, columns: Mapping[str, int], is_dry: bool) -> JobContext:
    return JobContext(
        job_id=job.pk,
        public_id=job.public_id,
        actor=actor,
        organisation_id=job.organisation_id,
        region=job.region,
        spec=spec,
        options=job.options,
        columns=columns,
        is_dry=is_dry,
    )


def read_file(job: ImportJob, kind: JobKind) -> Reading:
    workbook = open_workbook(bytes_of(job.file), job.file_name)
    spec = next((s for s in kind.specs if s.name == job.spec), None)
    if spec is None:
        spec = match_specs(workbook, kind.specs) if len(kind.specs) > 1 else kind.specs[0]
    return read_sheet(workbook, spec)
