"""What visitors find: places in either script, cut-offs of earlier years, the ten openings, figures; no people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.base.accounts.public import VISITOR
from guantong.domains.admission.actions import cycles, openings
from guantong.domains.admission.models import Candidate, Cycle, Opening
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.access import access_candidate_for, access_run_for, get_cycle
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.published import cutoffs_of, vacancies_shown
from guantong.domains.admission.selectors.risk import risk_of
from guantong.domains.admission.selectors.search import Filters, describe, filter_choices, search_places
from guantong.domains.admission.tests.scene import UNITS, build_candidates, build_cycle, build_plans
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.cast import BASELINE


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


def titles(cycle, **filters):
    return [p.place.title for p in describe(search_places(cycle, Filters(**filters)))]


def test_places_are_found_in_either_script_and_by_every_filter(planned):
    cycle = planned.cycle
    assert titles(cycle, words="软件") == ["东湖职业技术学院 软件技术", "南渡职业学院 软件技术"]
    assert titles(cycle, words="軟件技術 南渡") == ["南渡职业学院 软件技术"]
    assert titles(cycle, words="510202") == ["东湖职业技术学院 计算机网络技术"]
    assert titles(cycle, category="医药卫生大类") == ["东湖职业技术学院 护理"]
    assert titles(cycle, region="990102") == ["南渡职业学院 软件技术"]
    assert len(titles(cycle, region="990100")) == 4
    assert titles(cycle, most_fee=400_000) == []
    assert len(titles(cycle, kind="ordinary", level="higher", mode="full_time", without_conditions=True)) == 4
    assert titles(cycle, words="没有这个") == []
    choices = filter_choices(cycle)
    assert choices["batch"] == [("higher", "专科批")]
    assert ("电子与信息大类", "电子与信息大类") in choices["category"]


def test_earlier_cut_offs_stand_beside_places_and_feed_the_estimate(cast):
    from guantong.domains.admission.actions import rounds
    from guantong.domains.admission.tests.scene import CLOSES, build_schools
    from guantong.domains.programmes.models import Offering, Programme

    build_schools(cast)
    for code in ("510203", "510202", "520201"):
        for school in (cast.donghu, cast.nandu):
            Offering.objects.create(school_id=school, programme=Programme.objects.get(code=code), year=2025)
    past = build_candidates(build_plans(build_cycle(cast, year=2025)))
    past.round = rounds.open_round(actor=cast.he, cycle=past.cycle, batch="higher", opens_at=BASELINE, closes_at=CLOSES)
    past.refresh().run_all()
    scene = build_candidates(build_plans(build_cycle(cast, year=2026)))
    scene.round = rounds.open_round(
        actor=cast.he, cycle=scene.cycle, batch="higher", opens_at=BASELINE, closes_at=CLOSES
    )
    scene.refresh()
    found = {p.place.title: p for p in describe(search_places(scene.cycle, Filters()))}
    (cut,) = found["东湖职业技术学院 软件技术"].past
    assert (cut.year, cut.rank, cut.candidates, cut.seats) == (2025, 2, 10, 2)
    estimate = risk_of(scene.candidate("甲"), scene.round, [ChoiceEntry(UNITS["东湖01"], ("510203",))])
    assert estimate.most == 0
    assert "2025 年 10 人中" in estimate.choices[0].sentence
    worse = risk_of(scene.candidate("辛"), scene.round, [ChoiceEntry(UNITS["东湖01"], ("510203",))])
    assert worse.most == 1
    closed = risk_of(scene.candidate("甲"), scene.round, [ChoiceEntry(UNITS["东湖02"])])
    assert "专业大类" in closed.choices[0].sentence
    with_reasons = describe(
        search_places(scene.cycle, Filters(category="医药卫生大类")),
        candidate=scene.candidate("甲"),
        round_=scene.round,
    )
    assert with_reasons[0].closed_because[0].id.startswith("category-match")


def test_the_ten_openings_follow_from_rows_and_the_rest_is_written(planned):
    items = {o.item: o for o in openings_of(planned.cycle)}
    assert len(items) == 10
    assert items["intake-plans"].lines == (("招生计划", "4 项，6 人"),)
    assert items["qualification"].lines[0] == ("具备招生资格的学校", "2 所")
    assert items["policy"].is_open
    assert not items["violations"].is_open
    assert all(o.basis for o in items.values())
    for content, item, code in ((" ", "violations", "ADM-160"), ("x", "weather", "ADM-009")):
        with pytest.raises(Refusal) as refused:
            openings.publish_opening(actor=planned.he, cycle=planned.cycle, item=item, content=content)
        assert codes(refused) == [code]
    with pytest.raises(Refusal):
        openings.publish_opening(actor=planned.officer, cycle=planned.cycle, item="violations", content="没有。")
    for _ in range(2):
        openings.publish_opening(actor=planned.he, cycle=planned.cycle, item="violations", content="本年度没有。")
    assert Opening.objects.get().revision == 1
    openings.publish_opening(actor=planned.he, cycle=planned.cycle, item="violations", content="一起，已处理。")
    assert Opening.objects.get().revision == 2
    assert {o.item: o for o in openings_of(planned.cycle)}["violations"].content == "一起，已处理。"


def test_nothing_is_open_before_publication_and_of_people_nothing_ever(scene):
    scene.fill_all()
    scene.close()
    scene.compute()
    assert cutoffs_of(scene.round) == []
    assert vacancies_shown(scene.round) == []
    scene.publish()
    assert cutoffs_of(scene.round)
    for actor in (VISITOR, scene.person("乙"), scene.cast.lin, scene.cast.chen):
        with pytest.raises(Refusal) as refused:
            access_candidate_for(actor, scene.candidate("甲").public_id)
        assert codes(refused) == ["ADM-004"]
        with pytest.raises(Refusal) as refused:
            access_run_for(actor, scene.run.public_id)
        assert codes(refused) == ["ADM-005"]
    assert access_candidate_for(scene.officer, scene.candidate("甲").public_id), "the school the file was sent to"
    with pytest.raises(Refusal):
        access_candidate_for(scene.cast.actor("nandu_admission"), scene.candidate("甲").public_id)


def test_a_cycle_is_open_to_all_by_its_number(opened):
    assert get_cycle(opened.cycle.public_id) == opened.cycle
    with pytest.raises(Refusal) as refused:
        get_cycle("NOTHING")
    assert codes(refused) == ["ADM-001"]


def test_figures_are_entered_with_their_source(opened):
    cycles.set_figures(
        actor=opened.he, cycle=opened.cycle, figures={"secondary_graduates": 5000}, source="教育事业统计 2025"
    )
    assert Cycle.objects.get(pk=opened.cycle.pk).figures == {"secondary_graduates": 5000}
    for figures, source, code in (
        ({"weather": 1}, "x", "ADM-024"),
        ({"secondary_graduates": -1}, "x", "ADM-024"),
        ({"secondary_graduates": 1}, " ", "ADM-035"),
    ):
        with pytest.raises(Refusal) as refused:
            cycles.set_figures(actor=opened.he, cycle=opened.cycle, figures=figures, source=source)
        assert codes(refused) == [code]


def test_each_candidate_is_told_once_after_commit(scene, django_capture_on_commit_callbacks):
    from tests.told import told

    scene.fill_all()
    scene.close()
    scene.compute()
    with clock.frozen_at(BASELINE + timedelta(days=4)), django_capture_on_commit_callbacks(execute=True):
        scene.publish()
    for candidate in Candidate.objects.filter(cycle=scene.cycle):
        assert len(told("投档结果已公布", person_id=candidate.person_id)) == 1
