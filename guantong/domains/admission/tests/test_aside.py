"""The second implementation beside the run: the same outcome, from its own process or, when that dies, from here."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from guantong.domains.admission.actions import aside
from guantong.engines.matching import Instance, Outcome, allocate_plainly
from guantong.engines.matching.model import Choice, Place
from guantong.engines.matching.tests.worked import group, instance_of, rules_of
from guantong.kernel.collecting import seldom_collecting


@pytest.fixture
def instance() -> Instance:
    places = [Place("Ga", "东湖", "G", "a", seats=1), Place("Gb", "东湖", "G", "b", seats=1)]
    people = {"c1": 700, "c2": 690, "c3": 680}
    lists: dict[str, list[Choice]] = {name: [group("G", "a", accept=name == "c2")] for name in people}
    return instance_of(rules_of(unit="group"), places, people, lists)


def never(instance: Instance) -> Outcome:
    raise AssertionError("not to be computed here")


def test_a_process_of_its_own_gives_the_same_outcome(instance, monkeypatch):
    monkeypatch.setattr(aside, "WORTH", 0)
    with aside.beside(instance, never) as plainly:
        found = plainly()
    assert found == allocate_plainly(instance)


def test_a_small_instance_is_computed_here_and_only_when_asked_for(instance, monkeypatch):
    monkeypatch.setattr(aside, "subprocess", None)
    with aside.beside(instance, never):
        pass
    with aside.beside(instance, allocate_plainly) as plainly:
        assert plainly() == allocate_plainly(instance)


@pytest.mark.parametrize("ending", ["import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "raise SystemExit(3)"])
def test_when_the_process_dies_the_outcome_is_computed_here(instance, monkeypatch, caplog, ending):
    began = subprocess.Popen

    def dying(command: list[str], **more: object) -> object:
        return began([sys.executable, "-c", ending], **more)

    monkeypatch.setattr(aside, "WORTH", 0)
    monkeypatch.setattr(aside.subprocess, "Popen", dying)
    with aside.beside(instance, allocate_plainly) as plainly:
        assert plainly() == allocate_plainly(instance)
    assert "computed here" in caplog.text


def test_leaving_early_ends_the_process(instance, monkeypatch):
    began, made = subprocess.Popen, []

    def waiting(command: list[str], **more: object) -> object:
        made.append(began([sys.executable, "-c", "import sys; sys.stdin.read(); input()"], **more))
        return made[0]

    monkeypatch.setattr(aside, "WORTH", 0)
    monkeypatch.setattr(aside.subprocess, "Popen", waiting)
    with pytest.raises(KeyError), aside.beside(instance, never):
        raise KeyError
    assert made[0].poll() is not None


def test_the_collector_is_back_to_what_it_was():
    before = gc.get_threshold()
    with pytest.raises(KeyError), seldom_collecting():
        assert gc.get_threshold() != before
        raise KeyError
    assert gc.get_threshold() == before
