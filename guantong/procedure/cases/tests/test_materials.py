"""Materials: kinds, sizes, times, whose; replaced files stay."""

from __future__ import annotations

from typing import Any

import pytest

from guantong.base.files.models import StoredFile
from guantong.base.files.public import access_file_for
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import add_material, replace_material
from guantong.procedure.cases.models import Case, CaseAction, Material
from guantong.procedure.cases.selectors import replay

from .conftest import World


def code(world: World, case: Case, who: str = "wu", requirement: str = "certificate", **more: Any) -> str:
    before = (CaseAction.objects.count(), Material.objects.count())
    with pytest.raises(Refusal) as refused:
        world.hand_in(case, who, requirement, **more)
    assert (CaseAction.objects.count(), Material.objects.count()) == before
    return refused.value.code


def test_it_refuses_what_does_not_fit(world: World) -> None:
    case = world.open()
    assert code(world, case, media="image/jpeg") == "PRC-117"
    assert code(world, case, size=2 * 1024 * 1024 + 1) == "PRC-118"
    assert code(world, case, size=2 * 1024**3) == "PRC-118"
    assert code(world, case, requirement="passport") == "PRC-120"
    assert code(world, case, who="zhao") == "PRC-102"
    assert code(world, case, who="ma") == "PRC-139"
    for place in ("department", "bank", "granted", "refused"):
        assert code(world, world.at(place)) == "PRC-119"


def test_a_strangers_file_cannot_be_handed_in(world: World) -> None:
    case = world.open()
    for file in (world.file("zhao"), 999_999):
        with pytest.raises(Refusal) as refused:
            add_material(
                actor=world.cast.wu, case_id=case.pk, requirement="certificate", file_id=file, revision=case.revision
            )
        assert refused.value.code == "PRC-141"


def test_the_same_file_again_changes_nothing(world: World) -> None:
    case = world.hand_in(world.open())
    revision = case.revision
    case = world.hand_in(case)
    assert (case.revision, Material.objects.count()) == (revision, 1)


def test_replacing_keeps_the_old_file_and_names_the_new(world: World) -> None:
    case = world.hand_in(world.open())
    old = Material.objects.get()
    given = {"actor": world.cast.wu, "case_id": case.pk, "material": old.public_id}
    case = replace_material(**given, file_id=world.file(digest="b"), revision=case.revision)
    old.refresh_from_db()
    assert old.state == "replaced" and old.replaced_by.file.sha256 == "b" * 64
    assert case.log.latest("sequence").details["replaces"] == "a" * 64
    with pytest.raises(Refusal) as refused:
        replace_material(**given, file_id=world.file(digest="c"), revision=case.revision)
    assert refused.value.code == "PRC-142"
    assert replay(case)[1] == []


def test_a_declaration_edited_meanwhile_is_noticed(world: World) -> None:
    case = world.hand_in(world.open())
    with pytest.raises(Refusal) as refused:
        world.act(case, "wu", "submit", revision=case.revision - 1)
    assert refused.value.code == "PRC-103" and "提交材料" in refused.value.problems[0].message


def test_the_reviewers_of_the_case_may_open_the_file(world: World) -> None:
    world.at("department")
    file = StoredFile.objects.get()
    for who in ("wu", "ma", "qian", "chen"):
        assert access_file_for(world.cast.actor(who), file.public_id) == file
    for who in ("zhao", "zhou", "zhang"):
        with pytest.raises(Refusal):
            access_file_for(world.cast.actor(who), file.public_id)


def test_merging_two_records_of_a_person_moves_the_cases_and_back(world: World) -> None:
    from guantong.procedure.cases.joining import move_cases, undo_cases

    wu, zhao = world.cast.people["wu"], world.cast.people["zhao"]
    waiting, elsewhere = world.at("correct"), world.at("bank")
    moved = move_cases(zhao, wu)
    for case in (waiting, elsewhere):
        case.refresh_from_db()
        assert case.person_id == zhao
    assert waiting.waiting_person_id == zhao and elsewhere.waiting_person_id is None
    world.act(elsewhere, "qian", "return", opinion={"items": [{"on": "其他", "text": "请说明。"}]})
    undo_cases(moved)
    for case in (waiting, elsewhere):
        case.refresh_from_db()
        assert case.person_id == case.waiting_person_id == wu
        assert replay(case)[1] == []
