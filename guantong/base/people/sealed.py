"""What else the installation's key seals: each keeper registers how its rows are sealed again under a new one."""

from __future__ import annotations

from collections.abc import Callable

from guantong.base.accounts.actor import Actor

Reseal = Callable[[Actor], int]
"""Seals what lies under an older key again under the newest; returns how many; can be stopped and begun again."""

SEALED: dict[str, Reseal] = {}
"""Title of what is sealed → how; filled in ``apps.py``, carried out by ``guantong manage renew_keys``."""


def register_sealed(title: str, reseal: Reseal) -> None:
    """Have ``renew_keys`` seal these rows too. ``title`` as the command prints it."""
    SEALED[title] = reseal
