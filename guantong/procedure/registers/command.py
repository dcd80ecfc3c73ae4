"""``guantong registers``: what there is, and whether every entry, its chain and what was derived still fit."""

from __future__ import annotations

import argparse
import json
from typing import Any


def register(groups: Any) -> None:
    """Add the group ``registers``."""
    parser: argparse.ArgumentParser = groups.add_parser("registers", help="称号名册")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    listing = commands.add_parser("list", help="列出名册和现在有效的称号数")
    listing.add_argument("--json", action="store_true", help="以 JSON 输出")
    listing.set_defaults(run=run_list)
    check = commands.add_parser("verify", help="核对每个称号的记录、校验值和起止时段")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=run_verify)


def run_list(options: argparse.Namespace) -> int:
    """List registers with their counts today."""
    from guantong.kernel import clock

    from .selectors.listing import list_registers

    found = list_registers(clock.today())
    if options.json:
        rows = [{"register": r.code, "title": r.title, "standing": r.standing, "target": r.wanted} for r in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for one in found:
        print(f"{one.code}　{one.title}　有效 {one.standing} 个")
    print(f"共 {len(found)} 个名册。")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Verify every title; exit 1 when something does not fit."""
    from .selectors.verifying import verify_titles

    count, problems = verify_titles()
    if options.json:
        body = {"titles": count, "problems": [p.as_json() for p in problems]}
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return 1 if problems else 0
    for problem in problems:
        print(problem.sentence())
    word = f"发现{len(problems)}处对不上。" if problems else "全部对得上。"
    print(f"核对了 {count} 个称号，{word}")
    return 1 if problems else 0
