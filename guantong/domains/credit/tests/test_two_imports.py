"""Two imports posting at once, on PostgreSQL: locks in key order, nothing doubled, the audit clean."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from guantong.base.sheets import actions, worker
from guantong.base.sheets.models import ImportJob
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from tests.cast import build_cast, invented_id_number

from .importing import line, sheet, upload

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def both(*calls) -> None:
    """Run in two threads that start together; every error is raised here."""
    start = threading.Barrier(len(calls))
    errors: list[BaseException] = []

    def run(call) -> None:
        try:
            start.wait(30)
            call()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]


def test_two_jobs_of_the_same_learners_do_not_disturb_each_other(baseline):
    cast = build_cast()
    people = [{"姓名": f"赵{n:02d}".replace("0", "〇"), "身份证号": invented_id_number(100 + n)} for n in range(40)]
    jobs: list[ImportJob] = []
    for who, where, order in (("lin", "donghu", 1), ("zhang", "enterprise", -1)):
        rows = [line(**p, 成果名称=f"{where}培训{n}") for n in range(30) for p in people[::order]]
        jobs.append(upload(cast, sheet(*rows), who=who, where=where))
        actions.confirm_import(actor=getattr(cast, who), job_id=jobs[-1].pk, is_ticked=True)
    both(*(lambda pk=job.pk: worker.run_one_job(pk) for job in jobs))
    for job in jobs:
        job.refresh_from_db()
        assert (job.state, job.rows_done, job.stop) == ("imported", 1200, [])
    assert Achievement.objects.count() == 2400
    assert CreditAccount.objects.count() == 40
    assert LedgerEntry.objects.count() == 4800
    assert audit_ledger().faults == []


def test_the_same_rows_in_two_jobs_at_once_are_deposited_once(baseline):
    cast = build_cast()
    rows = [line(成果名称=f"培训{n}", 身份证号=invented_id_number(100 + n % 20), 姓名="赵小禾") for n in range(400)]
    jobs = [upload(cast, sheet(*rows)), upload(cast, sheet(*rows[::-1]))]
    for job in jobs:
        actions.confirm_import(actor=cast.lin, job_id=job.pk, is_ticked=True)
    both(*(lambda pk=job.pk: worker.run_one_job(pk) for job in jobs))
    for job in jobs:
        job.refresh_from_db()
    assert [j.state for j in jobs] == ["imported", "imported"], [j.stop for j in jobs]
    assert sum(j.counts["posted"] for j in jobs) == 400
    assert sum(j.counts["known"] for j in jobs) == 400
    assert Achievement.objects.count() == 400
    assert audit_ledger().faults == []


def test_a_cancelled_job_and_a_new_one_of_the_same_learners_end_clean(baseline):
    cast = build_cast()
    rows = [line(成果名称=f"培训{n}", 身份证号=invented_id_number(100 + n % 20), 姓名="赵小禾") for n in range(400)]
    first = upload(cast, sheet(*rows))
    actions.confirm_import(actor=cast.lin, job_id=first.pk, is_ticked=True)
    original = worker.post_chunk

    def post_then_cancel(job_id, *rest):
        counts = original(job_id, *rest)
        if job_id == first.pk:
            actions.cancel_import(actor=cast.lin, job_id=job_id)
        return counts

    worker.post_chunk = post_then_cancel
    try:
        worker.run_one_job(first.pk)
    finally:
        worker.post_chunk = original
    second = upload(cast, sheet(*(line(成果名称=f"别的{r['成果名称']}", 身份证号=r["身份证号"]) for r in rows)))
    actions.confirm_import(actor=cast.lin, job_id=second.pk, is_ticked=True)
    both(lambda: worker.run_one_job(first.pk), lambda: worker.run_one_job(second.pk))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "imported"), (first.stop, second.stop)
    assert Achievement.objects.filter(state="revoked", available=0).count() == 400
    assert Achievement.objects.filter(state="recognised").count() == 400
    assert audit_ledger().faults == []
