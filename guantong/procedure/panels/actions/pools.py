"""Opening pools; reviewers joining, moving and leaving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.periods import chinese_day
from guantong.procedure.rounds.homes import governs, region_name

from .. import errors
from ..models import Affiliation, Pool, PoolMember

PERMISSION = "procedures.panels"
ACCOUNT = Where(column="username", title="账号")


def require_keeper(actor: Actor, region: str) -> int | None:
    """The authority for which the actor keeps the pools of a region; None for the system. ACC-00x, PAN-102."""
    if actor.is_system:
        return None
    require(actor, PERMISSION)
    today = clock.today()
    for organisation in sorted(actor.organisations(PERMISSION)):
        if governs(organisation, region, today):
            return organisation
    raise errors.NOT_YOUR_POOL.refuse(region=region_name(region, today))


def why_not_keep(actor: Actor, region: str) -> Problem | None:
    """Why the actor does not keep the pools of a region, or None."""
    try:
        require_keeper(actor, region)
    except Refusal as refusal:
        return refusal.problems[0]
    return None


def open_pool(*, actor: Actor, region: str, code: str, title: str) -> Pool:
    """Open a pool of reviewers; the same again gives the one there is. ``code`` is what definitions name."""
    with transaction.atomic():
        organisation = require_keeper(actor, region)
        pool, is_new = Pool.objects.get_or_create(
            region=region,
            code=code,
            defaults={
                "public_id": public_id(12),
                "title": title.strip()[:60] or code,
                "recorded_at": clock.now(),
                "recorded_by": actor.label[:120],
            },
        )
        if is_new:
            _audit(actor, "open_pool", pool, organisation, facts={"code": code})
    return pool


def join_pool(
    *,
    actor: Actor,
    pool_id: int,
    username: str,
    organisation_id: int,
    fields: Iterable[str] = (),
    title: str = "",
    joined_on: date | None = None,
    document: str = "",
    job: str = "",
) -> PoolMember:
    """Enter a person into a pool from a day (today), with their organisation and fields of expertise.

    Refuses: PAN-102 another region's, PAN-108 no account, PAN-103 the account names no person, PAN-104 in it already.
    """
    with transaction.atomic():
        pool = Pool.objects.select_for_update().get(pk=pool_id)
        organisation = require_keeper(actor, pool.region)
        user = User.objects.filter(username=username.strip()).first()
        if user is None:
            raise errors.ACCOUNT_UNKNOWN.refuse(where=ACCOUNT, username=username.strip()[:60])
        if user.person_id is None:
            raise errors.NOT_A_PERSON.refuse(where=ACCOUNT, username=user.username)
        if PoolMember.objects.filter(pool=pool, person_id=user.person_id, left_on=None).exists():
            raise errors.ALREADY_IN.refuse(where=ACCOUNT, name=user.display_name, pool=pool.title)
        now = clock.now()
        member = PoolMember.objects.create(
            public_id=public_id(12),
            pool=pool,
            person_id=user.person_id,
            user=user,
            organisation_id=organisation_id,
            fields=sorted({f.strip() for f in fields if f.strip()}),
            title=title[:60],
            joined_on=joined_on or clock.today(),
            document=document[:120],
            recorded_at=now,
            recorded_by=actor.label[:120],
            job=job[:16],
        )
        _affiliate(actor, user.person_id, organisation_id, None, None)
        _audit(actor, "join_pool", pool, organisation, facts={"member": member.public_id})
    return member


def change_organisation(*, actor: Actor, member: str, organisation_id: int, on: date) -> PoolMember:
    """A reviewer works elsewhere from a day: the organisation before becomes a former one."""
    with transaction.atomic():
        row = _locked(actor, member)
        if row.organisation_id == organisation_id:
            return row
        open_ones = Affiliation.objects.filter(person_id=row.person_id, organisation_id=row.organisation_id, until=None)
        if not open_ones.update(until=on):
            _affiliate(actor, row.person_id, row.organisation_id, None, on)
        _affiliate(actor, row.person_id, organisation_id, on, None)
        row.organisation_id = organisation_id
        row.save(update_fields=["organisation_id"])
        _audit(actor, "move_reviewer", row.pool, None, facts={"member": row.public_id})
    return row


def record_affiliation(
    *, actor: Actor, member: str, organisation_id: int, in_force_from: date | None = None, until: date | None = None
) -> None:
    """Note where a reviewer works or worked besides; the same again changes nothing."""
    with transaction.atomic():
        row = _locked(actor, member)
        known = Affiliation.objects.filter(
            person_id=row.person_id, organisation_id=organisation_id, in_force_from=in_force_from, until=until
        )
        if not known.exists():
            _affiliate(actor, row.person_id, organisation_id, in_force_from, until)
            _audit(actor, "record_affiliation", row.pool, None, facts={"member": row.public_id})


def leave_pool(*, actor: Actor, member: str, left_on: date, reason: str) -> PoolMember:
    """A reviewer leaves a pool from a day on, with a reason. Refuses PAN-106 gone already, PAN-107 days reversed."""
    with transaction.atomic():
        row = _locked(actor, member)
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"), what="离库")
        if row.left_on is not None:
            if row.left_on == left_on and row.leaving_reason == reason.strip()[:500]:
                return row
            raise errors.LEFT_ALREADY.refuse(name=row.user.display_name, day=chinese_day(row.left_on))
        if left_on < row.joined_on:
            raise errors.DAYS_REVERSED.refuse(
                where=Where(column="left_on", title="离库日期"),
                left=chinese_day(left_on),
                joined=chinese_day(row.joined_on),
            )
        row.left_on, row.leaving_reason = left_on, reason.strip()[:500]
        row.save(update_fields=["left_on", "leaving_reason"])
        _audit(actor, "leave_pool", row.pool, None, reason, {"member": row.public_id, "on": left_on.isoformat()})
    return row


def _locked(actor: Actor, member: str) -> PoolMember:
    row = PoolMember.objects.select_for_update(of=("self",)).select_related("pool", "user").filter(public_id=member)
    found = row.first()
    if found is None:
        raise errors.MEMBER_UNKNOWN.refuse()
    require_keeper(actor, found.pool.region)
    return found


def _affiliate(actor: Actor, person: int, organisation: int, since: date | None, until: date | None) -> None:
    Affiliation.objects.create(
        person_id=person,
        organisation_id=organisation,
        in_force_from=since,
        until=until,
        recorded_at=clock.now(),
        recorded_by=actor.label[:120],
    )


def _audit(
    actor: Actor,
    action: str,
    pool: Pool,
    organisation: int | None,
    reason: str = "",
    facts: dict[str, str] | None = None,
) -> None:
    record(
        actor=actor,
        action=action,
        subject=("panels.pool", pool.public_id),
        region=pool.region,
        organisation_id=organisation,
        reason=reason,
        facts=facts,
    )


def take_back(*, actor: Actor, job: str, most: int = 200) -> int:
    """End stays a cancelled import began, on the day they began, so that they never counted; returns how many.

    Whoever has been drawn meanwhile stays: a draw is not undone.
    """
    with transaction.atomic():
        rows = PoolMember.objects.select_related("pool").filter(job=job, left_on=None, seats=None).order_by("pk")[:most]
        found = list(rows)
        for row in found:
            require_keeper(actor, row.pool.region)
            row.left_on, row.leaving_reason = row.joined_on, "导入已取消。"
            row.save(update_fields=["left_on", "leaving_reason"])
        if found:
            _audit(actor, "take_back_reviewers", found[0].pool, None, facts={"count": str(len(found))})
    return len(found)
