"""Commands, the document they make, and what a merge of two people does to records."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from guantong.domains.programmes.actions.merging import move_records, undo_records
from guantong.domains.programmes.models import Programme, StudentRecord
from guantong.domains.programmes.selectors.coverage_table import coverage_markdown
from guantong.kernel.refusal import Refusal

from .books import rows_book
from .test_records import enrol, school  # noqa: F401 - the fixture

SUPPLEMENT = ["专业代码", "专业名称", "层次", "目录版本"]


def test_the_document_is_current():
    kept = (Path(settings.ROOT) / "docs/dev/programme-catalogue.md").read_text("utf-8")
    assert kept == coverage_markdown(), "run: guantong manage programme_coverage --write"
    assert "| **entered** | 358 | 744 | 247 | 1349 |" in kept


def run(*arguments, **options):
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_catalogue_is_loaded_and_a_supplement_imported_from_the_command_line(tmp_path):
    assert "1349 个专业" in run("load_programmes")
    assert "新增或改正 0 个" in run("load_programmes")
    path = tmp_path / "增补.xlsx"
    path.write_bytes(rows_book(SUPPLEMENT, [["510217", "人工智能数据工程技术", "高职专科", "2025"]]))
    assert "将新增 1 个" in run("import_programmes", str(path), origin="原件", dry_run=True)
    assert not Programme.objects.filter(code="510217").exists()
    assert "已新增 1 个" in run("import_programmes", str(path), origin="原件")
    assert Programme.objects.filter(code="510217").exists()


@pytest.mark.django_db
def test_a_wrong_sheet_ends_with_status_two_and_a_sentence(tmp_path):
    run("load_programmes")
    path = tmp_path / "增补.xlsx"
    path.write_bytes(rows_book(SUPPLEMENT, [["510203", "软件工程", "高职专科", "2025"]]))
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_programmes", str(path), origin="原件", stderr=err)
    assert ended.value.code == 2 and "PRG-006" in err.getvalue() and "第 2 行" in err.getvalue()


@pytest.mark.django_db
def test_records_follow_a_merge_and_come_back(school):  # noqa: F811
    record = enrol(school)
    moved = move_records(school.zhao_person, school.wu_person)
    record.refresh_from_db()
    assert record.person_id == school.zhao_person
    undo_records(moved)
    record.refresh_from_db()
    assert record.person_id == school.wu_person


@pytest.mark.django_db
def test_two_open_records_at_one_school_stop_a_merge(school):  # noqa: F811
    enrol(school)
    enrol(school, "zhao", number="2025002")
    with pytest.raises(Refusal) as caught:
        move_records(school.zhao_person, school.wu_person)
    assert caught.value.code == "PRG-072"
    assert StudentRecord.objects.filter(person_id=school.wu_person).count() == 1
