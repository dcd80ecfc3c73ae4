"""``guantong manage load_divisions 530000 --from 2025-01-01``: register the real divisions of a province."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import load_divisions
from guantong.base.orgs.divisions import source
from guantong.kernel.refusal import Refusal


class Command(BaseCommand):
    """Divisions already registered keep their history; safe to run twice."""

    help = "登记一个省（或全国）的真实行政区划。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Code of the province (100000 for the whole country) and the day from which the names count."""
        parser.add_argument("code", help="六位代码，例如 530000")
        parser.add_argument("--from", dest="since", required=True, type=date.fromisoformat, help="自哪一天起")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many were entered and from which source."""
        try:
            count = load_divisions(actor=SYSTEM, root=options["code"], in_force_from=options["since"])
        except Refusal as refusal:
            raise CommandError("\n".join(p.sentence() for p in refusal)) from None
        self.stdout.write(f"新登记 {count} 个地区。来源：{source()}。")
