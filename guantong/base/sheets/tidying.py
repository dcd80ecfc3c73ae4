"""Cells as people see them and texts without what only hinders: width, spaces, marks that cannot be seen. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

from guantong.kernel.identity import mask_id_number
from guantong.kernel.refusal import RefusalKind

from . import errors
from .opening import Cell

WIDE = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    [*range(0x2010, 0x2016), 0x2212, 0xFE63], ord("-")
)
_HAS_WIDE = re.compile(r"[\uff01-\uff5e\u2010-\u2015\u2212\ufe63]")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad\x00-\x08\x0e-\x1f\x7f-\x9f]|_x000D_")
_BREAKS = re.compile(r"[\t\r\n\x0b\x0c\u2028\u2029]+")
_ODD_TEXT = re.compile(r"^\s|\s$|[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad\x00-\x1f\x7f-\x9f\u2028\u2029]|_x000D_|^'")
_ODD_CODE = re.compile(r"\s|[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad\x00-\x1f\x7f-\x9f]|_x000D_|^['=]|[^\x00-\x7f]")
_OURS = re.compile(r"^'+(?=[=+\-@\t\r＝＋－＠])")
_QUOTED = re.compile(r'^="(.*)"$', re.DOTALL)
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,3}")
_NAME_GAP = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_NAME_DOT = re.compile(r"[•‧・∙．⋅]")


def show_cell(raw: Cell, kind: str = "text") -> str:
    """The cell as she sees it, shortened; identity numbers masked."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, str):
        if kind == "id_number" and len(raw.strip()) >= 12 and not SCIENTIFIC.fullmatch(raw.strip()):
            return mask_id_number(raw)
        return raw if len(raw) <= 40 else raw[:40] + "…"
    if isinstance(raw, int | float):
        return f"{raw:.6G}" if abs(raw) >= 1e11 else f"{raw:.15g}"
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d %H:%M")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw)


def tidy_text(raw: str, kind: str) -> tuple[str, tuple[RefusalKind, ...]]:
    """The text without what only hinders, and what was tidied. ``kind`` is a column kind."""
    is_code = kind not in {"text", "name"}
    if not (_ODD_CODE if is_code else _ODD_TEXT).search(raw) and kind != "name":
        return raw, ()
    tidied: list[RefusalKind] = []
    text = raw
    if _OURS.match(text):
        text = text[1:]  # the mark our own sheets put before = + - @
    elif is_code and text.startswith("'"):
        text = text[1:]
        tidied.append(errors.TIDIED_QUOTE)
    quoted = _QUOTED.match(text)
    if is_code and quoted:
        text = quoted.group(1)
        tidied.append(errors.TIDIED_QUOTE)
    bare = INVISIBLE.sub("", text)
    if is_code:
        bare = "".join(bare.split())
    else:
        bare = _BREAKS.sub(" ", bare).strip()
        if kind == "name":
            bare = _NAME_GAP.sub("", bare)
    if bare != text:
        tidied.append(errors.TIDIED_SPACES)
    if is_code and _HAS_WIDE.search(bare):
        bare = bare.translate(WIDE)
        tidied.append(errors.TIDIED_WIDTH)
    if kind == "name" and _NAME_DOT.search(bare):
        bare = _NAME_DOT.sub("·", bare)
    return bare, tuple(tidied)
