"""What neighbouring domains may ask of the credit bank: plain values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from guantong.base.bulk import fetch_by
from guantong.domains.credit.actions.deposits import open_accounts as _open_accounts
from guantong.domains.credit.kinds import ACHIEVEMENT_STATES
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from guantong.kernel import clock

__all__ = [
    "HeldFact",
    "find_account_numbers",
    "open_accounts",
    "recognised_facts",
    "recognised_facts_of",
    "what_became_of",
]


@dataclass(frozen=True, slots=True)
class HeldFact:
    """An achievement the bank recognised: certificates, grades and awards that other rules may rest on."""

    public_id: str
    kind: str
    title: str
    level: int | None
    place: str
    issuer_name: str
    issued_on: date
    valid_until: date | None
    recognised_on: date
    """The day (in China) on which the bank recognised it."""


def open_accounts(person_ids: Iterable[int]) -> dict[int, int]:
    """Account id by person id; accounts that do not exist yet are opened. Runs in the caller's transaction."""
    return _open_accounts(person_ids)


def find_account_numbers(person_ids: Iterable[int]) -> dict[int, str]:
    """Account number by person id, for those who have an account."""
    wanted = sorted(set(person_ids))
    return dict(fetch_by(CreditAccount, ("person_id", "number"), "person_id", wanted))


def recognised_facts(person_id: int, day: date, kinds: Iterable[str] = ()) -> list[HeldFact]:
    """What the bank has recognised for a person and holds valid on ``day``, oldest first; of some kinds when named."""
    return recognised_facts_of([person_id], day, kinds).get(person_id, [])


def recognised_facts_of(person_ids: Iterable[int], day: date, kinds: Iterable[str] = ()) -> dict[int, list[HeldFact]]:
    """:func:`recognised_facts` of many persons at once; who has none is left out.

    A record counts when it was issued and recognised by ``day``, is not revoked now, and was valid on ``day``.
    """
    accounts = dict(fetch_by(CreditAccount, ("id", "person_id"), "person_id", sorted(set(person_ids))))
    wanted, asked = sorted(accounts), sorted(set(kinds))
    rows: list[Achievement] = []
    for start in range(0, len(wanted), 500):
        part = Achievement.objects.filter(account_id__in=wanted[start : start + 500], issued_on__lte=day)
        part = part.filter(state__in=("recognised", "expired"))
        rows.extend(part.filter(kind__in=asked) if asked else part)
    rows = [row for row in rows if row.valid_until is None or row.valid_until >= day]
    recognised = _recognised_on([row.pk for row in rows])
    found: dict[int, list[HeldFact]] = {}
    for a in sorted(rows, key=lambda row: (row.issued_on, row.pk)):
        on = recognised.get(a.pk) or clock.china_day(a.created_at)
        if on <= day:
            found.setdefault(accounts[a.account_id], []).append(
                HeldFact(a.public_id, a.kind, a.title, a.level, a.place, a.issuer_name, a.issued_on, a.valid_until, on)
            )
    return found


def _recognised_on(achievements: list[int]) -> dict[int, date]:
    """The day of the latest recognition in the ledger, by achievement."""
    found: dict[int, int] = {}
    for start in range(0, len(achievements), 500):
        rows = LedgerEntry.objects.filter(achievement_id__in=achievements[start : start + 500], kind="recognise")
        for achievement, recorded in rows.values_list("achievement_id", "recorded_us"):
            found[achievement] = max(recorded, found.get(achievement, 0))
    return {key: clock.china_day(datetime.fromtimestamp(us / 1_000_000, UTC)) for key, us in found.items()}


def what_became_of(public_ids: Iterable[str], day: date) -> Mapping[str, str]:
    """Why records do not count as of ``day``, in a few words (已撤销, 有效期到…为止), by public id; who counts still is
    left out, and so is what the bank never had."""
    wanted = sorted(set(public_ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = Achievement.objects.filter(public_id__in=wanted[start : start + 500])
        for public_id, state, until in rows.values_list("public_id", "state", "valid_until"):
            if state == "revoked":
                found[public_id] = "存入单位已撤销"
            elif until is not None and until < day:
                found[public_id] = f"有效期到{until.year}年{until.month}月{until.day}日为止"
            elif state not in {"recognised", "expired"}:
                found[public_id] = ACHIEVEMENT_STATES[state]
    return found
