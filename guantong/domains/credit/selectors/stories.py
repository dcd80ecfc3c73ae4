"""The story of every credit, from its source to its use, in the words people read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, BUCKETS, HELD, REVERSE, TRANSFERS
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from guantong.kernel.credits import show_credits


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One ledger entry as shown."""

    sequence: int
    at: datetime
    label: str
    hundredths: int
    debit: str
    credit: str
    note: str
    is_reversal: bool


@dataclass(frozen=True, slots=True)
class AchievementStory:
    """An achievement with its entries, oldest first."""

    achievement: Achievement
    entries: tuple[EntryLine, ...]

    @property
    def level_label(self) -> str:
        """The level in words, empty when the kind has none."""
        return level_label(self.achievement.kind, self.achievement.level)

    @property
    def basis(self) -> list[tuple[str, str]]:
        """Steps of the recognition, each with its clause."""
        return [(s[0], s[1]) for s in self.achievement.recognition.get("steps", [])]


def level_label(kind: str, level: int | None) -> str:
    """Level in words."""
    names = ACHIEVEMENT_KINDS[kind].levels if kind in ACHIEVEMENT_KINDS else ()
    return names[level - 1] if level is not None and 1 <= level <= len(names) else ""


def moment_of(recorded_us: int) -> datetime:
    """The moment of an entry, aware."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=recorded_us)


def entry_line(row: LedgerEntry) -> EntryLine:
    """An entry in words."""
    if row.kind == REVERSE:
        label = f"冲正第 {row.reverses} 号"
    else:
        label = TRANSFERS[row.kind].label if row.kind in TRANSFERS else row.kind
    note = f"{BUCKETS.get(row.debit, row.debit)} → {BUCKETS.get(row.credit, row.credit)}"
    if row.reason:
        note += f"（{row.reason}）"
    return EntryLine(
        row.sequence,
        moment_of(row.recorded_us),
        label,
        row.hundredths,
        row.debit,
        row.credit,
        note,
        row.kind == REVERSE,
    )


def list_stories(account: CreditAccount) -> list[AchievementStory]:
    """Every achievement of an account with its entries, newest achievement first. Two queries."""
    entries: dict[int, list[EntryLine]] = {}
    for row in LedgerEntry.objects.filter(account=account).order_by("sequence"):
        entries.setdefault(row.achievement_id, []).append(entry_line(row))
    rows = Achievement.objects.select_related("issuer").filter(account=account).order_by("-issued_on", "-id")
    return [AchievementStory(row, tuple(entries.get(row.id, ()))) for row in rows]


def story_of(achievement: Achievement) -> AchievementStory:
    """One achievement with its entries."""
    rows = LedgerEntry.objects.filter(achievement=achievement).order_by("sequence")
    return AchievementStory(achievement, tuple(entry_line(r) for r in rows))


def balances_of(account: CreditAccount) -> list[dict[str, Any]]:
    """Balances in the order of the ledger's buckets: code, label, hundredths, credits as text."""
    return [
        {
            "code": b,
            "label": BUCKETS[b],
            "hundredths": getattr(account, b),
            "credits": show_credits(getattr(account, b)),
        }
        for b in HELD
    ]
