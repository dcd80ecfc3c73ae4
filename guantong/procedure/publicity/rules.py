"""Notices and letters as pure values: what may be shown, what holds a notice open, how codes are read. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from guantong.base.accounts.throttling import Patience
from guantong.kernel.tokens import ALPHABET

OPEN, ENDED, STOPPED = "open", "ended", "stopped"
NOTICE_STATES = ((OPEN, "公示中"), (ENDED, "已结束"), (STOPPED, "已终止"))

RECEIVED, UPHELD, DISMISSED, TAKEN_BACK = "received", "upheld", "dismissed", "taken_back"
OBJECTION_STATES = (
    (RECEIVED, "正在核实"),
    (UPHELD, "异议成立"),
    (DISMISSED, "异议不成立"),
    (TAKEN_BACK, "已撤回"),
)
STATE_WORDS = dict((*NOTICE_STATES, *OBJECTION_STATES))
TONES = {OPEN: "info", ENDED: "neutral", STOPPED: "warn", RECEIVED: "info", UPHELD: "warn", DISMISSED: "neutral"}

LINE_KINDS = (
    ("received", "收到来信"),
    ("statement", "来信人补充"),
    ("evidence", "来信人附上佐证"),
    ("reply", "办理单位答复"),
    ("opened", "查看来信人身份"),
    ("overdue", "逾期未答复"),
    (UPHELD, "异议成立"),
    (DISMISSED, "异议不成立"),
    (TAKEN_BACK, "来信人撤回"),
)
LINE_WORDS = dict(LINE_KINDS)
SHOWN_TO_SENDER = ("received", "statement", "evidence", "reply", UPHELD, DISMISSED, TAKEN_BACK)
"""Lines whoever wrote may read; who looked at an identity and what was late is for those who supervise."""

LONGEST_TEXT = 4000
MOST_AT_ONCE, MOST_IN_A_LETTER = 3, 10
"""Files that may come with one letter or one addition, and with a letter and all its additions."""
CODE_LENGTH = 16
SUBMITTING = Patience(6, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24))
"""Letters from one place: a whole school may stand behind one address, hence some free ones."""
ASKING = Patience(6, timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=24))
"""Wrong query codes from one place."""

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{6}(\d{3})(?!\d)")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(1[3-9]\d)\d{4}(\d{4})(?![0-9A-Za-z])")


def masked_text(text: str) -> str:
    """``text`` as a notice may show it: anything written like an identity number or a mobile number is masked."""
    text = _IDENTITY.sub(r"\1********\2", text)
    text = _OLD_IDENTITY.sub(r"\1******\2", text)
    return _PHONE.sub(r"\1****\2", text)


def tidy_code(given: str) -> str:
    """A query code as kept: capitals, no gaps or hyphens; empty when it cannot be one."""
    text = re.sub(r"[\s\-－—·]+", "", given).upper()
    return text if len(text) == CODE_LENGTH and set(text) <= set(ALPHABET) else ""


def show_code(code: str) -> str:
    """In groups of four, to be written down."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def holds(states: Iterable[str]) -> bool:
    """Whether objections in these states keep a notice from ending."""
    return RECEIVED in states


def result_of(action: str, upheld: int, dismissed: int) -> tuple[str, str]:
    """(state, sentence) of a notice whose case left the step by ``action`` of the log."""
    if action == "lapse":
        if not dismissed:
            return ENDED, "公示期满，没有收到异议。"
        return ENDED, f"公示期满，收到异议{dismissed}份，经核实均不成立。"
    if action == "part_move" and upheld:
        return STOPPED, "异议经核实成立，公示终止，重新办理。"
    if action == "withdraw":
        return STOPPED, "申报已经撤回，公示终止。"
    return STOPPED, "公示提前终止。"
