"""Money in whole fen (1 yuan = 100 fen)."""

from __future__ import annotations

from decimal import Decimal


def to_fen(yuan: str | int | Decimal) -> int:
    """Fen in an amount of yuan; raises ``ValueError`` for parts of a fen."""
    fen = Decimal(yuan) * 100
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise ValueError(f"not a whole number of fen: {yuan!r}")
    return int(fen)


def show_yuan(fen: int) -> str:
    """For instance ``1,234.50 元``."""
    return f"{Decimal(fen).scaleb(-2):,.2f} 元"
