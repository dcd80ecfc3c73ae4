"""``guantong manage clean_files``: remove bytes no row names; report rows whose bytes are missing or altered."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guantong.base.accounts.public import SYSTEM
from guantong.base.files.actions import clean_files


class Command(BaseCommand):
    """Safe to run at any time and twice."""

    help = "清理没有登记的附件内容，并核对附件是否齐全。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--verify`` re-reads every byte; ``--dry-run`` removes nothing."""
        parser.add_argument("--verify", action="store_true", help="逐个核对内容的摘要")
        parser.add_argument("--dry-run", action="store_true", help="只报告，不删除")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when something is missing or altered."""
        found = clean_files(actor=SYSTEM, verify=options["verify"], dry_run=options["dry_run"])
        verb = "可清理" if options["dry_run"] else "已清理"
        self.stdout.write(f"{verb} {found.removed} 个没有登记的文件，共 {found.removed_bytes} 字节。")
        if found.missing or found.altered:
            lines = [f"缺少内容：{p}" for p in found.missing] + [f"内容被改动：{p}" for p in found.altered]
            raise CommandError("\n".join(lines))
