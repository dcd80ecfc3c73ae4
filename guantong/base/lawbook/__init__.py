"""The loaded law for Django code: ``current_policy()`` and ``law_on(day, region=None)``.

Carries out G11 for the installation: which folder is read and which region is served come from the settings.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings

from guantong.policy.asking import Law, Policy, load_policy

_LOOK_AGAIN_AFTER = 2.0
"""Seconds between looks at the folder for changed files."""


def current_policy() -> Policy:
    """The policy of ``settings.REGIONS``; a changed file is noticed within two seconds."""
    return _loaded(Path(settings.REGIONS), int(monotonic() / _LOOK_AGAIN_AFTER))


@lru_cache(maxsize=4)
def _loaded(path: Path, moment: int) -> Policy:
    del moment
    return load_policy(path)


def law_on(day: date, region: str | None = None, *, drafts: bool = False) -> Law:
    """The law of ``region`` (the installation's own by default) on ``day``; refusals as :meth:`Policy.law`."""
    return current_policy().law(region=region or settings.REGION, on=day, drafts=drafts)
