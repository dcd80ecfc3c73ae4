"""The school makes its plans: conditions, the sum as typed, within the size, handed in and returned, taken away."""

from __future__ import annotations

from typing import Any

import pytest

from guantong.domains.admission.actions import plans
from guantong.domains.admission.actions.cycles import LimitEntry, set_school_limits
from guantong.domains.admission.models import IntakePlan
from guantong.domains.admission.selectors.school_plans import plan_sums
from guantong.domains.admission.tests.desks import client_of, text_of
from guantong.domains.admission.tests.desks import school as at
from guantong.domains.admission.tests.scene import Scene, entry

FORM = {
    "programme": "510203",
    "batch": "higher",
    "group": "01",
    "group_name": "信息组",
    "kind": "ordinary",
    "seats": "4",
    "fee": "5000.50",
    "years": "3",
    "place": "东湖校区",
    "mode": "full_time",
    "note": "",
    "what": "save",
}


def test_a_plan_is_entered_with_its_conditions_and_changed(opened: Scene) -> None:
    client = client_of(opened, "admission")
    form = FORM | {"title-0": "色觉正常", "key-0": "colour_vision", "test-0": "equals", "value-0": "是"}
    assert client.post(at(opened, "plans/new/"), form).status_code == 303
    plan = IntakePlan.objects.get()
    assert (plan.seats, plan.fee_fen, plan.state) == (4, 500_050, "drafted")
    assert plan.conditions == [
        {"id": "own-1", "title": "色觉正常", "require": {"key": "colour_vision", "equals": True}}
    ]
    path = f"/school/admission/places/{plan.public_id}/"
    shown = text_of(client.get(path))
    assert 'value="5000.50"' in shown
    assert 'value="色觉正常"' in shown
    changed = form | {"seats": "5", "id-0": "own-1", "revision": "1"}
    changed |= {"title-1": "类别", "key-1": "group", "test-1": "in", "value-1": "中职毕业生、退役军人"}
    assert client.post(path, changed).status_code == 303
    plan.refresh_from_db()
    assert plan.seats == 5
    assert [c["id"] for c in plan.conditions] == ["own-1", "own-2"]
    assert plan.conditions[1]["require"] == {"key": "group", "in": ["中职毕业生", "退役军人"]}
    assert "色觉正常" in text_of(client.get(at(opened, "plans/")))


def test_a_condition_of_several_parts_is_kept_as_it_is(opened: Scene) -> None:
    require = {"any": [{"key": "group", "equals": "退役军人"}, {"key": "health", "equals": "合格"}]}
    kept = {"id": "fit", "title": "身体条件", "require": require}
    plan = plans.save_plan(
        actor=opened.officer,
        cycle=opened.cycle,
        school_id=opened.cast.donghu,
        entry=entry("510203", 2, "01", conditions=[kept]),
    )
    client = client_of(opened, "admission")
    path = f"/school/admission/places/{plan.public_id}/"
    assert "这个条件由几项组成，保持不变" in text_of(client.get(path))
    form = FORM | {"revision": "1", "title-0": "身体条件", "kept-0": "fit", "id-0": "fit"}
    assert client.post(path, form).status_code == 303
    plan.refresh_from_db()
    assert plan.conditions == [kept]
    assert plan.seats == 4


@pytest.mark.parametrize(
    ("given", "words", "code"),
    [
        ({"seats": "四"}, "请填写整数。", "ADM-289"),
        ({"fee": "5000.555"}, "最多两位小数", "ADM-289"),
        ({"place": ""}, "请填写学生在哪里上课。", "ADM-289"),
        ({"seats": "11"}, "10", "ADM-271"),
        ({"title-0": "体检", "key-0": "health", "test-0": "at_least", "value-0": "合格"}, "只有数可以比高低", "ADM-2"),
    ],
)
def test_a_wrong_plan_is_shown_again_with_the_reason(opened: Scene, given: Any, words: str, code: str) -> None:
    client = client_of(opened, "admission")
    shown = client.post(at(opened, "plans/new/"), FORM | given)
    assert shown.status_code == 422
    assert words in text_of(shown)
    assert code in text_of(shown)
    assert not IntakePlan.objects.exists()


def test_one_more_row_of_conditions_without_scripts(opened: Scene) -> None:
    client = client_of(opened, "admission")
    shown = client.post(at(opened, "plans/new/"), FORM | {"title-0": "一", "what": "add_row"})
    assert shown.status_code == 200
    assert 'name="title-1"' in text_of(shown)
    assert 'value="一"' in text_of(shown)
    assert not IntakePlan.objects.exists()


def test_the_sum_follows_what_is_typed_as_a_fragment(opened: Scene) -> None:
    client = client_of(opened, "admission")
    path = at(opened, "plans/sums/") + "?seats=12&kind=ordinary"
    part = text_of(client.get(path, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "12 / 10 人" in part
    assert "超过规模" in part
    whole = text_of(client.get(path))
    assert "<html" in whole
    assert "超过规模" in whole


def test_sums_by_kind_and_state(planned: Scene) -> None:
    sums = plan_sums(planned.cycle, planned.cast.donghu, more=3, kind="veterans")
    assert (sums.total, sums.limit, sums.left, sums.tone) == (7, 10, 3, "good")
    assert sums.by_kind == (("普通计划", 4), ("退役军人计划", 3))
    assert sums.by_state == (("已批准", 4),)
    without = plan_sums(planned.cycle, planned.cast.donghu, without=planned.places["东湖软件"].public_id)
    assert without.total == 2


def test_plans_are_handed_in_and_come_back_with_a_reason(opened: Scene) -> None:
    client = client_of(opened, "admission")
    refused = client.post(at(opened, "plans/submit/"))
    assert refused.status_code == 409
    assert "ADM-034" in text_of(refused)
    client.post(at(opened, "plans/new/"), FORM)
    assert client.post(at(opened, "plans/submit/")).status_code == 303
    plan = IntakePlan.objects.get()
    assert plan.state == "submitted"
    assert 'name="what"' not in text_of(client.get(f"/school/admission/places/{plan.public_id}/"))
    plans.decide_plans(actor=opened.he, cycle=opened.cycle, plans=[plan], approve=False, reason="计划数与核定不符。")
    shown = text_of(client.get(at(opened, "plans/")))
    assert "退回理由：计划数与核定不符。" in shown
    assert "上报 1 个计划" in shown


def test_a_draft_is_taken_away(opened: Scene) -> None:
    client = client_of(opened, "admission")
    client.post(at(opened, "plans/new/"), FORM)
    plan = IntakePlan.objects.get()
    assert client.post(f"/school/admission/places/{plan.public_id}/remove/").status_code == 303
    assert not IntakePlan.objects.exists()


def test_a_school_off_the_list_is_told_why(opened: Scene) -> None:
    limits = [LimitEntry(opened.cast.donghu, 10, "云澜招〔2025〕1号", False, "办学条件不达标。")]
    set_school_limits(actor=opened.he, cycle=opened.cycle, limits=limits)
    client = client_of(opened, "admission")
    assert "办学条件不达标。" in text_of(client.get(at(opened)))
    client.post(at(opened, "plans/new/"), FORM)
    refused = client.post(at(opened, "plans/submit/"))
    assert refused.status_code in {409, 422}
    assert "ADM-275" in text_of(refused)
