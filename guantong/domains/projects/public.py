"""What others may ask of declarations, and how the site names the systems procedures belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guantong.domains.projects.actions import open_declaration
from guantong.domains.projects.selectors import naming
from guantong.domains.projects.selectors.catalogue import SUBJECT

__all__ = ["SUBJECT", "name_systems", "open_declaration"]


def name_systems(names: Callable[[], Mapping[str, str]]) -> None:
    """Give the hall the names of the systems (id → name, in order); the site, which keeps the register, calls it."""
    naming.use(names)
