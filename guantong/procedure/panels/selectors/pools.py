"""Reads of pools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from guantong.base import lawbook
from guantong.base.orgs.public import names_on, region_tree
from guantong.kernel import clock
from guantong.procedure.rounds.homes import region_name

from .. import errors
from ..models import Pool, PoolMember


def find_pool(code: str, region: str) -> Pool:
    """The pool of that code in the region, or in the nearest region above; PAN-101 when there is none.

    Regions without a folder of their own (a prefecture) have pools too: what lies above is that of the registered tree.
    """
    policy = lawbook.current_policy()
    folders = policy.chain(region) if region in policy.regions else ()
    chain = tuple(dict.fromkeys((region, *region_tree(clock.today()).chain(region), *folders)))
    found = {pool.region: pool for pool in Pool.objects.filter(code=code, region__in=chain)}
    for above in chain:
        if above in found:
            return found[above]
    raise errors.POOL_UNKNOWN.refuse(region=region_name(region, clock.today()), pool=code)


def standing_members(pool: Pool, day: date) -> list[PoolMember]:
    """Who stands in the pool on a day, in the order of their numbers."""
    inside = Q(joined_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))
    rows = PoolMember.objects.select_related("user").filter(inside, pool=pool, user__is_active=True)
    return list(rows.order_by("public_id"))


@dataclass(frozen=True, slots=True)
class PoolShown:
    """One pool as pages show it."""

    public_id: str
    pk: int
    code: str
    title: str
    region_name: str
    members: int
    region: str


def list_pools(region: str) -> list[PoolShown]:
    """The pools that hold in a region: its own and those of the regions above."""
    today = clock.today()
    inside = Q(members__joined_on__lte=today) & (Q(members__left_on=None) | Q(members__left_on__gt=today))
    chain = lawbook.current_policy().chain(region)
    rows = Pool.objects.filter(region__in=chain).annotate(n=Count("members", filter=inside)).order_by("title", "id")
    names = {code: region_name(code, today) for code in chain}
    return [PoolShown(p.public_id, p.pk, p.code, p.title, names[p.region], p.n, p.region) for p in rows]


@dataclass(frozen=True, slots=True)
class MemberShown:
    """One stay in a pool as its keepers see it."""

    public_id: str
    name: str
    organisation: str
    title: str
    fields: tuple[str, ...]
    joined_on: date
    left_on: date | None
    leaving_reason: str
    document: str
    interests: int
    """How many kinships and interests stand registered; never which."""


def list_members(pool: Pool) -> list[MemberShown]:
    """Everyone who is or was in a pool: those inside first, by name."""
    today = clock.today()
    rows = list(
        PoolMember.objects.select_related("user")
        .filter(pool=pool)
        .annotate(
            n=Count(
                "person__interests",
                filter=Q(person__interests__ended_on=None) | Q(person__interests__ended_on__gt=today),
                distinct=True,
            )
        )
    )
    names = names_on([m.organisation_id for m in rows], today)
    shown = [
        MemberShown(
            m.public_id,
            m.user.display_name,
            names.get(m.organisation_id, ""),
            m.title,
            tuple(m.fields),
            m.joined_on,
            m.left_on,
            m.leaving_reason,
            m.document,
            m.n,
        )
        for m in rows
    ]
    return sorted(shown, key=lambda m: (m.left_on is not None, m.name, m.public_id))
