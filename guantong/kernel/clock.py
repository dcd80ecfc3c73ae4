"""The only source of the present moment. Tests and demo builds move it on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

CHINA_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China Standard Time, UTC+8 without daylight saving since 1992."""

_frozen: ContextVar[datetime | None] = ContextVar("guantong_frozen_now", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC (or the frozen moment)."""
    frozen = _frozen.get()
    return frozen if frozen is not None else datetime.now(UTC)


def today() -> date:
    """The present day in China."""
    return now().astimezone(CHINA_TIME).date()


def china_day(moment: datetime) -> date:
    """The calendar day in China of an aware ``moment``."""
    return moment.astimezone(CHINA_TIME).date()


@contextmanager
def frozen_at(moment: datetime | date) -> Iterator[None]:
    """Within the block, now is ``moment`` (a date means noon in China)."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=CHINA_TIME)
    if moment.tzinfo is None:
        raise ValueError("frozen_at needs an aware datetime")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
