"""Production: PostgreSQL, HTTPS, secrets from the environment, nothing of the demo."""

from __future__ import annotations

import os

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, IDENTITY_KEY, SECRET_KEY

for _name, _value in {
    "GUANTONG_SECRET_KEY": SECRET_KEY,
    "GUANTONG_IDENTITY_KEY": IDENTITY_KEY,
    "GUANTONG_HOSTS": ALLOWED_HOSTS,
    "GUANTONG_DATABASE": os.environ.get("GUANTONG_DATABASE"),
}.items():
    if not _value:
        raise RuntimeError(f"缺少环境变量 {_name}。说明见 docs/ops/runbook.md。")

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_SSL_REDIRECT = os.environ.get("GUANTONG_SSL_REDIRECT", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
