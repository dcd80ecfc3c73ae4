"""The worker: checks uploads, posts confirmed jobs chunk by chunk, reverses cancelled ones. Safe to kill at any moment.

A job is held by a lease that every step renews. Posting saves the cursor in the transaction that posts the rows: a
process killed between or inside chunks leaves whole chunks behind, and the next worker goes on after the cursor.
Write transactions are short (one chunk), so SQLite's single writer is never held for long.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.models import User
from guantong.base.accounts.public import require
from guantong.base.accounts.selectors import actor_for
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.kernel.tokens import public_id

from . import errors
from .checking import check_job, ensure_report
from .kinds import JobContext, JobKind, PostCounts, job_kind
from .lease import LEASE, STOPPING, Lost, claim_job, context_for, read_file, renew
from .models import WORKING, ImportJob
from .reading import Row
from .selectors import bad_rows, outcome_text, problem_to_json
from .specs import SheetSpec
from .spool import read_spool
from .storage import drop_spool, find_spool

__all__ = [
    "LEASE",
    "STOPPING",
    "Lost",
    "actor_of_job",
    "claim_job",
    "ensure_report",
    "post_chunk",
    "run_one_job",
]

log = logging.getLogger("guantong.work")


def run_one_job(job_id: int | None = None, *, tells: bool = False) -> ImportJob | None:
    """Claim one job and work on it until it is checked, imported, cancelled or stopped. None when there is none.

    ``tells``: send a notice of the outcome to who uploaded it (the person is not waiting on the page).
    """
    worker = public_id(8)
    job = claim_job(worker, job_id)
    if job is None:
        return None
    try:
        _work(job, worker)
    except Lost:
        pass
    except Refusal as refusal:
        _stop(job, worker, list(refusal))
    except Exception:
        token = public_id(4)
        log.exception("%s import job %s", token, job.public_id)
        row = ImportJob.objects.filter(pk=job.pk).values_list("cursor", flat=True).first() or 0
        _stop(job, worker, [errors.STOPPED_UNEXPECTED.problem(row=row, token=token)])
    finally:
        ImportJob.objects.filter(pk=job.pk, lease_owner=worker).update(lease_owner="", lease_until=None)
    job.refresh_from_db()
    if tells and job.user_id is not None and job.state not in WORKING:
        send(text=outcome_text(job), link=job.page, to_user=job.user_id)
    return job


def _work(job: ImportJob, worker: str) -> None:
    kind = job_kind(job.kind)
    actor = actor_of_job(job)
    require(actor, kind.permission, job.organisation_id)
    if job.state in {"uploaded", "checking"}:
        check_job(job, worker, kind, actor)
    elif job.state == "importing":
        _post(job, worker, kind, actor)
    elif job.state == "cancelling":
        _reverse(job, worker, kind, actor)


def actor_of_job(job: ImportJob) -> Actor:
    """Who uploaded, with the posts of today: a post revoked since ends the job. Second factors were given at upload."""
    if job.user_id is not None:
        return actor_for(User.objects.get(pk=job.user_id), second_factor=True)
    kept = job.actor
    return Actor(
        user_id=None,
        person_id=kept.get("person_id"),
        label=kept["label"],
        posts=tuple(PostFact(**p) for p in kept["posts"]),
        region=kept["region"],
        is_system=kept["is_system"],
        only=frozenset(kept["only"]) if kept["only"] is not None else None,
    )


# ---- posting and reversing ------------------------------------------------------------------------------------


def _kept_rows(job: ImportJob, kind: JobKind) -> tuple[SheetSpec, Mapping[str, int], Iterable[Row]]:
    """Form, columns and good rows: from the spool the check left, else read again."""
    spec = next((s for s in kind.specs if s.name == job.spec), None)
    content = find_spool(job.memory["spool"]) if spec is not None and "spool" in job.memory else None
    if spec is not None and content is not None:
        columns = job.memory["columns"]
        blocks = read_spool(content, spec, columns, job.content_digest)
        if blocks is not None:
            return spec, columns, chain.from_iterable(blocks)
    reading = read_file(job, kind)
    return reading.spec, reading.header.columns if reading.header else {}, reading


def _good_rows(rows: Iterable[Row], after: int, without: frozenset[int]) -> Iterator[Row]:
    for row in rows:
        if row.number > after and row.number not in without:
            yield row


def _chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _post(job: ImportJob, worker: str, kind: JobKind, actor: Actor) -> None:
    spec, columns, rows = _kept_rows(job, kind)
    context = context_for(job, actor, spec, columns, is_dry=False)
    without = bad_rows(job) if job.choice == "good" else frozenset()
    try:
        for chunk in _chunks(_good_rows(rows, job.cursor, without), kind.chunk):
            post_chunk(job.pk, worker, kind, context, chunk)
            if STOPPING.is_set():
                raise Lost
    except Refusal as refusal:
        _refused(job, worker, kind, refusal)
        return
    with transaction.atomic():
        renew(job, worker, ("importing",), state="imported", finished_at=clock.now())
        job.refresh_from_db()
        _record(actor, job, "import_sheet", rows=job.rows_done, counts=job.counts)
    drop_spool(job.memory.get("spool"))


def post_chunk(job_id: int, worker: str, kind: JobKind, context: JobContext, rows: list[Row]) -> PostCounts:
    """Post one chunk and move the cursor, in one transaction."""
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().get(pk=job_id)
        if job.lease_owner != worker or job.state != "importing" or rows[0].number <= job.cursor:
            raise Lost
        counts = kind.post_rows(rows, context)
        job.cursor = rows[-1].number
        job.rows_done += len(rows)
        job.counts = _added(job.counts, counts)
        job.lease_until = clock.now() + LEASE
        job.save(update_fields=["cursor", "rows_done", "counts", "lease_until"])
    return counts


def _added(before: dict[str, Any], counts: PostCounts) -> dict[str, Any]:
    more = dict(before.get("more", {}))
    for label, number in counts.more.items():
        more[label] = more.get(label, 0) + number
    return {
        "posted": before.get("posted", 0) + counts.posted,
        "known": before.get("known", 0) + counts.known,
        "more": more,
    }


def _refused(job: ImportJob, worker: str, kind: JobKind, refusal: Refusal) -> None:
    """Something changed between check and posting. All-or-nothing kinds take back what they posted."""
    job.refresh_from_db()
    takes_back = not kind.allows_partial and job.cursor > 0
    if kind.allows_partial:
        outcome = f"前 {job.rows_done} 行已经导入。" if job.rows_done else "还没有导入任何一行。"
    else:
        outcome = "已经导入的行会全部撤回。" if takes_back else "没有导入任何一行。"
    stop = [errors.CHANGED_SINCE_CHECK.problem(outcome=outcome), *refusal]
    kept = [problem_to_json(p) for p in stop[:50]]
    renew(job, worker, ("importing",), state="cancelling" if takes_back else "stopped", stop=kept)
    if takes_back:
        job.refresh_from_db()
        _work(job, worker)
    elif not kind.allows_partial:
        ImportJob.objects.filter(pk=job.pk).update(confirmed_at=None)


def _reverse(job: ImportJob, worker: str, kind: JobKind, actor: Actor) -> None:
    spec = next((s for s in kind.specs if s.name == job.spec), kind.specs[0])
    context = context_for(job, actor, spec, job.memory.get("columns", {}), is_dry=False)
    while True:
        with transaction.atomic():
            held = ImportJob.objects.select_for_update().get(pk=job.pk)
            if held.lease_owner != worker or held.state != "cancelling":
                raise Lost
            number = kind.reverse(context)
            held.lease_until = clock.now() + LEASE
            fields = ["lease_until"]
            if not number:
                held.state = "stopped" if held.stop else "cancelled"
                held.finished_at = clock.now()
                held.confirmed_at = None
                held.cursor = held.rows_done = 0
                held.counts = {}
                fields += ["state", "finished_at", "confirmed_at", "cursor", "rows_done", "counts"]
                _record(actor, held, "reverse_import", rows=job.rows_done)
            held.save(update_fields=fields)
        if not number:
            drop_spool(job.memory.get("spool"))
            return


def _stop(job: ImportJob, worker: str, problems: Iterable[Problem]) -> None:
    ImportJob.objects.filter(pk=job.pk, lease_owner=worker).update(
        state="stopped", stop=[problem_to_json(p) for p in list(problems)[:50]]
    )


def _record(actor: Actor, job: ImportJob, action: str, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject=("sheets.import_job", job.public_id),
        region=job.region or None,
        organisation_id=job.organisation_id,
        facts={"kind": job.kind, "file": job.file_name, **facts},
    )
