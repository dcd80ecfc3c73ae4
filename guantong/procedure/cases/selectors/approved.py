"""What exactly was approved, from the sealed log alone, and how it differs from what stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.conditions import DECLARED, Fact, FactTitle, fact_from_json
from guantong.procedure.conditions.facts import show_value

from .. import library
from ..declaring import FACTS, declared_values, facts_of_case, info_in, takes_form
from ..definition import Definition
from ..definition.differences import differences
from ..models import Case, CaseAction, Material
from .story import fields_told


@dataclass(frozen=True, slots=True)
class File:
    """One file that was before whoever decided."""

    requirement: str
    title: str
    name: str
    digest: str
    """SHA-256 of the bytes."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What a granting decision decided on. Everything comes from log lines the chain of digests seals."""

    sequence: int
    """Line of the decision."""
    at: datetime
    by: str
    outcome: str
    definition: Definition
    declaration: Mapping[str, Any]
    facts: Mapping[str, Fact]
    """Facts the conditions were judged by when it was last handed in."""
    files: tuple[File, ...]
    law_version: str

    def answers(self) -> tuple[tuple[str, str], ...]:
        """(field, answer) of the declaration, in words."""
        return fields_told(self.definition.form, self.declaration)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different now. ``kind``: ``declaration``, ``fact``, ``material`` or ``rule``."""

    kind: str
    title: str
    approved: str
    now: str


def approved(case: Case) -> Approved | None:
    """What was approved, when the case was granted (at once or after reconsideration); None otherwise."""
    definition = library.definition_of(case)
    lines = list(CaseAction.objects.filter(case_id=case.pk).order_by("sequence"))
    if case.migrations and lines:
        definition = library.definition_by_digest(str(lines[0].details.get("version", "")), case.region)
    declaration: Mapping[str, Any] = {}
    facts: dict[str, Fact] = {}
    files: list[File] = []
    found: Approved | None = None
    for line in lines:
        if line.action == "migrate":
            definition = library.definition_by_digest(str(line.details.get("to_digest", "")), case.region)
        if line.values and takes_form(definition, line):
            declaration = {f.id: line.values[f.id] for f in definition.form if f.id in line.values}
        if FACTS in line.details:
            facts = {name: fact_from_json(fact) for name, fact in line.details[FACTS].items()}
        _keep_files(files, line, definition)
        outcome = definition.outcomes.get(str(line.after.get("outcome", "")))
        if outcome is None or line.after.get("outcome") == line.before.get("outcome"):
            continue
        found = None
        if outcome.is_granted:
            kept = tuple(files)
            found = Approved(
                line.sequence,
                line.at,
                line.actor_label,
                outcome.title,
                definition,
                declaration,
                facts,
                kept,
                line.law_version,
            )
    return found


def _keep_files(files: list[File], line: CaseAction, definition: Definition) -> None:
    """Follow what was handed in: a new file takes the place of those returned, a replacement that of one."""
    details = line.details
    for item in line.opinion.get("items", ()) if line.action != "open" else ():
        for n, file in enumerate(files):
            if file.requirement == item["on"]:
                files[n] = File(f"returned:{file.requirement}", file.title, file.name, file.digest)
    if line.action not in ("add_material", "replace_material"):
        return
    wanted = str(details["requirement"])
    requirement = definition.requirement(wanted)
    replaced = details.get("replaces")
    files[:] = [
        f
        for f in files
        if f.requirement != f"returned:{wanted}"
        and not (f.requirement == wanted and replaced is not None and f.digest == replaced)
    ]
    title = requirement.title if requirement is not None else wanted
    files.append(File(wanted, title, str(details["name"]), str(details["file"])))


def differences_now(case: Case, found: Approved) -> list[Difference]:
    """How what stands today differs from what was approved: answers, materials, facts of the system, and the rules.

    Facts are asked of their sources today; one that cannot be known today is told as such.
    """
    told: list[Difference] = []
    definition = found.definition
    now = dict(fields_told(definition.form, declared_values(case, definition)))
    before = dict(found.answers())
    told += [
        Difference("declaration", title, before.get(title, ""), now.get(title, ""))
        for title in dict.fromkeys((*before, *now))
        if before.get(title) != now.get(title)
    ]
    told += _materials(case, found)
    told += _facts(case, found)
    try:
        present = library.definition_in_force(case.procedure, case.region, clock.today())
    except Refusal:
        told.append(Difference("rule", "事项", definition.title, "已经不再办理"))
    else:
        told += [Difference("rule", "现行规定", "", change) for change in differences(definition, present)]
    return told


def _materials(case: Case, found: Approved) -> list[Difference]:
    held = Material.objects.filter(case_id=case.pk).exclude(state="replaced").select_related("file").order_by("pk")
    now = {(m.requirement, m.file.sha256): m.file.name for m in held}
    before = {(f.requirement.removeprefix("returned:"), f.digest): f for f in found.files}
    titles = {r.id: r.title for r in found.definition.requirements}
    gone = [Difference("material", f.title, f.name, "") for key, f in before.items() if key not in now]
    new = [Difference("material", titles.get(k[0], k[0]), "", name) for k, name in now.items() if k not in before]
    return gone + new


def _facts(case: Case, found: Approved) -> list[Difference]:
    if not found.facts:
        return []
    present = facts_of_case(case, found.definition, found.declaration, clock.today())
    told = []
    for name, fact in found.facts.items():
        if name.startswith(f"{DECLARED}."):
            continue  # told among the answers
        now = present.get(name)
        if now is not None and now.value == fact.value:
            continue
        info = info_in(found.definition, name)
        title = info.title if info is not None else name
        told.append(
            Difference("fact", title, _words(fact, info), _words(now, info) if now is not None else "现在无法核对")
        )
    return told


def _words(fact: Fact, info: FactTitle | None) -> str:
    if info is None:
        return str(fact.value)
    return show_value(fact.value, info.kind, info.unit, info.titles)
