"""``guantong manage create_operator NAME --display-name 姓名``: the first account of an installation."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.public import SYSTEM
from guantong.kernel.refusal import Refusal


class Command(BaseCommand):
    """Opens an operator's account; its first password is printed once and must be changed at first sign-in."""

    help = "开设运行维护账号，显示一次初始密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """User name and the name of the person."""
        parser.add_argument("username", help="账号")
        parser.add_argument("--display-name", default="运行维护", help="姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refusals print their sentences."""
        try:
            made = create_user(
                actor=SYSTEM,
                username=options["username"],
                display_name=options["display_name"],
                is_operator=True,
            )
        except Refusal as refusal:
            raise CommandError("\n".join(p.sentence() for p in refusal)) from None
        self.stdout.write(f"已开设运行维护账号：{made.user.username}")
        self.stdout.write(f"初始密码（只显示这一次，首次登录须修改）：{made.first_password}")
