"""The draw on the machine: committed before, revealed, repeated, and never a reviewer who has to do with the case."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from guantong.base.accounts.actions import grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import Basis, merge_organisations
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.cases.models import CaseAction
from guantong.procedure.cases.selectors import replay
from guantong.procedure.panels.actions import (
    change_organisation,
    declare_interest,
    draw_anew,
    draw_panel,
    leave_pool,
    replace_reviewer,
    withdraw_from_seat,
)
from guantong.procedure.panels.drawing import commitment_of, order_of
from guantong.procedure.panels.models import Panel, PanelEvent, PanelSeat, PoolMember
from guantong.procedure.panels.published import recompute
from guantong.procedure.panels.selectors import published, verify_events

from .conftest import World, code_of, refused
from .sample import PASS, changed


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (PASS, "places: 1", "PAN-001"),
        (PASS, "pass: {best: 1}", "PRC-002"),
        (PASS, "pass: {at_least: 101}", "PAN-001"),
        (PASS, "pass: {top: {quota: nothing}}", "PAN-001"),
        ("experts: 3", "experts: 2", "PAN-001"),
        ("experts: 3", "experts: 0", "PRC-004"),
        ("[former_organisation,", "[friendship,", "PRC-004"),
        ("ties: [plan]", "ties: [lot, plan]", "PAN-001"),
        ("ties: [plan]", "ties: [beauty]", "PRC-004"),
        ("passed: granted", "passed: nowhere", "PRC-006"),
        ("pool: key-task-experts", "pool: Experts", "PRC-004"),
        ("most: 70", "most: -1", "PRC-004"),
        ("      source: local\n      note: 测试。\n    actions", "    actions", "PRC-012"),
        ("ties: [plan]", "field: declared.nothing", "PAN-001"),
        ("ties: [plan]", "show: [nothing]", "PAN-001"),
        ('rounds: {yearly: {opens: "10-01", closes: "10-31"}, source: local, note: 测试。}\n', "", "PAN-001"),
    ],
)
def test_a_definition_that_is_unclear_about_its_panel_is_refused(old, new, code):
    with pytest.raises(Refusal) as caught:
        read_definition(changed((old, new)), file="x.yaml")
    assert code in {p.code for p in caught.value}


def test_the_seed_is_committed_before_anybody_hands_in_and_revealed_at_the_draw(world: World):
    world.reviewers(5)
    case = world.open()
    panel = Panel.objects.get()
    assert panel.commitment and panel.seed == "" and bytes(panel.seed_cipher)
    assert panel.committed_at <= clock.now() and panel.round is not None
    assert panel.body_id == world.cast.province_bureau
    case = world.act(case, world.cast.lin, "submit")
    case = world.act(case, world.officer("shencha", "province_bureau"), "approve")
    assert world.panel(case) == panel
    drawn = draw_panel(actor=world.organiser, panel=panel.public_id)
    assert commitment_of(drawn.seed) == panel.commitment
    order = order_of(drawn.seed, case.public_id, drawn.roster)
    assert [s.member.public_id for s in world.seats(case)] == list(order[:3])
    line = CaseAction.objects.get(case=case, action="part_note")
    assert line.details["seed"] == drawn.seed and line.details["commitment"] == panel.commitment
    case.refresh_from_db()
    assert replay(case)[1] == [] and verify_events(drawn) == []


def test_a_draw_repeated_gives_the_same(world: World):
    world.reviewers(6)
    case = world.at_review()
    panel = world.panel(case)
    draw_panel(actor=world.organiser, panel=panel.public_id)
    first = [(s.public_id, s.member.public_id) for s in world.seats(case)]
    events = PanelEvent.objects.count()
    draw_panel(actor=world.organiser, panel=panel.public_id)
    assert [(s.public_id, s.member.public_id) for s in world.seats(case)] == first
    assert PanelEvent.objects.count() == events
    found = recompute(published(panel.public_id))
    assert found.problems == [] and found.cases == 1


def test_who_comes_after_the_draw_is_drawn_with_another_seed(world: World):
    world.reviewers(4)
    first = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(first).public_id)
    second = world.at_review("xiling")
    panel = world.panel(second)
    assert panel.number == 2 and panel.state == "committed" and panel.commitment != world.panel(first).commitment
    draw_panel(actor=world.organiser, panel=panel.public_id)
    assert len(world.seats(second)) == 3
    assert [world.entry(c).label for c in (first, second)] == [1, 2]
    found = recompute(published(panel.public_id))
    assert (found.cases, found.problems) == (2, [])


def test_only_the_organiser_draws(world: World):
    world.reviewers(4)
    case = world.at_review()
    panel = world.panel(case).public_id
    assert code_of(lambda: draw_panel(actor=world.cast.chen, panel=panel)) == "PRC-106"
    assert refused(lambda: draw_panel(actor=world.cast.lin, panel=panel)).status == 403
    assert refused(lambda: draw_panel(actor=world.reviewer("rv1"), panel=panel)).status == 403
    assert Panel.objects.get(public_id=panel).state == "committed"


def test_without_a_pool_or_with_too_few_nothing_is_drawn_and_the_seed_stays_secret(world: World):
    case = world.at_review()
    panel = world.panel(case).public_id
    assert code_of(lambda: draw_panel(actor=world.organiser, panel=panel)) == "PAN-101"
    world.reviewers(2)
    refusal = refused(lambda: draw_panel(actor=world.organiser, panel=panel))
    assert refusal.code == "PAN-202" and "只有2位" in refusal.problems[0].message
    assert Panel.objects.get().seed == "" and not PanelSeat.objects.exists()
    world.reviewers(1)
    assert draw_panel(actor=world.organiser, panel=panel).state == "drawn"


# ---- recusal ---


def recused_of(world: World, case, key: str) -> str:
    return world.entry(case).recused.get(world.member(key).public_id, "")


def test_a_reviewer_of_the_own_school_is_never_drawn(world: World):
    world.reviewers(3)
    own = world.reviewers(12, organisation_id=world.cast.donghu)
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert {recused_of(world, case, key) for key in own} == {"same_organisation"}
    assert {s.member.user.username for s in world.seats(case)} == {"rv1", "rv2", "rv3"}


def test_a_post_at_the_school_recuses_whatever_the_pool_says(world: World):
    world.reviewers(4)
    grant_post(
        actor=SYSTEM,
        user_id=world.member("rv1").user_id,
        organisation_id=world.cast.donghu,
        role="academic_officer",
        in_force_from=date(2025, 9, 1),
    )
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert recused_of(world, case, "rv1") == "same_organisation"


def test_a_former_colleague_is_recused_where_the_definition_says_so(world: World):
    world.reviewers(1, organisation_id=world.cast.donghu)
    world.reviewers(3)
    member = world.member("rv1")
    change_organisation(actor=SYSTEM, member=member.public_id, organisation_id=world.university(), on=date(2025, 10, 1))
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert recused_of(world, case, "rv1") == "former_organisation"
    world.text = changed(("[former_organisation, ", "["))
    other = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(other).public_id)
    assert recused_of(world, other, "rv1") == ""


def test_who_worked_at_a_school_that_was_merged_into_the_declaring_one_is_recused(world: World):
    old = world.university()
    world.reviewers(1, organisation_id=old)
    world.reviewers(3)
    merge_organisations(
        actor=SYSTEM,
        source_ids=[old],
        target_id=world.cast.donghu,
        happened_on=date(2025, 10, 10),
        basis=Basis("云政函〔2025〕1号", "一"),
    )
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert recused_of(world, case, "rv1") == "same_organisation"


def test_kinship_and_interests_recuse_and_are_kept_sealed(world: World):
    world.reviewers(5)
    declare_interest(
        actor=world.reviewer("rv1"), kind="kinship", organisation_id=world.cast.donghu, note="配偶在该校任教。"
    )
    row = declare_interest(
        actor=world.reviewer("rv2"), kind="interest", organisation_id=world.cast.donghu, note="担任顾问。"
    )
    assert "顾问".encode() not in bytes(row.note_cipher)
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert (recused_of(world, case, "rv1"), recused_of(world, case, "rv2")) == ("kinship", "declared_interest")
    assert "kinship" not in str(published(world.panel(case).public_id))


def test_a_relative_of_the_person_is_found_by_the_index_of_the_number_alone(world: World):
    from guantong.procedure.panels.recusals import grounds
    from guantong.procedure.panels.specs import panel_steps

    world.reviewers(2)
    wu = world.cast.people["wu"]
    declare_interest(
        actor=world.reviewer("rv1"), kind="kinship", id_number=world.cast.id_numbers["wu"], note="是我的外甥。"
    )
    case = world.at_review()
    case.person_id = wu
    definition = world.definition
    ((_, spec),) = panel_steps(definition)
    found = grounds(case, definition, spec, [world.member("rv1"), world.member("rv2")])
    assert found == {world.member("rv1").public_id: "kinship"}
    case.person_id = world.people["rv2"]
    assert grounds(case, definition, spec, [world.member("rv2")]) == {world.member("rv2").public_id: "own_case"}


def test_an_unclear_interest_is_refused(world: World):
    world.reviewers(1)
    me = world.reviewer("rv1")
    for given in (
        {"kind": "friend", "organisation_id": world.cast.donghu, "note": "x"},
        {"kind": "kinship", "note": "x"},
        {"kind": "kinship", "organisation_id": world.cast.donghu, "note": " "},
    ):
        assert code_of(lambda given=given: declare_interest(actor=me, **given)) == "PAN-110"
    assert (
        refused(lambda: declare_interest(actor=world.cast.wu, kind="kinship", note="x", id_number="x")).code
        == "PAN-105"
    )


def test_only_reviewers_of_the_field_are_drawn_where_the_definition_asks(world: World):
    world.text = changed(("ties: [plan]", "field: declared.field"))
    it = world.reviewers(3, fields=("it",))
    world.reviewers(5, fields=("health",))
    case = world.at_review(form={"name": "甲", "field": "it"})
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert {s.member.user.username for s in world.seats(case)} == set(it)


def test_who_left_the_pool_is_not_on_the_roster(world: World):
    world.reviewers(4)
    member = world.member("rv1")
    assert (
        refused(lambda: leave_pool(actor=SYSTEM, member=member.public_id, left_on=date(2025, 10, 15), reason="")).code
        == "PAN-111"
    )
    leave_pool(actor=SYSTEM, member=member.public_id, left_on=date(2025, 10, 15), reason="调往外省。")
    case = world.at_review()
    panel = draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    assert member.public_id not in panel.roster and len(panel.roster) == 3


# ---- replacement ---


def leave(who, seat: PanelSeat, reason: str = "看得出是老同事的项目。", ground: str = "interest") -> PanelSeat:
    return withdraw_from_seat(actor=who, seat=seat.public_id, ground=ground, reason=reason)


def replace(who, seat: PanelSeat, reason: str = "联系不上。") -> PanelSeat:
    return replace_reviewer(actor=who, seat=seat.public_id, reason=reason)


def test_the_next_of_the_order_takes_the_place_of_who_leaves(world: World):
    world.reviewers(5)
    case = world.at_review()
    panel = draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    order = order_of(panel.seed, case.public_id, panel.roster)
    first, second, _ = world.seats(case)
    mine = world.reviewer(first.member.user.username)
    assert code_of(lambda: leave(mine, second)) == "PAN-210"
    assert code_of(lambda: leave(mine, first, " ")) == "PAN-111"
    leave(mine, first)
    assert code_of(lambda: leave(mine, first)) == "PAN-213"
    assert world.seats(case)[3].member.public_id == order[3]
    follower = replace(world.organiser, second)
    assert follower.member.public_id == order[4]
    assert code_of(lambda: replace(world.cast.chen, follower)) == "PRC-106"
    assert recompute(published(panel.public_id)).problems == []
    assert verify_events(Panel.objects.get(pk=panel.pk)) == []


def test_whoever_becomes_recused_meanwhile_does_not_follow(world: World):
    world.reviewers(5)
    case = world.at_review()
    panel = draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    order = order_of(panel.seed, case.public_id, panel.roster)
    member = PoolMember.objects.get(public_id=order[3])
    declare_interest(
        actor=world.reviewer(member.user.username),
        kind="interest",
        organisation_id=world.cast.donghu,
        note="新任顾问。",
    )
    follower = replace(world.organiser, world.seats(case)[0])
    assert follower.member.public_id == order[4]
    assert world.entry(case).skipped == [order[3]]
    assert recompute(published(panel.public_id)).problems == []


def test_when_the_order_is_exhausted_the_organiser_draws_anew(world: World):
    world.reviewers(3)
    case = world.at_review()
    panel = draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    seat = world.seats(case)[0]
    assert code_of(lambda: replace(world.organiser, seat)) == "PAN-206"
    seat.refresh_from_db()
    assert seat.state == "invited"
    leave(world.reviewer(seat.member.user.username), seat, "出国。", "busy")
    assert recompute(published(panel.public_id)).problems == []

    def anew(reason: str) -> Panel:
        return draw_anew(actor=world.organiser, panel=panel.public_id, case_id=case.pk, reason=reason)

    assert code_of(lambda: anew("")) == "PAN-111"
    other = anew("专家不够。")
    assert other.number == 2 and other.state == "committed"
    world.reviewers(3)
    draw_panel(actor=world.organiser, panel=other.public_id)
    assert len([s for s in world.seats(case) if s.state == "invited"]) == 3
    assert recompute(published(panel.public_id)).problems == []


def test_a_case_that_leaves_the_step_is_no_longer_drawn(world: World):
    world.reviewers(4)
    case, other = world.at_review(), world.at_review("xiling")
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    world.withdraw(case)
    assert world.entry(case).state == "left"
    assert {s.state for s in world.seats(case)} == {"withdrawn"}
    assert {s.state for s in world.seats(other)} == {"invited"}


def test_the_scan_publishes_the_seed_of_an_open_round_once(world: World, monkeypatch):
    from guantong.procedure.cases.actions import scan_deadlines
    from guantong.procedure.rounds import homes

    monkeypatch.setattr(homes, "definitions_with_rounds", lambda on, region=None: [("990000", world.definition)])
    with clock.frozen_at(datetime(2025, 9, 30, 23, tzinfo=CHINA_TIME)):
        assert "公布评审种子校验值" not in scan_deadlines().done
    assert scan_deadlines().done["公布评审种子校验值"] == 1
    assert "公布评审种子校验值" not in scan_deadlines().done
    panel = Panel.objects.get()
    case = world.at_review()
    assert world.panel(case) == panel
