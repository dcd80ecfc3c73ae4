"""What a declaration is about, in a few words, so that lists tell several of one school apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guantong.domains.projects.models import Declaration
from guantong.kernel.clock import china_day
from guantong.procedure.cases.declaring import item_of, takes_form
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.public import definition_of
from guantong.procedure.publicity.rules import masked_text
from guantong.procedure.registers.reading import SUBJECT as TITLES
from guantong.procedure.rounds.models import HandedIn

from .catalogue import SUBJECT

LONGEST = 40
WHO = ("负责人", "联系")
"""Words of fields that say who answers for a declaration, not what it is for."""
KINDS = (SUBJECT, TITLES)
"""Kinds of cases whose subject is told; of others their title says enough, and of complaints nothing may be said."""


def subjects_of(cases: Iterable[Case]) -> dict[int, str]:
    """Case → what it is declared for, and its round or year: ``智能制造基地，2026年批次``. Three queries for a page.

    The item of the title asked for, else the first answer in one line of text that is not who answers for it; as typed
    so far while it is a draft. Numbers of identity and telephones are masked.
    """
    asked = [case for case in cases if case.subject_kind in KINDS]
    if not asked:
        return {}
    definitions = {case.pk: definition_of(case) for case in asked}
    answers = _answers(asked, definitions)
    rounds = dict(HandedIn.objects.filter(case__in=asked).values_list("case_id", "round__title"))
    found = {}
    for case in asked:
        what = _what(case, definitions[case.pk], answers.get(case.pk, {}))
        when = rounds.get(case.pk) or f"{china_day(case.opened_at).year}年"
        found[case.pk] = "，".join(part for part in (what, when) if part)
    return found


def _answers(cases: list[Case], definitions: Mapping[int, Definition]) -> dict[int, dict[str, Any]]:
    """The last declaration of each case; what is typed and not handed in yet goes before what is empty."""
    found: dict[int, dict[str, Any]] = {}
    lines = CaseAction.objects.filter(case__in=cases).exclude(values={}).order_by("case_id", "sequence")
    for line in lines.only("case_id", "action", "step", "values"):
        if takes_form(definitions[line.case_id], line):
            found[line.case_id] = dict(line.values)
    drafts = Declaration.objects.filter(case__in=cases, is_draft=True).exclude(draft={})
    for case_id, draft in drafts.values_list("case_id", "draft"):
        if case_id is not None:
            typed = {name.partition(".")[2]: values[0] for name, values in draft.items() if values}
            found[case_id] = {**found.get(case_id, {}), **typed}
    return found


def _what(case: Case, definition: Definition, values: Mapping[str, Any]) -> str:
    text = item_of(case, definition, values) if case.subject_kind == SUBJECT else ""
    if not text:
        texts = (
            values.get(field.id)
            for field in definition.form
            if field.kind == "text" and not any(word in field.title for word in WHO)
        )
        text = next((str(value).strip() for value in texts if value), "")
    text = masked_text(" ".join(text.split()))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
