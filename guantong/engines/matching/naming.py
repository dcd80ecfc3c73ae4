"""How refusals name things: the nearest known word, and where a fault stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from guantong.engines.matching.files.errors import TOO_MANY
from guantong.kernel.refusal import Problem, Refusal, RefusalKind, Where

KEPT = 1_000
"""At most this many faults are kept word for word."""
LISTED = 12
"""At most this many known words are listed in a sentence."""


def nearest(given: str, known: Iterable[str]) -> str:
    """``，您是不是要写“…”`` for the nearest known word, or nothing."""
    found = difflib.get_close_matches(given, list(known), n=1, cutoff=0.6)
    return f"，您是不是要写“{found[0]}”" if found else ""


def listed(known: Iterable[str]) -> str:
    """Known words as a list for a sentence, cut after a dozen."""
    words = list(dict.fromkeys(known))
    more = "等" if len(words) > LISTED else ""
    return ("、".join(words[:LISTED]) or "（没有）") + more


@dataclass
class Faults:
    """Collects problems; raises one refusal with all of them."""

    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    """Faults beyond :data:`KEPT`: a list of millions in the wrong unit is told by its first rows and a number."""
    suggestions: int = 50
    """Nearest words are looked for this often: in a list full of faults the first ones show the way."""

    def add(self, kind: RefusalKind, where: Where, **values: object) -> None:
        """Note a problem of this kind."""
        if len(self.problems) >= KEPT:
            self.more += 1
        else:
            self.problems.append(kind.problem(where=where, basis=None, **values))

    def nearest(self, given: str, known: Iterable[str]) -> str:
        """:func:`nearest` while suggestions last."""
        if self.suggestions <= 0:
            return ""
        self.suggestions -= 1
        return nearest(given, known)

    def stop_here(self) -> None:
        """Raise a :class:`Refusal` when anything was noted."""
        if self.problems:
            rest = [TOO_MANY.problem(count=self.more)] if self.more else []
            raise Refusal([*self.problems, *rest])


def at_choice(candidate: str, ordinal: int | None = None, given: str | None = None) -> Where:
    """A candidate, and which choice of the list."""
    return Where(title=f"考生{candidate}" + (f"第{ordinal}志愿" if ordinal is not None else ""), value=given)


def at_place(place: str, given: str | None = None) -> Where:
    """A place of the plan."""
    return Where(title=f"计划{place}", value=given)


def at_cell(candidate: str, column: str, given: str | None = None) -> Where:
    """A cell of the table of candidates."""
    return Where(title=f"考生{candidate}", column=column, value=given)
