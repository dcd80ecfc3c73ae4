"""``guantong manage renew_keys``: seal everything the installation's key keeps under the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from guantong.base.accounts.actions.second_factor import reseal_totp
from guantong.base.accounts.public import SYSTEM
from guantong.base.people.actions.resealing import reseal_people
from guantong.base.people.sealed import SEALED


class Command(BaseCommand):
    """Run after a new key was put in front in GUANTONG_IDENTITY_KEY; can be stopped and run again."""

    help = "用最新的密钥重新加密证件号码、动态验证码密钥、签名密钥、摇号种子等。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what was sealed again."""
        people, accounts = reseal_people(actor=SYSTEM), reseal_totp(actor=SYSTEM)
        self.stdout.write(f"已重新加密 {people} 人的证件号码、{accounts} 个账号的动态验证码密钥。")
        for title, reseal in SEALED.items():
            self.stdout.write(f"已重新加密{title} {reseal(SYSTEM)} 项。")
