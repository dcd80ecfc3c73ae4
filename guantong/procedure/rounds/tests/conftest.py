"""The sample procedure in force, and schools that declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import act, open_case, withdraw_case
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case
from tests.cast import Cast
from tests.procedures import handled

from .sample import SAMPLE, SUBJECT

ITEM = {"on": "其他", "text": "请补充说明。"}


@dataclass
class World:
    """The cast with the sample procedure; ``text`` may be changed before a case is opened."""

    cast: Cast
    text: str = SAMPLE
    serial: int = 0
    beside: dict[str, str] = field(default_factory=dict)
    """Texts of further sample procedures, by id."""

    @property
    def definition(self) -> Definition:
        return read_definition(self.text, file="sample.yaml")

    def open(self, who: str = "lin", school: str = "donghu", **more: Any) -> Case:
        self.serial += 1
        given: dict[str, Any] = {
            "actor": self.cast.actor(who),
            "definition": "sample-rounds",
            "region": "990000",
            "subject": (SUBJECT, self.serial),
            "organisation_id": self.cast.organisation(school),
            "form": {"name": f"项目{self.serial}"},
        }
        return open_case(**{**given, **more})

    def act(self, case: Case, who: str, action: str, opinion: Any = None, **more: Any) -> Case:
        revision = Case.objects.values_list("revision", flat=True).get(pk=case.pk)
        said = opinion if opinion is not None else ({"items": [ITEM]} if action == "return" else "同意。")
        said = None if action == "submit" else said
        return act(actor=self.cast.actor(who), case_id=case.pk, action=action, revision=revision, opinion=said, **more)

    def withdraw(self, case: Case, who: str = "lin") -> Case:
        case.refresh_from_db()
        return withdraw_case(actor=self.cast.actor(who), case_id=case.pk, revision=case.revision)

    def at(self, place: str, **more: Any) -> Case:
        case = self.open(**more)
        way = (("city", "lin", "submit"), ("province", "chen", "approve"), ("granted", "chen", "approve"))
        for step, who, action in way:
            case = self.act(case, who, action)
            if step == place:
                return case
        raise AssertionError(place)


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    found = World(cast)
    real = library.find_document
    read: dict[str, Any] = {}

    def find(code: str, region: str, on: Any) -> Any:
        if code == "sample-rounds":
            if found.text not in read:
                read[found.text] = found.definition.document
            return read[found.text], "sample.yaml"
        if code in found.beside:
            text = found.beside[code]
            if text not in read:
                read[text] = read_definition(text, file="beside.yaml").document
            return read[text], "beside.yaml"
        return real(code, region, on)

    monkeypatch.setattr(library, "find_document", find)
    with handled(SUBJECT):
        yield found


def refused(work: Any) -> Refusal:
    """The refusal of ``work``."""
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value
