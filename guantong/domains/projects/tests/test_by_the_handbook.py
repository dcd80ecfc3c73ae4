"""docs/desks/procedures.md, 事项定义写法: its worked example runs from an empty form to a title, a report and back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guantong.base import lawbook
from guantong.base.accounts.actions import create_user
from guantong.base.accounts.public import SYSTEM, VISITOR
from guantong.base.accounts.selectors import actor_for
from guantong.base.files.public import store_file
from guantong.base.orgs.actions import register_organisation
from guantong.base.people.public import ensure_person
from guantong.domains.projects.actions import open_declaration
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import act, add_material, appeal_case, scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import replay
from guantong.procedure.panels.models import PanelCase, PanelSeat
from guantong.procedure.panels.public import close_panel, draw_panel, hand_in_sheet, join_pool, open_pool
from guantong.procedure.publicity.actions import answer_objection, object_to
from guantong.procedure.publicity.actions.letters import Letter
from guantong.procedure.publicity.models import PublicNotice
from guantong.procedure.registers.models import HeldTitle
from tests.cast import PASSWORD, Cast, invented_credit_code, invented_id_number
from tests.procedures import hire

from .test_handbook_slips import FILES, ROOT

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
FORM = {
    "name": "晨光工作室",
    "leader": "甲老师",
    "years": "12",
    "members": "6",
    "lectures": "6",
    "honour": True,
    "topic": False,
    "budget": "20000",
}


@pytest.fixture
def book(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Cast]:
    """The handbook's four files in a copy of the region folders, and who its eighth part names."""
    settings.DEMO = True
    copy = tmp_path / "regions"
    shutil.copytree(ROOT / "regions", copy)
    for name, text in FILES.items():
        (copy / name).write_text(text, "utf-8")
    settings.REGIONS = copy
    lawbook._loaded.cache_clear()
    hire(cast, "xu", "许老师", "donghu", "project_officer")
    hire(cast, "gu", "顾科长", "city_bureau", "bureau_reviewer")
    hire(cast, "cheng", "程科长", "province_bureau", "bureau_reviewer")
    hire(cast, "ping", "平处长", "province_bureau", "bureau_approver")
    hire(cast, "an", "安处长", "province_bureau", "bureau_approver")
    pool = open_pool(actor=SYSTEM, region="990000", code="head-teacher-experts", title="名班主任工作室认定专家库")
    for number in (1, 2, 3):
        person = ensure_person(actor=SYSTEM, name=f"专家{number}", id_number=invented_id_number(100 + number))
        create_user(
            actor=SYSTEM,
            username=f"rv{number}",
            display_name=f"专家{number}",
            password=PASSWORD,
            person_id=person,
            must_change_password=False,
        )
        home = register_organisation(
            actor=SYSTEM,
            kind="bachelor_school",
            name=f"远方大学{number}",
            region="990200",
            in_force_from=date(2010, 1, 1),
            authority_id=cast.province_bureau,
            credit_code=invented_credit_code(100 + number),
            school_code=f"99000{100 + number:05}",
        )
        join_pool(actor=SYSTEM, pool_id=pool.pk, username=f"rv{number}", organisation_id=home.pk)
    yield cast
    lawbook._loaded.cache_clear()


def did(cast: Cast, case: Case, who: str, action: str, **more: Any) -> Case:
    """An action at the case's present revision."""
    case.refresh_from_db()
    given: dict[str, Any] = {"revision": case.revision, "opinion": "意见。", **more}
    return act(actor=cast.actor(who), case_id=case.pk, action=action, **given)


def with_plan(cast: Cast, case: Case, requirement: str) -> None:
    """The school uploads a PDF."""
    case.refresh_from_db()
    file = store_file(cast.actor("xu"), "方案.pdf", PDF, "evidence", organisation_id=cast.donghu)
    add_material(
        actor=cast.actor("xu"), case_id=case.pk, requirement=requirement, file_id=file.pk, revision=case.revision
    )


def declared(cast: Cast, **changed: Any) -> Case:
    """A declaration waiting at the city."""
    case = open_declaration(actor=cast.actor("xu"), procedure="head-teacher-studio", region="990000")
    with_plan(cast, case, "plan")
    return did(cast, case, "xu", "submit", values={**FORM, **changed})


def scored(cast: Cast, case: Case, points: dict[str, str]) -> Case:
    """Both levels agree, three experts are drawn and score, the province makes the result."""
    did(cast, case, "gu", "approve")
    did(cast, case, "cheng", "approve")
    panel = PanelCase.objects.select_related("panel").get(case=case).panel
    draw_panel(actor=cast.actor("cheng"), panel=panel.public_id)
    seats = PanelSeat.objects.filter(entry__case=case).select_related("member__user")
    assert len(seats) == 3
    for seat in seats:
        hand_in_sheet(
            actor=actor_for(seat.member.user),
            seat=seat.public_id,
            revision=seat.revision,
            points=points,
            comment="方案具体。",
        )
    close_panel(actor=cast.actor("cheng"), panel=panel.public_id)
    case.refresh_from_db()
    return case


def test_from_an_empty_form_to_a_title_a_report_a_withdrawal_and_back(book: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        declared(book, honour=False)
    assert refused.value.code == "PRC-147"
    case = scored(book, declared(book), {"leader": "35", "plan": "50"})
    assert case.step == "notice"
    notice = PublicNotice.objects.get(case=case)
    assert ["评审得分", "85"] in notice.content
    objection, _ = object_to(actor=VISITOR, notice=notice.public_id, letter=Letter("成员没有五人。"), asker="a")
    answer_objection(actor=book.actor("cheng"), public_id=objection.public_id, verdict="dismissed", answer="已核实。")
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        case.refresh_from_db()
        assert case.outcome == "recognised" and replay(case)[1] == []
        title = HeldTitle.objects.get(number=HeldTitle.objects.get(entries__case=case).number)
        page = Client().get("/registers/head-teacher-studios/").content.decode()
        assert "晨光工作室" in page and "省级名班主任工作室名册" in page
    with clock.frozen_at(datetime(2026, 11, 2, 10, 0, tzinfo=clock.CHINA_TIME)):
        scan_deadlines()
        year = Case.objects.get(version__code="head-teacher-studio-year")
        assert year.step == "declare" and year.due_on is not None and year.due_on.isoformat() == "2026-12-15"
        with_plan(book, year, "report")
        did(book, year, "xu", "submit", values={"lectures": "0", "trained": "0"})
        did(book, year, "cheng", "refuse", opinion={"text": "没有活动。", "reasons": ["idle"], "items": []})
        with pytest.raises(Refusal):  # whoever judged the report does not decide on the withdrawal
            did(book, year, "cheng", "refuse", opinion={"text": "撤销。", "reasons": ["idle"], "items": []})
        year = did(book, year, "ping", "refuse", opinion={"text": "撤销。", "reasons": ["idle"], "items": []})
        title.refresh_from_db()
        assert (year.outcome, title.state) == ("taken", "withdrawn")
        appeal_case(actor=book.actor("xu"), case_id=year.pk, revision=year.revision, grounds="补交活动记录。")
        with pytest.raises(Refusal):  # nor does whoever withdrew it reconsider
            did(book, year, "ping", "overturn")
        year = did(book, year, "an", "overturn")
        title.refresh_from_db()
        assert (year.outcome, title.state) == ("overturned", "standing")


def test_too_few_points_end_in_an_appeal_that_may_give_the_title(book: Cast) -> None:
    case = scored(book, declared(book), {"leader": "20", "plan": "49"})
    assert case.outcome == "not_selected"
    appeal_case(actor=book.actor("xu"), case_id=case.pk, revision=case.revision, grounds="材料没有看全。")
    case = did(book, case, "ping", "overturn")
    assert case.outcome == "overturned" and HeldTitle.objects.get(entries__case=case).state == "standing"


def test_the_third_of_a_city_is_refused_with_the_quota(book: Cast) -> None:
    cases = [declared(book, name=f"第{number}工作室") for number in (1, 2, 3)]
    for case in cases[:2]:
        did(book, case, "gu", "approve")
    with pytest.raises(Refusal) as refused:
        did(book, cases[2], "gu", "approve")
    assert refused.value.code == "ROU-201"
    cases[2].refresh_from_db()
    assert cases[2].step == "city"
    did(book, cases[0], "cheng", "approve")  # gone on: used up for good
    did(book, cases[1], "cheng", "refuse", opinion={"text": "不实。", "reasons": ["untrue"], "items": []})
    did(book, cases[2], "gu", "approve")  # refused where it is counted: the seat came back
    cases[2].refresh_from_db()
    assert cases[2].step == "province"
