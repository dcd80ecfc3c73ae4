"""The ledger: importing achievements from a sheet to recognised entries, and the nightly audit.

Import: the whole way a registrar's file goes (upload, check of every row, posting in chunks, each with its audit line
and cursor) against a bare reader (calamine) plus a plain bulk insert of the same rows into the achievement table of the
same database (Django's ``bulk_create``; what the driver alone does with ``executemany`` is told beside it, unjudged).

Audit: the whole nightly audit (sequences, digests, kinds, balances of achievements and accounts, comparison with the
last seal) against one sequential read of all columns of all entries through the same driver, fetching as many rows
at a time.

CPU seconds are this process's and, on PostgreSQL, those of the server process serving it.

Runs in a process of its own on a database of its own: a temporary SQLite file, or the PostgreSQL database named by
``GUANTONG_BENCH_DATABASE`` (emptied at the beginning). ``GUANTONG_BENCH_ROWS`` and ``GUANTONG_BENCH_ENTRIES`` make it
smaller.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.figures import Figure, share_of

ROWS = int(os.environ.get("GUANTONG_BENCH_ROWS", "100000"))
ENTRIES = int(os.environ.get("GUANTONG_BENCH_ENTRIES", "1000000"))
UNIT = "rows/CPU-s"


def run() -> list[Figure]:
    """Figures for ``make bench``."""
    with tempfile.TemporaryDirectory(prefix="guantong-bench-") as folder:
        url = os.environ.get("GUANTONG_BENCH_DATABASE", f"sqlite://{folder}/bench.sqlite3")
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "guantong.config.settings.test",
            "GUANTONG_TEST_DATABASE": url,
            "GUANTONG_VAR": folder,
        }
        made = subprocess.run(
            [sys.executable, "-m", "bench.ledger"], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    m: dict[str, float] = json.loads(made.stdout.strip().splitlines()[-1])
    rows, entries = m["rows"], m["entries"]
    bare = m["read"] + m["bulk_create"]
    raw = m["read"] + m["executemany"]
    ours = m["upload"] + m["check"] + m["post"]
    return [
        share_of(
            f"ledger: import of {rows:,.0f} achievements, sheet to entries",
            rows / ours,
            rows / bare,
            UNIT,
            0.25,
            f"{ours:.1f} CPU s: check {m['check']:.1f}, post {m['post']:.1f}; read {m['read']:.1f}, "
            f"bulk_create {m['bulk_create']:.1f}; with executemany {m['executemany']:.1f} it would be {raw / ours:.0%}",
        ),
        share_of(
            f"ledger: audit of {entries:,.0f} entries, against one plain read",
            entries / m["audit"],
            entries / m["plain"],
            "entries/CPU-s",
            1 / 3,
            f"{m['audit']:.2f} CPU s, plain read {m['plain']:.2f}: {m['audit'] / m['plain']:.2f} times (at most 3)",
        ),
    ]


def spent_so_far() -> float:
    """CPU seconds of this process, and of the PostgreSQL process that serves it when it runs on this machine."""
    from django.db import connection

    served = 0.0
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
        if stat.is_file():
            user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
            served = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + served


def cpu(work: Callable[[], Any], times: int = 1) -> float:
    """Least CPU seconds of several runs."""
    spent = []
    for _ in range(times):
        begun = spent_so_far()
        work()
        spent.append(spent_so_far() - begun)
    return min(spent)


def main() -> None:
    """Measure in this process; the last line printed is the result."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from guantong.base.accounts.public import SYSTEM
    from guantong.base.orgs.actions import register_organisation, register_region

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    since = date(2010, 1, 1)
    for code, name, level, parent in (
        ("100000", "中华人民共和国", "nation", None),
        ("990000", "云澜省", "province", "100000"),
    ):
        register_region(actor=SYSTEM, code=code, name=name, level=level, parent=parent, in_force_from=since)
    body = register_organisation(
        actor=SYSTEM, kind="training_body", name="云澜培训中心", region="990000", in_force_from=since
    )
    result: dict[str, float] = {"rows": ROWS}
    result |= measure_import(body.pk)
    result |= measure_audit(body.pk)
    print(json.dumps(result))


def measure_import(organisation_id: int) -> dict[str, float]:
    """CPU seconds of each step of one import, and of the bare reader and inserts."""
    import io

    import python_calamine

    from guantong.base.accounts.public import SYSTEM
    from guantong.base.sheets import actions, worker
    from guantong.domains.credit.sheets.samples.own import large_sheet

    content = large_sheet(ROWS)
    result: dict[str, float] = {}

    def bare_read() -> None:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sum(1 for _ in sheet.iter_rows()) != ROWS + 1:
            raise RuntimeError("the sheet is not as long as it should be")

    result["read"] = cpu(bare_read, 3)
    begun = spent_so_far()
    job = actions.upload_sheet(
        actor=SYSTEM,
        kind="achievement_deposit",
        organisation_id=organisation_id,
        content=content,
        name="学习成果存入表.xlsx",
    )
    result["upload"] = spent_so_far() - begun
    result["check"] = cpu(lambda: worker.run_one_job(job.pk))
    job.refresh_from_db()
    if (job.state, job.rows_total, job.rows_bad) != ("checked", ROWS, 0):
        raise RuntimeError(f"check ended as {job.state} with {job.rows_bad} bad rows of {job.rows_total}: {job.stop}")
    actions.confirm_import(actor=SYSTEM, job_id=job.pk, is_ticked=True)
    result["post"] = cpu(lambda: worker.run_one_job(job.pk))
    job.refresh_from_db()
    if (job.state, job.counts.get("posted")) != ("imported", ROWS):
        raise RuntimeError(f"posting ended as {job.state}: {job.stop} {job.counts}")
    return result | measure_inserts()


def measure_inserts() -> dict[str, float]:
    """The same rows once more into the same table: through Django, and through the driver alone. Undone afterwards."""
    import secrets

    from django.db import connection, transaction

    from guantong.base.bulk import insert_rows
    from guantong.domains.credit.actions.deposits import ACHIEVEMENT_COLUMNS
    from guantong.domains.credit.models import Achievement

    rows = list(Achievement.objects.all())
    for row in rows:
        row.pk, row.public_id, row.content_digest = None, secrets.token_hex(8), secrets.token_bytes(32)

    def through_django() -> None:
        with transaction.atomic():
            Achievement.objects.bulk_create(rows, batch_size=1000)

    result = {"bulk_create": cpu(through_django)}
    made = [row.pk for row in rows]
    fields = [f for c in ACHIEVEMENT_COLUMNS if c != "id" for f in Achievement._meta.concrete_fields if f.column == c]
    for row in rows:
        row.public_id, row.content_digest = secrets.token_hex(8), secrets.token_bytes(32)
    plain = [tuple(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields) for row in rows]

    def through_driver() -> None:
        with transaction.atomic():
            insert_rows(Achievement, [f.column for f in fields], plain)

    result["executemany"] = cpu(through_driver)
    with transaction.atomic():
        Achievement.objects.filter(pk__gte=min(made)).delete()
    return result


def measure_audit(organisation_id: int) -> dict[str, float]:
    """Fill the ledger up, seal it, and audit it."""
    from django.db import connection, transaction

    from guantong.base.accounts.public import SYSTEM
    from guantong.domains.credit.actions.auditing import FETCH, audit_ledger, seal_ledger
    from guantong.domains.credit.models import LedgerEntry

    fill_up(organisation_id)
    seal_ledger(actor=SYSTEM, report=audit_ledger())

    def plain_read() -> None:
        sql = "SELECT * FROM credit_ledgerentry ORDER BY id"
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.connection.cursor("bench", binary=True) as cursor:
                cursor.execute(sql)
                while cursor.fetchmany(FETCH["postgresql"]):
                    pass
            return
        cursor = connection.connection.cursor()
        cursor.execute(sql)
        while cursor.fetchmany(FETCH["sqlite"]):
            pass

    spent: list[float] = []

    def audit() -> None:
        begun = spent_so_far()
        report = audit_ledger()
        spent.append(spent_so_far() - begun)
        if not report.is_clean or report.entries < ENTRIES or "一致" not in report.seal_compared:
            raise RuntimeError(f"{report.entries} entries, {report.faults[:3]}, {report.seal_compared}")

    plain = cpu(plain_read, 2)
    audit()
    audit()
    return {"plain": min(plain, cpu(plain_read)), "audit": min(spent), "entries": LedgerEntry.objects.count()}


def fill_up(organisation_id: int) -> None:
    """Deposits until there are as many entries as wanted: two an achievement, ten achievements a learner."""
    from guantong.base.accounts.public import SYSTEM
    from guantong.base.lawbook import law_on
    from guantong.base.people.public import PersonFacts, ensure_people
    from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
    from guantong.domains.credit.models import LedgerEntry
    from guantong.domains.credit.rules.recognition import Recogniser
    from guantong.domains.credit.sheets.samples.own import person
    from guantong.kernel import clock

    wanted = (ENTRIES - LedgerEntry.objects.count() + 1) // 2
    learners = max(1, wanted // 10)
    accounts: list[int] = []
    for start in range(0, learners, 5000):
        facts = [PersonFacts(*person(n)) for n in range(start, min(learners, start + 5000))]
        people = ensure_people(actor=SYSTEM, facts=facts)
        known = open_accounts(people)
        accounts += [known[p] for p in people]
    recogniser = Recogniser(law_on(clock.today()))
    for start in range(0, wanted, 5000):
        rows = [
            Deposit(
                account_id=accounts[n % learners],
                kind="training",
                title=f"岗位培训第{n // learners + 1}期",
                issued_on=date(2025, 5, 5),
                issuer_name="云澜培训中心",
                issuer_id=organisation_id,
                hours=34 + n % 17,
            )
            for n in range(start, min(wanted, start + 5000))
        ]
        deposit_achievements(
            actor=SYSTEM, organisation_id=organisation_id, rows=rows, ref=f"bench:{start}", recogniser=recogniser
        )


if __name__ == "__main__":
    Path(os.environ["GUANTONG_VAR"]).mkdir(parents=True, exist_ok=True)
    main()
