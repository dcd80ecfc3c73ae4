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
    targets = commands.add_parser("targets", help="检查各地区的名册目标，列出每个名册的目标和现有数")
    targets.add_argument("--json", action="store_true", help="以 JSON 输出")
    targets.set_defaults(run=run_targets)
    check = commands.add_parser("verify", help="核对每个称号的记录、校验值和起止时段")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=run_verify)


def run_list(options: argparse.Namespace) -> int:
    """List registers with their counts today."""
    from guantong.kernel import clock

    from .selectors.aimed import target_json
    from .selectors.listing import list_registers

    found = list_registers(clock.today())
    if options.json:
        rows = [
            {"register": r.code, "title": r.title, "standing": r.standing, "targets": list(map(target_json, r.targets))}
            for r in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for one in found:
        print(f"{one.code}　{one.title}　有效 {one.standing} 个")
    print(f"共 {len(found)} 个名册。")
    return 0


def run_targets(options: argparse.Namespace) -> int:
    """Check every target (TTL-010 … TTL-013), then list each register's targets against its count today."""
    from guantong.base.lawbook import current_policy
    from guantong.kernel import clock
    from guantong.kernel.refusal import Refusal

    from .aims import check_aims
    from .selectors.aimed import NONE_PRINTED, target_json
    from .selectors.listing import list_registers

    problems = check_aims(current_policy())
    if problems:
        raise Refusal(problems)
    found = list_registers(clock.today())
    if options.json:
        rows = [{"register": r.code, "title": r.title, "targets": list(map(target_json, r.targets))} for r in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for one in found:
        for target in one.targets:
            due = f"，到{target.due_on.isoformat()}" if target.due_on is not None else ""
            reached = "不能计算" if target.reached is None else f"{target.reached}{target.unit}"
            line = f"{one.title}　{target.what}　{target.region_name}目标{target.shown}{due}"
            print(f"{line}　现有{reached}　{target.word}")
        if not one.targets:
            print(f"{one.title}　{NONE_PRINTED}")
    print(f"共 {len(found)} 个名册，{sum(len(one.targets) for one in found)} 个目标，没有问题。")
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
