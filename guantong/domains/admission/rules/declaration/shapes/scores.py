"""What makes a score: facts, parts, papers, total, exemptions, policy points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from guantong.policy.asking.law import Answer

from ...conditions import Condition
from .grounds import Ground, Number
from .proofs import Proof


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact about a candidate that conditions ask for."""

    id: str
    title: str
    kind: str
    """choice | number | flag | text."""
    choices: tuple[str, ...]
    required: bool
    help: str | None
    proof: Proof | None = None
    """By what it is proved before it counts; None: taken as stated."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the examination: culture, skill, …."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, test or assessment."""

    id: str
    title: str
    part: str
    full_mark: Number
    step: Decimal
    """Scores are whole multiples of it."""
    is_counted: bool
    """False: it decides lines or ties, but is no part of the total."""
    grades: tuple[tuple[str, Decimal], ...]
    """Grade → mark, best first, where the paper is graded by letters; empty otherwise."""
    who: Condition | None
    """Who sits it; None: everybody."""
    ground: Ground


@dataclass(frozen=True, slots=True)
class Exemption:
    """Papers waived for some candidates. ``instead``: what stands in their place.

    ``full``: the full mark; ``scaled``: the other papers are raised to the full total in proportion, rounded down to a
    thousandth; ``own_line``: nothing; the candidate competes where an own line or an own kind of place is set.
    """

    id: str
    title: str
    who: Condition
    papers: tuple[str, ...]
    parts: tuple[str, ...]
    """Parts waived whole; their papers stand in ``papers`` too."""
    instead: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class PolicyPoint:
    """Marks added by policy."""

    id: str
    title: str
    who: Condition
    points: Number
    ground: Ground


@dataclass(frozen=True, slots=True)
class PolicyPoints:
    """How policy points add up: the ``highest`` alone, or the ``sum``, never above ``limit``."""

    combine: str
    limit: Number
    items: tuple[PolicyPoint, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Total:
    """How the total is made: weights by paper, and which parts are the skill part."""

    title: str
    weights: Mapping[str, Decimal]
    """Weight of every counted paper."""
    skill_parts: tuple[str, ...]
    floor: Answer | None
    """The floor of the skill part's share, in percent of the full total."""
    ground: Ground
