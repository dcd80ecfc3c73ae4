"""Posting to the ledger: the only place that writes entries and balances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from django.db import connection, transaction

from guantong.base.bulk import fetch_by, insert_rows, reserve_ids, update_rows
from guantong.domains.credit import errors
from guantong.domains.credit.kinds import BUCKETS, HELD, REVERSE, TRANSFERS
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from guantong.domains.credit.rules.ledger import GENESIS, EntryFacts, Transfer, chain, entry_line, next_digest
from guantong.kernel import clock
from guantong.kernel.credits import show_credits

ENTRY_COLUMNS = (
    "id",
    "account_id",
    "sequence",
    "achievement_id",
    "kind",
    "debit",
    "credit",
    "hundredths",
    "recorded_us",
    "ref",
    "reason",
    "reverses",
    "digest",
)
_as_row = attrgetter(
    "account",
    "sequence",
    "achievement",
    "kind",
    "debit",
    "credit",
    "hundredths",
    "recorded_us",
    "ref",
    "reason",
    "reverses",
    "digest",
)
TRACKED = {"recognised": "available", "reserved": "reserved", "converted": "converted"}
"""Bucket → column of the achievement that mirrors it."""


@dataclass(slots=True)
class AccountLine:
    """What posting needs of a locked account: head and balances by bucket, in hundredths."""

    id: int
    sequence: int
    head: bytes
    held: dict[str, int]


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exact."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def lock_accounts(ids: Iterable[int]) -> dict[int, AccountLine]:
    """Lock account rows in primary-key order and read their heads. Must run inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("lock_accounts outside a transaction")
    wanted = sorted(set(ids))
    found: dict[int, AccountLine] = {}
    for row in fetch_by(CreditAccount, ("id", "sequence", "head_digest", *HELD), "id", wanted, lock=True):
        found[row[0]] = AccountLine(row[0], row[1], bytes(row[2]) or GENESIS, dict(zip(HELD, row[3:], strict=True)))
    if len(found) != len(wanted):
        raise errors.ACCOUNT_UNKNOWN.refuse()
    return found


def post(transfers: Mapping[int, Sequence[Transfer]], *, moment: datetime | None = None) -> list[EntryFacts]:
    """Post transfers by account id in the caller's transaction; returns the entries.

    Locks the accounts, then their achievements; refuses (CRD-040, CRD-041) before anything is written when a balance
    of the account or of an achievement would fall below zero.
    """
    with transaction.atomic():
        lines = lock_accounts(transfers)
        ids = sorted({t.achievement for many in transfers.values() for t in many})
        achievements: dict[int, Achievement] = {}
        for start in range(0, len(ids), 500):
            for row in (
                Achievement.objects.select_for_update()
                .only("id", "title", "account_id", "recognised_total", "available", "reserved", "converted")
                .filter(id__in=ids[start : start + 500])
                .order_by("id")
            ):
                achievements[row.id] = row
        for account_id, many in transfers.items():
            for transfer in many:
                achievement = achievements.get(transfer.achievement)
                if achievement is None or achievement.account_id != account_id:
                    raise errors.ACHIEVEMENT_UNKNOWN.refuse()
                _move_achievement(achievement, transfer)
        entries = apply(lines, transfers, moment=moment)
        update_rows(
            Achievement,
            ("recognised_total", "available", "reserved", "converted"),
            [(a.recognised_total, a.available, a.reserved, a.converted, a.id) for a in achievements.values()],
        )
        return entries


def apply(
    lines: Mapping[int, AccountLine],
    transfers: Mapping[int, Sequence[Transfer]],
    *,
    moment: datetime | None = None,
) -> list[EntryFacts]:
    """Write the entries and balances of locked accounts. Achievements' own columns are the caller's business."""
    recorded_us = microseconds(moment or clock.now())
    entries: list[EntryFacts] = []
    for account_id in sorted(transfers):
        line = lines[account_id]
        made = chain(account_id, line.head, line.sequence, transfers[account_id], recorded_us)
        held = line.held
        for entry in made:
            amount = entry.hundredths
            if entry.debit != "issuer":
                held[entry.debit] -= amount
                if held[entry.debit] < 0:
                    raise errors.BELOW_ZERO.refuse(bucket=BUCKETS[entry.debit], short=show_credits(-held[entry.debit]))
            if entry.credit != "issuer":
                held[entry.credit] += amount
        if made:
            line.sequence, line.head = made[-1].sequence, made[-1].digest
            entries.extend(made)
    _write([_as_row(e) for e in entries], [lines[account_id] for account_id in sorted(transfers)])
    return entries


Move = tuple[int, str, int]
"""What a deposit posts, in short: achievement, kind of transfer, hundredths."""


def apply_deposits(lines: Mapping[int, AccountLine], moves: Mapping[int, Sequence[Move]], ref: str) -> None:
    """:func:`apply` for deposits by the thousand: the same entries without an object for each of them.

    Nothing can fall below zero: every achievement's first move is its deposit, and it moves on no more than that.
    """
    recorded_us = microseconds(clock.now())
    rows: list[tuple[object, ...]] = []
    add = rows.append
    buckets = {code: (t.debit, t.credit) for code, t in TRANSFERS.items()}
    for account_id in sorted(moves):
        line = lines[account_id]
        sequence, head, held = line.sequence, line.head, line.held
        for achievement, kind, amount in moves[account_id]:
            sequence += 1
            debit, credit = buckets[kind]
            text = entry_line(
                account_id, sequence, achievement, kind, debit, credit, amount, recorded_us, ref, "", None
            )
            head = next_digest(head, text)
            add((account_id, sequence, achievement, kind, debit, credit, amount, recorded_us, ref, "", None, head))
            if debit != "issuer":
                held[debit] -= amount
            held[credit] += amount
        line.sequence, line.head = sequence, head
    _write(rows, [lines[account_id] for account_id in sorted(moves)])


def _write(entries: Sequence[tuple[object, ...]], lines: Sequence[AccountLine]) -> None:
    """Entries in the order of :data:`ENTRY_COLUMNS` without their key, and what the accounts hold after them."""
    keys = reserve_ids(LedgerEntry, len(entries))
    insert_rows(LedgerEntry, ENTRY_COLUMNS, [(key, *e) for key, e in zip(keys, entries, strict=True)])
    update_rows(
        CreditAccount,
        ("sequence", "head_digest", *HELD),
        [(line.sequence, line.head, *(line.held[b] for b in HELD), line.id) for line in lines],
    )


def _move_achievement(achievement: Achievement, transfer: Transfer) -> None:
    debit, credit = transfer.buckets()
    amount = transfer.hundredths
    column = TRACKED.get(debit)
    if column is not None:
        rest = getattr(achievement, column) - amount
        if rest < 0:
            raise errors.NOT_ENOUGH.refuse(
                title=achievement.title,
                available=show_credits(getattr(achievement, column)),
                wanted=show_credits(amount),
            )
        setattr(achievement, column, rest)
    column = TRACKED.get(credit)
    if column is not None:
        setattr(achievement, column, getattr(achievement, column) + amount)
    if debit == "deposited" and credit == "recognised":
        achievement.recognised_total += amount
    elif debit == "recognised" and credit == "deposited":
        achievement.recognised_total -= amount


def reversal_of(entry: LedgerEntry, *, ref: str, reason: str) -> Transfer:
    """The transfer that reverses ``entry``."""
    return Transfer(
        achievement=entry.achievement_id,
        kind=REVERSE,
        hundredths=entry.hundredths,
        ref=ref,
        reason=reason,
        reverses=entry.sequence,
        debit=entry.credit,
        credit=entry.debit,
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
