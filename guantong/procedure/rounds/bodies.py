"""Whose quota a case counts in: a level of authority, the authority above, the organisation itself, or its region."""

from __future__ import annotations

from guantong.procedure.cases.models import Case

from .homes import organisation_region


def body_of(case: Case, of: str) -> str | None:
    """``organisation:<id>`` or ``region:<code>``; None when the case has nobody of that kind."""
    if of == "region":
        if case.organisation_id is None:
            return f"region:{case.region}"
        return f"region:{organisation_region(case.organisation_id, case.law_on)}"
    pk = body_id(case, of)
    return f"organisation:{pk}" if pk is not None else None


def body_id(case: Case, of: str) -> int | None:
    """Id of the organisation that stands for ``of`` in this case; of a level with several lines None."""
    if of in ("organisation", "school", "department"):
        return case.organisation_id
    if of == "authority":
        return case.authority_id
    found = case.bodies.get(of)
    if found is None:
        lines = {pk for key, pk in case.bodies.items() if key.partition(".")[0] == of}
        found = next(iter(lines)) if len(lines) == 1 else None
    return int(found) if found is not None else None
