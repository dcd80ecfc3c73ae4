"""Settings shared by every way of running. Every setting that can be changed is an environment variable GUANTONG_*."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]
"""Root of the checkout (or of the folder that holds ``regions/``)."""

VAR = Path(os.environ.get("GUANTONG_VAR", str(ROOT / "var")))
"""Folder for everything the running system writes: database, files, keys, collected static parts."""

REGIONS = Path(os.environ.get("GUANTONG_REGIONS", str(ROOT / "regions")))
"""Folder of the region folders: law as data."""

REGION = os.environ.get("GUANTONG_REGION", "990000")
"""Code of the region this installation serves."""

DEMO = False
"""Whether sign-in cards and the notice 「虚构地区」 are shown; only the demo settings say so."""

DEBUG = False
SECRET_KEY = os.environ.get("GUANTONG_SECRET_KEY", "")
ALLOWED_HOSTS = [h for h in os.environ.get("GUANTONG_HOSTS", "").split(",") if h]
SITE_URL = os.environ.get("GUANTONG_SITE_URL", "http://127.0.0.1:8000")
"""Address printed in QR codes and links that leave the site."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "guantong.base.audit",
    "guantong.base.accounts",
    "guantong.base.orgs",
    "guantong.base.people",
    "guantong.base.signing",
    "guantong.base.files",
    "guantong.base.notices",
    "guantong.base.sheets",
    "guantong.base.webkit",
    "guantong.procedure.cases",
    "guantong.procedure.rounds",
    "guantong.procedure.panels",
    "guantong.procedure.publicity",
    "guantong.procedure.registers",
    "guantong.domains.programmes",
    "guantong.domains.credit",
    "guantong.domains.admission",
    "guantong.domains.projects",
    "guantong.domains.ledgers",
    "guantong.site",
]

MIDDLEWARE = [
    "guantong.base.webkit.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guantong.base.webkit.middleware.RefusalPages",
    "guantong.config.api.ApiLimits",
]

ROOT_URLCONF = "guantong.config.urls"
WSGI_APPLICATION = "guantong.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["guantong.base.accounts.sessions.AccountBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [p for p in sorted((ROOT / "guantong").glob("**/templates")) if p.is_dir()],
        "OPTIONS": {
            "environment": "guantong.base.webkit.jinja.environment",
            "autoescape": True,
            "context_processors": ["guantong.base.webkit.frame.frame_context"],
        },
    },
]


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database setting for ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path or parts.netloc,
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000;"
                    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"GUANTONG_DATABASE: unknown scheme {parts.scheme!r}")


DATABASES = {
    "default": database_from_url(os.environ.get("GUANTONG_DATABASE", f"sqlite://{VAR / 'guantong.sqlite3'}")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [("fonts", VAR / "fonts")] if (VAR / "fonts").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_ROOT = VAR / "files"
"""Attachments, stored by digest."""

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_ENGINE = "guantong.base.accounts.sessions"
"""In the database alone: a cache of one process would keep a session alive that another process has ended."""
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "guantong.base.webkit.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

IDENTITY_KEY = os.environ.get("GUANTONG_IDENTITY_KEY", "")
"""32 bytes in base64: encrypts identity numbers and second-factor secrets; its index key is derived from it."""

SIMULATION_SECONDS = float(os.environ.get("GUANTONG_SIMULATION_SECONDS", "10"))
"""Seconds of computing a minute one account or address may use for simulations at the JSON door, in each process."""

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "guantong.base.webkit.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("GUANTONG_LOG", "WARNING")},
}
