"""Posting score sheets: only the own one, told beside the field, nothing half kept, nothing seen of others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.base.files.public import store_file
from guantong.procedure.cases.public import add_material
from guantong.procedure.panels.models import PanelCase, PanelSeat, Score, ScoreSheet
from guantong.procedure.panels.public import close_panel, draw_panel
from guantong.procedure.panels.tests.test_pages import PDF
from tests.procedures import hire
from tests.together import Together

from .conftest import World
from .selection import PANEL, Selection, said_at, shown_in

WHOLE = {
    "what": "hand_in",
    "revision": "1",
    "score.base": "21.5",
    "score.plan": "64",
    "comment.base": "甲乙丙丁条件好",
    "comment": "子丑寅卯总体较好",
    "reason": "",
}


@pytest.fixture
def selection(world: World) -> Selection:
    hire(world.cast, "shencha", "审科长", "province_bureau", "bureau_reviewer")
    world.use(PANEL.replace("pass: {top: 1}", "pass: {at_least: 60}"))
    made = Selection(world)
    made.experts()
    return made


def address(seat: PanelSeat) -> str:
    return f"/reviews/{seat.public_id}/"


def post(selection: Selection, seat: PanelSeat, **more: str) -> Any:
    """What the expert's browser is answered. ``base`` stands for ``score.base``."""
    given = {**WHOLE, **{name.replace("__", "."): text for name, text in more.items()}}
    return selection.browser(seat).post(address(seat), given)


@pytest.mark.django_db
def test_a_sheet_is_saved_then_handed_in_and_two_clicks_count_once(selection: Selection) -> None:
    _, (seat, *_) = selection.drawn()
    assert post(selection, seat, what="save", comment="").status_code == 303
    assert not ScoreSheet.objects.exists()
    page = selection.browser(seat).get(address(seat)).content.decode()
    assert shown_in(page, "score.base") == "21.5" and "保存过，还没有提交" in page
    assert post(selection, seat, revision="2").status_code == 303
    assert post(selection, seat, revision="2").status_code == 303
    sheet = ScoreSheet.objects.get()
    assert sheet.total == Decimal("85.5")
    assert AuditLine.objects.filter(action="hand_in_score").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "controls"),
    [
        ({"score__base": "31"}, ("score.base",)),
        ({"score__base": "-1", "score__plan": "七十"}, ("score.base", "score.plan")),
        ({"score__plan": ""}, ("score.plan",)),
        ({"score__base": "NaN"}, ("score.base",)),
        ({"score__base": "1" * 13}, ("score.base",)),
        ({"comment": ""}, ("comment",)),
        ({"comment": "长" * 2001}, ("comment",)),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    selection: Selection, given: dict[str, str], controls: tuple[str, ...]
) -> None:
    _, (seat, *_) = selection.drawn()
    answer = post(selection, seat, **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    for control in ("score.base", "score.plan", "comment"):
        assert bool(said_at(page, control)) == (control in controls), control
    if "score__base" not in given:
        assert shown_in(page, "score.base") == "21.5"
    seat.refresh_from_db()
    assert (seat.state, seat.revision) == ("invited", 1) and not seat.draft
    assert not ScoreSheet.objects.exists() and not Score.objects.exists()


@pytest.mark.django_db
def test_nobody_posts_to_or_reads_the_sheet_of_another(selection: Selection) -> None:
    _, (seat, other, _) = selection.drawn()
    post(selection, seat)
    strangers = [
        selection.browser(other),
        *(selection.world.client(who) for who in ("shencha", "xu", "he", "operator")),
    ]
    for client in strangers:
        for answer in (
            client.get(address(seat)),
            client.post(address(seat), WHOLE),
            client.post(address(seat), {"what": "leave", "ground": "busy", "leave-reason": "不想评。"}),
            client.get(f"{address(seat)}materials/1/"),
        ):
            assert answer.status_code == 404
            assert "21.5" not in answer.content.decode() and "子丑寅卯" not in answer.content.decode()
    assert Client().get(address(seat)).status_code in (302, 303)
    seat.refresh_from_db()
    assert seat.state == "scored" and ScoreSheet.objects.count() == 1


@pytest.mark.django_db
def test_materials_are_offered_while_the_task_can_be_scored(selection: Selection) -> None:
    world, xu = selection.world, selection.world.cast.actor("xu")
    file = store_file(xu, "方案.pdf", PDF, "evidence", organisation_id=world.cast.donghu)
    case = world.open(procedure="sample-panels")
    add_material(actor=xu, case_id=case.pk, requirement="plan", file_id=file.pk, revision=case.revision)
    case.refresh_from_db()
    world.act(world.act(case, "xu", "submit", values={"name": "项目一"}, opinion=None), "shencha", "approve")
    draw_panel(actor=world.cast.actor("shencha"), panel=PanelCase.objects.get(case=case).panel.public_id)
    seat = PanelSeat.objects.select_related("member__user").order_by("position")[0]
    client = selection.browser(seat)
    link = f'href="{address(seat)}materials/1/"'
    assert link in client.get(address(seat)).content.decode()
    assert client.get(f"{address(seat)}materials/1/").status_code == 200
    left = {"what": "leave", "ground": "busy", "leave-reason": "出差，不能评。"}
    assert client.post(address(seat), left).status_code == 303
    page = client.get(address(seat)).content.decode()
    assert "建设方案" in page and "评分期间才能打开材料" in page and link not in page
    assert client.get(f"{address(seat)}materials/1/").status_code == 403


@pytest.mark.django_db
def test_before_the_results_nobody_sees_a_score(selection: Selection) -> None:
    case, seats = selection.drawn()
    post(selection, seats[0])
    page = f"/projects/cases/{case.public_id}/"
    pages = [selection.world.client(who).get(page) for who in ("xu", "shencha")]
    pages += [selection.browser(seats[1]).get(address(seats[1]))]
    pages += [selection.browser(seats[1]).get(page), Client().get("/procedures/sample-panels/")]
    panel = PanelCase.objects.get(case=case).panel.public_id
    pages += [Client().get(f"/procedures/panels/{panel}.json")]
    for answer in pages:
        text = answer.content.decode()
        for secret in ("21.5", "85.5", "甲乙丙丁", "子丑寅卯"):
            assert secret not in text, answer.request["PATH_INFO"]
    assert pages[3].status_code == 404  # an expert never opens the case, which says who declares
    for seat in seats[1:]:
        post(selection, seat)
    close_panel(actor=selection.world.cast.actor("shencha"), panel=panel)
    told = selection.world.client("xu").get(page).content.decode()
    assert "子丑寅卯" in told and "85.5" in told
    assert seats[0].member.user.display_name not in told


@pytest.mark.django_db
def test_once_the_results_are_made_no_sheet_changes(selection: Selection) -> None:
    case, seats = selection.drawn()
    for seat in seats:
        post(selection, seat)
    panel = PanelCase.objects.get(case=case).panel.public_id
    close_panel(actor=selection.world.cast.actor("shencha"), panel=panel)
    before = Client().get(f"/procedures/panels/{panel}.json").content
    for more in ({"score__base": "1", "reason": "打错了。"}, {"what": "save", "score__base": "1"}):
        answer = post(selection, seats[0], revision="2", **more)
        assert answer.status_code in (403, 409, 422) and "PAN-212" in answer.content.decode()
    leave = selection.browser(seats[0]).post(
        address(seats[0]), {"what": "leave", "ground": "busy", "leave-reason": "不评了。"}
    )
    assert leave.status_code >= 400 and "PAN-212" in leave.content.decode()
    assert ScoreSheet.objects.count() == 3
    assert Client().get(f"/procedures/panels/{panel}.json").content == before


@pytest.mark.django_db
def test_a_change_says_why_beside_its_field(selection: Selection) -> None:
    _, (seat, *_) = selection.drawn()
    post(selection, seat)
    answer = post(selection, seat, revision="2", score__base="22")
    page = answer.content.decode()
    assert answer.status_code == 422 and "PAN-220" in page and said_at(page, "reason")
    assert shown_in(page, "score.base") == "22"
    assert ScoreSheet.objects.count() == 1
    assert post(selection, seat, revision="2", score__base="22", reason="看漏了一项。").status_code == 303
    assert ScoreSheet.objects.count() == 2


@pytest.mark.django_db
def test_an_older_page_does_not_overwrite_a_newer_one(selection: Selection) -> None:
    _, (seat, *_) = selection.drawn()
    post(selection, seat, what="save")
    answer = post(selection, seat, what="save", score__base="5")
    assert answer.status_code == 409 and "PAN-214" in answer.content.decode()
    seat.refresh_from_db()
    assert seat.draft["points"]["base"] == "21.5"


@pytest.mark.django_db
def test_leaving_without_a_reason_is_told_there_and_the_sheet_stays_as_saved(selection: Selection) -> None:
    _, (seat, *_) = selection.drawn()
    post(selection, seat, what="save")
    answer = selection.browser(seat).post(address(seat), {"what": "leave", "ground": "interest", "leave-reason": " "})
    page = answer.content.decode()
    assert answer.status_code == 422 and said_at(page, "leave-reason")
    assert shown_in(page, "score.base") == "21.5"
    seat.refresh_from_db()
    assert seat.state == "invited"
    gone = selection.browser(seat).post(
        address(seat), {"what": "leave", "ground": "interest", "leave-reason": "认出来了。"}
    )
    assert gone.status_code == 303
    seat.refresh_from_db()
    assert (seat.state, seat.ground) == ("withdrawn", "interest")


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_hand_in_one_sheet(selection: Selection, tmp_path: Path) -> None:
    _, (seat, *_) = selection.drawn()
    clients = [selection.browser(seat) for _ in range(3)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    answers = together.run([lambda c=client: c.post(address(seat), WHOLE).status_code for client in clients])
    assert answers == [303, 303, 303]
    assert together.reads(lambda: ScoreSheet.objects.count()) == 1
    assert together.reads(lambda: Score.objects.count()) == 2
