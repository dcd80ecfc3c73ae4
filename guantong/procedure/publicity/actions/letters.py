"""What objections and complaints share: who wrote, under protection; the chained lines; how often one may write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.throttling import Patience, wait_after, wait_in_words
from guantong.base.notices.public import send
from guantong.base.people.crypto import keyring
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem, Refusal, RefusalKind, Where
from guantong.kernel.tokens import public_id

from .. import errors
from ..models import Attempt, Evidence, Sender, SenderLine
from ..rules import ASKING, CODE_LENGTH, LONGEST_TEXT, SUBMITTING, tidy_code
from ..sealing import new_key, sealed_for
from .attaching import Attachment, problems_in_files

PURPOSE = "publicity.sender"
"""What sealed identities are bound to."""
SENDER = "来信人"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who wrote. Held in memory only while it is sealed, opened for the handler, or told of an answer."""

    name: str
    contact: str
    user_id: int | None = None

    def seal(self) -> bytes:
        """Encrypted with the installation's key."""
        return keyring().seal(json.dumps([self.name, self.contact, self.user_id], ensure_ascii=False), PURPOSE)

    @classmethod
    def unseal(cls, sealed: bytes) -> Identity:
        """The identity :meth:`seal` wrote."""
        name, contact, user_id = json.loads(keyring().open(bytes(sealed), PURPOSE))
        return cls(name, contact, user_id)

    def __repr__(self) -> str:
        return "Identity(…)"


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody sends: the text, and name and contact when they sign."""

    text: str
    is_named: bool = False
    name: str = ""
    contact: str = ""
    files: tuple[Attachment, ...] = ()

    def __repr__(self) -> str:
        return f"Letter({len(self.text)} characters)"


def problems_in(letter: Letter, what: str) -> list[Problem]:
    """What is missing or too long in a letter."""
    problems = [*_text_problems(letter.text, what, "text"), *problems_in_files(letter.files)]
    if letter.is_named and not letter.name.strip():
        problems.append(errors.NAME_NEEDED.problem(where=Where(column="name", title="姓名")))
    if letter.is_named and not letter.contact.strip():
        problems.append(errors.CONTACT_NEEDED.problem(where=Where(column="contact", title="联系方式")))
    for value, title, column in ((letter.name, "姓名", "name"), (letter.contact, "联系方式", "contact")):
        if len(value) > 120:
            where = Where(column=column, title=title)
            problems.append(errors.TEXT_TOO_LONG.problem(where=where, what=title, found=len(value), most=120))
    return problems


def require_text(text: str, what: str, column: str = "text") -> str:
    """The text without outer gaps; refuses PUB-103 and PUB-104."""
    problems = _text_problems(text, what, column)
    if problems:
        raise Refusal(problems)
    return text.strip()


def _text_problems(text: str, what: str, column: str) -> list[Problem]:
    where = Where(column=column, title=what)
    if not text.strip():
        return [errors.TEXT_NEEDED.problem(where=where, what=what)]
    if len(text) > LONGEST_TEXT:
        return [errors.TEXT_TOO_LONG.problem(where=where, what=what, found=len(text), most=LONGEST_TEXT)]
    return []


def new_sender(kind: str, letter: Letter, actor: Actor, now: datetime) -> tuple[Sender, str]:
    """(the sender kept, the query code). The code is shown once; only its keyed digest stays.

    Whoever does not sign is not kept in any form, signed in or not.
    """
    code = public_id(CODE_LENGTH)
    ring = keyring()
    sealed = owner = None
    if letter.is_named:
        sealed = Identity(letter.name.strip(), letter.contact.strip(), actor.user_id).seal()
        owner = owner_index(actor.user_id) if actor.user_id is not None else None
    sender = Sender.objects.create(
        public_id=public_id(12),
        kind=kind,
        is_named=letter.is_named,
        sealed=sealed,
        code_index=ring.index("publicity.code", code),
        owner_index=owner,
        text_key=new_key()[1],
        received_at=now,
    )
    return sender, code


def owner_index(user_id: int) -> bytes:
    """How the letters of an account are found again."""
    return keyring().index("publicity.owner", str(user_id))


def write_line(
    sender: Sender,
    kind: str,
    who: str,
    text: str = "",
    *,
    now: datetime,
    actor: Actor | None = None,
    evidence: Sequence[Evidence] = (),
) -> SenderLine:
    """Add one line to a letter's chain, with the files it tells of. ``actor`` is an official; a sender is never
    written down."""
    locked = Sender.objects.select_for_update().get(pk=sender.pk)
    line = SenderLine(
        sender=locked,
        sequence=locked.sequence + 1,
        at=now,
        kind=kind,
        who=who[:120],
        actor_user_id=actor.user_id if actor is not None else None,
        sealed_text=sealed_for(locked, text),
    )
    line.digest = digest_of(line_content(line, locked.public_id, locked.head_digest, [e.digest for e in evidence]))
    line.save(force_insert=True)
    for one in evidence:
        one.line = line
        one.save(force_insert=True)
    locked.sequence, locked.head_digest = line.sequence, line.digest
    locked.save(update_fields=["sequence", "head_digest"])
    sender.sequence, sender.head_digest = locked.sequence, locked.head_digest
    return line


def line_content(line: SenderLine, number: str, previous: str, evidence: Sequence[str] = ()) -> dict[str, object]:
    """Everything a line's digest stands for: text and files as they lie encrypted, so that no digest confirms a guess.
    ``evidence`` are the digests of its files, in order; a line without any keeps the digest it had."""
    files = {"evidence": list(evidence)} if evidence else {}
    return {
        "previous": previous,
        "sender": number,
        "sequence": line.sequence,
        "at": line.at.astimezone(UTC),
        "kind": line.kind,
        "who": line.who,
        "user": line.actor_user_id,
        "text": bytes(line.sealed_text).hex(),
        **files,
    }


def tell_sender(sender: Sender, text: str) -> None:
    """Tell somebody who signed while signed in that there is an answer; others ask with their code.

    The notice names no letter, so that the list of notices tells nobody which one is whose.
    """
    if sender.sealed is None or sender.owner_index is None:
        return
    user_id = Identity.unseal(bytes(sender.sealed)).user_id
    if user_id is not None:
        send(text=text, link="/letters/", to_user=user_id)


def find_by_code(code: str, asker: str) -> Sender:
    """The letter of a query code. Refuses PUB-108, and PUB-109 after too many wrong ones from one place."""
    now = clock.now()
    index = _asker_index(asker, now)
    refuse_flood("code", index, ASKING, errors.CODE_TOO_OFTEN, now)
    tidy = tidy_code(code)
    found = Sender.objects.filter(code_index=keyring().index("publicity.code", tidy)).first() if tidy else None
    if found is None:
        with transaction.atomic():
            Attempt.objects.create(kind="code", asker=index, at=now)
        raise errors.CODE_UNKNOWN.refuse(where=Where(column="code", title="查询码"))
    return found


def count_submission(asker: str, now: datetime) -> None:
    """Count one letter of somebody; refuses PUB-107 when they come too fast. Forgets what is older than a day."""
    index = _asker_index(asker, now)
    refuse_flood("submit", index, SUBMITTING, errors.TOO_OFTEN, now)
    Attempt.objects.filter(at__lte=now - timedelta(days=1)).delete()
    Attempt.objects.create(kind="submit", asker=index, at=now)


def refuse_flood(kind: str, index: bytes, patience: Patience, refusal: RefusalKind, now: datetime) -> None:
    """Refuse when attempts of this kind from one place must wait."""
    since = now - patience.window
    moments = list(Attempt.objects.filter(kind=kind, asker=index, at__gt=since).values_list("at", flat=True))
    wait = wait_after(moments, patience, now)
    if wait > timedelta(0):
        raise refusal.refuse(wait=wait_in_words(wait))


def _asker_index(asker: str, now: datetime) -> bytes:
    """A keyed digest of where a letter came from, another one each day: it slows a flood and leads to nobody."""
    return keyring().index("publicity.asker", f"{clock.china_day(now).isoformat()}|{asker}")
