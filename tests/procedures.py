"""Sample procedures for tests: in force beside those of the region folders, worked by the cast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from guantong.base import lawbook
from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.procedure.cases import handlers, library
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case
from tests.cast import PASSWORD, Cast


@dataclass
class Samples:
    """The cast with sample procedures, found under their ids in every region on every day."""

    cast: Cast
    definitions: dict[str, Definition]

    def use(self, text: str) -> Definition:
        """Put another definition in force."""
        found = read_definition(text, file="sample.yaml")
        self.definitions[found.id] = found
        return found

    def act(self, case: Case, who: str, action: str, **more: Any) -> Case:
        """An action at the case's present revision."""
        case.refresh_from_db()
        given: dict[str, Any] = {"revision": case.revision, "opinion": "意见。", **more}
        return act(actor=self.cast.actor(who), case_id=case.pk, action=action, **given)


def put_in_force(monkeypatch: pytest.MonkeyPatch, definitions: Mapping[str, Definition]) -> None:
    """Have ``definitions``, and what is added to them later, found before those of the region folders."""
    real = library.find_document

    def find(code: str, region: str, on: Any) -> Any:
        own = definitions.get(code)
        return (own.document, "sample.yaml") if own is not None else real(code, region, on)

    monkeypatch.setattr(library, "find_document", find)
    policy = lawbook.current_policy()

    class Policy:
        def procedures(self, region: str, on: Any) -> dict[str, Any]:
            own = {code: SimpleNamespace(id=code, region="990000", data=d.document) for code, d in definitions.items()}
            return {**policy.procedures(region, on), **own}

        def __getattr__(self, name: str) -> Any:
            return getattr(policy, name)

    monkeypatch.setattr(lawbook, "current_policy", Policy)


@contextmanager
def handled(*kinds: str) -> Iterator[None]:
    """Subject kinds that no domain handles, for as long as the test runs."""
    for kind in kinds:
        handlers._HANDLERS[kind] = handlers.Handler(link_for=lambda case: f"/cases/{case.public_id}/")
    yield
    for kind in kinds:
        del handlers._HANDLERS[kind]


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


def browser(cast: Cast, who: str) -> Client:
    """A browser signed in."""
    made = Client()
    made.force_login(cast.user(who))
    return made
