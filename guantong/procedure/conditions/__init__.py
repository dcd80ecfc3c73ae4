"""Conditions of a procedure: a tree of named checks over facts and the law, evaluated with reasons. No Django here.

``tree`` holds the parts (read by ``cases.definition``), ``sources`` the facts the system knows by itself, ``checks``
the Python checks a definition may name, ``compiling`` makes a tree fast, ``evaluation`` says what was found, in words.
How to write conditions: ``docs/dev/procedures.md``.
"""

from .checks import Check, Verdict, find_check, register_check, registered_checks
from .compiling import Compiled, compile_conditions, evaluate
from .evaluation import MET, NOT_MET, UNKNOWN, Evaluation, NodeResult
from .facts import DECLARED, ORIGINS, Fact, FactTitle, fact_from_json
from .graph import check_prerequisites
from .sources import Subject, find_source, read_facts, register_fact_source
from .tree import Group, Leaf, Node, Parameter, checks_of, facts_of, leaves_of

__all__ = [
    "DECLARED",
    "MET",
    "NOT_MET",
    "ORIGINS",
    "UNKNOWN",
    "Check",
    "Compiled",
    "Evaluation",
    "Fact",
    "FactTitle",
    "Group",
    "Leaf",
    "Node",
    "NodeResult",
    "Parameter",
    "Subject",
    "Verdict",
    "check_prerequisites",
    "checks_of",
    "compile_conditions",
    "evaluate",
    "fact_from_json",
    "facts_of",
    "find_check",
    "find_source",
    "leaves_of",
    "read_facts",
    "register_check",
    "register_fact_source",
    "registered_checks",
]
