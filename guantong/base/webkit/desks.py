"""Desks: who sits where, what stands on each desk's home page, and its navigation.

Domains fill both registries in their ``apps.py``::

    register_panel("school", 20, applications_to_review)      # function(actor) -> Panel
    register_link("school", 20, "学分转换", "credit:school_applications", "credit.review.department")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from guantong.base.accounts.actor import Actor

DESKS = {
    "learner": "学习者",
    "school": "学校",
    "bureau": "主管部门",
    "issuer": "企业与评价机构",
    "expert": "评审专家",
    "operator": "运行维护",
}
"""Desk → its name on pages."""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One thing to do or look at. ``tone``: neutral, info, good, warn or bad, for the state's badge."""

    text: str
    url: str | None = None
    state: str = ""
    tone: str = "neutral"
    due_on: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of a desk's home page. ``is_to_do`` blocks come first and are counted at the top."""

    title: str
    rows: tuple[PanelRow, ...] = ()
    more_url: str | None = None
    empty_text: str = "现在没有需要您办理的事。"
    count: int | None = None
    is_to_do: bool = True
    note: str = ""

    @property
    def total(self) -> int:
        """How many there are in all, not only the rows shown."""
        return len(self.rows) if self.count is None else self.count


@dataclass(frozen=True, slots=True)
class DeskLink:
    """An entry of a desk's navigation, shown when the actor has the permission (or none is asked)."""

    order: int
    label: str
    url_name: str
    permission: str | None = None


@dataclass(slots=True)
class _Desk:
    panels: dict[str, tuple[int, Callable[[Actor], Panel | None]]] = field(default_factory=dict)
    links: dict[str, DeskLink] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the landing page, counted when asked."""

    order: int
    label: str
    unit: str
    count: Callable[[], int]
    url: str | None = None


_FIGURES: dict[str, Figure] = {}
_DESKS: dict[str, _Desk] = {name: _Desk() for name in DESKS}


def register_panel(desk: str, order: int, build: Callable[[Actor], Panel | None]) -> None:
    """Add a block to a desk's home page; ``build`` returns ``None`` when it does not concern the actor."""
    _DESKS[desk].panels[f"{build.__module__}.{build.__qualname__}"] = (order, build)


def register_link(desk: str, order: int, label: str, url_name: str, permission: str | None = None) -> None:
    """Add an entry to a desk's navigation."""
    _DESKS[desk].links[url_name] = DeskLink(order, label, url_name, permission)


def register_figure(order: int, label: str, unit: str, count: Callable[[], int], url: str | None = None) -> None:
    """Add a number to the landing page; ``count`` must be cheap (one indexed count)."""
    _FIGURES[label] = Figure(order, label, unit, count, url)


def figures() -> list[Figure]:
    """The numbers of the landing page, in order."""
    return sorted(_FIGURES.values(), key=lambda figure: figure.order)


def panels_for(desk: str, actor: Actor) -> list[Panel]:
    """The blocks of a desk's home page, to-do lists first, each group in the registered order."""
    built = [build(actor) for _, build in sorted(_DESKS[desk].panels.values(), key=lambda pair: pair[0])]
    shown = [panel for panel in built if panel is not None]
    return sorted(shown, key=lambda panel: not panel.is_to_do)


def links_for(desk: str, actor: Actor) -> list[DeskLink]:
    """The navigation entries the actor may use."""
    links = sorted(_DESKS[desk].links.values(), key=lambda link: (link.order, link.label))
    return [link for link in links if link.permission is None or actor.may(link.permission)]
