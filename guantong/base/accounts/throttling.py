"""How long to wait after failures: pure arithmetic over the moments of past attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """``free`` failures within ``window`` cost nothing; each further one doubles the wait (``first`` to ``most``)."""

    free: int
    first: timedelta
    most: timedelta
    window: timedelta


BY_ACCOUNT = Patience(4, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=24))
BY_ADDRESS = Patience(40, timedelta(seconds=15), timedelta(minutes=15), timedelta(hours=1))
"""A whole school may stand behind one address, hence more free failures."""
BY_CODE = Patience(4, timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=24))


def wait_after(failures: Sequence[datetime], patience: Patience, now: datetime) -> timedelta:
    """How long still to wait at ``now``; zero when another try is allowed. ``failures`` may be in any order."""
    recent = sorted(f for f in failures if now - patience.window < f <= now)
    beyond = len(recent) - patience.free
    if beyond <= 0:
        return timedelta(0)
    wait = min(patience.first * (1 << min(beyond - 1, 20)), patience.most)
    return max(timedelta(0), recent[-1] + wait - now)


def wait_in_words(wait: timedelta) -> str:
    """Rounded up: ``30 秒``, ``8 分钟``."""
    seconds = -(-wait // timedelta(seconds=1))
    if seconds <= 90:
        return f"{seconds} 秒"
    return f"{-(-seconds // 60)} 分钟"
