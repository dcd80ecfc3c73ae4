"""``guantong systems``: the register of systems, without Django."""

from __future__ import annotations

import argparse
import json
import sys

from guantong.policy.command import aligned
from guantong.site.systems.register import STATES, as_markdown, systems


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``systems``."""
    group = groups.add_parser("systems", help="制度地图：政策要求的每一项制度做到了哪一步")
    group.add_argument("--json", action="store_true", help="输出 JSON")
    group.add_argument("--markdown", action="store_true", help="输出 docs/systems.md 的内容")
    group.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.json:
        sys.stdout.write(json.dumps([s.as_json() for s in systems()], ensure_ascii=False, indent=2) + "\n")
    elif options.markdown:
        sys.stdout.write(as_markdown())
    else:
        rows = [(s.id, STATES[s.state], s.title_zh, s.try_it or "—") for s in systems()]
        sys.stdout.write(aligned(("编号", "状态", "制度", "怎样试用"), rows) + "\n")
    return 0
