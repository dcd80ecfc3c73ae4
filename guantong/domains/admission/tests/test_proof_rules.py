"""Facts that must be proved, as the rules decide and as declarations are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from guantong.domains.admission.rules import bank as bank_words
from guantong.domains.admission.rules.declaration.tightening import looser
from guantong.domains.admission.rules.proving import BankRecord, Proved, settle, shown_by
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.tests.declared import changed, channel_in, faults_in
from guantong.domains.credit import kinds

pytestmark = pytest.mark.django_db


def test_words_of_the_bank_are_the_banks():
    for code, (label, levels) in bank_words.KINDS.items():
        assert (kinds.ACHIEVEMENT_KINDS[code].label, kinds.ACHIEVEMENT_KINDS[code].levels) == (label, levels)
    assert bank_words.PLACES == kinds.COMPETITION_PLACES


# ---- the decision alone ------------------------------------------------------------------------------------------


def record(**changes: Any) -> BankRecord:
    values: dict[str, Any] = {
        "id": "A1",
        "kind": "competition",
        "title": "全省职业院校技能大赛",
        "level": 3,
        "place": "一等奖",
        "issuer": "省教育厅",
        "issued_on": date(2025, 5, 1),
        "recognised_on": date(2025, 6, 1),
        **changes,
    }
    return BankRecord(**values)


@pytest.fixture
def award(opened):
    return channel_of(opened.cycle).attribute("award")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({}, "全省一等奖"),
        ({"level": 4, "place": "三等奖"}, "全国三等奖以上"),
        ({"level": 5, "place": "优胜"}, None),
        ({"place": "二等奖"}, "全省二等奖"),
        ({"place": ""}, None),
        ({"level": 2}, None),
        ({"kind": "skill_grade", "level": 4}, None),
    ],
)
def test_a_record_proves_the_best_value_whose_level_and_place_it_reaches(award, given, value):
    found = shown_by(award, [record(**given)])
    assert (found[0] if found else None) == value


def test_of_two_records_the_better_and_then_the_earlier_counts(award):
    late = record(id="A2", issued_on=date(2025, 5, 9))
    assert shown_by(award, [late, record(), record(id="A3", place="三等奖")])[1].id == "A1"


def test_what_the_bank_shows_needs_no_statement_and_beats_a_lower_one(award):
    for stated in ("", "全省三等奖", "全省一等奖"):
        now = settle(award, stated, [record()])
        assert (now.state, now.counted, now.stated) == ("bank", "全省一等奖", stated)


def test_a_higher_statement_waits_and_the_banks_value_counts_meanwhile(award):
    now = settle(award, "全国三等奖以上", [record()])
    assert (now.state, now.counted) == ("waiting", "全省一等奖")
    assert settle(award, "全国三等奖以上", []).counted == ""
    assert settle(award, "", []) is None


def test_a_decision_stands_while_the_statement_is_the_same(award):
    before = Proved("全省一等奖", "全省一等奖", "confirmed")
    assert settle(award, "全省一等奖", [], before) == before
    assert settle(award, "全国三等奖以上", [], before).state == "waiting", "another statement waits again"
    refused = replace(before, state="refused", counted="")
    assert settle(award, "全省一等奖", [], refused).counted == ""
    assert settle(award, "全省一等奖", [record()], refused).state == "bank", (
        "what the bank shows later needs no decision"
    )


def test_a_lost_record_stops_counting_until_something_else_is_handed_in(award):
    before = settle(award, "全省一等奖", [record()])
    lost = settle(award, "全省一等奖", [], before, {"A1": "存入单位已撤销"})
    assert (lost.state, lost.counted, lost.lost.id, lost.why) == ("lost", "", "A1", "存入单位已撤销")
    assert settle(award, "全省一等奖", [], lost) == lost, "looking again says the same"
    again = settle(award, "全省一等奖", [], lost, is_new_statement=True)
    assert (again.state, again.lost.id) == ("waiting", "A1"), "the desk still sees what was lost"
    lower = settle(award, "", [record(id="A9", place="三等奖")], settle(award, "", [record()]))
    assert (lower.state, lower.counted) == ("bank", "全省三等奖")


# ---- declarations ------------------------------------------------------------------------------------

PROOF = """\
      - {id: height, title: 身高, kind: number}
      - id: grade
        title: 等级
        choices: [高级工, 中级工]
        proof:
          bank:
            - {value: 高级工, kind: skill_grade, level: 高级工}
            - {value: 中级工, kind: skill_grade, level: 中级工}
          references: [{document: yn-measures, clause: 第四条}]
"""
PLAIN = "      - {id: height, title: 身高, kind: number}\n"


def test_a_proof_is_read_with_its_levels_and_ground(tmp_path):
    proof = channel_in(tmp_path, changed(PLAIN, PROOF)).attribute("grade").proof
    assert [(one.value, one.level, one.place) for one in proof.bank] == [("高级工", 4, None), ("中级工", 3, None)]
    assert proof.values == ("高级工", "中级工")
    assert proof.ground.citation.clause == "第四条"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("choices: [高级工, 中级工]", "choices: [高级工, 中级工]\n        required: true", "ADM-232"),
        ("{value: 高级工, kind: skill_grade", "{value: 技师, kind: skill_grade", "ADM-203"),
        ("kind: skill_grade, level: 高级工", "kind: skills, level: 高级工", "ADM-203"),
        ("level: 高级工}", "level: 三级}", "ADM-203"),
        ("level: 高级工}", "level: 高级工, place: 一等奖}", "ADM-202"),
        ("          references: [{document: yn-measures, clause: 第四条}]\n", "", "ADM-206"),
        ("choices: [高级工, 中级工]", "kind: text", "ADM-202"),
        ("          bank:", "          banks: 1\n          bank:", "ADM-200"),
    ],
)
def test_a_broken_proof_is_named(tmp_path, old, new, code):
    problems = faults_in(tmp_path, changed(PLAIN, PROOF.replace(old, new, 1)))
    assert code in {problem.code for problem in problems}, problems


def test_a_child_may_not_do_without_the_proof_or_take_less(tmp_path):
    above = channel_in(tmp_path, changed(PLAIN, PROOF))
    own = above.attribute("grade")
    weaker = replace(own.proof, bank=(replace(own.proof.bank[0], level=3),))
    for other, is_looser in ((None, True), (weaker, True), (replace(own.proof, bank=own.proof.bank[:1]), False)):
        facts = tuple(replace(a, proof=other) if a.id == "grade" else a for a in above.attributes)
        found = [row for row in looser(replace(above, attributes=facts), above) if row[0] == "考生信息"]
        assert bool(found) is is_looser
