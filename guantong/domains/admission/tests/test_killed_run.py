"""A process killed in a run or in publication: nothing half-published, and the run is taken up or begun again."""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests import killed
from tests.killed import look

step = partial(killed.step, "guantong.domains.admission.tests.killed_run")


STOOD = {
    "plain": ("started", "plain", 0),
    "writing": ("started", "writing", 0),
    "sealing": ("computed", "sealing", 10),
    "publish-placements": ("sealed", "done", 10),
    "publish-last": ("sealed", "done", 10),
}
"""Where it is killed → state, phase and kept results of the run then."""


@pytest.mark.parametrize(
    ("where", "way"),
    [
        ("plain", "take-up"),
        ("writing", "take-up"),
        ("writing", "abandon"),
        ("sealing", "take-up"),
        ("publish-placements", "go-on"),
        ("publish-last", "go-on"),
    ],
)
def test_a_killed_run_leaves_nothing_half_done(tmp_path, where, way):
    database = tmp_path / "kill.sqlite3"
    prepared = step(database, "prepare", where)
    assert prepared.returncode == 0, prepared.stderr
    killed = step(database, "kill", where)
    assert killed.returncode == -9, killed.stderr
    assert look(database, "SELECT state, phase FROM admission_run") == [STOOD[where][:2]]
    assert look(database, "SELECT COUNT(*) FROM admission_runresult") == [(STOOD[where][2],)]
    assert look(database, "SELECT COUNT(*) FROM admission_placement") == [(0,)], "nothing half-published"
    assert look(database, "SELECT seed_revealed, stage FROM admission_cycle") == [("", "allocation")]
    look(database, "UPDATE admission_run SET lease_until = '2020-01-01 00:00:00'")
    finished = step(database, way, where)
    assert finished.returncode == 0, finished.stderr
    result = json.loads(finished.stdout)
    assert result["state"] == "published"
    assert result["runs"] == (2 if way == "abandon" else 1)
    assert (result["results"], result["placements"], result["people"]) == (10, 7, 7)
    assert result["cutoffs"] > 0
    assert (result["stage"], result["seed"], result["bundle"]) == ("review", True, True)
    assert len(result["root"]) == 64
    assert result["packed"], "what appeals read is that of the run as sealed"
