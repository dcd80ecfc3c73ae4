"""What was posted or asked, read into plain values."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from django.http import HttpRequest

from guantong.domains.projects import errors
from guantong.domains.projects.selectors.holders import Wanted
from guantong.kernel.refusal import Where

DESKS = ("school", "issuer", "learner", "bureau", "expert")
"""Desks that have these pages."""


def typed_holder(post: Any) -> dict[str, str]:
    """What was typed of the holder, every field present."""
    names = ("organisation", "person_name", "person_number", "at")
    return {name: str(post.get(name) or "").strip()[:120] for name in names}


def wanted_of(typed: dict[str, str]) -> Wanted:
    """For whom to declare."""
    return Wanted(typed["organisation"], typed["person_number"], typed["person_name"])


def number_of(text: str) -> int | None:
    """A small whole number, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def typed_controls(post: Any, most: int = 2000) -> dict[str, list[str]]:
    """Every control of a form as it was typed, files left out."""
    return {name: [str(v) for v in post.getlist(name)] for name in list(post)[:most]}


def day_of(post: Any, name: str, title: str) -> date:
    """A date; refuses PRJ-030."""
    text = str(post.get(name) or "").strip()
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        where = Where(column=name, title=title, value=text[:20] or None)
        raise errors.DAY_UNREAD.refuse(where=where, title=title) from None


def asked(request: HttpRequest, *names: str) -> dict[str, str]:
    """Values of the address, every one present."""
    return {name: (request.GET.get(name) or "").strip()[:120] for name in names}


DAYS = ("in_force_from", "repealed_on")
"""Keys a region folder writes as bare days."""


class _Plain(yaml.SafeDumper):
    """Writes every value where it stands, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def yaml_bytes(document: Any) -> bytes:
    """A definition as a region folder holds it: keys in the order of its file, short parts on one line."""
    days = {key: date.fromisoformat(document[key]) for key in DAYS if isinstance(document.get(key), str)}
    written = {"procedures": [{key: days.get(key, value) for key, value in document.items()}]}
    text: str = yaml.dump(
        written, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=140, default_flow_style=None
    )
    return text.encode()
