"""Lean reads for machines: achievements and the ledger with only the columns that are answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.shows import show_day
from guantong.domains.credit import errors
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, HELD
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from guantong.domains.credit.rules.ledger import GENESIS, entry_line
from guantong.domains.credit.selectors.access import may_read_account_of
from guantong.domains.credit.selectors.stories import level_label, moment_of
from guantong.kernel.credits import show_credits

_COLUMNS = (
    "public_id",
    "kind",
    "title",
    "subject_code",
    "level",
    "place",
    "grade",
    "hours",
    "declared",
    "issuer_name",
    "certificate_number",
    "issued_on",
    "valid_until",
    "way",
    "state",
    "recognised_total",
    "available",
    "reserved",
    "converted",
    "recognition",
)
_ONE = (
    "SELECT "
    + ", ".join(f"a.{name}" for name in _COLUMNS)
    + ", a.deposited_by_id, c.number, c.person_id FROM credit_achievement a "
    "JOIN credit_creditaccount c ON c.id = a.account_id WHERE a.public_id = %s"
)
_encode = json.JSONEncoder(ensure_ascii=False).encode


def achievement_json(actor: Actor, public_id: str) -> str:
    """One achievement as JSON text, for who may see its account and for its depositor. Raises CRD-002."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [public_id])
        row = cursor.fetchone()
    if row is None:
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    *values, depositor, number, person_id = row
    if not (
        person_id == actor.person_id
        or (depositor is not None and depositor in actor.organisations("credit.deposit.read"))
        or (depositor is not None and depositor in actor.organisations("credit.deposit"))
        or may_read_account_of(actor, person_id)
    ):
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    return _encode(_achievement(values, number))


def list_achievements_json(account: CreditAccount) -> list[dict[str, Any]]:
    """Every achievement of an account, newest first."""
    rows = Achievement.objects.filter(account=account).order_by("-issued_on", "-id").values_list(*_COLUMNS)
    return [_achievement(row, account.number) for row in rows]


def _achievement(row: Any, account: str) -> dict[str, Any]:
    (
        public_id,
        kind,
        title,
        subject_code,
        level,
        place,
        grade,
        hours,
        declared,
        issuer_name,
        certificate_number,
        issued_on,
        valid_until,
        way,
        state,
        recognised,
        available,
        reserved,
        converted,
        recognition,
    ) = row
    kept: Mapping[str, Any] = json.loads(recognition) if isinstance(recognition, str) else recognition
    return {
        "id": public_id,
        "account": account,
        "kind": kind,
        "title": title,
        "subject_code": subject_code,
        "level": level,
        "level_name": level_label(kind, level),
        "place": place,
        "grade": grade,
        "hours": hours,
        "declared": None if declared is None else show_credits(declared),
        "issuer": issuer_name,
        "certificate_number": certificate_number,
        "issued_on": _day(issued_on),
        "valid_until": _day(valid_until),
        "way": way,
        "state": state,
        "recognised": show_credits(recognised),
        "available": show_credits(available),
        "reserved": show_credits(reserved),
        "converted": show_credits(converted),
        "basis": kept.get("steps", []),
    }


def _day(value: date | str | None) -> str | None:
    """ISO; SQLite's driver gives days as such text when asked without a model."""
    return value.isoformat() if isinstance(value, date) else value


class AccountRow(NamedTuple):
    """One achievement as the account page prints it: everything in words."""

    public_id: str
    title: str
    what: str
    issuer_name: str
    issued_on: str
    recognised: str
    available: str
    state: str


_ROWS = (
    "SELECT public_id, title, kind, level, place, grade, issuer_name, issued_on, recognised_total, available, state "
    "FROM credit_achievement WHERE account_id = %s ORDER BY issued_on DESC, id DESC"
)
_HEAD = f"SELECT id, number, opened_on, {', '.join(HELD)} FROM credit_creditaccount WHERE person_id = %s"


def account_head(person_id: int) -> CreditAccount | None:
    """The account of a person with its balances, for showing: nothing else is filled in, and it is not for saving."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    key, number, opened_on, *balances = row
    return CreditAccount(
        id=key,
        number=number,
        person_id=person_id,
        opened_on=date.fromisoformat(opened_on) if isinstance(opened_on, str) else opened_on,
        **dict(zip(HELD, balances, strict=True)),
    )


def account_rows(account: CreditAccount) -> list[AccountRow]:
    """Every achievement of an account for its page, newest first: one query, only what is printed."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [account.pk])
        rows = cursor.fetchall()
    found: list[AccountRow] = []
    for public_id, title, kind, level, place, grade, issuer, day, recognised, available, state in rows:
        what = ACHIEVEMENT_KINDS[kind].label
        name = level_label(kind, level)
        if name:
            what += f" · {name}"
        if place:
            what += f" · {place}"
        if grade:
            what += f" · 成绩 {grade}"
        found.append(
            AccountRow(
                public_id,
                title,
                what,
                issuer,
                show_day(day),
                show_credits(recognised),
                show_credits(available),
                state,
            )
        )
    return found


def ledger_page(account: CreditAccount, after: int, limit: int) -> dict[str, Any]:
    """Entries after a sequence with the text each digest is made of, and the digest before the first of them."""
    rows = list(
        LedgerEntry.objects.filter(account=account, sequence__gt=after)
        .order_by("sequence")
        .values_list(
            "sequence",
            "achievement_id",
            "achievement__public_id",
            "kind",
            "debit",
            "credit",
            "hundredths",
            "recorded_us",
            "ref",
            "reason",
            "reverses",
            "digest",
        )[: limit + 1]
    )
    before = GENESIS
    if after:
        kept = LedgerEntry.objects.filter(account=account, sequence=min(after, account.sequence))
        before = bytes(kept.values_list("digest", flat=True).first() or GENESIS)
    more, rows = len(rows) > limit, rows[:limit]
    return {
        "account": account.number,
        "sequence": account.sequence,
        "head_digest": bytes(account.head_digest).hex(),
        "digest_before": before.hex(),
        "entries": [
            {
                "sequence": sequence,
                "achievement": achievement,
                "kind": kind,
                "debit": debit,
                "credit": credit,
                "credits": show_credits(hundredths),
                "recorded_at": moment_of(recorded_us).isoformat(),
                "ref": ref,
                "reason": reason,
                "reverses": reverses,
                "line": entry_line(
                    account.pk,
                    sequence,
                    key,
                    kind,
                    debit,
                    credit,
                    hundredths,
                    recorded_us,
                    ref,
                    reason,
                    reverses,
                ),
                "digest": bytes(digest).hex(),
            }
            for (
                sequence,
                key,
                achievement,
                kind,
                debit,
                credit,
                hundredths,
                recorded_us,
                ref,
                reason,
                reverses,
                digest,
            ) in rows
        ],
        "next_after": rows[-1][0] if more and rows else None,
    }
