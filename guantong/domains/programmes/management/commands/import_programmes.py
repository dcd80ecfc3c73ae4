"""``guantong manage import_programmes FILE --origin TEXT [--dry-run]``: a supplement of the catalogue from a sheet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from guantong.base.accounts.public import SYSTEM
from guantong.domains.programmes.actions import import_programmes
from guantong.domains.programmes.sheets import read_programmes
from guantong.kernel.refusal import Refusal


class Command(BaseCommand):
    help = "从表格导入专业目录的增补；--dry-run 只试算，不写入。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="填好的增补清单（xlsx）")
        parser.add_argument("--origin", required=True, help="核对依据，例如“2025 年增补清单原件”")
        parser.add_argument("--dry-run", action="store_true", help="只试算，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            read = read_programmes(path.read_bytes(), path.name)
            if read.problems:
                raise Refusal(read.problems)
            counts = import_programmes(
                actor=SYSTEM, entries=read.entries, origin=options["origin"], dry_run=options["dry_run"]
            )
        except Refusal as refusal:
            for problem in refusal:
                self.stderr.write(problem.sentence())
            sys.exit(2)
        word = "将新增" if options["dry_run"] else "已新增"
        self.stdout.write(f"{word} {counts.added} 个专业，更名 {counts.renamed} 个，{counts.unchanged} 个已经收录。")
