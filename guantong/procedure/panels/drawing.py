"""The sealed draw. Pure: a seed, a case and a roster give one order, the same on every machine.

The seed's digest is published before anybody could know who declares; the seed itself is told at the draw. Whoever has
the published file repeats the draw (``published.recompute``).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guantong.kernel.tokens import random_bytes

_SEED = b"guantong-panel-seed-v1\x00"
_ORDER = b"guantong-panel-order-v1\x00"
_LOT = b"guantong-panel-lot-v1\x00"


class TooFew(Exception):
    """Fewer reviewers may be drawn than are wanted."""

    def __init__(self, wanted: int, found: int) -> None:
        self.wanted, self.found = wanted, found
        super().__init__(f"{found} of {wanted}")


def new_seed() -> str:
    """32 random bytes as 64 hexadecimal digits."""
    return random_bytes(32).hex()


def commitment_of(seed: str) -> str:
    """What is published of a seed beforehand: SHA-256 over a tag and its bytes. ``ValueError`` when it is no seed."""
    return hashlib.sha256(_SEED + _bytes(seed)).hexdigest()


def _bytes(seed: str) -> bytes:
    found = bytes.fromhex(seed)
    if len(found) != 32:
        raise ValueError("a seed has 32 bytes")
    return found


def ticket(seed: str, case: str, member: str) -> str:
    """The number a reviewer draws for a case: HMAC-SHA-256(seed, case, reviewer), in hexadecimal; smallest first."""
    return hmac.new(_bytes(seed), _ORDER + f"{case}\x1f{member}".encode(), "sha256").hexdigest()


def lot(seed: str, case: str) -> str:
    """The number a case draws where every key of a ranking is equal. The smallest is first."""
    return hmac.new(_bytes(seed), _LOT + case.encode(), "sha256").hexdigest()


def order_of(seed: str, case: str, roster: Iterable[str]) -> tuple[str, ...]:
    """Every reviewer of the roster in the order drawn for a case; whatever order the roster came in."""
    return tuple(sorted(set(roster), key=lambda member: (ticket(seed, case, member), member)))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who was drawn for one case."""

    order: tuple[str, ...]
    seats: tuple[str, ...]
    """The first so many of the order who are not recused, in that order."""
    skipped: tuple[str, ...]
    """Who was passed over on the way, in that order."""


def draw(seed: str, case: str, roster: Iterable[str], count: int, recused: Collection[str]) -> Drawn:
    """Draw ``count`` reviewers for a case, passing over ``recused``. Raises :class:`TooFew`."""
    order = order_of(seed, case, roster)
    return walk(order, count, recused)


def walk(order: Sequence[str], count: int, recused: Collection[str]) -> Drawn:
    """The first ``count`` of ``order`` who are not recused. Raises :class:`TooFew`."""
    seats: list[str] = []
    skipped: list[str] = []
    for member in order:
        if len(seats) == count:
            break
        (skipped if member in recused else seats).append(member)
    if len(seats) < count:
        raise TooFew(count, len(seats))
    return Drawn(tuple(order), tuple(seats), tuple(skipped))


def next_after(
    order: Sequence[str], seats: Collection[str], recused: Mapping[str, str] | Collection[str]
) -> tuple[str | None, tuple[str, ...]]:
    """(who takes the place of a reviewer who left, who was passed over for it): the first of the order who has had no
    seat and is not recused; None when the order is exhausted."""
    skipped: list[str] = []
    for member in order:
        if member in seats:
            continue
        if member not in recused:
            return member, tuple(skipped)
        skipped.append(member)
    return None, tuple(skipped)
