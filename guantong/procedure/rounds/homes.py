"""Whose procedure it is: the region whose folder holds the entry in force, for a case of that region or below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from guantong.base import lawbook
from guantong.base.orgs.public import has_authority_over, region_names_on, region_on
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case

from .seats import QuotaPlan
from .windows import RoundPlan

ROUNDS, QUOTAS = "rounds", "quotas"
"""Names of the two parts, and keys of ``Definition.parts``."""


def home_of(code: str, region: str, on: date) -> str:
    """The region whose entry of procedure ``code`` holds in ``region`` on that day; ``region`` itself without one."""
    entry = lawbook.current_policy().procedures(region, on).get(code)
    return entry.region if entry is not None else region


def home_of_case(case: Case) -> str:
    """The same for a case, on the day of its law."""
    return home_of(case.procedure, case.region, case.law_on)


def plan_of(definition: Definition) -> RoundPlan | None:
    """What the definition says of its rounds, or None when one may declare at any time."""
    found = definition.parts.get(ROUNDS)
    return found if isinstance(found, RoundPlan) else None


def quotas_of(definition: Definition) -> tuple[QuotaPlan, ...]:
    """The quotas of the definition."""
    found = definition.parts.get(QUOTAS)
    return found if isinstance(found, tuple) else ()


def shared_with(quota: QuotaPlan, code: str, region: str, on: date) -> list[str]:
    """Titles of the other procedures that hold in ``region`` and count into the same quota, by title."""
    if not quota.shared:
        return []
    entries = lawbook.current_policy().procedures(region, on)
    return sorted(
        str(entry.data.get("title") or entry.id)
        for entry in entries.values()
        if entry.id != code and quota.shared in _shared_names(entry.data.get("quotas"))
    )


def _shared_names(written: object) -> set[str]:
    if not isinstance(written, Sequence):
        return set()
    return {str(quota.get("shared") or "") for quota in written if isinstance(quota, Mapping)}


def definitions_with_rounds(on: date, region: str | None = None) -> Iterator[tuple[str, Definition]]:
    """(home region, definition) of every procedure with rounds in force on a day; those that hold in ``region`` when it
    is named. A definition that is broken is left out: ``guantong deadlines check`` names it."""
    policy = lawbook.current_policy()
    for code in (region,) if region is not None else tuple(policy.regions):
        for entry in policy.procedures(code, on).values():
            if "rounds" not in entry.data or (region is None and entry.region != code):
                continue
            try:
                definition = library.definition_in_force(entry.id, code, on)
            except Refusal:
                continue
            if plan_of(definition) is not None:
                yield entry.region, definition


def governs(organisation_id: int, region: str, on: date) -> bool:
    """Whether the organisation's own region is ``region`` or holds it."""
    return has_authority_over(organisation_id, region, on)


def region_name(code: str, on: date) -> str:
    """Name of a region; its code when it is not registered."""
    return region_names_on([code], on).get(code, code)


def organisation_region(organisation_id: int, on: date) -> str:
    """Code of the region an organisation belonged to."""
    return region_on(organisation_id, on)
