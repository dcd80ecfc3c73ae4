"""What was declared, what the system knows besides, and whether the conditions of the procedure are met by both.

The declaration lives in the log: every line that takes the form (opening, and actions whose ``needs`` name
``declaration``) holds the whole form as it stood then. A line whose action needs the conditions also holds every fact
it was judged by, with its source, so what was approved can be read for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from guantong.kernel import clock
from guantong.kernel.refusal import Citation
from guantong.procedure.conditions import (
    DECLARED,
    Compiled,
    Evaluation,
    Fact,
    FactTitle,
    Subject,
    checks_of,
    compile_conditions,
    fact_from_json,
    facts_of,
    find_check,
    find_source,
    read_facts,
)
from guantong.procedure.conditions import Node as Tree

from . import library
from .checks import state_of
from .definition import Action, Basis, Definition, Field, Reference
from .definition.conditions import info_of
from .definition.parts import CONDITIONS, DECLARATION
from .machine import step_of
from .models import Case, CaseAction
from .parts_api import parts

FACTS, STATES = "condition_facts", "condition_states"
"""Keys of a log line's details."""
ITEM = ".item."
"""Within the names of facts that are asked of the item of the case."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The conditions of a case as they are, or as they were when it was last handed in (``at_line`` then)."""

    evaluation: Evaluation
    facts: Mapping[str, Fact]
    on: date
    at_line: int | None


def declared_values(case: Case, definition: Definition) -> dict[str, Any]:
    """The form as last declared, typed as stored; empty when nothing was filled in yet."""
    if not definition.form or not case.pk:
        return {}
    for line in CaseAction.objects.filter(case_id=case.pk).exclude(values={}).order_by("-sequence"):
        if takes_form(definition, line):
            return {field.id: line.values[field.id] for field in definition.form if field.id in line.values}
    return {}


def takes_form(definition: Definition, line: CaseAction) -> bool:
    """Whether the line holds the whole declaration as it stood then (a change of version carries it on)."""
    if line.action in ("open", "migrate"):
        return True
    step = definition.steps.get(line.step)
    action = step.action(line.action) if step is not None else None
    return action is not None and action.asks(DECLARATION)


def declared_facts(form: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Fact]:
    """``declared.<id>`` for every field of the form; what was left empty is known to be absent."""
    return {f"{DECLARED}.{field.id}": Fact(_typed(field, values.get(field.id))) for field in form}


def _typed(field: Field, value: Any) -> Any:
    if value is None or value == []:
        return None
    if field.kind in ("decimal", "credits"):
        return Decimal(value)
    if field.kind == "date":
        return date.fromisoformat(value)
    return tuple(value) if field.kind == "choices" else value


def subject_of(case: Case, item: str = "") -> Subject:
    """Whose facts the sources are asked for."""
    return Subject(case.subject_kind, case.subject_id, case.region, case.person_id, case.organisation_id, item)


def item_of(case: Case, definition: Definition, values: Mapping[str, Any]) -> str:
    """What the case is about by these answers, as the parts of the machine know it; empty when none does."""
    return next((item for part in parts() if (item := part.item_of(case, definition, values))), "")


def facts_of_case(case: Case, definition: Definition, values: Mapping[str, Any], day: date) -> dict[str, Fact]:
    """Declared facts of ``values`` and, for every other fact the conditions name, what its source says on ``day``."""
    return declared_facts(definition.form, values) | system_facts(case, definition, day, values)


def system_facts(
    case: Case, definition: Definition, day: date, values: Mapping[str, Any] | None = None
) -> dict[str, Fact]:
    """What the sources say on ``day`` of every fact the conditions and the fields of the form name. What is asked of
    the item is that of the answers ``values``, of those declared last unless given."""
    names = system_facts_of(definition)
    item = ""
    if any(ITEM in name for name in names):
        item = item_of(case, definition, declared_values(case, definition) if values is None else values)
    return read_facts(names, subject_of(case, item), day)


def system_facts_of(definition: Definition) -> tuple[str, ...]:
    """Names of the facts of the system a definition asks for, each once: in its conditions, then in its form."""
    asked: list[str] = []
    if definition.conditions is not None:
        asked += facts_of(definition.conditions)
        for name in checks_of(definition.conditions):
            check = find_check(name)
            asked += check.facts if check is not None else ()
    asked += (field.from_fact for field in definition.form if field.from_fact)
    return tuple(name for name in dict.fromkeys(asked) if not name.startswith(f"{DECLARED}."))


def judge(case: Case, definition: Definition, values: Mapping[str, Any]) -> Judged | None:
    """The conditions for these answers and what the system knows today, under the law of the case's own day."""
    if definition.conditions is None:
        return None
    today = clock.today()
    facts = facts_of_case(case, definition, values, today)
    return Judged(_compiled(definition, case).evaluate(facts), facts, today, None)


def judged(case: Case, definition: Definition) -> Judged | None:
    """The conditions as a page shows them: while the declarer is to act as they are now, later as handed in."""
    if definition.conditions is None:
        return None
    step = step_of(definition, state_of(case))
    if step is None or step.of not in ("declarer", "learner"):
        kept = kept_facts(case)
        if kept is not None:
            return Judged(_compiled(definition, case).evaluate(kept.facts), kept.facts, kept.on, kept.at_line)
    return judge(case, definition, declared_values(case, definition))


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """The facts a line of the log keeps, the day and the number of the line."""

    facts: Mapping[str, Fact]
    on: date
    at_line: int


def kept_facts(case: Case) -> KeptFacts | None:
    """The facts the declaration was last handed in with; None before that, or where nothing was asked of the system."""
    for line in CaseAction.objects.filter(case_id=case.pk).exclude(details={}).order_by("-sequence"):
        kept = line.details.get(FACTS)
        if kept is not None:
            facts = {name: fact_from_json(fact) for name, fact in kept.items()}
            return KeptFacts(facts, clock.china_day(line.at), line.sequence)
    return None


def judge_on(
    case: Case, definition: Definition, values: Mapping[str, Any], facts: Mapping[str, Fact], on: date
) -> Judged | None:
    """The conditions for these answers and facts of the system read already."""
    if definition.conditions is None:
        return None
    both = {**declared_facts(definition.form, values), **facts}
    return Judged(_compiled(definition, case).evaluate(both), both, on, None)


def details_of(
    found: Judged | None, action: Action, case: Case, definition: Definition, values: Mapping[str, Any]
) -> dict[str, Any]:
    """What the log line of an action keeps: the judgement its gate asked for, or, where the form is handed in without
    one, the facts the system could have filled in."""
    if found is None or not action.asks(CONDITIONS):
        if not action.asks(DECLARATION) or not any(field.from_fact for field in definition.form):
            return {}
        facts = facts_of_case(case, definition, values, clock.today())
        return {FACTS: {name: fact.as_json() for name, fact in sorted(facts.items())}}
    return {
        FACTS: {name: fact.as_json() for name, fact in sorted(found.facts.items())},
        STATES: found.evaluation.states(),
    }


def info_in(definition: Definition, name: str) -> FactTitle | None:
    """What is known of a fact besides its value; None where neither the form nor a source gives it."""
    prefix, _, rest = name.partition(".")
    if prefix == DECLARED:
        return next((info_of(field) for field in definition.form if field.id == rest), None)
    source = find_source(name)
    return source.info if source is not None else None


def kind_of_fact(name: str) -> str | None:
    """Kind of a fact some source gives, for reading definitions; None when none does."""
    source = find_source(name)
    return source.info.kind if source is not None else None


def _compiled(definition: Definition, case: Case) -> Compiled:
    law = library.law_on(case.law_on, case.region)
    return _compile(definition.digest, case.region, case.law_on, law.version, _Held(definition, law))


class _Held:
    """Hands definition and law past the cache, whose key are digest, region, day and version of the law."""

    def __init__(self, definition: Definition, law: Any) -> None:
        self.definition, self.law = definition, law

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=1000)
def _compile(digest: str, region: str, on: date, version: str, held: _Held) -> Compiled:
    del digest, region, on, version
    definition = held.definition
    if definition.conditions is None:
        raise LookupError(f"procedure {definition.id} has no conditions")
    return compile_conditions(definition.conditions, held.law, info=lambda n: info_in(definition, n), cite=cite_of)


def cite_of(node: Tree) -> Citation | None:
    """The first clause of a node of the tree, or None."""
    references = tuple(Reference(*r) for r in node.references)
    return library.citation_of(Basis(references, "document")) if references else None
