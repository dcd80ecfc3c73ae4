"""A reason with its code and values; the sentence is made only when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from guantong.kernel.refusal import Citation, Problem, RefusalKind


def show_day(day: date | None) -> str:
    """A date as people read it: 2025年9月1日."""
    return "（未写明）" if day is None else f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=4096)
def printed(basis: Citation) -> str:
    """A citation as printed."""
    return basis.sentence()


class Reason:
    """Why an achievement counts, counts less, or does not count. ``basis`` is the clause it rests on."""

    __slots__ = ("basis", "kind", "values")

    def __init__(self, kind: RefusalKind, values: Mapping[str, object], basis: Citation | None) -> None:
        self.kind = kind
        self.values = values
        self.basis = basis

    @property
    def code(self) -> str:
        """For instance ``CNV-103``."""
        return self.kind.code

    @property
    def message(self) -> str:
        """One sentence in Chinese, without authority and code."""
        return self.kind.message.format_map(self.values)

    @property
    def do(self) -> str:
        """What to do next, one sentence in Chinese."""
        return self.kind.do.format_map(self.values)

    @property
    def clause(self) -> str:
        """The authority as printed, empty when none is needed."""
        return printed(self.basis) if self.basis is not None else ""

    def problem(self) -> Problem:
        """The same as a finding any door can show."""
        return Problem(self.kind.code, self.message, self.do, basis=self.basis, weight=self.kind.weight)

    def sentence(self) -> str:
        """Message, next step, authority and code on one line, as :meth:`Problem.sentence` prints it."""
        values, kind = self.values, self.kind
        told = kind.message.format_map(values) + kind.do.format_map(values)
        if self.basis is not None:
            return f"{told}依据：{printed(self.basis)}　编号 {kind.code}"
        return f"{told}　编号 {kind.code}"

    def as_json(self) -> dict[str, object]:
        """Code, sentence, next step, clause, and the values as text."""
        return {
            "code": self.code,
            "message": self.message,
            "do": self.do,
            "clause": self.clause or None,
            "values": {key: str(value) for key, value in self.values.items()},
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reason):
            return NotImplemented
        mine, theirs = (
            (self.kind.code, dict(self.values), self.basis),
            (other.kind.code, dict(other.values), other.basis),
        )
        return mine == theirs

    def __hash__(self) -> int:
        return hash(self.kind.code)

    def __repr__(self) -> str:
        return f"Reason({self.code}, {self.message})"
