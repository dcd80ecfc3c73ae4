"""Steps of a test in processes of their own, so that one can be killed in the middle, on a SQLite file they share."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def begin(module: str, database: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start ``python -m module`` on the database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "guantong.config.settings.test",
        "GUANTONG_TEST_DATABASE": f"sqlite://{database}",
        "GUANTONG_VAR": str(database.parent),
    }
    command, pipe = [sys.executable, "-m", module, *arguments], subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def step(module: str, database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same, waited for."""
    process = begin(module, database, *arguments)
    out, errors = process.communicate(timeout=900)
    return subprocess.CompletedProcess(arguments, process.returncode, out, errors)


def look(database: Path, query: str) -> list[tuple]:
    """The rows of a query, past Django."""
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchall()
