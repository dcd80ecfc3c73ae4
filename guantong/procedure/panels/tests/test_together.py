"""Two reviewers at once lose nothing; a score and the closing at once end in one of the two; a draw happens once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import verify_all
from guantong.procedure.panels.actions import close_panel, draw_panel, hand_in_sheet
from guantong.procedure.panels.models import Panel, PanelEvent, PanelSeat, Score, ScoreSheet
from guantong.procedure.panels.published import recompute
from guantong.procedure.panels.selectors import published, verify_events
from tests.together import Together

from .conftest import World
from .sample import PASS, changed

pytestmark = pytest.mark.django_db(transaction=True)

AFTER = datetime(2025, 11, 3, 9, tzinfo=CHINA_TIME)


def hand_in(world: World, seat: PanelSeat, plan: str, revision: int | None = None):
    me = world.reviewer(seat.member.user.username)
    return lambda: hand_in_sheet(
        actor=me,
        seat=seat.public_id,
        revision=revision or seat.revision,
        points={"base": "20", "plan": plan},
        comment="条件较好。",
    )


def drawn(world: World, count: int = 2) -> list[Case]:
    world.reviewers(6)
    cases = [world.at_review() for _ in range(count)]
    draw_panel(actor=world.organiser, panel=world.panel(cases[0]).public_id)
    return cases


def test_reviewers_scoring_at_once_lose_nothing(world: World, tmp_path: Path) -> None:
    cases = drawn(world)
    seats = [seat for case in cases for seat in world.seats(case)]
    works = [hand_in(world, seat, str(40 + n)) for n, seat in enumerate(seats)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run(works)
    assert [r for r in results if not isinstance(r, ScoreSheet)] == []
    points = together.reads(lambda: sorted(Score.objects.filter(criterion="plan").values_list("points", flat=True)))
    assert points == [40, 41, 42, 43, 44, 45]


def test_one_reviewer_in_two_windows_at_once_keeps_one_sheet(world: World, tmp_path: Path) -> None:
    (case,) = drawn(world, 1)
    seat = world.seats(case)[0]
    works = [hand_in(world, seat, plan, revision=1) for plan in ("40", "50", "60")]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run(works)
    assert sum(isinstance(r, ScoreSheet) for r in results) == 1
    assert {r.code for r in results if isinstance(r, Refusal)} == {"PAN-214"}
    assert together.reads(lambda: ScoreSheet.objects.count()) == 1


def test_a_draw_asked_for_at_once_happens_once(world: World, tmp_path: Path) -> None:
    world.reviewers(6)
    case = world.at_review()
    panel, organiser = world.panel(case).public_id, world.organiser
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run([lambda: draw_panel(actor=organiser, panel=panel)] * 4)
    assert [r for r in results if not isinstance(r, Panel)] == []
    assert together.reads(lambda: PanelSeat.objects.count()) == 3
    assert together.reads(lambda: PanelEvent.objects.filter(kind="draw").count()) == 1
    assert together.reads(lambda: verify_events(Panel.objects.get())) == []


def test_a_correction_and_the_closing_at_once_agree(world: World, tmp_path: Path) -> None:
    world.text = changed((PASS, "pass: {at_least: 60}"))
    (case,) = drawn(world, 1)
    world.score_all(case, "40", "45", "50")
    seat = world.seats(case)[0]
    me, organiser, panel = world.reviewer(seat.member.user.username), world.organiser, world.panel(case).public_id
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run(
        [
            lambda: close_panel(actor=organiser, panel=panel),
            lambda: hand_in_sheet(
                actor=me,
                seat=seat.public_id,
                revision=seat.revision,
                points={"base": "20", "plan": "70"},
                comment="改分。",
                reason="看漏了材料。",
            ),
        ],
        AFTER,
    )
    assert not isinstance(results[0], BaseException), results[0]
    if isinstance(results[1], Refusal):
        assert results[1].code == "PAN-212"
    found = together.reads(lambda: recompute(published(panel)))
    assert found.problems == [] and found.results == 1
    assert together.reads(lambda: verify_all().problems) == []
