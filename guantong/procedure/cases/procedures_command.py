"""``guantong procedures``: move running cases to the version of their procedure in force, when someone orders it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor

    from .actions import MigrationReport


def register(groups: Any) -> None:
    """Add the group ``procedures``."""
    parser: argparse.ArgumentParser = groups.add_parser("procedures", help="事项的版本：让在办的办件改用新版本")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    migrate = commands.add_parser(
        "migrate", help="让在办的办件改用现行版本；先用 --dry-run 看有多少件、在哪些环节、改了什么"
    )
    migrate.add_argument("procedure", help="事项编号，例如 credit-conversion")
    migrate.add_argument("--region", required=True, help="地区代码，例如 990000")
    migrate.add_argument("--map", action="append", default=[], metavar="旧环节=新环节", help="改了编号的环节，可写多次")
    migrate.add_argument("--by", default="", help="谁决定的：有这项权限的账号")
    migrate.add_argument("--reason", default="", help="理由和依据，每一件的记录里都会留下")
    migrate.add_argument("--dry-run", action="store_true", help="只报告，不改动")
    migrate.add_argument("--json", action="store_true", help="以 JSON 输出")
    migrate.set_defaults(run=run_migrate)


def run_migrate(options: argparse.Namespace) -> int:
    """Migrate, or report what would happen; exit 1 when some cases stay on their version."""
    from .actions import migrate_cases

    pairs = [entry.partition("=") for entry in options.map]
    report = migrate_cases(
        actor=_actor(options),
        procedure=options.procedure,
        region=options.region,
        reason=options.reason,
        mapping={old: new for old, _, new in pairs},
        dry_run=options.dry_run,
    )
    _tell(report, as_json=options.json)
    return 1 if report.stuck else 0


def _actor(options: argparse.Namespace) -> Actor:
    """The account that ordered it; a dry run needs none."""
    from guantong.base.accounts.public import SYSTEM
    from guantong.base.accounts.selectors import actor_for, find_user

    from . import errors

    if options.dry_run and not options.by:
        return SYSTEM
    user = find_user(options.by)
    if user is None:
        raise errors.MIGRATION_BY.refuse(name=options.by[:40] or "（空白）")
    return actor_for(user, second_factor=True)


def _tell(report: MigrationReport, *, as_json: bool) -> None:
    places = [
        {"version": version, "from": old, "to": new, "cases": count}
        for (version, old, new), count in sorted(report.places.items())
    ]
    if as_json:
        found = {
            "procedure": report.procedure,
            "region": report.region,
            "to_version": report.to_version,
            "dry_run": report.is_dry,
            "moved": report.moved,
            "already": report.already,
            "places": places,
            "stuck": report.stuck,
            "changes": report.changes,
        }
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for version, changes in sorted(report.changes.items()):
        print(f"从版本 {version} 改用版本 {report.to_version}：")
        for change in changes or ["没有改动条文，只是重新登记。"]:
            print(f"  {change}")
    for place in places:
        print(f"  “{place['from']}”→“{place['to']}”　{place['cases']} 件")
    for why, ids in report.stuck.items():
        shown = "、".join(ids[:5]) + ("等" if len(ids) > 5 else "")
        print(f"  不能改用 {len(ids)} 件：{why}。编号 {shown}")
    print(report.sentence())
