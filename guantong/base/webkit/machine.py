"""The JSON door: who is asking (a key of an organisation as Bearer, or a person's session with the form token), and
the shapes that every address shares.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema
from ninja.security.base import AuthBase
from ninja.utils import check_csrf
from pydantic import ConfigDict, Field

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.requests import actor_of
from guantong.base.accounts.selectors import actor_for_token
from guantong.base.webkit.errors import API_SIGN_IN, FORM_EXPIRED

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PublicId = Annotated[str, Path(..., max_length=40, description="编号")]


class Strict(Schema):
    """A body in which nothing unknown is passed over in silence and nothing is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ErrorShape(Schema):
    """One finding."""

    code: str = Field(description="编号，例如 ADM-075")
    message: str
    do: str = Field(description="怎么办")
    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = Field(None, description="请求里的位置，例如 entries.3")
    title: str | None = None
    value: str | None = None
    clause: str | None = Field(None, description="依据")
    weight: str | None = Field(None, description="必须改、请确认、已处理")


class RefusalShape(Schema):
    """A refusal: every finding at once, in the same sentences as on the pages."""

    ok: bool = Field(description="总是 false")
    status: int
    errors: list[ErrorShape] = Field(min_length=1)


def answers(shape: Any, *refused: int) -> dict[int, Any]:
    """The responses of an operation as described to machines: ``shape`` for 200, the house refusal for the others."""
    return {200: shape} | dict.fromkeys(refused or (400, 401, 403, 404, 409, 413, 422, 503), RefusalShape)


def asker(request: HttpRequest) -> Actor:
    """Who asks, at an address that needs a key or session."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


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
