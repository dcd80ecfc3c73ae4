"""What a bulletin says, and the published ones."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db.models import QuerySet

from guantong.kernel.digest import digest_of

from .. import errors
from ..models import Bulletin
from ..rules.reading import Ledger
from .platform import show_tasks
from .progress import LedgerShown, show_ledger

LEDGER, BODY, TASK = "ledger", "body", "task"
TASK_HEADS = ("重点任务", "建设单位", "项目", "指标", "年度目标", "完成数", "填报", "考核")
HEADS = {
    LEDGER: ("行号", "任务", "责任单位", "期限", "状态", "完成比例", "最近进展"),
    BODY: ("单位", "牵头", "配合", "已填报", "已完成", "按期推进", "滞后", "逾期", "最慢的一行"),
}


def content_of(ledger: Ledger, kind: str, *, area: str, day: date) -> dict[str, Any]:
    """The snapshot of a bulletin: counts, heads and rows, as plain values."""
    shown = show_ledger(ledger, day=day, area=area)
    counts = shown.tally
    return {
        "ledger": ledger.title,
        "document": ledger.document,
        "kind": kind,
        "as_of": day.isoformat(),
        "counts": {
            "rows": counts.rows,
            "done": counts.done,
            "on_course": counts.on_course,
            "late": counts.late,
            "not_begun": counts.not_begun,
            "unreported": counts.unreported,
            "overdue": counts.overdue,
        },
        "heads": list(HEADS[kind]),
        "rows": _by_row(shown) if kind == LEDGER else _by_body(shown),
    }


def task_content(year: int, *, area: str, day: date) -> dict[str, Any]:
    """The snapshot of a year's bulletin of the key tasks: two lines a unit, one an indicator."""
    rows: list[list[Any]] = []
    shown = show_tasks(year, area=area)
    for one in shown:
        for unit in one.units:
            for measure in unit.measures:
                rows.append(
                    [
                        one.task.name,
                        unit.title.holder_name,
                        unit.title.item,
                        measure.label,
                        "" if measure.target is None else measure.target,
                        "" if measure.actual is None else measure.actual,
                        unit.word,
                        unit.grade,
                    ]
                )
    return {
        "ledger": f"{year} 年度重点任务",
        "document": "cn-key-tasks-2023",
        "kind": TASK,
        "as_of": day.isoformat(),
        "counts": {
            "units": sum(len(one.units) for one in shown),
            "reported": sum(one.reported for one in shown),
            "late": sum(one.late for one in shown),
            "appraised": sum(one.appraised for one in shown),
            "met": sum(one.met for one in shown),
        },
        "heads": list(TASK_HEADS),
        "rows": rows,
    }


def _by_row(shown: LedgerShown) -> list[list[Any]]:
    rows = []
    for one in shown.rows:
        latest = max(
            (b.last for b in one.bodies if b.last is not None), key=lambda e: (e.recorded_at, e.pk), default=None
        )
        rows.append(
            [
                one.row.number,
                one.row.task,
                "、".join(one.row.bodies),
                one.row.due.isoformat() if one.row.due else "",
                one.standing.word,
                "" if one.standing.share is None else f"{one.standing.share}%",
                latest.text if latest is not None else "",
            ]
        )
    return rows


def _by_body(shown: LedgerShown) -> list[list[Any]]:
    found: dict[int, dict[str, Any]] = {}
    for one in shown.rows:
        for part in one.bodies:
            line = found.setdefault(
                part.body.organisation_id,
                {"name": part.body.name, "lead": 0, "joins": 0, "said": 0, "done": 0, "on": 0, "late": 0, "over": 0,
                 "least": None},
            )  # fmt: skip
            line["lead" if part.body.is_lead else "joins"] += 1
            last = part.last
            state = last.state if last is not None else ""
            line["said"] += last is not None
            line["done"] += state == "done"
            line["on"] += state == "on_course"
            line["late"] += state == "late"
            line["over"] += one.standing.is_overdue and state != "done"
            share = last.share if last is not None else 0
            if line["least"] is None or share < line["least"][0]:
                line["least"] = (share, one.row.number)
    ordered = sorted(found.items(), key=lambda item: (-item[1]["over"], -item[1]["late"], item[0]))
    return [
        [v["name"], v["lead"], v["joins"], v["said"], v["done"], v["on"], v["late"], v["over"],
         f"第 {v['least'][1]} 行，{v['least'][0]}%"]
        for _, v in ordered
    ]  # fmt: skip


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def cells_of(bulletin: Bulletin) -> list[list[Any]]:
    """The rows as values: what was kept as the text of a day is a date again."""
    return [
        [date.fromisoformat(cell) if isinstance(cell, str) and _DAY.fullmatch(cell) else cell for cell in row]
        for row in bulletin.content["rows"]
    ]


COUNT_WORDS = {
    TASK: (
        ("units", "建设单位", "个"),
        ("reported", "已填报", "个"),
        ("late", "逾期未填报", "个"),
        ("appraised", "考核通过", "个"),
        ("met", "全部达到年度目标", "个"),
    ),
    LEDGER: (
        ("rows", "任务", "行"),
        ("done", "已完成", "行"),
        ("on_course", "按期推进", "行"),
        ("late", "滞后", "行"),
        ("overdue", "逾期", "行"),
        ("unreported", "没有填报", "行"),
    ),
}


def counts_of(bulletin: Bulletin) -> list[tuple[str, int, str]]:
    """(label, number, unit) of what a bulletin counts."""
    words = COUNT_WORDS[TASK if bulletin.kind == TASK else LEDGER]
    return [(label, bulletin.content["counts"][key], unit) for key, label, unit in words]


def sealed_content(bulletin: Bulletin) -> dict[str, Any]:
    """Everything the digest of a bulletin stands for."""
    return {
        "public_id": bulletin.public_id,
        "title": bulletin.title,
        "publisher": bulletin.publisher_name,
        "region": bulletin.region,
        "as_of": bulletin.as_of.isoformat(),
        "law_version": bulletin.law_version,
        "content": bulletin.content,
    }


def is_sound(bulletin: Bulletin) -> bool:
    """Whether what is kept still has the digest it was published with."""
    return digest_of(sealed_content(bulletin)) == bulletin.digest


def list_bulletins() -> QuerySet[Bulletin]:
    """All published bulletins, newest first."""
    return Bulletin.objects.order_by("-published_at", "-id")


def get_bulletin(public_id: str) -> Bulletin:
    """The bulletin of that number, or LED-154."""
    found = Bulletin.objects.filter(public_id=public_id).first()
    if found is None:
        raise errors.BULLETIN_UNKNOWN.refuse(public_id=public_id[:16])
    return found
