"""Who is asking at the JSON door: a key of an organisation (Bearer), or a person's session (with the form token)."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.requests import actor_of
from guantong.base.accounts.selectors import actor_for_token
from guantong.base.webkit.errors import API_SIGN_IN, FORM_EXPIRED

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class KeyOrSession(AuthBase):
    """``auth=KeyOrSession()`` on a router or operation; the handler reads ``request.auth``, an :class:`Actor`.

    Refuses API-002 (nobody), ACC-050 (a key that is unknown, expired or revoked), WEB-004 (a session's change without
    its form token). What the actor may do is asked by the actions and selectors.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Actor:
        header = request.headers.get("Authorization", "")
        if header:
            scheme, _, secret = header.partition(" ")
            if scheme.lower() != "bearer" or not secret.strip():
                raise API_SIGN_IN.refuse()
            actor = actor_for_token(secret.strip())
            request._guantong_actor = actor  # type: ignore[attr-defined]
            return actor
        if not request.user.is_authenticated:
            raise API_SIGN_IN.refuse()
        if request.method not in SAFE and check_csrf(request) is not None:
            raise FORM_EXPIRED.refuse()
        return actor_of(request)
