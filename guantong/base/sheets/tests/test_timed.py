"""Timed work and the ``work`` command."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from guantong.base.sheets import command, kinds
from guantong.base.sheets.command import work_once, work_until
from guantong.base.sheets.models import TimedRun
from guantong.base.sheets.timed import run_due_tasks
from guantong.config.command import main
from guantong.kernel import clock


@pytest.fixture
def tasks():
    before = dict(kinds._TASKS)
    kinds._TASKS.clear()
    yield kinds.register_timed_task
    kinds._TASKS.clear()
    kinds._TASKS.update(before)


def test_each_task_runs_when_its_time_has_come(db, baseline, tasks):
    runs = []
    tasks("nightly", 86_400, lambda: runs.append("nightly"))
    tasks("often", 60, lambda: len(runs))
    assert run_due_tasks() == ["nightly", "often"]
    assert run_due_tasks() == []
    with clock.frozen_at(baseline + timedelta(seconds=61)):
        assert run_due_tasks() == ["often"]
    with clock.frozen_at(baseline + timedelta(days=1)):
        assert run_due_tasks() == ["nightly", "often"]
    assert runs == ["nightly", "nightly"]
    assert TimedRun.objects.get(name="often").outcome == "2"


def test_a_task_that_breaks_down_is_noted_and_does_not_stop_the_others(db, baseline, tasks, caplog):
    def fall():
        raise RuntimeError("secret words")

    tasks("a", 60, fall)
    tasks("b", 60, lambda: "好")
    assert run_due_tasks() == ["a", "b"]
    outcome = TimedRun.objects.get(name="a").outcome
    assert "secret" not in outcome
    assert outcome.rsplit(" ", 1)[1] in caplog.text


def test_a_task_another_worker_is_at_is_left_alone(db, baseline, tasks):
    tasks("a", 1, lambda: None)
    TimedRun.objects.create(
        name="a", started_at=baseline - timedelta(seconds=9), lease_until=baseline + timedelta(hours=1)
    )
    assert run_due_tasks() == []
    with clock.frozen_at(baseline + timedelta(hours=2)):
        assert run_due_tasks() == ["a"]


def test_the_command_does_everything_once(db, baseline, tasks, capsys):
    tasks("a", 1, lambda: None)
    assert work_once() == (0, 1)
    assert main(["work", "--once"]) == 0
    assert "办理了 0 件导入、0 项定时工作。" in capsys.readouterr().out


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_worker_goes_on_after_the_database_was_away(baseline, tasks, monkeypatch, caplog):
    def cut_the_line():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    stop = threading.Event()
    monkeypatch.setattr(command, "PAUSE_SECONDS", 0)
    tasks("a", 60, cut_the_line)
    tasks("b", 60, stop.set)
    work_until(stop)
    assert "looking for work" in caplog.text
    assert TimedRun.objects.get(name="b").finished_at == baseline
