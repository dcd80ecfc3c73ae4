"""Credits: exact amounts, stored as whole hundredths, never a binary float.

Hour-to-credit rules are exact fractions (for instance one credit per 16 or 18 hours,
教职成〔2019〕13号); rounding to hundredths happens once, downwards, where a rule says so.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction


def to_hundredths(value: str | int | Decimal | Fraction) -> int:
    """Hundredths of a credit in ``value``.

    Raises ``ValueError`` when it is not a finite number, or finer than a hundredth (nothing is rounded in silence).
    """
    if isinstance(value, float):
        raise ValueError("credits are never binary floats")
    try:
        exact = Fraction(value) if not isinstance(value, str) else Fraction(Decimal(value.strip()))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise ValueError(f"not a number of credits: {value!r}") from error
    hundredths = exact * 100
    if hundredths.denominator != 1:
        raise ValueError(f"finer than a hundredth of a credit: {value!r}")
    return hundredths.numerator


def floor_hundredths(value: Fraction) -> int:
    """Hundredths of a credit in ``value``, rounded down; for results of hour-to-credit rules."""
    return (value.numerator * 100) // value.denominator


def from_hundredths(hundredths: int) -> Decimal:
    """The amount as a Decimal with two places."""
    return Decimal(hundredths).scaleb(-2)


def show_credits(hundredths: int) -> str:
    """As people read it: ``8``, ``1.5``, ``0.25``."""
    sign = "-" if hundredths < 0 else ""
    whole, part = divmod(abs(hundredths), 100)
    if part == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part:02d}".rstrip("0")
