"""The bureau decides on sizes, plans and prospectuses: counted live, held to the shares, returned with a reason."""

from __future__ import annotations

from django.test import Client

from guantong.domains.admission.actions import plans
from guantong.domains.admission.models import IntakePlan, Prospectus, SchoolLimit
from guantong.domains.admission.selectors.bureau_desk import (
    shares_with,
    show_shares,
)
from guantong.domains.admission.tests.desks import bureau as at
from guantong.domains.admission.tests.desks import client_of, table_of, text_of
from guantong.domains.admission.tests.scene import Scene, entry, file_prospectus


def test_sizes_are_set_a_page_at_a_time_or_not_at_all(opened: Scene) -> None:
    client = client_of(opened)
    donghu, nandu = opened.cast.donghu, opened.nandu
    form = {
        f"seats-{donghu}": "12", f"document-{donghu}": "云澜招〔2025〕2号", f"qualified-{donghu}": "1",
        f"seats-{nandu}": "十", f"document-{nandu}": "", f"qualified-{nandu}": "1",
    }  # fmt: skip
    refused = client.post(at(opened, "limits/"), form)
    assert refused.status_code == 422
    assert "ADM-289" in text_of(refused)
    assert 'value="12"' in text_of(refused), "what was typed is still there"
    assert SchoolLimit.objects.get(school_id=donghu).seats == 10
    form = {k: v for k, v in form.items() if k != f"qualified-{nandu}"} | {f"seats-{nandu}": "5"}
    refused = client.post(at(opened, "limits/"), form)
    assert "ADM-022" in text_of(refused)
    form |= {f"reason-{nandu}": "没有参加年检。"}
    assert client.post(at(opened, "limits/"), form).status_code == 303
    assert SchoolLimit.objects.get(school_id=donghu).seats == 12
    assert not SchoolLimit.objects.get(school_id=nandu).is_qualified
    part = text_of(client.get(at(opened, "limits/"), {"q": "南渡"}, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "东湖职业技术学院" not in part


def submitted(scene: Scene, *seats: int) -> list[IntakePlan]:
    codes = ("510203", "510202", "520201")
    for code, n in zip(codes, seats, strict=False):
        plans.save_plan(actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu, entry=entry(code, n, "01"))
    plans.submit_plans(actor=scene.officer, cycle=scene.cycle, school_id=scene.cast.donghu)
    return list(IntakePlan.objects.filter(school_id=scene.cast.donghu).order_by("programme__code"))


def test_ticked_plans_count_live_against_the_size_and_the_shares(opened: Scene) -> None:
    rows = submitted(opened, 6, 4)
    client = client_of(opened)
    path = at(opened, f"schools/{opened.cast.donghu}/")
    assert "10 / 10 人" in text_of(client.get(path))
    ticked = {"plan": [rows[0].public_id], "counted": "1"}
    part = text_of(client.get(path, ticked, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert f"{rows[0].seats} / 10 人" in part
    assert "职业本科计划占本渠道计划的比例" in part
    assert "不低于 10%" in part
    assert "《关于推动现代职业教育高质量发展的意见》" in part
    without_scripts = text_of(client.post(path, ticked | {"what": "count"}))
    assert "<html" in without_scripts
    assert f"{rows[0].seats} / 10 人" in without_scripts
    none = text_of(client.get(path, {"counted": "1"}, headers={"HX-Request": "true"}))
    assert "0 / 10 人" in none
    opened.cycle.refresh_from_db()
    SchoolLimit.objects.filter(school_id=opened.cast.donghu).update(seats=9)
    over = text_of(client.get(path))
    assert "超过规模" in over
    refused = client.post(path, {"plan": [r.public_id for r in rows], "what": "approve"})
    assert refused.status_code == 409
    assert "ADM-271" in text_of(refused)
    assert set(IntakePlan.objects.values_list("state", flat=True)) == {"submitted"}


def test_plans_are_approved_or_returned_with_a_reason(opened: Scene) -> None:
    first, second = submitted(opened, 6, 4)
    client = client_of(opened)
    path = at(opened, f"schools/{opened.cast.donghu}/")
    refused = client.post(path, {"plan": [first.public_id], "what": "return", "reason": " "})
    assert "ADM-035" in text_of(refused)
    client.post(path, {"plan": [first.public_id], "what": "return", "reason": "学费与备案不符。"})
    client.post(path, {"plan": [second.public_id], "what": "approve"})
    states = {p.pk: (p.state, p.reason) for p in IntakePlan.objects.all()}
    assert states[first.pk] == ("returned", "学费与备案不符。")
    assert states[second.pk] == ("approved", "")
    table = table_of(client.get(at(opened, "plans/plans.xlsx")))
    assert [row[1:7] for row in table if row[0] == "东湖职业技术学院"] == [[10, 10, 0, 0, 1, 1]]


def test_plans_of_another_school_are_not_decided_here(planned: Scene) -> None:
    client = client_of(planned)
    other = planned.places["南渡软件"]
    path = at(planned, f"schools/{planned.cast.donghu}/")
    client.post(path, {"plan": [other.public_id], "what": "return", "reason": "弄错了。"})
    other.refresh_from_db()
    assert other.state == "approved"
    assert client.get(at(planned, "schools/999999/")).status_code == 404


def test_shares_say_value_wanted_and_clause(planned: Scene) -> None:
    shown = {one.title: one for one in show_shares(shares_with(planned.cycle))}
    bachelor = shown["职业本科计划占本渠道计划的比例"]
    assert (bachelor.wanted, bachelor.outcome) == ("不低于 10%", "有差距")
    assert bachelor.now == "0%（0 ∶ 6）"
    assert bachelor.report.share.answer.citation.clause == "（三）"
    assert shown["中职毕业生升入高职的比例"].outcome == "还算不出"


def test_a_prospectus_is_filed_and_then_public(opened: Scene) -> None:
    from guantong.domains.admission.actions.prospectuses import required_items, save_prospectus, submit_prospectus

    rows = submitted(opened, 2)
    plans.decide_plans(actor=opened.he, cycle=opened.cycle, plans=rows, approve=True)
    items = {item: f"{item}的说明。" for item in required_items(opened.cycle)}
    where = {"actor": opened.officer, "cycle": opened.cycle, "school_id": opened.cast.donghu}
    save_prospectus(**where, items=items, charter="第一条 总则。")
    submit_prospectus(**where)
    client = client_of(opened)
    assert "待备案" in text_of(client.get(at(opened, "plans/")))
    path = at(opened, f"schools/{opened.cast.donghu}/")
    assert "学费标准的说明。" in text_of(client.get(path))
    assert "到办件里审核备案" in text_of(client.get(path))
    refused = client.post(path, {"what": "file", "telephone": "0990-1"})
    assert "ADM-037" in text_of(refused)
    file_prospectus(opened, opened.cast.donghu)
    assert Prospectus.objects.get().state == "filed"
    place_page = Client().get(f"/admission/places/{rows[0].public_id}/")
    assert place_page.status_code == 200
