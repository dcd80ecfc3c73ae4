"""Scores on the machine: blind, private until closed, exact, recused again at scoring; results with their reasons."""

from __future__ import annotations

import copy
import json
from datetime import date, datetime

import pytest

from guantong.base.accounts.actions import grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay, story
from guantong.procedure.panels.actions import close_panel, draw_panel, remind_reviewers, save_sheet, withdraw_from_seat
from guantong.procedure.panels.blinding import HIDDEN, hide
from guantong.procedure.panels.models import Closing, Panel, PanelSeat, Score, ScoreSheet
from guantong.procedure.panels.published import read_file, recompute
from guantong.procedure.panels.selectors import list_reviews, panel_shown, published, result_of, review_of
from guantong.procedure.rounds.audit import recount

from .conftest import World, code_of, refused
from .sample import PASS, changed

AFTER = datetime(2025, 11, 3, 9, tzinfo=CHINA_TIME)
THRESHOLD = "pass: {at_least: 60}"


def drawn(world: World, *schools: str, reviewers: int = 8) -> list[Case]:
    """Cases of the schools with their reviewers drawn."""
    world.reviewers(reviewers)
    cases = [world.at_review(school) for school in schools]
    draw_panel(actor=world.organiser, panel=world.panel(cases[0]).public_id)
    return cases


def close(world: World, case: Case, **more: str) -> Closing:
    return close_panel(actor=world.organiser, panel=world.panel(case).public_id, **more)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# ---- blind ---


def test_a_blind_reviewer_reads_the_declaration_and_not_who_declares(world: World):
    world.reviewers(4)
    text = "我校东湖职业技术学院（学校代码 9900000001）由 林老师 牵头，东 湖 职业技术学院已有基础。"
    case = world.at_review(form={"name": "东湖职业技术学院实训基地", "account": text})
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    seat = world.seats(case)[0]
    me = world.reviewer(seat.member.user.username)
    shown = review_of(me, seat.public_id)
    assert shown.is_blind and shown.declarer == ""
    everything = str(shown) + str(list_reviews(me))
    for name in ("东湖", "林老师", "9900000001", case.public_id, str(case.title) if "东湖" in case.title else "东湖"):
        assert name not in everything
    assert shown.declared[0] == ("项目名称", f"{HIDDEN}实训基地")
    assert [c.title for c in shown.criteria] == ["建设基础", "建设方案"] and shown.why_not is None
    other = world.reviewer(world.seats(case)[1].member.user.username)
    assert code_of(lambda: review_of(other, seat.public_id)) == "PAN-210"
    assert code_of(lambda: review_of(world.organiser, seat.public_id)) == "PAN-210"


def test_a_reviewer_may_not_open_the_case_itself(world: World):
    from guantong.procedure.cases.selectors import access_case_for

    (case,) = drawn(world, "donghu")
    me = world.reviewer(world.seats(case)[0].member.user.username)
    assert code_of(lambda: access_case_for(me, case.public_id)) == "PRC-102"


def test_an_open_panel_says_who_declares(world: World):
    world.text = changed(("blind: true", "blind: false"))
    (case,) = drawn(world, "donghu")
    seat = world.seats(case)[0]
    shown = review_of(world.reviewer(seat.member.user.username), seat.public_id)
    assert shown.declarer == "东湖职业技术学院" and not shown.is_blind


def test_only_what_the_definition_shows_is_shown(world: World):
    world.text = changed(("ties: [plan]", "show: [declared.account]"))
    world.reviewers(4)
    case = world.at_review(form={"name": "甲", "account": "乙"})
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    seat = world.seats(case)[0]
    assert review_of(world.reviewer(seat.member.user.username), seat.public_id).declared == (("建设基础", "乙"),)


def test_names_are_struck_out_longest_first_and_through_spaces():
    assert hide("东湖职院和东湖职院附属中专", ["东湖职院", "东湖职院附属中专"]) == f"{HIDDEN}和{HIDDEN}"
    assert hide("A b c", ["abc"]) == HIDDEN
    assert hide("一二三", ["二", ""]) == "一二三"  # a single character strikes out nothing


# ---- sheets ---


@pytest.mark.parametrize(
    ("points", "comment", "codes"),
    [
        ({"base": "30", "plan": ""}, "好。", ["PAN-215"]),
        ({"base": "30.1", "plan": "70"}, "好。", ["PAN-216"]),
        ({"base": "-1", "plan": "70"}, "好。", ["PAN-216"]),
        ({"base": "1.25", "plan": "70"}, "好。", ["PAN-216"]),
        ({"base": "NaN", "plan": "1e9"}, "好。", ["PAN-216", "PAN-216"]),
        ({"base": "好", "plan": "７０"}, "好。", ["PAN-216"]),
        ({"base": "1", "plan": "1"}, " ", ["PAN-218"]),
        ({"base": "1", "plan": "1"}, "好" * 2001, ["PAN-217"]),
        ({"base": "1", "plan": "1", "beauty": "1"}, "好。", ["PAN-219"]),
    ],
)
def test_a_sheet_that_cannot_be_is_refused_whole(world: World, points, comment, codes):
    (case,) = drawn(world, "donghu")
    seat = world.seats(case)[0]
    refusal = refused(lambda: world.score(seat, "", "", points=points, comment=comment))
    assert [p.code for p in refusal] == codes
    assert not ScoreSheet.objects.exists() and world.seats(case)[0].revision == 1


def test_a_draft_is_kept_and_two_windows_do_not_overwrite_each_other(world: World):
    (case,) = drawn(world, "donghu")
    seat = world.seats(case)[0]
    me = world.reviewer(seat.member.user.username)

    def save(revision: int, base: str) -> PanelSeat:
        return save_sheet(actor=me, seat=seat.public_id, revision=revision, points={"base": base}, comment="")

    save(1, "12.5")
    assert review_of(me, seat.public_id).typed["score.base"] == "12.5"
    assert code_of(lambda: save(1, "20")) == "PAN-214"
    assert review_of(me, seat.public_id).typed["score.base"] == "12.5"
    save(2, "20")
    assert not ScoreSheet.objects.exists()


def test_a_sheet_handed_in_twice_counts_once_and_a_change_says_why(world: World):
    (case,) = drawn(world, "donghu")
    seat = world.seats(case)[0]
    world.score(seat, "10", "20.5")
    world.score(seat, "10", "20.5")
    assert ScoreSheet.objects.count() == 1
    assert code_of(lambda: world.score(seat, "11", "20.5")) == "PAN-220"
    world.score(seat, "11", "20.5", reason="看漏了一份材料。")
    sheets = ScoreSheet.objects.order_by("number")
    assert [(s.number, str(s.total), s.reason) for s in sheets] == [
        (1, "30.50", ""),
        (2, "31.50", "看漏了一份材料。"),
    ]


def test_a_reviewer_who_joins_the_school_meanwhile_cannot_score(world: World):
    (case,) = drawn(world, "donghu")
    seat = world.seats(case)[0]
    world.score(seat, "10", "20")
    grant_post(
        actor=SYSTEM,
        user_id=seat.member.user_id,
        organisation_id=world.cast.donghu,
        role="registrar",
        in_force_from=date(2025, 10, 1),
    )
    assert code_of(lambda: world.score(seat, "30", "70", reason="改分。")) == "PAN-211"
    me = world.reviewer(seat.member.user.username)
    problem = review_of(me, seat.public_id).why_not
    assert problem is not None and problem.code == "PAN-211"
    withdraw_from_seat(actor=me, seat=seat.public_id, ground="interest", reason="已调入申报学校。")
    assert code_of(lambda: world.score(seat, "30", "70")) == "PAN-213"
    assert ScoreSheet.objects.count() == 1


# ---- results ---


def test_nothing_of_the_scores_is_told_before_the_results(world: World):
    (case,) = drawn(world, "donghu")
    world.score_all(case, "61", "62", "63")
    assert result_of(case) is None
    shown = panel_shown(world.panel(case))
    assert "61" not in str(shown.entries[0].seats) and shown.missing == 0
    assert published(world.panel(case).public_id)["draws"][0]["cases"][0]["sheets"] == {}


def test_by_a_threshold_each_case_is_decided_when_its_sheets_are_in(world: World):
    world.text = changed((PASS, THRESHOLD))
    first, second = drawn(world, "donghu", "xiling")
    assert code_of(lambda: close(world, first)) == "PAN-230"
    world.score_all(first, "39", "40", "70")
    close(world, first)
    assert (fresh(first).outcome, fresh(second).step) == ("granted", "review")
    world.score_all(second, "39.9", "39.9", "70")
    close(world, second)
    assert fresh(second).outcome == "not_selected"
    result = result_of(second)
    assert result is not None and result.sentence == "平均分59.9，没有达到规定的最低分，没有通过。"
    first_result = result_of(first)
    assert first_result is not None and first_result.sentence == "平均分60，达到规定的60分，通过。"
    assert [r.counts for r in first_result.reviewers].count(True) == 1
    assert recompute(published(world.panel(first).public_id)).problems == []
    for case in (first, second):
        assert replay(fresh(case))[1] == []


def test_the_first_of_the_round_passes_after_the_round_has_closed(world: World):
    first, second = drawn(world, "donghu", "xiling")
    world.score_all(first, "40", "50", "60")
    assert code_of(lambda: close(world, first)) == "PAN-231"
    with clock.frozen_at(AFTER):
        assert code_of(lambda: close(world, first)) == "PAN-230"
        world.score_all(second, "41", "51", "52")
        closing = close(world, first)
        assert close(world, first) == closing  # repeating it changes nothing
    assert (fresh(first).outcome, fresh(second).outcome) == ("not_selected", "granted")
    result = result_of(first)
    assert result is not None
    assert (result.rank, result.of, result.mean, result.line) == (2, 2, "70", "71")
    assert result.sentence == "平均分70，在2件中排第2名，名额已由分数更高的用完，最后一名通过的是71分，没有通过。"
    assert [r.name for r in result.reviewers] == ["专家1", "专家2", "专家3"]
    line = CaseAction.objects.get(case=first, action="part_move")
    assert (line.details["part"], line.details["rank"], line.details["line"]) == ("panels", 2, "71")
    assert "专家评审没有通过" in [s.title for s in story(fresh(first))]


def test_a_case_still_on_the_way_must_be_waited_for_or_left_out_with_a_reason(world: World):
    first, second = drawn(world, "donghu", "xiling")
    world.act(second, world.officer("shencha", "province_bureau"), "return")
    world.act(second, world.cast.zhou, "submit")
    world.score_all(first, "40", "50", "60")
    with clock.frozen_at(AFTER):
        assert code_of(lambda: close(world, first)) == "PAN-232"
        close(world, first, leave_out="补正的一件另行评审。")
        assert fresh(first).outcome == "granted"
        world.act(second, world.officer("shencha", "province_bureau"), "approve")
        draw_panel(actor=world.organiser, panel=world.panel(second).public_id)
        world.score_all(second, "70", "70", "70")
        close(world, second)
    assert fresh(second).outcome == "not_selected"  # the one place was given already
    found = recompute(published(world.panel(first).public_id))
    assert (found.problems, found.results) == ([], 2)


def test_places_by_the_quota_of_each_body(world: World):
    world.text = changed((PASS, "pass: {top: {quota: seats}}"))
    first, second = drawn(world, "donghu", "donghu")
    third = world.at_review("xiling")
    draw_panel(actor=world.organiser, panel=world.panel(third).public_id)
    world.score_all(first, "60", "60", "60")
    world.score_all(second, "50", "50", "50")
    world.score_all(third, "10", "10", "10")
    with clock.frozen_at(AFTER):
        close(world, third)
    assert [fresh(c).outcome for c in (first, second, third)] == ["granted", "not_selected", "granted"]
    assert recount().problems == []
    assert recompute(published(world.panel(first).public_id)).problems == []
    result = result_of(second)
    assert result is not None and result.of == 2


def test_equal_means_are_settled_by_the_named_key(world: World):
    first, second = drawn(world, "donghu", "xiling")
    for seat in world.seats(first):
        world.score(seat, "30", "40")
    for seat in world.seats(second):
        world.score(seat, "20", "50")
    with clock.frozen_at(AFTER):
        close(world, first)
    assert (fresh(first).outcome, fresh(second).outcome) == ("not_selected", "granted")
    result = result_of(first)
    assert result is not None and "与最后一名通过的同分" in result.sentence


def test_when_a_place_cannot_be_given_nobody_is_moved(world: World):
    from guantong.procedure.rounds.models import QuotaCounter

    world.text = changed((PASS, THRESHOLD))
    first, second = drawn(world, "donghu", "donghu")
    world.score_all(first, "60", "60", "60")
    world.score_all(second, "60", "60", "60")
    assert code_of(lambda: close(world, first)) == "ROU-201"
    assert {fresh(c).step for c in (first, second)} == {"review"}
    assert not QuotaCounter.objects.exists() and not Closing.objects.exists()


def test_only_the_organiser_closes_and_reminds(world: World):
    (case,) = drawn(world, "donghu")
    panel = world.panel(case).public_id
    assert remind_reviewers(actor=world.organiser, panel=panel) == 3
    assert code_of(lambda: remind_reviewers(actor=world.cast.chen, panel=panel)) == "PRC-106"
    world.score_all(case, "60", "60", "60")
    with clock.frozen_at(AFTER):
        assert code_of(lambda: close_panel(actor=world.cast.chen, panel=panel)) == "PRC-106"
        close(world, case)
        seat = world.seats(case)[0]
        assert code_of(lambda: world.score(seat, "1", "1", reason="x")) == "PAN-212"


# ---- the published file ---


def test_every_alteration_of_the_published_file_is_found(world: World):
    first, second = drawn(world, "donghu", "xiling")
    world.score_all(first, "40", "50", "60")
    world.score_all(second, "41", "51", "52")
    with clock.frozen_at(AFTER):
        close(world, first)
    document = read_file(json.dumps(published(world.panel(first).public_id)).encode(), "x.json")
    assert recompute(document).problems == []
    assert "东湖" not in json.dumps(document, ensure_ascii=False)

    def codes(change) -> set[str]:
        altered = copy.deepcopy(document)
        change(altered, altered["draws"][0]["cases"])
        return {p.code for p in recompute(altered).problems}

    def other_sheet(_, cases):
        case = next(c for c in cases if c["result"]["rank"] == 2)
        for sheet in case["sheets"].values():
            sheet["plan"] = "70"

    assert "PAN-302" in codes(lambda d, _: d["draws"][0].update(seed="00" * 32))
    assert codes(lambda _, c: c[0]["seats"].reverse()) == {"PAN-303"}
    assert "PAN-303" in codes(lambda d, c: c[0]["skipped"].append(c[0]["seats"][0]))
    assert {"PAN-304", "PAN-305"} <= codes(other_sheet)
    assert codes(lambda _, c: c[0]["result"].update(passed=not c[0]["result"]["passed"])) == {"PAN-305"}
    assert codes(lambda _, c: next(iter(c[0]["sheets"].values())).update(plan="71")) == {"PAN-306"}
    with pytest.raises(Refusal) as caught:
        recompute({"format": "guantong-panel/1"})
    assert caught.value.code == "PAN-301"


def test_points_written_by_hand_into_the_database_are_found(world: World):
    world.text = changed((PASS, THRESHOLD))
    (case,) = drawn(world, "donghu")
    world.score_all(case, "60", "60", "60")
    with pytest.raises(Exception, match="append-only"):
        Score.objects.update(points=70)


def test_a_result_altered_in_the_tables_is_found_by_the_replay(world: World):
    world.text = changed((PASS, THRESHOLD))
    (case,) = drawn(world, "donghu")
    world.score_all(case, "60", "60", "60")
    close(world, case)
    assert replay(fresh(case))[1] == []
    entry = world.entry(case)
    entry.mean = "99"
    entry.save()
    assert [p.code for p in replay(fresh(case))[1]] == ["PAN-308"]
    assert Panel.objects.get().state == "closed"
