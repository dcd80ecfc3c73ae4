"""Reads of notices."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.notices.models import Notice


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """Every notice to the actor: as account, as person, or through a post in force."""
    mine = Q(pk__in=[])
    if actor.user_id is not None:
        mine |= Q(user_id=actor.user_id)
    if actor.person_id is not None:
        mine |= Q(person_id=actor.person_id)
    for role, organisation_id in sorted(actor.roles()):
        mine |= Q(role=role, organisation_id=organisation_id)
    return Notice.objects.filter(mine)


def list_for(actor: Actor, limit: int = 50) -> list[Notice]:
    """The newest notices to the actor, at most ``limit``."""
    return list(notices_for(actor).order_by("-sent_at", "-id")[:limit])


def count_unread_for(actor: Actor) -> int:
    """How many notices the actor has not read."""
    return notices_for(actor).filter(read_at=None).count()
