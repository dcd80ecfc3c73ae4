"""The admission year of the invented province, small: every desk finds work in the stage it is promised."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.domains.admission.actions.lists import lock_list, save_list
from guantong.domains.admission.models import (
    Appeal,
    Candidate,
    Cycle,
    IntakePlan,
    Opening,
    Placement,
    PreferenceList,
    ProvedFact,
    Round,
    Run,
)
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.places import places_of_round, units_of
from guantong.domains.admission.selectors.risk import risk_of
from guantong.domains.programmes.actions.catalogue import load_catalogue
from guantong.domains.programmes.models import StudentRecord
from guantong.kernel import clock, tokens
from guantong.site.demo.admission.build import build_admission
from guantong.site.demo.build import _accounts
from guantong.site.demo.places import RULE_SCHOOLS, build_places
from guantong.site.demo.schooling import Schooling

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(baseline):
    """Twelve schools, fifty learners, three hundred candidates."""
    today = clock.today()
    with tokens.seeded(7):
        with clock.frozen_at(today - timedelta(days=800)), transaction.atomic():
            places = build_places()
            load_catalogue(actor=SYSTEM)
            users = _accounts(places.keyed, today - timedelta(days=800))
        rule = [places.keyed[key] for key, *_ in RULE_SCHOOLS]
        others = [school for school in places.schools if school not in rule]
        wanted = {"higher_school": 2, "bachelor_school": 1, "secondary_school": 1}
        places.schools = rule + [
            school for kind, most in wanted.items() for school in [s for s in others if places.kinds[s] == kind][:most]
        ]
        schooling = Schooling(Random(7), places, today)
        with clock.frozen_at(today - timedelta(days=400)):
            schooling.build_plans()
        schooling.enrol(50)
        told: list[str] = []
        build_admission(places, schooling, users, today, 300, lambda: None, told.append)
    return schooling, told


def test_every_desk_finds_its_work_and_the_candidate_of_the_card_locks_a_list_today(province):
    schooling, told = province
    desks_find_their_work(schooling, told)
    the_card_builds_and_locks_a_list()


def desks_find_their_work(schooling, told):
    past, coming = schooling.year, schooling.year + 1
    stages = {(c.year, c.channel): c.stage for c in Cycle.objects.all()}
    assert stages == {
        (past, "vocational-exam"): "closed",
        (past, "secondary"): "closed",
        (coming, "vocational-exam"): "confirmation",
        (coming, "school-exam"): "review",
        (coming, "to-bachelor"): stages[(coming, "to-bachelor")],
        (coming, "social"): "registration",
        (coming, "through-training"): "registration",
        (coming, "exam-free"): "plans",
    }
    assert len(told) == 8

    done = Cycle.objects.get(year=past, channel="vocational-exam")
    real = Run.objects.filter(round__cycle=done, purpose="real")
    assert {(r.round.batch, r.round.number) for r in real} >= {("advance", 1), ("bachelor", 1), ("higher", 1)}
    assert all(
        (r.state, r.mismatches, r.violations) == ("published", [], []) for r in Run.objects.filter(purpose="real")
    )
    states = Counter(Placement.objects.filter(cycle=done).values_list("state", flat=True))
    assert not states.keys() & {"dispatched", "admitted", "confirmed"}, "the year is over"
    registered = Placement.objects.filter(cycle=done, state="registered")
    records = StudentRecord.objects.filter(pk__in=registered.values("student_record_id"))
    assert records.count() == registered.count() > 10
    assert set(records.values_list("cohort", flat=True)) == {past}
    decided = Appeal.objects.filter(round__cycle=done)
    assert decided.filter(state="refused").count() == 1
    effects = [one.decision["effect"] for one in decided.filter(state="granted")]
    assert effects in ([], ["extra_seat"]), (
        "granted only when the repetition gives a place; so small a year may have none"
    )
    assert Opening.objects.filter(cycle=done).count() == 10, "the ten matters are open"
    now = Cycle.objects.get(year=coming, channel="vocational-exam")
    rounds = {(one.batch, one.number): one.stage for one in now.rounds.all()}
    assert rounds == {
        ("advance", 1): "closed",
        ("bachelor", 1): "closed",
        ("bachelor", 2): "closed",
        ("higher", 1): "choices",
    }, "the year under way shows every batch it declares"
    runs = Counter(Run.objects.filter(round__cycle=now).values_list("round__batch", "purpose"))
    assert runs[("advance", "real")] == 1 and runs[("bachelor", "real")] == 2
    assert runs[("advance", "mock")] == runs[("bachelor", "mock")] == runs[("higher", "mock")] == 1
    two = IntakePlan.objects.filter(cycle__channel="through-training", state="approved")
    assert set(two.values_list("batch", flat=True)) == {"three-four", "five-year"}
    facts_come_from_the_bank(done, now)
    assert IntakePlan.objects.filter(cycle__channel="exam-free", state="submitted").exists()
    assert Run.objects.filter(round__cycle__year=coming, purpose="mock").exists()


def facts_come_from_the_bank(done, now):
    states = Counter(ProvedFact.objects.filter(cycle=done).values_list("state", flat=True))
    assert states.keys() <= {"bank", "confirmed", "refused"}, "nothing of a finished year waits"
    assert states["bank"] and states["confirmed"] > states["bank"]
    luo = User.objects.get(username="luo").person_id
    own = ProvedFact.objects.get(cycle=done, candidate__person_id=luo, attribute="grade")
    assert (own.state, own.counted) == ("bank", "高级工")
    assert any("免专业知识" in line["sentence"] for line in own.candidate.score.applied)
    cheng = User.objects.get(username="cheng").person_id
    own = {fact.attribute: fact for fact in ProvedFact.objects.filter(cycle=now, candidate__person_id=cheng)}
    assert (own["award"].state, own["award"].counted) == ("bank", "全省一等奖")
    assert own["award"].candidate.score.keys["points"] == 10_000
    social = ProvedFact.objects.filter(cycle__channel="social", state="waiting")
    assert social.exists(), "the desk finds statements to confirm"


def the_card_builds_and_locks_a_list():
    cheng = actor_for(User.objects.get(username="cheng"))
    cycle = Cycle.objects.get(channel="vocational-exam", stage="confirmation")
    candidate = Candidate.objects.get(cycle=cycle, person_id=cheng.person_id)
    round_ = Round.objects.select_related("cycle").get(cycle=cycle, batch="higher")
    assert round_.opens_at <= clock.now() < round_.closes_at
    assert not PreferenceList.objects.filter(candidate=candidate).exists()
    places = [p for p in places_of_round(round_) if p.category_name == "电子与信息大类" and p.kind == "ordinary"]
    entries = [ChoiceEntry(unit) for unit in units_of(places, "group")]
    assert len(entries) >= 3
    estimate = risk_of(candidate, round_, entries)
    assert [one.level for one in estimate.choices].count("unknown") < len(entries), "last year's cut-offs are found"
    row = save_list(actor=cheng, round_=round_, entries=entries, revision=0)
    row = lock_list(actor=cheng, round_=round_, revision=row.revision, is_confirmed=True)
    assert row.state == "locked"
