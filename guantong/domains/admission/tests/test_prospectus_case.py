"""The prospectus as a case: handed in by the school, reviewed and filed by two people, public from the outcome on."""

from __future__ import annotations

import pytest
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.domains.admission.actions import cycles, plans, prospectuses
from guantong.domains.admission.models import Prospectus, SchoolLimit
from guantong.domains.admission.tests.desks import client_of, text_of
from guantong.domains.admission.tests.scene import Scene, entry
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, scan_deadlines, withdraw_case
from tests.cast import BASELINE

TELEPHONE = "0990-12345678"


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


@pytest.fixture
def handed_in(opened: Scene) -> Scene:
    """东湖 has handed in its plan and its prospectus."""
    plans.save_plan(
        actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu, entry=entry("510203", 2, "01")
    )
    plans.submit_plans(actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu)
    write(opened)
    prospectuses.submit_prospectus(actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu)
    return opened


def write(scene: Scene, **changes: str) -> Prospectus:
    items = {item: f"{item}的说明。" for item in prospectuses.required_items(scene.cycle)} | changes
    return prospectuses.save_prospectus(
        actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu, items=items, charter="第一条 总则。"
    )


def row_of(scene: Scene) -> Prospectus:
    return Prospectus.objects.get(cycle=scene.cycle, school_id=scene.cast.donghu)


def case_of(scene: Scene) -> Case:
    return Case.objects.get(pk=row_of(scene).case_id)


def take(scene: Scene, who: str, action: str, opinion="核对过。", **values) -> Case:
    case = case_of(scene)
    return act(
        actor=scene.cast.actor(who),
        case_id=case.pk,
        action=action,
        revision=case.revision,
        opinion=opinion,
        values=values,
    )


RETURN = {"text": "请更正。", "items": [{"on": "学费标准", "text": "与价格主管部门的批复不一致。"}]}
REFUSE = {"text": "不予备案。", "reasons": ["misleading"]}


def test_handing_in_opens_a_case_at_the_organiser(handed_in):
    case = case_of(handed_in)
    assert (case.procedure, case.step) == ("admission-prospectus", "review")
    assert (case.organisation_id, case.authority_id) == (handed_in.cast.donghu, handed_in.cast.province_bureau)
    assert case.facts["content"] == prospectuses.content_digest(row_of(handed_in))
    again = prospectuses.submit_prospectus(
        actor=handed_in.officer, cycle=handed_in.cycle, school_id=handed_in.cast.donghu
    )
    assert again.case_id == case.pk
    assert Case.objects.count() == 1, "handing in twice opens one case"


def test_two_people_decide_and_publication_follows(handed_in):
    scene = handed_in
    public = f"/admission/cycles/{scene.cycle.public_id}/schools/{row_of(scene).school.public_id}/"
    take(scene, "fang", "approve")
    assert row_of(scene).state == "submitted"
    with pytest.raises(Refusal):
        take(scene, "fang", "approve", telephone=TELEPHONE)
    with pytest.raises(Refusal) as refused:
        take(scene, "he", "approve")
    assert "telephone" in {p.where.column for p in refused.value.problems}
    assert row_of(scene).state == "submitted"
    take(scene, "he", "approve", telephone=TELEPHONE)
    row = row_of(scene)
    assert (row.state, row.telephone, row.filed_on) == ("filed", TELEPHONE, clock.today())
    assert row.decided_by == scene.he.label
    line = AuditLine.objects.filter(action="decide_prospectus").get()
    assert line.facts["case"] == case_of(scene).public_id
    plans.decide_plans(actor=scene.he, cycle=scene.cycle, plans=list(scene.cycle.plans.all()), approve=True)
    page = text_of(Client().get(public))
    assert "学籍管理的说明。" in page
    assert "第一条 总则。" in page
    assert TELEPHONE in page


def test_a_returned_one_is_corrected_and_handed_in_again_in_the_same_case(handed_in):
    scene = handed_in
    first = case_of(scene)
    with pytest.raises(Refusal) as refused:
        write(scene, 学费标准="每年 5000 元。")
    assert codes(refused) == ["ADM-290"], "what is being reviewed is not changed under the reviewer"
    take(scene, "fang", "return", RETURN)
    row = row_of(scene)
    assert row.state == "returned"
    assert row.reason == "学费标准：与价格主管部门的批复不一致；请更正。"
    write(scene, 学费标准="")
    with pytest.raises(Refusal) as refused:
        prospectuses.submit_prospectus(actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu)
    assert codes(refused) == ["ADM-276"]
    assert case_of(scene).step == "correct"
    write(scene, 学费标准="每年 5000 元。")
    row = prospectuses.submit_prospectus(actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu)
    assert row.state == "submitted"
    case = case_of(scene)
    assert (case.pk, case.step) == (first.pk, "review")


def test_one_not_filed_may_be_written_anew_in_a_new_case(handed_in):
    scene = handed_in
    take(scene, "fang", "refuse", REFUSE)
    row = row_of(scene)
    assert (row.state, row.filed_on) == ("returned", None)
    assert "容易误解" in row.reason
    write(scene, 学校性质="公办。")
    first = row.case_id
    row = prospectuses.submit_prospectus(actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu)
    assert row.state == "submitted"
    assert row.case_id != first


def test_a_withdrawn_one_is_a_draft_again(handed_in):
    scene = handed_in
    case = case_of(scene)
    withdraw_case(actor=scene.officer, case_id=case.pk, revision=case.revision, reason="还要修改。")
    assert row_of(scene).state == "drafted"
    assert write(scene, 学校性质="公办。").revision == 2


def test_when_the_school_lets_the_time_run_out_it_becomes_a_draft_again(handed_in):
    scene = handed_in
    take(scene, "fang", "return", RETURN)
    with clock.frozen_at(BASELINE.replace(year=2025, month=12)):
        scan_deadlines()
        assert case_of(scene).outcome == "lapsed"
        assert row_of(scene).state == "drafted"


def test_the_desk_decides_nothing_past_the_case(handed_in):
    scene = handed_in
    with pytest.raises(Refusal) as refused:
        prospectuses.decide_prospectus(
            actor=scene.he, cycle=scene.cycle, school_id=scene.cast.donghu, file=True, telephone=TELEPHONE
        )
    assert codes(refused) == ["ADM-037"]
    assert case_of(scene).public_id in refused.value.problems[0].message
    assert row_of(scene).state == "submitted"


def test_a_school_without_qualification_gets_nothing_filed(handed_in):
    scene = handed_in
    SchoolLimit.objects.filter(cycle=scene.cycle, school_id=scene.cast.donghu).update(
        is_qualified=False, reason="办学条件不达标。"
    )
    with pytest.raises(Refusal) as refused:
        take(scene, "fang", "approve")
    assert codes(refused) == ["ADM-036"]
    assert refused.value.problems[0].basis.clause == "三（三）"
    take(scene, "fang", "refuse", {"text": "没有资格。", "reasons": ["not_qualified"]})
    assert row_of(scene).state == "returned"


def test_nothing_is_filed_once_candidates_choose(handed_in):
    scene = handed_in
    take(scene, "fang", "approve")
    cycles.Cycle.objects.filter(pk=scene.cycle.pk).update(stage="choices")
    with pytest.raises(Refusal) as refused:
        take(scene, "he", "approve", telephone=TELEPHONE)
    assert codes(refused) == ["ADM-291"]
    assert row_of(scene).state == "submitted"


def test_a_filed_one_is_taken_back_by_the_desk_with_a_reason(handed_in):
    scene = handed_in
    take(scene, "fang", "approve")
    take(scene, "he", "approve", telephone=TELEPHONE)
    where = {"actor": scene.he, "cycle": scene.cycle, "school_id": scene.cast.donghu, "file": False}
    with pytest.raises(Refusal) as refused:
        prospectuses.decide_prospectus(**where)
    assert codes(refused) == ["ADM-035"]
    row = prospectuses.decide_prospectus(**where, reason="学费标准已经调整。")
    assert (row.state, row.filed_on) == ("returned", None)


def test_the_case_page_serves_school_and_bureau_and_nobody_else(handed_in):
    scene = handed_in
    path = f"/admission/cases/{case_of(scene).public_id}/"
    school = text_of(client_of(scene, "admission").get(path))
    assert "学籍管理的说明。" in school
    assert "审核通过，报请备案" not in school.split("核对的内容")[0]
    reviewer = client_of(scene, "fang")
    page = text_of(reviewer.get(path))
    assert "审核通过，报请备案" in page
    assert "6 项，写了 6 项" in page
    assert "1 个专业，2 人，每学年学费 5000 元" in page
    for who in ("nandu_admission", "chen", "zhou"):
        assert client_of(scene, who).get(path).status_code == 404, who
    assert Client().get(path).status_code == 303
    desk = text_of(client_of(scene).get(f"/bureau/admission/{scene.cycle.public_id}/schools/{scene.cast.donghu}/"))
    assert path in desk
    assert "到办件里审核备案" in desk
    assert "备案并公开" not in desk
    own = text_of(client_of(scene, "admission").get(f"/school/admission/{scene.cycle.public_id}/prospectus/"))
    assert path in own
    form = {
        "action": "approve",
        "revision": str(case_of(scene).revision),
        "approve.opinion": "六项齐全。",
    }
    assert reviewer.post(path, form).status_code == 303
    assert case_of(scene).step == "file"
    form |= {"revision": str(case_of(scene).revision), "approve.telephone": TELEPHONE}
    assert client_of(scene).post(path, form).status_code == 303
    assert row_of(scene).state == "filed"
