"""Holds a measured value against what the law says: met, not met, or a warning, with the clause.

A rule that binds (必须) is ``met`` or ``not_met``. A principle (原则上), an expected figure (预期性), a target
whose day has not come and a draft are ``met`` or ``warning``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from guantong.kernel.refusal import Citation
from guantong.policy.asking.law import Answer
from guantong.policy.reading.crosscheck import as_fraction, is_beyond
from guantong.policy.schema.units import Value, show


@dataclass(frozen=True, slots=True)
class Held:
    """The outcome of one comparison."""

    outcome: str
    """met | not_met | warning."""
    measured: Value
    wanted: str
    """What is asked for, in words: ``不低于 50%``."""
    sentence: str
    gap: Fraction
    """How far the measured value lies from the limit (positive: missing or too much); 0 when met."""
    citation: Citation

    @property
    def is_met(self) -> bool:
        """Whether nothing is left to do."""
        return self.outcome == "met"


def wanted_words(answer: Answer) -> str:
    """What the rule asks for: ``不低于 50%``, ``超过 1/3``, ``等于 8 学分``."""
    low, high = ("超过", "少于") if answer.exclusive else ("不低于", "不高于")
    if answer.bound == "floor" or (answer.bound == "target" and answer.direction == "at_least"):
        return f"{low} {answer.show()}"
    if answer.bound == "ceiling" or answer.bound == "target":
        return f"{high} {answer.show()}"
    return f"等于 {answer.show()}"


def check_against(answer: Answer, measured: Value) -> Held:
    """Hold ``measured`` (in the answer's unit) against ``answer``.

    For ``range`` a number within both ends is met. Raises ``TypeError`` when the two cannot be compared.
    """
    gap = _gap(answer, measured)
    if gap is None:
        outcome = "met"
    elif _is_soft(answer):
        outcome = "warning"
    else:
        outcome = "not_met"
    wanted = wanted_words(answer)
    shown = show(measured, answer.unit) if answer.unit != "range" else str(measured)
    verb = {"met": "符合要求", "not_met": "不符合要求", "warning": "与要求有差距，请关注"}[outcome]
    sentence = f"{answer.label}应当{wanted}，现为 {shown}，{verb}。"
    return Held(outcome, measured, wanted, sentence, gap or Fraction(0), answer.citation)


def _is_soft(answer: Answer) -> bool:
    early = answer.bound == "target" and answer.due_on is not None and answer.on < answer.due_on
    return answer.practice != "binding" or answer.status != "live" or early


def _gap(answer: Answer, measured: Value) -> Fraction | None:
    """None when met; otherwise the distance from the limit."""
    value = answer.value
    if answer.unit == "range" and isinstance(value, tuple):
        low, high = (Fraction(str(end)) for end in value)
        at = as_fraction(measured)
        return None if low <= at <= high else max(low - at, at - high)
    try:
        distance = abs(as_fraction(measured) - as_fraction(value))
    except TypeError:
        if isinstance(measured, type(value)):
            return None if measured == value else Fraction(0)
        raise
    if answer.bound == "value":
        return distance or None
    bound = answer.bound
    if bound == "target":
        bound = "floor" if answer.direction == "at_least" else "ceiling"
    if not is_beyond(measured, value, bound, answer.exclusive):
        return None
    return distance
