"""Tests: SQLite in memory, or the database of GUANTONG_TEST_DATABASE; fast password hashing; fixed keys."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

os.environ.setdefault("GUANTONG_VAR", tempfile.mkdtemp(prefix="guantong-test-"))

from .base import *  # noqa: E402, F403
from .base import STATICFILES_DIRS, database_from_url  # noqa: E402

DEMO = True
SECRET_KEY = "only-for-tests"  # noqa: S105
IDENTITY_KEY = base64.b64encode(b"only-for-tests-only-for-tests-32").decode()
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES = {
    "default": database_from_url(os.environ.get("GUANTONG_TEST_DATABASE", "sqlite://:memory:")),
}
STATICFILES_DIRS = [Path(p) for p in STATICFILES_DIRS]
