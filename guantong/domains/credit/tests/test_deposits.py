"""Depositing many achievements at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
from guantong.domains.credit.models import Achievement, CreditAccount
from guantong.kernel import tokens
from guantong.kernel.tokens import ALPHABET


def test_identifiers_follow_from_a_seed_where_an_invented_region_is_built(cast):
    """Ties between equal ways of using achievements go by identifier: the invented province must be the same twice."""

    def made(seed):
        with tokens.seeded(seed), transaction.atomic():
            account = open_accounts([cast.wu_person])[cast.wu_person]
            rows = [Deposit(account, "training", f"培训{n}", date(2025, 5, 5), "企业", hours=32) for n in range(30)]
            deposit_achievements(actor=cast.zhang, organisation_id=cast.enterprise, rows=rows, ref="test")
            number = CreditAccount.objects.get(pk=account).number
            ids = dict(Achievement.objects.values_list("title", "public_id"))
            transaction.set_rollback(True)
        return number, ids

    number, ids = made(7)
    assert (number, ids) == made(7)
    other_number, other_ids = made(8)
    assert other_number != number and not set(other_ids.values()) & set(ids.values())
    assert len(set(ids.values())) == 30 and all(len(i) == 12 and set(i) <= set(ALPHABET) for i in ids.values())
    assert len(number) == 16 and number[:2] == "XF" and number[2:].isdigit()
