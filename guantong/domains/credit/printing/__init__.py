"""Certificates and statements as PDF: typst with the embedded font, from signed content alone.

A PDF shows nothing that is not in the signed content, its number, and the address to verify it at.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guantong.base.webkit.printing import print_pdf

_FOLDER = Path(__file__).resolve().parent
TEMPLATES = {"completion": "completion.typ", "statement": "statement.typ"}


def render_pdf(kind: str, content: Mapping[str, Any], *, verify_url: str, key_id: str, digest: str) -> bytes:
    """The PDF of a certificate (``kind``: completion or statement). Same content, same pages."""
    data = dict(content) | {"verify_url": verify_url, "key_id": key_id, "digest": digest}
    return print_pdf(_FOLDER / TEMPLATES[kind], data, qr=verify_url)
