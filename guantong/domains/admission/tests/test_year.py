"""A whole small year, with every outcome worked out by hand."""

from __future__ import annotations

import pytest

from guantong.domains.admission.actions import runs
from guantong.domains.admission.models import Cutoff, Placement, RunResult
from guantong.domains.admission.selectors.published import cutoffs_of, published_files, rank_table_of, vacancies_shown
from guantong.domains.admission.selectors.results import find_result
from guantong.kernel.refusal import Refusal

# 东湖01 may be sent 4 files: 甲乙丙丁 (软件 2 seats: 甲乙; 丙 takes no other; 丁 is moved to 网络). 戊 finds it full,
# goes on to 南渡01, which may be sent 3: 戊, then 己 and 庚 tied in everything, both of whom stay although only one
# seat is left. 辛 named only 东湖01; 壬 misses the culture line; 癸 sits in the medical category.
PLACED = {
    "甲": ("东湖软件", 1, "admitted"),
    "乙": ("东湖软件", 1, "admitted"),
    "丙": (None, None, "sent_back_programmes"),
    "丁": ("东湖网络", 1, "admitted_reassigned"),
    "戊": ("南渡软件", 2, "admitted"),
    "己": ("南渡软件", 1, "admitted_over_plan"),
    "庚": ("南渡软件", 1, "admitted_over_plan"),
    "辛": (None, None, "not_placed"),
    "壬": (None, None, "not_placed"),
    "癸": ("东湖护理", 1, "admitted"),
}


def results(scene, run):
    names = {plan.pk: key for key, plan in scene.places.items()}
    return {
        row.candidate.person.name.removeprefix("考生"): (names.get(row.plan_id), row.ordinal, row.reason)
        for row in RunResult.objects.filter(run=run).select_related("candidate__person")
    }


def test_ranks_are_those_of_the_order_of_the_channel(scene):
    assert scene.round.stage == scene.cycle.stage == "choices"
    ranks = {n: scene.candidate(n).score.rank for n in "甲乙丙丁戊己庚癸辛壬"}
    assert ranks == {"甲": 1, "乙": 2, "丙": 3, "丁": 4, "戊": 5, "己": 6, "庚": 6, "癸": 8, "辛": 9, "壬": 10}
    assert scene.candidate("己").score.rank_ties == 2
    table = rank_table_of(scene.cycle)
    assert [(row.at_least, row.count, row.cumulative) for row in table[:2]] == [(600, 1, 1), (590, 1, 2)]


def test_a_run_gives_what_was_worked_out_by_hand(scene):
    scene.fill_all()
    scene.close()
    run = scene.compute()
    assert (run.state, run.phase, run.mismatches, run.violations) == ("sealed", "done", [], [])
    assert results(scene, run) == PLACED
    cut = Cutoff.objects.get(run=run, plan=scene.places["南渡软件"], slice="ordinary")
    assert cut.keys[0] == ["total", 550_000]
    assert (cut.seats, cut.admitted, cut.rank, cut.ordinal) == (2, 3, 6, 1)
    assert not Placement.objects.exists(), "nothing has effect before publication"


def test_publication_tells_each_candidate_and_reveals_the_seed(scene):
    scene.fill_all()
    scene.close()
    scene.compute()
    assert scene.cycle.seed_revealed == ""
    assert find_result(scene.candidate("甲"), scene.round) is None
    run = scene.publish()
    assert run.state == "published"
    assert (scene.round.stage, scene.cycle.stage) == ("review", "review")
    assert Placement.objects.count() == 7
    from guantong.engines.matching.sealing.manifest import commitment_of

    assert commitment_of(scene.cycle.seed_revealed) == scene.cycle.seed_commitment
    shown = find_result(scene.candidate("丙"), scene.round)
    assert shown.placement is None
    first, second = shown.choices
    assert (first.code, second.code) == ("sent_back_programmes", "file_used")
    assert "没有服从调剂" in first.sentence
    assert "“总分”差 10 分" in first.sentence
    assert "第 1 志愿" in second.sentence
    below = find_result(scene.candidate("壬"), scene.round).choices[0]
    assert below.code == "below_line"
    assert "文化素质控制线" in below.sentence
    assert "45 分" in below.sentence
    assert "第九条" in below.basis
    assert set(published_files(run)) >= {"manifest.json", "cutoffs.csv", "places.csv"}
    assert any(c.place is not None and c.place.title == "南渡职业学院 软件技术" for c in cutoffs_of(scene.round))
    assert vacancies_shown(scene.round) == []


def test_publishing_again_does_nothing(scene):
    scene.run_all()
    before = Placement.objects.count()
    again = runs.publish_run(actor=scene.he, run=scene.run)
    assert again.state == "published"
    assert Placement.objects.count() == before


def test_a_second_real_run_of_a_round_is_refused_and_says_by_whom(scene):
    scene.fill_all()
    scene.close()
    scene.compute()
    with pytest.raises(Refusal) as refused:
        runs.start_run(actor=scene.he, round_=scene.round)
    assert refused.value.code == "ADM-100"
    assert "何处长" in refused.value.problems[0].message
