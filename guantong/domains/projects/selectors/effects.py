"""What a new version of a procedure would have made of the cases already decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from guantong.base.accounts.actor import Actor
from guantong.domains.projects import errors
from guantong.domains.projects.rules import Effect, effect_of
from guantong.domains.projects.selectors.supervising import cases_of_area
from guantong.kernel import clock
from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import FACTS, cite_of, declared_facts, info_in, kind_of_fact, takes_form
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.public import definition_of
from guantong.procedure.conditions import Compiled, Fact, compile_conditions, fact_from_json, registered_checks

MOST = 2000
"""Decided cases judged again at once, the latest."""
SHOWN = 100
LONGEST = 200_000
EFFECT_WORDS = {
    Effect.NEWLY_FAILS: ("新规定下达不到", "bad"),
    Effect.UNKNOWN: ("当时没有这项数据，不能判断", "warn"),
    Effect.NEWLY_MET: ("新规定下能达到", "info"),
    Effect.SAME_MET: ("两个版本都达到", "good"),
    Effect.SAME_NOT_MET: ("两个版本都达不到", "neutral"),
}


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One case, and which conditions it would not meet."""

    case: Case
    outcome: str
    effect: Effect
    reasons: tuple[str, ...]

    @property
    def word(self) -> str:
        """The effect in words."""
        return EFFECT_WORDS[self.effect][0]

    @property
    def tone(self) -> str:
        """Tone of its badge."""
        return EFFECT_WORDS[self.effect][1]


@dataclass(frozen=True, slots=True)
class Effects:
    """The effect on every case looked at."""

    looked_at: int
    total: int
    counts: tuple[tuple[str, int, str], ...]
    """(word, number, tone)."""
    rows: tuple[EffectRow, ...]
    """Those whose result would differ, or cannot be known; at most ``SHOWN``."""


def read_text(text: str, code: str) -> Definition:
    """A definition as pasted, checked as a region folder's would be. Refuses PRJ-020, PRJ-021, PRC-… and REG-…"""
    from guantong.base import lawbook

    if len(text) > LONGEST:
        raise errors.TEXT_TOO_LONG.refuse(most=LONGEST // 1000)
    policy = lawbook.current_policy()
    definition = read_definition(
        text.replace("\r\n", "\n"),
        file=f"{code}.yaml",
        parameters={name: next(iter(p.settings.values())).unit for name, p in policy.parameters.items()},
        documents=set(policy.documents),
        facts=kind_of_fact,
        checks=registered_checks(),
        put_in=library.put_in_of(settings.REGION),
    )
    if definition.id != code:
        raise errors.OTHER_PROCEDURE.refuse(given=definition.id, wanted=code)
    return definition


def effects(actor: Actor, new: Definition, region: str) -> Effects:
    """Decided cases of the actor's area judged again under ``new``, by what was declared and known when handed in.

    Facts nobody asked for then are not known; parameters are those of today in ``region``, as they would be for new
    cases. Nothing is changed.
    """
    decided = cases_of_area(actor).filter(procedure=new.id, decided_at__isnull=False).exclude(outcome="")
    total = decided.count()
    cases = list(decided.select_related("version").order_by("-decided_at", "-pk")[:MOST])
    if new.conditions is None:
        return Effects(len(cases), total, (), ())
    law = library.law_on(clock.today(), region)
    compiled = compile_conditions(new.conditions, law, info=lambda n: info_in(new, n), cite=cite_of)
    lines: dict[int, list[CaseAction]] = {}
    for start in range(0, len(cases), 500):
        ids = [c.pk for c in cases[start : start + 500]]
        for line in CaseAction.objects.filter(case_id__in=ids).order_by("case_id", "sequence"):
            lines.setdefault(line.case_id, []).append(line)
    rows = [row for case in cases if (row := _judge(case, new, compiled, lines.get(case.pk, []))) is not None]
    counts = Counter(row.effect for row in rows)
    order = list(EFFECT_WORDS)
    differing = [r for r in rows if r.effect in (Effect.NEWLY_FAILS, Effect.UNKNOWN, Effect.NEWLY_MET)]
    differing.sort(key=lambda r: order.index(r.effect))
    told = tuple((EFFECT_WORDS[e][0], counts[e], EFFECT_WORDS[e][1]) for e in order if counts[e])
    return Effects(len(rows), total, told, tuple(differing[:SHOWN]))


def _judge(case: Case, new: Definition, compiled: Compiled, lines: list[CaseAction]) -> EffectRow | None:
    """One case; None when it never handed its declaration in."""
    definition = definition_of(case)
    values: Mapping[str, object] = {}
    kept: Mapping[str, Fact] = {}
    states: Mapping[str, str] = {}
    is_handed_in = False
    for line in lines:
        if line.values and takes_form(definition, line):
            values = line.values
        if line.sequence > 1 and line.step == definition.start and line.action != "withdraw":
            is_handed_in = True
        if FACTS in line.details:
            kept = {name: fact_from_json(fact) for name, fact in line.details[FACTS].items()}
            states = line.details.get("condition_states", {})
    if not is_handed_in:
        return None
    asked = {(field.id, field.kind) for field in definition.form}
    known = tuple(field for field in new.form if (field.id, field.kind) in asked)
    facts = {name: fact for name, fact in kept.items() if not name.startswith("declared.")}
    facts |= declared_facts(known, values)
    evaluation = compiled.evaluate(facts)
    root = definition.conditions.id if definition.conditions is not None else ""
    before = states.get(root, "met")
    outcome = definition.outcomes.get(case.outcome)
    effect = effect_of(before, evaluation.state)
    reasons = tuple(evaluation.reasons()[:5]) if effect in (Effect.NEWLY_FAILS, Effect.UNKNOWN) else ()
    return EffectRow(case, outcome.title if outcome is not None else "", effect, reasons)
