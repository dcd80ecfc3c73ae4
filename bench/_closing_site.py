"""The site a closing day is replayed against: its stage, its clock, its judgement (children of ``closing_day``).

Every child runs with the demo's settings in a folder of its own, named by ``GUANTONG_VAR``. The site's clock is that of
the round: it reads the real moment of closing from a file, which the replay writes, so that the last second of the last
day comes when the replay says. Nothing else of the site differs from ``guantong serve``.

``python -m bench._closing_site prepare N | check``; ``bench._closing_site:application`` is what granian serves.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings.demo")
FOLDER = Path(os.environ.get("GUANTONG_VAR", "var"))
CLOSING = FOLDER / "closing"
PROCEDURE = "bench-closing"
REGION = "990000"
LAST_DAY = date(2026, 5, 31)
DEFINITION = f"""\
procedures:
  - id: {PROCEDURE}
    version: "1"
    title: 结课日测量事项
    systems: [T3]
    in_force_from: 2024-09-01
    source: local
    note: 只为测量而写。
    subject: projects.declaration
    who_may_declare: {{roles: [learner], of: learner}}
    rounds: {{yearly: {{opens: "03-01", closes: "05-31"}}, source: local, note: 测量。}}
    form:
      - {{id: course, title: 课程名称, kind: text}}
      - {{id: hours, title: 学时数, kind: integer, unit: 学时, least: "0"}}
      - {{id: learners, title: 学习人数, kind: integer, unit: 人, least: "0"}}
      - {{id: spent, title: 投入, kind: money}}
      - {{id: shared, title: 已经共享, kind: flag}}
      - {{id: summary, title: 课程简介, kind: long_text}}
    conditions:
      id: whole
      label: 认定条件
      all:
        - {{id: hours, label: 学时够数, fact: declared.hours, at_least: 32, unit: 学时, source: local, note: 测量。}}
        - {{id: shared, label: 已经共享, fact: declared.shared, equals: true, source: local, note: 测量。}}
        - id: two
          label: 两项里至少一项
          at_least: 1
          of:
            - {{id: learners, label: 人数够, fact: declared.learners, at_least: 100, source: local, note: 测量。}}
            - {{id: spent, label: 投入够数, fact: declared.spent, at_least: "50000", source: local, note: 测量。}}
    steps:
      - id: declare
        title: 填写申报
        of: declarer
        actions: [{{id: submit, title: 提交, to: school, needs: [declaration, conditions]}}]
      - id: school
        title: 学校审核
        role: academic_officer
        of: school
        deadline: {{working_days: 10, source: local, note: 测量。}}
        on_timeout: remind
        actions: [{{id: approve, title: 同意, to: recognised, needs: [opinion]}}]
    outcomes:
      - {{id: recognised, title: 认定, kind: granted, notice: 已经认定。}}
    appeal: {{none: 没有不同意的结果。, source: local, note: 测量。}}
"""


def moment() -> datetime:
    """The moment of the site, in UTC: as long before (or after) the closing of the round as the present is before the
    moment in the file. It may pass in a step between two requests: that is how the hour is compressed.
    """
    from guantong.procedure.rounds.windows import start_of

    closes_at = start_of(LAST_DAY + timedelta(days=1)).astimezone(UTC)
    return closes_at + timedelta(seconds=time.time() - float(CLOSING.read_text()))


def prepare(count: int) -> None:
    """Tables, the cast, and ``count`` people with accounts and sessions; keys of the sessions go to a file."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session
    from django.core.management import call_command

    from guantong.base.accounts.models import User
    from guantong.base.accounts.sessions import SessionStore
    from guantong.base.people.models import Person
    from guantong.kernel import clock
    from tests.cast import build_cast

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with clock.frozen_at(LAST_DAY):
        build_cast()
        now = clock.now()
    people = Person.objects.bulk_create(
        [
            Person(
                public_id=f"CLOSE{n:07d}",
                name=f"测量{n}",
                id_cipher=b"x",
                id_index=secrets.token_bytes(32),
                id_masked="9901**********000X",
                created_at=now,
            )
            for n in range(count)
        ],
        batch_size=500,
    )
    users = User.objects.bulk_create(
        [
            User(
                username=f"closing.{n}",
                display_name=f"测量{n}",
                person=person,
                password="!" + secrets.token_hex(20),
                created_at=now,
            )
            for n, person in enumerate(people)
        ],
        batch_size=500,
    )
    store, sessions = SessionStore(), []
    until = datetime.now(UTC) + timedelta(days=1)
    for user in users:
        kept = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = secrets.token_hex(16)
        sessions.append(Session(session_key=key, session_data=store.encode(kept), expire_date=until))
    Session.objects.bulk_create(sessions, batch_size=500)
    (FOLDER / "sessions.json").write_text(json.dumps([s.session_key for s in sessions]))


def check() -> dict[str, Any]:
    """What the database holds afterwards, as figures for the replay to compare with what its clients were told."""
    import django

    django.setup()
    from django.db.models import Count

    from guantong.domains.projects.models import Declaration
    from guantong.procedure.cases.models import Case, CaseAction
    from guantong.procedure.cases.selectors import verify_all
    from guantong.procedure.rounds.models import HandedIn
    from guantong.procedure.rounds.windows import start_of

    cases = Case.objects.filter(procedure=PROCEDURE)
    finding = verify_all(procedure=PROCEDURE)
    submits = CaseAction.objects.filter(case__procedure=PROCEDURE, action="submit")
    twice = submits.values("case").annotate(times=Count("id")).filter(times__gt=1).count()
    holders = Declaration.objects.filter(procedure=PROCEDURE).values("holder")
    return {
        "handed_in": sorted(
            HandedIn.objects.filter(case__procedure=PROCEDURE).values_list("case__public_id", flat=True)
        ),
        "at_school": cases.filter(step="school").count(),
        "submits": submits.count(),
        "submitted_twice": twice,
        "holders_twice": holders.annotate(times=Count("id")).filter(times__gt=1).count(),
        "late": HandedIn.objects.filter(at__gte=start_of(LAST_DAY + timedelta(days=1))).count(),
        "drafts": Declaration.objects.filter(procedure=PROCEDURE, is_draft=True).count(),
        "verified": finding.cases,
        "lines": finding.lines,
        "problems": [str(p) for p in finding.problems[:5]],
    }


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        sys.stdout.write(json.dumps(check(), ensure_ascii=False) + "\n")
else:
    if "GUANTONG_BENCH_SITE" in os.environ:
        from guantong.config.wsgi import application as _site
        from guantong.kernel import clock as _clock

        def application(environ: dict[str, Any], start_response: Any) -> Any:
            """The site, each request at the moment it came by the clock of the round."""
            with _clock.frozen_at(moment()):
                return _site(environ, start_response)
