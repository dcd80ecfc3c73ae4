"""A provincial ledger in force with the cast; second factors are not asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guantong.domains.ledgers.actions import enter_progress
from guantong.domains.ledgers.models import ProgressEntry
from guantong.domains.ledgers.rules.reading import Ledger, read_ledger
from guantong.domains.ledgers.selectors import ledgers
from guantong.policy.schema.shapes import Place, RawEntry
from tests.cast import Cast
from tests.procedures import browser, hire

SAMPLE: dict[str, Any] = {
    "id": "sample",
    "title": "样例台账",
    "source": "local",
    "note": "只为测试而写。",
    "clause_of_row": "第{row}行",
    "rows_printed": 3,
    "lead": "printed",
    "rows": [
        {"row": "1", "task": "扩大贯通培养", "lead": ["云澜省教育厅"], "participants": ["东湖市教育局"],
         "due": date(2025, 12, 31), "systems": ["G2", "A5"]},
        {"row": "2", "task": "建实践中心", "lead": ["东湖市教育局"], "due": date(2025, 9, 30), "systems": ["G2"]},
        {"row": "3", "task": "税费优惠", "lead": ["国家税务总局"], "due": date(2025, 9, 30), "systems": ["G2"]},
    ],
}  # fmt: skip


def entry_of(data: dict[str, Any]) -> RawEntry:
    """As the region folder would give it, every row on a line of its own."""
    lines = {f"rows[{index}]": 20 + index for index in range(len(data.get("rows") or ()))}
    lines.update({key: 2 + index for index, key in enumerate(data) if key != "rows"})
    place = Place("regions/990000-demo/ledgers/sample.yaml", 1)
    return RawEntry("990000", "ledgers", str(data["id"]), None, data, None, None, place, lines)


def ledger_of(data: dict[str, Any]) -> Ledger:
    """The sound ledger of an entry."""
    found, problems = read_ledger(entry_of(data))
    assert found is not None, [p.sentence() for p in problems]
    return found


@dataclass
class World:
    """The cast with the sample ledger."""

    cast: Cast

    def say(self, who: str = "chen", row: str = "1", at: str = "city_bureau", **more: Any) -> ProgressEntry:
        """Progress of a body."""
        given: dict[str, Any] = {"state": "on_course", "share": 40, "text": "已经开展试点。", **more}
        return enter_progress(
            actor=self.cast.actor(who), ledger="sample", row=row, organisation_id=self.cast.organisation(at), **given
        )

    def client(self, who: str) -> Client:
        """A browser signed in."""
        return browser(self.cast, who)


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    """The sample ledger beside those of the region folders."""
    settings.DEMO = True
    real = ledgers.list_ledgers

    def listed(region: str | None = None) -> list[Ledger]:
        return [*real(region), ledger_of(SAMPLE)]

    monkeypatch.setattr(ledgers, "list_ledgers", listed)
    from guantong.domains.ledgers.selectors import progress

    monkeypatch.setattr(progress, "list_ledgers", listed)
    hire(cast, "deng", "邓科长", "province_bureau", "bureau_reviewer")
    return World(cast)


REGIONS = Path(__file__).parents[4] / "regions"
