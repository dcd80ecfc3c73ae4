"""From a channel to a run: the rules in the engine's words, the clause behind every id, the candidates' columns."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.plans import read_place_conditions
from guantong.domains.admission.rules.running import (
    columns_needed,
    engine_cells,
    list_length,
    rationales,
    rules_for,
)
from guantong.domains.admission.rules.scoring import compose
from guantong.domains.admission.tests.declared import channel_in, place
from guantong.engines.matching import Choice, Place, allocate_plainly, build_instance, explain, read_rules
from guantong.kernel.refusal import Refusal

SEED = "ab" * 32


@pytest.fixture(scope="module")
def channel(tmp_path_factory):
    return channel_in(tmp_path_factory.mktemp("channel"))


@pytest.fixture(scope="module")
def places(channel):
    own = read_place_conditions(
        channel, [{"id": "tall", "title": "身高要求", "require": {"key": "height", "at_least": "160"}}]
    )
    return [
        place(id="P1"),
        place(id="P2", programme="410102", category="护理", conditions=own),
        place(id="P3", kind="veterans", seats=5),
        place(id="P4", batch="second", group=""),
        place(id="P5", batch="second", group="", category="护理", programme="410102"),
    ]


def test_the_rules_of_a_round_are_the_declaration_in_the_engines_words(channel, places):
    rules = rules_for(channel, channel.batch("first"), 1, None, places)
    assert rules == {
        "mechanism": "parallel",
        "unit": "group",
        "order": [
            {"key": "total", "direction": "descending"},
            {"key": "skill", "direction": "descending"},
            {"key": "chinese", "direction": "descending"},
        ],
        "ties": "admit_all",
        "missing": "last",
        "full_marks": {"total": "620", "skill": "300", "chinese": "150", "culture": "250"},
        "round": {"number": 1},
        "ratio": "1.05",
        "one_shot": True,
        "stages": "two",
        "reassignment": "order_of_places",
        "lines": [
            {
                "id": "culture-line",
                "key": "culture",
                "at_least": "90",
                "who": {"not": {"key": "group", "in": ["退役军人", "农民工"]}},
            },
            {"id": "total-line", "key": "total", "at_least": "250", "places": {"place_id": ["P1", "P2"]}},
            {"id": "veterans-line", "key": "total", "at_least": "150", "places": {"place_id": ["P3"]}},
        ],
        "conditions": [
            {
                "id": "nursing",
                "require": {"all": [{"key": "height", "at_least": "155"}, {"key": "sighted", "equals": "是"}]},
                "places": {"place_id": ["P2"]},
            },
            {
                "id": "kind-veterans",
                "require": {"key": "group", "equals": "退役军人"},
                "places": {"place_id": ["P3"]},
            },
            {
                "id": "area-match-护理",
                "require": {"key": "area", "equals": "护理"},
                "places": {"place_id": ["P2"]},
            },
            {
                "id": "area-match-机械",
                "require": {"key": "area", "equals": "机械"},
                "places": {"place_id": ["P1", "P3"]},
            },
            {
                "id": "place-P2-tall",
                "require": {"key": "height", "at_least": "160"},
                "places": {"place_id": ["P2"]},
            },
        ],
        "quotas": [
            {
                "id": "farmers",
                "who": {"key": "group", "equals": "农民工"},
                "kind": "floor",
                "places": {"kind": ["ordinary"]},
                "share": "0.25",
                "order": "after",
                "unfilled_to": "ordinary",
                "lines": [{"id": "farmers-line", "key": "total", "at_least": "180"}],
            }
        ],
    }
    read_rules(rules)


def test_weights_go_to_the_places_of_their_category_and_a_lottery_has_its_seed(channel, places):
    rules = rules_for(channel, channel.batch("second"), 1, SEED, places)
    assert rules["weights"] == [{"places": {"place_id": ["P4"]}, "keys": {"practice": "1.5"}}]
    assert rules["lottery_seed"] == SEED
    assert "ratio" not in rules and "stages" not in rules and "one_shot" not in rules
    read = read_rules(rules)
    assert read.mechanism == "deferred_acceptance"


def test_a_supplementary_round_lowers_the_general_line_and_keeps_own_lines(channel, places):
    batch = channel.batch("first")
    lines = {
        round: {line["id"]: line["at_least"] for line in rules_for(channel, batch, round, None, places)["lines"]}
        for round in (1, 2, 3)
    }
    assert lines[1] == {"culture-line": "90", "total-line": "250", "veterans-line": "150"}
    assert lines[2] == {"round-floor-total-line": "230", "culture-line": "90", "veterans-line": "150"}
    assert lines[3] == {"round-floor-total-line": "210", "culture-line": "90", "veterans-line": "150"}


@pytest.mark.parametrize(
    ("batch", "round", "seed", "code"),
    [
        ("first", 1, SEED, "ADM-228"),
        ("second", 1, None, "ADM-227"),
        ("second", 1, "xy" * 32, "ADM-229"),
        ("second", 1, "AB" * 32, "ADM-229"),
        ("first", 0, None, "ADM-230"),
        ("first", 4, None, "ADM-230"),
        ("second", 2, SEED, "ADM-230"),
    ],
)
def test_rounds_and_seeds_that_do_not_belong_are_refused(channel, places, batch, round, seed, code):
    with pytest.raises(Refusal) as caught:
        rules_for(channel, channel.batch(batch), round, seed, places)
    assert caught.value.code == code


def test_every_id_in_the_rules_has_title_words_and_clause(channel, places):
    batch = channel.batch("first")
    for round in (1, 2):
        behind = rationales(channel, batch, places, round)
        rules = rules_for(channel, batch, round, None, places)
        ids = [item["id"] for key in ("lines", "conditions", "quotas") for item in rules[key]]
        ids += [line["id"] for quota in rules["quotas"] for line in quota.get("lines", ())]
        ids += [key["key"] for key in rules["order"]] + ["lottery", "ties", "ordinal"]
        assert set(ids) <= set(behind)
        for name in ids:
            assert behind[name].title and behind[name].words
            assert (behind[name].ground is None) == name.startswith("place-")
    behind = rationales(channel, batch, places)
    assert behind["farmers-line"].words == "总分不低于 180 分"
    assert behind["nursing"].ground.citation.clause == "第九条"
    assert behind["total-line"].words == "总分不低于 250 分"


def test_a_list_is_as_long_as_its_round_allows(channel):
    first = channel.batch("first")
    assert (list_length(first, 1), list_length(first, 2)) == (45, 45)


def test_yes_and_no_are_words_to_the_engine():
    assert engine_cells({"sighted": True, "colour": False, "group": "甲", "height": None}, {"total": Decimal(3)}) == {
        "sighted": "是", "colour": "否", "group": "甲", "height": None, "total": Decimal(3),
    }  # fmt: skip


def test_a_whole_batch_runs_from_facts_and_scores_to_places(channel, places):
    """Six candidates, worked out by hand: P1 has two seats (one file more at 1.05: three), P3 one seat for veterans."""
    batch = channel.batch("first")
    offered = [replace(places[0], seats=2), replace(places[2], seats=1)]
    people = {
        "A": ({"group": "中职毕业生", "area": "机械"}, {"chinese": 120, "mathematics": 90, "practice": 250}),
        "B": ({"group": "中职毕业生", "area": "机械"}, {"chinese": 100, "mathematics": 60, "practice": 200}),
        "C": ({"group": "中职毕业生", "area": "护理"}, {"chinese": 150, "mathematics": 100, "practice": 300}),
        "D": ({"group": "中职毕业生", "area": "机械"}, {"chinese": 40, "mathematics": 40, "practice": 300}),
        "E": ({"group": "退役军人", "area": "机械"}, {"practice": 160}),
        "F": ({"group": "退役军人", "area": "机械"}, {"practice": 149}),
    }
    cells = {}
    for name, (given, scores) in people.items():
        facts = read_facts(channel, given)
        cells[name] = engine_cells(facts, compose(channel, facts, scores).keys)
    instance = build_instance(
        places=[Place(p.id, p.school, p.group, p.programme, p.kind, p.seats) for p in offered],
        candidates=list(people),
        columns={key: [cells[n].get(key) for n in people] for key in columns_needed(channel, batch, offered)},
        choices={name: [Choice("S1-01")] for name in people},
        rules=read_rules(rules_for(channel, batch, 1, None, offered)),
    )
    outcome = allocate_plainly(instance)
    held = {name: offered[p].id if p >= 0 else None for name, p in zip(people, outcome.place, strict=True)}
    assert held == {"A": "P1", "B": "P1", "C": None, "D": None, "E": "P3", "F": None}
    verdicts = {name: outcome.verdict(n) for n, name in enumerate(people)}
    assert verdicts["C"].code.label == "not_eligible"
    missed = verdicts["D"]
    assert (missed.code.label, missed.key, missed.distance) == ("below_line", "culture-line", 10_000)
    assert verdicts["F"].code.label in {"below_line", "not_eligible"}
    assert explain(instance, outcome, "D")
