"""Certificates and statements as PDF: typst with the embedded font, from signed content alone.

A PDF shows nothing that is not in the signed content, its number, and the address to verify it at.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import segno
import typst

from guantong.base.webkit.fonts import font_path

_FOLDER = Path(__file__).resolve().parent
TEMPLATES = {"completion": "completion.typ", "statement": "statement.typ"}


def qr_svg(text: str) -> str:
    """A QR code as SVG text, error correction M, quiet zone of two modules."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True, dark="#000")
    return out.getvalue().decode()


@lru_cache(maxsize=4)
def _source(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


def render_pdf(kind: str, content: Mapping[str, Any], *, verify_url: str, key_id: str, digest: str) -> bytes:
    """The PDF of a certificate (``kind``: completion or statement). Same content, same pages."""
    data = dict(content) | {"verify_url": verify_url, "key_id": key_id, "digest": digest}
    font = font_path()
    return bytes(
        cast(Any, typst).compile(
            {"main.typ": _source(TEMPLATES[kind]), "qr.svg": qr_svg(verify_url).encode()},
            font_paths=[str(font.parent)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )
