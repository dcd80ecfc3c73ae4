"""After publication: the school's review, the candidate's answer, supplementary rounds, registration."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from guantong.domains.admission.actions import lists, placements, rounds, runs
from guantong.domains.admission.actions.computing import carry_out
from guantong.domains.admission.actions.cycles import LimitEntry, set_school_limits
from guantong.domains.admission.actions.placements import Registration, Review
from guantong.domains.admission.models import Placement, SchoolLimit
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.access import access_placement_for
from guantong.domains.admission.selectors.published import vacancies_shown
from guantong.domains.admission.selectors.queues import review_queue, to_register
from guantong.domains.admission.selectors.results import find_result
from guantong.domains.admission.selectors.statistics import shares_of, statistics_of
from guantong.domains.admission.tests.scene import AFTER, UNITS
from guantong.domains.credit.models import CreditAccount
from guantong.domains.programmes.models import StudentRecord
from guantong.domains.programmes.public import CourseEntry, draft_plan, publish_plan, replace_courses
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.told import told

LATER = AFTER + timedelta(days=1)


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(LATER):
        yield scene


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


def place(scene, name) -> Placement:
    return Placement.objects.get(candidate=scene.candidate(name), round=scene.round)


def review(scene, decisions, school="donghu"):
    actor = scene.officer if school == "donghu" else scene.cast.actor("nandu_admission")
    reviews = [Review(place(scene, name).pk, *what) for name, what in decisions.items()]
    return placements.review_candidates(
        actor=actor, round_=scene.round, school_id=scene.cast.organisation(school), reviews=reviews
    )


def review_all(scene, sent_back="丁"):
    admit = ("admit",)
    decisions = dict.fromkeys("甲乙丁癸", admit)
    if sent_back:
        decisions[sent_back] = ("send_back", "health", "色觉检查不符合。")
    review(scene, decisions)
    review(scene, dict.fromkeys("戊己庚", admit), "nandu")
    rounds.end_review(actor=scene.he, round_=scene.round)
    scene.refresh()


def test_a_school_admits_and_sends_back_with_a_reason_of_the_list(published, django_capture_on_commit_callbacks):
    scene = published
    assert [p.candidate.person.name for p in review_queue(scene.officer, scene.round, scene.cast.donghu)] == [
        "考生丁",
        "考生甲",
        "考生乙",
        "考生癸",
    ]
    with django_capture_on_commit_callbacks(execute=True):
        assert review(scene, {"甲": ("admit",), "丁": ("send_back", "health", "色觉检查不符合。")}) == 2
    sent = place(scene, "丁")
    assert (sent.state, sent.reason_id) == ("sent_back", "health")
    assert sent.reason == "体检结论不符合这个专业的要求。色觉检查不符合。"
    (notice,) = told("退回", person_id=scene.candidate("丁").person_id)
    assert "体检结论" in notice
    assert review(scene, {"甲": ("admit",)}) == 0, "again: nothing"
    for what, code in (
        (("send_back", "no-such-reason"), "ADM-120"),
        (("send_back", ""), "ADM-120"),
        (("perhaps",), "ADM-122"),
        (("send_back", "health"), "ADM-121"),
    ):
        with pytest.raises(Refusal) as refused:
            review(scene, {"甲": what})
        assert codes(refused) == [code]
    assert place(scene, "甲").state == "admitted"


def test_one_wrong_decision_undoes_all_of_them(published):
    scene = published
    with pytest.raises(Refusal):
        review(scene, {"甲": ("admit",), "乙": ("send_back", "")})
    assert place(scene, "甲").state == "dispatched"


def test_a_school_sees_and_decides_its_own_files_only(published):
    scene = published
    with pytest.raises(Refusal) as refused:
        placements.review_candidates(
            actor=scene.officer,
            round_=scene.round,
            school_id=scene.cast.donghu,
            reviews=[Review(place(scene, "戊").pk, "admit")],
        )
    assert codes(refused) == ["ADM-006"]
    with pytest.raises(Refusal) as refused:
        access_placement_for(scene.officer, place(scene, "戊").public_id)
    assert codes(refused) == ["ADM-006"]
    with pytest.raises(Refusal):
        review_queue(scene.cast.lin, scene.round, scene.cast.donghu)
    for actor in (scene.person("戊"), scene.he, scene.cast.actor("nandu_admission")):
        assert access_placement_for(actor, place(scene, "戊").public_id)


def test_confirmation_waits_for_every_school(published):
    scene = published
    review(scene, {"甲": ("admit",)})
    with pytest.raises(Refusal) as refused:
        rounds.end_review(actor=scene.he, round_=scene.round)
    assert codes(refused) == ["ADM-123"]
    assert "6 份" in refused.value.problems[0].message
    with pytest.raises(Refusal) as refused:
        placements.confirm_place(actor=scene.person("甲"), round_=scene.round)
    assert codes(refused) == ["ADM-291"]


def test_candidates_confirm_or_decline_once(published):
    scene = published
    review_all(scene)
    assert (scene.round.stage, scene.cycle.stage) == ("confirmation", "confirmation")
    assert placements.confirm_place(actor=scene.person("甲"), round_=scene.round).state == "confirmed"
    assert placements.confirm_place(actor=scene.person("甲"), round_=scene.round).state == "confirmed"
    assert placements.decline_place(actor=scene.person("乙"), round_=scene.round).state == "declined"
    with pytest.raises(Refusal) as refused:
        placements.confirm_place(actor=scene.person("乙"), round_=scene.round)
    assert codes(refused) == ["ADM-121"]
    for name in ("丙", "丁"):
        with pytest.raises(Refusal) as refused:
            placements.confirm_place(actor=scene.person(name), round_=scene.round)
        assert codes(refused) == ["ADM-125"]
    with pytest.raises(Refusal) as refused:
        rounds.end_confirmation(actor=scene.he, round_=scene.round)
    assert codes(refused) == ["ADM-124"]
    rounds.end_confirmation(actor=scene.he, round_=scene.round, unanswered="withdraw")
    assert place(scene, "戊").state == "withdrawn"
    assert place(scene, "戊").reason


def supplementary(scene):
    round_ = rounds.open_supplementary(
        actor=scene.he, cycle=scene.cycle, batch="higher", opens_at=LATER, closes_at=LATER + timedelta(days=1)
    )
    scene.round = round_
    return scene.refresh()


def test_a_supplementary_round_offers_what_is_vacant_to_who_has_nothing(published):
    scene = published
    review_all(scene)
    placements.decline_place(actor=scene.person("乙"), round_=scene.round)
    first = scene.round
    supplementary(scene)
    assert scene.round.number == 2
    # 丁 was sent back from 网络, 乙 gave 软件 up; 南渡 holds three in two seats and has nothing
    assert {v.place.title: v.left for v in vacancies_shown(scene.round)} == {
        "东湖职业技术学院 计算机网络技术": 1,
        "东湖职业技术学院 软件技术": 1,
    }
    assert scene.round.floor == {"key": "total", "at_least": "330", "step": "20"}
    for name, code in (("甲", "ADM-085"), ("乙", "ADM-086")):
        with pytest.raises(Refusal) as refused:
            lists.save_list(
                actor=scene.person(name), round_=scene.round, entries=[ChoiceEntry(UNITS["东湖01"])], revision=0
            )
        assert codes(refused) == [code]
    with pytest.raises(Refusal) as refused:
        lists.save_list(
            actor=scene.person("丙"), round_=scene.round, entries=[ChoiceEntry(UNITS["南渡01"])], revision=0
        )
    assert codes(refused) == ["ADM-087"]
    with pytest.raises(Refusal) as refused:
        supplementary(scene)
    assert codes(refused) == ["ADM-094"]
    scene.round = rounds.Round.objects.get(batch="higher", number=2)
    for name in ("丙", "辛"):
        scene.fill(name, "东湖01")
    scene.fill("丁", "东湖01", programmes=["510203"])
    with clock.frozen_at(LATER + timedelta(days=1, minutes=1)):
        rounds.close_round(actor=scene.he, round_=scene.round)
        run = carry_out(run=runs.start_run(actor=scene.he, round_=scene.round))
        assert run.state == "sealed"
        runs.publish_run(actor=scene.he, run=run)
        scene.refresh()
        # two seats, ⌈2 × 1.05⌉ = 3 files: 丙 wishes any and gets the first place of the group, 网络 (510202 before
        # 510203); 丁 gets 软件; 辛 is filed beyond the seats and sent back
        titles = {n: find_result(scene.candidate(n), scene.round) for n in "丙丁辛"}
        assert {n: r.place_title for n, r in titles.items()} == {
            "丙": "东湖职业技术学院 计算机网络技术",
            "丁": "东湖职业技术学院 软件技术",
            "辛": "",
        }
        assert titles["辛"].choices[0].code == "sent_back_full"
        assert find_result(scene.candidate("甲"), scene.round).choices == ()
        assert find_result(scene.candidate("甲"), first).ordinal == 1
        assert Placement.objects.filter(round=scene.round).count() == 2


def test_the_number_of_supplementary_rounds_is_the_law_s(published):
    scene = published
    review_all(scene)
    for _ in range(2):
        supplementary(scene)
        scene.round.stage = "closed"
        scene.round.save()
    with pytest.raises(Refusal) as refused:
        supplementary(scene)
    assert codes(refused) == ["ADM-126"]
    assert refused.value.problems[0].basis is not None


def test_nothing_vacant_needs_no_supplementary_round(published):
    scene = published
    review_all(scene, sent_back="")
    with pytest.raises(Refusal) as refused:
        supplementary(scene)
    assert codes(refused) == ["ADM-127"]


def curriculum(scene, code="510203"):
    plan = draft_plan(
        actor=scene.cast.lin,
        school_id=scene.cast.donghu,
        programme_code=code,
        cohort=2026,
        entry="secondary",
        duration_years=Decimal(3),
        total_credits_hundredths=300,
        hours_per_credit=16,
    )
    course = CourseEntry(
        code="G01",
        name="思想道德与法治",
        category="public",
        credits_hundredths=300,
        hours=48,
        practice_hours=16,
        semester=1,
        is_required=True,
        is_convertible=False,
    )
    replace_courses(actor=scene.cast.lin, plan_id=plan.pk, courses=[course])
    publish_plan(actor=scene.cast.lin, plan_id=plan.pk, explanation="测试用的小方案，学时没有达到国家规定。")


SEPTEMBER = date(2026, 9, 1)


def register(scene, name, **changes):
    values = {
        "placement_id": place(scene, name).pk,
        "student_number": "2026510203001",
        "online_review": "学历和身份核对无误",
        "site_check": "本人到校，照片相符",
    }
    return placements.register_students(
        actor=scene.officer, school_id=scene.cast.donghu, registrations=[Registration(**values | changes)]
    )


def test_a_confirmed_candidate_becomes_a_student_with_an_account(published):
    scene = published
    review_all(scene)
    placements.confirm_place(actor=scene.person("甲"), round_=scene.round)
    curriculum(scene)
    with clock.frozen_at(SEPTEMBER):
        (row,) = register(scene, "甲")
        assert row.state == "registered"
        record = StudentRecord.objects.get(pk=row.student_record_id)
        assert (record.person_id, record.student_number) == (row.person_id, "2026510203001")
        assert CreditAccount.objects.filter(person_id=row.person_id).exists()
        register(scene, "甲")
        assert StudentRecord.objects.count() == 1, "again: nothing"
        assert [p.state for p in to_register(scene.officer, scene.cycle, scene.cast.donghu)] == ["registered"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mode": "part_time"}, "ADM-132"),
        ({"site_check": ""}, "ADM-134"),
        ({"online_review": " "}, "ADM-134"),
        ({"mode": "weekends"}, "ADM-042"),
    ],
)
def test_registration_has_its_conditions(published, changes, code):
    scene = published
    review_all(scene)
    placements.confirm_place(actor=scene.person("甲"), round_=scene.round)
    curriculum(scene)
    with clock.frozen_at(SEPTEMBER), pytest.raises(Refusal) as refused:
        register(scene, "甲", **changes)
    assert codes(refused) == [code]
    assert not StudentRecord.objects.exists()
    assert not CreditAccount.objects.exists()
    assert place(scene, "甲").state == "confirmed"


def test_who_has_not_confirmed_and_what_has_no_curriculum_is_not_registered(published):
    scene = published
    review_all(scene)
    with clock.frozen_at(SEPTEMBER), pytest.raises(Refusal) as refused:
        register(scene, "甲")
    assert codes(refused) == ["ADM-131", "ADM-133"]


def test_an_unqualified_school_registers_nobody(published):
    scene = published
    review_all(scene)
    placements.confirm_place(actor=scene.person("甲"), round_=scene.round)
    curriculum(scene)
    SchoolLimit.objects.filter(school_id=scene.cast.donghu).update(is_qualified=False, reason="资格被撤销。")
    with clock.frozen_at(SEPTEMBER), pytest.raises(Refusal) as refused:
        register(scene, "甲")
    assert codes(refused) == ["ADM-036"]
    assert refused.value.problems[0].basis is not None


def test_sizes_are_set_while_plans_are_made_only(published):
    with pytest.raises(Refusal) as refused:
        set_school_limits(
            actor=published.he, cycle=published.cycle, limits=[LimitEntry(published.nandu, 9, "云澜招〔2026〕1号")]
        )
    assert codes(refused) == ["ADM-291"]


def test_the_database_itself_keeps_one_living_place_a_person_and_year(published):
    from django.db import IntegrityError, transaction

    scene = published
    row = place(scene, "甲")
    row.pk, row.public_id = None, "SECOND"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_figures_and_shares_are_counted_from_rows(published):
    scene = published
    review_all(scene)
    figures = statistics_of(scene.cycle)
    assert (figures.schools, figures.places, figures.seats, figures.candidates) == (2, 4, 6, 10)
    assert (figures.placed, figures.admitted) == (7, 6)
    assert figures.ordinals == ((1, 6), (2, 1))
    shares = {s.share.id: s for s in shares_of(scene.cycle)}
    assert shares["vocational-graduates"].value == 100
    assert shares["secondary-to-higher"].value is None
    assert "缺数据" in shares["secondary-to-higher"].sentence
