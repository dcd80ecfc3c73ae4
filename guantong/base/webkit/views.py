"""Error pages for what never reaches a view: unknown addresses, expired forms, faults in middleware."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponseBase

from guantong.base.webkit import errors
from guantong.base.webkit.pages import wants_json
from guantong.base.webkit.refusals import refusal_response, unexpected_response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """404."""
    kind = errors.API_NOT_FOUND if wants_json(request) else errors.NOT_FOUND
    return refusal_response(request, kind.refuse())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """403."""
    return refusal_response(request, errors.NOT_ALLOWED.refuse())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """400."""
    return refusal_response(request, errors.BAD_REQUEST.refuse())


def server_fault(request: HttpRequest) -> HttpResponseBase:
    """500, for faults outside views."""
    return unexpected_response(request, sys.exc_info()[1])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """403 for a form without its token: an old page, or cookies switched off."""
    return refusal_response(request, errors.FORM_EXPIRED.refuse())
