"""The composition of scores: exact, explained, and never better for knowing less."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.admission.rules import scoring
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.scoring import compose, rank_table, ranking_key, ranks, skill_share
from guantong.domains.admission.tests.declared import changed, channel_in
from guantong.kernel.refusal import Refusal

PUPIL = {"group": "中职毕业生", "area": "机械"}
SOLDIER = {"group": "退役军人", "area": "机械"}
GENERAL = {"group": "普通高中毕业生", "area": "机械"}
FULL = {"chinese": "150", "mathematics": "100", "practice": "300"}


@pytest.fixture(scope="module")
def channel(tmp_path_factory):
    return channel_in(tmp_path_factory.mktemp("own_line"))


@pytest.fixture(scope="module")
def scaled(tmp_path_factory):
    text = changed("        instead: own_line\n", "        instead: scaled\n")
    return channel_in(tmp_path_factory.mktemp("scaled"), text)


@pytest.fixture(scope="module")
def waived_full(tmp_path_factory):
    text = changed("        instead: own_line\n", "        instead: full\n")
    return channel_in(tmp_path_factory.mktemp("full"), text)


def composed(channel, facts, scores):
    return compose(channel, read_facts(channel, facts), scores)


def codes(channel, facts, scores):
    with pytest.raises(Refusal) as caught:
        composed(channel, facts, scores)
    return [(problem.code, problem.where.column) for problem in caught.value]


def test_the_total_is_the_weighted_sum_to_the_thousandth(channel):
    result = composed(channel, PUPIL, {"chinese": "101.5", "mathematics": "80.333", "practice": "250"})
    assert result.keys["papers_total"] == Decimal("101.5") + Decimal("120.499") + Decimal(250)
    assert result.total_thousandths == 471_999
    assert result.keys["culture"] == Decimal("181.833")
    assert result.keys["skill"] == Decimal(250)
    assert result.keys["comprehensive"] is None


def test_the_explanation_says_what_counted_under_which_rule_and_clause(channel):
    facts = {**SOLDIER, "sighted": True, "height": "201"}
    result = composed(channel, facts, {"practice": "250"})
    told = [line.sentence for line in result.explanation]
    assert told == [
        "语文：退役军人免文化考试，不计成绩。",
        "数学：退役军人免文化考试，不计成绩。",
        "技能操作：250 分（满分 300）。",
        "综合测试：这类考生不参加。",
        "身高加分：10 分。",
        "色觉加分：5 分。",
        "政策加分取最高一项，最多 20 分，计 10 分。",
        "总分：260 分。",
    ]
    assert result.explanation[0].ground.citation.clause == "第七条"
    assert result.explanation[0].ground.citation.document == "cn-law"
    assert result.explanation[2].ground.citation.clause == "第五条"


def test_points_of_several_kinds_add_up_to_the_limit_where_the_rule_says_sum(tmp_path):
    text = changed("      combine: highest\n", "      combine: sum\n").replace('limit: "20"', 'limit: "12"')
    result = composed(channel_in(tmp_path, text), {**PUPIL, "sighted": True, "height": 200}, {**FULL, "practice": 0})
    assert result.keys["points"] == Decimal(12)
    assert result.total == Decimal(150) + Decimal(150) + Decimal(12)


def test_a_waived_paper_counts_full_scaled_or_nothing(channel, scaled, waived_full):
    scores = {"practice": "200.1"}
    nothing = composed(channel, SOLDIER, scores)
    assert nothing.total == Decimal("200.1")
    assert nothing.keys["culture"] is None
    full = composed(waived_full, SOLDIER, scores)
    assert full.total == Decimal("200.1") + 150 + 150
    assert full.keys["culture"] == Decimal(250)
    raised = composed(scaled, SOLDIER, scores)
    assert raised.total == Decimal("400.2")
    assert raised.keys["culture"] is None
    assert any(line.title == "折算" and "300 分，折算为 600 分" in line.sentence for line in raised.explanation)


def test_scaling_rounds_down_to_a_thousandth(tmp_path):
    text = changed("        instead: own_line\n", "        instead: scaled\n")
    text = changed("        parts: [culture]\n", "        papers: [chinese]\n", text)
    result = composed(channel_in(tmp_path, text), SOLDIER, {"mathematics": "0", "practice": "100"})
    exact = Fraction(100) * 600 / 450
    assert result.total == Decimal("133.333")
    assert 0 <= exact - Fraction(result.total) < Fraction(1, 1000)


def test_a_score_given_for_a_waived_paper_is_told_and_not_used(channel):
    with_score = composed(channel, SOLDIER, {"chinese": "140", "practice": "200"})
    assert with_score.total == Decimal(200)
    assert "已有的成绩不采用" in with_score.explanation[0].sentence


def test_absent_counts_zero_and_is_told(channel):
    result = composed(channel, PUPIL, {**FULL, "chinese": "缺考"})
    assert result.total == Decimal(450)
    assert result.papers[0].is_absent
    assert "缺考，按零分计" in result.papers[0].sentence


def test_missing_and_over_full_scores_are_refused_together_with_what_and_where(channel):
    assert codes(channel, PUPIL, {"mathematics": "100.001", "practice": "", "history": "1"}) == [
        ("ADM-243", "history"), ("ADM-240", "chinese"), ("ADM-241", "mathematics"), ("ADM-240", "practice"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("score", "code"),
    [
        ("150.5", "ADM-241"), ("-0.5", "ADM-242"), ("1e2", "ADM-242"), ("优", "ADM-242"), ("NaN", "ADM-242"),
        ("100.25", "ADM-244"), ("0.0001", "ADM-242"), (1.5, "ADM-242"), (True, "ADM-242"), ("１００", "ADM-242"),
        ("1_0", "ADM-242"), ("Infinity", "ADM-242"),
    ],
)  # fmt: skip
def test_a_score_that_is_none_is_refused(channel, score, code):
    assert codes(channel, PUPIL, {**FULL, "chinese": score}) == [(code, "chinese")]


def test_a_paper_for_others_must_not_have_a_score(channel):
    assert codes(channel, GENERAL, {"chinese": 1, "mathematics": 1, "comprehensive": 1, "practice": 1}) == [
        ("ADM-248", "practice")
    ]
    assert composed(channel, GENERAL, {"chinese": 1, "mathematics": 2, "comprehensive": 3}).total == Decimal(7)


def test_a_graded_paper_takes_its_grades_only_and_stays_out_of_the_total(tmp_path):
    text = changed(
        '      - {id: mathematics, title: 数学, part: culture, full_mark: "100",',
        '      - {id: mathematics, title: 数学, part: culture, full_mark: "4", counted: false,'
        ' grades: [{grade: 优, mark: "4"}, {grade: 良, mark: "2.5"}],',
    )
    text = text.replace('      weights: {mathematics: "1.5"}\n', "")
    graded = channel_in(tmp_path, text)
    result = composed(graded, PUPIL, {"chinese": 100, "mathematics": "良", "practice": 200})
    assert result.total == Decimal(300)
    assert result.keys["mathematics"] == Decimal("2.5")
    assert "良 等，不计入总分" in result.papers[1].sentence
    assert codes(graded, PUPIL, {"chinese": 100, "mathematics": "4", "practice": 200}) == [("ADM-242", "mathematics")]


def test_the_skill_share_is_that_of_the_full_marks_lowest_over_the_groups(channel):
    held = skill_share(channel)
    assert held.outcome == "met"
    assert held.measured == Decimal(50)
    assert held.citation.clause == "第十五条"


def test_the_lowest_group_decides_the_skill_share(tmp_path):
    text = changed(
        '        part: skill\n        full_mark: "300"\n        who: {key: group, equals',
        '        part: skill\n        full_mark: "450"\n        who: {key: group, equals',
    )
    assert skill_share(channel_in(tmp_path, text)).measured == Decimal(50)


# Ranks.


def cells(total, skill=None, chinese=None):
    return {"total": None if total is None else Decimal(total), "skill": skill, "chinese": chinese}


def test_equal_totals_are_ranked_by_the_keys_of_the_law_and_a_full_tie_shares_its_rank(channel):
    batch = channel.batch("first")
    found = ranks(
        batch,
        {
            "a": cells("400", Decimal(200), Decimal(100)),
            "b": cells("400", Decimal(210), Decimal(90)),
            "c": cells("400", Decimal(200), Decimal(100)),
            "d": cells("399.999", Decimal(300)),
            "e": cells("400", Decimal(200), None),
        },
    )
    assert {key: (one.rank, one.ties) for key, one in found.items()} == {
        "b": (1, 1), "a": (2, 2), "c": (2, 2), "e": (4, 1), "d": (5, 1),
    }  # fmt: skip


def test_the_one_point_table_counts_and_accumulates():
    table = rank_table([450_500, 450_000, 449_999, 0, 450_999])
    assert [(row.at_least, row.count, row.cumulative) for row in table] == [
        (Decimal(450), 3, 3), (Decimal(449), 1, 4), (Decimal(0), 1, 5),
    ]  # fmt: skip
    assert [row.cumulative for row in rank_table([450_500, 450_000], Decimal("0.5"))] == [1, 2]
    for bad in (Decimal(0), Decimal("-1"), Decimal("0.0005")):
        with pytest.raises(ValueError, match="interval"):
            rank_table([1], bad)


def halves(limit):
    return st.integers(0, limit * 2).map(lambda n: Decimal(n) / 2)


def marks(limit):
    return st.integers(0, limit * 1000).map(lambda n: Decimal(n).scaleb(-3))


@given(chinese=halves(150), mathematics=marks(100), practice=marks(300))
def test_the_total_never_differs_from_the_exact_sum_by_a_thousandth(channel, chinese, mathematics, practice):
    result = composed(channel, PUPIL, {"chinese": chinese, "mathematics": mathematics, "practice": practice})
    exact = Fraction(chinese) + Fraction(mathematics) * Fraction(3, 2) + Fraction(practice)
    assert 0 <= exact - Fraction(result.total) < Fraction(1, 1000)
    assert result.total_thousandths == exact * 1000 // 1


@given(chinese=halves(150), mathematics=marks(100), practice=marks(300), more=marks(300))
def test_a_higher_mark_never_lowers_a_total(channel, scaled, waived_full, chinese, mathematics, practice, more):
    better = min(practice + more, Decimal(300))
    for one in (channel, scaled, waived_full):
        for facts in (PUPIL, SOLDIER):
            scores = {"chinese": chinese, "mathematics": mathematics}
            low = composed(one, facts, {**scores, "practice": practice})
            high = composed(one, facts, {**scores, "practice": better})
            assert high.total >= low.total
            assert ranking_key(one.batch("first"), high.keys) <= ranking_key(one.batch("first"), low.keys)


@given(chinese=halves(150), mathematics=marks(100), practice=marks(300))
def test_an_exemption_with_full_marks_never_lowers_a_total(waived_full, chinese, mathematics, practice):
    scores = {"chinese": chinese, "mathematics": mathematics, "practice": practice}
    assert composed(waived_full, SOLDIER, scores).total >= composed(waived_full, PUPIL, scores).total


@given(practice=marks(300))
def test_scaling_keeps_the_share_of_the_full_total(scaled, practice):
    raised = composed(scaled, SOLDIER, {"practice": practice}).keys["papers_total"]
    assert 0 <= Fraction(practice) / 300 - Fraction(raised) / 600 < Fraction(1, 600_000)
    assert raised >= practice


@given(totals=st.lists(st.integers(0, 750_000), max_size=60), step=st.sampled_from(["1", "0.5", "10", "0.001"]))
def test_the_table_counts_everybody_once_and_falls(totals, step):
    table = rank_table(totals, Decimal(step))
    assert sum(row.count for row in table) == len(totals)
    assert [row.at_least for row in table] == sorted({row.at_least for row in table}, reverse=True)
    for row in table:
        assert row.cumulative == sum(1 for total in totals if Decimal(total).scaleb(-3) >= row.at_least)


@given(
    keys=st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.tuples(*[st.one_of(st.none(), st.integers(0, 3).map(Decimal))] * 3).map(
            lambda t: {"total": t[0], "skill": t[1], "chinese": t[2]}
        ),
        max_size=12,
    )
)
def test_a_rank_is_one_more_than_the_number_of_the_better(channel, keys):
    batch = channel.batch("first")
    found = ranks(batch, keys)
    for name, cell in keys.items():
        mine = ranking_key(batch, cell)
        others = [ranking_key(batch, other) for other in keys.values()]
        assert found[name].rank == 1 + sum(other < mine for other in others)
        assert found[name].ties == sum(other == mine for other in others)


def test_every_state_of_a_paper_has_a_label():
    assert set(scoring.PAPER_STATES) == {scoring.COUNTED, scoring.REFERENCE, scoring.WAIVED, scoring.NOT_SAT}


# Facts.


def test_facts_are_typed_and_the_missing_stay_missing(channel):
    facts = read_facts(channel, {"group": "中职毕业生", "area": "护理", "height": "170.5", "sighted": "否"})
    assert facts == {"group": "中职毕业生", "area": "护理", "height": Decimal("170.5"), "sighted": False}
    assert read_facts(channel, PUPIL)["height"] is None


def test_facts_that_are_none_are_told_together(channel):
    with pytest.raises(Refusal) as caught:
        read_facts(channel, {"group": "研究生", "height": "一米七", "sighted": "也许", "weight": "60"})
    assert [(p.code, p.where.column) for p in caught.value] == [
        ("ADM-245", "weight"), ("ADM-246", "group"), ("ADM-246", "height"), ("ADM-246", "sighted"), ("ADM-247", "area"),
    ]  # fmt: skip
