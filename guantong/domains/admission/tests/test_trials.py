"""Other rules on a finished run's data: who gains, who loses, by group; and mock runs, which are no promise."""

from __future__ import annotations

import pytest

from guantong.domains.admission.actions import runs, trials
from guantong.domains.admission.actions.computing import carry_out
from guantong.domains.admission.models import Placement, Run
from guantong.domains.admission.selectors.results import find_result
from guantong.kernel.refusal import Refusal


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


@pytest.fixture
def published(scene):
    return scene.run_all()


def test_one_stage_gives_the_file_that_was_sent_back_its_next_choice(published):
    scene = published
    trial = trials.try_rules(actor=scene.he, run=scene.run, changes={"stages": "one"}, group="category")
    rows = {row["group"]: row for row in trial.figures["gains"]}
    # 丙 goes on to 南渡01 in one stage and stands before 己 and 庚, who are then turned away
    assert rows["电子与信息大类"]["better"] >= 1
    assert rows["医药卫生大类"] == {**rows["医药卫生大类"], "candidates": 1, "better": 0, "worse": 0, "same": 1}
    assert (trial.purpose, trial.state, trial.based_on_id) == ("trial", "computed", scene.run.pk)
    assert Placement.objects.filter(run=trial).count() == 0


def test_shorter_lists_leave_more_without_a_place(published):
    scene = published
    trial = trials.try_rules(actor=scene.he, run=scene.run, changes={"list_length": 1})
    assert trial.figures["placed_after"] == trial.figures["placed_before"] - 1, "戊 was placed by the second choice"


def test_another_tie_policy_and_another_weight_of_skill_are_computed(published):
    scene = published
    lottery = trials.try_rules(actor=scene.he, run=scene.run, changes={"ties": "lottery"})
    assert lottery.figures["placed_after"] == 6, "one of the tied two loses the seat beyond the plan"
    weighed = trials.try_rules(actor=scene.he, run=scene.run, changes={"skill_share": "80"}, group="origin")
    assert weighed.figures["candidates"] == 10
    assert Run.objects.filter(purpose="trial").count() == 2


@pytest.mark.parametrize(
    ("changes", "group", "code"),
    [
        ({"weather": "fine"}, "", "ADM-111"),
        ({}, "", "ADM-111"),
        ({"list_length": 0}, "", "ADM-111"),
        ({"skill_share": "120"}, "", "ADM-111"),
        ({"ties": "lottery"}, "height", "ADM-113"),
        ({"ties": "by_name"}, "", "MTC-004"),
    ],
)
def test_what_cannot_be_tried_is_refused(published, changes, group, code):
    with pytest.raises(Refusal) as refused:
        trials.try_rules(actor=published.he, run=published.run, changes=changes, group=group)
    assert code in codes(refused)
    assert not Run.objects.filter(purpose="trial").exists()


def test_a_mock_run_looks_at_the_lists_of_now_and_is_never_shown(scene):
    scene.fill("甲", "东湖01")
    run = carry_out(run=runs.start_run(actor=scene.he, round_=scene.round, purpose="mock"))
    assert (run.state, run.root, run.bundle_id) == ("computed", "", None)
    assert run.figures["placed"] == 1
    assert find_result(scene.candidate("甲"), scene.round) is None
    with pytest.raises(Refusal) as refused:
        runs.publish_run(actor=scene.he, run=run)
    assert codes(refused) == ["ADM-105"]
    with pytest.raises(Refusal) as refused:
        trials.try_rules(actor=scene.he, run=run, changes={"list_length": 1})
    assert codes(refused) == ["ADM-112"]
    assert not Placement.objects.exists()


def test_a_real_run_waits_until_the_round_is_closed(scene):
    scene.fill("甲", "东湖01")
    with pytest.raises(Refusal) as refused:
        runs.start_run(actor=scene.he, round_=scene.round)
    assert codes(refused) == ["ADM-291"]


def test_trials_are_for_the_bureau(published):
    for actor in (published.officer, published.person("甲"), published.cast.chen):
        with pytest.raises(Refusal):
            trials.try_rules(actor=actor, run=published.run, changes={"list_length": 1})
