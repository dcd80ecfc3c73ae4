"""The nightly audit: re-derive every balance, check every digest, seal the heads of all accounts.

One pass over the ledger in the order it was written. It is the fast form of :func:`..rules.ledger.check_chain`, against
which it is tested.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import add
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

_PLACES = ("issuer", *HELD)
"""Buckets by position; a list of balances is indexed by it, 0 being outside the bank."""
_AT = {bucket: position for position, bucket in enumerate(_PLACES)}
_LINE = {
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


def _rows() -> Iterator[Sequence[tuple[Any, ...]]]:
    """Entries in the order they were written, some thousands at a time."""
    sql = (
        "SELECT account_id, sequence, achievement_id, kind, debit, credit, hundredths, reverses, "
        f"{_LINE[connection.vendor]}, digest FROM credit_ledgerentry ORDER BY id"
    )
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.connection.cursor("guantong_audit", binary=True) as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(10_000):
                yield rows
        return
    cursor = connection.connection.cursor()
    cursor.execute(sql)
    while rows := cursor.fetchmany(10_000):
        yield rows


def audit_ledger(progress: Callable[[int], None] | None = None) -> AuditReport:
    """Read the whole ledger once and re-derive everything. Writes nothing.

    Balances are followed per achievement; an account's balances are the sums of its achievements', so none of them can
    fall below zero while theirs do not.
    """
    report = AuditReport()
    faults = report.faults
    moves = {code: (t.debit, t.credit, _AT[t.debit], _AT[t.credit]) for code, t in TRANSFERS.items()}
    heads: dict[int, tuple[int, bytes]] = {}
    own: dict[int, list[int]] = {}
    reversals: list[tuple[int, int, int, int, str, str, int]] = []
    start = (0, GENESIS)
    empty = [0] * len(_PLACES)
    head_of, own_of, move_of = heads.get, own.get, moves.get
    count = 0
    for rows in _rows():
        for account, sequence, achievement, kind, debit, credit, amount, reverses, line, digest in rows:
            before, previous = head_of(account, start)
            if sequence != before + 1:
                _fault(faults, account, sequence, f"序号应为 {before + 1}，实为 {sequence}。", "CRD-901")
            if sha256(previous + line).digest() != digest:
                _fault(faults, account, sequence, "摘要与内容不符，该分录或前一分录被改动过。", "CRD-902")
            heads[account] = (sequence, digest)
            move = move_of(kind)
            if move is None:
                reversals.append((account, sequence, reverses, achievement, debit, credit, amount))
                if kind != REVERSE or debit not in _AT or credit not in _AT:
                    _fault(faults, account, sequence, "分录的借贷科目与种类不符。", "CRD-904")
                    continue
                at, to = _AT[debit], _AT[credit]
            else:
                must_debit, must_credit, at, to = move
                if debit != must_debit or credit != must_credit:
                    _fault(faults, account, sequence, "分录的借贷科目与种类不符。", "CRD-904")
            mine = own_of(achievement)
            if mine is None:
                mine = own[achievement] = empty.copy()
            mine[to] += amount
            if at:
                rest = mine[at] - amount
                mine[at] = rest
                if rest < 0:
                    _fault(faults, account, sequence, f"“{BUCKETS[_PLACES[at]]}”余额变为负数。", "CRD-905")
        count += len(rows)
        if progress is not None:
            progress(count)
    if reversals:
        _check_reversals(reversals, faults)
    report.entries, report.heads, report.accounts = count, heads, len(heads)
    held = _compare_achievements(own, faults)
    _compare_accounts(held, heads, faults)
    report.seal_compared = _compare_seal(heads, faults)
    return report


def _fault(faults: list[Fault], account: int, sequence: int, what: str, code: str) -> None:
    if len(faults) < MOST_FAULTS:
        faults.append(Fault(account, sequence, what, code))


def _check_reversals(reversals: list[tuple[int, int, int, int, str, str, int]], faults: list[Fault]) -> None:
    with connection.cursor() as cursor:
        for account, sequence, reverses, achievement, debit, credit, amount in reversals:
            cursor.execute(
                "SELECT achievement_id, credit, debit, hundredths FROM credit_ledgerentry "
                "WHERE account_id = %s AND sequence = %s AND sequence < %s",
                [account, reverses, sequence],
            )
            if cursor.fetchone() != (achievement, debit, credit, amount):
                _fault(faults, account, sequence, "冲正分录与被冲正的分录不对应。", "CRD-903")


def _read(sql: str) -> Iterator[Sequence[tuple[Any, ...]]]:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.connection.cursor("guantong_compare", binary=True) as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(10_000):
                yield rows
        return
    cursor = connection.connection.cursor()
    cursor.execute(sql)
    while rows := cursor.fetchmany(10_000):
        yield rows


def _compare_achievements(own: dict[int, list[int]], faults: list[Fault]) -> dict[int, list[int]]:
    """Compare every achievement's columns with its entries; returns the sums by account."""
    held: dict[int, list[int]] = {}
    account_of, own_of = held.get, own.get
    none = [0] * len(_PLACES)
    at, to, done = _AT["recognised"], _AT["reserved"], _AT["converted"]
    seen = 0
    for rows in _read(
        "SELECT id, account_id, recognised_total, available, reserved, converted FROM credit_achievement ORDER BY id"
    ):
        for key, account, total, available, reserved, converted in rows:
            mine = own_of(key)
            if mine is None:
                mine = none
            else:
                seen += 1
            if available != mine[at] or reserved != mine[to] or converted != mine[done]:
                _fault(faults, account, 0, f"成果 {key} 的余额与分录合计不符。", "CRD-908")
            if available + reserved + converted > total:
                _fault(faults, account, 0, f"成果 {key} 用出的学分超过认定的学分。", "CRD-909")
            sums = account_of(account)
            if sums is None:
                held[account] = mine.copy()
            else:
                held[account] = list(map(add, sums, mine))
    if seen != len(own):
        _fault(faults, 0, 0, f"有 {len(own) - seen} 项成果只有分录，没有成果记录。", "CRD-912")
    return held


def _compare_accounts(held: dict[int, list[int]], heads: dict[int, tuple[int, bytes]], faults: list[Fault]) -> None:
    none = [0] * len(_PLACES)
    columns = ", ".join(HELD)
    for rows in _read(f"SELECT id, sequence, head_digest, {columns} FROM credit_creditaccount ORDER BY id"):
        for account, sequence, head, *balances in rows:
            count, digest = heads.get(account, (0, b""))
            if sequence != count or bytes(head) != bytes(digest):
                _fault(faults, account, sequence, f"账户记着 {sequence} 条分录，账本里有 {count} 条。", "CRD-906")
            if balances != held.get(account, none)[1:]:
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
    return f"与封存 {seal.id}（{seal.sealed_at:%Y-%m-%d %H:%M}）一致。"


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
