"""What a definition says of a panel: plain values, kept under ``Step.parts["panels"]``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from guantong.procedure.cases.definition.parts import Basis

from .scoring import Criterion, Drop

NAME = "panels"
"""Name of the part, and key of ``Step.parts``."""

RECUSALS = {
    "same_organisation": "在申报单位（或其前身、后继单位）任职",
    "former_organisation": "曾在申报单位（或其前身、后继单位）任职",
    "kinship": "与申报人或申报单位的人有亲属关系",
    "declared_interest": "与申报单位有登记在案的利害关系",
}
"""Grounds a definition may name. The first holds always, named or not."""

ALWAYS = {
    "own_case": "是申报人本人或经办人",
    "took_part": "办理过这一件的其他环节",
    "other_field": "专业领域不符",
    "left": "已经离开专家库",
}
"""Grounds that hold always."""

RECUSAL_WORDS = {**RECUSALS, **ALWAYS}


@dataclass(frozen=True, slots=True)
class Number:
    """A number written down, or asked of the law."""

    value: Decimal | None
    parameter: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One panel of a definition."""

    pool: str
    experts: Number
    recuse: tuple[str, ...]
    is_blind: bool
    field: str
    """``declared.<field>``: only reviewers of that field of expertise; empty: all."""
    criteria: tuple[Criterion, ...]
    places: int
    """Decimal places a score may have."""
    drop: Drop
    at_least: Number | None
    top: Number | None
    top_quota: str
    """Id of the quota whose free seats are the places; empty without."""
    ties: tuple[str, ...]
    """Keys that settle equal means, the last always ``lot``."""
    passed: str
    failed: str
    show: tuple[str, ...]
    """Fields of the form and materials the reviewers see; empty: all."""
    help: str
    basis: Basis
    digest: str
    """Of what is written: cases of other versions of the definition share a panel only where this is equal."""

    @property
    def is_ranked(self) -> bool:
        """Whether passing depends on how the others did."""
        return self.top is not None or bool(self.top_quota)

    @property
    def most(self) -> Decimal:
        """The most points there are."""
        return sum((c.most for c in self.criteria), Decimal(0))
