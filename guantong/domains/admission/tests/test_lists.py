"""A list: kept with its revision, locked once; every way it may be malformed; what is told while choosing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.base.audit.models import AuditLine
from guantong.domains.admission.actions import candidates, lists, rounds
from guantong.domains.admission.models import PreferenceList
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.access import access_list_for
from guantong.domains.admission.selectors.choosing import eligibility, warnings_of
from guantong.domains.admission.selectors.places import places_of_round
from guantong.domains.admission.tests.scene import CLOSES, UNITS
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Weight
from tests.cast import BASELINE

A, B, C = UNITS["东湖01"], UNITS["东湖02"], UNITS["南渡01"]


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


def save(scene, name, *entries, revision=0):
    given = [e if isinstance(e, ChoiceEntry) else ChoiceEntry(e) for e in entries]
    return lists.save_list(actor=scene.person(name), round_=scene.round, entries=given, revision=revision)


def test_a_draft_is_kept_and_kept_again_without_change(scene):
    row = save(scene, "甲", A, C)
    assert (row.state, row.revision, len(row.entries)) == ("draft", 1, 2)
    assert save(scene, "甲", A, C).revision == 1
    assert save(scene, "甲", C, A, revision=1).revision == 2


def test_the_second_window_is_told_what_the_first_changed(scene):
    save(scene, "甲", A, C)
    save(scene, "甲", C, ChoiceEntry(A, ("510203",), True), revision=1)
    with pytest.raises(Refusal) as refused:
        save(scene, "甲", A, B, revision=1)
    assert codes(refused) == ["ADM-073"]
    message = refused.value.problems[0].message
    assert "增加了第 1 志愿“南渡职业学院 01 组”" in message
    assert "去掉了“东湖职业技术学院 02 组”" in message
    assert "从第 1 志愿改为第 2 志愿" in message
    assert PreferenceList.objects.get().entries[0]["unit"] == C


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([ChoiceEntry("9900000009-77")], "ADM-076"),
        ([ChoiceEntry("东湖软件")], "ADM-076"),
        ([ChoiceEntry(A), ChoiceEntry(A)], "ADM-077"),
        ([ChoiceEntry(A, ("999999",))], "ADM-078"),
        ([ChoiceEntry(A, ("510203", "510203"))], "ADM-079"),
        ([ChoiceEntry(A, ("1", "2", "3", "4", "5", "6", "7"))], "ADM-080"),
        ([ChoiceEntry(A, ordinal=1), ChoiceEntry(C, ordinal=1)], "ADM-082"),
        ([ChoiceEntry(f"x-{n}") for n in range(46)], "ADM-075"),
    ],
)
def test_a_malformed_list_is_refused_and_not_kept(scene, entries, code):
    lines = AuditLine.objects.count()
    with pytest.raises(Refusal) as refused:
        save(scene, "甲", *entries)
    assert code in codes(refused)
    assert not PreferenceList.objects.exists()
    assert AuditLine.objects.count() == lines


def test_a_list_is_locked_once_and_never_changed_after(scene):
    row = save(scene, "甲", A, C)
    locked = lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=1)
    assert (locked.state, len(locked.digest)) == ("locked", 64)
    with pytest.raises(Refusal) as refused:
        lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=1)
    assert codes(refused) == ["ADM-072"]
    with pytest.raises(Refusal) as refused:
        save(scene, "甲", C, revision=1)
    assert codes(refused) == ["ADM-071"]
    row.refresh_from_db()
    assert row.entries[0]["unit"] == A
    assert AuditLine.objects.filter(action="lock_list").count() == 1


def test_locking_an_older_view_or_nothing_is_refused(scene):
    with pytest.raises(Refusal) as refused:
        lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=0)
    assert codes(refused) == ["ADM-074"]
    save(scene, "甲", A)
    save(scene, "甲", A, C, revision=1)
    with pytest.raises(Refusal) as refused:
        lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=1)
    assert codes(refused) == ["ADM-073"]
    assert PreferenceList.objects.get().state == "draft"


def test_what_is_not_met_is_told_while_choosing_and_must_be_confirmed(scene):
    row = save(scene, "甲", B, A)
    (note,) = row.notes
    assert note["code"] == "ADM-083"
    assert "第 1 志愿" in note["message"]
    assert "专业大类对口" in note["message"]
    assert "电子与信息大类" in note["message"]
    assert "第四条" in note["clause"]
    with pytest.raises(Refusal) as refused:
        lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=1)
    assert codes(refused) == ["ADM-084", "ADM-083"]
    assert refused.value.problems[1].weight is Weight.PLEASE_CONFIRM
    locked = lists.lock_list(actor=scene.person("甲"), round_=scene.round, revision=1, is_confirmed=True)
    assert locked.notes[0]["code"] == "ADM-083"


def test_a_line_missed_is_told_with_its_distance(scene):
    (warning,) = warnings_of(scene.candidate("壬"), scene.round, [ChoiceEntry(C)])
    assert "差 45 分" in warning.message
    closed = eligibility(scene.candidate("壬"), scene.round, places_of_round(scene.round))
    assert closed[scene.places["南渡软件"].public_id][0].distance == 45


def test_lists_have_their_time_to_the_last_minute(scene):
    with clock.frozen_at(BASELINE - timedelta(seconds=1)), pytest.raises(Refusal) as refused:
        save(scene, "甲", A)
    assert codes(refused) == ["ADM-070"]
    with clock.frozen_at(CLOSES - timedelta(seconds=1)):
        assert save(scene, "甲", A).revision == 1
    with clock.frozen_at(CLOSES), pytest.raises(Refusal) as refused:
        save(scene, "甲", A, C, revision=1)
    assert codes(refused) == ["ADM-070"]


def test_a_round_closes_at_its_hour_and_only_locked_lists_count(scene):
    scene.fill("甲", "东湖01")
    save(scene, "乙", A)
    with pytest.raises(Refusal) as refused:
        rounds.close_round(actor=scene.he, round_=scene.round)
    assert codes(refused) == ["ADM-090"]
    scene.close()
    assert (scene.round.stage, scene.cycle.stage) == ("allocation", "allocation")
    digest = scene.round.locked_digest
    assert len(digest) == 64
    scene.close()
    assert scene.round.locked_digest == digest, "again: nothing"
    run = scene.compute()
    assert run.figures["candidates"] == 1


def test_nobody_reads_anothers_list(scene):
    scene.fill("甲", "东湖01")
    assert access_list_for(scene.person("甲"), scene.candidate("甲"), scene.round)
    for actor in (scene.person("乙"), scene.he, scene.officer):
        with pytest.raises(Refusal) as refused:
            access_list_for(actor, scene.candidate("甲"), scene.round)
        assert codes(refused) == ["ADM-008"]
    scene.close()
    assert access_list_for(scene.he, scene.candidate("甲"), scene.round), "the bureau once the round is closed"


def test_who_is_not_registered_has_no_list(scene, cast):
    with pytest.raises(Refusal) as refused:
        lists.save_list(actor=cast.wu, round_=scene.round, entries=[ChoiceEntry(A)], revision=0)
    assert codes(refused) == ["ADM-011"]


def test_withdrawing_is_over_once_choosing_has_begun(scene):
    with pytest.raises(Refusal) as refused:
        candidates.withdraw_candidate(actor=scene.person("甲"), candidate=scene.candidate("甲"))
    assert codes(refused) == ["ADM-291"]


def test_the_database_itself_keeps_one_list_a_candidate_and_round(scene):
    from django.db import IntegrityError, transaction

    save(scene, "甲", A)
    with pytest.raises(IntegrityError), transaction.atomic():
        PreferenceList.objects.create(
            candidate=scene.candidate("甲"), round=scene.round, entries=[], saved_at=clock.now()
        )


def test_a_round_is_set_up_once_with_sound_hours(scene):
    for opens, closes, code in (
        (BASELINE, BASELINE, "ADM-091"),
        (BASELINE - timedelta(days=9), BASELINE - timedelta(days=1), "ADM-091"),
        (BASELINE, CLOSES, "ADM-092"),
    ):
        with pytest.raises(Refusal) as refused:
            rounds.open_round(actor=scene.he, cycle=scene.cycle, batch="higher", opens_at=opens, closes_at=closes)
        assert codes(refused) == [code]
    with pytest.raises(Refusal) as refused:
        rounds.open_round(actor=scene.he, cycle=scene.cycle, batch="bachelor", opens_at=BASELINE, closes_at=CLOSES)
    assert codes(refused) == ["ADM-093"]
