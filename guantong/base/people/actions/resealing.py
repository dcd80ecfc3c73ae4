"""After a new key was put in front of the old one: seal everything again under it."""

from __future__ import annotations

from django.db import models, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.actions.registering import ID_PURPOSE, PHONE_PURPOSE
from guantong.base.people.crypto import keyring
from guantong.base.people.models import Person
from guantong.base.people.sealed_fields import SealedTextField

_CHUNK = 1000


def reseal_people(*, actor: Actor) -> int:
    """Seal numbers and telephones that lie under an older key again under the newest; returns how many records.

    Works in chunks, each its own transaction, so it can be stopped and begun again. Indexes stay as they are: their
    key is that of the oldest key of the list, which therefore stays in ``GUANTONG_IDENTITY_KEY``.
    """
    ring = keyring()
    last, changed = 0, 0
    while True:
        with transaction.atomic():
            rows = list(Person.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:_CHUNK])
            if not rows:
                break
            last = rows[-1].pk
            stale = [p for p in rows if not ring.is_newest(bytes(p.id_cipher)) or _is_stale_phone(p)]
            for person in stale:
                person.id_cipher = ring.seal(ring.open(bytes(person.id_cipher), ID_PURPOSE), ID_PURPOSE)
                if person.phone_cipher is not None:
                    person.phone_cipher = ring.seal(ring.open(bytes(person.phone_cipher), PHONE_PURPOSE), PHONE_PURPOSE)
            if stale:
                Person.objects.bulk_update(stale, ["id_cipher", "phone_cipher"], batch_size=200)
                changed += len(stale)
                record(
                    actor=actor,
                    action="reseal_people",
                    subject=("people.batch", f"{rows[0].pk}-{last}"),
                    facts={"changed": len(stale)},
                )
    return changed


def _is_stale_phone(person: Person) -> bool:
    return person.phone_cipher is not None and not keyring().is_newest(bytes(person.phone_cipher))


def reseal_column(model: type[models.Model], name: str) -> int:
    """Seal what lies under an older key again under the newest, in chunks of their own; returns how many rows."""
    field = model._meta.get_field(name)
    if not isinstance(field, SealedTextField):
        raise TypeError(f"{model.__name__}.{name} is no sealed column")
    ring, last, changed = keyring(), 0, 0
    raw = models.expressions.RawSQL  # the ciphertext itself, which the field would open
    column = f"{model._meta.db_table}.{field.column}"
    while True:
        with transaction.atomic():
            rows = list(
                model._default_manager.select_for_update()
                .filter(pk__gt=last)
                .annotate(sealed_bytes=raw(column, (), output_field=models.BinaryField()))
                .order_by("pk")
                .values_list("pk", "sealed_bytes")[:_CHUNK]
            )
            if not rows:
                return changed
            last = rows[-1][0]
            stale = [pk for pk, sealed in rows if sealed is not None and not ring.is_newest(bytes(sealed))]
            found = list(model._default_manager.filter(pk__in=stale))
            model._default_manager.bulk_update(found, [name], batch_size=200)
            changed += len(found)
