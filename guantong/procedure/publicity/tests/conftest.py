"""The sample procedures in force in every region, with the cast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from guantong.procedure.cases.actions import open_case
from guantong.procedure.cases.models import Case
from guantong.procedure.publicity.actions import complain, object_to
from guantong.procedure.publicity.actions.letters import Letter
from guantong.procedure.publicity.models import Objection, PublicNotice
from tests.cast import Cast
from tests.procedures import Samples, handled, put_in_force

from .sample import COMPLAINT, SHOWN

FORM = {"name": "智能制造基地", "leader": "王主任，电话13812345678", "phone": "13812345678"}
NAMED = Letter("负责人的证书是借来的。", True, "郑重声", "13900001111")
NAMELESS = Letter("材料里的设备清单不属实。")


@dataclass
class World(Samples):
    """The cast with the sample procedures."""

    serial: int = 0

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
    put_in_force(monkeypatch, made.definitions)
    with handled("tests.base"):
        yield made
