"""The register names every system once, says honestly what works, and docs/systems.md is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.policy.asking import load_policy
from guantong.site.systems.register import STATES, as_markdown, by_area, systems

ROOT = Path(__file__).resolve().parents[4]
IDS = (
    [f"L{n}" for n in range(1, 9)]
    + [f"A{n}" for n in range(1, 9)]
    + [f"S{n}" for n in range(1, 9)]
    + [f"I{n}" for n in range(1, 10)]
    + [f"T{n}" for n in range(1, 9)]
    + [f"G{n}" for n in range(1, 14)]
    + [f"F{n}" for n in range(1, 7)]
    + ["E1", "E2", "E3", "N1", "P1", "P2", "P3", "X"]
)


def test_every_system_is_there_once() -> None:
    assert [s.id for s in systems()] == IDS


@pytest.mark.parametrize("system", systems(), ids=IDS)
def test_an_entry_is_whole_and_honest(system) -> None:  # type: ignore[no-untyped-def]
    assert system.state in STATES
    assert system.what.endswith("。")
    assert system.title_zh
    assert system.title_en
    if system.state == "planned":
        assert system.place is None
        assert system.try_it is None
    else:
        assert system.try_it
        assert system.place
        assert (ROOT / system.place).is_dir()


def test_the_document_is_current() -> None:
    written = (ROOT / "docs/systems.md").read_text(encoding="utf-8")
    assert written == as_markdown(), "run: guantong systems --markdown > docs/systems.md"


def test_areas_keep_every_system() -> None:
    assert [s.id for entries in by_area().values() for s in entries] == IDS


def test_parameters_name_systems_of_the_register() -> None:
    policy = load_policy(ROOT / "regions")
    unknown = {p.name: p.system for p in policy.parameters.values() if p.system not in IDS}
    assert unknown == {}


def test_json_has_the_promised_keys() -> None:
    for system in systems():
        assert {"id", "title_zh", "title_en", "state", "place", "try"} <= set(system.as_json())
