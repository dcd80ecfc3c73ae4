"""What happens when a case of a declaration moves; registered in apps.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from guantong.base.orgs.public import name_on, region_names_on
from guantong.base.people.models import Person
from guantong.domains.projects.actions.drafts import drop_draft
from guantong.domains.projects.selectors.catalogue import SUBJECT
from guantong.domains.projects.selectors.supervising import is_supervised_by
from guantong.kernel import clock
from guantong.procedure.cases.public import Fact, Handler, declared_values, definition_of, register_handler
from guantong.procedure.cases.selectors.story import fields_told

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.procedure.cases.definition import Action, Outcome
    from guantong.procedure.cases.models import Case


def _facts(case: Case) -> Iterable[Fact]:
    """Who it is for, and everything declared as it was last handed in."""
    if case.person_id is not None:
        person = Person.objects.get(pk=case.person_id)
        yield Fact("申报人", f"{person.name}（{person.id_masked}）", "人员登记")
    if case.organisation_id is not None:
        yield Fact("单位", name_on(case.organisation_id, clock.china_day(case.opened_at)), "机构名录")
    yield Fact("地区", region_names_on([case.region], case.law_on).get(case.region, case.region))
    definition = definition_of(case)
    for label, value in fields_told(definition.form, declared_values(case, definition)):
        yield Fact(label, value, "本次填报")


def _on_action(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> None:
    del actor, values
    if definition_of(case).fields_of(action) and action.kind == "submit":
        drop_draft(case)


def _on_outcome(case: Case, outcome: Outcome, actor: Actor, values: Mapping[str, Any]) -> None:
    del outcome, actor, values
    drop_draft(case)


def _link(case: Case) -> str:
    return f"/projects/cases/{case.public_id}/"


def register_procedures() -> None:
    """Called once from ``ProjectsConfig.ready``."""
    register_handler(
        SUBJECT,
        Handler(
            on_action=_on_action,
            on_outcome=_on_outcome,
            facts_for=_facts,
            may_read=is_supervised_by,
            link_for=_link,
        ),
    )
