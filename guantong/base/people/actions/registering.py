"""People enter the register, one or a hundred thousand at a time; names are corrected; numbers revealed on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.audit.record import record
from guantong.base.bulk import day_for_driver, moment_for_driver
from guantong.base.people import errors
from guantong.base.people.crypto import keyring
from guantong.base.people.models import FormerName, Person
from guantong.base.people.rules import PersonFacts, TidyPerson, mask_phone
from guantong.base.people.selectors import (
    Key,
    Row,
    find_known,
    get_person,
    name_conflicts,
    present_ids,
    rows_of,
    tidy_all,
)
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.kernel.tokens import ALPHABET, random_bytes

ID_PURPOSE = "people.id_number"
PHONE_PURPOSE = "people.phone"


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

    Needs ``people.enrol``, ``credit.deposit`` or ``admission.manage``. Equal numbers are one person, also when two
    calls run at once (the unique index decides); a number merged into another record gives the kept one. Refuses with
    every problem found (PPL-001…007, 010, 011, 015, 016). One audit line a call. Made for chunks of some thousand rows.
    """
    if not (actor.may("credit.deposit") or actor.may("admission.manage")):
        require(actor, "people.enrol")
    if not facts:
        return []
    tidied = tidy_all(facts)
    problems = [p for t in tidied if isinstance(t, list) for p in t]
    if problems:
        raise Refusal(problems)
    rows = rows_of(tidied)
    keys = [row.key for row in rows]
    with transaction.atomic():
        known = find_known(keys)
        conflicts = name_conflicts(rows, known)
        if conflicts:
            raise Refusal([problem for _, problem in conflicts])
        new = {row.key: row.person for row in rows if row.key not in known}
        if new:
            _insert(new)
            known |= find_known(new)
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


_COLUMNS = (
    "public_id",
    "name",
    "id_kind",
    "id_cipher",
    "id_index",
    "id_masked",
    "born_on",
    "sex",
    "phone_cipher",
    "phone_index",
    "phone_masked",
    "state",
    "created_at",
)
_INSERT = (
    f"INSERT INTO {Person._meta.db_table} ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))}) ON CONFLICT DO NOTHING"
)


_HIGHEST = 256 - 256 % len(ALPHABET)
_TO_CHARACTERS = bytes(ord(ALPHABET[i % len(ALPHABET)]) for i in range(256))
_TOO_HIGH = bytes(range(_HIGHEST, 256))


def _insert(new: dict[Key, TidyPerson]) -> None:
    """Insert in one prepared statement; a number someone else inserted meanwhile is left to them.

    An insert waits for another call's uncommitted row of the same number, so all calls go by number: two that bring
    the same people in different orders wait once instead of for each other.
    """
    ring, moment = keyring(), moment_for_driver(clock.now())
    named = zip(_public_ids(len(new)), new.items(), strict=True)
    by_number = sorted(named, key=lambda one: (one[1][1].id_kind, one[1][1].id_number))
    rows = [
        (
            public,
            t.name,
            kind,
            ring.seal(t.id_number, ID_PURPOSE),
            index,
            t.id_masked,
            day_for_driver(t.born_on),
            t.sex,
            ring.seal(t.phone, PHONE_PURPOSE) if t.phone else None,
            ring.index("phone", t.phone) if t.phone else None,
            mask_phone(t.phone) if t.phone else "",
            "active",
            moment,
        )
        for public, ((kind, index), t) in by_number
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _refuse_lost_race(new: dict[Key, TidyPerson], known: dict[Key, tuple[int, str]]) -> None:
    """Another call registered the same number under another name between our look and our insert."""
    lost = [Row(i, key, t) for i, (key, t) in enumerate(new.items()) if known[key][1] != t.name]
    conflicts: list[Problem] = [p for _, p in name_conflicts(lost, known)]
    if conflicts:
        raise Refusal(conflicts)


def _public_ids(count: int, length: int = 14) -> list[str]:
    """As :func:`kernel.tokens.public_id`, many at once: random bytes below 248 taken modulo the 31 characters."""
    text = ""
    while len(text) < count * length:
        text += random_bytes(count * length).translate(_TO_CHARACTERS, _TOO_HIGH).decode("ascii")
    return [text[i : i + length] for i in range(0, count * length, length)]


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
