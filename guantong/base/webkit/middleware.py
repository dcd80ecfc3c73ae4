"""Two middlewares: the security headers of every response, and refusals as pages or JSON."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.datastructures import MultiValueDictKeyError

from guantong.base.webkit import errors
from guantong.base.webkit.refusals import refusal_response, unexpected_response
from guantong.kernel.refusal import Refusal

MEGABYTE = 1024 * 1024
BODY_MOST = 64 * MEGABYTE
"""The largest file anybody may send has 50 megabytes (``base.files.rules``); the form around it is small."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    ]
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class SecurityHeaders:
    """Adds the headers that keep pages to our own scripts, styles and forms."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            headers.setdefault("Cache-Control", "private, no-store")
        return response


def refusal_for(error: Exception) -> Refusal | None:
    """The refusal that says what one of Django's own exceptions means, or ``None`` for a fault of ours."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, Http404):
        return errors.NOT_FOUND.refuse()
    if isinstance(error, PermissionDenied):
        return errors.NOT_ALLOWED.refuse()
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        return errors.TOO_LARGE.refuse()
    if isinstance(error, SuspiciousOperation | MultiValueDictKeyError):
        return errors.BAD_REQUEST.refuse()
    if _is_unwritable_text(error):
        return errors.BAD_REQUEST.refuse()
    return None


def _is_unwritable_text(error: Exception) -> bool:
    """Whether the database was handed characters no text can hold: NUL, or half of a surrogate pair."""
    if isinstance(error, UnicodeEncodeError):
        return "surrogates not allowed" in error.reason
    words = str(error)
    return isinstance(error, ValueError | DataError) and ("NUL (0x00)" in words or "\\u0000" in words)


def _too_large(request: HttpRequest) -> Refusal | None:
    """Refuses a body by the length its header states, before anything reads it (the CSRF check reads forms later).

    A body without a stated length is not read at all by WSGI, one longer than stated is cut.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return errors.BAD_REQUEST.refuse()
    if length <= BODY_MOST:
        return None
    return errors.BODY_TOO_LARGE.refuse(found=-(-length // MEGABYTE), most=BODY_MOST // MEGABYTE)


class RefusalPages:
    """Turns what a view raises into an answer people or machines can act on; takes no body that is too large."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = _too_large(request)
        if refusal is not None:
            return refusal_response(request, refusal)
        response = self.get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b"x"):
            allowed = response.headers.get("Allow", "")
            response = refusal_response(request, errors.WRONG_METHOD.refuse())
            response.headers["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        """Called by Django for anything a view raises."""
        refusal = refusal_for(error)
        if refusal is not None:
            return refusal_response(request, refusal)
        return unexpected_response(request, error)
