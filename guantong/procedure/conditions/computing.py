"""Numbers made of several facts: exact, with the way they were made in words. Pure.

Numbers are fractions (money in fen), so no share is ever rounded before it is compared; pages show a rounded one only
where it has no end, and never one that looks like the bound when it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from guantong.kernel.days import whole_months, whole_years
from guantong.kernel.money import show_yuan

from .facts import TYPES, Fact, FactTitle, Value, show_value
from .tree import Computed, Term

TIMES = ("days", "months", "years")
SIGNS = {
    "sum": " + ",
    "difference": " − ",
    "ratio": " ÷ ",
    "share": " ÷ ",
    "days": " 至 ",
    "months": " 至 ",
    "years": " 至 ",
}
UNITS = {"share": "%", "days": "天", "months": "个月", "years": "年"}
"""Units a computation brings along unless the leaf writes its own."""
PLACES = (2, 4, 6)
"""Decimal places tried, in this order, for a number without end."""


class Missing(Exception):
    """A fact that is needed has no usable value; ``names`` lists all such facts."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(names)


class ByZero(Exception):
    """A divisor is 0; ``term`` is what stood there."""

    def __init__(self, term: Term) -> None:
        self.term = term
        super().__init__(term)


def kind_of(computed: Computed, kind: Callable[[str], str | None]) -> tuple[str | None, str]:
    """(kind of the result, why it cannot be computed in Chinese); the kind is None where a fact's kind is not known."""
    kinds: list[str | None] = []
    for term in computed.terms:
        if isinstance(term, Computed):
            found, why = kind_of(term, kind)
            if why:
                return None, why
        else:
            found = kind(term)
        kinds.append(found)
    how, known = computed.how, [k for k in kinds if k is not None]
    wanted = ("date",) if how in TIMES else ("number", "money")
    for term, found in zip(computed.terms, kinds, strict=True):
        if found is not None and found not in wanted:
            what = "日期" if how in TIMES else "数或金额"
            return None, f"{how} 里的“{term}”不是{what}"
    if how in TIMES:
        return "number", ""
    if how in ("ratio", "share"):
        if len(known) < 2:
            return ("number" if how == "share" else None), ""
        if known == ["number", "money"] or (how == "share" and known[0] != known[1]):
            return None, f"{how} 的两项，一项是数，一项是金额，除不出来"
        return ("money" if known == ["money", "number"] else "number"), ""
    if len(set(known)) > 1:
        return None, f"{how} 里既有数又有金额，加减不了"
    return (known[0] if known else None), ""


def compute(computed: Computed, facts: Mapping[str, Fact]) -> Fraction:
    """The exact number. Raises :class:`Missing` with every fact that lacks, :class:`ByZero` for a divisor of 0."""
    lacking = tuple(name for name in computed.facts() if not _is_usable(facts.get(name)))
    if lacking:
        raise Missing(lacking)
    return _number(computed, facts)


def _is_usable(fact: Fact | None) -> bool:
    return fact is not None and (type(fact.value) in TYPES["number"] or type(fact.value) is date)


def _number(computed: Computed, facts: Mapping[str, Fact]) -> Fraction:
    if computed.how in TIMES:
        start, end = (facts[str(term)].value for term in computed.terms)
        if not isinstance(start, date) or not isinstance(end, date):
            raise Missing(tuple(str(term) for term in computed.terms))
        if computed.how == "days":
            return Fraction((end - start).days)
        return Fraction((whole_years if computed.how == "years" else whole_months)(start, end))
    numbers = [_of_term(term, facts) for term in computed.terms]
    if computed.how == "sum":
        return sum(numbers, Fraction(0))
    if computed.how == "difference":
        return numbers[0] - sum(numbers[1:], Fraction(0))
    if not numbers[1]:
        raise ByZero(computed.terms[1])
    return numbers[0] / numbers[1] * (100 if computed.how == "share" else 1)


def _of_term(term: Term, facts: Mapping[str, Fact]) -> Fraction:
    if isinstance(term, Computed):
        return _number(term, facts)
    value = facts[term].value
    if isinstance(value, date) or value is None:
        raise Missing((term,))
    return Fraction(value)  # type: ignore[arg-type]


def shown(number: Fraction, kind: str, unit: str, limit: Any = None) -> str:
    """The number as people read it; 约 where it has no end, cut (never raised) so that it differs from ``limit``."""
    if kind == "money":
        fen = number.numerator // number.denominator
        return show_yuan(fen) if fen == number else f"约{show_yuan(fen)}"
    if number.denominator == 1:
        return f"{number.numerator}{unit}"
    rest = number.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    exact = Decimal(number.numerator) / Decimal(number.denominator) if rest == 1 else None
    if exact is not None and Fraction(exact) == number and -int(exact.normalize().as_tuple().exponent) <= PLACES[-1]:
        return f"{exact.normalize():f}{unit}"
    for places in PLACES:
        cut = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(
            Decimal(1).scaleb(-places), rounding=ROUND_FLOOR
        )
        if limit is None or Fraction(cut) != limit:
            return f"约{cut.normalize():f}{unit}"
    return f"{number.numerator}/{number.denominator}{unit}"


def way(computed: Computed, facts: Mapping[str, Fact], info: Callable[[str], FactTitle]) -> str:
    """How the number was made, for instance ``双师型教师10人 ÷ 专业课教师22人``; without a value a title alone."""
    told = []
    for term in computed.terms:
        if isinstance(term, Computed):
            told.append(f"（{way(term, facts, info)}）")
            continue
        title, fact = info(term), facts.get(term)
        value: Value | None = fact.value if fact is not None else None
        own = show_value(value, title.kind, title.unit, title.titles) if value is not None else ""
        told.append(f"{title.title}{own}")
    return SIGNS[computed.how].join(told)


def named(term: Term, info: Callable[[str], FactTitle]) -> str:
    """A term by its title, or the titles it is made of."""
    if isinstance(term, Computed):
        return SIGNS[term.how].join(named(inner, info) for inner in term.terms)
    return info(term).title
