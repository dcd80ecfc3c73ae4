"""A process killed while depositing: the next one goes on, nothing is doubled, nothing lost, the audit is clean."""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests import killed
from tests.killed import look

from .killed_import import CHUNK, ROWS

step = partial(killed.step, "guantong.domains.credit.tests.killed_import")


@pytest.mark.parametrize("where", ["between", "inside"])
def test_a_killed_deposit_goes_on_without_doubles_or_losses(tmp_path, where):
    database = tmp_path / "kill.sqlite3"
    prepared = step(database, "prepare", where)
    assert prepared.returncode == 0, prepared.stderr
    killed = step(database, "kill", where)
    assert killed.returncode == -9, killed.stderr
    assert look(database, "SELECT state, rows_done, cursor FROM sheets_importjob") == [
        ("importing", 2 * CHUNK, 2 * CHUNK + 1)
    ]
    assert look(database, "SELECT COUNT(*) FROM credit_achievement") == [(2 * CHUNK,)]
    look(database, "UPDATE sheets_importjob SET lease_until = '2020-01-01 00:00:00'")
    finished = step(database, "go-on", where)
    assert finished.returncode == 0, finished.stderr
    result = json.loads(finished.stdout)
    assert (result["state"], result["done"], result["posted"]) == ("imported", ROWS, ROWS)
    assert (result["achievements"], result["digests"]) == (ROWS, ROWS)
    assert result["faults"] == []
    assert result["recognised"] == result["held"] > 0
    assert result["entries"] >= 2 * ROWS
