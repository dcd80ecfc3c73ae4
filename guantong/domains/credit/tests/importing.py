"""Sheets for the import tests: rows by the title she sees, from upload to the job's end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from guantong.base.sheets import actions, selectors, worker
from guantong.base.sheets.models import ImportJob
from guantong.base.sheets.tests.books import assert_well_said, book
from guantong.domains.credit.sheets.samples.own import TITLES
from guantong.kernel.refusal import Problem
from tests.cast import invented_id_number

DAY = date(2025, 6, 30)


def line(**changes: Any) -> dict[str, Any]:
    """A good training record, with some cells changed by title."""
    row: dict[str, Any] = {
        "姓名": "赵小禾",
        "身份证号": invented_id_number(40),
        "成果类型": "培训记录",
        "成果名称": "新能源汽车维修培训",
        "学时": 64,
        "取得日期": DAY,
    }
    return row | changes


def course(**changes: Any) -> dict[str, Any]:
    """A good course."""
    return line(**({"成果类型": "学校课程", "成果名称": "电工基础", "成绩": "86", "学时": 64, "学分": 4} | changes))


def skill(**changes: Any) -> dict[str, Any]:
    """A good skill certificate."""
    row = {"成果类型": "职业技能等级证书", "成果名称": "电工", "等级": "中级工", "证书编号": "Y001", "学时": None}
    return line(**(row | changes))


def sheet(*rows: dict[str, Any], titles: Sequence[str] = TITLES) -> bytes:
    """A workbook in our own form."""
    return book([list(titles), *([row.get(t, "") for t in titles] for row in rows)], sheet="学习成果存入表")


def upload(cast: Any, content: bytes, who: str = "lin", where: str = "donghu", name: str = "成果.xlsx") -> ImportJob:
    """Uploaded and checked."""
    job = actions.upload_sheet(
        actor=getattr(cast, who),
        kind="achievement_deposit",
        organisation_id=getattr(cast, where),
        content=content,
        name=name,
    )
    return worker.run_one_job(job.pk)


def imported(cast: Any, content: bytes, **where: str) -> ImportJob:
    """Uploaded, checked, confirmed with every tick, posted."""
    job = upload(cast, content, **where)
    assert job.state == "checked", (job.state, job.stop)
    assert not job.rows_bad, [p.sentence() for p in selectors.list_problems(job)]
    actions.confirm_import(actor=getattr(cast, where.get("who", "lin")), job_id=job.pk, is_ticked=True)
    job = worker.run_one_job(job.pk)
    assert job.state == "imported", (job.state, job.stop)
    return job


def findings(job: ImportJob) -> list[Problem]:
    """What was found, each well said."""
    found = list(selectors.list_problems(job))
    for problem in found:
        assert_well_said(problem)
    return found


def places(job: ImportJob) -> list[tuple[str, str]]:
    """(code, cell) of everything found."""
    return [(p.code, f"{p.where.column or ''}{p.where.row or ''}") for p in findings(job)]
