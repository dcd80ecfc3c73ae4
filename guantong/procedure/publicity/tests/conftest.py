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
from guantong.procedure.publicity.actions import complain, object_to
from guantong.procedure.publicity.actions.letters import Letter
from guantong.procedure.publicity.models import Objection, PublicNotice
from tests.cast import Cast

from .sample import COMPLAINT, SHOWN

FORM = {"name": "智能制造基地", "leader": "王主任，电话13812345678", "phone": "13812345678"}
NAMED = Letter("负责人的证书是借来的。", True, "郑重声", "13900001111")
NAMELESS = Letter("材料里的设备清单不属实。")


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

    def act(self, case: Case, who: str, action: str, **more: Any) -> Case:
        """An action at the case's present revision."""
        case.refresh_from_db()
        given: dict[str, Any] = {"revision": case.revision, "opinion": "意见。", **more}
        return act(actor=self.cast.actor(who), case_id=case.pk, action=action, **given)

    def shown(self) -> PublicNotice:
        """A notice published now, by the school's declaration."""
        self.serial += 1
        case = open_case(
            actor=self.cast.sun,
            definition="sample-shown",
            region="990000",
            subject=("tests.base", self.serial),
            organisation_id=self.cast.donghu,
        )
        self.act(case, "sun", "submit", values=FORM)
        return PublicNotice.objects.get(case=case, state="open")

    def objected(self, notice: PublicNotice, letter: Letter = NAMELESS, **more: Any) -> tuple[Objection, str]:
        """An objection by somebody not signed in."""
        from guantong.base.accounts.public import VISITOR

        self.serial += 1
        given: dict[str, Any] = {"actor": VISITOR, "asker": f"address:10.0.0.{self.serial}", **more}
        return object_to(notice=notice.public_id, letter=letter, **given)

    def complained(self, letter: Letter = NAMED, **more: Any) -> tuple[Case, str]:
        """A complaint about 东湖职校 by somebody not signed in."""
        from guantong.base.accounts.public import VISITOR

        self.serial += 1
        given: dict[str, Any] = {
            "actor": VISITOR,
            "procedure": "sample-complaint",
            "region": "990000",
            "organisation_id": self.cast.donghu,
            "form": {"teacher": "某教师", "kind": "gift"},
            "letter": letter,
            "asker": f"address:10.0.1.{self.serial}",
        }
        return complain(**{**given, **more})


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The sample procedures, found under their ids in every region on every day."""
    made = World(cast, {})
    for text in (SHOWN, COMPLAINT):
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
    handlers._HANDLERS["tests.base"] = handlers.Handler(link_for=lambda case: f"/cases/{case.public_id}/")
    yield made
    del handlers._HANDLERS["tests.base"]
