"""``guantong draws``: repeat a published panel. Needs no installation: only the file and this program."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def register(groups: Any) -> None:
    """Add the group ``draws``."""
    parser: argparse.ArgumentParser = groups.add_parser("draws", help="核对公开的专家抽取与评分记录")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    check = commands.add_parser("check", help="由公开的种子重新抽取、重新计分、重新排名，核对是否一致")
    check.add_argument("files", nargs="+", help="下载的抽取与评分记录（JSON）")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace) -> int:
    """Recompute each file; exit 1 when something does not fit, 2 when a file cannot be read."""
    from . import errors
    from .published import read_file, recompute

    told: list[dict[str, object]] = []
    is_sound = True
    for name in options.files:
        try:
            content = Path(name).read_bytes()
        except OSError:
            raise errors.FILE_UNREADABLE.refuse(file=name, why="打不开") from None
        found = recompute(read_file(content, name))
        is_sound = is_sound and not found.problems
        told.append(
            {
                "file": name,
                "cases": found.cases,
                "results": found.results,
                "sheets": found.sheets,
                "problems": [p.as_json() for p in found.problems],
            }
        )
        if not options.json:
            for problem in found.problems:
                print(problem.sentence())
            print(f"{name}：{found.sentence()}")
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0 if is_sound else 1
