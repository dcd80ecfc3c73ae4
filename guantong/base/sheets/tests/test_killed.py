"""A worker killed on the way leaves whole chunks; the next one goes on; nothing is doubled, nothing lost."""

from __future__ import annotations

from functools import partial

import pytest

from tests import killed
from tests.killed import look

step = partial(killed.step, "guantong.base.sheets.tests.killed_process")
begin = partial(killed.begin, "guantong.base.sheets.tests.killed_process")


@pytest.mark.parametrize("where", ["between", "inside"])
def test_a_killed_import_goes_on_without_doubles_or_losses(tmp_path, where):
    database = tmp_path / "kill.sqlite3"
    prepared = step(database, "prepare", where)
    assert prepared.returncode == 0, prepared.stderr
    killed = step(database, "kill", where)
    assert killed.returncode == -9, killed.stderr
    ((state, done, cursor, owner),) = look(
        database, "SELECT state, rows_done, cursor, lease_owner FROM sheets_importjob"
    )
    assert (state, done, cursor) == ("importing", 20, 21)
    assert owner
    assert len(look(database, "SELECT name FROM sheets_timedrun")) == 20
    held = step(database, "go-on", where)
    assert held.stdout.split() == ["importing", "20", "20", "20"], held.stderr  # the dead worker's lease still runs
    look(database, "UPDATE sheets_importjob SET lease_until = '2020-01-01 00:00:00'")
    finished = step(database, "go-on", where)
    assert finished.stdout.split() == ["imported", "45", "45", "45"], finished.stderr


def test_a_check_killed_half_way_begins_anew_and_leaves_nothing(tmp_path):
    database = tmp_path / "kill.sqlite3"
    prepared = step(database, "prepare", "checking")
    assert prepared.returncode == 0, prepared.stderr
    killed = step(database, "kill", "checking")
    assert killed.returncode == -9, killed.stderr
    assert look(database, "SELECT state FROM sheets_importjob") == [("checking",)]
    assert look(database, "SELECT name FROM sheets_timedrun") == []
    look(database, "UPDATE sheets_importjob SET lease_until = '2020-01-01 00:00:00'")
    finished = step(database, "go-on", "checking")
    assert finished.stdout.split() == ["checked", "0", "None", "0"], finished.stderr
    assert look(database, "SELECT rows_total, rows_bad FROM sheets_importjob") == [(45, 0)]


def test_two_workers_at_once_post_every_row_once(tmp_path):
    database = tmp_path / "two.sqlite3"
    prepared = step(database, "prepare", "between")
    assert prepared.returncode == 0, prepared.stderr
    both = [begin(database, "go-on", "between") for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=900)
        assert process.returncode == 0, errors
    assert look(database, "SELECT state, rows_done FROM sheets_importjob") == [("imported", 45)]
    assert len(look(database, "SELECT name FROM sheets_timedrun")) == 45
