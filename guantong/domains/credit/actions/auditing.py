"""The nightly audit: re-derive every balance, check every digest, seal the heads of all accounts.

One pass over the ledger in the order it was written. It is the fast form of :func:`..rules.ledger.check_chain`, against
which it is tested.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from operator import mul
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.domains.credit.kinds import BUCKETS, HELD, REVERSE, TRANSFERS
from guantong.domains.credit.models import Seal
from guantong.domains.credit.rules.ledger import GENESIS, Fault
from guantong.engines.proof.merkle import root_of
from guantong.kernel import clock

_WIDTH = 72
_SIGN = _WIDTH - 1
_UNIT = {bucket: 1 << (_WIDTH * position) for position, bucket in enumerate(HELD)} | {"issuer": 0}
"""One hundredth of a credit in each bucket. The balances of an achievement are one integer, 72 bits a bucket:
a transfer is one addition. ``issuer`` is outside the bank and counts nothing."""
_ZERO = sum(_UNIT[bucket] << _SIGN for bucket in HELD)
"""All balances zero. The highest bit of each field is set and stays so while the balance is not below zero."""
FETCH = {"sqlite": 500, "postgresql": 2_000}
"""Rows fetched at a time."""
_TOLD = 100_000
_LINES = {
    "sqlite": (
        "CAST(printf('%d|%d|%d|%s|%s|%s|%d|%d|%s|%s|%s', account_id, sequence, achievement_id, kind, debit, credit, "
        "hundredths, recorded_us, ref, reason, ifnull(reverses, '')) AS BLOB)"
    ),
    "postgresql": (
        "convert_to(format('%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s', account_id, sequence, achievement_id, kind, debit, "
        "credit, hundredths, recorded_us, ref, reason, coalesce(reverses::text, '')), 'UTF8')"
    ),
}
"""The canonical line of an entry, made by the database: the same bytes as :func:`..rules.ledger.entry_line`."""
_ENTRIES = {
    vendor: (
        "SELECT account_id, sequence, achievement_id, kind || '|' || debit || '|' || credit, hundredths, "
        f"{line}, digest FROM credit_ledgerentry ORDER BY id"
    )
    for vendor, line in _LINES.items()
}
MOST_FAULTS = 1000


@dataclass
class AuditReport:
    """What the audit found. ``heads`` maps account id to (count of entries, last digest)."""

    entries: int = 0
    accounts: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    seal_compared: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def _read(sql: str) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Rows of a query, some hundreds at a time: few enough that they stay in the processor's cache."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.connection.cursor("guantong_audit", binary=True) as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(FETCH["postgresql"]):
                yield rows
        return
    cursor = connection.connection.cursor()
    cursor.execute(sql)
    while rows := cursor.fetchmany(FETCH["sqlite"]):
        yield rows


@contextmanager
def _without_collector() -> Iterator[None]:
    """The garbage collector only costs time here: what the audit holds has no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def audit_ledger(progress: Callable[[int], None] | None = None) -> AuditReport:
    """Read the whole ledger once and re-derive everything. Writes nothing.

    Balances are followed per achievement; an account's balances are the sums of its achievements', so none of them can
    fall below zero while theirs do not. ``progress`` is told the count of entries read so far, now and then.
    """
    report = AuditReport()
    with _without_collector():
        own, reversals = _follow(report, progress)
        if reversals:
            _check_reversals(report.faults)
        held = _compare_achievements(own, report.faults)
        _compare_accounts(held, report.heads, report.faults)
        report.seal_compared = _compare_seal(report.heads, report.faults)
    return report


def _follow(report: AuditReport, progress: Callable[[int], None] | None) -> tuple[dict[int, int], int]:
    """Go through all entries in the order they were written: sequences, digests, kinds, balances of achievements.

    Gives the packed balances by achievement (see :data:`_UNIT`) and the count of reversals.
    """
    faults = report.faults
    changes = {f"{t.code}|{t.debit}|{t.credit}": _UNIT[t.credit] - _UNIT[t.debit] for t in TRANSFERS.values()}
    heads: dict[int, tuple[int, bytes]] = {}
    own: dict[int, int] = {}
    start, zero = (0, GENESIS), _ZERO
    head_of, own_of, change_of = heads.get, own.get, changes.get
    begin = sha256().copy
    count = reversals = 0
    for rows in _read(_ENTRIES[connection.vendor]):
        for account, sequence, achievement, move, amount, line, digest in rows:
            before, previous = head_of(account, start)
            if sequence != before + 1:
                _fault(faults, account, sequence, f"序号应为 {before + 1}，实为 {sequence}。", "CRD-901")
            hashed = begin()
            hashed.update(previous + line)
            if hashed.digest() != digest:
                _fault(faults, account, sequence, "摘要与内容不符，该分录或前一分录被改动过。", "CRD-902")
            heads[account] = (sequence, digest)
            change = change_of(move)
            if change is None:
                kind, _, buckets = move.partition("|")
                debit, _, credit = buckets.partition("|")
                is_reversal = kind == REVERSE and debit in _UNIT and credit in _UNIT
                reversals += is_reversal
                if not is_reversal:
                    _fault(faults, account, sequence, "分录的借贷科目与种类不符。", "CRD-904")
                    if debit not in _UNIT or credit not in _UNIT:
                        continue
                change = _UNIT[credit] - _UNIT[debit]
            mine = own_of(achievement, zero) + change * amount
            if mine & zero == zero:
                own[achievement] = mine
            else:
                bucket = next(b for b in HELD if not mine & (_UNIT[b] << _SIGN))
                _fault(faults, account, sequence, f"“{BUCKETS[bucket]}”余额变为负数。", "CRD-905")
                own.setdefault(achievement, zero)
        count += len(rows)
        if progress is not None and count % _TOLD < len(rows):
            progress(count)
    report.entries, report.heads, report.accounts = count, heads, len(heads)
    return own, reversals


def _fault(faults: list[Fault], account: int, sequence: int, what: str, code: str) -> None:
    if len(faults) < MOST_FAULTS:
        faults.append(Fault(account, sequence, what, code))


def _check_reversals(faults: list[Fault]) -> None:
    """Every reversal must name an earlier entry of the same account and achievement and move the same amount back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.account_id, r.sequence FROM credit_ledgerentry r LEFT JOIN credit_ledgerentry o "
            "ON o.account_id = r.account_id AND o.sequence = r.reverses AND o.sequence < r.sequence "
            "WHERE r.kind = %s AND (o.id IS NULL OR o.achievement_id <> r.achievement_id OR o.debit <> r.credit "
            "OR o.credit <> r.debit OR o.hundredths <> r.hundredths) ORDER BY r.id",
            [REVERSE],
        )
        for account, sequence in cursor.fetchall():
            _fault(faults, account, sequence, "冲正分录与被冲正的分录不对应。", "CRD-903")


def _compare_achievements(own: dict[int, int], faults: list[Fault]) -> dict[int, int]:
    """Compare every achievement's columns with its entries; returns the packed sums by account."""
    held: dict[int, int] = {}
    account_of, own_of, zero = held.get, own.get, _ZERO
    at, to, done = (_UNIT[bucket] for bucket in ("recognised", "reserved", "converted"))
    mirrored = (at + to + done) * ((1 << _WIDTH) - 1)
    nothing = zero & mirrored
    without = 0
    count = 0
    for rows in _read(
        "SELECT id, account_id, recognised_total, available, reserved, converted FROM credit_achievement ORDER BY id"
    ):
        count += len(rows)
        for key, account, total, available, reserved, converted in rows:
            mine = own_of(key)
            if mine is None:
                mine = zero
                without += 1
            if mine & mirrored != nothing + available * at + reserved * to + converted * done:
                _fault(faults, account, 0, f"成果 {key} 的余额与分录合计不符。", "CRD-908")
            if available + reserved + converted > total:
                _fault(faults, account, 0, f"成果 {key} 用出的学分超过认定的学分。", "CRD-909")
            held[account] = account_of(account, 0) + mine - zero
    missing = len(own) - (count - without)
    if missing:
        _fault(faults, 0, 0, f"有 {missing} 项成果只有分录，没有成果记录。", "CRD-912")
    return held


def _compare_accounts(held: dict[int, int], heads: dict[int, tuple[int, bytes]], faults: list[Fault]) -> None:
    columns = ", ".join(HELD)
    units = [_UNIT[bucket] for bucket in HELD]
    for rows in _read(f"SELECT id, sequence, head_digest, {columns} FROM credit_creditaccount ORDER BY id"):
        for account, sequence, head, *balances in rows:
            count, digest = heads.get(account, (0, b""))
            if sequence != count or bytes(head) != bytes(digest):
                _fault(faults, account, sequence, f"账户记着 {sequence} 条分录，账本里有 {count} 条。", "CRD-906")
            if sum(map(mul, balances, units)) != held.get(account, 0):
                _fault(faults, account, sequence, "账户的余额与分录合计不符。", "CRD-907")


def _compare_seal(heads: dict[int, tuple[int, bytes]], faults: list[Fault]) -> str:
    """Compare with the newest seal: every sealed head must still stand where it stood."""
    seal = Seal.objects.order_by("-id").first()
    if seal is None:
        return "还没有封存。"
    path = Path(seal.heads_file)
    if not path.is_file():
        return (
            f"封存 {seal.id} 的链头存档不在，只核对了数量。"
            if seal.entries <= sum(c for c, _ in heads.values())
            else _tail(faults, seal)
        )
    sealed: dict[str, list[Any]] = json.loads(path.read_text(encoding="utf-8"))
    if _root({int(a): (int(n), bytes.fromhex(d)) for a, (n, d) in sealed.items()}) != bytes(seal.root):
        _fault(faults, 0, 0, f"封存 {seal.id} 的链头存档与默克尔根不符。", "CRD-910")
        return "链头存档被改动。"
    with connection.cursor() as cursor:
        for account, (count, digest) in sealed.items():
            now_count, now_digest = heads.get(int(account), (0, b""))
            if now_count == count and now_digest.hex() == digest:
                continue
            cursor.execute(
                "SELECT digest FROM credit_ledgerentry WHERE account_id = %s AND sequence = %s", [int(account), count]
            )
            row = cursor.fetchone()
            if row is None or bytes(row[0]).hex() != digest:
                _fault(faults, int(account), count, f"封存 {seal.id} 之前的分录被改动或删去。", "CRD-911")
    sealed_at = seal.sealed_at.astimezone(clock.CHINA_TIME)
    return f"与封存 {seal.id}（{sealed_at:%Y-%m-%d %H:%M}）一致。"


def _tail(faults: list[Fault], seal: Seal) -> str:
    _fault(faults, 0, 0, f"分录比封存 {seal.id} 时还少。", "CRD-911")
    return "分录数少于封存时。"


def _root(heads: dict[int, tuple[int, bytes]]) -> bytes:
    return root_of([f"{a}|{n}|{d.hex()}".encode() for a, (n, d) in sorted(heads.items())])


def seal_ledger(*, actor: Actor, report: AuditReport) -> Seal:
    """Seal the heads of a clean report; the heads are kept beside the database so that a cut tail is noticed.

    Raises ``ValueError`` for a report with faults: what is wrong is not sealed.
    """
    if not report.is_clean:
        raise ValueError("a report with faults is not sealed")
    with transaction.atomic():
        last = Seal.objects.order_by("-id").first()
        previous = bytes(last.digest) if last else GENESIS
        root = _root(report.heads)
        now = clock.now()
        digest = hashlib.sha256(
            previous + root + f"|{report.accounts}|{report.entries}|{now.isoformat()}".encode()
        ).digest()
        path = Path(settings.VAR) / "seals" / f"{now:%Y%m%dT%H%M%S%f}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps({str(a): [n, d.hex()] for a, (n, d) in sorted(report.heads.items())}))
        part.replace(path)
        seal = Seal.objects.create(
            sealed_at=now,
            accounts=report.accounts,
            entries=report.entries,
            root=root,
            previous=previous,
            digest=digest,
            heads_file=str(path),
        )
        record(
            actor=actor,
            action="seal_ledger",
            subject=("credit.seal", seal.pk),
            facts={"accounts": report.accounts, "entries": report.entries, "root": root.hex()},
        )
    return seal
