"""Who acts for whom at the actor's organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import Post
from guantong.base.accounts.selectors import posts_in_force
from guantong.base.orgs.public import names_on
from guantong.kernel import clock
from guantong.procedure.cases.mandate import role_label


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post the actor may let somebody act in."""

    pk: int
    role: str
    organisation: str
    department: str
    colleagues: tuple[tuple[str, str], ...]
    """(account name, shown name) of who has a post of their own there."""


@dataclass(frozen=True, slots=True)
class Acting:
    """One arrangement."""

    pk: int
    holder: str
    deputy: str
    role: str
    organisation: str
    since: date
    last_on: date | None
    is_ahead: bool
    may_end: bool


def own_posts(actor: Actor) -> list[OwnPost]:
    """The actor's own posts in force, with the colleagues of each organisation."""
    if actor.user_id is None:
        return []
    today = clock.today()
    rows = list(Post.objects.filter(posts_in_force(today), user_id=actor.user_id, acting_for=None).order_by("pk"))
    names = names_on({row.organisation_id for row in rows}, today)
    found = []
    for row in rows:
        others = Post.objects.filter(
            posts_in_force(today), organisation_id=row.organisation_id, acting_for=None, user__is_active=True
        ).exclude(user_id=actor.user_id)
        people = dict(others.order_by("user__display_name").values_list("user__username", "user__display_name"))
        found.append(
            OwnPost(
                row.pk,
                role_label(row.role),
                names.get(row.organisation_id, ""),
                row.department,
                tuple((username, f"{name}（{username}）") for username, name in list(people.items())[:200]),
            )
        )
    return found


def find_colleague(actor: Actor, post_id: int, username: str) -> int | None:
    """Id of the account of a colleague at the organisation of one of the actor's posts; None where there is none."""
    today = clock.today()
    post = Post.objects.filter(pk=post_id, acting_for=None).first()
    if post is None or actor.user_id is None or post.user_id != actor.user_id:
        return None
    others = Post.objects.filter(
        posts_in_force(today), organisation_id=post.organisation_id, user__username=username.strip()
    )
    return others.values_list("user_id", flat=True).first()


def list_acting(actor: Actor) -> list[Acting]:
    """Arrangements in force or ahead at the organisations of the actor's posts; ended ones of the actor for a year."""
    today = clock.today()
    bodies = {p.organisation_id for p in actor.posts}
    rows = (
        Post.objects.select_related("user", "acting_for")
        .filter(organisation_id__in=bodies, acting_for__isnull=False, revoked_at=None)
        .filter(Q(until=None) | Q(until__gt=today))
        .order_by("in_force_from", "pk")[:200]
    )
    names = names_on(bodies, today)
    return [
        Acting(
            row.pk,
            row.acting_for.display_name if row.acting_for is not None else "",
            row.user.display_name,
            role_label(row.role),
            names.get(row.organisation_id, ""),
            row.in_force_from,
            row.until - timedelta(days=1) if row.until is not None else None,
            row.in_force_from > today,
            actor.user_id in (row.user_id, row.acting_for_id),
        )
        for row in rows
    ]
