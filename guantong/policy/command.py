"""``guantong policy``: asks, lists, checks and compares the law without starting Django.

Refusals are raised; ``config/command.py`` prints their sentences and gives exit status 2.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Weight
from guantong.policy import errors
from guantong.policy.asking import Answer, Policy, load_policy
from guantong.policy.asking.difference import difference
from guantong.policy.asking.law import long_day
from guantong.policy.asking.listing import list_values
from guantong.policy.asking.replies import answer_as_json, change_as_json, document_as_json
from guantong.policy.asking.worked import run_cases
from guantong.policy.reading.loading import read_checked
from guantong.policy.schema.shapes import BOUNDS, DOCUMENT_STATES, PRACTICES, REGION_LEVELS, SOURCES, STATUSES
from guantong.policy.schema.units import parse_day, show


def regions_root() -> Path:
    """``GUANTONG_REGIONS``, else ``regions/`` of the checkout (as settings/base.py)."""
    return Path(os.environ.get("GUANTONG_REGIONS", str(Path(__file__).resolve().parents[2] / "regions")))


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``policy`` and its commands."""
    group = groups.add_parser(
        "policy", help="政策参数：查询、清单、检查、比较", description="查询和检查地区文件夹里的政策。"
    )
    commands = group.add_subparsers(dest="command", metavar="子命令", required=True)

    get = commands.add_parser("get", help="查一个参数在某地区某一天的值")
    get.add_argument("parameter", metavar="参数名")
    get.add_argument("--region", required=True, help="地区代码，例如 530000")
    get.add_argument("--on", default=None, help="日期，写成 2025-09-01；不写就是今天")
    get.add_argument("--scope", default=None, help="用途")
    get.add_argument("--drafts", action="store_true", help="草案值也算（只用于试算）")
    get.set_defaults(run=_get)

    listing = commands.add_parser("list", help="列出每个带日期的值")
    listing.add_argument("--region", default=None, help="只列这个地区及其上级")
    listing.set_defaults(run=_list)

    check = commands.add_parser("check", help="检查地区文件夹并运行其中的例子")
    check.add_argument("folder", nargs="?", default=None, help="地区文件夹，或者装着各地区的文件夹")
    check.add_argument("--on", default=None, help="从哪一天起报告 180 天内终止的规定")
    check.set_defaults(run=_check)

    diff = commands.add_parser("diff", help="两天之间规定有什么变化")
    diff.add_argument("--region", required=True, help="地区代码")
    diff.add_argument("--from", dest="start", required=True, help="前一天")
    diff.add_argument("--to", dest="end", required=True, help="后一天")
    diff.set_defaults(run=_diff)

    documents = commands.add_parser("documents", help="列出政策文件")
    documents.add_argument("--region", default=None, help="只列这个地区及其上级")
    documents.set_defaults(run=_documents)

    for command in (get, listing, check, diff, documents):
        command.add_argument("--json", action="store_true", help="输出 JSON")


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        return parse_day(text)
    except ValueError:
        raise errors.BAD_DATE.refuse(text=text) from None


def _write(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def _write_json(data: object) -> None:
    _write(json.dumps(data, ensure_ascii=False, indent=2))


def width(text: str) -> int:
    """Columns a terminal needs for ``text``."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def aligned(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A plain table whose columns line up with Chinese text in them."""
    lines = [list(titles), *(list(row) for row in rows)]
    widths = [max(width(line[n]) for line in lines) for n in range(len(titles))]
    return "\n".join(
        "  ".join(cell + " " * (widths[n] - width(cell)) for n, cell in enumerate(line)).rstrip() for line in lines
    )


def _get(options: argparse.Namespace) -> int:
    policy = load_policy(regions_root())
    law = policy.law(region=options.region, on=_day(options.on), drafts=options.drafts)
    answer = law.answer(options.parameter, options.scope)
    if options.json:
        _write_json(answer_as_json(answer, law.version))
        return 0
    _write(aligned(("项目", "内容"), _answer_rows(answer)))
    _write()
    _write(
        aligned(
            ("查找顺序", "值", "说明"),
            (
                (link.region_name, show(link.value, answer.unit) if link.value is not None else "—", link.why)
                for link in answer.chain
            ),
        )
    )
    return 0


def _answer_rows(answer: Answer) -> list[tuple[str, str]]:
    rows = [
        ("参数", f"{answer.label}（{answer.name}）"),
        ("值", answer.show()),
        ("性质", f"{BOUNDS[answer.bound]}，{PRACTICES[answer.practice]}" + ("，不含本数" if answer.exclusive else "")),
        ("适用", answer.scope or "通用"),
        ("地区", f"{answer.region_name}（{answer.region}）"),
        (
            "施行",
            long_day(answer.in_force_from) + (f"，至{long_day(answer.repealed_on)}前" if answer.repealed_on else ""),
        ),
        ("来源", SOURCES[answer.source]),
        ("状态", STATUSES[answer.status]),
    ]
    if answer.due_on is not None:
        rows.append(("达成日期", long_day(answer.due_on)))
    rows += [("依据", citation.sentence()) for citation in answer.citations]
    if answer.note is not None:
        rows.append(("说明", answer.note))
    return rows


def _list(options: argparse.Namespace) -> int:
    rows = list_values(load_policy(regions_root()), options.region)
    if options.json:
        _write_json([row.as_json() for row in rows])
        return 0
    _write(
        aligned(
            ("参数", "地区", "值", "适用", "性质", "起", "依据"),
            (
                (
                    row.parameter,
                    row.region,
                    row.shown,
                    row.scope or "—",
                    BOUNDS[row.bound] + ("（草案）" if row.status == "draft" else ""),
                    row.since.isoformat(),
                    f"《{row.document_title}》{row.clause}",
                )
                for row in rows
            ),
        )
    )
    _write(f"共 {len({row.parameter for row in rows})} 个参数，{len(rows)} 个带日期的值。")
    return 0


def _check(options: argparse.Namespace) -> int:
    root, only = _checked_folder(options.folder)
    reading, found = read_checked(root)
    if not reading.folders and not found:
        raise errors.NO_FOLDER.refuse(path=root)
    mine = [p for p in found if only is None or _is_below(p, f"{root.name}/{only}")]
    faults = [p for p in mine if p.weight is Weight.MUST_CHANGE]
    others = len([p for p in found if p.weight is Weight.MUST_CHANGE]) - len(faults)
    if faults:
        raise Refusal(faults)
    if others:
        _write(f"“{only}”没有问题，但其他地区文件夹还有 {others} 处必须改，例子没有运行。")
        return 0
    policy = Policy(reading, tuple(found))
    run, failed = run_cases(policy, only)
    if failed:
        raise Refusal(failed)
    endings = policy.ending(_day(options.on))
    if options.json:
        data: dict[str, Any] = {
            "ok": True,
            "regions": list(policy.regions),
            "documents": len(policy.documents),
            "parameters": len(policy.parameters),
            "values": len(list_values(policy)),
            "cases": run,
            "warnings": [p.as_json() for p in mine],
            "endings": [
                {"ends_on": e.ends_on.isoformat(), "region": e.region, "sentence": e.sentence} for e in endings
            ],
        }
        _write_json(data)
        return 0
    for warning in mine:
        _write(f"请确认　{warning.sentence()}")
    for ending in endings:
        _write(f"即将终止　{ending.sentence}")
    _write(
        f"检查通过：{len(policy.regions)} 个地区，{len(policy.documents)} 份文件，{len(policy.parameters)} 个参数，"
        f"{len(list_values(policy))} 个带日期的值，{run} 个例子全部成立，{len(mine)} 处请确认。"
    )
    return 0


def _checked_folder(folder: str | None) -> tuple[Path, str | None]:
    if folder is None:
        return regions_root(), None
    path = Path(folder).resolve()
    if not path.is_dir():
        raise errors.NO_FOLDER.refuse(path=folder)
    if path.name[:1] in {"_", "."}:
        raise errors.NOT_READ.refuse(name=path.name)
    if (path / "region.yaml").is_file() or path.parent == regions_root().resolve():
        return path.parent, path.name
    return path, None


def _is_below(problem: Problem, folder: str) -> bool:
    file = problem.where.file or ""
    return file == folder or file.startswith(folder + "/")


def _diff(options: argparse.Namespace) -> int:
    policy = load_policy(regions_root())
    start, end = _day(options.start), _day(options.end)
    changes = difference(policy, options.region, start, end)
    if options.json:
        _write_json([change_as_json(change, policy.version(options.region)) for change in changes])
        return 0
    name = policy.regions[options.region].name_zh
    _write(f"{name}：{long_day(start)}到{long_day(end)}，{len(changes)} 处变化。")
    for change in changes:
        _write(f"· {change.sentence()}")
    return 0


def _documents(options: argparse.Namespace) -> int:
    policy = load_policy(regions_root())
    codes = policy.chain(options.region) if options.region else tuple(policy.regions)
    found = [d for code in codes for d in policy.folders[code].documents.values()]
    if options.json:
        _write_json([document_as_json(d) for d in found])
        return 0
    _write(
        aligned(
            ("编号", "级别", "状态", "施行", "文号", "标题"),
            (
                (
                    d.id,
                    REGION_LEVELS[d.level],
                    DOCUMENT_STATES[d.state],
                    d.in_force_from.isoformat() if d.in_force_from else "未印日期",
                    d.number or "—",
                    d.title_zh,
                )
                for d in found
            ),
        )
    )
    _write(f"共 {len(found)} 份文件。")
    return 0
