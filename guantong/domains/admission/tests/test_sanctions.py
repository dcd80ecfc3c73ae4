"""A school stopped from taking students in mid-year (A7): what closes, what stays, how it is lifted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.domains.admission.actions import cycles, lists, placements, rounds, sanctions
from guantong.domains.admission.actions.collected import CollectedList, enter_lists
from guantong.domains.admission.actions.cycles import LimitEntry
from guantong.domains.admission.models import Placement, RunResult, Sanction, SchoolLimit
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.results import verdicts_of
from guantong.domains.admission.selectors.vacancies import vacancies_of
from guantong.domains.admission.tests.desks import bureau, client_of, text_of
from guantong.domains.admission.tests.people import signed_in
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.told import told

from .scene import AFTER, UNITS, Scene
from .test_placements import review_all

pytestmark = pytest.mark.django_db

KIND, DOCUMENT, FACTS = "取消当年招生资格", "云澜教〔2026〕31号", "简章承诺的实训基地并不存在。"


def stop(scene: Scene, **changed: Any) -> Sanction:
    given = {"kind": KIND, "document": DOCUMENT, "reason": FACTS, "places": ""} | changed
    return sanctions.impose_sanction(actor=scene.he, cycle=scene.cycle, school_id=scene.cast.donghu, **given)


def codes(refusal: Refusal) -> list[str]:
    return [problem.code for problem in refusal.problems]


def test_it_takes_the_school_off_the_list_with_clause_document_and_audit(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = stop(scene)
    limit = SchoolLimit.objects.get(cycle=scene.cycle, school_id=scene.cast.donghu)
    assert not limit.is_qualified
    assert DOCUMENT in limit.reason and FACTS in limit.reason
    assert "技工院校招生" in row.clause and "职业教育法" in row.clause and "第六十五条" in row.clause
    line = AuditLine.objects.get(action="impose_sanction")
    assert line.reason == FACTS
    assert line.facts["document"] == DOCUMENT
    assert line.organisation_id == scene.cast.donghu
    assert told("停止招生", DOCUMENT)


def test_the_same_order_again_changes_nothing(scene: Scene) -> None:
    assert stop(scene).pk == stop(scene).pk
    assert AuditLine.objects.filter(action="impose_sanction").count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "吊销"}, "ADM-167"),
        ({"document": "  "}, "ADM-168"),
        ({"reason": ""}, "ADM-168"),
    ],
)
def test_it_refuses_an_order_that_says_too_little(scene: Scene, changed: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        stop(scene, **changed)
    assert codes(caught.value) == [code]
    assert SchoolLimit.objects.get(cycle=scene.cycle, school_id=scene.cast.donghu).is_qualified
    assert not Sanction.objects.exists()


def test_it_refuses_a_second_order_and_a_school_that_is_not_on_the_list(scene: Scene) -> None:
    stop(scene)
    with pytest.raises(Refusal) as caught:
        stop(scene, document="云澜教〔2026〕32号")
    assert codes(caught.value) == ["ADM-172"]
    with pytest.raises(Refusal) as caught:
        sanctions.impose_sanction(
            actor=scene.he, cycle=scene.cycle, school_id=scene.cast.xiling, kind=KIND, document=DOCUMENT, reason=FACTS
        )
    assert codes(caught.value) == ["ADM-169"]


def test_a_school_cannot_stop_another_school(scene: Scene) -> None:
    with pytest.raises(Refusal) as caught:
        sanctions.impose_sanction(
            actor=scene.officer, cycle=scene.cycle, school_id=scene.nandu, kind=KIND, document="x", reason="y"
        )
    assert caught.value.status == 403
    assert not Sanction.objects.exists()


def test_nobody_chooses_it_any_more_on_the_web_or_on_paper(scene: Scene) -> None:
    stop(scene)
    closed = UNITS["东湖01"]
    with pytest.raises(Refusal) as caught:
        lists.save_list(actor=scene.person("甲"), round_=scene.round, entries=[ChoiceEntry(closed)], revision=0)
    assert codes(caught.value) == ["ADM-166"]
    assert FACTS in caught.value.problems[0].message
    one = CollectedList(scene.candidate("甲").number, (ChoiceEntry(closed),))
    with pytest.raises(Refusal) as caught:
        enter_lists(actor=scene.he, round_=scene.round, lists=[one], source="纸质志愿表")
    assert codes(caught.value) == ["ADM-166"]


def test_a_draft_that_names_it_is_not_locked(scene: Scene) -> None:
    kept = lists.save_list(
        actor=scene.person("甲"), round_=scene.round, entries=[ChoiceEntry(UNITS["东湖01"])], revision=0
    )
    stop(scene)
    with pytest.raises(Refusal) as caught:
        lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=kept.revision, is_confirmed=True)
    assert codes(caught.value) == ["ADM-166"]


def test_a_run_places_nobody_there_and_says_why(scene: Scene) -> None:
    scene.fill_all()
    stop(scene)
    scene.close()
    scene.compute()
    scene.publish()
    assert not Placement.objects.filter(plan__school_id=scene.cast.donghu).exists()
    named = [
        verdict
        for row in RunResult.objects.filter(run__round=scene.round).select_related("run__round__cycle")
        for verdict in verdicts_of(row.run, row)
        if verdict.key.startswith("closed-")
    ]
    assert named
    assert {verdict.code for verdict in named} == {"not_eligible"}
    assert named[0].sentence == "不符合“学校具备招生资格”的要求。"
    assert "技工院校招生" in named[0].basis


def test_placed_candidates_are_cancelled_or_kept_as_the_bureau_says(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        with pytest.raises(Refusal) as caught:
            stop(scene)
        assert codes(caught.value) == ["ADM-171"]
        before = Placement.objects.filter(plan__school_id=scene.cast.donghu, state="dispatched").count()
        assert before
        row = stop(scene, places="keep")
        assert row.cancelled == 0
        with pytest.raises(Refusal) as caught:
            review_all(scene)
        assert "ADM-036" in codes(caught.value)
        with django_capture_on_commit_callbacks(execute=True):
            again = stop(scene, places="cancel")
    assert (again.pk, again.cancelled) == (row.pk, before)
    gone = Placement.objects.filter(plan__school_id=scene.cast.donghu)
    assert {one.state for one in gone} == {"withdrawn"}
    assert all(DOCUMENT in one.reason and one.basis for one in gone)
    assert not set(vacancies_of(scene.cycle, scene.round.batch)) & {
        plan.public_id for plan in scene.places.values() if plan.school_id == scene.cast.donghu
    }
    assert len(told("录取已经取消")) == before


def test_nobody_confirms_there_and_nobody_is_taken_as_having_confirmed(scene: Scene) -> None:
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        review_all(scene)
        held = Placement.objects.filter(plan__school_id=scene.cast.donghu, state="admitted").first()
        assert held is not None
        stop(scene, places="keep")
        name = held.candidate.person.name.removeprefix("考生")
        with pytest.raises(Refusal) as caught:
            placements.confirm_place(actor=scene.person(name), round_=scene.round)
        assert codes(caught.value) == ["ADM-036"]
        with pytest.raises(Refusal) as caught:
            rounds.end_confirmation(actor=scene.he, round_=scene.round, unanswered="confirm")
        assert codes(caught.value) == ["ADM-036"]
        assert Placement.objects.get(pk=held.pk).state == "admitted"
        placements.decline_place(actor=scene.person(name), round_=scene.round, reason="改报其他学校")


def test_lifting_it_needs_a_document_and_opens_the_school_again(scene: Scene) -> None:
    stop(scene)
    with pytest.raises(Refusal) as caught:
        lift(scene, document="")
    assert codes(caught.value) == ["ADM-168"]
    row = lift(scene)
    limit = SchoolLimit.objects.get(cycle=scene.cycle, school_id=scene.cast.donghu)
    assert (limit.is_qualified, limit.reason) == (True, "")
    assert row.ended_at is not None and row.ended_document == "云澜教〔2026〕40号"
    assert AuditLine.objects.filter(action="lift_sanction").count() == 1
    lists.save_list(actor=scene.person("甲"), round_=scene.round, entries=[ChoiceEntry(UNITS["东湖01"])], revision=0)
    with pytest.raises(Refusal) as caught:
        lift(scene)
    assert codes(caught.value) == ["ADM-173"]


def lift(scene: Scene, document: str = "云澜教〔2026〕40号") -> Sanction:
    return sanctions.lift_sanction(
        actor=scene.he,
        cycle=scene.cycle,
        school_id=scene.cast.donghu,
        document=document,
        reason="整改验收合格。",
    )


def test_the_size_page_does_not_give_the_qualification_back(scene: Scene) -> None:
    stop(scene)
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(stage="plans")
    with pytest.raises(Refusal) as caught:
        cycles.set_school_limits(
            actor=scene.he, cycle=scene.cycle, limits=[LimitEntry(scene.cast.donghu, 20, "云澜招〔2026〕2号")]
        )
    assert codes(caught.value) == ["ADM-172"]


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_the_bureau_stops_and_lifts_on_the_schools_page_and_everybody_sees_it(scene: Scene) -> None:
    he, page = client_of(scene), bureau(scene, f"schools/{scene.cast.donghu}/")
    assert "年度当中停止招生" in text_of(he.get(page))
    given = {"what": "stop", "kind": KIND, "document": DOCUMENT, "reason": ""}
    refused = he.post(page, given)
    assert refused.status_code >= 400
    assert "ADM-168" in text_of(refused) and DOCUMENT in text_of(refused)
    assert he.post(page, given | {"reason": FACTS}).status_code == 303
    shown = text_of(he.get(page))
    assert "正在执行" in shown and "第六十五条" in shown and "解除处理" in shown
    base = f"/admission/cycles/{scene.cycle.public_id}/"
    visitor = Client()
    assert "停止招生" in text_of(visitor.get(base + "schools/"))
    assert FACTS in text_of(visitor.get(f"/admission/places/{scene.places['东湖软件'].public_id}/"))
    openings = text_of(visitor.get(base + "openings/"))
    assert FACTS in openings
    assert "南渡职业学院" in openings and "核定 5 人，云澜招〔2025〕1号" in openings
    assert DOCUMENT in text_of(client_of(scene, "admission").get(f"/school/admission/{scene.cycle.public_id}/"))
    assert he.post(page, {"what": "lift", "document": "云澜教〔2026〕40号", "reason": "整改合格。"}).status_code == 303
    assert "具备招生资格" in text_of(he.get(page))
    assert "停止招生" not in text_of(visitor.get(base + "schools/"))
    told = visitor.get(base + "openings/openings.csv?item=violations").content.decode("utf-8-sig")
    assert FACTS in told and "已解除：整改合格。（云澜教〔2026〕40号）" in told, (
        "what was ordered stays open when it is over"
    )


def test_the_page_asks_what_becomes_of_placed_candidates(scene: Scene) -> None:
    scene.run_all()
    he, page = client_of(scene), bureau(scene, f"schools/{scene.cast.donghu}/")
    given = {"what": "stop", "kind": KIND, "document": DOCUMENT, "reason": FACTS}
    with clock.frozen_at(AFTER + timedelta(days=1)):
        assert "ADM-171" in text_of(he.post(page, given))
        assert he.post(page, given | {"places": "keep"}).status_code == 303
        assert "取消这些录取" in text_of(he.get(page))


def test_the_desk_of_a_school_has_no_such_page(scene: Scene) -> None:
    answer = client_of(scene, "admission").post(
        bureau(scene, f"schools/{scene.cast.donghu}/"),
        {"what": "stop", "kind": KIND, "document": DOCUMENT, "reason": FACTS},
    )
    assert answer.status_code in {403, 404}
    assert not Sanction.objects.exists()


def test_the_api_refuses_a_choice_there_in_the_same_words(scene: Scene) -> None:
    stop(scene)
    client = signed_in(scene, "甲")
    answer = client.put(
        f"/api/v1/admission/rounds/{scene.round.public_id}/list",
        {"revision": 0, "entries": [{"unit": UNITS["东湖01"]}]},
        content_type="application/json",
    )
    body = answer.json()
    assert [error["code"] for error in body["errors"]] == ["ADM-166"]
    assert FACTS in body["errors"][0]["message"]
