"""Finding the panel of a step, and its numbers under the law."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guantong.base import lawbook
from guantong.base.orgs.public import region_on, region_tree
from guantong.kernel import clock
from guantong.policy.asking import Law
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition, Step
from guantong.procedure.cases.models import Case

from .models import Panel
from .scoring import Criterion, Drop
from .spec import NAME, Number, PanelSpec


def spec_of(step: Step | None) -> PanelSpec | None:
    """The panel of a step, or None."""
    found = step.parts.get(NAME) if step is not None else None
    return found if isinstance(found, PanelSpec) else None


def panel_steps(definition: Definition) -> list[tuple[Step, PanelSpec]]:
    """Every step with a panel."""
    return [(step, spec) for step in definition.steps.values() if (spec := spec_of(step)) is not None]


def law_of(panel: Panel, case: Case) -> Law:
    """The law every case of a panel is judged by: of the day its round opened; of the case's own day without rounds.

    Whoever is ranked against each other is judged by the same numbers.
    """
    day = panel.round.opens_on if panel.round is not None else case.law_on
    return library.law_on(day, ruling_region(panel))


def ruling_region(panel: Panel) -> str:
    """The region whose folder rules the panel: that of the drawing body, or the nearest above with a folder.

    A nation's procedure is reviewed by provinces, each under its own numbers.
    """
    if panel.body_id is not None:
        today = clock.today()
        known = lawbook.current_policy().regions
        for code in region_tree(today).chain(region_on(panel.body_id, today)):
            if code in known:
                return code
    return panel.region


def count_under(number: Number, law: Law) -> int:
    """A whole number of a definition. Refuses as the law does (POL-…) when a parameter has no value that day."""
    if number.value is not None:
        return int(number.value)
    return law.integer(number.parameter, number.scope or None)


def score_under(number: Number, law: Law) -> Fraction:
    """A number of points, exact."""
    if number.value is not None:
        return Fraction(number.value)
    return law.fraction(number.parameter, number.scope or None)


def rules_as_json(spec: PanelSpec, law: Law) -> dict[str, Any]:
    """The rules of a panel as they are kept at the draw and published."""
    return {
        "pool": spec.pool,
        "experts": count_under(spec.experts, law),
        "drop": {"highest": spec.drop.highest, "lowest": spec.drop.lowest},
        "criteria": [{"id": c.id, "title": c.title, "most": str(c.most)} for c in spec.criteria],
        "places": spec.places,
        "ties": list(spec.ties),
        "law_version": law.version,
    }


def criteria_of(rules: Mapping[str, Any]) -> list[Criterion]:
    """The criteria kept with a panel."""
    return [Criterion(c["id"], c["title"], Decimal(c["most"])) for c in rules["criteria"]]


def drop_of(rules: Mapping[str, Any]) -> Drop:
    """What is dropped, as kept with a panel."""
    return Drop(int(rules["drop"]["highest"]), int(rules["drop"]["lowest"]))
