"""Evidence that comes with a letter: taken by what it is, encrypted under the letter's own key, read by its handler.

Names of files are not kept, for they often name whoever wrote. What was attached is told by a line of the letter, whose
digest covers the files as they lie encrypted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.files.rules import TAKEN, FileType, check
from guantong.kernel.refusal import Problem, Refusal, Where

from .. import errors
from ..models import Evidence, Sender
from ..rules import MOST_AT_ONCE, MOST_IN_A_LETTER
from ..sealing import key_of

TITLE = "佐证材料"
SUFFIXES = tuple(kind.suffix for kind in TAKEN["evidence"])


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as sent: its bytes, and the ending of its name, which must agree with them."""

    content: bytes
    suffix: str = ""

    def __repr__(self) -> str:
        return f"Attachment({len(self.content)} bytes)"


def problems_in_files(files: Sequence[Attachment]) -> list[Problem]:
    """What keeps files from being taken: FIL-002 to 006 of each, PUB-125 too many at once."""
    found = [said for number, one in enumerate(files, start=1) if isinstance(said := _type_of(number, one), Problem)]
    if len(files) > MOST_AT_ONCE:
        found.append(errors.TOO_MANY_FILES.problem(where=_where(1), found=len(files), most=MOST_AT_ONCE))
    return found


def _where(number: int) -> Where:
    return Where(column=f"evidence_{number}", title=f"{TITLE}{number}")


def _type_of(number: int, one: Attachment) -> FileType | Problem:
    name = f"{TITLE}{number}" + (f".{one.suffix}" if one.suffix else "")
    found = check(name, one.content, "evidence")
    return found.at(_where(number)) if isinstance(found, Problem) else found


def attach(sender: Sender, files: Sequence[Attachment], now: datetime) -> None:
    """Keep the files of a letter, each sealed, with one line that tells of them. Inside the caller's transaction.

    Refuses what :func:`problems_in_files` names, and PUB-125 when the letter would have too many.
    """
    from .letters import SENDER, write_line

    if not files:
        return
    problems = problems_in_files(files)
    if problems:
        raise Refusal(problems)
    locked = Sender.objects.select_for_update().get(pk=sender.pk)
    before = Evidence.objects.filter(sender=locked).count()
    if before + len(files) > MOST_IN_A_LETTER:
        total = before + len(files)
        raise errors.TOO_MANY_FILES.refuse(where=_where(1), found=total, most=MOST_IN_A_LETTER)
    key = key_of(locked)
    rows, told = [], []
    for number, one in enumerate(files, start=1):
        kind = _type_of(number, one)
        if isinstance(kind, Problem):
            raise Refusal([kind])
        sealed = key.seal_bytes(one.content)
        rows.append(
            Evidence(
                sender=locked,
                number=before + number,
                suffix=kind.suffix,
                size=len(one.content),
                sealed=sealed,
                digest=hashlib.sha256(sealed).hexdigest(),
            )
        )
        told.append(f"佐证{before + number}（{kind.label}，{size_words(len(one.content))}）")
    write_line(sender, "evidence", SENDER, "、".join(told) + "。", now=now, evidence=rows)


def size_words(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1048576:.1f} 兆字节" if size >= 104858 else f"{-(-size // 1024)} 千字节"


def read_evidence(*, actor: Actor, sender: Sender, number: int) -> tuple[bytes, FileType]:
    """The bytes and type of one file, to whoever handles the letter; each look is one audit line.

    Refuses PUB-124 to everybody else, and when there is no such file, in the same words.
    """
    from ..selectors.letters import handling_of, may_open_evidence

    handling = handling_of(sender)
    row = Evidence.objects.filter(sender=sender, number=number).first()
    if handling is None or row is None or not may_open_evidence(actor, handling):
        raise errors.EVIDENCE_UNKNOWN.refuse()
    content = key_of(sender).open_bytes(bytes(row.sealed))
    record(
        actor=actor,
        action="read_evidence",
        subject=("publicity.sender", sender.public_id),
        region=handling.case.region,
        facts={"number": number},
    )
    return content, next(kind for kind in TAKEN["evidence"] if kind.suffix == row.suffix)
