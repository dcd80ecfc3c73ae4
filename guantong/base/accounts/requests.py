"""The actor of a request, kept on the request; beginning and ending sessions. Used by the doors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.public import VISITOR
from guantong.base.accounts.selectors import actor_for
from guantong.kernel import clock

SECOND_FACTOR_AT = "second_factor_at"
_KEPT = "_guantong_actor"


def actor_of(request: Any) -> Actor:
    """The actor of a Django request: the account signed in, or the visitor. Computed once a request."""
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Actor):
        return kept
    user = getattr(request, "user", None)
    if isinstance(user, User) or getattr(user, "is_authenticated", False):
        actor = actor_for(user, second_factor=SECOND_FACTOR_AT in request.session)  # type: ignore[arg-type]
    else:
        actor = VISITOR
    setattr(request, _KEPT, actor)
    return actor


def begin_session(request: Any, user: User, *, second_factor: bool) -> None:
    """Sign ``user`` in on this request: the session gets a new key, whatever it held before is dropped."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if second_factor:
        request.session[SECOND_FACTOR_AT] = clock.now().isoformat()
    forget_actor(request)


def end_session(request: Any) -> None:
    """Sign out; the session's data is deleted."""
    logout(request)
    forget_actor(request)


def forget_actor(request: Any) -> None:
    """Have the actor computed again, after posts, password or second factor changed within the request."""
    if hasattr(request, _KEPT):
        delattr(request, _KEPT)


def address_of(request: Any) -> str:
    """The visitor's address as the server sees it; proxies are the server's business (see docs/ops)."""
    return str(request.META.get("REMOTE_ADDR", ""))
