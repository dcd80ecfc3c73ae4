"""``guantong demo build [--rebuild]``."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management import call_command

from guantong.site.demo.build import ACHIEVEMENTS, LEARNERS, ensure_demo, rebuild


def register(groups: Any) -> None:
    """Add the group ``demo``."""
    group = groups.add_parser("demo", help="虚构地区的演示数据")
    commands = group.add_subparsers(dest="command", required=True, metavar="动作")
    build = commands.add_parser("build", help="建立演示数据；已有的不动")
    build.add_argument("--rebuild", action="store_true", help="清空数据库，从头再建")
    build.add_argument("--learners", type=int, default=LEARNERS, help="学习者人数")
    build.add_argument("--achievements", type=int, default=ACHIEVEMENTS, help="学习成果项数")
    build.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Build the invented province; refuses outside the demo settings."""
    if not settings.DEMO:
        print("演示数据只能在虚构地区的设置下建立；现在的设置不是演示设置，没有做任何改动。")
        return 2
    if options.rebuild:
        rebuild(learners=options.learners, achievements=options.achievements)
    else:
        call_command("migrate", verbosity=0)
        ensure_demo()
    return 0
