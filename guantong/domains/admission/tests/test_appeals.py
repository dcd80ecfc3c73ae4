"""An appeal: computed again on the stored input, everybody affected named, decided with effect and without victims."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from guantong.base.accounts.public import VISITOR
from guantong.domains.admission.actions import appeals, rounds
from guantong.domains.admission.models import Appeal, AppealRerun, Placement
from guantong.domains.admission.selectors.access import access_appeal_for
from guantong.domains.admission.selectors.queues import appeals_waiting
from guantong.domains.admission.selectors.results import find_result
from guantong.domains.admission.tests.scene import AFTER
from guantong.domains.admission.tests.test_placements import review_all
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act

LATER = AFTER + timedelta(days=1)


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(LATER):
        yield scene


def appeal(scene, name="丙", about="score") -> Appeal:
    return appeals.open_appeal(
        actor=scene.person(name), round_=scene.round, about=about, grounds="技能操作少算了一项，附原始评分表。"
    )


def decide(scene, opened, action="approve", **values):
    """受理 by 方科长, then the decision by 何处长."""
    case = Case.objects.get(pk=opened.case_id)
    case = act(
        actor=scene.cast.actor("fang"),
        case_id=case.pk,
        action="approve",
        revision=case.revision,
        opinion="已核对原始评分表。",
        values={"rerun_done": "done" if opened.reruns.exists() else "not_needed"},
    )
    more = (
        {"opinion": {"text": "经核对。", "reasons": ["record_right"]}} if action == "refuse" else {"opinion": "成立。"}
    )
    act(actor=scene.he, case_id=case.pk, action=action, revision=case.revision, values=values, **more)
    opened.refresh_from_db()
    return opened


def place_of(scene, name):
    row = Placement.objects.filter(candidate=scene.candidate(name), state__in=["dispatched", "admitted"]).first()
    return (row.plan_id, row.state) if row is not None else None


def test_a_candidate_appeals_once_with_grounds_after_publication(published):
    scene = published
    opened = appeal(scene)
    case = Case.objects.get(pk=opened.case_id)
    assert (case.step, case.authority_id) == ("accept", scene.cast.province_bureau)
    assert case.organisation_id == scene.cast.donghu
    for about, grounds, code in (
        ("score", "再来一次。", "ADM-142"),
        ("weather", "x", "ADM-140"),
        ("score", " ", "ADM-141"),
    ):
        with pytest.raises(Refusal) as refused:
            appeals.open_appeal(actor=scene.person("丙"), round_=scene.round, about=about, grounds=grounds)
        assert codes(refused) == [code]
    assert Appeal.objects.count() == 1
    assert access_appeal_for(scene.person("丙"), opened.public_id)
    for actor in (scene.person("甲"), VISITOR, scene.officer):
        with pytest.raises(Refusal) as refused:
            access_appeal_for(actor, opened.public_id)
        assert codes(refused) == ["ADM-007"]
    assert list(appeals_waiting(scene.he, scene.cycle)) == [opened]


def test_nobody_appeals_before_there_is_a_result(scene):
    with pytest.raises(Refusal) as refused:
        appeal(scene)
    assert codes(refused) == ["ADM-143"]


def test_computing_again_names_everybody_affected_and_changes_nothing(published):
    scene = published
    opened = appeal(scene)
    before = list(Placement.objects.order_by("pk").values_list("candidate_id", "plan_id", "state"))
    # 丙 with 20 marks more (600) stands with 甲 above 乙 (590): 丙 takes the 软件 seat of 乙, who takes no other
    rerun = appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected={"papers": {"practice": "250"}})
    assert rerun.outcome["before"]["reason"] == "sent_back_programmes"
    assert rerun.outcome["after"]["place"] == scene.places["东湖软件"].public_id
    names = [(one["name"], one["is_self"], one["after"]) for one in rerun.affected]
    assert names == [
        ("考生丙", True, "东湖职业技术学院 软件技术"),
        ("考生乙", False, "没有录取"),
    ]
    assert list(Placement.objects.order_by("pk").values_list("candidate_id", "plan_id", "state")) == before
    assert scene.candidate("丙").score.papers["practice"] == "230"


@pytest.mark.parametrize(
    ("corrected", "code"),
    [
        ({}, "ADM-144"),
        ({"papers": {"practice": "230"}}, "ADM-144"),
        ({"papers": {"practice": "301"}}, "ADM-241"),
        ({"papers": {"history": "60"}}, "ADM-243"),
        ({"attributes": {"health": "很好"}}, "ADM-246"),
        ({"list": {}}, "ADM-145"),
    ],
)
def test_only_what_was_wrong_can_be_corrected(published, corrected, code):
    opened = appeal(published)
    with pytest.raises(Refusal) as refused:
        appeals.rerun_appeal(actor=published.he, appeal=opened, corrected=corrected)
    assert codes(refused) == [code]
    assert not AppealRerun.objects.exists()


def test_a_granted_appeal_adds_a_seat_and_takes_nobody_s(published):
    scene = published
    opened = appeal(scene)
    appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected={"papers": {"practice": "250"}})
    decided = decide(scene, opened, effect="extra_seat", affected_seen=True)
    assert (decided.state, decided.decision["effect"]) == ("granted", "extra_seat")
    plan = scene.places["东湖软件"]
    plan.refresh_from_db()
    assert (plan.seats, plan.extra_seats, plan.all_seats) == (2, 1, 3)
    assert place_of(scene, "丙") == (plan.pk, "admitted")
    assert place_of(scene, "乙") == (plan.pk, "dispatched"), "nobody else is touched"
    score = scene.candidate("丙").score
    assert (score.papers["practice"], score.total_thousandths, score.rank) == ("250", 600_000, 1)
    assert scene.candidate("甲").score.rank == 2, "equal totals, but 甲 has the smaller skill part"
    shown = find_result(scene.candidate("丙"), scene.round)
    assert shown.state_label == "已录取"
    with pytest.raises(Refusal) as refused:
        appeals.rerun_appeal(actor=scene.he, appeal=decided, corrected={"papers": {"practice": "260"}})
    assert codes(refused) == ["ADM-149"]


def test_a_change_needs_a_seat_that_is_free(published):
    scene = published
    opened = appeal(scene)
    appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected={"papers": {"practice": "250"}})
    with pytest.raises(Refusal) as refused:
        decide(scene, opened, effect="change", affected_seen=True)
    assert codes(refused) == ["ADM-148"]
    opened.refresh_from_db()
    assert opened.state == "opened"
    assert scene.candidate("丙").score.papers["practice"] == "230", "the whole decision was undone"


def test_no_gain_gives_no_seat_and_no_repetition_no_effect(published):
    scene = published
    opened = appeal(scene, "辛")
    with pytest.raises(Refusal) as refused:
        decide(scene, opened, effect="extra_seat", affected_seen=True)
    assert codes(refused) == ["ADM-146"]
    appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected={"papers": {"practice": "210"}})
    case = Case.objects.get(pk=opened.case_id)
    assert case.step == "decide"
    with pytest.raises(Refusal) as refused:
        act(
            actor=scene.he,
            case_id=case.pk,
            action="approve",
            revision=case.revision,
            opinion="成立。",
            values={"effect": "extra_seat", "affected_seen": True},
        )
    assert codes(refused) == ["ADM-148"]
    act(
        actor=scene.he,
        case_id=case.pk,
        action="approve",
        revision=case.revision,
        opinion="更正记录。",
        values={"effect": "correct", "affected_seen": True},
    )
    opened.refresh_from_db()
    assert opened.decision["effect"] == "correct"
    assert scene.candidate("辛").score.total_thousandths == 480_000
    assert place_of(scene, "辛") is None


def test_nobody_says_it_was_computed_again_when_it_was_not(published):
    scene = published
    opened = appeal(scene)
    case = Case.objects.get(pk=opened.case_id)
    with pytest.raises(Refusal) as refused:
        act(
            actor=scene.cast.actor("fang"),
            case_id=case.pk,
            action="approve",
            revision=case.revision,
            opinion="已重算。",
            values={"rerun_done": "done"},
        )
    assert codes(refused) == ["ADM-146"]


def test_a_refused_appeal_changes_nothing(published):
    scene = published
    opened = appeal(scene)
    decided = decide(scene, opened, action="refuse")
    assert decided.state == "refused"
    assert place_of(scene, "丙") is None
    assert appeals.open_appeal(
        actor=scene.person("丙"), round_=scene.round, about="result", grounds="另有新的证据。"
    ), "a closed one does not stand in the way"


def test_an_appeal_over_facts_takes_effect_after_the_round_has_ended(published):
    scene = published
    review_all(scene, sent_back="")
    rounds.end_confirmation(actor=scene.he, round_=scene.round, unanswered="confirm")
    scene.refresh()
    opened = appeal(scene, "壬", "score")
    # 壬 with 115 in culture and 290 in skill: 405 ≥ 330, and 南渡 is sent no more than three better ones: still nothing
    rerun = appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected={"papers": {"chinese": "75"}})
    assert rerun.outcome["after"]["reason"] == "not_placed"
    rerun = appeals.rerun_appeal(
        actor=scene.he,
        appeal=opened,
        corrected={"papers": {"chinese": "120", "mathematics": "100", "english": "80", "practice": "300"}},
    )
    assert rerun.outcome["after"]["place"] == scene.places["南渡软件"].public_id
    decide(scene, opened, effect="extra_seat", affected_seen=True)
    assert Placement.objects.get(candidate=scene.candidate("壬")).state == "confirmed"


def test_people_with_two_candidacies_are_not_merged(published):
    from guantong.domains.admission.actions.merging import move_candidates, return_candidates

    scene = published
    with pytest.raises(Refusal) as refused:
        move_candidates(scene.candidate("甲").person_id, scene.candidate("乙").person_id)
    assert codes(refused) == ["ADM-170"]
    other = scene.cast.wu_person
    own = scene.candidate("甲").person_id
    moved = move_candidates(other, own)
    assert scene.cycle.candidates.filter(person_id=other).exists()
    return_candidates(moved)
    assert scene.candidate("甲").person_id == own


# ---- the period --------------------------------------------------------------------------------------------------

LAST = datetime(2025, 10, 24, 23, 59, 59, 999_999, tzinfo=clock.CHINA_TIME)
"""The end of the fifth working day after publication on Saturday 18 October 2025."""


def test_an_appeal_is_heard_to_the_last_second_of_the_fifth_working_day(published):
    scene = published
    assert clock.china_day(scene.round.published_at) == date(2025, 10, 18)
    with clock.frozen_at(LAST + timedelta(microseconds=1)), pytest.raises(Refusal) as refused:
        appeal(scene)
    assert codes(refused) == ["ADM-252"]
    problem = refused.value.problems[0]
    assert refused.value.status == 409
    assert "2025年10月24日二十四时" in problem.message
    assert (problem.basis.document, problem.basis.clause) == ("demo-admission-rules-2024", "第二十四条")
    assert "书面反映" in problem.do
    assert not Appeal.objects.exists()
    assert not Case.objects.filter(procedure="admission-appeal").exists()
    with clock.frozen_at(LAST):
        opened = appeal(scene)
    with clock.frozen_at(LAST + timedelta(days=1)):
        rerun = appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected={"papers": {"practice": "250"}})
    assert rerun.number == 1, "what was lodged in time is decided after the period"


def test_against_a_sent_back_file_the_period_runs_from_the_day_it_was_sent_back(published):
    scene = published
    with clock.frozen_at(LAST - timedelta(days=1)):
        review_all(scene, sent_back="甲")
    with clock.frozen_at(LAST + timedelta(days=1)):
        with pytest.raises(Refusal) as refused:
            appeal(scene, "甲", "score")
        assert codes(refused) == ["ADM-252"]
        assert appeal(scene, "甲", "review").about == "review"
    with clock.frozen_at(LAST + timedelta(days=20)), pytest.raises(Refusal) as refused:
        appeal(scene, "乙", "review")
    assert "公布" in refused.value.problems[0].message, "nobody sent this file back: the day of publication counts"
