"""The sample procedures in force everywhere, with the cast and a project officer at 东湖职院."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from guantong.base import lawbook
from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.domains.projects.actions import open_declaration
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case
from tests.cast import PASSWORD, Cast

from .sample import ABOUT, BASE, PERSON


@dataclass
class World:
    """The cast with the sample procedures."""

    cast: Cast
    definitions: dict[str, Definition]

    def use(self, text: str) -> Definition:
        """Put another definition in force."""
        found = read_definition(text, file="sample.yaml")
        self.definitions[found.id] = found
        return found

    def open(self, who: str = "xu", procedure: str = "sample-base", **more: Any) -> Case:
        """A declaration begun."""
        return open_declaration(actor=self.cast.actor(who), procedure=procedure, region="990000", **more)

    def act(self, case: Case, who: str, action: str, **more: Any) -> Case:
        """An action at the case's present revision."""
        case.refresh_from_db()
        given: dict[str, Any] = {"revision": case.revision, "opinion": "意见。", **more}
        return act(actor=self.cast.actor(who), case_id=case.pk, action=action, **given)

    def handed_in(self, seats: int = 60, spent: str = "200000", name: str = "智能制造基地") -> Case:
        """A declaration waiting at the authority."""
        values = {"name": name, "seats": str(seats), "spent": spent}
        return self.act(self.open(), "xu", "submit", values=values)

    def client(self, who: str) -> Client:
        """A browser signed in."""
        made = Client()
        made.force_login(self.cast.user(who))
        return made


def hire(cast: Cast, key: str, name: str, organisation: str, role: str) -> None:
    """One more of the cast."""
    made = create_user(
        actor=SYSTEM, username=f"{key}.staff", display_name=name, password=PASSWORD, must_change_password=False
    )
    cast.users[key] = made.user.pk
    grant_post(
        actor=SYSTEM,
        user_id=made.user.pk,
        organisation_id=cast.organisations[organisation],
        role=role,
        in_force_from=date(2025, 9, 1),
    )


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[World]:
    """The sample procedures, found under their ids in every region on every day; second factors not asked."""
    settings.DEMO = True
    hire(cast, "xu", "许老师", "donghu", "project_officer")
    hire(cast, "fang", "方经理", "enterprise", "enterprise_officer")
    hire(cast, "gu", "顾科长", "city_bureau", "bureau_reviewer")
    made = World(cast, {})
    for text in (BASE, PERSON, ABOUT):
        made.use(text)
    real = library.find_document

    def find(code: str, region: str, on: Any) -> Any:
        own = made.definitions.get(code)
        return (own.document, "sample.yaml") if own is not None else real(code, region, on)

    monkeypatch.setattr(library, "find_document", find)
    policy = lawbook.current_policy()

    class Policy:
        def procedures(self, region: str, on: Any) -> dict[str, Any]:
            own = {
                code: SimpleNamespace(id=code, region="990000", data=d.document) for code, d in made.definitions.items()
            }
            return {**policy.procedures(region, on), **own}

        def __getattr__(self, name: str) -> Any:
            return getattr(policy, name)

    monkeypatch.setattr(lawbook, "current_policy", Policy)
    yield made
