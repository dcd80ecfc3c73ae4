"""What becomes of a fact that must be proved: taken from the credit bank, waiting, confirmed, refused, lost.

A statement is text: empty for nothing stated, 是 for a yes/no fact that is claimed. What counts is decided here alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .bank import CONTEST, PLACES, level_words
from .conditions import YES
from .declaration.shapes import Attribute, BankValue, Channel

BANK, WAITING, CONFIRMED, REFUSED, LOST = "bank", "waiting", "confirmed", "refused", "lost"
PROOF_STATES = {
    BANK: "来自学分银行",
    WAITING: "等待确认",
    CONFIRMED: "已核验确认",
    REFUSED: "未予确认",
    LOST: "记录已失效",
}
PROOF_TONES = {BANK: "good", WAITING: "warn", CONFIRMED: "good", REFUSED: "bad", LOST: "bad"}


@dataclass(frozen=True, slots=True)
class BankRecord:
    """A record the credit bank recognised, as far as admission needs it."""

    id: str
    kind: str
    title: str
    level: int | None
    place: str
    issuer: str
    issued_on: date
    recognised_on: date
    valid_until: date | None = None

    def words(self) -> str:
        """The record in a sentence: “数控车工”高级工，××评价中心颁发，2025年3月1日取得，认定日期…."""
        rank = f"{level_words(self.kind, self.level)}{self.place}"
        until = f"，有效期至{_day(self.valid_until)}" if self.valid_until is not None else ""
        days = f"{_day(self.issued_on)}取得，认定日期{_day(self.recognised_on)}{until}"
        return f"“{self.title}”{rank}，{self.issuer}颁发，{days}"

    def as_json(self) -> dict[str, Any]:
        """As kept with an application."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "level": self.level,
            "place": self.place,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat(),
            "recognised_on": self.recognised_on.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until is not None else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BankRecord:
        """As :meth:`as_json` wrote it."""
        days = {key: date.fromisoformat(kept[key]) for key in ("issued_on", "recognised_on")}
        until = date.fromisoformat(kept["valid_until"]) if kept.get("valid_until") else None
        return cls(**{**{k: kept[k] for k in ("id", "kind", "title", "level", "place", "issuer")}, **days},
                   valid_until=until)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proved:
    """A fact with what proves it. ``lost``: the record that proved it once and no longer does, ``why`` it does not."""

    stated: str
    counted: str
    state: str
    record: BankRecord | None = None
    lost: BankRecord | None = None
    why: str = ""


def shown_by(attribute: Attribute, records: Sequence[BankRecord]) -> tuple[str, BankRecord] | None:
    """The best value the records prove and the earliest record that proves it; None when none does."""
    for one in attribute.proof.bank if attribute.proof is not None else ():
        met = [record for record in records if _meets(one, record)]
        if met:
            return one.value, min(met, key=lambda record: (record.issued_on, record.id))
    return None


def _meets(wanted: BankValue, record: BankRecord) -> bool:
    if record.kind != wanted.kind or (wanted.level is not None and (record.level or 0) < wanted.level):
        return False
    place = PLACES.index(record.place) if wanted.kind == CONTEST and record.place in PLACES else -1
    if wanted.place is not None and place < wanted.place:
        return False
    return wanted.title is None or wanted.title in record.title


def settle(
    attribute: Attribute,
    stated: str,
    records: Sequence[BankRecord],
    before: Proved | None = None,
    gone: Mapping[str, str] | None = None,
    *,
    is_new_statement: bool = False,
) -> Proved | None:
    """What the fact is now; None when nothing is stated and no record speaks for it.

    ``before``: what it was. ``gone``: record id → why it does not count any more. A decision of the authority stands as
    long as the statement is the same; ``is_new_statement``: the candidate handed in the form again, so that a fact
    whose record was lost waits for a decision instead of staying lost.
    """
    found = shown_by(attribute, records)
    if found is not None and _is_enough(attribute, found[0], stated):
        return Proved(stated, found[0], BANK, found[1])
    fallback, record = found if found is not None else ("", None)
    leaving = _lost(before, records)
    why = (gone or {}).get(leaving.id, "") if leaving is not None else ""
    if before is not None and leaving is not None and not why:
        why = before.why
    if stated and before is not None and before.stated == stated and before.state in {CONFIRMED, REFUSED}:
        return replace(before, counted=stated if before.state == CONFIRMED else fallback, record=record)
    if leaving is not None and not (is_new_statement and stated):
        same = before is not None and before.stated == stated
        if not stated or same:
            return Proved(stated, fallback, LOST, record, leaving, why)
    if stated:
        return Proved(stated, fallback, WAITING, record, leaving, why)
    return None


def _lost(before: Proved | None, records: Sequence[BankRecord]) -> BankRecord | None:
    """The record the fact rested on and that is not among the present ones."""
    if before is None:
        return None
    held = before.record if before.state == BANK else before.lost
    return held if held is not None and held.id not in {record.id for record in records} else None


def _is_enough(attribute: Attribute, value: str, stated: str) -> bool:
    if not stated or stated == value:
        return True
    order = attribute.proof.values if attribute.proof is not None else ()
    return stated in order and order.index(value) <= order.index(stated)


def claim_of(attribute: Attribute, value: object) -> str:
    """A typed or kept value as a statement."""
    if value is None or value is False:
        return ""
    return YES if value is True else str(value)


def counted_value(attribute: Attribute, given: object, proved: Proved | None) -> object:
    """The value conditions, exemptions and points see; ``given`` where there is nothing to prove."""
    if proved is None:
        return given
    if attribute.kind == "flag":
        return proved.counted == YES
    return proved.counted or None


def proved_attributes(channel: Channel) -> tuple[Attribute, ...]:
    """The facts of a channel that must be proved."""
    return tuple(attribute for attribute in channel.attributes if attribute.proof is not None)


def kinds_asked(channel: Channel) -> tuple[str, ...]:
    """Kinds of records the channel asks the bank for."""
    return tuple(sorted({one.kind for a in channel.attributes if a.proof is not None for one in a.proof.bank}))


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""
