"""The worker: checks uploads, posts confirmed jobs chunk by chunk, reverses cancelled ones. Safe to kill at any moment.

A job is held by a lease that every step renews. Posting saves the cursor in the transaction that posts the rows: a
process killed between or inside chunks leaves whole chunks behind, and the next worker goes on after the cursor.
Write transactions are short (one chunk), so SQLite's single writer is never held for long.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.models import User
from guantong.base.accounts.public import require
from guantong.base.accounts.selectors import actor_for
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Weight, Where
from guantong.kernel.tokens import public_id

from . import errors
from .kinds import JobContext, JobKind, PostCounts, job_kind
from .models import WORKING, ImportJob, ImportProblems
from .opening import open_workbook
from .reading import Reading, Row, match_specs, read_sheet
from .returning import write_report
from .selectors import bad_rows, list_problems, outcome_text, problem_to_json
from .specs import SheetSpec
from .spool import Spool, read_spool
from .storage import bytes_of, drop_spool, find_spool, keep_bytes, keep_spool

log = logging.getLogger("guantong.work")

LEASE = timedelta(seconds=60)
"""How long a job stays with a worker that no longer reports."""
FIRST = 20
"""Findings of each weight kept on the job itself, for its page."""
SPOOLED = 2000
"""Sheets with more rows leave their good rows in a spool, so that posting need not read and check them again."""
REPORT_AHEAD = 3000
"""Sheets with more rows get their returned workbook made by the worker; smaller ones when it is asked for."""
_MOST_UNEXPECTED = 20
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
        _check(job, worker, kind, actor)
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


def _renew(job: ImportJob, worker: str, states: tuple[str, ...], **values: Any) -> None:
    """Renew the lease and note progress; raises :class:`Lost` when the job is somebody else's or was cancelled."""
    if STOPPING.is_set():
        raise Lost
    mine = ImportJob.objects.filter(pk=job.pk, lease_owner=worker, state__in=states)
    if not mine.update(lease_until=clock.now() + LEASE, **values):
        raise Lost


def _context(job: ImportJob, actor: Actor, spec: SheetSpec, columns: Mapping[str, int], is_dry: bool) -> JobContext:
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


def _read(job: ImportJob, kind: JobKind) -> Reading:
    workbook = open_workbook(bytes_of(job.file), job.file_name)
    spec = next((s for s in kind.specs if s.name == job.spec), None)
    if spec is None:
        spec = match_specs(workbook, kind.specs) if len(kind.specs) > 1 else kind.specs[0]
    return read_sheet(workbook, spec)


# ---- checking -------------------------------------------------------------------------------------------------


def _check(job: ImportJob, worker: str, kind: JobKind, actor: Actor) -> None:
    begun = {"state": "checking", "phase_at": clock.now(), "rows_checked": 0, "rows_done": 0, "cursor": 0, "spec": ""}
    _renew(job, worker, ("uploaded", "checking"), **begun)
    job.spec = ""
    job.memory = {}
    problems: list[Problem] = []
    reading: Reading | None = None
    try:
        reading = _read(job, kind)
        columns = reading.header.columns if reading.header else {}
        context = _context(job, actor, reading.spec, columns, is_dry=True)
        _renew(job, worker, ("checking",), spec=reading.spec.name, rows_total=reading.expected_rows)
        spool = Spool(reading.spec, context.columns, job.content_digest) if reading.expected_rows > SPOOLED else None
        for block in reading.blocks():
            if block:
                problems.extend(_check_block(job, kind, context, block))
            if spool is not None:
                spool.add(block)
            _renew(job, worker, ("checking",), rows_checked=reading.rows_read)
        problems.extend(reading.problems)
        if spool is not None:
            job.memory = {"spool": keep_spool(spool.content()), "columns": dict(context.columns)}
    except Refusal as refusal:  # the file as a whole cannot be read
        problems.extend(refusal)
    problems.sort(key=lambda p: p.where.row or 0)
    _finish_check(job, worker, reading, problems)
    if reading is not None and reading.rows_read > REPORT_AHEAD and job.rows_bad:
        ensure_report(job)


def _check_block(job: ImportJob, kind: JobKind, context: JobContext, rows: list[Row]) -> list[Problem]:
    """The kind's own check, in a transaction that is rolled back: it may run the real action."""
    try:
        return _checked(kind, context, rows)
    except Refusal as refusal:
        return list(refusal)
    except Exception:
        log.exception("import job %s: a block was not checked, going through it row by row", job.public_id)
    found: list[Problem] = []
    unexpected = 0
    for row in rows:
        try:
            found.extend(_checked(kind, context, [row]))
        except Refusal as refusal:
            found.extend(p if p.where.row else p.at(Where(row=row.number)) for p in refusal)
        except Exception:
            unexpected += 1
            if unexpected > _MOST_UNEXPECTED:
                raise
            token = public_id(4)
            log.exception("%s import job %s row %s", token, job.public_id, row.number)
            found.append(errors.ROW_UNEXPECTED.problem(where=Where(row=row.number), token=token))
    return found


def _checked(kind: JobKind, context: JobContext, rows: list[Row]) -> list[Problem]:
    with transaction.atomic():
        found = list(kind.check_rows(rows, context))
        transaction.set_rollback(True)
    return found


def _finish_check(job: ImportJob, worker: str, reading: Reading | None, problems: list[Problem]) -> None:
    must = {p.where.row for p in problems if p.weight is Weight.MUST_CHANGE and p.where.row is not None}
    kept = [problem_to_json(p) for p in problems]
    first = {
        "to_change": [k for k in kept if k["weight"] == Weight.MUST_CHANGE.value][:FIRST],
        "to_confirm": [k for k in kept if k["weight"] == Weight.PLEASE_CONFIRM.value][:FIRST],
    }
    total = reading.rows_read if reading is not None else 0
    values: dict[str, Any] = {
        "state": "checked",
        "rows_total": total,
        "rows_checked": total,
        "rows_bad": min(total, len(must)) if total else 0,
        "rows_to_confirm": sum(1 for p in problems if p.weight is Weight.PLEASE_CONFIRM and p.where.row not in must),
        "problem_count": sum(1 for p in problems if p.weight is not Weight.TIDIED),
        "notes": [problem_to_json(n) for n in reading.notes] if reading is not None else [],
        "memory": {**job.memory, **first},
        "checked_at": clock.now(),
        "report": None,
    }
    with transaction.atomic():
        ImportProblems.objects.filter(job=job).delete()
        size = ImportProblems.PAGE
        ImportProblems.objects.bulk_create(
            (ImportProblems(job=job, number=n // size, body=kept[n : n + size]) for n in range(0, len(kept), size)),
            batch_size=100,
        )
        _renew(job, worker, ("checking",), **values)
    job.refresh_from_db()


def ensure_report(job: ImportJob) -> bytes:
    """The returned workbook, made once."""
    if job.report is not None:
        return bytes_of(job.report)
    kind = job_kind(job.kind)
    original = bytes_of(job.file)
    spec = next((s for s in kind.specs if s.name == job.spec), kind.specs[0])
    made = write_report(original, spec, list_problems(job), job.file_name)
    stem, _, ending = job.file_name.rpartition(".")
    name = f"{stem}（校验结果）.{ending}" if stem else f"{job.file_name}（校验结果）"
    report = keep_bytes(made, name=name, kind="report", organisation_id=job.organisation_id, user_id=job.user_id)
    ImportJob.objects.filter(pk=job.pk).update(report=report)
    job.report = report
    return made


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
    reading = _read(job, kind)
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
    context = _context(job, actor, spec, columns, is_dry=False)
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
        _renew(job, worker, ("importing",), state="imported", finished_at=clock.now())
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
    _renew(job, worker, ("importing",), state="cancelling" if takes_back else "stopped", stop=kept)
    if takes_back:
        job.refresh_from_db()
        _work(job, worker)
    elif not kind.allows_partial:
        ImportJob.objects.filter(pk=job.pk).update(confirmed_at=None)


def _reverse(job: ImportJob, worker: str, kind: JobKind, actor: Actor) -> None:
    spec = next((s for s in kind.specs if s.name == job.spec), kind.specs[0])
    context = _context(job, actor, spec, job.memory.get("columns", {}), is_dry=False)
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
