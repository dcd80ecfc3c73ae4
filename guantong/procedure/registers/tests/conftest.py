"""The sample procedures in force in every region, with the cast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from guantong.procedure.cases.actions import open_case
from guantong.procedure.cases.models import Case
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.models import HeldTitle
from tests.cast import Cast
from tests.procedures import Samples, handled, put_in_force

from .sample import FOLLOWING, GRANTING, RELYING


@dataclass
class World(Samples):
    """The cast with the sample procedures."""

    serial: int = 0

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
    put_in_force(monkeypatch, made.definitions)
    with handled("tests.teacher", "tests.leader"):
        yield made
