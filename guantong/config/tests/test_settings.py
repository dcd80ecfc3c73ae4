"""Settings fit for several processes and for the open network."""

import os
import subprocess
import sys

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import PASSWORD


def _production(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUANTONG_")}
    kept |= {"DJANGO_SETTINGS_MODULE": "guantong.config.settings.production", **environment}
    code = (
        "from django.conf import settings as s; import django; django.setup();"
        "from django.core.checks import run_checks;"
        "print(s.DEMO, s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.SESSION_COOKIE_NAME);"
        "print(*[c.id for c in run_checks(include_deployment_checks=True)])"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=kept, check=False)


RIGHT = {
    "GUANTONG_SECRET_KEY": "k" * 60 + "abcdefgh",
    "GUANTONG_IDENTITY_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMzI=",
    "GUANTONG_HOSTS": "bank.example.org",
    "GUANTONG_DATABASE": "sqlite:////tmp/never-opened.sqlite3",
}

ELSEWHERE = {"security.W002", "security.W021"}
"""W002: our own middleware sets X-Frame-Options; W021: preloading HSTS is for the owner of the domain to decide."""


def test_production_is_closed_by_default():
    done = _production(**RIGHT)
    assert done.returncode == 0, done.stderr
    flags, checks = done.stdout.split("\n")[:2]
    assert flags == "False False True True __Host-session"
    assert set(checks.split()) <= ELSEWHERE


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_production_names_the_variable_that_is_missing(missing):
    done = _production(**{k: v for k, v in RIGHT.items() if k != missing})
    assert done.returncode != 0
    assert f"缺少环境变量 {missing}" in done.stderr


@pytest.mark.django_db
def test_a_session_ended_by_another_process_is_ended_here(cast):
    client = Client()
    client.post("/sign-in/", {"username": "lin.staff", "password": PASSWORD})
    assert client.get("/school/").status_code == 200
    Session.objects.all().delete()  # what signing out in another process leaves
    assert client.get("/school/").status_code == 303
