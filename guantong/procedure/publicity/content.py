"""What a notice says of a case: the fields its definition names, in words, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from guantong.base.orgs.public import name_on, region_on, region_tree
from guantong.kernel import clock
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors.story import fields_told
from guantong.procedure.panels.public import result_of

from .reading import PREFIX, SHOW, Publicity
from .rules import masked_text


def content_of(case: Case, definition: Definition, kept: Publicity) -> list[tuple[str, str]]:
    """(label, value) of each field shown, in the order written; fields without a value are left out.

    Whatever is written like an identity number or a mobile number is masked, wherever it was typed.
    """
    declared = declared_values(case, definition)
    found: list[tuple[str, str]] = []
    for word in kept.show:
        if word.startswith(PREFIX):
            fields = [f for f in definition.form if f.id == word[len(PREFIX) :]]
            found += fields_told(fields, declared)
        else:
            found.append((SHOW[word], _READERS[word](case)))
    if kept.text:
        found.append(("说明", kept.text))
    return [(label, masked_text(value)) for label, value in found if value]


def _name(organisation_id: int | None) -> str:
    return name_on(organisation_id, clock.today()) if organisation_id is not None else ""


def _region(case: Case) -> str:
    today = clock.today()
    code = region_on(case.organisation_id, today) if case.organisation_id is not None else case.region
    tree = region_tree(today)
    return tree.path_name(code) if code in tree.names else ""


def _score(case: Case) -> str:
    found = result_of(case)
    return found.mean if found is not None else ""


def _rank(case: Case) -> str:
    found = result_of(case)
    if found is None or found.rank is None:
        return ""
    return f"第{found.rank}名" + (f"，共{found.of}名" if found.of else "")


_READERS: dict[str, Callable[[Case], str]] = {
    "title": lambda case: case.title,
    "person": lambda case: case.person.name if case.person is not None else "",
    "organisation": lambda case: _name(case.organisation_id),
    "department": lambda case: case.department,
    "authority": lambda case: _name(case.authority_id),
    "region": _region,
    "number": lambda case: case.public_id,
    "score": _score,
    "rank": _rank,
}
