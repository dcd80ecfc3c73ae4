"""The channels of this repository's regions: whole on every day, runnable, and saying what their documents say."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from guantong.domains.admission.rules.declaration import CHANNELS, channels, get_channel, problems_on, warnings_of
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.places import PlaceFacts
from guantong.domains.admission.rules.running import rationales, rules_for
from guantong.domains.admission.rules.scoring import compose, skill_share
from guantong.engines.matching import read_rules
from guantong.policy.asking import load_policy

REGIONS = Path(__file__).resolve().parents[4] / "regions"
POLICY = load_policy(REGIONS)
ON = date(2026, 12, 1)
DECLARED = {f"{region}/{c.id}": c for region in POLICY.regions for c in channels(POLICY, region, ON)}
CATEGORIES = ("医药卫生大类", "装备制造大类", "电子与信息大类", "教育与体育大类")


@pytest.mark.parametrize(
    "day", [date(2019, 6, 1), date(2021, 1, 1), date(2023, 9, 1), date(2025, 6, 1), ON, date(2030, 1, 1)]
)
def test_no_declaration_has_a_fault_on_any_day(day):
    assert [problem.sentence() for problem in problems_on(POLICY, day)] == []


def test_every_region_has_the_channels_its_documents_order():
    held = {region: [n.split("/")[1] for n in DECLARED if n.startswith(region)] for region in POLICY.regions}
    assert held["990000"] == list(CHANNELS)
    assert held["530000"] == ["vocational-exam", "secondary", "through-training"]
    assert held["500110"] == ["secondary"]
    assert held["100000"] == held["500000"] == []


@pytest.mark.parametrize("name", DECLARED)
def test_every_round_of_every_batch_gives_rules_the_engine_takes(name):
    channel = DECLARED[name]
    for batch in channel.batches:
        places = [
            PlaceFacts(f"{kind.id}-{n}", f"S{n}", f"41010{n}", kind.id, 40, batch.id, f"S{n}-01", category, level)
            for kind in channel.kinds
            for n, category in enumerate(CATEGORIES)
            for level in ("higher",)
        ]
        seed = "0a" * 32 if batch.ties == "lottery" else None
        rounds = batch.supplementary.rounds if batch.supplementary is not None else 0
        for round in range(1, rounds + 2):
            read = read_rules(rules_for(channel, batch, round, seed, places))
            behind = rationales(channel, batch, places, round)
            ids = {one.id for one in (*read.lines, *read.conditions, *read.quotas)} | {key.key for key in read.order}
            assert ids <= set(behind)
            assert all(behind[one].ground is not None and behind[one].ground.citations for one in ids)


@pytest.mark.parametrize("name", DECLARED)
def test_nothing_stands_without_a_clause_and_nothing_invented_passes_for_law(name):
    channel = DECLARED[name]
    region = POLICY.regions[channel.region]
    grounds = [channel.ground, channel.total.ground, channel.calendar_ground]
    for many in (
        channel.papers, channel.exemptions, channel.lines, channel.conditions, channel.matches, channel.kinds,
        channel.quotas, channel.shares, channel.batches, channel.bars, channel.openings, channel.steps,
    ):  # fmt: skip
        grounds += [one.ground for one in many]
    for ground in grounds:
        assert ground.citations, ground
        invented = all(citation.document.startswith("demo-") for citation in ground.citations)
        assert region.invented or not invented
        assert ground.source == "document" or ground.note
    if not region.invented:
        assert "没有效力" in channel.about
        for paper in channel.papers:
            assert paper.ground.source == "local", "no document of a real region prints a full mark"
        for batch in channel.batches:
            assert batch.ground.source == "local", "no document of a real region prints lists or ties"
        assert channel.calendar_ground.source == "local"


@pytest.mark.parametrize("name", DECLARED)
def test_nobody_waits_for_confirmation_and_the_skill_part_holds_where_a_floor_is_named(name):
    channel = DECLARED[name]
    assert warnings_of(channel) == ()
    held = skill_share(channel)
    if channel.id in {"vocational-exam", "school-exam", "to-bachelor", "social"}:
        assert held is not None and held.outcome == "met" and held.measured >= 50
        assert held.citation.document in {"cn-quality-action-2020", "yn-vocational-plan-145"}


# What the national documents order, wherever a channel of the kind is declared.


@pytest.mark.parametrize("region", ["530000", "990000"])
def test_the_four_groups_skip_the_culture_paper_and_the_admitted_are_barred_from_the_general_examination(region):
    channel = DECLARED[f"{region}/vocational-exam"]
    (rule,) = [one for one in channel.exemptions if one.id == "social-groups"]
    assert rule.ground.citation.document == "cn-quality-action-2020"
    assert rule.ground.citation.clause == "任务14"
    culture = {paper.id for paper in channel.papers if paper.part == "culture"}
    assert set(rule.papers) == culture
    assert rule.who.values == ("退役军人", "下岗职工", "农民工", "高素质农民")
    (bar,) = [one for one in channel.bars if one.id == "no-gaokao"]
    assert (bar.when, bar.barred_from) == ("admitted_here", ("general-gaokao",))
    assert bar.ground.citation.clause == "任务13"


@pytest.mark.parametrize("name", [n for n in DECLARED if n.endswith("/secondary")])
def test_secondary_schools_enrol_with_general_high_schools_and_say_the_six_items(name):
    channel = DECLARED[name]
    assert channel.together_with == ("普通高中招生",)
    assert channel.prospectus.items == ("学校性质", "专业设置", "培养层次", "办学形式", "学费标准", "学籍管理")


# Yunnan and Qijiang as their documents say.


def test_yunnan_examines_vocational_and_general_pupils_differently_with_half_for_skill():
    channel = DECLARED["530000/vocational-exam"]
    vocational = compose(
        channel, read_facts(channel, {"group": "中职毕业生"}), {"culture_paper": 200, "skill_paper": 250}
    )
    general = compose(
        channel, read_facts(channel, {"group": "普通高中毕业生"}), {"culture_paper": 200, "comprehensive_paper": 240}
    )
    assert (vocational.total, general.total) == (Decimal(450), Decimal(440))
    assert skill_share(channel).measured == 50
    shares = {share.id: share.answer for share in channel.shares}
    assert shares["secondary-to-higher"].value == 60
    assert shares["higher-to-bachelor"].value == 20


def test_yunnan_has_its_four_ways_of_through_training():
    channel = DECLARED["530000/through-training"]
    assert [kind.id for kind in channel.kinds] == ["five-year", "three-four", "three-two", "joint-four"]


def test_qijiang_ranks_by_the_junior_test_with_the_evaluation_as_reference_in_three_steps():
    channel = DECLARED["500110/secondary"]
    assert [key.key for key in channel.batches[0].order] == ["total", "evaluation"]
    assert not channel.paper("evaluation").is_counted
    assert [step.by for step in channel.steps] == ["区教委", "学生和家长", "区教委", "学校"]
    facts = read_facts(channel, {"group": "应届初中毕业生"})
    assert compose(channel, facts, {"junior_test": 600, "evaluation": "B"}).total == Decimal(600)
    assert {citation.document for step in channel.steps for citation in step.ground.citations} == {
        "qj-vocational-action-2023"
    }


# The invented province holds every kind of rule.


def demo(channel_id):
    return DECLARED[f"990000/{channel_id}"]


def test_the_demo_has_ten_openings_and_a_filed_prospectus_everywhere():
    for channel_id in CHANNELS:
        assert len(demo(channel_id).openings) == 10
        assert len(demo(channel_id).prospectus.items) == 6 and demo(channel_id).prospectus.needs_charter


def test_the_demo_differs_in_ties_mechanisms_units_and_rounds():
    batches = [batch for channel_id in CHANNELS for batch in demo(channel_id).batches]
    assert {batch.ties for batch in batches} == {"admit_all", "reject_all", "lottery"}
    assert {batch.mechanism for batch in batches} == {"parallel", "sequential", "deferred_acceptance"}
    assert {batch.unit for batch in batches} == {"place", "group", "school"}
    higher = demo("vocational-exam").batch("higher")
    assert (higher.programmes_in_group, higher.reassignment, higher.list_length.whole) == (6, "order_of_places", 45)
    assert (higher.supplementary.rounds, higher.supplementary.step.value) == (2, Decimal(20))
    assert {quota.kind for c in CHANNELS for quota in demo(c).quotas} == {"floor", "exact", "ceiling"}


def test_the_demo_has_every_kind_of_place_and_every_way_of_exemption():
    kinds = [kind.id for kind in demo("vocational-exam").kinds]
    assert kinds == ["ordinary", "veterans", "targeted", "paired", "sponsored", "joint_foreign"]
    assert {e.instead for c in CHANNELS for e in demo(c).exemptions} == {"full", "scaled", "own_line"}
    assert {demo(c).points.combine for c in CHANNELS if demo(c).points is not None} == {"highest", "sum"}
    assert any(batch.weights for c in CHANNELS for batch in demo(c).batches)


def test_control_lines_follow_the_day_of_the_cycle():
    before = get_channel(POLICY, "990000", "vocational-exam", date(2025, 12, 31))
    after = get_channel(POLICY, "990000", "vocational-exam", date(2026, 1, 1))
    lines = [{line.id: line.at_least.value for line in channel.lines} for channel in (before, after)]
    assert (lines[0]["higher-line"], lines[1]["higher-line"]) == (Decimal(320), Decimal(330))
    assert before.digest != after.digest


def test_a_county_has_its_provinces_channels_and_the_tie_break_is_the_parameters():
    batch = demo("vocational-exam").batch("higher")
    assert [key.key for key in batch.order] == ["total", "skill", "chinese", "mathematics"]
    assert [key.title for key in batch.order][1:] == list(POLICY.law("990000", ON).items("admission.tie_break"))


def test_periods_follow_one_another_in_every_calendar():
    for channel in DECLARED.values():
        days = list(channel.days(2027).values())
        assert days == sorted(days)
        assert all(first <= last for first, last in days)
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(days)), channel.id
