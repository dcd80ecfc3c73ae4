"""The bureau's desk after publication: openings, shares, registration, trials, appeals."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from guantong.base.webkit.clauses import clause_url
from guantong.domains.admission.actions import appeals
from guantong.domains.admission.models import Opening, Placement, Run
from guantong.domains.admission.tests.desks import bureau as at
from guantong.domains.admission.tests.desks import client_of, table_of, text_of
from guantong.domains.admission.tests.people import signed_in
from guantong.domains.admission.tests.scene import AFTER, Scene
from guantong.domains.admission.tests.test_placements import place
from guantong.kernel import clock
from guantong.procedure.cases.models import Case

LATER = AFTER + timedelta(hours=6)


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(LATER):
        yield scene


# ---- openings, figures, registration -----------------------------------------------------------------------------


def test_openings_name_what_is_missing_and_are_published(published: Scene) -> None:
    client = client_of(published)
    page = text_of(client.get(at(published, "openings/")))
    assert "还没到公开的阶段" in page and "由系统数据公开" in page
    assert page.count(clause_url("demo-admission-rules-2024", "第十七条") or "?") == 10
    assert "应当公开 10 项" in page
    path = at(published, "openings/violations/")
    assert "ADM-160" in text_of(client.post(path, {"content": " "}))
    assert client.post(path, {"content": "本年度没有违规事件。"}).status_code == 303
    assert Opening.objects.get().published_by.startswith("何处长")
    assert "本年度没有违规事件。" in text_of(Client().get(f"/admission/cycles/{published.cycle.public_id}/openings/"))
    assert client.get(at(published, "openings/nothing/")).status_code == 404
    pdf = io.BytesIO(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
    pdf.name = "违规处理.pdf"
    assert client.post(path, {"content": "见附件。", "file": pdf}).status_code == 303
    row = Opening.objects.get()
    assert (row.revision, row.file.name) == (2, "违规处理.pdf")
    client.post(path, {"content": "见附件（更正）。"})
    assert Opening.objects.get().file_id == row.file_id, "the file stays until it is taken away"
    client.post(path, {"content": "没有附件。", "drop_file": "1"})
    assert Opening.objects.get().file_id is None


def test_figures_entered_with_their_source_make_a_share(planned: Scene) -> None:
    client = client_of(planned)
    form = {"figure-secondary_graduates": "1000", "figure-secondary_graduates_promoted": "600"}
    assert "ADM-035" in text_of(client.post(at(planned, "figures/"), form))
    bad = client.post(at(planned, "figures/"), form | {"figure-secondary_graduates": "一千", "source": "统计公报"})
    assert "ADM-289" in text_of(bad)
    assert client.post(at(planned, "figures/"), form | {"source": "2025年统计公报"}).status_code == 303
    page = text_of(client.get(at(planned, "figures/")))
    assert "60%（600 ∶ 1,000）" in page
    assert "第二十六条" in page


def test_registration_by_school_and_mode(published: Scene) -> None:
    client = client_of(published)
    rows = table_of(client.get(at(published, "registration/registration.xlsx")))
    assert rows[1:] == [["东湖职业技术学院", 4, 4, 0, 0, 0, 0, 0, 0], ["南渡职业学院", 2, 3, 0, 0, 0, 0, 0, 0]]


# ---- trials ------------------------------------------------------------------------------------------------------


def test_a_trial_says_who_gains_and_who_loses_and_changes_nothing(published: Scene) -> None:
    client = client_of(published)
    before = list(Placement.objects.order_by("pk").values_list("plan_id", "state"))
    form = {"run": published.run.public_id, "ties": "reject_all", "group": "group"}
    made = client.post(at(published, "trials/"), form)
    assert made.status_code == 303, text_of(made)[:2000]
    page = text_of(client.get(made["Location"]))
    assert "这是试算，不是结果" in page
    assert "同分处理" in page
    assert "都不录取" in page
    assert "中职毕业生" in page
    trial = Run.objects.get(purpose="trial")
    assert (trial.figures["placed_before"], trial.figures["placed_after"]) == (7, 5)
    row = trial.figures["gains"][0]
    assert (row["better"], row["worse"], row["same"]) == (0, 2, 8)
    assert list(Placement.objects.order_by("pk").values_list("plan_id", "state")) == before
    assert "同分处理改为都不录取" in text_of(client.get(at(published, "trials/")))
    assert client.get(f"/bureau/admission/runs/{trial.public_id}/").status_code == 303


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "ADM-111"),
        ({"list_length": "三"}, "ADM-289"),
        ({"ties": "reject_all", "group": "shoe_size"}, "ADM-113"),
        ({"skill_share": "120"}, "ADM-111"),
        ({"ties": "toss"}, "MTC-"),
    ],
)
def test_a_trial_refuses_what_cannot_be_tried(published: Scene, given: Any, code: str) -> None:
    client = client_of(published)
    refused = client.post(at(published, "trials/"), {"run": published.run.public_id} | given)
    assert refused.status_code >= 400
    assert code in text_of(refused)
    assert not Run.objects.filter(purpose="trial").exists()


# ---- appeals -----------------------------------------------------------------------------------------------------


def test_an_appeal_is_computed_again_and_names_everybody_affected(published: Scene) -> None:
    opened = appeals.open_appeal(
        actor=published.person("丙"), round_=published.round, about="score", grounds="技能操作少算了一项。"
    )
    client = client_of(published)
    queue = text_of(client.get(at(published, "appeals/")))
    assert "考生丙" in queue
    assert "技能操作少算了一项。" in queue
    path = f"/bureau/admission/appeals/{opened.public_id}/"
    kept = published.candidate("丙").score.papers
    form = {f"paper-{key}": value for key, value in kept.items()}
    same = client.post(path, form)
    assert "ADM-144" in text_of(same)
    high = client.post(path, form | {"paper-practice": "999"})
    assert high.status_code == 422
    assert opened.reruns.count() == 0
    assert client.post(path, form | {"paper-practice": "245"}).status_code == 303
    page = text_of(client.get(path))
    assert "第 1 次重算" in page
    assert "软件技术，第 1 志愿" in page
    assert "230，改为 245" in page
    rerun = opened.reruns.get()
    others = [one["name"] for one in rerun.affected if not one["is_self"]]
    assert others
    assert all(name in page for name in others)
    assert place(published, "乙").state == "dispatched", "nothing has changed for anybody"
    case = Case.objects.get(pk=opened.case_id)
    assert f"/admission/cases/{case.public_id}/" in page
    own = signed_in(published, "丙")
    mine = text_of(own.get(f"/admission/cases/{case.public_id}/"))
    assert not any(name in mine for name in others), "who else is affected is for those who decide"
    assert own.get(path).status_code == 403
    assert client_of(published, "chen").get(path).status_code in {403, 404}
