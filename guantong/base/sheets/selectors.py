"""Reads of import jobs. ``access_job_for`` is the only way from an outside number to a job."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Citation, Problem, Weight, Where

from . import errors
from .kinds import job_kind
from .models import ImportJob, ImportProblems


def access_job_for(actor: Actor, public_id: str, kind: str | None = None) -> ImportJob:
    """The job, when the actor may import this kind for its organisation; JOB-002 otherwise, whatever the reason."""
    job = ImportJob.objects.filter(public_id=public_id).select_related("file", "report").first()
    if job is None or (kind is not None and job.kind != kind) or not _may_see(actor, job):
        raise errors.JOB_NOT_FOUND.refuse(job=public_id[:16])
    return job


def _may_see(actor: Actor, job: ImportJob) -> bool:
    try:
        permission = job_kind(job.kind).permission
    except KeyError:
        return False
    return actor.may(permission, job.organisation_id)


def list_jobs_for(actor: Actor, kind: str, organisation_id: int | None) -> QuerySet[ImportJob]:
    """Jobs of a kind at an organisation, newest first; empty without the mandate."""
    if not actor.may(job_kind(kind).permission, organisation_id):
        return ImportJob.objects.none()
    return ImportJob.objects.filter(kind=kind, organisation=organisation_id).order_by("-created_at", "-id")


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """A finding as kept; :func:`problem_from_json` gives it back."""
    kept: dict[str, Any] = problem.as_json()
    if problem.basis is not None:
        b = problem.basis
        since = b.in_force_from.isoformat() if b.in_force_from else None
        kept["basis"] = [b.document, b.title, b.number, b.clause, since, b.source]
    return {k: v for k, v in kept.items() if v is not None}


def problem_from_json(kept: Mapping[str, Any]) -> Problem:
    """A finding as it was found."""
    basis = None
    if kept.get("basis"):
        document, title, number, clause, since, source = kept["basis"]
        basis = Citation(document, title, number, clause, date.fromisoformat(since) if since else None, source)
    places = {k: kept.get(k) for k in ("file", "line", "sheet", "row", "column", "title", "value")}
    return Problem(
        code=kept["code"],
        message=kept["message"],
        do=kept["do"],
        where=Where(**places),
        basis=basis,
        weight=Weight(kept["weight"]),
    )


def list_problems(job: ImportJob, limit: int | None = None) -> Iterator[Problem]:
    """Findings of a job in order of rows; the first ``limit`` of them."""
    count = 0
    for page in ImportProblems.objects.filter(job=job).order_by("number").iterator(chunk_size=20):
        for kept in page.body:
            if limit is not None and count >= limit:
                return
            yield problem_from_json(kept)
            count += 1


def first_to_change(job: ImportJob) -> list[Problem]:
    """The first findings that must be changed, as its page shows them."""
    return [problem_from_json(p) for p in job.memory.get("to_change", [])]


def first_to_confirm(job: ImportJob) -> list[Problem]:
    """The first findings that wait for a tick."""
    return [problem_from_json(p) for p in job.memory.get("to_confirm", [])] if job.rows_to_confirm else []


def bad_rows(job: ImportJob) -> frozenset[int]:
    """Numbers of the rows that must be changed."""
    return frozenset(
        p.where.row for p in list_problems(job) if p.weight is Weight.MUST_CHANGE and p.where.row is not None
    )


def seconds_left(job: ImportJob) -> int | None:
    """Estimate of the time left in this phase, from its pace so far; None while nothing can be said."""
    done = {"checking": job.rows_checked, "importing": job.rows_done}.get(job.state, 0)
    total = {"checking": job.rows_total, "importing": rows_to_post(job)}.get(job.state, 0)
    if not done or job.phase_at is None or total <= done:
        return None
    spent = (clock.now() - job.phase_at).total_seconds()
    return max(1, math.ceil(spent / done * (total - done))) if spent > 0 else None


def rows_to_post(job: ImportJob) -> int:
    """Rows this job imports: all, or those without mistakes."""
    return job.rows_total - job.rows_bad


def state_label(job: ImportJob) -> str:
    """The state as people read it; a checked sheet that cannot be imported as it is says so."""
    if job.state == "checked" and (job.rows_bad or not job.rows_total):
        return "已检查，需要修改"
    return job.get_state_display()


def outcome_text(job: ImportJob) -> str:
    """How a job stands, in one or two sentences."""
    name = f"“{job.file_name}”"
    if job.state == "checked" and job.rows_bad:
        good = rows_to_post(job)
        return f"{name}检查完了：有 {job.rows_bad} 行需要修改，{good} 行没有问题。还没有保存任何数据。"
    if job.state == "checked" and job.rows_total:
        return f"{name}检查完了：全部 {job.rows_total} 行都可以导入，请您确认。"
    if job.state == "checked":
        return f"{name}还读不了，请看页面上的说明。"
    if job.state == "imported":
        return f"{name}已经导入 {job.rows_done} 行。"
    if job.state == "cancelled":
        return f"{name}的导入已经取消，没有留下任何数据。"
    return f"{name}的导入停下了，请看页面上的说明。"


def as_json(job: ImportJob) -> dict[str, Any]:
    """A job as the API tells it."""
    return {
        "id": job.public_id,
        "kind": job.kind,
        "file": job.file_name,
        "state": job.state,
        "rows_total": job.rows_total,
        "rows_checked": job.rows_checked,
        "rows_bad": job.rows_bad,
        "to_confirm": job.rows_to_confirm,
        "rows_done": job.rows_done,
        "counts": job.counts,
        "problem_count": job.problem_count,
        "seconds_left": seconds_left(job),
        "errors": job.stop,
    }
