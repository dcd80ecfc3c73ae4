"""People enter the register, one or a hundred thousand at a time; names are corrected; numbers revealed on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.audit.record import record
from guantong.base.people import errors
from guantong.base.people.crypto import keyring
from guantong.base.people.models import FormerName, Person
from guantong.base.people.rules import PersonFacts, TidyPerson, mask_phone
from guantong.base.people.selectors import (
    find_ids_by_index,
    get_person,
    known_by_index,
    name_conflicts,
    present_ids,
    tidy_all,
)
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.kernel.tokens import public_id

ID_PURPOSE = "people.id_number"
PHONE_PURPOSE = "people.phone"
_CHUNK = 1000


def ensure_person(
    *,
    actor: Actor,
    name: str,
    id_number: str,
    id_kind: str = "resident",
    born_on: date | None = None,
    sex: str = "",
    phone: str = "",
) -> int:
    """The database id of this person, registered now if need be. See :func:`ensure_people`."""
    facts = PersonFacts(name, id_number, id_kind, born_on, sex, phone)
    return ensure_people(actor=actor, facts=[facts])[0]


def ensure_people(*, actor: Actor, facts: Sequence[PersonFacts]) -> list[int]:
    """Database ids of these people in the same order, registering those not yet known; all or none.

    Needs ``people.enrol`` or ``credit.deposit``. Equal numbers are one person, also when two calls run at once (the
    unique index decides); a number merged into another record gives the kept one. Refuses with every problem found
    (PPL-001…007, 010, 011, 015, 016). One audit line a call. Made for chunks of some thousand rows.
    """
    if not actor.may("credit.deposit"):
        require(actor, "people.enrol")
    if not facts:
        return []
    tidied = tidy_all(facts)
    problems = [p for t in tidied if isinstance(t, list) for p in t]
    if problems:
        raise Refusal(problems)
    rows = [(i, t) for i, t in enumerate(tidied) if isinstance(t, TidyPerson)]
    ring = keyring()
    with transaction.atomic():
        keys = [(t.id_kind, ring.index(t.id_kind, t.id_number)) for _, t in rows]
        known = known_by_index(rows)
        conflicts = name_conflicts(rows, known)
        if conflicts:
            raise Refusal([problem for _, problem in conflicts])
        new = {key: t for key, (_, t) in zip(keys, rows, strict=True) if key not in known}
        if new:
            _insert(new)
            known |= _reread(list(new), known)
            _refuse_lost_race(new, known)
        present = present_ids({pk for pk, _ in known.values()})
        ids = [present[known[key][0]] for key in keys]
        if new:
            record(
                actor=actor,
                action="ensure_people",
                subject=("people.person", ids[0]) if len(ids) == 1 else ("people.batch", f"{len(ids)}"),
                facts={"given": len(ids), "new": len(new), "first": min(ids), "last": max(ids)},
            )
    return ids


def _insert(new: dict[tuple[str, bytes], TidyPerson]) -> None:
    ring, moment = keyring(), clock.now()
    Person.objects.bulk_create(
        (
            Person(
                public_id=public_id(14),
                name=t.name,
                id_kind=kind,
                id_cipher=ring.seal(t.id_number, ID_PURPOSE),
                id_index=index,
                id_masked=t.id_masked,
                born_on=t.born_on,
                sex=t.sex,
                phone_cipher=ring.seal(t.phone, PHONE_PURPOSE) if t.phone else None,
                phone_index=ring.index("phone", t.phone) if t.phone else None,
                phone_masked=mask_phone(t.phone) if t.phone else "",
                created_at=moment,
            )
            for (kind, index), t in new.items()
        ),
        batch_size=_CHUNK,
        ignore_conflicts=True,
    )


def _reread(
    keys: list[tuple[str, bytes]], known: dict[tuple[str, bytes], tuple[int, str]]
) -> dict[tuple[str, bytes], tuple[int, str]]:
    by_kind: dict[str, list[bytes]] = {}
    for kind, index in keys:
        if (kind, index) not in known:
            by_kind.setdefault(kind, []).append(index)
    return {
        (kind, index): found
        for kind, indexes in by_kind.items()
        for index, found in find_ids_by_index(kind, indexes).items()
    }


def _refuse_lost_race(
    new: dict[tuple[str, bytes], TidyPerson], known: dict[tuple[str, bytes], tuple[int, str]]
) -> None:
    """Another call registered the same number under another name between our look and our insert."""
    rows = [(i, t) for i, (key, t) in enumerate(new.items()) if known[key][1] != t.name]
    conflicts: list[Problem] = [p for _, p in name_conflicts(rows, known)] if rows else []
    if conflicts:
        raise Refusal(conflicts)


def rename_person(*, actor: Actor, person_id: int, name: str, reason: str) -> Person:
    """Correct or change a name; the former one stays findable. Needs ``people.enrol`` or ``people.merge``."""
    name = name.strip()
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        if person is None:
            raise errors.PERSON_UNKNOWN.refuse()
        if not actor.may("people.merge"):
            require(actor, "people.enrol")
        if person.state != "active":
            raise errors.MERGE_NOT_ACTIVE.refuse(name=person.name)
        if not 1 <= len(name) <= 60:
            raise errors.NAME_EMPTY.refuse(where=Where(column="name", title="姓名"))
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        if name == person.name:
            raise errors.NAME_SAME.refuse(where=Where(column="name", title="姓名", value=name))
        former = person.name
        FormerName.objects.create(person=person, name=former, replaced_at=clock.now(), reason=reason.strip()[:500])
        person.name = name
        person.save(update_fields=["name"])
        record(
            actor=actor,
            action="rename_person",
            subject=("people.person", person.pk),
            reason=reason.strip(),
            facts={"from": former, "to": name},
        )
    return person


def reveal_id_number(*, actor: Actor, person_id: int, reason: str) -> str:
    """The whole identity number, to the person themselves or to whoever holds ``people.enrol`` or ``people.merge``.

    Needs a reason unless it is one's own; leaves an audit line either way.
    """
    with transaction.atomic():
        person = get_person(person_id)
        is_own = actor.person_id is not None and actor.person_id == person_id
        if not is_own:
            if not actor.may("people.merge"):
                require(actor, "people.enrol")
            if not reason.strip():
                raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        number = keyring().open(bytes(person.id_cipher), ID_PURPOSE)
        record(
            actor=actor,
            action="reveal_id_number",
            subject=("people.person", person.pk),
            reason=reason.strip() or "本人",
        )
    return number
