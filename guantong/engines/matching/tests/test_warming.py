"""The instances of the warming are right by themselves: the rules read, and both implementations agree."""

from __future__ import annotations

import pytest

from guantong.engines.matching import allocate_plainly, compare, warming


def test_every_instance_is_run_and_agrees_with_the_plain_implementation(monkeypatch: pytest.MonkeyPatch):
    ways = []
    fast = warming.allocate

    def both(instance):
        ways.append((instance.rules.mechanism, instance.rules.unit))
        outcome = fast(instance)
        assert not compare(outcome, allocate_plainly(instance))
        return outcome

    monkeypatch.setattr(warming, "allocate", both)
    warming.warm()
    assert len(ways) >= 9
    assert {mechanism for mechanism, _ in ways} == {"parallel", "sequential", "deferred_acceptance"}
