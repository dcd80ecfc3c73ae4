"""The handler of cases the public opens: what their page shows and where it is."""

from __future__ import annotations

from collections.abc import Iterable

from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.handlers import Fact, Handler
from guantong.procedure.cases.mandate import organisation_name
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors.story import fields_told


def _facts_for(case: Case) -> Iterable[Fact]:
    definition = library.definition_of(case)
    told = fields_told(definition.form, declared_values(case, definition))
    return [
        Fact("所反映的单位", organisation_name(case.organisation_id), "机构名录"),
        *(Fact(label, value, "来信") for label, value in told),
    ]


HANDLER = Handler(facts_for=_facts_for, link_for=lambda case: f"/complaints/cases/{case.public_id}/")
