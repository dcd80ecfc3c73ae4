"""``guantong manage find_duplicates``: renew the bureau's list of records that may be one person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from guantong.base.accounts.public import SYSTEM
from guantong.base.people.actions import refresh_duplicates


class Command(BaseCommand):
    """Also run every night by ``guantong work``; safe to run twice."""

    help = "重新比对疑似重复的人员。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many pairs stand on the list."""
        self.stdout.write(f"现有 {refresh_duplicates(actor=SYSTEM)} 对疑似重复。")
