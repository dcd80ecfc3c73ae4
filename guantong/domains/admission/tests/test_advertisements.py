"""Advertisements: agreed to by the authority over the school before they are published; open to all from then on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from guantong.domains.admission.actions.advertisements import file_advertisement
from guantong.domains.admission.models import Advertisement
from guantong.domains.admission.tests.desks import client_of, text_of
from guantong.domains.admission.tests.scene import Scene
from guantong.kernel.refusal import Refusal
from guantong.policy.asking import load_policy
from guantong.procedure.cases.definition import parse_definition
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act

LIST = "/school/admission/advertisements/"
FORM = {"title": "春季招生", "media": "云澜日报", "text": "东湖职业技术学院今年招收软件技术专业 2 人。"}


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


def take(scene: Scene, action: str, opinion) -> None:
    case = Case.objects.get(subject_kind="admission.advertisement")
    act(
        actor=scene.cast.actor("chen"),
        case_id=case.pk,
        action=action,
        revision=case.revision,
        opinion=opinion,
    )


def file(scene: Scene, **changes: str) -> Advertisement:
    return file_advertisement(actor=scene.officer, school_id=scene.cast.donghu, **FORM | changes)


def test_nothing_is_public_before_the_authority_agrees(planned: Scene) -> None:
    scene = planned
    row = file(scene)
    case = Case.objects.get(subject_kind="admission.advertisement")
    assert case.organisation_id == scene.cast.donghu
    assert case.authority_id == scene.cast.city_bureau, "the authority over the school, not who organises the year"
    public = f"/admission/cycles/{scene.cycle.public_id}/schools/{row.school.public_id}/"
    assert "云澜日报" not in text_of(Client().get(public))
    take(scene, "approve", "与招生计划一致。")
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("granted", scene.cast.actor("chen").label)
    page = text_of(Client().get(public))
    assert "批准发布的招生广告" in page
    assert FORM["text"] in page


def test_a_refused_one_stays_hidden_with_its_reason(planned: Scene) -> None:
    row = file(planned)
    take(planned, "refuse", {"text": "与计划不符。", "reasons": ["content_differs"]})
    row.refresh_from_db()
    assert (row.state, row.approved_on) == ("refused", None)
    assert "不一致" in row.reason
    public = f"/admission/cycles/{planned.cycle.public_id}/schools/{row.school.public_id}/"
    assert "云澜日报" not in text_of(Client().get(public))


@pytest.mark.parametrize("missing", ["title", "media", "text"])
def test_every_part_is_filled_in(planned: Scene, missing: str) -> None:
    with pytest.raises(Refusal) as refused:
        file(planned, **{missing: "  "})
    assert codes(refused) == ["ADM-163"]
    assert not Advertisement.objects.exists()


def test_the_school_files_corrects_and_follows_at_its_desk(planned: Scene) -> None:
    scene = planned
    school = client_of(scene, "admission")
    assert "ADM-163" in text_of(school.post(LIST, FORM | {"text": ""}))
    assert school.post(LIST, FORM).status_code == 303
    row, case = Advertisement.objects.get(), Case.objects.get(subject_kind="admission.advertisement")
    own = f"/admission/cases/{case.public_id}/"
    assert own in text_of(school.get(LIST))
    form = {
        "action": "return",
        "revision": str(case.revision),
        "return.item-on-1": "其他",
        "return.item-text-1": "删去“名额有限”。",
    }
    assert client_of(scene, "chen").post(own, form).status_code == 303
    edit = f"{LIST}{row.public_id}/"
    assert edit in text_of(school.get(own))
    assert "ADM-163" in text_of(school.post(edit, {"text": "", "media": "云澜日报"}))
    assert school.post(edit, {"text": "改过的文稿。", "media": "云澜日报"}).status_code == 303
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.text, case.step) == ("改过的文稿。", "review")
    assert client_of(scene, "nandu_admission").get(edit).status_code == 404
    assert client_of(scene, "nandu_admission").get(own).status_code == 404
    assert Client().get(LIST).status_code == 303


def test_the_procedure_of_yunnan_is_one_that_runs() -> None:
    policy = load_policy(Path(__file__).resolve().parents[4] / "regions")
    entry = policy.procedures("530000", date(2026, 6, 1))["admission-advertisement"]
    found = parse_definition(entry.data, file=entry.place.file)
    assert found.subject == "admission.advertisement"
    assert found.start == "review"
    clauses = {(r.document, r.clause) for r in found.basis.references}
    assert clauses == {("yn-vocational-regulation-1999", "第十一条"), ("yn-vocational-regulation-1999", "第二十七条")}
