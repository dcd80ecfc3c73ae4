"""The worker carries jobs out: held by one, taken back when cancelled or changed meanwhile, going on after a fault."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.sheets import actions, checking, lease, selectors, worker
from guantong.base.sheets.models import ImportJob, TimedRun
from guantong.kernel import clock

from . import fake_kind
from .books import assert_well_said
from .small_sheets import checked, code_of, sheet, upload


@pytest.fixture(autouse=True)
def kind():
    yield from fake_kind.registered()


def test_a_post_revoked_before_posting_stops_the_job(cast):
    from guantong.base.accounts.models import Post

    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    Post.objects.filter(user_id=cast.user("lin").pk).update(revoked_at=clock.now())
    job = worker.run_one_job(job.pk)
    assert job.state == "stopped"
    assert job.stop[0]["code"].startswith("ACC-")
    assert fake_kind.records() == []


def test_cancelling_while_posting_takes_back_what_was_posted(cast):
    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    # her cancellation arrives between the first and the second chunk
    original = worker.post_chunk
    calls = []

    def post_then_cancel(*arguments):
        counts = original(*arguments)
        calls.append(counts)
        if len(calls) == 1:
            actions.cancel_import(actor=cast.lin, job_id=job.pk)
        return counts

    worker.post_chunk = post_then_cancel
    try:
        held = worker.run_one_job(job.pk)
    finally:
        worker.post_chunk = original
    assert held.state == "cancelling"
    assert len(fake_kind.records()) == 4
    held = worker.run_one_job(job.pk)
    assert (held.state, held.rows_done, held.cursor) == ("cancelled", 0, 0)
    assert fake_kind.records() == []
    assert AuditLine.objects.filter(subject_id=job.public_id, action="reverse_import").count() == 1


def test_a_change_between_check_and_posting_takes_everything_back_and_says_why(cast):
    def refuse(rows, context):
        if rows[0].number >= 6:
            raise fake_kind.TAKEN.refuse(where=context.where(rows[0], "number"), number="N4")

    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    fake_kind.hooks["post"] = refuse
    job = worker.run_one_job(job.pk)
    assert (job.state, job.rows_done) == ("stopped", 0)
    assert [p["code"] for p in job.stop] == ["JOB-010", "TST-913"]
    assert "全部撤回" in job.stop[0]["do"]
    assert fake_kind.records() == []
    fake_kind.hooks.clear()
    job = actions.resume_import(actor=cast.lin, job_id=job.pk)
    assert (job.state, job.stop) == ("uploaded", [])
    job = worker.run_one_job(job.pk)
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    assert worker.run_one_job(job.pk).state == "imported"
    assert len(fake_kind.records()) == 10


def test_an_unexpected_fault_stops_it_under_a_number_and_it_goes_on_where_it_was(cast, caplog):
    def break_down(rows, context):
        if rows[0].number >= 6:
            raise RuntimeError("secret words of the program")

    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    fake_kind.hooks["post"] = break_down
    job = worker.run_one_job(job.pk)
    assert (job.state, job.rows_done, job.cursor, job.lease_owner) == ("stopped", 4, 5, "")
    problem = selectors.problem_from_json(job.stop[0])
    assert_well_said(problem)
    assert problem.code == "JOB-009"
    assert "secret" not in problem.sentence()
    token = problem.do.rsplit("编号 ", 1)[1].rstrip("。")
    assert token in caplog.text
    fake_kind.hooks.clear()
    assert actions.resume_import(actor=cast.lin, job_id=job.pk).state == "importing"
    job = worker.run_one_job(job.pk)
    assert (job.state, job.rows_done, job.counts["posted"]) == ("imported", 10, 10)
    assert len(fake_kind.records()) == 10


def test_a_row_whose_check_breaks_down_gets_a_number_and_the_others_their_answers(cast, caplog):
    def break_down(row):
        if row.number == 4:
            raise RuntimeError("secret words")

    fake_kind.hooks["check"] = break_down
    job = checked(cast, sheet(6, N4=12))
    found = list(selectors.list_problems(job))
    assert [(p.code, p.where.row) for p in found] == [("SHT-072", 4), ("TST-911", 6)]
    assert "secret" not in found[0].sentence()
    assert_well_said(found[0])
    assert TimedRun.objects.count() == 0


def test_two_workers_never_hold_one_job(cast):
    job = upload(cast, sheet())
    assert worker.claim_job("one").pk == job.pk
    assert worker.claim_job("two") is None
    with clock.frozen_at(clock.now() + timedelta(seconds=61)):
        assert worker.claim_job("two").pk == job.pk
        with pytest.raises(worker.Lost):
            lease.renew(job, "one", ("uploaded",))


def test_a_worker_that_lost_its_lease_posts_nothing_more(cast, kind):
    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    held = worker.claim_job("one")
    reading = lease.read_file(held, kind)
    context = lease.context_for(held, cast.lin, reading.spec, reading.header.columns, is_dry=False)
    rows = list(reading)
    ImportJob.objects.filter(pk=job.pk).update(lease_owner="two")
    with pytest.raises(worker.Lost):
        worker.post_chunk(job.pk, "one", kind, context, rows[:4])
    assert fake_kind.records() == []
    worker.post_chunk(job.pk, "two", kind, context, rows[:4])
    with pytest.raises(worker.Lost):  # the same rows again: behind the cursor
        worker.post_chunk(job.pk, "two", kind, context, rows[:4])
    assert len(fake_kind.records()) == 4


def test_asking_to_end_lets_the_job_go_after_the_present_chunk(cast):
    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    fake_kind.hooks["post"] = lambda rows, context: worker.STOPPING.set()
    try:
        held = worker.run_one_job(job.pk)
    finally:
        worker.STOPPING.clear()
    assert (held.state, held.rows_done, held.lease_owner) == ("importing", 4, "")
    fake_kind.hooks.clear()
    assert worker.run_one_job(job.pk).rows_done == 10
    assert len(fake_kind.records()) == 10


def test_a_lost_file_is_told_and_nothing_is_imported(cast):
    from guantong.base.files.storage import path_of

    job = upload(cast, sheet())
    path_of(job.content_digest).unlink()
    job = worker.run_one_job(job.pk)
    assert [p.code for p in selectors.list_problems(job)] == ["FIL-008"]
    assert code_of(actions.confirm_import, actor=cast.lin, job_id=job.pk) == "JOB-005"


def test_a_large_sheet_is_read_once_and_posted_from_what_was_kept(cast, monkeypatch):
    from guantong.base.files.storage import path_of

    monkeypatch.setattr(checking, "SPOOLED", 5)
    job = checked(cast, sheet(12))
    spool = job.memory["spool"]
    assert path_of(spool).exists()
    monkeypatch.setattr(worker, "read_file", None)
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    job = worker.run_one_job(job.pk)
    assert (job.state, job.rows_done) == ("imported", 12)
    assert len(fake_kind.records()) == 12
    assert not path_of(spool).exists()


@pytest.mark.parametrize("harm", ["gone", "altered", "form"])
def test_without_the_kept_rows_the_sheet_is_read_again(cast, monkeypatch, harm):
    from dataclasses import replace

    from guantong.base.files.storage import path_of

    monkeypatch.setattr(checking, "SPOOLED", 5)
    job = checked(cast, sheet(12))
    if harm == "gone":
        path_of(job.memory["spool"]).unlink()
    elif harm == "altered":
        path_of(job.memory["spool"]).write_bytes(b"something else")
    else:
        columns = tuple(replace(c, max_length=99) for c in fake_kind.FORM.columns)
        fake_kind.register(specs=(replace(fake_kind.FORM, columns=columns),))
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    assert worker.run_one_job(job.pk).rows_done == 12


def test_who_uploaded_is_told_when_the_worker_is_done(cast, django_capture_on_commit_callbacks):
    from guantong.base.notices.models import Notice

    job = actions.upload_sheet(
        actor=cast.lin,
        kind="small",
        organisation_id=cast.donghu,
        content=sheet(6, N3=12),
        name="表.xlsx",
        page="/x/JOB/",
    )
    with django_capture_on_commit_callbacks(execute=True):
        worker.run_one_job(job.pk, tells=True)
    notice = Notice.objects.get(user_id=cast.user("lin").pk)
    assert notice.text == "“表.xlsx”检查完了：有 1 行需要修改，5 行没有问题。还没有保存任何数据。"
    assert notice.link == f"/x/{job.public_id}/"


def test_a_stopped_job_that_posted_something_is_taken_back_when_cancelled(cast):
    def break_down(rows, context):
        if rows[0].number >= 6:
            raise RuntimeError("secret words")

    job = checked(cast, sheet())
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    fake_kind.hooks["post"] = break_down
    job = worker.run_one_job(job.pk)
    assert (job.state, len(fake_kind.records())) == ("stopped", 4)
    assert actions.cancel_import(actor=cast.lin, job_id=job.pk).state == "cancelling"
    job = worker.run_one_job(job.pk)
    assert fake_kind.records() == []
    assert (job.state, job.stop) == ("cancelled", [])
