"""Procedure definitions: data read from a region folder, checked whole, and frozen. No Django here.

``parse_definition`` turns a mapping into a :class:`Definition` or refuses it with every fault found;
``read_definition`` does the same for the text of a YAML file and adds line numbers. How to write one:
``docs/dev/procedures.md``.
"""

from .parse import parse_definition
from .parts import (
    Action,
    Appeal,
    Basis,
    Choice,
    Declarers,
    Definition,
    Duration,
    Extension,
    Field,
    Outcome,
    Parallel,
    Party,
    Reason,
    Reference,
    Requirement,
    Step,
    Suspension,
    Timeout,
    Way,
    Withdrawal,
)
from .reading import Placed, read_definition, read_definitions, read_placed

__all__ = [
    "Action",
    "Appeal",
    "Basis",
    "Choice",
    "Declarers",
    "Definition",
    "Duration",
    "Extension",
    "Field",
    "Outcome",
    "Parallel",
    "Party",
    "Placed",
    "Reason",
    "Reference",
    "Requirement",
    "Step",
    "Suspension",
    "Timeout",
    "Way",
    "Withdrawal",
    "parse_definition",
    "read_definition",
    "read_definitions",
    "read_placed",
]
