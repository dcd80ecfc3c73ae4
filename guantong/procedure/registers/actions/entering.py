"""Entering what an outcome says of a title: grant, renew, suspend, restore, withdraw. One entry, one audit line."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.procedure.cases.definition import Definition, Outcome
from guantong.procedure.cases.models import Case

from .. import errors
from ..log import plain
from ..models import HeldTitle, RegisterEntry
from ..reading import Grants, Years
from ..rules import (
    ENDED_STATES,
    EXCHANGE,
    GRANT,
    RENEW,
    RESTORE,
    STATE_WORDS,
    SUSPEND,
    WITHDRAW,
    Entry,
    may_follow,
    renewed_until,
    standing_on,
    term_end,
)
from .exchanging import exchange, place_of, take_back
from .relying import tell_relying
from .writing import (
    Wanted,
    effect_of,
    enter,
    find_current,
    kept_of,
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


def why_not_carry_out(case: Case, definition: Definition, outcome: Outcome, day: date) -> list[Problem]:
    """Why what this outcome says of a title cannot be entered on ``day``."""
    effect, kept = effect_of(outcome), kept_of(definition)
    if not effect:
        return []
    try:
        if effect == GRANT and kept.grants is not None:
            _find_place(case, wanted_of(case, definition, kept.grants), kept.grants, day)
        elif effect == EXCHANGE and kept.grants is not None:
            place_of(case, definition, kept, kept.grants, day)
        elif effect != GRANT:
            title = title_of(case)
            refuse_unfollowing(title, Entry(effect, day), day)
    except Refusal as refusal:
        return list(refusal.problems)
    return []


def carry_out(
    case: Case, definition: Definition, outcome: Outcome, actor: Actor, law: Law, now: datetime
) -> HeldTitle | None:
    """Enter what ``outcome`` says of a title; None when it says nothing. Refuses TTL-103, 104, 107, 108, 110."""
    effect, kept = effect_of(outcome), kept_of(definition)
    if not effect:
        return None
    with transaction.atomic():
        if effect == GRANT and kept.grants is not None:
            title = _grant(case, definition, kept.grants, outcome, actor, law, now)
        elif effect == EXCHANGE and kept.grants is not None:
            title = exchange(case, definition, kept, kept.grants, outcome, actor, law, now)
        else:
            years = kept.about.years if kept.about is not None else None
            title = _follow(case, definition, effect, years, outcome, actor, law, now)
        record(
            actor=actor,
            action=f"title_{effect}",
            subject=("registers.title", title.number),
            region=case.region,
            organisation_id=title.authority_id,
            law_version=law.version,
            facts={"register": title.register, "case": case.public_id, "digest": title.head_digest},
        )
    return title


def _grant(
    case: Case,
    definition: Definition,
    grants: Grants,
    outcome: Outcome,
    actor: Actor,
    law: Law,
    now: datetime,
) -> HeldTitle:
    day = clock.china_day(now)
    wanted = wanted_of(case, definition, grants)
    years = length_of(grants.years, law)
    until = term_end(day, years) if years is not None else None
    title, ended = _find_place(case, wanted, grants, day, lock=True)
    if ended is not None:
        ended.is_current = False
        ended.save(update_fields=["is_current"])
    if title is None:
        title = new_title(case, definition, grants, wanted, day)
        try:
            with transaction.atomic():
                title.save(force_insert=True)
        except IntegrityError:  # somebody granted it at the same moment
            _find_place(case, wanted, grants, day)
            raise
    entry = RegisterEntry(kind=GRANT, on=day, until=until, level=wanted.level, years=years)
    return enter(title, entry, case, definition, outcome, actor, law, now)


def _follow(
    case: Case,
    definition: Definition,
    effect: str,
    years: Years | None,
    outcome: Outcome,
    actor: Actor,
    law: Law,
    now: datetime,
) -> HeldTitle:
    day = clock.china_day(now)
    title = title_of(case, lock=True)
    refuse_unfollowing(title, Entry(effect, day), day)
    entry = RegisterEntry(kind=effect, on=day)
    entries = list(title.entries.order_by("sequence"))
    if effect == RENEW:
        last = next((e.years for e in reversed(entries) if e.kind in (GRANT, RENEW)), None)
        entry.years = length_of(years, law) if years is not None else last
        entry.until = renewed_until(plain(entries), day, entry.years)
    elif effect == RESTORE:
        entry.reverses = next(e for e in reversed(entries) if e.kind in (SUSPEND, WITHDRAW, EXCHANGE))
        if entry.reverses.kind == EXCHANGE:
            entry.other = take_back(
                title,
                entry.reverses,
                day,
                lambda other, last: enter(other, last, case, definition, outcome, actor, law, now),
            )
    title = enter(title, entry, case, definition, outcome, actor, law, now)
    tell_holder(title, effect)
    if effect in (SUSPEND, WITHDRAW):
        tell_relying(title, effect)
    return title


def _find_place(
    case: Case, wanted: Wanted, grants: Grants, day: date, *, lock: bool = False
) -> tuple[HeldTitle | None, HeldTitle | None]:
    """(title that gets another level, ended title a new one follows). Refuses TTL-103 when it is held already."""
    found = find_current(grants, wanted, lock=lock)
    if found is None:
        return None, None
    entries = plain(found.entries.all())
    if may_follow(entries, Entry(GRANT, day, level=wanted.level)):
        return found, None
    now = standing_on(entries, day)
    if now.state in ENDED_STATES:
        return None, found
    raise errors.ALREADY_HELD.refuse(
        holder=found.holder_name, title=shown_name(found), number=found.number, state=STATE_WORDS[now.state]
    )
