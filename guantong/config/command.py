"""The ``guantong`` command. Groups that need no database start without Django."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from guantong.kernel.refusal import Refusal

PURE_GROUPS = (
    "guantong.policy.command",
    "guantong.site.systems.command",
    "guantong.config.errors_command",
    "guantong.domains.admission.command",
    "guantong.domains.ledgers.command",
    "guantong.procedure.panels.command",
)
DJANGO_GROUPS = (
    "guantong.base.sheets.command",
    "guantong.procedure.cases.command",
    "guantong.procedure.rounds.command",
    "guantong.procedure.registers.command",
    "guantong.procedure.cases.procedures_command",
    "guantong.domains.credit.command",
    "guantong.site.demo.command",
    "guantong.config.serve",
)


def _parser(modules: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guantong", description="贯通：按政策文件运行一个地区的现代职业教育体系。")
    groups = parser.add_subparsers(dest="group", metavar="命令", required=True)
    for name in modules:
        importlib.import_module(name).register(groups)
    groups.add_parser("manage", help="Django 自带的管理命令", add_help=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; refusals print their sentences and give exit status 2."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings.demo")
    if arguments[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["guantong manage", *arguments[1:]])
        return 0
    pure = {"policy", "systems", "errors", "admission", "draws", "ledgers"}
    if arguments and arguments[0] in pure:
        parser = _parser(PURE_GROUPS)
    else:
        import django

        django.setup()
        parser = _parser((*PURE_GROUPS, *DJANGO_GROUPS))
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except Refusal as refusal:
        if getattr(options, "json", False):
            import json

            sys.stdout.write(json.dumps(refusal.as_json(), ensure_ascii=False, indent=2) + "\n")
        else:
            for problem in refusal:
                sys.stderr.write(problem.sentence() + "\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


if __name__ == "__main__":
    sys.exit(main())
