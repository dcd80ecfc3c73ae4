"""Builds the invented province, step by step, with progress shown."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.core.management import call_command
from django.db import connection, transaction

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.base.people.actions import refresh_duplicates
from guantong.domains.programmes.actions.catalogue import load_catalogue
from guantong.kernel import clock, tokens
from guantong.kernel.collecting import seldom_collecting
from guantong.site.demo.admission.build import build_admission
from guantong.site.demo.cast import PASSWORD, STAFF
from guantong.site.demo.history import History
from guantong.site.demo.ledgers import build_ledgers
from guantong.site.demo.places import build_places
from guantong.site.demo.projects.build import build_projects
from guantong.site.demo.rulebook import adopt_rules
from guantong.site.demo.schooling import Schooling

SEED = 990000
LEARNERS = 20_000
ACHIEVEMENTS = 200_000
CANDIDATES = 20_000
"""Of the finished year."""
Progress = Callable[[str], None]


def is_built() -> bool:
    """Whether the province is there (its operator account is made last)."""
    return User.objects.filter(username="admin").exists()


def ensure_demo(progress: Progress | None = None) -> None:
    """Build the province when it is not there yet; a build that was cut off is begun again from an empty database."""
    say = progress or _say
    if is_built():
        return
    if User.objects.exists():
        say("上一次没有建完，从头再建。")
        _empty()
    build(say)


def rebuild(progress: Progress | None = None, *, learners: int = LEARNERS, achievements: int = ACHIEVEMENTS) -> None:
    """Empty the database and build the province again."""
    say = progress or _say
    _empty()
    build(say, learners=learners, achievements=achievements)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _empty() -> None:
    """Drop every table and lay them anew: the ledger cannot be deleted from, only begun again."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        connection.close()
        from pathlib import Path

        for tail in ("", "-wal", "-shm"):
            Path(f"{name}{tail}").unlink(missing_ok=True)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)


def build(say: Progress, *, learners: int = LEARNERS, achievements: int = ACHIEVEMENTS, seed: int = SEED) -> None:
    """Build everything. ``learners`` and ``achievements`` are how many to make (fewer for tests)."""
    started = time.monotonic()

    def step(number: int, text: str) -> None:
        say(f"[{number}/10] {text}（{time.monotonic() - started:.0f} 秒）")

    random = Random(seed)  # noqa: S311 - reproducible on purpose
    today = clock.today()
    compiling = subprocess.Popen([sys.executable, "-m", "guantong.engines.matching.warming"])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    with tokens.seeded(seed), seldom_collecting():
        past = today - timedelta(days=800)
        with clock.frozen_at(past):
            step(1, "地区、机构和专业目录")
            with transaction.atomic():
                places = build_places()
                load_catalogue(actor=SYSTEM)
            step(2, "账号和岗位")
            with transaction.atomic():
                users = _accounts(places.keyed, past)
        schooling = Schooling(random, places, today)
        with clock.frozen_at(today - timedelta(days=400)):
            step(3, f"{len(places.schools)} 所学校的专业设置和人才培养方案")
            schooling.build_plans()
        with clock.frozen_at(date(schooling.year, 9, 10)):
            step(4, f"{learners} 名学习者和学籍")
            schooling.enrol(learners)
        history = History(random, places, schooling, users, today)
        step(5, f"{achievements} 项学习成果，逐项认定入账")
        history.deposit(
            achievements, lambda done: say(f"      已入账 {done} 项（{time.monotonic() - started:.0f} 秒）")
        )
        step(6, "六所学校的转换规则")
        adopt_rules(places, today)
        step(7, "各种状态的申请、申报、申诉和决定")
        history.cases()
        step(8, "证书、对账单和账本封存")
        history.certificates()
        step(9, "招生录取：一个办完的年度，一个正在填报的年度")
        build_admission(
            places,
            schooling,
            users,
            today,
            min(learners, CANDIDATES),
            compiling.wait,
            lambda text: say(
                f"      {text}（{time.monotonic() - started:.0f} 秒，处理器 {time.process_time():.0f} 秒）"
            ),
        )
        step(10, "申报事项：各种状态的申报、评审、公示和称号")
        build_projects(places, today, lambda text: say(f"      {text}（{time.monotonic() - started:.0f} 秒）"))
        entered = build_ledgers(users, places.keyed["bureau"])
        say(f"      任务台账 {entered} 条进展（{time.monotonic() - started:.0f} 秒）")
        say(f"      疑似重复的人员 {refresh_duplicates(actor=SYSTEM)} 对（{time.monotonic() - started:.0f} 秒）")
        with transaction.atomic():
            create_user(
                actor=SYSTEM,
                username="admin",
                display_name="管理员",
                password=PASSWORD,
                is_operator=True,
                must_change_password=False,
            )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("ANALYZE")
    say(f"虚构地区“云澜省”已经建好，用时 {time.monotonic() - started:.0f} 秒。")


def _accounts(keyed: dict[str, int], since: date) -> dict[str, int]:
    """The staff of the cast, and reviewers of the other rule schools, by user name."""
    users: dict[str, int] = {}
    staff = [*STAFF]
    for school in ("nanling", "open", "xiling", "technician", "beiyuan"):
        staff += [
            (f"{school}.registrar", "经办人", school, "registrar", ""),
            (f"{school}.department", "院系审核", school, "department_reviewer", ""),
            (f"{school}.academic", "教务审核", school, "academic_officer", ""),
            (f"{school}.bank", "学分银行审核", school, "credit_officer", ""),
        ]
    for username, name, organisation, role, department in staff:
        made = create_user(
            actor=SYSTEM, username=username, display_name=name, password=PASSWORD, must_change_password=False
        )
        grant_post(
            actor=SYSTEM,
            user_id=made.user.pk,
            organisation_id=keyed[organisation],
            role=role,
            department=department,
            in_force_from=since,
        )
        users[username] = made.user.pk
    return users


def actor(users: dict[str, int], username: str):  # type: ignore[no-untyped-def]
    """The actor behind an account of the province."""
    return actor_for(User.objects.get(pk=users[username]), second_factor=True)
