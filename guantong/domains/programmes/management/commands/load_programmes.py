"""``guantong manage load_programmes``: enter the shipped catalogue; running it again changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from guantong.base.accounts.public import SYSTEM
from guantong.domains.programmes.actions import load_catalogue


class Command(BaseCommand):
    help = "载入随软件提供的专业目录；重复运行不会改动已有内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        count = load_catalogue(actor=SYSTEM)
        self.stdout.write(f"专业目录已载入，新增或改正 {count} 个专业。")
