"""How values are shown to people: days, moments, amounts, masked numbers. Pure functions, used as template filters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from guantong.kernel.clock import CHINA_TIME, today
from guantong.kernel.credits import show_credits
from guantong.kernel.identity import mask_id_number


def show_day(value: date | datetime | str | None) -> str:
    """``2026年11月22日``; a moment gives its day in China; nothing gives an empty text."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = value.astimezone(CHINA_TIME).date() if value.tzinfo else value.date()
    return f"{value.year}年{value.month}月{value.day}日"


def show_moment(value: datetime | str | None) -> str:
    """``2026年11月22日 14:05`` in China Standard Time; nothing gives an empty text."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value.tzinfo is not None:
        value = value.astimezone(CHINA_TIME)
    return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"


def show_due(day: date) -> str:
    """The last day for something: ``2026年11月25日前``, or that it has passed."""
    return f"{show_day(day)}前" if day >= today() else f"已超过{show_day(day)}的期限"


def show_number(value: int | float | Decimal | Fraction | None, places: int | None = None) -> str:
    """``12,345`` or, with ``places``, that many digits after the point; nothing gives 「—」."""
    if value is None:
        return "—"
    if places is not None:
        return f"{float(value) if isinstance(value, Fraction) else value:,.{places}f}"
    if isinstance(value, Decimal):
        value = value.normalize()
        return f"{value:,f}"
    return f"{value:,}"


def show_percent(share: int | float | Decimal | Fraction | None, places: int = 1) -> str:
    """A share of 1 as a percentage: 0.5 → ``50.0%``; nothing gives 「—」."""
    if share is None:
        return "—"
    return f"{float(share) * 100:.{places}f}%"


def show_amount(hundredths: int | None) -> str:
    """Credits from whole hundredths: 150 → ``1.5``; nothing gives 「—」."""
    return "—" if hundredths is None else show_credits(hundredths)


def show_size(octets: int) -> str:
    """A file size: ``1.2 MB``."""
    if octets < 1024:
        return f"{octets} 字节"
    if octets < 1024 * 1024:
        return f"{octets / 1024:.1f} KB"
    return f"{octets / 1024 / 1024:.1f} MB"


def mask(text: str | None) -> str:
    """Any identity number, right or wrong, masked."""
    return mask_id_number(text) if text else ""


def mask_name(text: str | None) -> str:
    """A person's name for public pages: 王小明 → ``王*明``, 李明 → ``李*``."""
    if not text:
        return ""
    if len(text) <= 2:
        return text[0] + "*" * (len(text) - 1)
    return text[0] + "*" * (len(text) - 2) + text[-1]
