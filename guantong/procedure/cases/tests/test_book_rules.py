"""What the whole book of procedures keeps: readable lengths, a clause to every number, principles that only warn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guantong.base.lawbook import current_policy
from guantong.policy.asking import Policy
from guantong.policy.schema.shapes import RawEntry
from guantong.procedure.cases import library
from guantong.procedure.conditions import Leaf, Parameter, leaves_of, nodes_of
from guantong.procedure.conditions.tree import checks_of

ON = date(2026, 3, 2)
LONGEST = 150
"""Lines of a file in ``procedures/``, one definition each (issue 4 §3)."""
PLAIN = ("projects.declaration", "registers.title", "publicity.complaint")
"""Subjects no domain adds Python to."""
OF_THE_PROGRAM = ("version", "max_length", "max_megabytes", "least", "most", "places", "remind_before")
"""Keys whose number is a matter of forms and pages, not of law: bounds of what may be typed, sizes, reminders."""
NOT_IN_PRINCIPLE = {
    "teacher.recruit_enterprise_years": "one of five proofs, set locally; no rule of hiring",
    "teacher.title_years_in_post": "fewer years: the exceptional way, a procedure of its own",
}
"""Parameters that say 原则上 and are compared with strictly all the same, and why."""


def entries() -> Iterator[RawEntry]:
    for held in current_policy().folders.values():
        yield from held.raw.get("procedures", ())


def numbers_without_clause(value: object, *, has_basis: bool = False, path: str = "") -> list[str]:
    """Where a whole number, or a day of the year, stands in ``value`` below no clause and no note."""
    if isinstance(value, Mapping):
        inner = has_basis or bool(path and (value.get("references") or (value.get("source") and value.get("note"))))
        found = []
        for key, part in value.items():
            if key not in OF_THE_PROGRAM:
                found += numbers_without_clause(part, has_basis=inner, path=f"{path}.{key}")
        return found
    if isinstance(value, list | tuple):
        return [
            place
            for index, part in enumerate(value)
            for place in numbers_without_clause(part, has_basis=has_basis, path=f"{path}.{index}")
        ]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_day = isinstance(value, str) and path.rpartition(".")[2] in ("by", "opens", "closes", "each_year")
    return [path] if (is_number or (is_day and value != "round")) and not has_basis else []


def test_at_least_forty_procedures_are_pure_data_of_a_readable_length() -> None:
    files: dict[str, int] = {}
    plain = set()
    for entry in entries():
        file = Path(current_policy().root).parent / entry.place.file
        files[entry.place.file] = len(file.read_text("utf-8").splitlines())
        definition = library.parsed(entry.data, entry.place.file)
        tree = definition.conditions
        if definition.subject in PLAIN and (tree is None or not checks_of(tree)):
            plain.add(definition.id)
    assert {name: lines for name, lines in files.items() if lines > LONGEST} == {}
    assert len(files) == sum(1 for _ in entries()), "one definition in a file"
    assert len(plain) >= 40, sorted(plain)


def test_every_number_of_every_definition_has_its_clause() -> None:
    found = {f"{entry.place.file}{place}" for entry in entries() for place in numbers_without_clause(entry.data)}
    assert found == set()


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ({"references": [{"clause": "一"}], "grants": {"years": 3}}, [".grants.years"]),
        ({"grants": {"years": {"parameter": "teacher.dual_qualified_years"}}}, []),
        ({"steps": [{"deadline": {"days": 5, "references": [{"clause": "一"}]}}]}, []),
        ({"steps": [{"deadline": {"days": 5, "references": []}}]}, [".steps.0.deadline.days"]),
        ({"quotas": [{"most": {"parameter": "a"}, "per": "year"}], "form": [{"most": 9}]}, []),
        ({"panel": {"pass": {"at_least": 60}}}, [".panel.pass.at_least"]),
        ({"panel": {"source": "local", "pass": {"at_least": 60}}}, [".panel.pass.at_least"]),
        ({"panel": {"source": "local", "note": "本地。", "pass": {"at_least": 60}}}, []),
        ({"opens": {"each_year": "11-01"}}, [".opens.each_year"]),
        ({"deadline": {"by": "round"}}, []),
    ],
)
def test_a_number_without_clause_would_be_found(data: dict[str, Any], places: list[str]) -> None:
    assert numbers_without_clause(data) == places


def test_what_the_law_asks_in_principle_only_warns() -> None:
    """A part compared with a parameter of ``practice: principle`` is a principle itself, or hangs below one."""
    policy = current_policy()
    strict = set()
    for entry in entries():
        tree = library.parsed(entry.data, entry.place.file).conditions
        if tree is None:
            continue
        warning = {id(leaf) for node in nodes_of(tree) if node.is_principle for leaf in leaves_of(node)}
        for leaf in leaves_of(tree):
            limit = leaf.limit
            if not isinstance(limit, Parameter) or id(leaf) in warning or limit.scope_of:
                continue
            if limit.name not in NOT_IN_PRINCIPLE and practice_of(policy, entry.region, limit) == "principle":
                strict.add(f"{entry.place.file} {leaf.id} {limit.name}")
    assert strict == set()


def practice_of(policy: Policy, region: str, limit: Parameter) -> str:
    """How the law of the definition's region practises the parameter; empty where it has no such number."""
    answer = policy.law(region, ON).find(limit.name, limit.scope)
    return answer.practice if answer is not None else ""


def test_a_share_is_never_asked_for_where_it_can_be_computed() -> None:
    """No condition of the book compares a percentage that the declarer typed."""
    typed = set()
    for entry in entries():
        definition = library.parsed(entry.data, entry.place.file)
        percents = {f"declared.{field.id}" for field in definition.form if field.unit == "%"}
        if definition.conditions is not None:
            typed |= {
                f"{entry.place.file} {leaf.id}"
                for leaf in leaves_of(definition.conditions)
                if isinstance(leaf, Leaf) and percents & set(leaf.facts)
            }
    assert typed == set()
