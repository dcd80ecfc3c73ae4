"""Every write of notices: send after commit, mark as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver
from guantong.base.notices.models import TEXT_PURPOSE, Notice
from guantong.base.notices.selectors import notices_for
from guantong.base.people.actions.resealing import reseal_column
from guantong.base.people.crypto import keyring
from guantong.kernel import clock


def send(
    *,
    text: str,
    link: str = "",
    to_person: int | None = None,
    to_user: int | None = None,
    to_role: tuple[str, int] | None = None,
) -> None:
    """Send a notice once the present transaction commits; nothing is sent when it rolls back.

    Exactly one receiver: a person, an account, or everyone holding a role at an organisation (role, organisation id).
    ``link`` is a path of this site. A failure to send never undoes what was done. ``ValueError`` for a programming
    fault (no or several receivers, a link elsewhere, an empty text).
    """
    if sum(receiver is not None for receiver in (to_person, to_user, to_role)) != 1:
        raise ValueError("a notice has exactly one receiver")
    if not text.strip():
        raise ValueError("a notice needs a text")
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError("a notice links within the site")
    role, organisation_id = to_role if to_role is not None else ("", None)

    def write() -> None:
        Notice.objects.create(
            person_id=to_person,
            user_id=to_user,
            role=role,
            organisation_id=organisation_id,
            text=_shortened(text.strip()),
            link=link[:200],
            sent_at=clock.now(),
        )

    transaction.on_commit(write, robust=True)


def send_many(texts: Mapping[int, str], link: str = "") -> None:
    """:func:`send` to many persons at once (person → text): one write once the present transaction commits."""
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError("a notice links within the site")

    def write() -> None:
        now, to, ring = moment_for_driver(clock.now()), link[:200], keyring()
        insert_rows(
            Notice,
            ("person_id", "role", "text", "link", "sent_at"),
            [
                (person, "", ring.seal(_shortened(text.strip()), TEXT_PURPOSE), to, now)
                for person, text in sorted(texts.items())
            ],
        )

    transaction.on_commit(write, robust=True)


@dataclass(frozen=True, slots=True)
class Message:
    """One notice to a person, or to everyone holding a role at an organisation."""

    text: str
    link: str = ""
    person_id: int | None = None
    role: str = ""
    organisation_id: int | None = None


def write_many(messages: Iterable[Message]) -> int:
    """Write many notices with the caller's transaction: they are there when what they tell of is, and else are not.

    Returns how many. For work in chunks that is begun again after a failure: nobody is told twice or never.
    """
    now, ring = moment_for_driver(clock.now()), keyring()
    rows = [
        (
            one.person_id,
            one.role,
            one.organisation_id,
            ring.seal(_shortened(one.text.strip()), TEXT_PURPOSE),
            one.link[:200],
            now,
        )
        for one in messages
    ]
    insert_rows(Notice, ("person_id", "role", "organisation_id", "text", "link", "sent_at"), rows)
    return len(rows)


def reseal_notices(actor: Actor) -> int:
    """Seal texts that lie under an older key again under the newest; returns how many."""
    changed = reseal_column(Notice, "text")
    if changed:
        with transaction.atomic():
            record(actor=actor, action="reseal_notices", subject=("notices.notice", "all"), facts={"count": changed})
    return changed


def _shortened(text: str, most: int = 300) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def mark_read(*, actor: Actor, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the actor's notices (all, or those named) as read; returns how many. Others' notices are left alone.

    A notice to a role is read once one holder has read it. Reading leaves no audit line: it changes no record.
    """
    notices = notices_for(actor).filter(read_at=None)
    if notice_ids is not None:
        notices = notices.filter(pk__in=list(notice_ids))
    return notices.update(read_at=clock.now())
