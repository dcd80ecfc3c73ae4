"""Conditions of a procedure: a tree of named checks over facts and the law, evaluated with reasons. No Django here.

``tree`` holds the parts (read by ``cases.definition``), ``sources`` the facts the system knows by itself, ``checks``
the Python checks a definition may name, ``computing`` numbers made of several facts, ``placing`` and ``compiling``
make a tree fast under one law, ``evaluation`` says what was found, in words.
How to write conditions: ``docs/dev/procedures.md``.
"""

from .checks import Check, Verdict, find_check, register_check, registered_checks
from .compiling import Compiled, compile_conditions, evaluate
from .evaluation import MET, NOT_MET, UNKNOWN, Evaluation, NodeResult
from .facts import DECLARED, ORIGINS, Fact, FactTitle, Found, Record, fact_from_json
from .graph import check_prerequisites
from .sources import Subject, find_source, list_sources, read_facts, register_fact_source
from .tree import Computed, Group, Leaf, Node, Parameter, checks_of, facts_of, leaves_of, nodes_of

__all__ = [
    "DECLARED",
    "MET",
    "NOT_MET",
    "ORIGINS",
    "UNKNOWN",
    "Check",
    "Compiled",
    "Computed",
    "Evaluation",
    "Fact",
    "FactTitle",
    "Found",
    "Group",
    "Leaf",
    "Node",
    "NodeResult",
    "Parameter",
    "Record",
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
    "list_sources",
    "nodes_of",
    "read_facts",
    "register_check",
    "register_fact_source",
    "registered_checks",
]
