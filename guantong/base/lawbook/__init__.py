"""The loaded law for Django code: ``current_policy()`` and ``law_on(day, region=None)``.

Carries out G11 for the installation: which folder is read and which region is served come from the settings.
"""

from __future__ import annotations

import logging
from datetime import date
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings

from guantong.kernel.refusal import Refusal
from guantong.policy.asking import Law, Policy, load_policy

_log = logging.getLogger(__name__)
_last_right: dict[Path, Policy] = {}
_told: dict[Path, str] = {}

LOOK_AGAIN_AFTER = 2.0
"""Seconds between looks at the folder for changed files."""


def current_policy() -> Policy:
    """The policy of ``settings.REGIONS``; a changed file is noticed within two seconds.

    When a changed file is wrong, the last right policy goes on answering and every fault is logged; only a start with
    wrong files is refused (REG-…).
    """
    regions = settings.REGIONS
    return _loaded(regions if isinstance(regions, Path) else Path(regions), int(monotonic() / LOOK_AGAIN_AFTER))


@lru_cache(maxsize=4)
def _loaded(path: Path, moment: int) -> Policy:
    del moment
    try:
        policy = load_policy(path)
    except Refusal as refusal:
        last = _last_right.get(path)
        if last is None:
            raise
        if _told.get(path) != str(refusal):
            _told[path] = str(refusal)
            _log.error("region files are wrong, the policy read before stays in force:\n%s", refusal)
        return last
    _last_right[path] = policy
    return policy


def law_on(day: date, region: str | None = None, *, drafts: bool = False) -> Law:
    """The law of ``region`` (the installation's own by default) on ``day``; refusals as :meth:`Policy.law`."""
    return current_policy().law(region=region or settings.REGION, on=day, drafts=drafts)
