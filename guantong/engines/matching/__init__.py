"""Matching: who gets which place, why, and by how much not; exactly what ``docs/dev/matching.md`` says.

Pure: an :class:`Instance` in, an :class:`Outcome` out. ``plain`` and ``fast`` carry out the same page independently.
Importing this package imports neither numpy nor numba; the calls are fetched when first used. Carries out what the one
platform for vocational enrolment (职业教育法第三十七条) has to decide; the allocation rules are a region's declaration.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from guantong.engines.matching.model import (
    Choice,
    Code,
    Cutoff,
    Instance,
    Outcome,
    Place,
    Rules,
    Verdict,
)

if TYPE_CHECKING:
    from guantong.engines.matching.building import build_instance
    from guantong.engines.matching.checking import Violation, check
    from guantong.engines.matching.comparing import Change, Mismatch, affected, compare, gains
    from guantong.engines.matching.explaining import explain, explain_result
    from guantong.engines.matching.fast import allocate
    from guantong.engines.matching.plain import allocate_plainly
    from guantong.engines.matching.reading import read_rules, rules_as_mapping
    from guantong.engines.matching.varying import vary

__all__ = [
    "Change",
    "Choice",
    "Code",
    "Cutoff",
    "Instance",
    "Mismatch",
    "Outcome",
    "Place",
    "Rules",
    "Verdict",
    "Violation",
    "affected",
    "allocate",
    "allocate_plainly",
    "build_instance",
    "check",
    "compare",
    "explain",
    "explain_result",
    "gains",
    "read_rules",
    "rules_as_mapping",
    "vary",
]

_HOMES = {
    "build_instance": "building",
    "check": "checking",
    "Violation": "checking",
    "compare": "comparing",
    "affected": "comparing",
    "gains": "comparing",
    "Change": "comparing",
    "Mismatch": "comparing",
    "explain": "explaining",
    "explain_result": "explaining",
    "allocate": "fast",
    "allocate_plainly": "plain",
    "read_rules": "reading",
    "rules_as_mapping": "reading",
    "vary": "varying",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
