"""Run by test_killed_import.py in a process of its own: prepare a deposit, or post it and be killed on the way."""

from __future__ import annotations

import json
import os
import signal
import sys

import django

ROWS = 260
CHUNK = 50


def main(step: str, where: str) -> None:
    django.setup()
    from dataclasses import replace
    from datetime import date

    from django.core.management import call_command
    from django.db.models import Count, Sum

    from guantong.base.accounts.public import SYSTEM
    from guantong.base.orgs.actions import register_organisation, register_region
    from guantong.base.sheets import actions, worker
    from guantong.base.sheets.kinds import register_job_kind
    from guantong.base.sheets.models import ImportJob
    from guantong.domains.credit.actions import deposits
    from guantong.domains.credit.actions.auditing import audit_ledger
    from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
    from guantong.domains.credit.sheets.jobs import DEPOSIT_JOB
    from guantong.domains.credit.sheets.samples.own import good_sheet

    register_job_kind(replace(DEPOSIT_JOB, chunk=CHUNK))
    if step == "prepare":
        call_command("migrate", verbosity=0)
        since = date(2010, 1, 1)
        register_region(actor=SYSTEM, code="100000", name="中国", level="nation", parent=None, in_force_from=since)
        register_region(
            actor=SYSTEM, code="990000", name="云澜省", level="province", parent="100000", in_force_from=since
        )
        body = register_organisation(
            actor=SYSTEM, kind="training_body", name="云澜培训中心", region="990000", in_force_from=since
        )
        job = actions.upload_sheet(
            actor=SYSTEM,
            kind=DEPOSIT_JOB.name,
            organisation_id=body.pk,
            content=good_sheet(ROWS),
            name="成果.xlsx",
        )
        worker.run_one_job(job.pk)
        actions.confirm_import(actor=SYSTEM, job_id=job.pk, is_ticked=True)
        return
    if step == "kill":
        _die(where, worker, deposits)
    worker.run_one_job()
    job = ImportJob.objects.get()
    report = audit_ledger()
    totals = LedgerEntry.objects.filter(kind="recognise").aggregate(Sum("hundredths"), Count("achievement"))
    print(  # noqa: T201
        json.dumps(
            {
                "state": job.state,
                "done": job.rows_done,
                "posted": job.counts.get("posted"),
                "achievements": Achievement.objects.count(),
                "digests": Achievement.objects.values("content_digest").distinct().count(),
                "entries": report.entries,
                "faults": [f.code for f in report.faults],
                "recognised": totals["hundredths__sum"],
                "held": CreditAccount.objects.aggregate(Sum("recognised"))["recognised__sum"],
            }
        )
    )


def _die(where, worker, deposits) -> None:  # type: ignore[no-untyped-def]
    """Be killed after the second chunk, or inside the third once its rows and entries are written."""
    done = []
    original_chunk, original_apply = worker.post_chunk, deposits.apply_deposits

    def counted(*arguments):  # type: ignore[no-untyped-def]
        counts = original_chunk(*arguments)
        done.append(counts)
        if where == "between" and len(done) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return counts

    def die_after_writing(*arguments):  # type: ignore[no-untyped-def]
        original_apply(*arguments)
        if len(done) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    worker.post_chunk = counted
    if where == "inside":
        deposits.apply_deposits = die_after_writing


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
