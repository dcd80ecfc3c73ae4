"""One clock for the test and the site it drives.

``kernel.clock`` keeps the frozen moment in a ContextVar, so that tests of one thread never disturb another. A journey
is the opposite case: the site answers in threads of its own and has to stand at the test's moment. ``EveryThread``
has the three methods of a ContextVar that the clock uses, with one value for the whole process. The fixture
``standing`` of ``conftest.py`` puts it in the ContextVar's place for one test; ``clock.frozen_at`` then works as
everywhere, and moving the time moves it for the site too.
"""

from __future__ import annotations

from datetime import datetime


class EveryThread:
    """The frozen moment, the same in every thread."""

    def __init__(self, moment: datetime | None = None) -> None:
        self._moment = moment

    def get(self) -> datetime | None:
        """The frozen moment, in UTC."""
        return self._moment

    def set(self, moment: datetime | None) -> datetime | None:
        """Stand at ``moment``; returns what ``reset`` needs."""
        before, self._moment = self._moment, moment
        return before

    def reset(self, before: datetime | None) -> None:
        """Stand where it stood before."""
        self._moment = before
