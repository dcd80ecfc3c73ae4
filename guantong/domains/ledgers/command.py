"""``guantong ledgers``: check the ledgers of the region folders; no database needed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from guantong.kernel.refusal import Refusal
from guantong.policy.asking import load_policy

from .rules.reading import check_all


def register(groups: Any) -> None:
    """Add ``ledgers`` and its one command."""
    parser = groups.add_parser("ledgers", help="任务台账：检查", description="检查各地区的任务台账，不需要数据库。")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    check = commands.add_parser("check", help="检查行数、责任单位和依据；有错时逐条列出文件和行")
    check.add_argument("--regions", type=Path, default=Path("regions"), metavar="文件夹", help="地区文件夹")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace) -> int:
    """Exit status 2 with every fault; 0 with the counts."""
    ledgers, problems = check_all(load_policy(options.regions))
    if problems:
        raise Refusal(problems)
    rows = {ledger.id: len(ledger.rows) for ledger in ledgers}
    if options.json:
        sys.stdout.write(json.dumps({"ok": True, "ledgers": rows}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"检查通过：{len(rows)} 份台账，{sum(rows.values())} 行。\n")
    return 0
