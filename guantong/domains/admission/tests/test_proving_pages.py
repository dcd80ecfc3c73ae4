"""Facts that must be proved on the pages: the candidate's form, the desk's queue, the school's file."""

from __future__ import annotations

import pytest

from guantong.domains.admission.actions import candidates, cycles
from guantong.domains.admission.actions.proving import refresh_facts
from guantong.domains.admission.models import Candidate, ProvedFact
from guantong.domains.admission.tests.bank import AWARD, deposit, fact, revoke
from guantong.domains.admission.tests.desks import bureau as at
from guantong.domains.admission.tests.desks import client_of, table_of, text_of
from guantong.domains.admission.tests.people import signed_in
from guantong.domains.admission.tests.scene import AFTER, FACTS
from guantong.domains.admission.tests.test_proving import register
from guantong.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def registering(planned):
    cycles.move_cycle(actor=planned.he, cycle=planned.cycle, to="registration")
    return register(planned.refresh())


def form_of(scene) -> str:
    return f"/learner/admission/{scene.cycle.public_id}/registration/"


def test_without_an_account_the_form_says_what_to_do(registering):
    page = text_of(signed_in(registering, "甲").get(form_of(registering)))
    assert "您还没有学分账户。" in page
    assert "办理人员信息合并" in page
    assert "学分银行没有您的这类记录。" in page
    assert "这一项学分银行没有记录" in page, "military merits"


def test_the_form_is_filled_in_from_the_bank_with_source_and_record(registering):
    scene = registering
    kept = deposit(scene, scene.candidate("甲").person_id)
    browser = signed_in(scene, "甲")
    page = text_of(browser.get(form_of(scene)))
    assert "来自学分银行：“计算机程序设计员”高级工，云澜技能评价中心颁发" in page
    assert "认定日期2025年10月15日" in page
    assert f'href="/learner/achievements/{kept.public_id}/"' in page
    assert '<option value="高级工" selected>' in page
    typed = {**FACTS, "grade": "高级工", "award": "全国三等奖以上"}
    assert browser.post(form_of(scene), typed).status_code == 303
    assert fact(scene, "甲", "grade").state == "bank"
    page = text_of(browser.get(form_of(scene)))
    assert "等待主管部门核验确认" in page
    assert '<option value="全国三等奖以上" selected>' in page, "what was stated stays in the form"
    assert scene.candidate("甲").attributes["award"] is None


def test_nobody_sees_the_records_of_another(registering):
    scene = registering
    deposit(scene, scene.candidate("乙").person_id)
    assert "计算机程序设计员" not in text_of(signed_in(scene, "甲").get(form_of(scene)))
    for name in ("admission", "nandu_admission"):
        client = client_of(scene, name)
        assert client.get(at(scene, "candidates/facts/")).status_code in (302, 403, 404)
        assert client.get(at(scene, "candidates/facts.xlsx")).status_code in (302, 403, 404)


def test_a_lost_record_is_told_on_the_form(registering):
    scene = registering
    kept = deposit(scene, scene.candidate("甲").person_id)
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    revoke(scene, kept)
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    page = text_of(signed_in(scene, "甲").get(form_of(scene)))
    assert "记录已失效" in page
    assert "存入单位已撤销" in page
    assert "现在按“不计入”计。" in page


def test_the_desk_confirms_ticked_statements_with_evidence(registering):
    scene = registering
    for name, award in (("甲", "全省一等奖"), ("乙", "全省二等奖")):
        candidates.register_self(actor=scene.person(name), cycle=scene.cycle, attributes={**FACTS, "award": award})
    he, page = client_of(scene), at(scene, "candidates/facts/")
    shown = text_of(he.get(page))
    key = f"{scene.candidate('甲').public_id}|award|全省一等奖"
    assert f'value="{key}"' in shown
    assert "核验自报信息（2 项）" in text_of(he.get(at(scene, "candidates/")))
    without = he.post(page, {"what": "confirm", "fact_key": [key], "reason": ""})
    assert without.status_code == 422
    assert "ADM-185" in text_of(without)
    assert f'value="{key}" aria-label="选择考生 {scene.candidate("甲").number} 的技能竞赛最高奖项" checked' in text_of(
        without
    )
    done = he.post(page, {"what": "confirm", "fact_key": [key], "reason": "核验奖状原件。"}, follow=True)
    assert "已确认 1 项信息" in text_of(done)
    assert scene.candidate("甲").attributes["award"] == "全省一等奖"
    key = f"{scene.candidate('乙').public_id}|award|全省二等奖"
    done = he.post(page, {"what": "refuse", "fact_key": [key], "reason": "奖状不是本人的。"}, follow=True)
    assert "已不予确认 1 项信息" in text_of(done)
    own = text_of(signed_in(scene, "乙").get(form_of(scene)))
    assert "未予确认" in own
    assert "理由：奖状不是本人的。" in own


def test_all_that_are_filtered_are_confirmed_only_as_they_were_counted(registering):
    scene = registering
    for name in ("甲", "乙", "丙"):
        candidates.register_self(
            actor=scene.person(name), cycle=scene.cycle, attributes={**FACTS, "award": "全省三等奖"}
        )
    he, page = client_of(scene), at(scene, "candidates/facts/?state=waiting&fact=award&number=")
    late = he.post(page, {"what": "all", "counted": "2", "reason": "与获奖名单核对一致。"})
    assert (late.status_code, "ADM-193" in text_of(late)) == (409, True)
    he.post(page, {"what": "all", "counted": "3", "reason": "与获奖名单核对一致。"})
    assert ProvedFact.objects.filter(state="confirmed").count() == 3


def test_a_statement_changed_meanwhile_is_not_confirmed(registering):
    scene = registering
    me = scene.person("甲")
    candidates.register_self(actor=me, cycle=scene.cycle, attributes={**FACTS, "award": "全省三等奖"})
    key = f"{scene.candidate('甲').public_id}|award|全省三等奖"
    candidates.register_self(actor=me, cycle=scene.cycle, attributes={**FACTS, "award": "全国三等奖以上"})
    found = client_of(scene).post(
        at(scene, "candidates/facts/"), {"what": "confirm", "fact_key": [key], "reason": "核验奖状原件。"}
    )
    assert (found.status_code, "ADM-189" in text_of(found)) == (409, True)
    assert fact(scene, "甲", "award").state == "waiting"


@pytest.mark.parametrize("given", ["", "|", "x|award|全省一等奖", "a|b|c|d", "none"])
def test_a_form_that_was_tampered_with_confirms_nothing(registering, given):
    found = client_of(registering).post(
        at(registering, "candidates/facts/"), {"what": "confirm", "fact_key": [given], "reason": "核验奖状原件。"}
    )
    assert found.status_code in (409, 422)


def test_the_list_is_taken_away_as_filtered(registering):
    scene = registering
    candidates.register_self(actor=scene.person("甲"), cycle=scene.cycle, attributes={**FACTS, "award": "全省一等奖"})
    deposit(scene, scene.candidate("乙").person_id)
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    he = client_of(scene)
    rows = table_of(he.get(at(scene, "candidates/facts.xlsx?state=all")))
    assert rows[0][:6] == ["考生号", "姓名", "信息", "填报", "计入", "状态"]
    assert [row[2:6] for row in rows[1:]] == [
        ["技能竞赛最高奖项", "全省一等奖", None, "等待确认"],
        ["职业技能等级", None, "高级工", "来自学分银行"],
    ]
    assert len(table_of(he.get(at(scene, "candidates/facts.xlsx?state=waiting")))) == 2


def test_the_desk_takes_over_what_changed_at_the_bank(registering):
    scene = registering
    deposit(scene, scene.candidate("甲").person_id, **AWARD)
    he, page = client_of(scene), at(scene, "candidates/facts/")
    assert "1 名考生的信息与报名时不同" in text_of(he.get(page))
    assert "已按学分银行的记录更新 1 名考生的信息" in text_of(he.post(page, {"what": "refresh"}, follow=True))
    assert "考生的信息与学分银行现在的记录一致。" in text_of(he.get(page))


def test_after_the_deadline_a_lost_record_is_a_difference_for_the_desk_and_the_school(scene):
    one = scene.candidate("甲")
    kept = deposit(scene, one.person_id, **AWARD)
    record = {
        "id": kept.public_id, "kind": "competition", "title": kept.title, "level": 3, "place": "一等奖",
        "issuer": kept.issuer_name, "issued_on": "2025-06-01", "recognised_on": "2025-10-15", "valid_until": None,
    }  # fmt: skip
    ProvedFact.objects.create(
        cycle=scene.cycle, candidate=one, attribute="award", counted="全省一等奖", state="bank", record=record
    )
    Candidate.objects.filter(pk=one.pk).update(attributes={**one.attributes, "award": "全省一等奖"})
    he = client_of(scene)
    assert "截止以后失效的记录" not in text_of(he.get(at(scene, "candidates/facts/?state=all")))
    revoke(scene, kept)
    page = text_of(he.get(at(scene, "candidates/facts/?state=all")))
    assert "截止以后失效的记录" in page
    assert "这条记录后来存入单位已撤销" in page
    assert 'name="fact_key"' not in page, "nothing is decided any more"
    assert "截止以后失效的学分银行记录：1 项" in text_of(he.get(at(scene)))
    scene.run_all()
    with clock.frozen_at(AFTER.replace(hour=20)):
        placement = one.placements.get()
        file = f"/school/admission/files/{placement.public_id}/"
        shown = text_of(client_of(scene, "admission").get(file))
        assert "来自学分银行：“全省职业院校技能大赛”省级一等奖" in shown
        assert "记录已失效" in shown
        assert kept.public_id not in shown, "the record itself is the person's"
        assert client_of(scene, "nandu_admission").get(file).status_code == 404, "a school sees its own files alone"
