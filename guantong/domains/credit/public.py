"""What neighbouring domains may ask of the credit bank: plain values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guantong.domains.credit.actions.deposits import open_accounts as _open_accounts
from guantong.domains.credit.models import Achievement

__all__ = ["HeldFact", "open_accounts", "recognised_facts"]


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


def open_accounts(person_ids: Iterable[int]) -> dict[int, int]:
    """Account id by person id; accounts that do not exist yet are opened. Runs in the caller's transaction."""
    return _open_accounts(person_ids)


def recognised_facts(person_id: int, day: date, kinds: Iterable[str] = ()) -> list[HeldFact]:
    """What the bank has recognised for a person and holds valid on ``day``, oldest first; of some kinds when named."""
    rows = Achievement.objects.filter(account__person_id=person_id, state="recognised", issued_on__lte=day)
    wanted = sorted(set(kinds))
    if wanted:
        rows = rows.filter(kind__in=wanted)
    return [
        HeldFact(a.public_id, a.kind, a.title, a.level, a.place, a.issuer_name, a.issued_on, a.valid_until)
        for a in rows.order_by("issued_on", "id")
        if a.valid_until is None or a.valid_until >= day
    ]
