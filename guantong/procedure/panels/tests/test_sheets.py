"""Reviewers by sheet: checked as the action checks, entered, counted as known the second time, taken back."""

from __future__ import annotations

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.models import Organisation
from guantong.base.sheets import actions, worker
from guantong.base.sheets.models import ImportJob, ImportProblems
from guantong.base.sheets.tests.books import book
from guantong.kernel.refusal import Refusal
from guantong.procedure.panels.actions import open_pool
from guantong.procedure.panels.actions.pools import take_back
from guantong.procedure.panels.models import Pool, PoolMember

from .conftest import World, code_of

HEAD = ["账号", "单位统一社会信用代码", "职称职务", "专业领域", "入库日期"]


def sheet(*rows: list[str]) -> bytes:
    return book([HEAD, *rows], sheet="评审专家名册")


def upload(world: World, pool: Pool, content: bytes, name: str = "专家.xlsx") -> ImportJob:
    job = actions.upload_sheet(
        actor=world.cast.he,
        kind=f"panels.reviewers:{pool.public_id}",
        organisation_id=world.cast.province_bureau,
        content=content,
        name=name,
    )
    found = worker.run_one_job(job.pk)
    assert found is not None
    return found


def ready(world: World) -> tuple[Pool, str]:
    """Two people with accounts and a second pool to enter them into, and the code of a school."""
    world.reviewers(2)
    pool = open_pool(actor=SYSTEM, region="990000", code="second-pool", title="第二个库")
    code = Organisation.objects.values_list("credit_code", flat=True).get(pk=world.cast.xiling)
    return pool, str(code)


def test_good_rows_are_entered_and_known_ones_counted(world: World):
    pool, code = ready(world)
    content = sheet(["rv1", code, "教授", "信息技术、装备制造", "2025-09-20"], ["rv2", code, "", "", ""])
    job = upload(world, pool, content)
    assert (job.state, job.rows_bad) == ("checked", 0)
    assert not PoolMember.objects.filter(pool=pool).exists()
    actions.confirm_import(actor=world.cast.he, job_id=job.pk)
    done = worker.run_one_job()
    assert done is not None and (done.state, done.counts["posted"]) == ("imported", 2)
    member = PoolMember.objects.get(pool=pool, user__username="rv1")
    assert (member.fields, member.title, str(member.joined_on)) == (["信息技术", "装备制造"], "教授", "2025-09-20")
    again = upload(world, pool, sheet(["rv1", code, "教授", "", ""]), "再来.xlsx")
    actions.confirm_import(actor=world.cast.he, job_id=again.pk)
    done = worker.run_one_job()
    assert done is not None and (done.counts["posted"], done.counts["known"]) == (0, 1)
    assert take_back(actor=world.cast.he, job=job.public_id) == 2
    assert take_back(actor=world.cast.he, job=job.public_id) == 0
    assert {m.left_on == m.joined_on for m in PoolMember.objects.filter(pool=pool)} == {True}


def test_rows_are_refused_with_their_cell(world: World):
    pool, code = ready(world)
    other = "91110000600037341L"
    job = upload(
        world,
        pool,
        sheet(["nobody.here", code, "", "", ""], ["lin.staff", code, "", "", ""], ["rv1", other, "", "", ""]),
    )
    rows = [p for kept in ImportProblems.objects.filter(job=job) for p in kept.body]
    found = sorted((p["code"], p["row"], p["column"]) for p in rows)
    assert found == [("PAN-103", 3, "A"), ("PAN-108", 2, "A"), ("PAN-109", 4, "B")]
    assert not PoolMember.objects.filter(pool=pool).exists()


def test_another_region_and_an_unknown_pool_are_refused(world: World):
    pool, code = ready(world)
    content = sheet(["rv1", code, "", "", ""])
    assert code_of(
        lambda: actions.upload_sheet(
            actor=world.cast.lin,
            kind=f"panels.reviewers:{pool.public_id}",
            organisation_id=world.cast.donghu,
            content=content,
            name="x.xlsx",
        )
    ).startswith("ACC-")
    below = open_pool(actor=SYSTEM, region="990200", code="below", title="下级库")
    try:
        job = upload(world, below, content)
    except Refusal as refusal:
        raise AssertionError(refusal) from refusal
    assert job.rows_bad == 0  # the province keeps the pools of the regions below it, too
