"""Student records: enrolment, transfer, leaving."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.people.public import PersonFacts, ensure_people
from guantong.domains.programmes import public
from guantong.domains.programmes.actions import (
    Enrolment,
    draft_plan,
    enrol_student,
    enrol_students,
    leave_school,
    load_catalogue,
    offer_programme,
    publish_plan,
    replace_courses,
    transfer_student,
)
from guantong.domains.programmes.models import StudentRecord
from guantong.domains.programmes.selectors.records import access_record_for, list_records
from guantong.kernel.refusal import Refusal
from tests.cast import invented_id_number

from .plans import good_courses

pytestmark = pytest.mark.django_db
DAY = date(2025, 9, 1)


def make_plan(cast, code="510203", who="lin", school="donghu", publish=True):
    actor, school_id = getattr(cast, who), getattr(cast, school)
    offer_programme(actor=actor, school_id=school_id, programme_code=code, year=2025)
    plan = draft_plan(
        actor=actor,
        school_id=school_id,
        programme_code=code,
        cohort=2025,
        entry="senior",
        duration_years=Decimal(3),
        total_credits_hundredths=14000,
        hours_per_credit=16,
    )
    replace_courses(actor=actor, plan_id=plan.pk, courses=good_courses())
    if not publish:
        return plan
    return publish_plan(actor=actor, plan_id=plan.pk, explanation="测试用方案，按本校实际学时安排。")


@pytest.fixture
def school(cast):
    load_catalogue(actor=SYSTEM)
    cast.plan = make_plan(cast)
    return cast


def enrol(cast, person="wu", number="2025001", **changes):
    values = {
        "actor": cast.lin,
        "school_id": cast.donghu,
        "person_id": cast.people[person],
        "plan_id": cast.plan.pk,
        "student_number": number,
        "enrolled_on": DAY,
    }
    return enrol_student(**{**values, **changes})


def refused(call, *args, **kwargs):
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return [p.code for p in caught.value]


def test_a_student_is_enrolled_and_found_again(school):
    record = enrol(school, department="信息工程系")
    found = public.find_student_record(school.wu_person, school.donghu)
    assert found == public.record_facts(record.pk) == public.record_facts_by_public_id(record.public_id)
    assert (found.state, found.cohort, found.department, found.plan_id) == (
        "enrolled",
        2025,
        "信息工程系",
        school.plan.pk,
    )
    assert public.find_student_record(school.zhao_person, school.donghu) is None


def test_enrolling_again_gives_the_same_record(school):
    first, second = enrol(school), enrol(school)
    assert first.pk == second.pk and StudentRecord.objects.count() == 1
    assert AuditLine.objects.filter(action="enrol_students").count() == 1


def test_why_a_student_is_not_enrolled(school):
    enrol(school)
    assert refused(enrol, school, "zhao") == ["PRG-061"]
    assert refused(enrol, school, number="2025002") == ["PRG-062"]
    assert refused(enrol, school, "zhao", number="学号") == ["PRG-071"]
    assert refused(enrol, school, "zhao", number="2", enrolled_on=date(2025, 12, 1)) == ["PRG-066"]
    assert refused(enrol, school, "zhao", number="2", enrolled_on=date(2024, 9, 1)) == ["PRG-067"]
    assert refused(enrol, school, "zhao", number="2", enrolled_on=date(2024, 9, 1), joins_later=True) == ["PRG-070"]
    assert refused(enrol, school, "zhao", number="2", plan_id=999999) == ["PRG-030"]
    assert refused(enrol, school, "zhao", number="2", actor=school.zhou) == ["ACC-003"]
    assert StudentRecord.objects.count() == 1


def test_an_unpublished_plan_and_another_schools_plan_are_refused(school):
    draft = make_plan(school, "510202", publish=False)
    assert refused(enrol, school, plan_id=draft.pk) == ["PRG-060"]
    other = make_plan(school, "710201", "zhou", "xiling")
    assert refused(enrol, school, plan_id=other.pk) == ["PRG-069"]


def test_a_year_is_enrolled_whole_or_not_at_all(school):
    people = ensure_people(
        actor=SYSTEM,
        facts=[PersonFacts(f"学生{n}", invented_id_number(n, date(2007, 1, 1))) for n in range(100, 140)],
    )
    rows = [Enrolment(person, school.plan.pk, f"2025{n:04d}", DAY) for n, person in enumerate(people)]
    twice = [
        *rows,
        Enrolment(people[0], school.plan.pk, "20259999", DAY),
        Enrolment(school.wu_person, school.plan.pk, "20250001", DAY),
    ]
    assert refused(enrol_students, actor=school.lin, school_id=school.donghu, enrolments=twice) == [
        "PRG-062",
        "PRG-061",
    ]
    assert StudentRecord.objects.count() == 0
    ids = enrol_students(actor=school.lin, school_id=school.donghu, enrolments=rows)
    assert len(set(ids)) == 40
    assert enrol_students(actor=school.lin, school_id=school.donghu, enrolments=rows) == ids
    assert AuditLine.objects.get(action="enrol_students").facts["count"] == 40
    assert list_records(school.lin, school.donghu).count() == 40


def test_enrolling_many_takes_few_queries(school, django_assert_max_num_queries):
    people = ensure_people(
        actor=SYSTEM, facts=[PersonFacts(f"学生{n}", invented_id_number(n, date(2007, 1, 1))) for n in range(300, 600)]
    )
    rows = [Enrolment(person, school.plan.pk, f"2025{n:04d}", DAY) for n, person in enumerate(people)]
    actor = school.lin
    with django_assert_max_num_queries(12):
        enrol_students(actor=actor, school_id=school.donghu, enrolments=rows)


def test_a_transfer_closes_one_record_and_opens_the_next_under_the_same_number(school):
    record = enrol(school)
    other = make_plan(school, "510202")
    on = date(2025, 10, 10)
    following = transfer_student(
        actor=school.lin, record_id=record.public_id, plan_id=other.pk, on=on, reason="转专业申请已批准"
    )
    record.refresh_from_db()
    assert (record.state, record.left_on) == ("transferred", on)
    assert (following.state, following.student_number, following.follows_id) == ("enrolled", "2025001", record.pk)
    assert public.find_student_record(school.wu_person, school.donghu).plan_id == other.pk
    assert [r.state for r in public.list_student_records(school.wu_person)][-1] in {"transferred", "enrolled"}


def test_a_refused_transfer_changes_nothing(school):
    record = enrol(school)
    other = make_plan(school, "510202", publish=False)
    call = {"actor": school.lin, "record_id": record.public_id, "on": date(2025, 10, 10), "reason": "转专业"}
    assert refused(transfer_student, **call, plan_id=school.plan.pk) == ["PRG-068"]
    assert refused(transfer_student, **call, plan_id=other.pk) == ["PRG-060"]
    assert refused(transfer_student, **{**call, "reason": ""}, plan_id=other.pk) == ["PRG-070"]
    assert refused(transfer_student, **{**call, "actor": school.zhou}, plan_id=other.pk) == ["ACC-003"]
    assert refused(transfer_student, **{**call, "record_id": "NONE"}, plan_id=other.pk) == ["PRG-063"]
    record.refresh_from_db()
    assert record.state == "enrolled" and StudentRecord.objects.count() == 1


def test_leaving_and_why_not(school):
    record = enrol(school)
    call = {"actor": school.lin, "record_id": record.public_id, "reason": "本人申请退学"}
    assert refused(leave_school, **call, on=date(2025, 8, 1)) == ["PRG-065"]
    leave_school(**call, on=date(2025, 10, 10))
    record.refresh_from_db()
    assert (record.state, record.leaving_reason) == ("left", "本人申请退学")
    assert refused(leave_school, **call, on=date(2025, 10, 10)) == ["PRG-064"]
    again = enrol(school, number="2025009")
    assert again.pk != record.pk
    assert refused(enrol, school, "zhao", number="2025001") == ["PRG-061"]


def test_a_record_is_seen_by_its_school_and_its_student(school):
    record = enrol(school)
    assert access_record_for(school.lin, record.public_id).pk == record.pk
    assert access_record_for(school.wu, record.public_id).pk == record.pk
    for other in ("zhou", "zhao", "zhang"):
        assert refused(access_record_for, getattr(school, other), record.public_id) == ["PRG-063"]
    assert refused(list_records, school.zhou, school.donghu) == ["ACC-003"]
