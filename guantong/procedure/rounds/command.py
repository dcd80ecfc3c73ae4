"""``guantong rounds``: what closes when, and counting the quotas again."""

from __future__ import annotations

import argparse
import json
from typing import Any


def register(groups: Any) -> None:
    """Add the group ``rounds``."""
    parser: argparse.ArgumentParser = groups.add_parser("rounds", help="申报批次与名额")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    listing = commands.add_parser("list", help="列出将要截止的申报，最急的在前")
    listing.add_argument("--region", default="", help="地区代码；不写时用本系统的地区")
    listing.add_argument("--days", type=int, default=90, help="只列若干天以内的")
    listing.add_argument("--json", action="store_true", help="以 JSON 输出")
    listing.set_defaults(run=run_list)
    check = commands.add_parser("recount", help="由办件记录重新数一遍名额，核对计数与记录")
    check.add_argument("--procedure", default="", help="只数这一事项")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=run_recount)


def run_list(options: argparse.Namespace) -> int:
    """List coming closings."""
    from django.conf import settings

    from .selectors import coming_closings

    found = coming_closings(options.region or settings.REGION, days=max(0, options.days))
    if options.json:
        rows = [
            {
                "procedure": c.procedure,
                "title": c.title,
                "round": c.round_title,
                "region": c.region,
                "opens_on": c.opens_on.isoformat(),
                "closes_on": c.closes_on.isoformat(),
                "days_left": c.days_left,
                "working_days_left": c.working_days_left,
            }
            for c in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for c in found:
        state = "正在申报" if c.is_open else f"{c.opens_on.isoformat()} 开始"
        print(
            "　".join((c.closes_on.isoformat(), c.title, c.round_title, c.region_name, f"还有{c.days_left}天", state))
        )
    print(f"共 {len(found)} 项。")
    return 0


def run_recount(options: argparse.Namespace) -> int:
    """Count every quota again from the logs; exit 1 when something does not fit."""
    from .audit import recount

    found = recount(procedure=options.procedure)
    if options.json:
        problems = [p.as_json() for p in found.problems]
        report = {"cases": found.cases, "counters": found.counters, "problems": problems}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for problem in found.problems:
            print(problem.sentence())
        word = f"发现{len(found.problems)}处对不上。" if found.problems else "全部对得上。"
        print(f"由 {found.cases} 件的记录重新数了 {found.counters} 个名额计数，{word}")
    return 1 if found.problems else 0
