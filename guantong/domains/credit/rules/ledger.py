"""The ledger as arithmetic: transfers, balances, the chain of digests. No database here.

An entry moves credits between two buckets of one account, so it is balanced by construction. The digest of an entry
is SHA-256 over the previous digest of the same account and the entry's canonical line; whoever holds the entries can
recompute the chain with nothing but a hash function (docs/dev/ledger.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from guantong.domains.credit.kinds import HELD, REVERSE, TRANSFERS

GENESIS = b"\x00" * 32
"""Digest before the first entry of every account."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What an action wants to post. ``achievement`` is a database id; ``reverses`` the sequence of an earlier entry.

    ``hundredths`` is ≥ 0: a deposit of an achievement that carries no credits yet is recorded with 0.
    """

    achievement: int
    kind: str
    hundredths: int
    ref: str = ""
    reason: str = ""
    reverses: int | None = None
    debit: str = ""
    credit: str = ""

    def buckets(self) -> tuple[str, str]:
        """(debit, credit); a reversal names its own, swapped from the entry it reverses."""
        if self.kind == REVERSE:
            return self.debit, self.credit
        kind = TRANSFERS[self.kind]
        return kind.debit, kind.credit


@dataclass(slots=True)
class Standing:
    """Balances of one account (or one achievement) while entries are applied, in hundredths by bucket."""

    held: dict[str, int] = field(default_factory=lambda: dict.fromkeys(HELD, 0))

    def apply(self, debit: str, credit: str, hundredths: int) -> str | None:
        """Move credits; returns the bucket that would fall below zero, and then changes nothing."""
        held = self.held
        if debit != "issuer":
            rest = held[debit] - hundredths
            if rest < 0:
                return debit
            held[debit] = rest
        if credit != "issuer":
            held[credit] += hundredths
        return None


def entry_line(
    account: int,
    sequence: int,
    achievement: int,
    kind: str,
    debit: str,
    credit: str,
    hundredths: int,
    recorded_us: int,
    ref: str,
    reason: str,
    reverses: int | None,
) -> str:
    """The canonical line of an entry. ``ref`` and ``reason`` hold no ``|`` and no line end (see :func:`plain_text`)."""
    return (
        f"{account}|{sequence}|{achievement}|{kind}|{debit}|{credit}|{hundredths}|{recorded_us}|{ref}|{reason}|"
        f"{'' if reverses is None else reverses}"
    )


def plain_text(text: str, limit: int) -> str:
    """Text made fit for an entry: one line, ``|`` replaced by a full-width bar, at most ``limit`` characters."""
    return " ".join(text.split()).replace("|", "｜")[:limit]


def next_digest(previous: bytes, line: str) -> bytes:
    """Digest of an entry, given the digest before it and its canonical line."""
    return hashlib.sha256(previous + line.encode()).digest()


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry as stored."""

    account: int
    sequence: int
    achievement: int
    kind: str
    debit: str
    credit: str
    hundredths: int
    recorded_us: int
    ref: str
    reason: str
    reverses: int | None
    digest: bytes

    def line(self) -> str:
        """Its canonical line."""
        return entry_line(
            self.account,
            self.sequence,
            self.achievement,
            self.kind,
            self.debit,
            self.credit,
            self.hundredths,
            self.recorded_us,
            self.ref,
            self.reason,
            self.reverses,
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """Something the audit found: which account and entry, and what, in one Chinese sentence."""

    account: int
    sequence: int
    what: str
    code: str


def check_chain(account: int, entries: Iterable[EntryFacts]) -> tuple[Standing, bytes, int, list[Fault]]:
    """Re-derive one account from its entries in order: balances, last digest, count, faults. Pure and slow-but-plain:
    the nightly audit runs a faster form and is tested against this one."""
    standing = Standing()
    previous, expected = GENESIS, 1
    faults: list[Fault] = []
    seen: dict[int, EntryFacts] = {}
    by_achievement: dict[int, Standing] = {}
    for entry in entries:
        if entry.sequence != expected:
            faults.append(Fault(account, entry.sequence, f"序号应为 {expected}，实为 {entry.sequence}。", "CRD-901"))
            expected = entry.sequence
        if next_digest(previous, entry.line()) != entry.digest:
            faults.append(Fault(account, entry.sequence, "摘要与内容不符，该分录或前一分录被改动过。", "CRD-902"))
        previous = entry.digest
        if entry.kind == REVERSE:
            original = seen.get(entry.reverses or 0)
            if (
                original is None
                or (original.debit, original.credit, original.hundredths)
                != (entry.credit, entry.debit, entry.hundredths)
                or original.achievement != entry.achievement
            ):
                faults.append(Fault(account, entry.sequence, "冲正分录与被冲正的分录不对应。", "CRD-903"))
        elif (entry.debit, entry.credit) != _buckets_of(entry.kind):
            faults.append(Fault(account, entry.sequence, "分录的借贷科目与种类不符。", "CRD-904"))
        below = standing.apply(entry.debit, entry.credit, entry.hundredths)
        own = by_achievement.setdefault(entry.achievement, Standing())
        if below is None:
            below = own.apply(entry.debit, entry.credit, entry.hundredths)
        if below is not None:
            faults.append(Fault(account, entry.sequence, f"“{below}”余额变为负数。", "CRD-905"))
        seen[entry.sequence] = entry
        expected += 1
    return standing, previous, expected - 1, faults


def _buckets_of(kind: str) -> tuple[str, str] | None:
    found = TRANSFERS.get(kind)
    return (found.debit, found.credit) if found else None


def chain(
    account: int, head: bytes, sequence: int, transfers: Sequence[Transfer], recorded_us: int
) -> list[EntryFacts]:
    """Entries for ``transfers`` after the given head (``GENESIS`` or the stored digest) and sequence."""
    previous = head or GENESIS
    made: list[EntryFacts] = []
    for transfer in transfers:
        sequence += 1
        debit, credit = transfer.buckets()
        line = entry_line(
            account,
            sequence,
            transfer.achievement,
            transfer.kind,
            debit,
            credit,
            transfer.hundredths,
            recorded_us,
            transfer.ref,
            transfer.reason,
            transfer.reverses,
        )
        previous = hashlib.sha256(previous + line.encode()).digest()
        made.append(
            EntryFacts(
                account,
                sequence,
                transfer.achievement,
                transfer.kind,
                debit,
                credit,
                transfer.hundredths,
                recorded_us,
                transfer.ref,
                transfer.reason,
                transfer.reverses,
                previous,
            )
        )
    return made
