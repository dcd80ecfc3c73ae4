"""Computing for strangers is metered: each asker has some seconds of computing a minute, and a few requests at once.

Counted is the processor time really used, not the number of requests: thousands of ordinary small requests fit in, a
few that are made to be dear do not. Each web process counts for itself and in memory; nothing is written.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock

from django.http import HttpRequest

from guantong.base.accounts.requests import actor_of, address_of
from guantong.base.webkit import errors
from guantong.kernel.refusal import Refusal

WINDOW = 60.0
"""Seconds over which the allowance is given."""
AT_ONCE = 4
"""Requests of one asker that may be under way together in one process."""
MOST_ASKERS = 10_000
"""Askers remembered at most; those with nothing left to their account are forgotten first."""


class Busy(Refusal):
    """A refusal for now: ``retry_after`` whole seconds later the same request may be taken."""

    def __init__(self, refusal: Refusal, retry_after: int) -> None:
        super().__init__(refusal.problems, status=refusal.status)
        self.retry_after = retry_after


@dataclass(slots=True)
class _Account:
    spent: float = 0.0
    at: float = 0.0
    under_way: int = 0


class Meter:
    """Seconds used by each asker, running off at ``allowance`` seconds a minute. Safe between threads.

    ``elapsed`` tells the passing of time and ``used`` the processor time of this thread, both in seconds.
    """

    def __init__(
        self,
        elapsed: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.thread_time,
        most_askers: int = MOST_ASKERS,
    ) -> None:
        self._elapsed, self._used, self._most = elapsed, used, most_askers
        self._accounts: dict[str, _Account] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._accounts)

    @contextmanager
    def computing(self, asker: str, allowance: float) -> Iterator[None]:
        """Do the work inside and put its time to the asker's account; API-008 or API-009 instead of beginning.

        ``allowance`` is in seconds of computing a minute; zero or less means no limit.
        """
        if allowance <= 0:
            yield
            return
        with self._lock:
            account = self._open(asker, allowance)
            if account.spent > allowance + 1e-9:
                wait = max(1, math.ceil((account.spent - allowance) * WINDOW / allowance))
                raise Busy(errors.API_TIME_USED.refuse(limit=f"{allowance:g}", wait=wait), wait)
            if account.under_way >= AT_ONCE:
                raise Busy(errors.API_TOO_MANY_AT_ONCE.refuse(most=AT_ONCE), 1)
            account.under_way += 1
        begun = self._used()
        try:
            yield
        finally:
            spent = max(0.0, self._used() - begun)
            with self._lock:
                self._run_off(account, allowance)
                account.spent += spent
                account.under_way -= 1

    def _open(self, asker: str, allowance: float) -> _Account:
        account = self._accounts.get(asker)
        if account is None:
            if len(self._accounts) >= self._most:
                self._forget(allowance)
            account = self._accounts[asker] = _Account(at=self._elapsed())
        self._run_off(account, allowance)
        return account

    def _run_off(self, account: _Account, allowance: float) -> None:
        now = self._elapsed()
        account.spent = max(0.0, account.spent - (now - account.at) * allowance / WINDOW)
        account.at = now

    def _forget(self, allowance: float) -> None:
        for account in self._accounts.values():
            self._run_off(account, allowance)
        idle = [asker for asker, account in self._accounts.items() if not account.under_way]
        free = [asker for asker in idle if not self._accounts[asker].spent]
        for asker in free or sorted(idle, key=lambda one: self._accounts[one].spent)[: self._most // 10 + 1]:
            del self._accounts[asker]


def asker_of(request: HttpRequest) -> str:
    """Whose account the work is put to: the person signed in, otherwise the address (a whole network of version 6)."""
    user_id = actor_of(request).user_id
    if user_id is not None:
        return f"user:{user_id}"
    address = address_of(request)
    try:
        found = ip_address(address.split("%", 1)[0])
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return f"address:{found.ipv4_mapped}"
        return f"network:{int(found) >> 64:x}"
    return f"address:{found}"
