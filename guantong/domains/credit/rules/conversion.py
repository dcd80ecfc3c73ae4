"""One computation, kept with all it rests on: facts as JSON in, proposal as JSON out.

The facts hold the rule document, the plan, the numbers of the law with their clauses, the achievements and the learner
as they were; the same facts give the same proposal years later, with nothing read from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from guantong.engines.conversion.allocating import Allocation, allocate
from guantong.engines.conversion.comparing import explain_difference
from guantong.engines.conversion.compiling import CompiledRules, compile_rules
from guantong.engines.conversion.facts import (
    AchievementFacts,
    CourseFacts,
    LawNumber,
    LearnerFacts,
    PlanFacts,
    PriorConversion,
)
from guantong.engines.conversion.verdicts import Verdict, verdicts
from guantong.kernel.refusal import Citation


@dataclass(frozen=True, slots=True)
class KeptNumber:
    """A number of the law read back from kept facts."""

    value: object
    citation: Citation


def facts_json(
    *,
    on: date,
    region: str,
    law_version: str,
    law: Mapping[str, LawNumber],
    rules: Mapping[str, Any],
    plan: Any,
    achievements: Iterable[AchievementFacts],
    learner: LearnerFacts,
    choices: Sequence[tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """Everything a computation rests on. ``choices`` are (achievement id, course code) pairs the learner picked."""
    return {
        "on": on.isoformat(),
        "region": region,
        "law_version": law_version,
        "law": {key: {"value": _value(a.value), "citation": _citation(a.citation)} for key, a in law.items()},
        "rules": rules,
        "plan": {
            "public_id": getattr(plan, "public_id", ""),
            "name": getattr(plan, "name", ""),
            "total_credits_hundredths": getattr(plan, "total_credits_hundredths", None),
            "courses": [{f.name: getattr(c, f.name) for f in fields(CourseFacts)} for c in plan.courses],
        },
        "achievements": [as_json(a) for a in achievements],
        "learner": as_json(learner),
        "choices": None if choices is None else [list(c) for c in choices],
    }


def as_json(value: Any) -> Any:
    """Engine facts as JSON that reads back to the same facts: fractions and dates as text, sets sorted."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(as_json(v) for v in value)
    if isinstance(value, tuple | list):
        return [as_json(v) for v in value]
    if isinstance(value, Mapping):
        return {k: as_json(v) for k, v in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    return value


def _value(value: object) -> object:
    if isinstance(value, tuple | list):
        return [str(v) for v in value]
    return str(value)


def _citation(c: Citation) -> dict[str, Any]:
    return as_json(c)  # type: ignore[no-any-return]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def achievement_from(kept: Mapping[str, Any]) -> AchievementFacts:
    """Read back one achievement."""
    hours = kept["hours"]
    return AchievementFacts(
        **dict(kept)
        | {
            "hours": None if hours is None else Fraction(hours),
            "issued_on": _day(kept["issued_on"]),
            "valid_until": _day(kept["valid_until"]),
            "recognitions": tuple(kept["recognitions"]),
        }
    )


def learner_from(kept: Mapping[str, Any]) -> LearnerFacts:
    """Read back the learner."""
    prior = tuple(
        PriorConversion(**dict(p) | {k: _day(p[k]) for k in ("issued_on", "converted_on") if k in p})
        for p in kept["prior"]
    )
    return LearnerFacts(
        **dict(kept)
        | {
            "passed": frozenset(kept["passed"]),
            "exempted": frozenset(kept["exempted"]),
            "enrolled_on": _day(kept["enrolled_on"]),
            "prior": prior,
        }
    )


def compiled_from(kept: Mapping[str, Any]) -> CompiledRules:
    """Compile the kept rules for the kept plan under the kept law."""
    plan = kept["plan"]
    courses = tuple(CourseFacts(**c) for c in plan["courses"])
    law = {
        key: KeptNumber(
            tuple(a["value"]) if isinstance(a["value"], list) else a["value"],
            Citation(**a["citation"] | {"in_force_from": _day(a["citation"]["in_force_from"])}),
        )
        for key, a in kept["law"].items()
    }
    return compile_rules(
        kept["rules"],
        PlanFacts(courses, plan["total_credits_hundredths"]),
        law,
        date.fromisoformat(kept["on"]),
        strict=False,
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """One computation before it becomes JSON."""

    compiled: CompiledRules
    verdicts: list[Verdict]
    best: Allocation
    first_come: Allocation

    def proposal(self) -> dict[str, Any]:
        """What is kept with an application."""
        return {
            "verdicts": [v.as_json() for v in self.verdicts],
            "best": self.best.as_json(),
            "first_come": self.first_come.as_json(),
        }


def work_out(kept: Mapping[str, Any]) -> Worked:
    """A verdict on every achievement, the best use and first come, for kept facts."""
    compiled = compiled_from(kept)
    achievements = [achievement_from(a) for a in kept["achievements"]]
    learner = learner_from(kept["learner"])
    choices = None if kept["choices"] is None else [(a, c) for a, c in kept["choices"]]
    return Worked(
        compiled,
        verdicts(compiled, achievements, learner),
        allocate(compiled, achievements, learner, "best", choices=choices),
        allocate(compiled, achievements, learner, "first_come", choices=choices),
    )


def compute(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal for kept facts: a verdict on every achievement, the best use, first come."""
    return work_out(kept).proposal()


def answer(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal with what it rests on and what the best use gains: the same at the API and on the command line."""
    worked = work_out(kept)
    rules = worked.compiled.ruleset
    return {
        "ok": True,
        "on": kept["on"],
        "region": kept["region"],
        "law_version": kept["law_version"],
        "plan": {"id": kept["plan"]["public_id"], "name": kept["plan"]["name"]},
        "rules": {
            "id": rules.id,
            "title": rules.title,
            "version": rules.version,
            "digest": worked.compiled.version,
        },
        "conflicts": [problem.as_json() for problem in worked.compiled.conflicts],
        **worked.proposal(),
        "difference": explain_difference(worked.best, worked.first_come).as_json(),
    }
