"""The invented region on SQLite: demo sign-in cards, keys made on first start and kept under var/."""

from __future__ import annotations

import base64
import os
import secrets

from .base import *  # noqa: F403
from .base import VAR

DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *[h for h in os.environ.get("GUANTONG_HOSTS", "").split(",") if h]]


def _kept(name: str, make: object) -> str:
    path = VAR / "keys" / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(make())  # type: ignore[operator]
    return path.read_text().strip()


SECRET_KEY = os.environ.get("GUANTONG_SECRET_KEY") or _kept("secret", lambda: secrets.token_urlsafe(48))
IDENTITY_KEY = os.environ.get("GUANTONG_IDENTITY_KEY") or _kept(
    "identity", lambda: base64.b64encode(secrets.token_bytes(32)).decode()
)
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = [
    "guantong.site.demo.hashing.LightArgon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
