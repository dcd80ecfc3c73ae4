"""Tests: SQLite in memory, or the database of GUANTONG_TEST_DATABASE; fast password hashing; fixed keys."""

from __future__ import annotations

import atexit
import base64
import os
import shutil
import tempfile

if "GUANTONG_VAR" not in os.environ:
    os.environ["GUANTONG_VAR"] = tempfile.mkdtemp(prefix="guantong-test-")
    atexit.register(shutil.rmtree, os.environ["GUANTONG_VAR"], ignore_errors=True)

from .base import *  # noqa: F403
from .base import database_from_url

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
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
SIMULATION_SECONDS = 0.0
"""No limit: thousands of examples come from one address. Tests of the limit set their own."""
