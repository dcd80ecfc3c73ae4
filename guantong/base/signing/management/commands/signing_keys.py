"""``guantong manage signing_keys [--renew ISSUER --reason WHY [--leaked]]``: list and replace the keys of issuers."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import name_on
from guantong.base.signing.public import list_keys, renew_signing_key
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

BANK = "bank"
BANK_TITLE = "本地区学分银行"


class Command(BaseCommand):
    """Without ``--renew`` lists every public key; private halves are never shown."""

    help = "列出各颁发单位的签名公钥，或者更换一个单位的签名密钥。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which issuer to renew, and why."""
        parser.add_argument("--renew", metavar="机构编号", help=f"更换这个机构的密钥；学分银行写 {BANK}")
        parser.add_argument("--reason", default="", metavar="理由", help="为什么更换，记入审计")
        parser.add_argument("--leaked", action="store_true", help="旧密钥已经泄露：今天用它签的都不再算数")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refusals print their sentences."""
        if options["renew"]:
            try:
                self._renew(options["renew"], options["reason"], options["leaked"])
            except Refusal as refusal:
                raise CommandError("\n".join(p.sentence() for p in refusal)) from None
            return
        keys = list_keys()
        for one in keys:
            until = f"到 {one.until} 前停用" if one.until is not None else "正在使用"
            self.stdout.write(f"{one.key.key_id}　{self._title(one.organisation_id)}　{one.since} 起　{until}")
        if not keys:
            self.stdout.write("还没有签名密钥，第一次签发时自动生成。")

    def _renew(self, issuer: str, reason: str, is_leaked: bool) -> None:
        organisation_id = None if issuer == BANK else self._organisation(issuer)
        made = renew_signing_key(
            actor=SYSTEM,
            organisation_id=organisation_id,
            reason=reason,
            issuer=self._title(organisation_id),
            is_leaked=is_leaked,
        )
        self.stdout.write(f"{self._title(organisation_id)}的新密钥是 {made}。请把这个编号另行公布。")

    def _organisation(self, public_id: str) -> int:
        found = Organisation.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
        if found is None:
            raise CommandError(f"没有编号是“{public_id}”的机构。请在“机构登记”里查编号。")
        return found

    def _title(self, organisation_id: int | None) -> str:
        if organisation_id is None:
            return BANK_TITLE
        public_id = Organisation.objects.values_list("public_id", flat=True).get(pk=organisation_id)
        return f"{name_on(organisation_id, clock.today())}（{public_id}）"
