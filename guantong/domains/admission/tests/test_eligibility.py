"""Eligibility while choosing: the engine's truth, in words and with the clause; and the bars."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.domains.admission.rules.declaration import channels
from guantong.domains.admission.rules.eligibility import HeldPlace, why_barred, why_no_second_place, why_not_eligible
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.places import PlaceFacts
from guantong.domains.admission.rules.plans import read_place_conditions
from guantong.domains.admission.rules.running import columns_needed, engine_cells, rationales, rules_for
from guantong.domains.admission.rules.scoring import compose
from guantong.domains.admission.tests.candidates import facts_for, scores_for
from guantong.domains.admission.tests.declared import channel_in, place
from guantong.engines.matching import Choice, Place, allocate_plainly, build_instance, read_rules
from guantong.policy.asking import load_policy

REGIONS = Path(__file__).resolve().parents[4] / "regions"
ON = date(2026, 12, 1)
PUPIL = {"group": "中职毕业生", "area": "机械", "sighted": True}
SCORES = {"chinese": "100", "mathematics": "80", "practice": "200"}


@pytest.fixture(scope="module")
def channel(tmp_path_factory):
    return channel_in(tmp_path_factory.mktemp("channel"))


def reasons(channel, where, facts, scores=None, round=1):
    typed = read_facts(channel, facts)
    keys = compose(channel, typed, scores).keys if scores is not None else None
    batch = channel.batch(where.batch)
    return why_not_eligible(channel, batch, where, typed, keys, round)


def test_nothing_stands_against_a_fitting_candidate(channel):
    assert reasons(channel, place(), PUPIL, SCORES) == ()


def test_every_reason_is_told_with_words_value_and_clause(channel):
    facts = {"group": "中职毕业生", "area": "机械", "height": "150"}
    found = reasons(channel, place(kind="veterans", category="护理"), facts)
    assert [reason.id for reason in found] == ["nursing", "kind-veterans", "area-match-护理"]
    assert found[0].sentence == (
        "“护理专业要求”要求身高不低于 155，并且色觉正常；您的身高为 150，您的色觉正常没有填写。"
    )
    assert found[0].ground.citation.clause == "第九条"
    assert found[1].sentence == "“退役军人计划”要求考生类别为“退役军人”；您的考生类别为“中职毕业生”。"
    assert found[2].ground.citation.clause == "第十条"


def test_a_line_says_how_far(channel):
    (found,) = reasons(channel, place(), PUPIL, {**SCORES, "chinese": "9.5"})
    assert (found.id, found.distance) == ("culture-line", Decimal("0.5"))
    assert found.sentence == "“文化线”要求文化素质不低于 90 分；您是 89.5 分，差 0.5 分。"
    assert found.ground.citation.clause == "第八条"


def test_lines_are_not_spoken_of_before_there_are_scores(channel):
    assert reasons(channel, place(), PUPIL) == ()


def test_the_exempt_are_not_held_against_the_line_of_what_they_need_not_sit(channel):
    soldier = {"group": "退役军人", "area": "机械"}
    assert reasons(channel, place(kind="veterans"), soldier, {"practice": "150"}) == ()
    (found,) = reasons(channel, place(kind="veterans"), soldier, {"practice": "149"})
    assert (found.id, found.distance) == ("veterans-line", Decimal(1))
    (found,) = reasons(channel, place(), soldier, {"practice": "200"})
    assert (found.id, found.distance) == ("total-line", Decimal(50))


def test_seats_with_an_own_line_open_a_place_below_the_general_line(channel):
    farmer = {"group": "农民工", "area": "机械"}
    assert reasons(channel, place(), farmer, {"practice": "180"}) == ()
    (found,) = reasons(channel, place(), farmer, {"practice": "179"})
    assert (found.id, found.distance) == ("total-line", Decimal(71))


def test_in_a_supplementary_round_the_floor_stands_for_the_line(channel):
    scores = {"chinese": "90", "mathematics": "0", "practice": "136"}
    (found,) = reasons(channel, place(), PUPIL, scores)
    assert (found.id, found.distance) == ("total-line", Decimal(19))
    assert reasons(channel, place(), PUPIL, scores, round=2) == ()
    (found,) = reasons(channel, place(), PUPIL, {**scores, "practice": "114"}, round=3)
    assert (found.id, found.distance) == ("round-floor-total-line", Decimal(1))
    assert found.title == "第 2 轮征集志愿底线"


def test_a_schools_own_condition_counts_and_cites_no_clause(channel):
    own = read_place_conditions(
        channel, [{"id": "tall", "title": "身高要求", "require": {"key": "height", "at_least": "170"}}]
    )
    where = replace(place(), conditions=own)
    (found,) = reasons(channel, where, {**PUPIL, "height": "165"})
    assert (found.id, found.ground) == ("place-P1-tall", None)
    assert reasons(channel, where, {**PUPIL, "height": "170"}) == ()


# The same truth as the engine's.


def _admits(channel, batch, where, cells, round):
    """(admitted, code, key, distance) of the only candidate at the only place."""
    seed = "0f" * 32 if batch.ties == "lottery" else None
    rules = read_rules(rules_for(channel, batch, round, seed, [where]))
    unit = {"place": where.id, "group": where.group, "school": where.school}[batch.unit]
    choice = Choice(unit, programmes=() if batch.unit == "place" else (where.programme,))
    needed = columns_needed(channel, batch, [where])
    instance = build_instance(
        places=[Place(where.id, where.school, where.group, where.programme, where.kind, where.seats)],
        candidates=["A"],
        columns={key: [cells.get(key)] for key in needed},
        choices={"A": [choice]},
        rules=rules,
    )
    outcome = allocate_plainly(instance)
    verdict = outcome.verdict(0)
    return outcome.place[0] == 0, verdict


def _agree(data, channel):
    batch = data.draw(st.sampled_from(channel.batches))
    rounds = 1 + (batch.supplementary.rounds if batch.supplementary is not None else 0)
    round = data.draw(st.integers(1, rounds))
    kinds = [kind.id for kind in channel.kinds if "kind" not in batch.places or kind.id in batch.places["kind"]]
    facts = data.draw(facts_for(channel))
    own = [str(facts[match.attribute]) for match in channel.matches if match.column == "category"]
    named = [category for one in channel.conditions for category in one.places.get("category", ())]
    categories = own * 6 + named + ["装备制造大类", "机械"]
    where = PlaceFacts(
        "P1", "S1", "410101", data.draw(st.sampled_from(kinds)), 100, batch.id, "S1-01",
        data.draw(st.sampled_from(categories)), data.draw(st.sampled_from(["higher", "bachelor"])),
    )  # fmt: skip
    keys = data.draw(scores_for(channel, facts)).keys
    mine = why_not_eligible(channel, batch, where, facts, keys, round)
    admitted, verdict = _admits(channel, batch, where, engine_cells(facts, keys), round)
    assert admitted == (mine == ()), (mine, verdict)
    if mine:
        named = {reason.id: reason for reason in mine}
        assert verdict.code.label in {"not_eligible", "below_line"}
        assert verdict.key in rationales(channel, batch, [where], round)
        if verdict.code.label == "not_eligible":
            assert verdict.key in named
        elif verdict.key in named and verdict.distance is not None:
            assert named[verdict.key].distance == Decimal(verdict.distance).scaleb(-3)


@settings(max_examples=300)
@given(data=st.data())
def test_the_small_channel_agrees_with_the_engine(channel, data):
    _agree(data, channel)


DECLARED = {
    f"{region}/{channel.id}": channel
    for region in ("990000", "530000", "500110")
    for channel in channels(load_policy(REGIONS), region, ON)
}


@pytest.mark.parametrize("name", DECLARED)
@settings(max_examples=120)
@given(data=st.data())
def test_every_declared_channel_agrees_with_the_engine(name, data):
    _agree(data, DECLARED[name])


# Bars.


def demo():
    return {channel.id: channel for name, channel in DECLARED.items() if name.startswith("990000/")}


def test_an_admission_by_the_examination_bars_the_general_one_with_its_clause():
    (problem,) = why_barred("general-gaokao", [HeldPlace("vocational-exam", "admitted", "东湖职业学院")], demo())
    assert problem.code == "ADM-250"
    assert problem.basis.document == "cn-quality-action-2020"
    assert "普通高考" in problem.message


@pytest.mark.parametrize("state", ["dispatched", "sent_back", "declined", "withdrawn"])
def test_a_place_not_yet_or_no_longer_given_bars_nothing(state):
    assert why_barred("general-gaokao", [HeldPlace("vocational-exam", state, "东湖职业学院")], demo()) == ()


def test_a_bar_on_confirmation_waits_for_it():
    known = demo()
    assert why_barred("through-training", [HeldPlace("secondary", "admitted", "东湖职校")], known) == ()
    (problem,) = why_barred("through-training", [HeldPlace("secondary", "confirmed", "东湖职校")], known)
    assert problem.code == "ADM-250"


def test_a_person_holds_one_place_a_year():
    assert why_no_second_place([HeldPlace("secondary", "declined", "甲校")]) is None
    held = [HeldPlace("secondary", "declined", "甲校"), HeldPlace("social", "dispatched", "乙校")]
    problem = why_no_second_place(held)
    assert problem is not None and problem.code == "ADM-251" and "乙校" in problem.message
