"""PDF documents: typst with the embedded font and no other, a QR code where the template asks for ``qr.svg``.

The same template and data give the same pages. Data reach the template as JSON text, never as markup.
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


def qr_svg(text: str) -> str:
    """A QR code as SVG text, error correction M, quiet zone of two modules."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True, dark="#000")
    return out.getvalue().decode()


@lru_cache(maxsize=16)
def _source(template: Path) -> bytes:
    return template.read_bytes()


def print_pdf(template: Path, data: Mapping[str, Any], *, qr: str) -> bytes:
    """The PDF of a typst template; it reads ``sys.inputs.data`` and shows ``qr.svg``, the code of ``qr``."""
    return bytes(
        cast(Any, typst).compile(
            {"main.typ": _source(template), "qr.svg": qr_svg(qr).encode()},
            font_paths=[str(font_path().parent)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )
