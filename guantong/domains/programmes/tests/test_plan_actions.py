"""Offerings and curriculum plans: drafted, filled, published; who may; what a refusal leaves unchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from guantong.base.accounts.public import SYSTEM, VISITOR
from guantong.base.audit.models import AuditLine
from guantong.domains.programmes import public
from guantong.domains.programmes.actions import (
    draft_plan,
    enrol_student,
    load_catalogue,
    offer_programme,
    offer_programmes,
    publish_plan,
    replace_courses,
)
from guantong.domains.programmes.actions.plans import content_digest
from guantong.domains.programmes.models import CurriculumPlan, Offering, PlanCourse
from guantong.domains.programmes.selectors.offerings import schools_offering
from guantong.domains.programmes.selectors.plans import access_plan_for, checks_of, list_own_plans
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from .plans import course, good_courses

pytestmark = pytest.mark.django_db


@pytest.fixture
def donghu(cast):
    """东湖职校 offers 软件技术 in 2025."""
    load_catalogue(actor=SYSTEM)
    offer_programme(actor=cast.lin, school_id=cast.donghu, programme_code="510203", year=2025, department="信息工程系")
    return cast


def draft(cast, **changes):
    values = {
        "actor": cast.lin,
        "school_id": cast.donghu,
        "programme_code": "510203",
        "cohort": 2025,
        "entry": "senior",
        "duration_years": Decimal(3),
        "total_credits_hundredths": 14000,
        "hours_per_credit": 16,
    }
    return draft_plan(**{**values, **changes})


def refused(call, **arguments):
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    return [p.code for p in caught.value]


def published(cast, **changes):
    plan = draft(cast, **changes)
    replace_courses(actor=cast.lin, plan_id=plan.pk, courses=good_courses())
    return publish_plan(actor=cast.lin, plan_id=plan.pk)


# ---- offerings


def test_an_offering_is_registered_once_and_its_state_changes(donghu):
    again = {"actor": donghu.lin, "school_id": donghu.donghu, "programme_code": "510203", "year": 2025}
    offer_programme(**again, department="信息工程系")
    assert Offering.objects.count() == 1
    assert AuditLine.objects.filter(action="offer_programme").count() == 1
    offer_programme(**again, department="信息工程系", state="suspended")
    assert Offering.objects.get().state == "suspended"
    line = AuditLine.objects.filter(action="offer_programme").latest("id")
    assert (line.facts["before"], line.facts["after"]) == ("offered", "suspended")


def test_who_may_offer_what(donghu):
    call = {"actor": donghu.lin, "school_id": donghu.donghu, "programme_code": "510202", "year": 2025}
    assert refused(offer_programme, **{**call, "actor": donghu.zhou}) == ["ACC-003"]
    assert refused(offer_programme, **{**call, "actor": VISITOR}) == ["ACC-001"]
    assert refused(offer_programme, **{**call, "programme_code": "310203"}) == ["PRG-021"]
    assert refused(offer_programme, **{**call, "programme_code": "519999"}) == ["PRG-008"]
    assert refused(offer_programme, **{**call, "year": 2027}) == ["PRG-022"]
    assert refused(offer_programme, **{**call, "actor": SYSTEM, "school_id": donghu.enterprise}) == ["PRG-020"]
    assert Offering.objects.count() == 1


def test_a_years_list_is_entered_whole_or_not_at_all(donghu):
    call = {"actor": donghu.lin, "school_id": donghu.donghu, "year": 2024}
    assert refused(offer_programmes, **call, programmes=[("510201", ""), ("310203", "")]) == ["PRG-021"]
    assert Offering.objects.filter(year=2024).count() == 0
    assert len(offer_programmes(**call, programmes=[("510201", ""), ("510202", "")])) == 2


def test_an_offering_with_students_is_not_withdrawn(donghu):
    plan = published(donghu)
    enrol_student(
        actor=donghu.lin,
        school_id=donghu.donghu,
        person_id=donghu.wu_person,
        plan_id=plan.pk,
        student_number="2025001",
        enrolled_on=date(2025, 9, 1),
    )
    call = {"actor": donghu.lin, "school_id": donghu.donghu, "programme_code": "510203", "year": 2025}
    assert refused(offer_programme, **call, state="withdrawn") == ["PRG-024"]


def test_schools_that_offer_a_programme(donghu):
    offering = Offering.objects.get()
    found = schools_offering(offering.programme_id, date(2025, 10, 15))
    assert [(s.school, s.region, s.years, s.is_open) for s in found] == [("东湖职业技术学院", "湖滨区", (2025,), True)]


# ---- drafting


def test_a_plan_begins_as_a_draft_with_its_name(donghu):
    plan = draft(donghu)
    assert (plan.state, plan.version, plan.name) == ("drafted", 1, "软件技术专业 2025 级人才培养方案")
    assert AuditLine.objects.filter(action="draft_plan", subject_id=plan.public_id).count() == 1


def test_a_second_draft_for_the_same_cohort_is_refused(donghu):
    draft(donghu)
    with pytest.raises(Refusal) as caught:
        draft(donghu)
    assert caught.value.code == "PRG-032"
    draft(donghu, entry="secondary", duration_years=Decimal(2))


def test_drafting_is_refused_with_every_reason(donghu):
    with pytest.raises(Refusal) as caught:
        draft(donghu, cohort=2024, entry="?", duration_years=Decimal(0), total_credits_hundredths=0, hours_per_credit=0)
    assert [p.code for p in caught.value] == ["PRG-042", "PRG-033", "PRG-034", "PRG-035", "PRG-023"]
    with pytest.raises(Refusal) as caught:
        draft(donghu, actor=donghu.zhou)
    assert caught.value.code == "ACC-003"
    assert not CurriculumPlan.objects.exists()


# ---- courses


def test_courses_are_replaced_whole(donghu):
    plan = draft(donghu)
    assert replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=good_courses()) == []
    facts = public.plan_facts(plan.pk)
    assert [c.code for c in facts.courses] == [c.code for c in good_courses()]
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=good_courses()[:3])
    assert PlanCourse.objects.filter(plan=plan).count() == 3


def test_the_same_courses_again_change_nothing(donghu):
    plan = draft(donghu)
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=good_courses())
    ids = list(PlanCourse.objects.values_list("pk", flat=True))
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=good_courses())
    assert list(PlanCourse.objects.values_list("pk", flat=True)) == ids
    assert AuditLine.objects.filter(action="replace_courses").count() == 1


def test_one_bad_course_leaves_the_old_table(donghu):
    plan = draft(donghu)
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=good_courses())
    bad = [*good_courses(), course("GG01", "重码", "core", 3, 48, 60, 9)]
    assert refused(replace_courses, actor=donghu.lin, plan_id=plan.pk, courses=bad) == ["PRG-052", "PRG-050", "PRG-051"]
    assert refused(replace_courses, actor=donghu.lin, plan_id=plan.pk, courses=[]) == ["PRG-036"]
    assert refused(replace_courses, actor=donghu.zhou, plan_id=plan.pk, courses=good_courses()) == ["ACC-003"]
    assert PlanCourse.objects.filter(plan=plan).count() == len(good_courses())


def test_what_should_be_looked_at_is_given_back_not_refused(donghu):
    plan = draft(donghu)
    odd = [*good_courses(), course("X1", "学时偏多", "core", 1, 60, 0, 1)]
    found = replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=odd)
    assert [p.code for p in found] == ["PRG-054"]
    assert PlanCourse.objects.filter(plan=plan).count() == len(odd)


# ---- publishing


def test_publication_keeps_day_law_and_checks(donghu):
    plan = published(donghu)
    plan.refresh_from_db()
    assert (plan.state, plan.law_on, len(plan.law_version)) == ("published", date(2025, 10, 15), 64)
    line = AuditLine.objects.get(action="publish_plan")
    assert line.law_version == plan.law_version and line.facts["checks"]["practice_share"] == "met"
    publish_plan(actor=donghu.lin, plan_id=plan.pk)
    assert AuditLine.objects.filter(action="publish_plan").count() == 1


def test_a_published_plan_is_not_changed_any_more(donghu):
    plan = published(donghu)
    assert refused(replace_courses, actor=donghu.lin, plan_id=plan.pk, courses=good_courses()[:1]) == ["PRG-031"]
    assert plan.courses.count() == len(good_courses())


def test_a_later_version_takes_the_place_of_the_earlier(donghu):
    first = published(donghu)
    second = draft(donghu, based_on=first.public_id)
    assert second.version == 2 and second.courses.count() == len(good_courses())
    publish_plan(actor=donghu.lin, plan_id=second.pk)
    first.refresh_from_db()
    assert first.state == "superseded"
    assert [p.version for p in public.list_plans(school_id=donghu.donghu)] == [2]


def test_a_check_that_is_not_met_is_named_with_its_clause_and_needs_an_explanation(donghu):
    plan = draft(donghu)
    few = [replace(c, is_required=True) for c in good_courses()]
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=few)
    CurriculumPlan.objects.filter(pk=plan.pk).update(total_credits=15100)
    with pytest.raises(Refusal) as caught:
        publish_plan(actor=donghu.lin, plan_id=plan.pk)
    assert [p.code for p in caught.value] == ["PRG-039"]
    assert "选修课学时占总学时" in str(caught.value) and "教职成〔2019〕13号" in str(caught.value)
    plan.refresh_from_db()
    assert plan.state == "drafted"
    assert refused(publish_plan, actor=donghu.lin, plan_id=plan.pk, explanation="没有") == ["PRG-040"]
    reason = "本年级为定向培养班，选修课安排在校外基地，另行计入。"
    done = publish_plan(actor=donghu.lin, plan_id=plan.pk, explanation=reason)
    assert done.explanation == reason
    assert AuditLine.objects.get(action="publish_plan").reason == reason


def test_only_what_was_seen_is_published(donghu):
    plan = draft(donghu)
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=good_courses())
    seen = content_digest(CurriculumPlan.objects.get(pk=plan.pk))
    changed = [replace(c, name="改了名") if c.code == "HX01" else c for c in good_courses()]
    replace_courses(actor=donghu.lin, plan_id=plan.pk, courses=changed)
    assert refused(publish_plan, actor=donghu.lin, plan_id=plan.pk, seen_digest=seen) == ["PRG-041"]
    now = content_digest(CurriculumPlan.objects.get(pk=plan.pk))
    assert publish_plan(actor=donghu.lin, plan_id=plan.pk, seen_digest=now).state == "published"


def test_the_law_of_the_day_of_publication_stays_with_the_plan(donghu):
    plan = published(donghu)
    before = [(c.key, c.outcome) for c in checks_of(plan)]
    with clock.frozen_at(date(2035, 1, 1)):
        assert [(c.key, c.outcome) for c in checks_of(CurriculumPlan.objects.get(pk=plan.pk))] == before


# ---- who sees what


def test_a_draft_is_unknown_to_everyone_but_its_school(donghu):
    plan = draft(donghu)
    assert access_plan_for(donghu.lin, plan.public_id).pk == plan.pk
    for other in (donghu.zhou, donghu.chen, donghu.wu, VISITOR):
        assert refused(access_plan_for, actor=other, public_id=plan.public_id) == ["PRG-030"]
    assert refused(list_own_plans, actor=donghu.zhou, school_id=donghu.donghu) == ["ACC-003"]
    assert public.find_plan_id(plan.public_id) is None


def test_a_published_plan_is_open_to_everyone(donghu):
    plan = published(donghu)
    assert access_plan_for(VISITOR, plan.public_id).pk == plan.pk
    assert public.find_plan_id(plan.public_id) == plan.pk


def test_plan_facts_carry_every_column(donghu):
    plan = published(donghu)
    facts = public.plan_facts(plan.pk)
    assert (facts.programme_code, facts.level, facts.school_kind) == ("510203", "higher", "higher_school")
    internship = facts.courses[-1]
    assert (internship.weeks, internship.topic, internship.is_convertible) == (24, "internship", False)
    assert refused(public.plan_facts, plan_id=999999) == ["PRG-030"]
