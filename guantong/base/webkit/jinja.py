"""The Jinja2 environment of every page: filters, globals and the macros of ``webkit/parts.html`` as ``ui``.

A name a template uses and nobody gave is an error (StrictUndefined), so a typing mistake never becomes an empty page.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import jinja2
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from guantong.base.accounts.mandates import ROLES
from guantong.base.webkit import shows
from guantong.base.webkit.clauses import citation_url, cite, clause_anchor, with_clauses
from guantong.base.webkit.region import fonts_stylesheet, serving_region
from guantong.kernel.refusal import Problem, Refusal


@lru_cache(maxsize=1000)
def _address(urlconf: str, prefix: str, name: str) -> str:
    """Address of a page without parameters; the same for every request."""
    return reverse(name, urlconf=urlconf)


def url(name: str, *args: object, **kwargs: object) -> str:
    """Address of a named page: ``{{ url("credit:account", number) }}``."""
    if not args and not kwargs:
        return _address(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name)
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_or_none(name: str, *args: object, **kwargs: object) -> str | None:
    """Like :func:`url`, but ``None`` when no such page is installed."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return None


def query(request: HttpRequest, **changes: object) -> str:
    """The present query string with some values changed (``None`` removes): for pagers, filters, sort links."""
    values = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = str(value)
    text = values.urlencode()
    return f"?{text}" if text else request.path


def problems_for(refusal: Refusal | Iterable[Problem] | None, field: str) -> list[Problem]:
    """The problems of a refusal that concern one form field (``Where.column`` is the field's name)."""
    return [p for p in (refusal or ()) if p.where.column == field]


def role_label(role: str) -> str:
    """The name of a role as people read it."""
    return ROLES[role].label if role in ROLES else role


def environment(**options: Any) -> jinja2.Environment:
    """Built by Django's Jinja2 backend; see ``TEMPLATES`` in the settings."""
    options["undefined"] = jinja2.StrictUndefined
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    options["cache_size"] = 1000
    env = jinja2.Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    env.add_extension("jinja2.ext.do")
    env.filters.update(
        day=shows.show_day,
        dt=shows.show_moment,
        due=shows.show_due,
        number=shows.show_number,
        percent=shows.show_percent,
        credits=shows.show_amount,
        filesize=shows.show_size,
        clauses=with_clauses,
        mask=shows.mask,
        mask_name=shows.mask_name,
        problems_for=problems_for,
    )
    env.globals.update(
        static=static,
        url=url,
        url_or_none=url_or_none,
        query=query,
        citation_url=citation_url,
        cite=cite,
        clause_anchor=clause_anchor,
        serving_region=serving_region,
        fonts_stylesheet=fonts_stylesheet,
        role_label=role_label,
    )
    env.globals["ui"] = env.get_template("webkit/parts.html").module
    return env
