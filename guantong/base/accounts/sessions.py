"""Sessions in the database, read with one plain statement; and the account behind a session, likewise.

Every request of somebody signed in asks both, so they are written without the costs of building a query each time.
Writing stays Django's own. A session lives by the machine's clock, as the browser's cookie does.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from guantong.base.accounts.models import User

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_FIELDS = (
    "id",
    "password",
    "username",
    "display_name",
    "person_id",
    "is_active",
    "is_operator",
    "sessions_ended",
    "must_change_password",
)
"""What a request needs of an account; the rest is fetched when somebody reads it."""
_USER = f"SELECT {', '.join(_FIELDS)} FROM accounts_user WHERE id = %s"
_FLAGS = frozenset({"is_active", "is_operator", "must_change_password"})


class SessionStore(DatabaseStore):
    """Django's database sessions, loaded with one plain statement."""

    def load(self) -> dict[str, Any]:
        """The session's data; empty, and the key forgotten, when there is none or it has expired."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_SESSION, [self.session_key, now])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))


class AccountBackend(ModelBackend):
    """Django's own backend, with the account of a session read with one plain statement."""

    def get_user(self, user_id: int) -> User | None:
        """The account, or None when it is gone or closed."""
        with connection.cursor() as cursor:
            cursor.execute(_USER, [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        values = [bool(value) if name in _FLAGS else value for name, value in zip(_FIELDS, row, strict=True)]
        user = User.from_db(connection.alias, list(_FIELDS), values)
        return user if self.user_can_authenticate(user) else None
