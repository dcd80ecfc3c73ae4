"""Deposits by institutions: many achievements at once, recognised by rule, never twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.bulk import (
    day_for_driver,
    days_for_driver,
    fetch_by,
    insert_rows,
    moment_for_driver,
    reserve_ids,
    update_rows,
)
from guantong.base.lawbook import law_on
from guantong.domains.credit.actions.posting import Move, apply_deposits, lock_accounts
from guantong.domains.credit.kinds import HELD
from guantong.domains.credit.models import Achievement, CreditAccount
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.kernel import clock
from guantong.kernel.tokens import ALPHABET, random_bytes

ACHIEVEMENT_COLUMNS = (
    "id",
    "public_id",
    "account_id",
    "kind",
    "title",
    "subject_code",
    "level",
    "place",
    "grade",
    "hours",
    "declared",
    "issuer_id",
    "issuer_name",
    "certificate_number",
    "issued_on",
    "valid_until",
    "way",
    "state",
    "content_digest",
    "evidence",
    "recognition",
    "recognised_total",
    "available",
    "reserved",
    "converted",
    "deposited_by_id",
    "job_id",
    "created_at",
)


@dataclass(slots=True)
class Deposit:
    """One achievement to deposit, already checked. ``declared`` is in hundredths; ``issuer_id`` may be None."""

    account_id: int
    kind: str
    title: str
    issued_on: date
    issuer_name: str
    issuer_id: int | None = None
    subject_code: str = ""
    level: int | None = None
    place: str = ""
    grade: str = ""
    hours: int | None = None
    declared: int | None = None
    certificate_number: str = ""
    valid_until: date | None = None

    def digest(self) -> bytes:
        """Digest of the content: the same achievement brought in again has the same digest."""
        issuer = self.issuer_id if self.issuer_id is not None else self.issuer_name
        text = (
            f"{self.account_id}|{self.kind}|{self.title}|{self.subject_code}|{self.level}|{self.place}|{self.grade}|"
            f"{self.hours}|{self.declared}|{issuer}|{self.certificate_number}|{self.issued_on}"
        )
        return hashlib.sha256(text.encode()).digest()


@dataclass(slots=True)
class DepositOutcome:
    """What came of a batch: ids of new achievements by row position (None where already there), and counts."""

    achievement_ids: list[int | None] = field(default_factory=list)
    recognised: int = 0
    waiting: int = 0
    refused: int = 0
    already: int = 0


def open_accounts(person_ids: Iterable[int]) -> dict[int, int]:
    """Account id by person id; accounts that do not exist yet are opened. Runs in the caller's transaction.

    One account a person: the database's unique key decides between two who open it at once.
    """
    wanted = sorted(set(person_ids))
    with transaction.atomic():
        found = _accounts_of(wanted)
        missing = [p for p in wanted if p not in found]
        if missing:
            today = clock.today()
            zeros = (0,) * len(HELD)
            insert_rows(
                CreditAccount,
                ("number", "person_id", "opened_on", "state", "sequence", "head_digest", *HELD),
                [(_account_number(), p, day_for_driver(today), "active", 0, b"", *zeros) for p in missing],
                skip_known=True,
            )
            found.update(_accounts_of(missing))
    return found


def _accounts_of(person_ids: Sequence[int]) -> dict[int, int]:
    return dict(fetch_by(CreditAccount, ("person_id", "id"), "person_id", person_ids))


def _account_number() -> str:
    """``XF`` and fourteen digits: long enough not to be guessed, readable on the telephone."""
    return f"XF{int.from_bytes(random_bytes(8)) % 10**14:014d}"


def deposit_achievements(
    *,
    actor: Actor,
    organisation_id: int,
    rows: Sequence[Deposit],
    ref: str,
    job_id: int | None = None,
    recogniser: Recogniser | None = None,
    on: date | None = None,
) -> DepositOutcome:
    """Deposit and recognise ``rows`` in one transaction. Authoritative: only for who holds ``credit.deposit``.

    A row whose content is already in the bank is skipped (``already``), so repeating a batch is harmless. ``on`` is
    the day whose law applies, today by default; ``recogniser`` may be shared by the batches of one job.
    """
    require(actor, "credit.deposit", organisation_id)
    day = on or clock.today()
    outcome = DepositOutcome()
    with transaction.atomic():
        lines = lock_accounts(row.account_id for row in rows)
        known = recogniser or Recogniser(law_on(day))
        digests = [row.digest() for row in rows]
        existing = _existing(digests)
        fresh: list[int] = []
        for position, digest in enumerate(digests):
            if digest in existing:
                outcome.already += 1
            else:
                existing.add(digest)
                fresh.append(position)
        outcome.achievement_ids = [None] * len(rows)
        if not fresh:
            return outcome
        keys = reserve_ids(Achievement, len(fresh))
        created = moment_for_driver(clock.now())
        moves: dict[int, list[Move]] = {}
        inserts: list[tuple[Any, ...]] = []
        names = random_bytes(12 * len(fresh)).translate(_LETTERS).decode()
        as_day = days_for_driver()
        as_text = json.JSONEncoder(ensure_ascii=False).encode
        texts: dict[tuple[Any, ...], str] = {}
        for number, (key, position) in enumerate(zip(keys, fresh, strict=True)):
            row = rows[position]
            result = known.recognise(
                kind=row.kind,
                level=row.level,
                place=row.place,
                grade=row.grade,
                hours=row.hours,
                declared=row.declared,
                issued_on=row.issued_on,
                valid_until=row.valid_until,
                on=day,
            )
            amount = result.hundredths
            deposited = max(amount, row.declared or 0)
            mine = moves.setdefault(row.account_id, [])
            mine.append((key, "deposit", deposited))
            if result.outcome == "recognised":
                outcome.recognised += 1
                state = "recognised"
                mine.append((key, "recognise", amount))
                if deposited > amount:
                    mine.append((key, "refuse", deposited - amount))
            elif result.outcome == "refused":
                outcome.refused += 1
                state = "refused"
                mine.append((key, "refuse", deposited))
            else:
                outcome.waiting += 1
                state = "deposited"
            until = as_day(result.valid_until)
            shape = (result.outcome, amount, result.rule, result.reason, result.steps)
            text = texts.get(shape)
            if text is None:
                text = texts[shape] = as_text(result.as_json() | {"valid_until": _UNTIL}).replace(f'"{_UNTIL}"', _UNTIL)
            text = text.replace(_UNTIL, "null" if result.valid_until is None else f'"{result.valid_until}"')
            outcome.achievement_ids[position] = key
            inserts.append(
                (
                    key,
                    names[number * 12 : number * 12 + 12],
                    row.account_id,
                    row.kind,
                    row.title,
                    row.subject_code,
                    row.level,
                    row.place,
                    row.grade,
                    row.hours,
                    row.declared,
                    row.issuer_id,
                    row.issuer_name,
                    row.certificate_number,
                    as_day(row.issued_on),
                    until,
                    "deposited",
                    state,
                    digests[position],
                    "[]",
                    text,
                    amount,
                    amount,
                    0,
                    0,
                    organisation_id,
                    job_id,
                    created,
                )
            )
        insert_rows(Achievement, ACHIEVEMENT_COLUMNS, inserts)
        apply_deposits(lines, moves, ref)
        record(
            actor=actor,
            action="deposit_achievements",
            subject=("credit.deposit", ref),
            organisation_id=organisation_id,
            law_version=known.version,
            facts={
                "recognised": outcome.recognised,
                "waiting": outcome.waiting,
                "refused": outcome.refused,
                "already": outcome.already,
            },
        )
    return outcome


_UNTIL = "@valid_until@"
"""Stands in remembered texts where each achievement's own last day goes."""
_LETTERS = bytes(ord(ALPHABET[b % len(ALPHABET)]) for b in range(256))
"""Byte → letter; the slight unevenness (256 is no multiple of 31) costs less than a tenth of a bit a letter."""


def _existing(digests: Sequence[bytes]) -> set[bytes]:
    """Which of these contents are in the bank. One that was revoked gives its place up: it may be deposited again."""
    found: set[bytes] = set()
    given_up: list[tuple[bytes, int]] = []
    for key, digest, state in fetch_by(Achievement, ("id", "content_digest", "state"), "content_digest", digests):
        if state == "revoked":
            given_up.append((hashlib.sha256(bytes(digest) + b"revoked" + str(key).encode()).digest(), key))
        else:
            found.add(bytes(digest))
    if given_up:
        update_rows(Achievement, ("content_digest",), given_up)
    return found


def find_deposited(digests: Sequence[bytes]) -> dict[bytes, datetime]:
    """When each of these contents was deposited, for those that are in the bank and not revoked."""
    found: dict[bytes, datetime] = {}
    for start in range(0, len(digests), 500):
        rows = Achievement.objects.filter(content_digest__in=digests[start : start + 500]).exclude(state="revoked")
        found.update((bytes(digest), moment) for digest, moment in rows.values_list("content_digest", "created_at"))
    return found


def certificate_owners(wanted: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    """Whose (person id) each certificate is, for those in the bank: given as (number, kind, name of the issuer)."""
    numbers = sorted({number for number, _, _ in wanted})
    accounts = {
        (number, kind, issuer): account
        for number, kind, issuer, state, account in fetch_by(
            Achievement,
            ("certificate_number", "kind", "issuer_name", "state", "account_id"),
            "certificate_number",
            numbers,
            only="NOT (certificate_number = '')",
        )
        if state != "revoked" and (number, kind, issuer) in wanted
    }
    people = dict(fetch_by(CreditAccount, ("id", "person_id"), "id", sorted(set(accounts.values()))))
    return {key: people[account] for key, account in accounts.items()}
