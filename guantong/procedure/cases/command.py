"""``guantong deadlines``: scan what is due, list what is coming, check definitions, replay cases."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guantong.kernel.refusal import Problem

    from .definition import Placed


def register(groups: Any) -> None:
    """Add the group ``deadlines``."""
    parser: argparse.ArgumentParser = groups.add_parser("deadlines", help="办件的期限；检查事项定义和办件记录")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    scan = commands.add_parser("scan", help="处理已到的期限：提醒、升级、自动转出、结案（重复运行没有妨碍）")
    scan.add_argument("--json", action="store_true", help="以 JSON 输出")
    scan.set_defaults(run=run_scan)
    listing = commands.add_parser("list", help="列出未了的期限，最急的在前")
    listing.add_argument("--until", type=date.fromisoformat, default=None, help="只列到这一天为止，例如 2026-12-31")
    listing.add_argument("--days", type=int, default=None, help="只列今天起若干天内的")
    listing.add_argument("--limit", type=int, default=50, help="最多列多少条")
    listing.add_argument("--json", action="store_true", help="以 JSON 输出")
    listing.set_defaults(run=run_list)
    check = commands.add_parser("check", help="检查事项定义：不写文件名时检查所有地区的")
    check.add_argument("files", nargs="*", help="事项定义的 YAML 文件")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(run=run_check)
    replay = commands.add_parser("replay", help="由记录重新推出每件的状态，核对校验值")
    replay.add_argument("case", nargs="?", default="", help="办件编号；不写时核对全部")
    replay.add_argument("--json", action="store_true", help="以 JSON 输出")
    replay.set_defaults(run=run_replay)


def _print(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def run_scan(options: argparse.Namespace) -> int:
    """Scan once; exit 1 when something could not be processed."""
    from .actions import scan_deadlines

    report = scan_deadlines()
    if options.json:
        _print(
            {
                "reminded": report.reminded,
                "overdue": report.overdue,
                "escalated": report.escalated,
                "lapsed": report.lapsed,
                "closed": report.closed,
                "stuck": [{"case": case, "message": text} for case, text in report.stuck],
            }
        )
    else:
        print(report.sentence())
        for case, text in report.stuck:
            print(f"  {case}　{text}")
    return 1 if report.stuck else 0


def run_list(options: argparse.Namespace) -> int:
    """List open deadlines."""
    from guantong.kernel import clock

    from . import library
    from .checks import waiting_for
    from .selectors import list_open_deadlines

    until = options.until
    if options.days is not None:
        until = clock.today() + timedelta(days=options.days)
    rows = list_open_deadlines(until=until, limit=max(1, options.limit))
    found: list[dict[str, Any]] = []
    for row in rows:
        definition = library.definition_of(row.case)
        step = definition.steps.get(row.step)
        found.append(
            {
                "case": row.case.public_id,
                "title": row.case.title,
                "step": step.title if step is not None else "申诉期限",
                "waiting_for": waiting_for(row.case),
                "due_on": row.due_on.isoformat(),
                "is_provisional": row.is_provisional,
                "basis": row.basis,
            }
        )
    if options.json:
        _print(found)
        return 0
    for entry in found:
        provisional = "（放假安排未公布，暂定）" if entry["is_provisional"] else ""
        parts = (entry["due_on"] + provisional, entry["case"], entry["title"], entry["step"], entry["waiting_for"])
        print("　".join(parts))
    print(f"共 {len(found)} 条。")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Check definitions; refusals list every fault with file and line and give exit status 2."""
    from django.conf import settings

    from guantong.base.lawbook import current_policy
    from guantong.kernel.refusal import Refusal
    from guantong.procedure.conditions import registered_checks

    from . import errors
    from .crosscheck import check_together
    from .declaring import kind_of_fact
    from .definition import read_placed
    from .library import put_in_of
    from .worked import run_examples

    policy = current_policy()
    parameters = {name: next(iter(p.settings.values())).unit for name, p in policy.parameters.items()}
    root = Path(settings.REGIONS)
    files = [Path(f) for f in options.files] or sorted(root.glob("[0-9]*/procedures/*.yaml"))
    problems: list[Problem] = []
    found = []
    read: list[Placed] = []
    for file in files:
        name = str(file.relative_to(root)) if file.is_relative_to(root) else str(file)
        region = name.partition("/")[0].partition("-")[0]
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise errors.FILE_UNREADABLE.refuse(file=str(file)) from None
        try:
            for placed in read_placed(
                text,
                file=name,
                parameters=parameters,
                documents=policy.documents,
                facts=kind_of_fact,
                checks=registered_checks(),
                put_in=put_in_of(region if region in policy.regions else settings.REGION),
            ):
                read.append(placed)
                definition = placed.definition
                entry = {"file": name, "id": definition.id, "title": definition.title, "digest": definition.digest}
                found.append(entry)
        except Refusal as refusal:
            problems.extend(refusal.problems)
    elsewhere: dict[str, str | None] = {}
    for raw in (e for code in policy.regions for e in policy.raw(code, "procedures")) if options.files else ():
        grants = raw.data.get("grants")
        elsewhere[raw.id] = str(grants.get("register")) if isinstance(grants, Mapping) else None
    if not problems:
        problems += check_together(read, {code: policy.chain(code) for code in policy.regions}, elsewhere)
    run = 0
    if not problems:
        run, problems = run_examples(policy, root, {entry["id"] for entry in found} if options.files else None)
    if problems:
        raise Refusal(problems)
    if options.json:
        _print(found)
    else:
        for entry in found:
            print(f"{entry['file']}　{entry['id']}　{entry['title']}　{entry['digest'][:12]}")
        print(f"检查的文件夹：{root}")
        print(f"共 {len(found)} 项事项定义，{run} 个例子，没有问题。")
    return 0


def run_replay(options: argparse.Namespace) -> int:
    """Replay one case or all; exit 1 when something does not fit."""
    from guantong.kernel import clock

    from . import errors
    from .models import Case
    from .selectors import Finding, replay, verify_all

    started = clock.now()
    if options.case:
        case = Case.objects.select_related("version").filter(public_id=options.case).first()
        if case is None:
            raise errors.CASE_NOT_FOUND.refuse(public_id=options.case[:16])
        found = Finding(cases=1, lines=case.sequence, problems=replay(case)[1])
    else:
        found = verify_all()
    if options.json:
        _print({"cases": found.cases, "lines": found.lines, "problems": [p.as_json() for p in found.problems]})
    else:
        for problem in found.problems:
            print(problem.sentence())
        seconds = (clock.now() - started).total_seconds()
        word = f"发现{len(found.problems)}处对不上。" if found.problems else "全部对得上。"
        print(f"核对了 {found.cases} 件、{found.lines} 条记录，用时 {seconds:.1f} 秒，{word}")
    return 1 if found.problems else 0
