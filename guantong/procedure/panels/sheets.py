"""The sheet of reviewers: a row a person, checked by the real action, entered in chunks, taken back when cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from guantong.base.orgs.public import find_by_credit_code
from guantong.base.sheets.kinds import JobContext, JobKind, PostCounts
from guantong.base.sheets.reading import Row
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.kernel.refusal import Problem, Refusal

from . import errors
from .actions.pools import PERMISSION, join_pool, take_back
from .models import Pool

FAMILY = "panels.reviewers"
"""Kinds ``panels.reviewers:<public id of the pool>``."""

REVIEWERS = SheetSpec(
    name="reviewers",
    title="评审专家名册",
    unique=(("username",),),
    about=("一行一位专家。专家须先有账号，账号须登记本人身份，回避才能核对。", "专业领域有几项的，用顿号隔开。"),
    columns=(
        ColumnSpec(key="username", titles=("账号",), kind="code", required=True, max_length=60, example="li.hua"),
        ColumnSpec(
            key="credit_code",
            titles=("单位统一社会信用代码", "统一社会信用代码"),
            kind="credit_code",
            required=True,
            help="现在任职的单位，须已登记。",
        ),
        ColumnSpec(key="title", titles=("职称职务", "职称"), max_length=60, example="教授"),
        ColumnSpec(key="fields", titles=("专业领域",), max_length=200, example="信息技术、装备制造"),
        ColumnSpec(key="joined_on", titles=("入库日期",), kind="date", help="不填的从导入当天起。"),
        ColumnSpec(key="document", titles=("入库依据",), max_length=120, example="云教职〔2025〕9号"),
    ),
)
COLUMN_OF = {"PAN-109": "credit_code"}


def reviewers_job(key: str) -> JobKind:
    """The kind of job that enters reviewers into one pool; ``KeyError`` when there is no such pool."""
    pool = Pool.objects.filter(public_id=key).first()
    if pool is None:
        raise KeyError(key)
    return JobKind(
        name=f"{FAMILY}:{key}",
        title=f"登记评审专家：{pool.title}",
        specs=(REVIEWERS,),
        permission=PERMISSION,
        check_rows=lambda rows, context: check_rows(pool, rows, context),
        post_rows=lambda rows, context: post_rows(pool, rows, context),
        reverse=take_back_chunk,
        allows_partial=True,
        chunk=200,
        posted_word="登记",
    )


def _enter(pool: Pool, row: Row, context: JobContext) -> None:
    values = row.values
    organisation = find_by_credit_code(str(values["credit_code"]))
    if organisation is None:
        raise errors.ORGANISATION_UNKNOWN.refuse(code=values["credit_code"])
    joined_on = values.get("joined_on")
    join_pool(
        actor=context.actor,
        pool_id=pool.pk,
        username=str(values["username"]),
        organisation_id=organisation,
        fields=str(values.get("fields") or "").replace("；", "、").replace(";", "、").replace("，", "、").split("、"),
        title=str(values.get("title") or ""),
        joined_on=joined_on if isinstance(joined_on, date) else None,
        document=str(values.get("document") or ""),
        job=context.public_id,
    )


def check_rows(pool: Pool, rows: list[Row], context: JobContext) -> Iterable[Problem]:
    """What the action says of each row, undone by the caller; whoever is in the pool already counts as known."""
    for row in rows:
        try:
            _enter(pool, row, context)
        except Refusal as refusal:
            for problem in refusal:
                if problem.code != errors.ALREADY_IN.code:
                    column = COLUMN_OF.get(problem.code, "username")
                    yield problem.at(context.where(row, column, row.values[column]))


def post_rows(pool: Pool, rows: list[Row], context: JobContext) -> PostCounts:
    """Enter the rows; whoever is in the pool already is counted as known."""
    known = 0
    for row in rows:
        try:
            _enter(pool, row, context)
        except Refusal as refusal:
            if refusal.code != errors.ALREADY_IN.code:
                raise
            known += 1
    return PostCounts(posted=len(rows) - known, known=known)


def take_back_chunk(context: JobContext) -> int:
    """End the stays this job began, some at a time, on the day they began."""
    return take_back(actor=context.actor, job=context.public_id)
