"""The scene at its stages."""

from __future__ import annotations

import pytest

from guantong.domains.admission.tests.scene import Scene, build_candidates, build_cycle, build_plans, build_scene


@pytest.fixture
def opened(cast) -> Scene:
    """The year just opened: sizes set, no plans."""
    return build_cycle(cast)


@pytest.fixture
def planned(opened) -> Scene:
    """Plans approved, prospectuses filed."""
    return build_plans(opened)


@pytest.fixture
def ranked(planned) -> Scene:
    """Candidates registered, scored and ranked."""
    return build_candidates(planned)


@pytest.fixture
def scene(cast) -> Scene:
    """A round open for lists."""
    return build_scene(cast)
