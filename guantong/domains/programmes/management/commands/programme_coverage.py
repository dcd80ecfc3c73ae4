"""``guantong manage programme_coverage [--write]``: the completeness table of the shipped catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from guantong.domains.programmes.selectors.coverage_table import coverage_markdown


class Command(BaseCommand):
    help = "专业目录收录情况表；--write 写入 docs/dev/programme-catalogue.md。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="写入文档")

    def handle(self, *args: Any, **options: Any) -> None:
        text = coverage_markdown()
        if options["write"]:
            (Path(settings.ROOT) / "docs/dev/programme-catalogue.md").write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)
