"""Every write of rounds and quotas."""

from .opening import ensure_round, extend_case, extend_round, open_round, why_not_govern
from .seats import give_back, take_seat

__all__ = ["ensure_round", "extend_case", "extend_round", "give_back", "open_round", "take_seat", "why_not_govern"]
