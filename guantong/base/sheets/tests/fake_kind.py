"""A kind of job whose records are rows of ``TimedRun``: one a row of the sheet, named by its number."""

from __future__ import annotations

from guantong.base.sheets.kinds import _KINDS, JobContext, JobKind, PostCounts, register_job_kind
from guantong.base.sheets.models import TimedRun
from guantong.base.sheets.reading import Row
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.kernel.refusal import RefusalKind, Weight

LOCAL_CAP = RefusalKind("TST-911", "每个证书最多转换 8 学分。", "请改为 8 或更小。")
UNUSUAL = RefusalKind("TST-912", "学时比同类课程多。", "确实如此请在“已核对”前打勾。", weight=Weight.PLEASE_CONFIRM)
TAKEN = RefusalKind("TST-913", "编号 {number} 已经有人用了。", "请核对编号。")

FORM = SheetSpec(
    name="small",
    title="小表",
    columns=(
        ColumnSpec(key="number", titles=("编号",), kind="code", required=True),
        ColumnSpec(key="credits", titles=("学分",), kind="decimal", required=True),
    ),
    unique=(("number",),),
)
hooks: dict[str, object] = {}
"""What a test wants to happen: ``check`` (row) → None, ``post`` (rows, context) → None."""


def record_name(context: JobContext, row: Row) -> str:
    return f"r:{row.values['number']}"


def check_rows(rows, context):
    assert context.is_dry
    for row in rows:
        if "check" in hooks:
            hooks["check"](row)
        TimedRun.objects.create(name=f"dry:{row.number}")  # undone by the caller's rolled-back transaction
        if row.values["credits"] > 8:
            yield LOCAL_CAP.problem(where=context.where(row, "credits", row.values["credits"]))
        elif row.values["credits"] == 8:
            yield UNUSUAL.problem(where=context.where(row, "credits", row.values["credits"]))


def post_rows(rows, context):
    known = 0
    for row in rows:
        name = record_name(context, row)
        found = TimedRun.objects.filter(name=name).first()
        if found is not None and found.outcome != context.public_id:
            known += 1
            continue
        TimedRun.objects.create(name=name, outcome=context.public_id)  # a row posted twice would break the key
    if "post" in hooks:
        hooks["post"](rows, context)
    return PostCounts(posted=len(rows) - known, known=known, more={"新开学习账户": 1})


def reverse(context):
    mine = TimedRun.objects.filter(outcome=context.public_id)[:3]
    names = [t.name for t in mine]
    TimedRun.objects.filter(name__in=names).delete()
    return len(names)


def register(**changes):
    kind = JobKind(
        **{
            "name": "small",
            "title": "交小表",
            "specs": (FORM,),
            "permission": "credit.deposit",
            "check_rows": check_rows,
            "post_rows": post_rows,
            "reverse": reverse,
            "chunk": 4,
            **changes,
        }
    )
    register_job_kind(kind)
    return kind


def records() -> list[str]:
    return sorted(TimedRun.objects.filter(name__startswith="r:").values_list("name", flat=True))


def registered():
    """The kind while a test runs: registered afresh, and all kinds put back afterwards."""
    before = dict(_KINDS)
    hooks.clear()
    yield register()
    _KINDS.clear()
    _KINDS.update(before)
    hooks.clear()
