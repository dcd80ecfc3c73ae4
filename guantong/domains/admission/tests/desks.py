"""What tests of desks share: somebody at a browser, the words of a page, the rows of a file."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from django.test import Client

from guantong.domains.admission.tests.scene import Scene


def client_of(scene: Scene, name: str = "he") -> Client:
    """The browser of somebody of the cast, signed in."""
    client = Client()
    client.force_login(scene.cast.user(name))
    return client


def text_of(response: Any) -> str:
    """The page as text."""
    return response.content.decode()


def table_of(response: Any) -> list[list[Any]]:
    """The rows of a downloaded workbook."""
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def bureau(scene: Scene, page: str = "") -> str:
    """Address of a page of the scene's year at the bureau's desk."""
    return f"/bureau/admission/{scene.cycle.public_id}/{page}"


def school(scene: Scene, page: str = "") -> str:
    """Address of a page of the scene's year at the school's desk."""
    return f"/school/admission/{scene.cycle.public_id}/{page}"
