"""An order of the province reaches every cycle of the regions below it: choices, runs, files, registration (A7)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guantong.domains.admission.actions import cycles, lists, placements, sanctions
from guantong.domains.admission.actions.cycles import LimitEntry
from guantong.domains.admission.actions.placements import Registration
from guantong.domains.admission.models import Cycle, Placement, RunResult, Sanction, SchoolLimit
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.results import verdicts_of
from guantong.domains.admission.tests.desks import bureau, client_of, text_of
from guantong.domains.admission.tests.people import decide
from guantong.domains.admission.tests.scene import AFTER, UNITS, Scene, build_scene
from guantong.domains.admission.tests.test_placements import review_all
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.told import told

pytestmark = pytest.mark.django_db

KIND, DOCUMENT, FACTS = "取消当年招生资格", "云澜教〔2026〕31号", "简章承诺的实训基地并不存在。"


CITY = """\
code: "990100"
name_zh: 东湖市（虚构）
name_en: Donghu (invented)
level: prefecture
parent: "990000"
invented: true
notice: 只为测试而写。
"""


@pytest.fixture
def scene(cast: Any, settings: Any, tmp_path: Path) -> Scene:
    """The year of the city below, which has no rules of its own, with a round open for lists."""
    regions = tmp_path / "regions"
    regions.mkdir()
    for folder in settings.REGIONS.iterdir():
        (regions / folder.name).symlink_to(folder)
    (regions / "990100-donghu").mkdir()
    (regions / "990100-donghu" / "region.yaml").write_text(CITY)
    settings.REGIONS = regions
    return build_scene(cast, region="990100")


@pytest.fixture
def above(scene: Scene) -> Cycle:
    """A year of another channel that the province itself organises; the same school may take students in it."""
    cycle = cycles.open_cycle(actor=scene.he, region="990000", year=scene.cycle.year, channel="social")
    limits = [LimitEntry(scene.cast.donghu, 6, "云澜招〔2025〕1号")]
    cycles.set_school_limits(actor=scene.he, cycle=cycle, limits=limits)
    return cycle


def stop(scene: Scene, cycle: Cycle, **changed: Any) -> Sanction:
    given = {"kind": KIND, "document": DOCUMENT, "reason": FACTS, "places": ""} | changed
    return sanctions.impose_sanction(actor=scene.he, cycle=cycle, school_id=scene.cast.donghu, **given)


def lift(scene: Scene, cycle: Cycle, actor: Any = None) -> Sanction:
    return sanctions.lift_sanction(
        actor=actor or scene.he,
        cycle=cycle,
        school_id=scene.cast.donghu,
        document="云澜教〔2026〕40号",
        reason="整改验收合格。",
    )


def is_qualified(scene: Scene, cycle: Cycle) -> bool:
    return SchoolLimit.objects.get(cycle=cycle, school_id=scene.cast.donghu).is_qualified


def refused(action: Any, **given: Any) -> set[str]:
    with pytest.raises(Refusal) as caught:
        action(**given)
    return {problem.code for problem in caught.value.problems}


def test_nobody_chooses_there_in_the_city_and_a_run_places_nobody(scene: Scene, above: Cycle) -> None:
    scene.fill_all()
    stop(scene, above)
    chosen = [ChoiceEntry(UNITS["东湖01"])]
    for row in scene.round.lists.filter(candidate=scene.candidate("甲")):
        row.delete()
    assert refused(lists.save_list, actor=scene.person("甲"), round_=scene.round, entries=chosen, revision=0) == {
        "ADM-166"
    }
    scene.close()
    scene.compute()
    scene.publish()
    assert not Placement.objects.filter(plan__school_id=scene.cast.donghu).exists()
    told_why = {
        (verdict.code, verdict.sentence)
        for row in RunResult.objects.filter(run=scene.run).select_related("run__round__cycle")
        for verdict in verdicts_of(scene.run, row)
        if verdict.key.startswith("closed-")
    }
    assert told_why == {("not_eligible", "不符合“学校具备招生资格”的要求。")}


def test_files_confirmations_and_registration_in_the_city_stop(scene: Scene, above: Cycle) -> None:
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        assert refused(stop, scene=scene, cycle=above) == {"ADM-171"}
        stop(scene, above, places="keep")
        assert "ADM-036" in refused(review_all, scene=scene)
        lift(scene, above)
        decide(scene)
        stop(scene, above, places="keep", document="云澜教〔2026〕33号")
        held = Placement.objects.filter(plan__school_id=scene.cast.donghu, state="admitted").first()
        name = held.candidate.person.name.removeprefix("考生")
        assert refused(placements.confirm_place, actor=scene.person(name), round_=scene.round) == {"ADM-036"}
        lift(scene, above)
        placements.confirm_place(actor=scene.person(name), round_=scene.round)
        stop(scene, above, places="keep", document="云澜教〔2026〕34号")
        assert "ADM-036" in refused(
            placements.register_students,
            actor=scene.officer,
            school_id=scene.cast.donghu,
            registrations=[Registration(held.pk, "20260001", online_review="通过", site_check="相符")],
        )
        assert Placement.objects.get(pk=held.pk).state == "confirmed"


def test_the_province_says_what_becomes_of_places_in_the_city(
    scene: Scene, above: Cycle, django_capture_on_commit_callbacks: Any
) -> None:
    scene.run_all()
    placed = Placement.objects.filter(plan__school_id=scene.cast.donghu, state="dispatched").count()
    with clock.frozen_at(AFTER + timedelta(days=1)), django_capture_on_commit_callbacks(execute=True):
        row = stop(scene, above, places="cancel")
    assert row.cancelled == placed > 0
    states = set(Placement.objects.filter(plan__school_id=scene.cast.donghu).values_list("state", flat=True))
    assert states == {"withdrawn"}
    assert len(told("录取已经取消")) == placed


def test_the_city_can_neither_restore_nor_lift_it_and_everybody_sees_it(scene: Scene, above: Cycle) -> None:
    stop(scene, above)
    assert not is_qualified(scene, scene.cycle)
    city = scene.cast.actor("chen")
    assert refused(lift, scene=scene, cycle=scene.cycle, actor=city) == {"ADM-175"}
    assert refused(stop, scene=scene, cycle=scene.cycle) == {"ADM-172"}
    later = cycles.open_cycle(actor=scene.he, region="990100", year=scene.cycle.year, channel="social")
    limits = [LimitEntry(scene.cast.donghu, 6, "东湖招〔2025〕1号")]
    assert refused(cycles.set_school_limits, actor=scene.he, cycle=later, limits=limits) == {"ADM-172"}
    violations = next(item for item in openings_of(scene.cycle) if item.item == "violations")
    assert [DOCUMENT in text for _, text in violations.lines] == [True]
    page = text_of(client_of(scene, "chen").get(bureau(scene, f"schools/{scene.cast.donghu}/")))
    assert "这项处理由云澜省作出" in page and "解除处理" not in page
    assert "停止招生" in text_of(Client().get(f"/admission/cycles/{scene.cycle.public_id}/schools/"))
    lift(scene, above)
    assert is_qualified(scene, scene.cycle) and is_qualified(scene, above)


def test_an_order_of_the_city_stays_in_the_city_and_outlives_that_of_the_province(scene: Scene, above: Cycle) -> None:
    stop(scene, scene.cycle, document="东湖教〔2026〕1号")
    assert (is_qualified(scene, scene.cycle), is_qualified(scene, above)) == (False, True)
    stop(scene, above)
    lift(scene, scene.cycle)
    limit = SchoolLimit.objects.get(cycle=scene.cycle, school_id=scene.cast.donghu)
    assert not limit.is_qualified and DOCUMENT in limit.reason, "the province's order still reaches the city"
    lift(scene, above)
    assert is_qualified(scene, scene.cycle)
    stop(scene, scene.cycle, document="东湖教〔2026〕2号")
    stop(scene, above, document="云澜教〔2026〕50号")
    lift(scene, above)
    assert (is_qualified(scene, scene.cycle), is_qualified(scene, above)) == (False, True)
