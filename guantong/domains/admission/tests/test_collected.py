"""Lists signed on paper and entered by the organiser: held to the same form, locked at once, all or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.notices.models import Notice
from guantong.domains.admission.actions import lists
from guantong.domains.admission.actions.collected import CollectedList, enter_lists
from guantong.domains.admission.models import PreferenceList
from guantong.domains.admission.rules.choosing import ChoiceEntry, list_digest
from guantong.domains.admission.tests.scene import CLOSES, UNITS
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from tests.cast import BASELINE

A, B, C = UNITS["东湖01"], UNITS["东湖02"], UNITS["南渡01"]
SOURCE = "东湖县第一中等职业学校收齐并签字"


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


def paper(scene, name: str, *entries, row: int | None = None) -> CollectedList:
    given = tuple(e if isinstance(e, ChoiceEntry) else ChoiceEntry(e) for e in entries)
    where = {} if row is None else {"where": Where(row=row, title="考生号")}
    return CollectedList(scene.candidate(name).number, given, **where)


def enter(scene, *papers, source: str = SOURCE, actor=None) -> int:
    return enter_lists(actor=actor or scene.he, round_=scene.round, lists=papers, source=source)


def test_lists_on_paper_are_locked_as_the_candidates_own_would_be(scene, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        count = enter(scene, paper(scene, "甲", ChoiceEntry(A, ("510203",), True), C), paper(scene, "乙", C))
    assert count == 2
    row = scene.list_of("甲")
    assert (row.state, row.revision, row.locked_at) == ("locked", 1, BASELINE)
    assert [(e["ordinal"], e["unit"], e["programmes"], e["accept_reassignment"]) for e in row.entries] == [
        (1, A, ["510203"], True),
        (2, C, [], False),
    ]
    assert row.digest == list_digest(scene.candidate("甲").lot, scene.round.public_id, row.entries)
    with pytest.raises(Refusal) as refused:
        lists.save_list(actor=scene.person("甲"), round_=scene.round, entries=[ChoiceEntry(C)], revision=1)
    assert codes(refused) == ["ADM-071"], "what was signed is not changed at a screen"
    notices = Notice.objects.filter(person_id=scene.candidate("甲").person_id)
    assert any("2 个志愿" in one.text and "锁定" in one.text for one in notices)
    line = AuditLine.objects.filter(action="enter_lists").get()
    assert line.reason == SOURCE
    assert line.facts["count"] == 2


def test_a_run_reads_them_like_any_other_list(scene):
    enter(scene, paper(scene, "甲", ChoiceEntry(A, ("510203",)), C), paper(scene, "己", C))
    scene.fill("乙", "东湖01", programmes=["510203"])
    scene.close()
    run = scene.compute()
    assert (run.state, run.mismatches, run.violations) == ("sealed", [], [])
    placed = {r.candidate.person.name: r.plan for r in run.results.select_related("candidate__person", "plan")}
    assert placed["考生甲"] == placed["考生乙"] == scene.places["东湖软件"]
    assert placed["考生己"] == scene.places["南渡软件"]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ((), "ADM-074"),
        (("9900000009-77",), "ADM-076"),
        ((A, A), "ADM-077"),
        ((ChoiceEntry(A, ("999999",)),), "ADM-078"),
        ((ChoiceEntry(A, ("510203", "510203")),), "ADM-079"),
    ],
)
def test_one_malformed_list_stops_them_all(scene, entries, code):
    with pytest.raises(Refusal) as refused:
        enter(scene, paper(scene, "甲", C), paper(scene, "乙", *entries, row=7))
    assert codes(refused) == [code]
    assert refused.value.problems[0].where.row == 7
    assert not PreferenceList.objects.exists()
    assert not AuditLine.objects.filter(action="enter_lists").exists()


def test_every_fault_is_named_at_once(scene):
    scene.fill("丙", "南渡01")
    unknown = CollectedList("20269999999999", (ChoiceEntry(C),), Where(row=5, title="考生号"))
    with pytest.raises(Refusal) as refused:
        enter(scene, paper(scene, "甲", C, row=2), paper(scene, "甲", A, row=3), unknown, paper(scene, "丙", A, row=6))
    assert codes(refused) == ["ADM-059", "ADM-057", "ADM-088"]
    assert "第 2 行" in refused.value.problems[0].message
    assert scene.candidate("丙").number in refused.value.problems[2].message
    assert PreferenceList.objects.count() == 1


def test_a_saved_draft_stands_in_the_way_too(scene):
    lists.save_list(actor=scene.person("甲"), round_=scene.round, entries=[ChoiceEntry(C)], revision=0)
    with pytest.raises(Refusal) as refused:
        enter(scene, paper(scene, "甲", A))
    assert codes(refused) == ["ADM-088"]
    assert scene.list_of("甲").state == "draft"


@pytest.mark.parametrize(
    ("moment", "in_time"),
    [(CLOSES - timedelta(microseconds=1), True), (CLOSES, False), (BASELINE - timedelta(microseconds=1), False)],
)
def test_paper_keeps_the_same_hours_as_the_screen(scene, moment, in_time):
    one = paper(scene, "甲", C)
    with clock.frozen_at(moment):
        if in_time:
            assert enter(scene, one) == 1
        else:
            with pytest.raises(Refusal) as refused:
                enter(scene, one)
            assert codes(refused) == ["ADM-070"]
    assert PreferenceList.objects.count() == int(in_time)


def test_who_collected_them_is_stated_and_only_the_organiser_enters(scene):
    with pytest.raises(Refusal) as refused:
        enter(scene, paper(scene, "甲", C), source="  ")
    assert codes(refused) == ["ADM-035"]
    for actor in (scene.officer, scene.person("甲"), scene.cast.actor("chen")):
        with pytest.raises(Refusal) as refused:
            enter(scene, paper(scene, "甲", C), actor=actor)
        assert codes(refused)[0] in {"ADM-010"} or codes(refused)[0].startswith("ACC-")
    assert not PreferenceList.objects.exists()
