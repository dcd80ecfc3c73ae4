"""What a channel of admission is once read: plain, immutable values, each with the clause it rests on.

Numbers that a declaration takes from a parameter carry the whole answer of the law; scores, marks and weights are
Decimals, seats and rounds whole numbers.
"""

from .batches import Bar, Batch, Opening, OrderKey, Period, Prospectus, Step, Supplementary, Weighting
from .channel import Channel
from .grounds import (
    CHANNELS,
    DERIVED,
    ENGINE_COLUMNS,
    EXAM_FREE,
    OUTSIDE,
    PAPERS_TOTAL,
    PLACE_COLUMNS,
    POINTS,
    SCHOOL_EXAM,
    SECONDARY,
    SOCIAL,
    STAGE_PERIODS,
    THROUGH_TRAINING,
    TO_BACHELOR,
    TOTAL,
    VOCATIONAL_EXAM,
    Ground,
    Number,
    Selector,
)
from .places import Kind, Line, Match, Measure, Quota, Requirement, Share
from .proofs import BankValue, Proof
from .scores import Attribute, Exemption, Paper, Part, PolicyPoint, PolicyPoints, Total

__all__ = [
    "CHANNELS",
    "DERIVED",
    "ENGINE_COLUMNS",
    "EXAM_FREE",
    "OUTSIDE",
    "PAPERS_TOTAL",
    "PLACE_COLUMNS",
    "POINTS",
    "SCHOOL_EXAM",
    "SECONDARY",
    "SOCIAL",
    "STAGE_PERIODS",
    "THROUGH_TRAINING",
    "TOTAL",
    "TO_BACHELOR",
    "VOCATIONAL_EXAM",
    "Attribute",
    "BankValue",
    "Bar",
    "Batch",
    "Channel",
    "Exemption",
    "Ground",
    "Kind",
    "Line",
    "Match",
    "Measure",
    "Number",
    "Opening",
    "OrderKey",
    "Paper",
    "Part",
    "Period",
    "PolicyPoint",
    "PolicyPoints",
    "Proof",
    "Prospectus",
    "Quota",
    "Requirement",
    "Selector",
    "Share",
    "Step",
    "Supplementary",
    "Total",
    "Weighting",
]
