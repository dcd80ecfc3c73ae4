"""Names of the systems the documents ask for; the floor above keeps the register and gives it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_GIVEN: list[Callable[[], Mapping[str, str]]] = []


def use(names: Callable[[], Mapping[str, str]]) -> None:
    """Whom to ask."""
    _GIVEN[:] = [names]


def system_names() -> dict[str, str]:
    """System id → its name, in the order of the register; empty where nobody gave them."""
    return dict(_GIVEN[0]()) if _GIVEN else {}
