"""The lottery number of a person: recomputable by anyone from the seed and the person's number of the year.

A committed and later revealed seed stands in for the draw; unlike the shuffles of other systems nothing depends on the
order of rows, on the machine or on how often a run is made.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence

_TAG = b"guantong-lottery-v1"


class DrawnCandidates(tuple[str, ...]):
    """Ids of candidates whose numbers were drawn before: in a bundle the numbers of the persons stand beside
    pseudonyms.

    As ``Instance.candidates`` it makes every implementation take ``numbers`` instead of drawing by these ids.
    """

    numbers: array[int]
    """``'Q'``, one for each id."""

    @classmethod
    def of(cls, candidates: Sequence[str], numbers: Sequence[int]) -> DrawnCandidates:
        """The ids with their numbers; ValueError when there are not as many."""
        if len(candidates) != len(numbers):
            raise ValueError("every candidate has one number")
        drawn = cls(candidates)
        drawn.numbers = array("Q", numbers)
        return drawn


def _start(seed: str) -> hashlib._Hash:
    return hashlib.sha256(_TAG + b"\x00" + seed.lower().encode() + b"\x00")


def lottery_number(seed: str, candidate: str) -> int:
    """First eight bytes, big-endian, of SHA-256(tag ‖ 0x00 ‖ seed ‖ 0x00 ‖ id); the smaller is better.

    ``seed``: its 64 hexadecimal digits in lower case, taken as text; the id as UTF-8.
    """
    draw = _start(seed)
    draw.update(candidate.encode())
    return int.from_bytes(draw.digest()[:8], "big")


def number_of(seed: str, candidates: Sequence[str], position: int) -> int:
    """The number of the candidate at a position: drawn by the seed, or as it stands beside :class:`DrawnCandidates`."""
    if isinstance(candidates, DrawnCandidates):
        return candidates.numbers[position]
    return lottery_number(seed, candidates[position])


def lottery_numbers(seed: str, candidates: Sequence[str]) -> array[int]:
    """``'Q'``: the number of each candidate: drawn by the seed, or as it stands beside :class:`DrawnCandidates`."""
    if isinstance(candidates, DrawnCandidates):
        return candidates.numbers[:]
    start = _start(seed)
    numbers = array("Q", bytes(8 * len(candidates)))
    for index, candidate in enumerate(candidates):
        draw = start.copy()
        draw.update(candidate.encode())
        numbers[index] = int.from_bytes(draw.digest()[:8], "big")
    return numbers


def lottery_ranks(seed: str, candidates: Sequence[str]) -> array[int]:
    """``'i'``: the rank of each candidate in the whole draw, 0 is best; equal numbers fall back to the id."""
    numbers = lottery_numbers(seed, candidates)
    ranks = array("i", bytes(4 * len(candidates)))
    order = sorted(range(len(candidates)), key=lambda index: (numbers[index], candidates[index]))
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks
