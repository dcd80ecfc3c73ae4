"""The nightly audit: the same findings as the plain form on random histories, and every fault by tampering."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.base.accounts.public import SYSTEM
from guantong.domains.credit.actions import auditing
from guantong.domains.credit.actions.auditing import audit_ledger, seal_ledger
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
from guantong.domains.credit.actions.posting import lock_accounts, post
from guantong.domains.credit.kinds import HELD
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry, Seal
from guantong.domains.credit.rules.ledger import EntryFacts, Transfer, check_chain, next_digest

from .test_ledger import CHOICES, lawful_transfers

pytestmark = pytest.mark.django_db


def deposit(cast, account_id, count=3, first=0):
    rows = [
        Deposit(account_id, "training", f"培训{n}", date(2025, 5, 5), "企业", cast.enterprise, hours=34)
        for n in range(first, first + count)
    ]
    return deposit_achievements(
        actor=cast.zhang, organisation_id=cast.enterprise, rows=rows, ref="test"
    ).achievement_ids


@pytest.fixture
def bank(cast):
    """Two accounts of three achievements each, one of them reserved, converted in part and reversed again."""
    cast.accounts = [a for _, a in sorted(open_accounts([cast.wu_person, cast.zhao_person]).items())]
    cast.achievements = [deposit(cast, account) for account in cast.accounts]
    first = cast.achievements[0][0]
    post({cast.accounts[0]: [Transfer(first, "reserve", 150, "a:1"), Transfer(first, "convert", 100, "a:1")]})
    post({cast.accounts[0]: [Transfer(first, "reverse", 100, "a:1", "更正", 8, "converted", "reserved")]})
    return cast


def unlocked(sql: str, *values: object) -> None:
    """Change what nobody may change: the triggers that refuse it are taken away for the moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute(sql, values)
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
            for _, text in triggers:
                cursor.execute(text)
        else:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql, values)
            cursor.execute("SET session_replication_role = DEFAULT")


def codes() -> list[str]:
    return sorted({f.code for f in audit_ledger().faults})


def test_the_ledger_refuses_to_be_changed(bank):
    from django.db import DatabaseError, transaction

    for change in (
        lambda: LedgerEntry.objects.filter(pk=LedgerEntry.objects.first().pk).update(hundredths=1),
        lambda: LedgerEntry.objects.first().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert audit_ledger().is_clean


def test_a_lawful_bank_is_clean(bank):
    told = []
    report = audit_ledger(told.append)
    assert report.faults == []
    assert (report.entries, report.accounts) == (15, 2)
    assert report.heads == {
        a.pk: (a.sequence, bytes(a.head_digest)) for a in CreditAccount.objects.filter(pk__in=bank.accounts)
    }


def test_a_changed_amount_is_found_by_digest_and_balances(bank):
    unlocked(
        "UPDATE credit_ledgerentry SET hundredths = hundredths + 1 WHERE id = (SELECT MAX(id) FROM credit_ledgerentry)"
    )
    assert codes() == ["CRD-902", "CRD-903", "CRD-905", "CRD-907", "CRD-908"]


def test_a_changed_reason_is_found_by_the_digest_alone(bank):
    unlocked(
        "UPDATE credit_ledgerentry SET reason = '别的理由' WHERE account_id = %s AND sequence = 2", bank.accounts[1]
    )
    report = audit_ledger()
    assert [(f.code, f.account, f.sequence) for f in report.faults] == [("CRD-902", bank.accounts[1], 2)]
    assert "改动" in report.faults[0].what


def test_a_changed_digest_breaks_its_own_entry_and_the_next(bank):
    unlocked(
        "UPDATE credit_ledgerentry SET digest = %s WHERE account_id = %s AND sequence = 2", b"\1" * 32, bank.accounts[1]
    )
    assert [(f.code, f.sequence) for f in audit_ledger().faults] == [("CRD-902", 2), ("CRD-902", 3)]


def test_a_missing_entry_in_the_middle_is_found(bank):
    unlocked("DELETE FROM credit_ledgerentry WHERE account_id = %s AND sequence = 3", bank.accounts[1])
    report = audit_ledger()
    assert {"CRD-901", "CRD-902", "CRD-905", "CRD-907"} <= {f.code for f in report.faults}
    assert next(f for f in report.faults if f.code == "CRD-901").what == "序号应为 3，实为 4。"


def test_a_cut_tail_is_found_by_the_account(bank):
    unlocked("DELETE FROM credit_ledgerentry WHERE account_id = %s AND sequence >= 5", bank.accounts[1])
    assert codes() == ["CRD-906", "CRD-907", "CRD-908"]


def test_a_cut_tail_with_a_made_up_account_is_found_by_the_seal(bank):
    assert audit_ledger().seal_compared == "还没有封存。"
    seal_ledger(actor=SYSTEM, report=audit_ledger())
    assert "一致" in audit_ledger().seal_compared
    account, last = bank.accounts[1], bank.achievements[1][2]
    unlocked("DELETE FROM credit_ledgerentry WHERE achievement_id = %s", last)
    unlocked("DELETE FROM credit_achievement WHERE id = %s", last)
    head = LedgerEntry.objects.get(account_id=account, sequence=4).digest
    CreditAccount.objects.filter(pk=account).update(sequence=4, head_digest=head, recognised=400)
    assert codes() == ["CRD-911"]


def test_later_entries_agree_with_an_older_seal(bank):
    seal_ledger(actor=SYSTEM, report=audit_ledger())
    deposit(bank, bank.accounts[0], first=7)
    report = audit_ledger()
    assert report.faults == []
    assert "一致" in report.seal_compared


def test_a_changed_store_of_heads_is_found(bank):
    seal = seal_ledger(actor=SYSTEM, report=audit_ledger())
    path = Path(seal.heads_file)
    heads = json.loads(path.read_text())
    heads[str(bank.accounts[0])][0] += 1
    path.write_text(json.dumps(heads))
    assert codes() == ["CRD-910"]


def test_without_the_store_of_heads_only_the_count_is_compared(bank):
    seal = seal_ledger(actor=SYSTEM, report=audit_ledger())
    Path(seal.heads_file).unlink()
    assert "只核对了数量" in audit_ledger().seal_compared
    unlocked("DELETE FROM credit_ledgerentry WHERE account_id = %s AND sequence = 6", bank.accounts[1])
    assert "CRD-911" in codes()


def test_what_is_wrong_is_not_sealed(bank):
    unlocked("UPDATE credit_ledgerentry SET reason = 'x' WHERE account_id = %s AND sequence = 2", bank.accounts[1])
    with pytest.raises(ValueError, match="not sealed"):
        seal_ledger(actor=SYSTEM, report=audit_ledger())
    assert Seal.objects.count() == 0


def rewritten(account: int, **changes_by_sequence: dict[str, object]) -> None:
    """Rewrite entries of an account and every digest after them, as a forger with the database would."""
    previous = b"\0" * 32
    for row in LedgerEntry.objects.filter(account_id=account).order_by("sequence"):
        values = {
            "kind": row.kind,
            "debit": row.debit,
            "credit": row.credit,
            "hundredths": row.hundredths,
            "achievement": row.achievement_id,
            "reverses": row.reverses,
        } | changes_by_sequence.get(f"s{row.sequence}", {})
        facts = EntryFacts(
            account, row.sequence, recorded_us=row.recorded_us, ref=row.ref, reason=row.reason, digest=b"", **values
        )
        previous = next_digest(previous, facts.line())
        unlocked(
            "UPDATE credit_ledgerentry SET kind = %s, debit = %s, credit = %s, hundredths = %s, achievement_id = %s, "
            "reverses = %s, digest = %s WHERE id = %s",
            facts.kind,
            facts.debit,
            facts.credit,
            facts.hundredths,
            facts.achievement,
            facts.reverses,
            previous,
            row.pk,
        )
    CreditAccount.objects.filter(pk=account).update(head_digest=previous)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"s9": {"hundredths": 99}}, "CRD-903"),
        ({"s9": {"reverses": 7}}, "CRD-903"),
        ({"s9": {"reverses": None}}, "CRD-903"),
        ({"s2": {"credit": "converted"}}, "CRD-904"),
        ({"s2": {"kind": "gift"}}, "CRD-904"),
        ({"s2": {"debit": "nowhere"}}, "CRD-904"),
        ({"s7": {"hundredths": 5000}}, "CRD-905"),
        ({"s2": {"hundredths": 150}}, "CRD-908"),
    ],
)
def test_a_forged_chain_is_found_by_what_it_says(bank, changes, expected):
    rewritten(bank.accounts[0], **changes)
    found = codes()
    assert expected in found
    assert "CRD-902" not in found


def test_changed_columns_of_accounts_and_achievements_are_found(bank):
    key = bank.achievements[1][0]
    Achievement.objects.filter(pk=key).update(available=300)
    assert codes() == ["CRD-908", "CRD-909"]
    Achievement.objects.filter(pk=key).update(available=200, recognised_total=150)
    assert codes() == ["CRD-909"]
    Achievement.objects.filter(pk=key).update(recognised_total=200)
    CreditAccount.objects.filter(pk=bank.accounts[1]).update(recognised=601)
    assert codes() == ["CRD-907"]
    CreditAccount.objects.filter(pk=bank.accounts[1]).update(recognised=600, sequence=5)
    assert codes() == ["CRD-906"]


def test_an_achievement_moved_to_another_account_is_found(bank):
    Achievement.objects.filter(pk=bank.achievements[1][0]).update(account_id=bank.accounts[0])
    assert codes() == ["CRD-907"]


def test_entries_without_their_achievement_are_found(bank):
    unlocked("DELETE FROM credit_achievement WHERE id = %s", bank.achievements[1][1])
    assert "CRD-912" in codes()
    unlocked("DELETE FROM credit_ledgerentry WHERE achievement_id = %s", bank.achievements[1][1])


def test_no_more_than_so_many_faults_are_kept(bank, monkeypatch):
    monkeypatch.setattr(auditing, "MOST_FAULTS", 3)
    unlocked("UPDATE credit_ledgerentry SET ref = 'x'")
    assert len(audit_ledger().faults) == 3


def test_hundreds_of_entries_are_read_in_pieces(bank, monkeypatch):
    monkeypatch.setattr(auditing, "FETCH", {"sqlite": 2, "postgresql": 2})
    monkeypatch.setattr(auditing, "_TOLD", 4)
    told = []
    assert audit_ledger(told.append).entries == 15
    assert told[-1] <= 15
    assert len(told) >= 3


KINDS = st.sampled_from(["hundredths", "reason", "kind", "debit", "credit"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHOICES, st.integers(0, 10_000), st.none() | KINDS)
def test_it_finds_what_the_plain_form_finds(cast, choices, where, tampered):
    from django.db import transaction

    with transaction.atomic():
        account = open_accounts([cast.wu_person])[cast.wu_person]
        ids = deposit_empty(cast, account)
        transfers = [
            Transfer(
                ids[t.achievement - 1],
                t.kind,
                t.hundredths,
                t.ref,
                t.reason,
                None if t.reverses is None else t.reverses + 3,
                t.debit,
                t.credit,
            )
            for t in lawful_transfers(choices)
        ]
        with transaction.atomic():
            lock_accounts([account])
            post({account: transfers})
        entries = list(LedgerEntry.objects.filter(account_id=account).order_by("sequence"))
        if tampered and entries:
            entry = entries[where % len(entries)]
            value = {"hundredths": entry.hundredths + 7, "reason": "改", "kind": "convert"}.get(tampered, "expired")
            unlocked(f'UPDATE credit_ledgerentry SET "{tampered}" = %s WHERE id = %s', value, entry.pk)
        plain = check_chain(account, map(facts_of, LedgerEntry.objects.filter(account_id=account).order_by("sequence")))
        standing, head, count, faults = plain
        report = audit_ledger()
        fast = [f for f in report.faults if f.code < "CRD-906"]
        first_below = min((f.sequence for f in [*faults, *fast] if f.code == "CRD-905"), default=10**9)
        assert {(f.code, f.sequence) for f in fast if f.sequence <= first_below} == {
            (f.code, f.sequence) for f in faults if f.sequence <= first_below
        }
        assert report.heads[account] == (count, head)
        if not tampered:
            assert report.is_clean
            row = CreditAccount.objects.get(pk=account)
            assert {b: getattr(row, b) for b in HELD} == standing.held
        transaction.set_rollback(True)


def deposit_empty(cast, account: int) -> list[int]:
    """Three achievements without credits: their entries are deposits of nothing."""
    rows = [Deposit(account, "other", f"成果{n}", date(2025, 5, 5), "企业", cast.enterprise) for n in range(3)]
    made = deposit_achievements(actor=cast.zhang, organisation_id=cast.enterprise, rows=rows, ref="test")
    return [i for i in made.achievement_ids if i is not None]


def facts_of(e: LedgerEntry) -> EntryFacts:
    return EntryFacts(
        e.account_id,
        e.sequence,
        e.achievement_id,
        e.kind,
        e.debit,
        e.credit,
        e.hundredths,
        e.recorded_us,
        e.ref,
        e.reason,
        e.reverses,
        bytes(e.digest),
    )
