"""The stage of the journeys: the cast in a database of its own, one clock for all threads, Chromium, people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from guantong.domains.credit.tests.scene import Scene, build_scene
from guantong.kernel import clock
from tests.cast import BASELINE, Cast, build_cast
from tests.house.browser import WIDTHS, browser

from .clock import EveryThread
from .people import Person


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as it runs: the site's threads have connections of their own."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("journeys") / "site.sqlite3")


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Time stands at the baseline in every thread; ``clock.frozen_at`` moves it for the site too."""
    monkeypatch.setattr(clock, "_frozen", EveryThread())
    with clock.frozen_at(BASELINE):
        yield


@pytest.fixture
def cast(transactional_db: Any, standing: None) -> Cast:
    """The cast, committed, so that the site's threads see it."""
    return build_cast()


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The credit bank's scene on top of the cast, committed as a whole."""
    with transaction.atomic():
        return build_scene(cast)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One Chromium a file."""
    with browser() as running:
        yield running


@pytest.fixture
def person(chromium: Any, live_server: Any, standing: None, settings: Any) -> Iterator[Callable[..., Person]]:
    """``person("zhao")`` is signed in at a browser of their own; ``person()`` is a visitor.

    At the end nothing may have been found wrong on any page any of them came to.
    """
    settings.SITE_URL = live_server.url
    everybody: list[Person] = []

    def comes(name: str = "", *, width: int = WIDTHS["wide"], scripts: bool = True, after: str = "/desk/") -> Person:
        somebody = Person(chromium, live_server.url, name=name or "visitor", width=width, scripts=scripts)
        everybody.append(somebody)
        if name:
            somebody.signs_in(name + (".learner" if name in ("wu", "zhao") else ".staff"), after)
        return somebody

    yield comes
    found = [f"{somebody.name}: {finding}" for somebody in everybody for finding in somebody.findings]
    for somebody in everybody:
        somebody.context.close()
    assert found == []
