"""The sample procedures in force in every region, with the cast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from guantong.base import lawbook
from guantong.procedure.cases import handlers, library
from guantong.procedure.cases.actions import act, open_case
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.models import HeldTitle
from tests.cast import Cast

from .sample import FOLLOWING, GRANTING, RELYING


@dataclass
class World:
    """The cast with the sample procedures."""

    cast: Cast
    definitions: dict[str, Definition]
    serial: int = 0

    def use(self, text: str) -> Definition:
        """Put another definition in force."""
        found = read_definition(text, file="sample.yaml")
        self.definitions[found.id] = found
        return found

    def open(self, procedure: str, kind: str, who: str = "wu", **more: Any) -> Case:
        """A case of a learner of 东湖职校."""
        self.serial += 1
        return open_case(
            actor=self.cast.actor(who),
            definition=procedure,
            region="990000",
            subject=(kind, self.serial),
            organisation_id=self.cast.donghu,
            person_id=self.cast.people[who],
            **more,
        )

    def act(self, case: Case, who: str, action: str, **more: Any) -> Case:
        """An action at the case's present revision."""
        case.refresh_from_db()
        given: dict[str, Any] = {"revision": case.revision, "opinion": "意见。", **more}
        return act(actor=self.cast.actor(who), case_id=case.pk, action=action, **given)

    def handed_in(self, level: str = "junior", who: str = "wu") -> Case:
        """A declaration waiting at the school."""
        case = self.open("sample-teachers", "tests.teacher", who)
        return self.act(case, who, "submit", values={"level": level})

    def granted(self, level: str = "junior", who: str = "wu") -> HeldTitle:
        """A title granted today."""
        case = self.act(self.handed_in(level, who), "sun", "approve")
        return HeldTitle.objects.get(entries__case=case)

    def follow(self, title: HeldTitle, action: str, who: str = "sun") -> Case:
        """A follow-up opened and decided today."""
        case = open_about(actor=self.cast.actor(who), definition="sample-check", number=title.number)
        return self.act(case, who, action)


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The sample procedures, found under their ids in every region on every day."""
    made = World(cast, {})
    for text in (GRANTING, FOLLOWING, RELYING):
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
    for kind in ("tests.teacher", "tests.leader"):
        handlers._HANDLERS[kind] = handlers.Handler(link_for=lambda case: f"/cases/{case.public_id}/")
    yield made
    for kind in ("tests.teacher", "tests.leader"):
        del handlers._HANDLERS[kind]
