"""Candidates, scores, ranks: refusals name everything, and nothing is half done."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.domains.admission.actions import candidates, cycles, scores
from guantong.domains.admission.actions.candidates import CandidateEntry
from guantong.domains.admission.actions.scores import ScoreEntry
from guantong.domains.admission.models import Candidate, Score
from guantong.domains.admission.tests.bank import confirm
from guantong.domains.admission.tests.scene import FACTS, MARKS, PAPERS, build_cycle, roster
from guantong.kernel.refusal import Refusal, Where
from tests.cast import invented_id_number


@pytest.fixture
def registering(planned):
    cycles.move_cycle(actor=planned.he, cycle=planned.cycle, to="registration")
    return planned.refresh()


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


def marks(name, **changes):
    return dict(zip(PAPERS, MARKS[name], strict=True)) | changes


def test_a_roster_is_taken_whole_and_again_without_doubles(registering):
    scene = registering
    assert candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster()) == (10, 0)
    assert candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster()) == (0, 10)
    numbers = list(Candidate.objects.order_by("pk").values_list("number", flat=True))
    assert len(set(numbers)) == 10
    assert all(number.startswith("2026") and len(number) == 14 for number in numbers)
    assert len(set(Candidate.objects.values_list("lot", flat=True))) == 10


def test_one_identity_number_twice_is_refused_and_nobody_is_registered(registering):
    rows = [*roster()[:2], roster()[0]]
    rows = [CandidateEntry(r.name, r.id_number, r.attributes, where=Where(row=n)) for n, r in enumerate(rows, start=2)]
    with pytest.raises(Refusal) as refused:
        candidates.register_candidates(actor=registering.he, cycle=registering.cycle, entries=rows)
    assert codes(refused) == ["ADM-051"]
    assert refused.value.problems[0].where.row == 4
    assert "第 2 行" in refused.value.problems[0].message
    assert not Candidate.objects.exists()


def test_who_is_registered_already_is_not_registered_with_other_facts(registering):
    first = roster()[0]
    candidates.register_candidates(actor=registering.he, cycle=registering.cycle, entries=[first])
    kept = Candidate.objects.get()
    other = CandidateEntry(first.name, first.id_number, {**first.attributes, "category": "医药卫生大类"})
    with pytest.raises(Refusal) as refused:
        candidates.register_candidates(actor=registering.he, cycle=registering.cycle, entries=[*roster()[1:3], other])
    assert codes(refused) == ["ADM-050"]
    assert kept.number in refused.value.problems[0].message
    assert first.id_number not in refused.value.problems[0].message
    assert Candidate.objects.get().attributes == kept.attributes, "neither changed nor joined by the others"


def test_facts_missing_unknown_and_unusable_are_all_named(registering):
    bad = {**FACTS, "category": "魔法大类", "height": "170"}
    del bad["health"]
    entry = CandidateEntry("考生甲", invented_id_number(100, date(2007, 5, 1)), bad, where=Where(row=2))
    with pytest.raises(Refusal) as refused:
        candidates.register_candidates(actor=registering.he, cycle=registering.cycle, entries=[entry])
    assert sorted(codes(refused)) == ["ADM-245", "ADM-246", "ADM-247"]
    assert all(p.where.row == 2 for p in refused.value.problems)
    assert not Candidate.objects.exists()


def test_a_person_keeps_one_number_of_the_draw_in_every_channel_of_the_year(registering, cast):
    scene = registering
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster()[:1])
    other = cycles.open_cycle(actor=scene.he, region="990000", year=2026, channel="social")
    cycles.move_cycle(actor=scene.he, cycle=other, to="registration")
    one = Candidate.objects.get(cycle=scene.cycle)
    channel_facts = {"group": "退役军人"}
    try:
        candidates.register_candidates(
            actor=scene.he,
            cycle=other,
            entries=[CandidateEntry(roster()[0].name, roster()[0].id_number, channel_facts)],
        )
    except Refusal as refusal:  # the facts of that channel, filled by what it asks for
        from guantong.domains.admission.selectors.channels import channel_of

        assert {p.code for p in refusal} <= {"ADM-245", "ADM-246", "ADM-247"}
        asked = {
            a.id: a.choices[0] if a.choices else ("是" if a.kind == "flag" else "1")
            for a in channel_of(other).attributes
            if a.required
        }
        candidates.register_candidates(
            actor=scene.he, cycle=other, entries=[CandidateEntry(roster()[0].name, roster()[0].id_number, asked)]
        )
    assert Candidate.objects.get(cycle=other).lot == one.lot


def test_a_person_registers_and_withdraws(registering, cast):
    scene = registering
    row = candidates.register_self(actor=cast.wu, cycle=scene.cycle, attributes=FACTS)
    assert row.person_id == cast.wu_person
    again = candidates.register_self(actor=cast.wu, cycle=scene.cycle, attributes={**FACTS, "health": "专业受限"})
    assert (again.pk, again.attributes["health"]) == (row.pk, "专业受限")
    with pytest.raises(Refusal) as refused:
        candidates.withdraw_candidate(actor=cast.zhao, candidate=row)
    assert codes(refused)[0].startswith("ACC-")
    assert candidates.withdraw_candidate(actor=cast.wu, candidate=row).state == "withdrawn"
    assert candidates.register_self(actor=cast.wu, cycle=scene.cycle, attributes=FACTS).state == "registered"


def test_registration_has_its_time(opened, cast):
    with pytest.raises(Refusal) as refused:
        candidates.register_self(actor=cast.wu, cycle=opened.cycle, attributes=FACTS)
    assert codes(refused) == ["ADM-291"]


def test_scores_are_composed_with_every_clause(ranked):
    score = ranked.candidate("甲").score
    assert score.total_thousandths == 600_000
    assert score.keys["skill"] == 360_000
    assert any("技能操作" in line["sentence"] and "第五条" in line["basis"] for line in score.applied)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"chinese": "121"}, "ADM-241"),
        ({"chinese": "80.3"}, "ADM-244"),
        ({"chinese": "八十"}, "ADM-242"),
        ({"chinese": ""}, "ADM-240"),
        ({"history": "60"}, "ADM-243"),
        ({"comprehensive": "300"}, "ADM-248"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_its_cell(registering, changes, code):
    scene = registering
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster())
    good = ScoreEntry(scene.candidate("乙").number, marks("乙"), "考生乙", Where(row=2))
    bad = ScoreEntry(scene.candidate("甲").number, marks("甲", **changes), "考生甲", Where(row=3))
    with pytest.raises(Refusal) as refused:
        scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=[good, bad])
    assert codes(refused) == [code]
    assert refused.value.problems[0].where.row == 3
    assert not Score.objects.exists(), "all or nothing"


def test_unknown_doubled_and_mistaken_numbers_are_refused(registering):
    scene = registering
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster())
    number = scene.candidate("甲").number
    rows = [
        ScoreEntry(number, marks("甲"), "考生甲", Where(row=2)),
        ScoreEntry(number, marks("甲"), "考生甲", Where(row=3)),
        ScoreEntry("20260000999999", marks("乙"), "考生乙", Where(row=4)),
        ScoreEntry(scene.candidate("丙").number, marks("丙"), "考生丁", Where(row=5)),
    ]
    with pytest.raises(Refusal) as refused:
        scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=rows)
    assert codes(refused) == ["ADM-059", "ADM-057", "ADM-058"]
    assert not Score.objects.exists()


def test_ranking_names_who_has_no_score(registering):
    scene = registering
    with pytest.raises(Refusal) as refused:
        scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    assert codes(refused) == ["ADM-062"]
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster())
    with pytest.raises(Refusal) as refused:
        scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    assert codes(refused) == ["ADM-061"]
    assert "10 名考生" in refused.value.problems[0].message


def test_a_changed_score_loses_its_rank_until_ranking_is_done_again(ranked):
    scene = ranked
    entry = ScoreEntry(scene.candidate("辛").number, marks("辛", practice="300"), "考生辛")
    assert scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=[entry]) == (1, 0)
    assert scene.candidate("辛").score.rank is None
    assert scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=[entry]) == (0, 1), "again: known"
    scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    assert scene.candidate("辛").score.rank == 4


def test_an_absent_candidate_counts_zero_and_an_exempt_one_is_raised(registering):
    scene = registering
    rows = roster()
    rows[0] = CandidateEntry(rows[0].name, rows[0].id_number, {**FACTS, "grade": "高级工"})
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=rows)
    confirm(scene, "甲", "grade", "高级工")
    absent = ScoreEntry(scene.candidate("乙").number, marks("乙", english="缺考"), "考生乙")
    exempt = ScoreEntry(scene.candidate("甲").number, marks("甲", theory=""), "考生甲")
    scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=[absent, exempt])
    assert scene.candidate("乙").score.total_thousandths == 530_000
    # 480 of 600 without the waived paper, raised to 750: 480 × 750 ÷ 600 = 600
    assert scene.candidate("甲").score.total_thousandths == 600_000
    assert any("免专业知识" in line["sentence"] for line in scene.candidate("甲").score.applied)


def test_another_year_opens_beside(cast, opened):
    other = build_cycle(cast, year=2025)
    assert other.cycle.pk != opened.cycle.pk
