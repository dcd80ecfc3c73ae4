"""The school's desk: plans within the size, the prospectus, files, registration, figures, downloads; its doors."""

from __future__ import annotations

import pytest
from django.test import Client

from guantong.domains.admission.actions import placements, plans, rounds
from guantong.domains.admission.models import Placement, Prospectus
from guantong.domains.admission.tests.desks import client_of, table_of, text_of
from guantong.domains.admission.tests.desks import school as at
from guantong.domains.admission.tests.people import signed_in
from guantong.domains.admission.tests.scene import AFTER, Scene, entry
from guantong.domains.admission.tests.test_placements import SEPTEMBER, curriculum, place, review_all
from guantong.kernel import clock

PAGES = ("", "plans/", "plans/new/", "prospectus/", "files/", "registration/", "figures/")
FILES = ("plans/plans.xlsx", "registration/registration.xlsx", "figures/figures.xlsx")


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(AFTER.replace(hour=20)):
        yield scene


# ---- doors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_the_schools_staff_only(published: Scene, page: str) -> None:
    shown = client_of(published, "admission").get(at(published, page))
    assert shown.status_code == 200, text_of(shown)[:2000]
    assert text_of(shown).count("<h1") == 1
    assert Client().get(at(published, page)).status_code == 303
    assert client_of(published, "he").get(at(published, page)).status_code == 403
    assert signed_in(published, "甲").get(at(published, page)).status_code == 403


@pytest.mark.parametrize("page", FILES)
def test_files_are_the_schools_own(published: Scene, page: str) -> None:
    found = client_of(published, "admission").get(at(published, page))
    assert found.status_code == 200
    assert found["Content-Type"].startswith("application/vnd.openxmlformats")
    other = client_of(published, "nandu_admission").get(at(published, page))
    assert table_of(found)[0] == table_of(other)[0]
    assert table_of(found)[1:] != table_of(other)[1:] or page.startswith("registration")
    assert Client().get(at(published, page)).status_code == 303


def test_a_registrar_plans_but_sees_no_files(published: Scene) -> None:
    lin = client_of(published, "lin")
    assert lin.get(at(published, "plans/")).status_code == 200
    assert lin.get(at(published, "files/")).status_code == 403
    assert "投档名单" not in text_of(lin.get(at(published)))
    path = f"/school/admission/files/{place(published, '甲').public_id}/"
    assert lin.get(path).status_code == 404


def test_another_schools_plan_and_file_do_not_exist(published: Scene) -> None:
    other = client_of(published, "nandu_admission")
    plan = published.places["东湖软件"]
    assert other.get(f"/school/admission/places/{plan.public_id}/").status_code == 404
    assert other.post(f"/school/admission/places/{plan.public_id}/remove/").status_code == 404
    path = f"/school/admission/files/{place(published, '甲').public_id}/"
    assert other.get(path).status_code == 404
    assert other.post(path, {"decision": "admit"}).status_code == 404
    assert place(published, "甲").state == "dispatched"


def test_an_unknown_year_is_not_found(opened: Scene) -> None:
    assert client_of(opened, "admission").get("/school/admission/NOSUCHYEAR00/plans/").status_code == 404


def test_the_desk_counts_what_waits(opened: Scene) -> None:
    client = client_of(opened, "admission")
    assert "还没有编制计划" in text_of(client.get("/school/"))
    plans.save_plan(
        actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu, entry=entry("510203", 2, "01")
    )
    home = text_of(client.get("/school/"))
    assert "1 个计划还是草稿" in home
    assert "招生简章还没有报送备案" in home
    assert "/school/admission/" not in text_of(client_of(opened, "ma").get("/school/"))


# ---- prospectus --------------------------------------------------------------------------------------------------

ITEMS = ("学校性质", "专业设置", "培养层次", "办学形式", "学费标准", "学籍管理")


def test_the_prospectus_names_every_missing_item_with_its_clause(opened: Scene) -> None:
    client = client_of(opened, "admission")
    page = text_of(client.get(at(opened, "prospectus/")))
    assert all(item in page for item in ITEMS)
    assert "第十六条" in page
    form = dict.fromkeys(ITEMS[:4], "说明。") | {"charter": "", "what": "submit"}
    refused = client.post(at(opened, "prospectus/"), form)
    assert refused.status_code == 422
    shown = text_of(refused)
    assert shown.count("ADM-276") == 2
    assert "ADM-277" in shown
    assert Prospectus.objects.get().state == "drafted"
    whole = dict.fromkeys(ITEMS, "说明。") | {"charter": "第一条 总则。", "what": "submit", "revision": "1"}
    assert client.post(at(opened, "prospectus/"), whole).status_code == 303
    assert Prospectus.objects.get().state == "submitted"
    assert "保存草稿" not in text_of(client.get(at(opened, "prospectus/")))


def test_a_prospectus_changed_elsewhere_is_not_overwritten(opened: Scene) -> None:
    client = client_of(opened, "admission")
    form = dict.fromkeys(ITEMS, "甲。") | {"charter": "章程。", "what": "save"}
    client.post(at(opened, "prospectus/"), form)
    client.post(at(opened, "prospectus/"), form | {"学费标准": "乙。", "revision": "1"})
    late = client.post(at(opened, "prospectus/"), form | {"学费标准": "丙。", "revision": "1"})
    assert late.status_code == 409
    assert "ADM-029" in text_of(late)
    assert Prospectus.objects.get().items["学费标准"] == "乙。"


# ---- files -------------------------------------------------------------------------------------------------------


def test_files_are_listed_by_state_and_as_a_fragment(published: Scene) -> None:
    client = client_of(published, "admission")
    whole = text_of(client.get(at(published, "files/")))
    assert all(f"考生{name}" in whole for name in "甲乙丁癸")
    assert "考生戊" not in whole
    assert "0 / 4 份" in whole
    part = text_of(client.get(at(published, "files/"), {"state": "admitted"}, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "考生甲" not in part


def test_one_file_shows_facts_and_marks_but_no_identity_number(published: Scene) -> None:
    shown = text_of(
        client_of(published, "admission").get(f"/school/admission/files/{place(published, '甲').public_id}/")
    )
    assert "电子与信息大类" in shown
    assert "体检结论不符合这个专业的要求" in shown
    assert "600" in shown
    person = published.candidate("甲").person
    assert person.id_masked in shown
    assert "南渡职业学院" not in shown, "other choices of the candidate are nobody's business"


def test_admitting_the_ticked_and_sending_back_with_a_reason(published: Scene) -> None:
    client = client_of(published, "admission")
    ticked = [place(published, name).public_id for name in "甲乙"]
    assert client.post(at(published, "files/admit/"), {"what": "chosen", "file": ticked}).status_code == 303
    assert [place(published, n).state for n in "甲乙丁癸"] == ["admitted", "admitted", "dispatched", "dispatched"]
    path = f"/school/admission/files/{place(published, '丁').public_id}/"
    refused = client.post(path, {"decision": "send_back", "reason_id": "dislike"})
    assert refused.status_code == 409
    assert "ADM-120" in text_of(refused)
    assert place(published, "丁").state == "dispatched"
    done = client.post(path, {"decision": "send_back", "reason_id": "health", "note": "色觉检查不符合。"})
    assert done.status_code == 303
    assert done["Location"].endswith(f"/school/admission/files/{place(published, '癸').public_id}/")
    row = place(published, "丁")
    assert (row.state, row.reason_id) == ("sent_back", "health")
    assert "第十三条" in row.basis
    shown = text_of(client.get(path))
    assert "色觉检查不符合。" in shown
    assert "现在不能再审核" in shown


def test_admitting_all_that_wait(published: Scene) -> None:
    client = client_of(published, "admission")
    client.post(at(published, "files/admit/"), {"what": "all"})
    states = Placement.objects.filter(plan__school_id=published.cast.donghu).values_list("state", flat=True)
    assert set(states) == {"admitted"}
    elsewhere = Placement.objects.filter(plan__school_id=published.nandu).values_list("state", flat=True)
    assert set(elsewhere) == {"dispatched"}
    rows = table_of(client.get(at(published, "files/files.xlsx") + "?state=admitted"))
    assert len(rows) == 5
    assert rows[1][1].startswith("考生")


def test_ticking_another_schools_file_does_nothing(published: Scene) -> None:
    client = client_of(published, "admission")
    other = place(published, "戊").public_id
    assert client.post(at(published, "files/admit/"), {"what": "chosen", "file": [other]}).status_code == 303
    assert place(published, "戊").state == "dispatched"


# ---- registration ------------------------------------------------------------------------------------------------


@pytest.fixture
def confirmed(published):
    review_all(published, sent_back="")
    rounds.end_review(actor=published.he, round_=published.refresh().round)
    for name in "甲乙":
        placements.confirm_place(actor=published.person(name), round_=published.round)
    return published.refresh()


def test_registration_refuses_with_every_reason_and_registers_nobody(confirmed: Scene) -> None:
    client = client_of(confirmed, "admission")
    keys = {name: place(confirmed, name).public_id for name in "甲乙"}
    page = text_of(client.get(at(confirmed, "registration/")))
    assert "考生甲" in page
    assert "考生丁" not in page
    form = {"file": list(keys.values())} | {f"number-{k}": f"20260{n}" for n, k in enumerate(keys.values())}
    form |= {f"mode-{keys['甲']}": "part_time", f"mode-{keys['乙']}": "full_time"}
    refused = client.post(at(confirmed, "registration/"), form)
    assert refused.status_code == 409
    shown = text_of(refused)
    assert {"ADM-132", "ADM-133", "ADM-134"} <= {c for c in ("ADM-132", "ADM-133", "ADM-134") if c in shown}
    assert confirmed.candidate("甲").number in shown
    assert not Placement.objects.filter(state="registered").exists()


def test_registered_students_move_to_the_other_list(confirmed: Scene) -> None:
    curriculum(confirmed)
    client = client_of(confirmed, "admission")
    key = place(confirmed, "甲").public_id
    form = {
        "file": [key],
        f"number-{key}": "2026001",
        f"mode-{key}": "full_time",
        "online_review": "通过",
        "site_check": "本人到校，证件相符",
        "department": "信息工程系",
    }
    with clock.frozen_at(SEPTEMBER):
        assert client.post(at(confirmed, "registration/"), form).status_code == 303
    row = place(confirmed, "甲")
    assert (row.state, row.registered_on) == ("registered", SEPTEMBER)
    page = text_of(client.get(at(confirmed, "registration/")))
    assert "已注册 <strong>1</strong> 人" in page
    figures = text_of(client.get(at(confirmed, "figures/")))
    assert "软件技术" in figures
    rows = table_of(client.get(at(confirmed, "figures/figures.xlsx")))
    row_of = next(r for r in rows if r[1] == "软件技术")
    assert row_of[4:8] == [2, 2, 0, 0]
    assert row_of[8:13] == [2, 2, 0, 1, 0]
    assert row_of[13:] == [590, 2]
