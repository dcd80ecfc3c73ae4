"""A light password hash for the invented province, whose one password is printed on its sign-in page."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2(Argon2PasswordHasher):
    """Argon2 at its least cost; never listed outside the demo settings."""

    algorithm = "argon2light"
    time_cost = 1
    memory_cost = 1024
    parallelism = 1
