"""One title for another in one outcome: the old one ends on the day the new one begins, each entry names the other.

The old title is the one the case is about, or the one the holder has in the registers ``grants.replaces`` names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.procedure.cases.definition import Definition, Outcome
from guantong.procedure.cases.models import Case

from .. import errors
from ..log import plain
from ..models import HeldTitle, RegisterEntry
from ..reading import Grants, Kept
from ..rules import (
    ENDED_STATES,
    EXCHANGE,
    GRANT,
    STANDING,
    STATE_WORDS,
    SUSPENDED,
    WITHDRAW,
    Entry,
    may_follow,
    standing_on,
    term_end,
)
from .relying import tell_relying
from .writing import (
    Wanted,
    enter,
    find_current,
    length_of,
    new_title,
    refuse_unfollowing,
    shown_name,
    tell_holder,
    title_of,
    wanted_of,
)

if TYPE_CHECKING:
    from guantong.policy.asking import Law


@dataclass(frozen=True, slots=True)
class Place:
    """What an exchange is between: the title that ends, what is given, and an ended record of it that makes room."""

    old: HeldTitle
    wanted: Wanted
    ended: HeldTitle | None


def place_of(case: Case, definition: Definition, kept: Kept, grants: Grants, day: date, *, lock: bool = False) -> Place:
    """Refuses TTL-101, 104, 110 the old title, TTL-111 none or TTL-112 several, TTL-103 the new one is held already,
    TTL-107 and TTL-108 what is given is not said, TTL-113 another kind of holder."""
    wanted = wanted_of(case, definition, grants)
    old = title_of(case) if kept.about is not None else _held_by(case, grants, wanted, day)
    if old.holder_kind != grants.holder:
        raise errors.OTHER_HOLDER.refuse(number=old.number)
    if not grants.item and kept.about is not None:
        wanted = replace(wanted, item=old.item)
    found = find_current(grants, wanted)
    if lock:
        pks = {old.pk} | ({found.pk} if found is not None else set())
        rows = {t.pk: t for t in HeldTitle.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
        old = rows[old.pk]
        again = find_current(grants, wanted)  # somebody may have granted it while this waited
        found = rows.get(again.pk, again) if again is not None else None
    refuse_unfollowing(old, Entry(EXCHANGE, day), day)
    if found is not None:
        now = standing_on(plain(found.entries.all()), day)
        is_same = found.pk == old.pk and found.name == grants.name and now.level == wanted.level
        if is_same or (found.pk != old.pk and now.state not in ENDED_STATES):
            raise _held_already(found, day)
    return Place(old, wanted, found)


def _held_already(title: HeldTitle, day: date) -> Exception:
    state = STATE_WORDS[standing_on(plain(title.entries.all()), day).state]
    return errors.ALREADY_HELD.refuse(
        holder=title.holder_name, title=shown_name(title), number=title.number, state=state
    )


def _held_by(case: Case, grants: Grants, wanted: Wanted, day: date) -> HeldTitle:
    """The one title the holder has, standing or suspended, in the registers that are replaced."""
    titles = HeldTitle.objects.filter(register__in=grants.replaces, is_current=True)
    if wanted.person_id is not None:
        titles = titles.filter(person_id=wanted.person_id)
    else:
        titles = titles.filter(person=None, organisation_id=wanted.organisation_id or 0)
    found = [
        title
        for title in titles.order_by("pk").prefetch_related("entries")
        if standing_on(plain(title.entries.all()), day).state in (STANDING, SUSPENDED)
        and (not wanted.item or not title.item or title.item == wanted.item)
    ]
    if not found:
        raise errors.NOTHING_TO_EXCHANGE.refuse(register="、".join(grants.replaces))
    if len(found) > 1:
        raise errors.SEVERAL_TO_EXCHANGE.refuse(numbers="、".join(title.number for title in found))
    return found[0]


def exchange(
    case: Case,
    definition: Definition,
    kept: Kept,
    grants: Grants,
    outcome: Outcome,
    actor: Actor,
    law: Law,
    now: datetime,
) -> HeldTitle:
    """Enter both: the old title's end and the new title's beginning, on one day. Gives the new title."""
    day = clock.china_day(now)
    place = place_of(case, definition, kept, grants, day, lock=True)
    if place.ended is not None:
        ended = place.old if place.ended.pk == place.old.pk else place.ended
        ended.is_current = False
        ended.save(update_fields=["is_current"])
    years = length_of(grants.years, law)
    until = term_end(day, years) if years is not None else None
    new = new_title(case, definition, grants, place.wanted, day)
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:  # somebody granted it at the same moment
        place_of(case, definition, kept, grants, day)
        raise
    enter(place.old, RegisterEntry(kind=EXCHANGE, on=day, other=new), case, definition, outcome, actor, law, now)
    begun = RegisterEntry(kind=GRANT, on=day, until=until, level=place.wanted.level, years=years, other=place.old)
    new = enter(new, begun, case, definition, outcome, actor, law, now)
    tell_holder(place.old, EXCHANGE)
    tell_relying(place.old, EXCHANGE)
    return new


def take_back(
    old: HeldTitle, entry: RegisterEntry, day: date, write: Callable[[HeldTitle, RegisterEntry], object]
) -> HeldTitle | None:
    """An exchanged title is restored: the title given in its place ends the same day, unless it ended before. Gives
    the one that ended now. ``entry`` is the exchange.

    Refuses TTL-104 when that one was itself exchanged, so that what came later is undone first.
    """
    if entry.other_id is None:
        return None
    other = HeldTitle.objects.select_for_update().get(pk=entry.other_id)
    entries = plain(other.entries.all())
    is_ending = may_follow(entries, Entry(WITHDRAW, day))
    if is_ending:
        write(other, RegisterEntry(kind=WITHDRAW, on=day, other=old))
    elif standing_on(entries, day).state not in ENDED_STATES or entries[-1].kind == EXCHANGE:
        state = STATE_WORDS[standing_on(entries, day).state]
        raise errors.CANNOT_NOW.refuse(number=other.number, state=state, what="撤销")
    if not old.is_current:
        same = {"register": old.register, "name": old.name, "item": old.item, "person_id": old.person_id}
        if old.person_id is None:
            same["organisation_id"] = old.organisation_id
        HeldTitle.objects.filter(**same, is_current=True).exclude(pk=old.pk).update(is_current=False)
        old.is_current = True
        old.save(update_fields=["is_current"])
    return other if is_ending else None
