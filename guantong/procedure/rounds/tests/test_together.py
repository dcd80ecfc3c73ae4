"""Simultaneous approvals: never one seat too many, never one lost, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import verify_all
from guantong.procedure.rounds.audit import recount
from guantong.procedure.rounds.models import QuotaCounter, QuotaLine, Round
from tests.together import Together

from .conftest import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_round", range(2))
def test_of_simultaneous_approvals_as_many_pass_as_there_are_seats(world: World, tmp_path: Path, _round: int) -> None:
    cases = [world.at("city") for _ in range(6)]
    chen = world.cast.actor("chen")
    officers = [replace(chen, user_id=9000 + n, label=f"审核人{n}") for n in range(6)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    works = [
        lambda who=who, case=case: act(
            actor=who, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。"
        )
        for who, case in zip(officers, cases, strict=True)
    ]
    results = together.run(works)
    codes = [r.code for r in results if isinstance(r, Refusal)]
    assert [r for r in results if not isinstance(r, Case | Refusal)] == []
    assert codes == ["ROU-201"] * 4
    assert together.reads(lambda: QuotaCounter.objects.get().taken) == 2
    assert together.reads(lambda: QuotaLine.objects.count()) == 2
    assert together.reads(lambda: recount().problems) == []
    assert together.reads(lambda: verify_all().problems) == []


def test_giving_back_and_taking_at_once_lose_nothing(world: World, tmp_path: Path) -> None:
    holding = [world.at("province") for _ in range(2)]
    waiting = [world.at("city") for _ in range(4)]
    chen = world.cast.actor("chen")
    officers = [replace(chen, user_id=9000 + n, label=f"审核人{n}") for n in range(6)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    moves = [(case, "refuse") for case in holding] + [(case, "approve") for case in waiting]
    works = [
        lambda who=who, case=case, action=action: act(
            actor=who, case_id=case.pk, action=action, revision=case.revision, opinion="按规定办理。"
        )
        for who, (case, action) in zip(officers, moves, strict=True)
    ]
    results = together.run(works)
    assert [r for r in results if not isinstance(r, Case | Refusal)] == []
    assert all(isinstance(r, Case) for r in results[:2])
    passed = sum(isinstance(r, Case) for r in results[2:])
    assert passed <= 2 and {r.code for r in results if isinstance(r, Refusal)} <= {"ROU-201"}
    assert together.reads(lambda: QuotaCounter.objects.get().taken) == passed
    assert together.reads(lambda: recount().problems) == []


def test_handing_in_at_once_writes_the_round_down_once(world: World, tmp_path: Path) -> None:
    cases = [world.open() for _ in range(5)]
    lin = world.cast.actor("lin")
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    works = [
        lambda case=case: act(actor=lin, case_id=case.pk, action="submit", revision=case.revision) for case in cases
    ]
    results = together.run(works)
    assert [r for r in results if not isinstance(r, Case)] == []
    assert together.reads(lambda: Round.objects.count()) == 1
    assert together.reads(lambda: Round.objects.get().handed_in.count()) == 5
