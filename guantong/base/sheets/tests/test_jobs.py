"""Import jobs: whole or not at all, once, by those who may; going on, taking back, telling how far."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.sheets import actions, selectors, worker
from guantong.base.sheets.models import ImportJob, ImportProblems, TimedRun
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from . import fake_kind
from .books import book
from .small_sheets import checked, code_of, sheet, upload


@pytest.fixture(autouse=True)
def kind():
    yield from fake_kind.registered()


def test_a_good_sheet_is_checked_and_nothing_is_saved_before_she_confirms(cast):
    job = checked(cast, sheet())
    assert (job.state, job.rows_total, job.rows_checked, job.rows_bad, job.problem_count) == ("checked", 10, 10, 0, 0)
    assert TimedRun.objects.count() == 0
    job = actions.confirm_import(actor=cast.lin, job_id=job.pk)
    assert job.state == "importing"
    assert fake_kind.records() == []
    job = worker.run_one_job()
    assert (job.state, job.rows_done, job.counts["posted"], job.counts["more"]) == (
        "imported",
        10,
        10,
        {"新开学习账户": 3},
    )
    assert len(fake_kind.records()) == 10
    lines = list(AuditLine.objects.filter(subject_id=job.public_id).order_by("id").values_list("action", flat=True))
    assert lines == ["upload_sheet", "confirm_import", "import_sheet"]
    assert worker.run_one_job() is None


def test_cell_problems_and_the_law_are_told_together_in_order_of_rows(cast):
    job = checked(cast, sheet(6, N0="x", N3=12, N4=8))
    found = list(selectors.list_problems(job))
    assert [(p.code, p.where.row, p.where.column) for p in found] == [
        ("SHT-045", 2, "B"),
        ("TST-911", 5, "B"),
        ("TST-912", 6, "B"),
    ]
    assert (job.rows_total, job.rows_bad, job.rows_to_confirm, job.problem_count) == (6, 2, 1, 3)
    assert selectors.bad_rows(job) == {2, 5}
    page = openpyxl.load_workbook(io.BytesIO(worker.ensure_report(job))).active
    assert [c.value for c in page["C"]] == [
        "校验结果",
        "1 处需修改",
        "通过",
        "通过",
        "1 处需修改",
        "1 处请确认",
        "通过",
    ]
    assert ImportJob.objects.get(pk=job.pk).report.name == "小表（校验结果）.xlsx"


def test_an_all_or_nothing_sheet_with_a_bad_row_is_not_imported(cast):
    job = checked(cast, sheet(6, N3=12))
    assert code_of(actions.confirm_import, actor=cast.lin, job_id=job.pk, only_good_rows=True) == "JOB-004"
    job.refresh_from_db()
    assert job.state == "checked"
    assert fake_kind.records() == []


def test_a_roster_may_leave_bad_rows_out_only_when_she_chooses_to(cast):
    fake_kind.register(allows_partial=True)
    job = checked(cast, sheet(6, N3=12, N5="x"))
    assert code_of(actions.confirm_import, actor=cast.lin, job_id=job.pk) == "JOB-007"
    actions.confirm_import(actor=cast.lin, job_id=job.pk, only_good_rows=True)
    job = worker.run_one_job()
    assert (job.state, job.rows_done) == ("imported", 4)
    assert fake_kind.records() == ["r:N0", "r:N1", "r:N2", "r:N4"]


def test_findings_to_confirm_wait_for_her_tick(cast):
    job = checked(cast, sheet(6, N3=8))
    assert [p.code for p in selectors.first_to_confirm(job)] == ["TST-912"]
    assert code_of(actions.confirm_import, actor=cast.lin, job_id=job.pk) == "JOB-006"
    assert actions.confirm_import(actor=cast.lin, job_id=job.pk, is_ticked=True).state == "importing"


def test_a_sheet_with_a_wrong_header_has_nothing_to_import(cast):
    job = checked(cast, book([["编号", "分数"], ["N1", 2]], sheet="小表"))
    assert [p.code for p in selectors.list_problems(job)] == ["SHT-021"]
    assert code_of(actions.confirm_import, actor=cast.lin, job_id=job.pk) == "JOB-005"


def test_a_file_that_cannot_be_opened_makes_no_job(cast):
    assert code_of(upload, cast=cast, content=b"%PDF") == "SHT-002"
    assert ImportJob.objects.count() == 0


def test_the_same_file_is_taken_once(cast):
    content = sheet(4)
    first = checked(cast, content)
    assert upload(cast, content, "另一个名字.xlsx").pk == first.pk
    actions.confirm_import(actor=cast.lin, job_id=first.pk)
    worker.run_one_job(first.pk)
    before = fake_kind.records()
    assert code_of(upload, cast=cast, content=content) == "JOB-001"
    with pytest.raises(Refusal) as caught:
        upload(cast, content)
    assert first.public_id in caught.value.problems[0].message
    assert "2025 年 10 月 15 日" in caught.value.problems[0].message
    assert fake_kind.records() == before


def test_rows_known_from_another_file_are_counted_and_not_doubled(cast):
    for content in (sheet(5), sheet(8)):
        job = checked(cast, content)
        actions.confirm_import(actor=cast.lin, job_id=job.pk)
        job = worker.run_one_job(job.pk)
    assert (job.counts["posted"], job.counts["known"]) == (3, 5)
    assert len(fake_kind.records()) == 8


def test_others_do_not_see_or_touch_it(cast):
    job = checked(cast, sheet())
    assert selectors.access_job_for(cast.lin, job.public_id).pk == job.pk
    for stranger in (cast.zhou, cast.chen, cast.wu):
        assert code_of(selectors.access_job_for, actor=stranger, public_id=job.public_id) == "JOB-002"
        assert code_of(actions.confirm_import, actor=stranger, job_id=job.pk).startswith("ACC-")
        assert code_of(actions.cancel_import, actor=stranger, job_id=job.pk).startswith("ACC-")
        assert list(selectors.list_jobs_for(stranger, "small", cast.donghu)) == []
    assert code_of(selectors.access_job_for, actor=cast.lin, public_id="NOSUCH") == "JOB-002"
    assert code_of(selectors.access_job_for, actor=cast.lin, public_id=job.public_id, kind="other") == "JOB-002"
    assert [j.pk for j in selectors.list_jobs_for(cast.lin, "small", cast.donghu)] == [job.pk]
    job.refresh_from_db()
    assert job.state == "checked"


def test_cancelling_before_posting_simply_ends_it(cast):
    job = checked(cast, sheet())
    job = actions.cancel_import(actor=cast.lin, job_id=job.pk)
    assert job.state == "cancelled"
    assert actions.cancel_import(actor=cast.lin, job_id=job.pk).state == "cancelled"
    assert code_of(actions.confirm_import, actor=cast.lin, job_id=job.pk) == "JOB-003"
    assert upload(cast, sheet()).state == "uploaded"


def test_progress_and_time_left_are_told(cast):
    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    job.refresh_from_db()
    assert selectors.seconds_left(job) is None
    job.rows_done = 5
    with clock.frozen_at(clock.now() + timedelta(seconds=20)):
        assert selectors.seconds_left(job) == 20
    assert selectors.as_json(job)["state"] == "importing"


def test_problem_pages_are_read_a_page_at_a_time(cast, django_assert_num_queries):
    job = checked(cast, sheet(350, **{f"N{n}": 12 for n in range(350)}))
    assert job.problem_count == 350
    assert ImportProblems.objects.filter(job=job).count() == 4
    with django_assert_num_queries(1):
        first = list(selectors.list_problems(job, limit=20))
    with django_assert_num_queries(0):
        assert selectors.first_to_change(job) == first
    assert [p.where.row for p in first] == list(range(2, 22))
    assert all(p == selectors.problem_from_json(selectors.problem_to_json(p)) for p in first)


def test_the_database_itself_takes_the_same_file_once(cast):
    from django.db import IntegrityError, transaction

    job = upload(cast, sheet())
    job.pk, job.public_id = None, "OTHER"
    with pytest.raises(IntegrityError), transaction.atomic():
        job.save(force_insert=True)


@pytest.mark.parametrize(
    ("state", "total", "bad", "words"),
    [
        ("checked", 5, 0, "全部 5 行都可以导入，请您确认。"),
        ("checked", 0, 0, "还读不了"),
        ("imported", 5, 0, "已经导入 5 行。"),
        ("cancelled", 5, 0, "没有留下任何数据。"),
        ("stopped", 5, 0, "停下了"),
    ],
)
def test_every_outcome_has_its_words(state, total, bad, words):
    job = ImportJob(state=state, rows_total=total, rows_bad=bad, rows_done=total, file_name="表.xlsx")
    assert words in selectors.outcome_text(job)


def test_the_same_file_arriving_twice_at_the_same_moment_makes_one_job(cast, monkeypatch):
    content = sheet()
    first = upload(cast, content)
    real = actions._same_file
    answers = iter([None])
    monkeypatch.setattr(actions, "_same_file", lambda *a: _once(answers, real, a))
    assert upload(cast, content).pk == first.pk
    assert ImportJob.objects.count() == 1


def _once(answers, real, arguments):
    """Nothing known at the first look, as when two uploads look before either has written."""
    try:
        return next(answers)
    except StopIteration:
        return real(*arguments)
