"""Rosters, scores and plans by sheet: columns of the declaration, cells named, all rows or none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guantong.base.sheets import actions, selectors, worker
from guantong.base.sheets.kinds import job_kind
from guantong.base.sheets.models import ImportJob
from guantong.base.sheets.tests.books import assert_well_said, book
from guantong.domains.admission.actions import cycles
from guantong.domains.admission.models import Candidate, IntakePlan, Score
from guantong.domains.admission.tests.scene import MARKS
from guantong.kernel.refusal import Refusal, Weight
from tests.cast import invented_id_number

ROSTER = ["姓名", "身份证号", "考生类别", "报考专业大类", "户籍地区类别", "体检结论", "色觉正常"]
MARKED = ["考生号", "姓名", "语文", "数学", "外语", "专业知识", "技能操作", "职业综合测试"]
PLANNED = ["批次", "专业代码", "专业名称", "专业组代码", "专业组名称", "计划类别", "计划数", "学费", "学制", "办学地点"]


@pytest.fixture
def registering(planned):
    cycles.move_cycle(actor=planned.he, cycle=planned.cycle, to="registration")
    return planned.refresh()


def person(n: int, **changes: Any) -> dict[str, Any]:
    row = {
        "姓名": f"考生{'甲乙丙丁戊己庚辛壬癸'[n]}",
        "身份证号": invented_id_number(100 + n, date(2007, 5, 1)),
        "考生类别": "中职毕业生",
        "报考专业大类": "电子与信息大类",
        "户籍地区类别": "一般地区",
        "体检结论": "合格",
        "色觉正常": "是",
    }
    return row | changes


def sheet(titles: list[str], *rows: dict[str, Any]) -> bytes:
    return book([titles, *([row.get(t, "") for t in titles] for row in rows)])


def upload(scene, family: str, content: bytes, who="he", where="province_bureau") -> ImportJob:
    job = actions.upload_sheet(
        actor=scene.cast.actor(who),
        kind=f"{family}:{scene.cycle.public_id}",
        organisation_id=scene.cast.organisation(where),
        content=content,
        name="表.xlsx",
    )
    return worker.run_one_job(job.pk)


def confirmed(scene, job: ImportJob, who="he") -> ImportJob:
    assert (job.state, job.rows_bad) == ("checked", 0), [p.sentence() for p in selectors.list_problems(job)]
    actions.confirm_import(actor=scene.cast.actor(who), job_id=job.pk, is_ticked=True)
    job = worker.run_one_job(job.pk)
    assert job.state == "imported", job.stop
    return job


def places(job: ImportJob) -> list[tuple[str, str]]:
    found = list(selectors.list_problems(job))
    for problem in found:
        assert_well_said(problem)
    return [(p.code, f"{p.where.column or ''}{p.where.row or ''}") for p in found]


def test_the_forms_ask_what_the_declaration_asks(registering):
    key = registering.cycle.public_id
    titles = [c.title for c in job_kind(f"admission_candidates:{key}").specs[0].columns]
    assert titles[:3] == ["姓名", "身份证号", "考生号"]
    assert {"考生类别", "报考专业大类", "体检结论"} <= set(titles)
    assert [c.title for c in job_kind(f"admission_scores:{key}").specs[0].columns] == MARKED
    with pytest.raises(Refusal):
        job_kind("admission_scores:nothing")
    with pytest.raises(KeyError):
        job_kind("admission_nothing:x")


def test_a_roster_is_imported_and_a_stopped_one_taken_back(registering):
    scene = registering
    job = confirmed(scene, upload(scene, "admission_candidates", sheet(ROSTER, *(person(n) for n in range(5)))))
    assert (job.rows_done, Candidate.objects.count()) == (5, 5)
    assert Candidate.objects.first().attributes["colour_vision"] is True
    ImportJob.objects.update(state="stopped")  # as if it had stopped half way
    actions.cancel_import(actor=scene.he, job_id=job.pk)
    worker.run_one_job(job.pk)
    assert set(Candidate.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_a_roster_with_one_bad_row_registers_nobody_and_names_the_cells(registering):
    scene = registering
    rows = [person(0), person(1, 报考专业大类="魔法大类"), person(2, 体检结论=""), person(0, 姓名="考生癸")]
    job = upload(scene, "admission_candidates", sheet(ROSTER, *rows))
    found = places(job)
    assert ("D3") in [cell for _, cell in found]
    assert ("F4") in [cell for _, cell in found]
    assert any(cell.endswith("5") for _, cell in found), "the same identity number under another name"
    assert not Candidate.objects.exists()
    with pytest.raises(Refusal):
        actions.confirm_import(actor=scene.he, job_id=job.pk, only_good_rows=True)


def marks(scene, name: str, **changes: Any) -> dict[str, Any]:
    values = dict(zip(MARKED[2:7], MARKS[name], strict=True))
    return {"考生号": scene.candidate(name).number, "姓名": f"考生{name}"} | values | changes


def test_scores_are_imported_whole_and_known_ones_passed_over(ranked):
    scene = ranked
    Score.objects.filter(candidate=scene.candidate("甲")).delete()
    job = confirmed(scene, upload(scene, "admission_scores", sheet(MARKED, *(marks(scene, n) for n in "甲乙丙"))))
    assert (job.counts["posted"], job.counts["known"]) == (1, 2)
    assert scene.candidate("甲").score.total_thousandths == 600_000


def test_a_score_sheet_with_faults_names_each_cell_and_enters_nothing(ranked):
    scene = ranked
    before = scene.candidate("甲").score.papers
    rows = [
        marks(scene, "甲", 语文="119.5"),
        marks(scene, "乙", 语文="121"),
        marks(scene, "丙", 数学="九十"),
        marks(scene, "丁", 外语=""),
        marks(scene, "戊", 职业综合测试="300"),
        marks(scene, "己", 姓名="考生庚"),
        marks(scene, "辛", 考生号="20269999999999"),
    ]
    job = upload(scene, "admission_scores", sheet(MARKED, *rows))
    assert places(job) == [
        ("ADM-063", "A2"),
        ("ADM-241", "C3"),
        ("ADM-242", "D4"),
        ("ADM-240", "E5"),
        ("ADM-248", "H6"),
        ("ADM-058", "A7"),
        ("ADM-057", "A8"),
    ]
    assert scene.candidate("甲").score.papers == before


def test_changed_marks_are_named_one_by_one_and_wait_for_a_tick(ranked):
    scene = ranked
    Score.objects.filter(candidate=scene.candidate("丁")).delete()
    kept = {name: scene.candidate(name).score.papers for name in "甲乙丙"}
    rows = [
        marks(scene, "甲"),
        marks(scene, "乙", 语文="96", 技能操作="缺考"),
        marks(scene, "丙", 语文="90.0"),
        marks(scene, "丁"),
    ]
    job = upload(scene, "admission_scores", sheet(MARKED, *rows))
    assert (job.state, job.rows_bad, job.rows_to_confirm) == ("checked", 0, 1)
    assert places(job) == [("ADM-063", "A3")]
    (problem,) = selectors.list_problems(job)
    assert problem.weight is Weight.PLEASE_CONFIRM
    number = scene.candidate("乙").number
    assert f"考生 {number}（考生乙）" in problem.message
    assert "语文 95 改为 96；技能操作 235 改为 缺考" in problem.message
    assert {name: scene.candidate(name).score.papers for name in "甲乙丙"} == kept, "checking changes nothing"
    with pytest.raises(Refusal) as refused:
        actions.confirm_import(actor=scene.he, job_id=job.pk)
    assert refused.value.code == "JOB-006"
    assert scene.candidate("乙").score.papers == kept["乙"]
    confirmed(scene, job)
    assert scene.candidate("乙").score.papers["chinese"] == "96"
    assert scene.candidate("乙").score.rank is None, "changed marks take the rank back"
    assert scene.candidate("丙").score.papers == kept["丙"]
    assert scene.candidate("丁").score.total_thousandths == 570_000


def plan(**changes: Any) -> dict[str, Any]:
    row = {
        "批次": "专科批",
        "专业代码": "510203",
        "专业名称": "软件技术",
        "专业组代码": "01",
        "专业组名称": "信息组",
        "计划类别": "普通计划",
        "计划数": 3,
        "学费": 5000,
        "学制": 3,
        "办学地点": "东湖校区",
    }
    return row | changes


def test_plans_are_imported_as_drafts_and_stopped_ones_taken_back(opened):
    scene = opened
    rows = [plan(), plan(专业代码="510202", 专业名称="计算机网络技术", 计划数=2)]
    job = upload(scene, "admission_plans", sheet(PLANNED, *rows), "admission", "donghu")
    job = confirmed(scene, job, "admission")
    assert [(p.seats, p.fee_fen, p.state) for p in IntakePlan.objects.order_by("pk")] == [
        (3, 500_000, "drafted"),
        (2, 500_000, "drafted"),
    ]
    ImportJob.objects.update(state="stopped")
    actions.cancel_import(actor=scene.officer, job_id=job.pk)
    worker.run_one_job(job.pk)
    assert not IntakePlan.objects.exists()


def test_a_plan_sheet_is_held_to_size_catalogue_and_seats(opened):
    scene = opened
    rows = [
        plan(计划数=0),
        plan(专业代码="999999"),
        plan(专业组代码="02", 批次="本科批"),
        plan(专业组代码="03", 计划类别="免费计划"),
        plan(专业组代码="04", 计划数=-1),
    ]
    job = upload(scene, "admission_plans", sheet(PLANNED, *rows), "admission", "donghu")
    found = places(job)
    assert ("ADM-272", "G2") in found
    assert ("ADM-273", "B3") in found
    assert ("ADM-285", "D4") in found
    assert any(cell == "F5" for _, cell in found)
    assert ("ADM-272", "G6") in found
    assert not IntakePlan.objects.exists()
    job = upload(scene, "admission_plans", sheet(PLANNED, plan(计划数=11)), "admission", "donghu")
    assert [code for code, _ in places(job)] == ["ADM-271"]


def test_others_do_not_import(registering):
    for who, where, family in (
        ("lin", "donghu", "admission_candidates"),
        ("zhang", "enterprise", "admission_plans"),
        ("admission", "nandu", "admission_plans"),
    ):
        with pytest.raises(Refusal) as refused:
            upload(registering, family, sheet(ROSTER, person(0)), who, where)
        assert refused.value.code.startswith("ACC-")
