"""Reviewers declare kinship and interests themselves; what they write is sealed, whom it concerns is kept as little as
recusal needs."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring
from guantong.base.people.public import index_for
from guantong.kernel import clock
from guantong.kernel.tokens import public_id

from .. import errors
from ..models import Interest, PoolMember
from ..sealing import INTEREST_PURPOSE


def declare_interest(
    *,
    actor: Actor,
    kind: str,
    note: str,
    organisation_id: int | None = None,
    id_number: str = "",
    person_id: int | None = None,
) -> Interest:
    """A reviewer declares ``kinship`` or another ``interest`` with an organisation or a person.

    Of the person only the keyed index of the identity number is kept, of the note only its ciphertext. ``person_id`` is
    the reviewer's own unless a keeper of a pool enters it for them. Refuses PAN-110 when it is not whole, PAN-105 for
    somebody who is in no pool.
    """
    own = person_id if person_id is not None and actor.is_system else actor.person_id
    with transaction.atomic():
        if own is None or not PoolMember.objects.filter(person_id=own).exists():
            raise errors.MEMBER_UNKNOWN.refuse()
        if kind not in ("kinship", "interest"):
            raise errors.INTEREST_UNCLEAR.refuse(why="没有选是亲属关系还是其他利害关系")
        if organisation_id is None and not id_number.strip():
            raise errors.INTEREST_UNCLEAR.refuse(why="没有写与谁有关")
        if not note.strip():
            raise errors.INTEREST_UNCLEAR.refuse(why="没有写缘由")
        row = Interest.objects.create(
            public_id=public_id(12),
            person_id=own,
            kind=kind,
            organisation_id=organisation_id,
            related_index=index_for(id_number) if id_number.strip() else None,
            note_cipher=keyring().seal(note.strip()[:1000], INTEREST_PURPOSE),
            declared_at=clock.now(),
        )
        record(actor=actor, action="declare_interest", subject=("panels.interest", row.public_id), facts={"kind": kind})
    return row


def end_interest(*, actor: Actor, interest: str, on: date) -> Interest:
    """An interest ended: it recuses until the day before. Only who declared it, or the system."""
    with transaction.atomic():
        row = Interest.objects.select_for_update().filter(public_id=interest).first()
        if row is None or not (actor.is_system or row.person_id == actor.person_id):
            raise errors.MEMBER_UNKNOWN.refuse()
        if row.ended_on is None:
            row.ended_on = on
            row.save(update_fields=["ended_on"])
            record(actor=actor, action="end_interest", subject=("panels.interest", row.public_id))
    return row
