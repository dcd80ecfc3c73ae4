"""A build that was cut off is begun again from an empty database."""

import pytest

from guantong.site.demo import build

pytestmark = pytest.mark.django_db


def test_half_a_province_is_emptied_before_it_is_built_again(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by deleting: the ledger, once begun, cannot be deleted from."""
    done: list[str] = []
    monkeypatch.setattr(build, "_empty", lambda: done.append("emptied"))
    monkeypatch.setattr(build, "build", lambda say: done.append("built"))
    monkeypatch.setattr(build, "call_command", lambda *names, **options: done.append(f"command {names[0]}"))
    assert not build.is_built()
    build.ensure_demo(done.append)
    assert done == ["上一次没有建完，从头再建。", "emptied", "built"]


def test_a_province_that_stands_is_left_alone(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "is_built", lambda: True)
    monkeypatch.setattr(build, "_empty", lambda: pytest.fail("nothing may be emptied"))
    monkeypatch.setattr(build, "build", lambda say: pytest.fail("nothing may be built"))
    build.ensure_demo()
