"""The sample procedures in force everywhere, with the cast and a project officer at 东湖职院."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from guantong.domains.projects.actions import open_declaration
from guantong.procedure.cases.models import Case
from tests.cast import Cast
from tests.procedures import Samples, browser, hire, put_in_force

from .sample import ABOUT, BASE, PERSON


@dataclass
class World(Samples):
    """The cast with the sample procedures."""

    def open(self, who: str = "xu", procedure: str = "sample-base", **more: Any) -> Case:
        """A declaration begun."""
        return open_declaration(actor=self.cast.actor(who), procedure=procedure, region="990000", **more)

    def handed_in(self, seats: int = 60, spent: str = "200000", name: str = "智能制造基地") -> Case:
        """A declaration waiting at the authority."""
        values = {"name": name, "seats": str(seats), "spent": spent}
        return self.act(self.open(), "xu", "submit", values=values)

    def client(self, who: str) -> Client:
        """A browser signed in."""
        return browser(self.cast, who)


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
    put_in_force(monkeypatch, made.definitions)
    yield made
