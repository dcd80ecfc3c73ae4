"""From a view to a response: whole pages, htmx fragments, JSON, downloads, and who is asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from guantong.base.accounts.requests import actor_of
from guantong.base.webkit.errors import NOT_ALLOWED, SIGN_IN_FIRST

__all__ = [
    "actor_of",
    "download",
    "for_desk",
    "go",
    "render",
    "safe_next",
    "signed_in",
    "wants_fragment",
    "wants_json",
]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page (not a boosted link, not a page restored from history)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer is for a machine: anything under /api/, or a request that accepts JSON and not HTML."""
    if request.path.startswith("/api/"):
        return True
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    /,
    *,
    status: int = 200,
    fragment: str = "main",
    **more: Any,
) -> HttpResponse:
    """A page from ``template``, or only its block ``fragment`` when htmx asks for a piece of it.

    Names of the template come from ``context`` and from keywords. The template extends ``webkit/frame.html``.
    """
    values: dict[str, Any] = {**(context or {}), **more}
    values["fragment"] = fragment if wants_fragment(request) else None
    response = HttpResponse(get_template(template).render(values, request), status=status)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response


def go(request: HttpRequest, to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect after a completed action: 303 for browsers, ``HX-Redirect`` for htmx."""
    target = redirect(to, *args, **kwargs).url
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return HttpResponseRedirect(target, status=303)


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep, under its (Chinese) name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def safe_next(request: HttpRequest, otherwise: str = "/desk/") -> str:
    """Where to go after sign-in: the ``next`` value when it stays on this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return otherwise


def signed_in(view: View[P]) -> View[P]:
    """Only for people who have signed in; others go to /sign-in/ and come back, machines get 401."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if wants_json(request):
                raise SIGN_IN_FIRST.refuse()
            back = request.get_full_path() if request.method == "GET" else "/desk/"
            return go(request, f"/sign-in/?next={quote(back)}")
        return view(request, *args, **kwargs)

    return guarded


def for_desk(desk: str) -> Callable[[View[P]], View[P]]:
    """Only for people with a post at this desk (``learner``, ``school``, ``bureau``, ``issuer``); 403 for others.

    It opens the desk's door only; the mandate for each record is checked by selectors and actions.
    """

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if desk not in actor_of(request).desks():
                raise NOT_ALLOWED.refuse()
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return wrap
