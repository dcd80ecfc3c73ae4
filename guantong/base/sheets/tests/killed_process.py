"""Run by test_killed.py in a process of its own: prepare a job, or post it and be killed on the way."""

from __future__ import annotations

import os
import signal
import sys

import django


def main(step: str, where: str) -> None:
    django.setup()
    from django.core.management import call_command

    from guantong.base.accounts.public import SYSTEM
    from guantong.base.sheets import actions, worker
    from guantong.base.sheets.models import ImportJob
    from guantong.base.sheets.tests import fake_kind
    from guantong.base.sheets.tests.books import book

    fake_kind.register(permission="credit.deposit", chunk=10)
    if step == "prepare":
        call_command("migrate", verbosity=0)
        content = book([["编号", "学分"], *([f"N{n}", 2] for n in range(45))], sheet="小表")
        job = actions.upload_sheet(actor=SYSTEM, kind="small", organisation_id=None, content=content, name="小表.xlsx")
        if where == "checking":
            return
        worker.run_one_job(job.pk)
        actions.confirm_import(actor=SYSTEM, job_id=job.pk)
        return
    if step == "kill":
        original = worker.post_chunk
        done = []

        def die_inside(rows, context):
            if len(done) == 2:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(*arguments):
            counts = original(*arguments)
            done.append(counts)
            if where == "between" and len(done) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            return counts

        worker.post_chunk = counted
        if where == "checking":
            fake_kind.hooks["check"] = lambda row: row.number == 20 and os.kill(os.getpid(), signal.SIGKILL)
        if where == "inside":
            fake_kind.hooks["post"] = die_inside
    worker.run_one_job()
    job = ImportJob.objects.get()
    print(job.state, job.rows_done, job.counts.get("posted"), len(fake_kind.records()))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
