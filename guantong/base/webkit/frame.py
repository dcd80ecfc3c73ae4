"""What the page frame shows on every page: who is signed in, the desks, the navigation, messages, the region."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest

from guantong.base.webkit.desks import DESKS, links_for
from guantong.base.webkit.jinja import url_or_none
from guantong.base.webkit.pages import actor_of
from guantong.base.webkit.region import serving_region

PUBLIC_LINKS = (
    ("办事大厅", "/procedures/"),
    ("招生录取", "/admission/"),
    ("公示栏", "/publicity/"),
    ("称号名册", "/registers/"),
    ("能算什么", "/try/"),
    ("证书核验", "/verify/"),
    ("专业目录", "/programmes/"),
    ("机构名录", "/organisations/"),
    ("政策依据", "/law/"),
    ("制度地图", "/systems/"),
)


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """One entry: label, address, and whether the present page stands under it."""

    label: str
    url: str
    is_current: bool


class Frame:
    """Read by ``webkit/frame.html``; everything is worked out only when the frame is really drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.region = serving_region()

    @cached_property
    def user_label(self) -> str | None:
        """Name of the person signed in, or ``None``."""
        user = getattr(self._request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        return actor_of(self._request).label or user.get_username()

    @cached_property
    def public_links(self) -> list[NavigationLink]:
        """The entries everyone sees."""
        path = self._request.path
        return [NavigationLink(label, address, path.startswith(address)) for label, address in PUBLIC_LINKS]

    @cached_property
    def desks(self) -> list[tuple[NavigationLink, list[NavigationLink]]]:
        """Each desk of the person with its entries (only for the desk the page stands in)."""
        if self.user_label is None:
            return []
        path = self._request.path
        actor = actor_of(self._request)
        found = []
        for desk in actor.desks():
            home = f"/{desk}/"
            here = path.startswith(home)
            entries = []
            if here:
                known = [(link.label, url_or_none(link.url_name)) for link in links_for(desk, actor)]
                linked = [(label, address) for label, address in known if address is not None]
                nearest = max((a for _, a in linked if path.startswith(a)), key=len, default="")
                entries = [NavigationLink(label, address, address == nearest) for label, address in linked]
            found.append((NavigationLink(f"{DESKS[desk]}工作台", home, here), entries))
        return found

    @cached_property
    def messages(self) -> list[Any]:
        """Notes left by the last action; reading them removes them."""
        return list(get_messages(self._request)) if hasattr(self._request, "_messages") else []


def frame_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    return {"frame": Frame(request)}
