"""Where a title stands on a day, as pure functions of its entries; and which entry may follow which.

Nothing here knows Django. A day belongs to one state only; ``until`` is always the first day that no longer counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

GRANT, RENEW, SUSPEND, RESTORE, WITHDRAW = "grant", "renew", "suspend", "restore", "withdraw"
EXCHANGE = "exchange"
"""The title ends and another is given in its place, on one day."""
KINDS = (
    (GRANT, "授予"),
    (RENEW, "续期"),
    (SUSPEND, "暂停"),
    (RESTORE, "恢复"),
    (WITHDRAW, "撤销"),
    (EXCHANGE, "换发"),
)
KIND_WORDS = dict(KINDS)
NONE = "none"
EFFECTS = (GRANT, RENEW, SUSPEND, RESTORE, WITHDRAW, EXCHANGE, NONE)
"""What an outcome may say of a title."""

ABSENT, STANDING, SUSPENDED, EXPIRED, WITHDRAWN = "absent", "standing", "suspended", "expired", "withdrawn"
EXCHANGED = "exchanged"
ENDED_STATES = (EXPIRED, WITHDRAWN, EXCHANGED)
"""In which a title counts no more, so that another of its kind may be given."""
STATES = (
    (STANDING, "有效"),
    (SUSPENDED, "暂停"),
    (EXPIRED, "已到期"),
    (WITHDRAWN, "已撤销"),
    (EXCHANGED, "已换发"),
    (ABSENT, "尚未授予"),
)
STATE_WORDS = dict(STATES)

FOLLOWS: dict[str, tuple[str, ...]] = {
    GRANT: (ABSENT, STANDING),
    RENEW: (STANDING, SUSPENDED, EXPIRED),
    SUSPEND: (STANDING,),
    RESTORE: (SUSPENDED, WITHDRAWN, EXCHANGED),
    WITHDRAW: (STANDING, SUSPENDED),
    EXCHANGE: (STANDING, SUSPENDED),
}
"""Kind of entry → states of the title it may follow. A grant upon a standing title gives it another level."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a title, in the order written. ``until`` counts for ``grant`` and ``renew`` only (None: no end)."""

    kind: str
    on: date
    until: date | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a title stands on a day. ``since`` is the day of the grant in force, ``until`` the end of its term."""

    state: str
    since: date | None = None
    until: date | None = None
    level: str = ""

    @property
    def is_standing(self) -> bool:
        """Whether the title counts."""
        return self.state == STANDING


@dataclass(frozen=True, slots=True)
class Span:
    """The days [``start``, ``until``) on which a title stood in one state."""

    start: date
    until: date | None
    state: str
    level: str
    since: date | None = None
    ends: date | None = None
    """End of the term as known within the span."""


NEVER = Standing(ABSENT)


def standing_on(entries: Sequence[Entry], day: date) -> Standing:
    """Where the title stands on ``day``. Entries of later days do not count; several of one day count in order."""
    found = NEVER
    for entry in entries:
        if entry.on > day:
            break
        if entry.kind == GRANT:
            found = Standing(STANDING, entry.on, entry.until, entry.level)
        elif entry.kind == RENEW:
            state = SUSPENDED if found.state == SUSPENDED else STANDING
            found = Standing(state, found.since, entry.until, found.level)
        elif entry.kind == SUSPEND:
            found = Standing(SUSPENDED, found.since, found.until, found.level)
        elif entry.kind == RESTORE:
            found = Standing(STANDING, found.since, found.until, found.level)
        elif entry.kind == WITHDRAW:
            found = Standing(WITHDRAWN, found.since, found.until, found.level)
        elif entry.kind == EXCHANGE:
            found = Standing(EXCHANGED, found.since, found.until, found.level)
    if found.state in (STANDING, SUSPENDED) and found.until is not None and day >= found.until:
        return Standing(EXPIRED, found.since, found.until, found.level)
    return found


def spans_of(entries: Sequence[Entry]) -> tuple[Span, ...]:
    """The days on which the title stood or was suspended, in order, without overlap, neighbours that differ in nothing
    joined. Days on which it was absent, expired or withdrawn are in none."""
    days = sorted({e.on for e in entries} | {e.until for e in entries if e.until is not None})
    found: list[Span] = []
    for index, day in enumerate(days):
        until = days[index + 1] if index + 1 < len(days) else None
        now = standing_on(entries, day)
        if now.state not in (STANDING, SUSPENDED):
            continue
        span = Span(day, until, now.state, now.level, now.since, now.until)
        last = found[-1] if found else None
        if last is not None and last.until == day and _same(last, span):
            found[-1] = Span(last.start, until, last.state, last.level, last.since, last.ends)
        else:
            found.append(span)
    return tuple(found)


def _same(one: Span, other: Span) -> bool:
    return (one.state, one.level, one.since, one.ends) == (other.state, other.level, other.since, other.ends)


def may_follow(entries: Sequence[Entry], entry: Entry) -> bool:
    """Whether ``entry`` may be written after ``entries``: not before the last day, and from a state it may follow.

    A grant upon a standing title must give another level.
    """
    if entries and entry.on < entries[-1].on:
        return False
    before = standing_on(entries, entry.on)
    if before.state not in FOLLOWS[entry.kind]:
        return False
    return not (entry.kind == GRANT and before.state == STANDING and entry.level == before.level)


def term_end(on: date, years: int) -> date:
    """The first day after a term of ``years`` that begins on ``on``.

    The first day is not counted, and the term ends with the day of the same date, where the month has no such day with
    its last (中华人民共和国民法典 第二百零一条、第二百零二条); that last day still counts.
    """
    year = on.year + years
    try:
        last = on.replace(year=year)
    except ValueError:
        last = date(year, 2, 28)
    return last + timedelta(days=1)


def renewed_until(entries: Sequence[Entry], on: date, years: int | None) -> date | None:
    """The end of the term after a renewal on ``on``: counted on from the end of the present term, or from ``on`` when
    that has passed already. None: no end."""
    if years is None:
        return None
    before = standing_on(entries, on)
    if before.until is not None and before.state != EXPIRED and before.until > on:
        return term_end(before.until - timedelta(days=1), years)
    return term_end(on, years)


def day_of_year(text: str, year: int) -> date:
    """The day ``"11-01"`` of a year; ``ValueError`` for what is no day of every year."""
    month, dash, day = text.partition("-")
    if not dash or len(month) != 2 or len(day) != 2 or not (month + day).isascii() or not (month + day).isdigit():
        raise ValueError(text)
    if (month, day) == ("02", "29"):
        raise ValueError(text)
    return date(year, int(month), int(day))


def title_text(name: str, level: str = "", item: str = "") -> str:
    """``双师型教师（中级）``, and with an object ``实训基地：智能制造基地``.

    A level the name already ends with is not said twice.
    """
    shown = f"（{level}）" if level and not name.endswith(f"（{level}）") else ""
    return f"{name}{shown}：{item}" if item else f"{name}{shown}"
