"""What a wrong word was probably meant to be, and what the keyboard did to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guantong.policy.reading.fields import meant
from guantong.policy.reading.slips import misread_key

__all__ = ["labelled", "meant", "meant_key", "wrapped"]

_WRAPS = {"“": "”", "‘": "’", "「": "」", "【": "】", "［": "］", "｛": "｝"}


def meant_key(key: str, known: Iterable[str]) -> str:
    """:func:`meant` for a key; a key that swallowed its value says so."""
    slip = misread_key(key)
    return f"{slip}。" if slip else meant(key, known)


def wrapped(given: object) -> str:
    """A sentence for a value wrapped in quotation marks or brackets of the Chinese keyboard, else empty text."""
    text = given.strip() if isinstance(given, str) else ""
    if text and _WRAPS.get(text[0]) == text[-1]:
        half = "双引号" if text[0] in "“‘「" else "括号"
        return f"“{text[0]}”和“{text[-1]}”是中文标点，这里要用半角的{half}。"
    return ""


def labelled(codes: Iterable[str], labels: Mapping[str, str]) -> str:
    """Codes with what they mean: ``learner（学习者）、…``."""
    return "、".join(f"{code}（{labels[code]}）" if code in labels else code for code in codes)
