"""Results of panels in Chinese sentences."""

from __future__ import annotations

from fractions import Fraction

from .ranking import ABOVE, BELOW, LOST_TIE, NO_PLACE, PLACED
from .scoring import shown


def result_sentence(*, mean: str, rank: int | None, of: int | None, line: str, why: str, by_body: bool = False) -> str:
    """Why a case passed or did not, with score, rank and line."""
    score = shown(Fraction(mean))
    limit = shown(Fraction(line)) if line else ""
    place = f"，在{'同一名额的' if by_body else ''}{of}件中排第{rank}名" if rank is not None and of is not None else ""
    text = f"平均分{score}{place}"
    if why == ABOVE:
        return f"{text}，达到规定的{limit}分，通过。"
    if why == PLACED:
        return f"{text}，在名额之内，通过（最后一名通过的是{limit}分）。"
    if why == BELOW:
        return f"{text}，没有达到规定的最低分，没有通过。"
    if why == LOST_TIE:
        return f"{text}，与最后一名通过的同分，按规定的次序比较后排在其后，没有通过。"
    if why == NO_PLACE:
        least = f"，最后一名通过的是{limit}分" if limit else ""
        return f"{text}，名额已由分数更高的用完{least}，没有通过。"
    return f"{text}。"
