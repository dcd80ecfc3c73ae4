"""Facts that must be proved, as the rules see them and as they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.notices.models import Notice
from guantong.domains.admission.actions import candidates, cycles, rounds, scores
from guantong.domains.admission.actions.candidates import CandidateEntry
from guantong.domains.admission.actions.proving import correct_proved, decide_facts, refresh_all, refresh_facts
from guantong.domains.admission.actions.scores import ScoreEntry
from guantong.domains.admission.models import Candidate, ProvedFact
from guantong.domains.admission.selectors.instances import as_bytes, digests_of_input, from_bytes, read_round
from guantong.domains.admission.selectors.proving import changes_of
from guantong.domains.admission.tests.bank import AWARD, confirm, decision, deposit, fact, revoke
from guantong.domains.admission.tests.scene import FACTS, MARKS, PAPERS, roster
from guantong.domains.admission.tests.test_proof_rules import record
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.cast import BASELINE, invented_id_number

pytestmark = pytest.mark.django_db


# ---- registering -------------------------------------------------------------------------------------------------


@pytest.fixture
def registering(planned):
    cycles.move_cycle(actor=planned.he, cycle=planned.cycle, to="registration")
    return planned.refresh()


def register(scene, **facts):
    """考生甲 and the others; 甲 states ``facts`` besides."""
    rows = roster()
    rows[0] = CandidateEntry(rows[0].name, rows[0].id_number, {**FACTS, **facts})
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=rows)
    return scene


def give_marks(scene, *, theory: str = "120"):
    entries = [
        ScoreEntry(scene.candidate(name).number, dict(zip(PAPERS, marks, strict=True)), f"考生{name}")
        for name, marks in MARKS.items()
    ]
    entries[0] = replace(entries[0], papers={**entries[0].papers, "theory": theory})
    scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=entries)


def test_what_is_stated_on_a_roster_counts_nothing_until_it_is_proved(registering, django_capture_on_commit_callbacks):
    scene = register(registering, award="全省一等奖", grade="高级工")
    one = scene.candidate("甲")
    assert (one.attributes["award"], one.attributes["grade"]) == (None, None)
    assert (fact(scene, "甲", "award").state, fact(scene, "甲", "award").stated) == ("waiting", "全省一等奖")
    give_marks(scene)
    assert scene.candidate("甲").score.total_thousandths == 600_000, "no points, no waived paper"
    with django_capture_on_commit_callbacks(execute=True):
        assert confirm(scene, "甲", "award", "全省一等奖") == 1
    assert scene.candidate("甲").attributes["award"] == "全省一等奖"
    assert scene.candidate("甲").score.total_thousandths == 610_000, "the score is made again with the ten points"
    assert confirm(scene, "甲", "award", "全省一等奖") == 0, "the same again changes nothing"
    row = fact(scene, "甲", "award")
    assert (row.state, row.reason, row.decided_by) == ("confirmed", "核验证书原件 S0001。", scene.he.label)
    assert Notice.objects.filter(person=scene.candidate("甲").person).count() == 1


def test_the_same_roster_again_is_known(registering):
    scene = register(registering, award="全省一等奖")
    rows = roster()
    rows[0] = CandidateEntry(rows[0].name, rows[0].id_number, {**FACTS, "award": "全省一等奖"})
    found = candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=rows)
    assert found == (0, 10)
    rows[0] = CandidateEntry(rows[0].name, rows[0].id_number, {**FACTS, "award": "全省二等奖"})
    with pytest.raises(Refusal) as caught:
        candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=rows)
    assert caught.value.code == "ADM-050"


def test_a_record_of_the_bank_counts_without_being_stated(registering):
    scene = registering
    person = candidates.ensure_people(
        actor=scene.he, facts=[candidates.PersonFacts("考生甲", invented_id_number(100, date(2007, 5, 1)))]
    )[0]
    kept = deposit(scene, person)
    register(scene)
    row = fact(scene, "甲", "grade")
    assert (row.state, row.counted, row.stated, row.record["id"]) == ("bank", "高级工", "", kept.public_id)
    assert (row.record["issuer"], row.record["recognised_on"]) == ("云澜技能评价中心", "2025-10-15")
    assert ProvedFact.objects.count() == 1, "nobody else has a record"
    give_marks(scene, theory="")
    # 480 of 600 without the waived paper, raised to 750
    assert scene.candidate("甲").score.total_thousandths == 600_000


def test_who_registers_alone_has_the_records_of_the_own_account_only(registering):
    scene = register(registering)
    me, other = scene.person("甲"), scene.candidate("乙")
    deposit(scene, other.person_id, **AWARD)
    deposit(scene, me.person_id)
    candidates.register_self(actor=me, cycle=scene.cycle, attributes=FACTS)
    mine = scene.candidate("甲").attributes
    assert (mine["grade"], mine["award"]) == ("高级工", None)
    count = AuditLine.objects.filter(action="register_self").count()
    candidates.register_self(actor=me, cycle=scene.cycle, attributes=FACTS)
    assert AuditLine.objects.filter(action="register_self").count() == count, "the same again writes nothing"


def test_a_statement_taken_back_leaves_nothing(registering):
    scene = register(registering)
    me = scene.person("甲")
    candidates.register_self(actor=me, cycle=scene.cycle, attributes={**FACTS, "merit": "三等功"})
    assert fact(scene, "甲", "merit").state == "waiting", "the bank keeps no military merits: the authority confirms"
    candidates.register_self(actor=me, cycle=scene.cycle, attributes=FACTS)
    assert not ProvedFact.objects.exists()


def test_a_record_recognised_or_issued_after_the_last_day_does_not_count(registering):
    scene = register(registering)
    person = scene.candidate("甲").person_id
    until = date.fromisoformat(scene.cycle.dates["registration"]["until"])
    with clock.frozen_at(until + timedelta(days=1)):
        deposit(scene, person)
        assert changes_of(scene.cycle) == [], "recognised the day after"
    with clock.frozen_at(until):
        deposit(scene, person, **AWARD)
    with clock.frozen_at(until + timedelta(days=1)):
        assert [sorted(one.after) for one in changes_of(scene.cycle)] == [["award"]]


def test_a_record_that_was_over_on_the_day_does_not_count(registering):
    scene = register(registering)
    deposit(scene, scene.candidate("甲").person_id, valid_until=BASELINE.date() + timedelta(days=9))
    with clock.frozen_at(BASELINE + timedelta(days=10)):
        assert changes_of(scene.cycle) == []
    with clock.frozen_at(BASELINE + timedelta(days=9)):
        assert len(changes_of(scene.cycle)) == 1, "its last day is a good day"


# ---- decisions ---------------------------------------------------------------------------------------------------


def test_decisions_are_all_or_none_and_say_what_stands_in_the_way(registering):
    scene = register(registering, award="全省一等奖", merit="三等功")
    deposit(scene, scene.candidate("乙").person_id)
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    chosen = [
        decision(scene, "甲", "merit", "三等功"),
        decision(scene, "甲", "award", "全国三等奖以上"),
        decision(scene, "丙", "award", "全省一等奖"),
        decision(scene, "乙", "grade", ""),
    ]
    with pytest.raises(Refusal) as caught:
        decide_facts(actor=scene.he, cycle=scene.cycle, decisions=chosen, is_confirmed=True, reason="原件")
    assert [p.code for p in caught.value] == ["ADM-189", "ADM-188", "ADM-188"]
    assert fact(scene, "甲", "merit").state == "waiting"


@pytest.mark.parametrize(("is_confirmed", "code"), [(True, "ADM-185"), (False, "ADM-186")])
def test_a_decision_says_on_what_evidence(registering, is_confirmed, code):
    scene = register(registering, award="全省一等奖")
    chosen = [decision(scene, "甲", "award", "全省一等奖")]
    with pytest.raises(Refusal) as caught:
        decide_facts(actor=scene.he, cycle=scene.cycle, decisions=chosen, is_confirmed=is_confirmed, reason=" ")
    assert caught.value.code == code
    with pytest.raises(Refusal) as caught:
        decide_facts(actor=scene.he, cycle=scene.cycle, decisions=[], is_confirmed=is_confirmed, reason="原件")
    assert caught.value.code == "ADM-187"


def test_a_refused_statement_does_not_count_and_a_wrong_refusal_is_put_right(registering):
    scene = register(registering, award="全省一等奖")
    chosen = [decision(scene, "甲", "award", "全省一等奖")]
    decide_facts(actor=scene.he, cycle=scene.cycle, decisions=chosen, is_confirmed=False, reason="没有交来证书。")
    assert (fact(scene, "甲", "award").state, scene.candidate("甲").attributes["award"]) == ("refused", None)
    confirm(scene, "甲", "award", "全省一等奖")
    assert scene.candidate("甲").attributes["award"] == "全省一等奖"


def test_only_the_authority_of_the_region_decides(registering):
    scene = register(registering, award="全省一等奖")
    chosen = [decision(scene, "甲", "award", "全省一等奖")]
    for actor in (scene.officer, scene.person("甲"), scene.person("乙")):
        with pytest.raises(Refusal) as caught:
            decide_facts(actor=actor, cycle=scene.cycle, decisions=chosen, is_confirmed=True, reason="原件")
        assert caught.value.code.startswith("ACC-")
        with pytest.raises(Refusal):
            refresh_facts(actor=actor, cycle=scene.cycle)
    assert fact(scene, "甲", "award").state == "waiting"


# ---- records that are lost ---------------------------------------------------------------------------------------


def test_a_revoked_certificate_stops_counting_before_the_deadline_and_the_candidate_is_told(
    registering, django_capture_on_commit_callbacks
):
    scene = registering
    register(scene)
    kept = deposit(scene, scene.candidate("甲").person_id)
    assert refresh_facts(actor=scene.he, cycle=scene.cycle) == 1
    give_marks(scene, theory="")
    scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    revoke(scene, kept)
    with django_capture_on_commit_callbacks(execute=True):
        assert refresh_all() == "按学分银行的记录更新了 1 名考生的信息。"
    one = scene.candidate("甲")
    assert (one.attributes["grade"], fact(scene, "甲", "grade").state) == (None, "lost")
    assert fact(scene, "甲", "grade").why == "存入单位已撤销"
    assert one.score.total_thousandths is None, "the theory paper is not waived any more and has no mark"
    with pytest.raises(Refusal) as caught:
        scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    assert caught.value.code == "ADM-061"
    told = [n for n in Notice.objects.filter(person=one.person) if n.link.endswith("/registration/")]
    assert len(told) == 1
    assert refresh_all() == "", "told once"
    entry = ScoreEntry(one.number, dict(zip(PAPERS, MARKS["甲"], strict=True)), "考生甲")
    scores.enter_scores(actor=scene.he, cycle=scene.cycle, entries=[entry])
    assert scene.candidate("甲").score.total_thousandths == 600_000


def test_a_lost_fact_is_not_confirmed_but_handed_in_again(registering):
    scene = register(registering)
    kept = deposit(scene, scene.candidate("甲").person_id)
    me = scene.person("甲")
    candidates.register_self(actor=me, cycle=scene.cycle, attributes={**FACTS, "grade": "高级工"})
    revoke(scene, kept)
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    with pytest.raises(Refusal) as caught:
        confirm(scene, "甲", "grade", "高级工")
    assert caught.value.code == "ADM-191"
    candidates.register_self(actor=me, cycle=scene.cycle, attributes={**FACTS, "grade": "高级工"})
    assert confirm(scene, "甲", "grade", "高级工") == 1


def test_lists_wait_for_facts_as_the_bank_shows_them_and_then_they_are_fixed(ranked):
    scene = ranked
    kept = deposit(scene, scene.candidate("甲").person_id, **AWARD)
    open_now = {"batch": "higher", "opens_at": BASELINE, "closes_at": BASELINE + timedelta(days=3)}
    with pytest.raises(Refusal) as caught:
        rounds.open_round(actor=scene.he, cycle=scene.cycle, **open_now)
    assert caught.value.code == "ADM-192"
    assert scene.candidate("甲").number in caught.value.problems[0].message
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    scene.round = rounds.open_round(actor=scene.he, cycle=scene.cycle, **open_now)
    scene.refresh()
    assert scene.cycle.facts_on == BASELINE.date()
    revoke(scene, kept)
    with pytest.raises(Refusal) as caught:
        refresh_facts(actor=scene.he, cycle=scene.cycle)
    assert caught.value.code == "ADM-291"
    (different,) = changes_of(scene.cycle)
    assert (different.number, different.after["award"].state) == (scene.candidate("甲").number, "lost")
    assert scene.candidate("甲").score.total_thousandths == 610_000, "what counted on the day still counts"
    deposit(scene, scene.candidate("乙").person_id)
    assert [one.number for one in changes_of(scene.cycle)] == [different.number], "what is new counts another year"


def test_a_run_keeps_the_facts_of_the_day_with_their_records(scene):
    # the scene's round is open: the record is put in place as registration would have left it
    candidate = scene.candidate("甲")
    kept = record(id="R1")
    ProvedFact.objects.create(
        cycle=scene.cycle,
        candidate=candidate,
        attribute="award",
        counted="全省一等奖",
        state="bank",
        record=kept.as_json(),
    )
    Candidate.objects.filter(pk=candidate.pk).update(attributes={**candidate.attributes, "award": "全省一等奖"})
    scene.fill_all()
    scene.close()
    given = read_round(scene.round)
    assert given.facts == {candidate.lot: [["award", "", "全省一等奖", "bank", "R1", "2025-05-01", "2025-06-01", ""]]}
    again = from_bytes(as_bytes(given), scene.round)
    assert digests_of_input(again, scene.round.public_id) == given.digests
    assert "facts" in given.digests
    ProvedFact.objects.filter(candidate=candidate).update(record=record(id="R2").as_json())
    assert read_round(scene.round).digests["input"] != given.digests["input"]


# ---- appeals -----------------------------------------------------------------------------------------------------


def test_an_appeal_that_corrects_a_fact_confirms_it(scene):
    one = scene.candidate("丙")
    before = dict(one.attributes)
    correct_proved(scene.cycle, one, {**before, "award": "全省一等奖"}, "录取复核 A1")
    row = fact(scene, "丙", "award")
    assert (row.state, row.counted, row.decided_by) == ("confirmed", "全省一等奖", "录取复核 A1")
    one.attributes = {**before, "award": "全省一等奖"}
    correct_proved(scene.cycle, one, before, "录取复核 A2")
    assert not ProvedFact.objects.exists()
