"""A candidate's own result as PDF (A4): the place or none, the reason for each choice, the root, how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guantong.base.webkit.printing import print_pdf

_TEMPLATE = Path(__file__).resolve().parent / "result.typ"


def render_result(content: Mapping[str, Any], *, verify_url: str) -> bytes:
    """The pages; same content, same pages. ``verify_url`` stands in the code and in print."""
    return print_pdf(_TEMPLATE, {**content, "verify_url": verify_url}, qr=verify_url)
