"""docs/dev/procedures.md, "Adding a procedure, step by step": followed literally in a copy of the region folders."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guantong.base import lawbook
from guantong.domains.projects.actions import open_declaration
from guantong.kernel import clock
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.command import run_check
from guantong.procedure.cases.public import scan_deadlines
from tests.cast import Cast
from tests.procedures import hire

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.django_db
def test_the_book_alone_is_enough(
    cast: Cast, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    hire(cast, "xu", "许老师", "donghu", "project_officer")
    hire(cast, "gu", "顾科长", "province_bureau", "bureau_reviewer")
    # 1. a copy of the folders
    copy = tmp_path / "regions"
    shutil.copytree(ROOT / "regions", copy)
    settings.REGIONS = copy
    lawbook._loaded.cache_clear()
    assert Client().get("/procedures/library-corner/").status_code == 404
    # 2 and 3. the files of the book, where the book says
    book = (ROOT / "docs/dev/procedures.md").read_text("utf-8").partition("## Adding a procedure, step by step")[2]
    files = re.findall(r"```yaml\n# regions/(\S+)\n(.*?)```", book, re.DOTALL)
    assert [name.split("/")[1] for name, _ in files] == ["procedures", "cases"]
    for name, text in files:
        (copy / name).write_text(text, "utf-8")
    place = copy / files[0][0]
    lawbook._loaded.cache_clear()
    # 4. the check finds nothing wrong
    options = type("Options", (), {"files": [str(place)], "json": False})()
    assert run_check(options) == 0
    assert "没有问题" in capsys.readouterr().out
    # 5. it stands in the hall
    assert "班级图书角认定" in Client().get("/procedures/?q=图书角").content.decode()
    page = Client().get("/procedures/library-corner/").content.decode()
    assert "不低于100册" in page and "主管部门审核" in page
    # 6. it runs to its end
    case = open_declaration(actor=cast.actor("xu"), procedure="library-corner", region="990000")
    given = {"name": "一班图书角", "books": "120"}
    act(actor=cast.actor("xu"), case_id=case.pk, action="submit", revision=case.revision, values=given)
    case.refresh_from_db()
    act(actor=cast.actor("gu"), case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        assert "一班图书角" in Client().get("/registers/library-corners/").content.decode()
    lawbook._loaded.cache_clear()
