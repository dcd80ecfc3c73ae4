"""Registration where the law asks a case (A8): rosters apart, reviewed and checked on site, never from an unapproved
place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.orgs.models import OrganisationSpan
from guantong.domains.admission.actions import placements, registrations
from guantong.domains.admission.actions.placements import Registration
from guantong.domains.admission.models import IntakePlan, Placement, RegistrationFiling, SchoolLimit, SchoolSite
from guantong.domains.admission.tests.desks import client_of, text_of
from guantong.domains.admission.tests.scene import AFTER, Scene
from guantong.domains.admission.tests.test_placements import curriculum, place, review_all
from guantong.domains.credit.models import CreditAccount
from guantong.domains.programmes.models import StudentRecord
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, withdraw_case

SEPTEMBER = date(2026, 9, 1)
CHECKED = date(2026, 9, 8)


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


@pytest.fixture
def admitted(scene: Scene):
    """甲 and 乙 confirmed at 东湖, which is a technician school; September."""
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        review_all(scene)
        for name in "甲乙":
            placements.confirm_place(actor=scene.person(name), round_=scene.round)
        curriculum(scene)
    OrganisationSpan.objects.filter(organisation_id=scene.cast.donghu).update(kind="technician_school")
    with clock.frozen_at(SEPTEMBER):
        yield scene


def wanted(scene: Scene, name: str, number: str = "2026510203001", mode: str = "full_time") -> Registration:
    return Registration(place(scene, name).pk, number, mode, department="信息系")


def file(scene: Scene, *entries: Registration, actor=None) -> list[RegistrationFiling]:
    return registrations.file_registration(
        actor=actor or scene.officer,
        cycle=scene.cycle,
        school_id=scene.cast.donghu,
        registrations=entries or (wanted(scene, "甲"), wanted(scene, "乙", "2026510203002")),
    )


def case_of(filing: RegistrationFiling) -> Case:
    return Case.objects.get(pk=filing.case_id)


def take(scene: Scene, filing: RegistrationFiling, who: str, action: str, opinion="核对过。", **values) -> Case:
    case = case_of(filing)
    return act(
        actor=scene.cast.actor(who),
        case_id=case.pk,
        action=action,
        revision=case.revision,
        opinion=opinion,
        values=values,
    )


def test_a_technician_school_does_not_register_by_itself(admitted):
    entry = wanted(admitted, "甲")
    checked = Registration(entry.placement_id, entry.student_number, "full_time", "自己审过", "自己看过")
    with pytest.raises(Refusal) as refused:
        placements.register_students(actor=admitted.officer, school_id=admitted.cast.donghu, registrations=[checked])
    assert codes(refused) == ["ADM-137"]
    basis = refused.value.problems[0].basis
    assert (basis.document, basis.clause) == ("cn-technician-enrolment-2019", "三（三）")
    assert not StudentRecord.objects.exists()


def test_reviewed_online_and_checked_on_site_by_two_people_then_registered(admitted):
    scene = admitted
    (filing,) = file(scene)
    assert not StudentRecord.objects.exists(), "filing only tries"
    assert not CreditAccount.objects.filter(person_id=place(scene, "甲").person_id).exists()
    assert place(scene, "甲").state == "confirmed"
    assert case_of(filing).step == "online_review"
    take(scene, filing, "fang", "approve", "名册与录取数据一致。")
    with clock.frozen_at(CHECKED):
        with pytest.raises(Refusal):
            take(scene, filing, "fang", "approve", checked_on="2026-09-08", seen="2")
        with pytest.raises(Refusal) as refused:
            take(scene, filing, "he", "approve", checked_on="2026-09-08", seen="1")
        assert codes(refused) == ["ADM-161"]
        with pytest.raises(Refusal) as refused:
            take(scene, filing, "he", "approve", checked_on="2026-08-31", seen="2")
        assert codes(refused) == ["ADM-162"]
        assert not StudentRecord.objects.exists()
        take(scene, filing, "he", "approve", "到校核对，人证相符。", checked_on="2026-09-08", seen="2")
    filing.refresh_from_db()
    assert filing.state == "granted"
    rows = [place(scene, name) for name in "甲乙"]
    assert [row.state for row in rows] == ["registered", "registered"]
    assert [r.student_number for r in StudentRecord.objects.order_by("student_number")] == [
        "2026510203001",
        "2026510203002",
    ]
    assert rows[0].registered_on == CHECKED
    line = AuditLine.objects.get(action="register_students")
    told = line.facts["checks"][0]
    assert "名册与录取数据一致。" in told[2]
    assert "到校核对，人证相符。" in told[3]


def test_full_and_part_time_are_filed_apart(admitted):
    scene = admitted
    IntakePlan.objects.filter(pk=place(scene, "乙").plan_id).update(mode="part_time")
    IntakePlan.objects.filter(pk=place(scene, "甲").plan_id).update(mode="part_time")
    with pytest.raises(Refusal) as refused:
        file(scene)
    assert set(codes(refused)) == {"ADM-132"}
    assert not RegistrationFiling.objects.exists()
    found = file(scene, wanted(scene, "甲", mode="part_time"), wanted(scene, "乙", "2026510203002", "part_time"))
    assert [(one.mode, len(one.entries)) for one in found] == [("part_time", 2)]


def test_two_modes_open_two_cases(admitted):
    scene = admitted
    other = place(scene, "丙") if Placement.objects.filter(candidate=scene.candidate("丙")).exists() else None
    if other is None or other.plan_id == place(scene, "甲").plan_id:
        other = place(scene, "丁")
    Placement.objects.filter(pk=other.pk).update(state="confirmed")
    IntakePlan.objects.filter(pk=other.plan_id).update(mode="part_time")
    curriculum(scene, "510202")
    found = file(scene, wanted(scene, "甲"), Registration(other.pk, "2026510202001", "part_time"))
    assert [one.mode for one in found] == ["full_time", "part_time"]
    assert len({one.case_id for one in found}) == 2


@pytest.mark.parametrize(("site", "code"), [("branch", "ADM-135"), ("joint", "ADM-136")])
def test_nobody_is_registered_where_nothing_is_approved_or_filed(admitted, site, code):
    scene = admitted
    IntakePlan.objects.filter(pk=place(scene, "甲").plan_id).update(site=site, place="青石县教学点")
    with pytest.raises(Refusal) as refused:
        file(scene)
    assert codes(refused) == [code], "said once, not for every student"
    problem = refused.value.problems[0]
    assert (problem.basis.document, problem.basis.clause) == ("cn-technician-enrolment-2019", "三（三）")
    assert "青石县教学点" in problem.message
    kept = {"actor": scene.he, "region": "990000", "school_id": scene.cast.donghu, "name": "青石县教学点", "site": site}
    other = "joint" if site == "branch" else "branch"
    registrations.record_site(**kept | {"site": other}, document="云澜人社〔2026〕9号", approved_on=SEPTEMBER)
    with pytest.raises(Refusal):
        file(scene)
    row = registrations.record_site(**kept, document="云澜人社〔2026〕9号", approved_on=SEPTEMBER)
    (filing,) = file(scene)
    take(scene, filing, "fang", "approve")
    registrations.end_site(
        actor=scene.he, region="990000", school_id=scene.cast.donghu, site_id=row.pk, reason="教学点已停办。"
    )
    with clock.frozen_at(CHECKED), pytest.raises(Refusal) as refused:
        take(scene, filing, "he", "approve", checked_on="2026-09-08", seen="2")
    assert codes(refused) == [code], "what ended meanwhile bars the registration"


def test_a_school_of_another_kind_is_held_to_the_places_too(admitted):
    scene = admitted
    OrganisationSpan.objects.filter(organisation_id=scene.cast.donghu).update(kind="higher_school")
    IntakePlan.objects.filter(pk=place(scene, "甲").plan_id).update(site="branch")
    entry = wanted(scene, "甲")
    checked = Registration(entry.placement_id, entry.student_number, "full_time", "审过", "看过")
    with pytest.raises(Refusal) as refused:
        placements.register_students(actor=scene.officer, school_id=scene.cast.donghu, registrations=[checked])
    assert codes(refused) == ["ADM-135"]
    IntakePlan.objects.filter(pk=place(scene, "甲").plan_id).update(site="main")
    placements.register_students(actor=scene.officer, school_id=scene.cast.donghu, registrations=[checked])
    assert place(scene, "甲").state == "registered"


def test_a_place_is_recorded_with_document_and_day_by_the_authority_alone(admitted):
    scene = admitted
    kept = {"region": "990000", "school_id": scene.cast.donghu, "name": "青石县教学点", "site": "branch"}
    given = kept | {"document": "云澜人社〔2026〕9号", "approved_on": SEPTEMBER}
    for changes, code in (
        ({"site": "main"}, "ADM-043"),
        ({"site": "moon"}, "ADM-043"),
        ({"name": " "}, "ADM-044"),
        ({"document": ""}, "ADM-044"),
        ({"approved_on": SEPTEMBER + timedelta(days=1)}, "ADM-041"),
    ):
        with pytest.raises(Refusal) as refused:
            registrations.record_site(actor=scene.he, **given | changes)
        assert codes(refused) == [code]
    with pytest.raises(Refusal):
        registrations.record_site(actor=scene.officer, **given)
    assert not SchoolSite.objects.exists()
    row = registrations.record_site(actor=scene.he, **given)
    assert registrations.record_site(actor=scene.he, **given).pk == row.pk
    with pytest.raises(Refusal) as refused:
        registrations.record_site(actor=scene.he, **given | {"document": "另一个文件"})
    assert codes(refused) == ["ADM-045"]
    with pytest.raises(Refusal) as refused:
        registrations.end_site(actor=scene.he, region="990000", school_id=scene.cast.donghu, site_id=row.pk, reason="")
    assert codes(refused) == ["ADM-035"]
    assert AuditLine.objects.filter(action="record_site").count() == 1


def test_a_roster_is_checked_once_at_a_time_and_names_every_fault(admitted):
    scene = admitted
    with pytest.raises(Refusal) as refused:
        registrations.file_registration(
            actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu, registrations=[]
        )
    assert codes(refused) == ["ADM-139"]
    with pytest.raises(Refusal) as refused:
        file(scene, wanted(scene, "甲", ""), wanted(scene, "乙", ""))
    assert codes(refused)[0].startswith("PRG-")
    assert not RegistrationFiling.objects.exists()
    (filing,) = file(scene)
    with pytest.raises(Refusal) as refused:
        file(scene)
    assert codes(refused) == ["ADM-138"]
    assert case_of(filing).public_id in refused.value.problems[0].message


def test_a_returned_roster_is_corrected_in_its_own_case(admitted):
    scene = admitted
    (filing,) = file(scene)
    take(scene, filing, "fang", "return", {"items": [{"on": "其他", "text": "考生乙没有到校，请去掉。"}]})
    (again,) = file(scene, wanted(scene, "甲"))
    assert (again.pk, case_of(again).pk) == (filing.pk, filing.case_id)
    assert len(again.entries) == 1
    assert case_of(again).step == "online_review"
    take(scene, again, "fang", "approve")
    with clock.frozen_at(CHECKED):
        take(scene, again, "he", "approve", checked_on="2026-09-08", seen="1")
    assert (place(scene, "甲").state, place(scene, "乙").state) == ("registered", "confirmed")


def test_refused_or_withdrawn_nobody_is_registered(admitted):
    scene = admitted
    (filing,) = file(scene)
    take(scene, filing, "fang", "refuse", {"text": "不实。", "reasons": ["not_true"]})
    filing.refresh_from_db()
    assert (filing.state, filing.decision["outcome"]) == ("refused", "不予注册")
    (second,) = file(scene)
    case = case_of(second)
    withdraw_case(actor=scene.officer, case_id=case.pk, revision=case.revision, reason="重报。")
    second.refresh_from_db()
    assert second.state == "withdrawn"
    assert not StudentRecord.objects.exists()


def test_who_lost_the_qualification_meanwhile_registers_nobody(admitted):
    scene = admitted
    (filing,) = file(scene)
    SchoolLimit.objects.filter(school_id=scene.cast.donghu).update(is_qualified=False, reason="资格被撤销。")
    with pytest.raises(Refusal) as refused:
        take(scene, filing, "fang", "approve")
    assert codes(refused) == ["ADM-036"]


def test_both_desks_show_the_roster_and_the_case(admitted):
    scene = admitted
    school = client_of(scene, "admission")
    path = f"/school/admission/{scene.cycle.public_id}/registration/"
    page = text_of(school.get(path))
    assert "报送选中的考生" in page
    assert "网上审核的结果" not in page
    key = place(scene, "甲").public_id
    form = {"file": [key], f"number-{key}": "2026510203001", f"mode-{key}": "full_time"}
    assert school.post(path, form).status_code == 303
    filing = RegistrationFiling.objects.get()
    case = f"/admission/cases/{case_of(filing).public_id}/"
    assert case in text_of(school.get(path))
    assert case in text_of(client_of(scene).get(f"/bureau/admission/{scene.cycle.public_id}/registration/"))
    shown = text_of(client_of(scene, "fang").get(case))
    assert "考生甲" in shown
    assert "网上审核通过，安排实地核查" in shown
    assert "没有：学校具备资格" in shown
    assert scene.candidate("甲").person.id_masked in shown
    for who in ("nandu_admission", "chen"):
        assert client_of(scene, who).get(case).status_code == 404
    assert Client().get(case).status_code == 303
    desk = f"/bureau/admission/{scene.cycle.public_id}/schools/{scene.cast.donghu}/"
    form = {"what": "site", "name": "青石县教学点", "site": "branch", "document": "云澜人社〔2026〕9号"}
    assert "ADM-044" in text_of(client_of(scene).post(desk, form | {"approved_on": "昨天"}))
    assert client_of(scene).post(desk, form | {"approved_on": "2026-08-01"}).status_code == 303
    assert "云澜人社〔2026〕9号" in text_of(client_of(scene).get(desk))


def test_registering_is_free_of_a_case_for_the_system_only_when_checked(admitted):
    """The system itself does not pass the law by."""
    entry = wanted(admitted, "甲")
    checked = Registration(entry.placement_id, entry.student_number, "full_time", "审过", "看过")
    with pytest.raises(Refusal) as refused:
        placements.register_students(actor=SYSTEM, school_id=admitted.cast.donghu, registrations=[checked])
    assert codes(refused) == ["ADM-137"]
