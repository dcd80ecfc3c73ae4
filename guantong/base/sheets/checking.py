"""Checking an upload: every row, in transactions that are rolled back; what was found; the workbook that goes back."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Weight, Where
from guantong.kernel.tokens import public_id

from . import errors
from .kinds import JobContext, JobKind, job_kind
from .lease import context_for, read_file, renew
from .models import ImportJob, ImportProblems
from .reading import Reading, Row
from .returning import write_report
from .selectors import list_problems, problem_to_json
from .spool import Spool
from .storage import bytes_of, keep_bytes, keep_spool

log = logging.getLogger("guantong.work")

FIRST = 20
"""Findings of each weight kept on the job itself, for its page."""
SPOOLED = 2000
"""Sheets with more rows leave their good rows in a spool, so that posting need not read and check them again."""
REPORT_AHEAD = 3000
"""Sheets with more rows get their returned workbook made by the worker; smaller ones when it is asked for."""
_MOST_UNEXPECTED = 20


def check_job(job: ImportJob, worker: str, kind: JobKind, actor: Actor) -> None:
    begun = {"state": "checking", "phase_at": clock.now(), "rows_checked": 0, "rows_done": 0, "cursor": 0, "spec": ""}
    renew(job, worker, ("uploaded", "checking"), **begun)
    job.spec = ""
    job.memory = {}
    problems: list[Problem] = []
    reading: Reading | None = None
    try:
        reading = read_file(job, kind)
        columns = reading.header.columns if reading.header else {}
        context = context_for(job, actor, reading.spec, columns, is_dry=True)
        renew(job, worker, ("checking",), spec=reading.spec.name, rows_total=reading.expected_rows)
        spool = Spool(reading.spec, context.columns, job.content_digest) if reading.expected_rows > SPOOLED else None
        for block in reading.blocks():
            if block:
                problems.extend(_check_block(job, kind, context, block))
            if spool is not None:
                spool.add(block)
            renew(job, worker, ("checking",), rows_checked=reading.rows_read)
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
        renew(job, worker, ("checking",), **values)
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
