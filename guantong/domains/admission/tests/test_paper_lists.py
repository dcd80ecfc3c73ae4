"""A signed paper list typed at the bureau's desk: shown first, then locked; refused as the candidate's own would be."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.domains.admission.models import PreferenceList
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.paper_lists import read_paper
from guantong.domains.admission.tests.desks import client_of, text_of
from guantong.domains.admission.tests.scene import UNITS, Scene
from guantong.kernel.refusal import Refusal

SOURCE = "考生到县招生办现场交表，因残疾不能上网。"


def page(scene: Scene) -> str:
    return f"/bureau/admission/rounds/{scene.round.public_id}/paper/"


def post(scene: Scene, client: Client, what: str, choices: str, **changed: str) -> Any:
    given = {"number": scene.candidate("甲").number, "choices": choices, "source": SOURCE, "what": what} | changed
    return client.post(page(scene), given)


def test_codes_of_the_form_become_choices(scene: Scene) -> None:
    text = "9900000001-01　510203，510202 服从\n\n 9900000003-01 不服从 \n"
    assert read_paper(scene.round, text) == (
        ChoiceEntry(UNITS["东湖01"], ("510203", "510202"), True),
        ChoiceEntry(UNITS["南渡01"], (), False),
    )


def test_a_line_that_names_no_unit_is_named_itself(scene: Scene) -> None:
    with pytest.raises(Refusal) as refused:
        read_paper(scene.round, "9900000001-01\n9999999999-07 510203")
    (problem,) = refused.value.problems
    assert problem.code == "ADM-174"
    assert problem.where.row == 2
    assert "9999999999-07" in problem.message


def test_a_list_is_shown_with_its_names_first_and_nothing_is_kept(scene: Scene) -> None:
    answer = post(scene, client_of(scene), "check", "9900000001-01 510203 服从\n9900000003-01")
    text = text_of(answer)
    assert answer.status_code == 200
    assert "考生甲" in text and "软件技术（510203）" in text and "服从调剂" in text and "南渡职业学院" in text
    assert "核对无误，录入并锁定" in text
    assert not PreferenceList.objects.exists()
    assert not AuditLine.objects.filter(action="enter_lists").exists()


def test_a_list_is_locked_with_its_source_in_the_record(scene: Scene) -> None:
    answer = post(scene, client_of(scene), "enter", "9900000001-01 510203 服从\n9900000003-01")
    assert answer.status_code == 303
    row = PreferenceList.objects.get()
    assert (row.candidate_id, row.state) == (scene.candidate("甲").pk, "locked")
    assert [entry["unit"] for entry in row.entries] == [UNITS["东湖01"], UNITS["南渡01"]]
    line = AuditLine.objects.get(action="enter_lists")
    assert line.reason == SOURCE
    assert line.facts["first"] == scene.candidate("甲").number


@pytest.mark.parametrize(
    ("changed", "choices", "code"),
    [
        ({"number": "00000"}, "9900000001-01", "ADM-057"),
        ({"source": " "}, "9900000001-01", "ADM-035"),
        ({}, "", "ADM-074"),
        ({}, "9900000001-01 999999", "ADM-078"),
        ({}, "9900000001-01\n9900000001-01", "ADM-077"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    scene: Scene, changed: dict[str, str], choices: str, code: str
) -> None:
    for what in ("check", "enter"):
        answer = post(scene, client_of(scene), what, choices, **changed)
        assert answer.status_code >= 400
        assert code in text_of(answer)
    assert not PreferenceList.objects.exists()


def test_who_has_a_list_gets_no_second_one(scene: Scene) -> None:
    scene.fill("甲", "南渡01")
    answer = post(scene, client_of(scene), "enter", "9900000001-01")
    assert answer.status_code == 409
    assert "ADM-088" in text_of(answer)
    assert PreferenceList.objects.get().entries[0]["unit"] == UNITS["南渡01"]


def test_schools_and_other_regions_do_not_enter_lists(scene: Scene) -> None:
    for name in ("admission", "chen"):
        answer = post(scene, client_of(scene, name), "enter", "9900000001-01")
        assert answer.status_code in {403, 404}
    assert not PreferenceList.objects.exists()
