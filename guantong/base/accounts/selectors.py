"""Reads of accounts: the actor behind an account, its posts, keys."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.gate import require
from guantong.base.accounts.mandates import ROLES, may_hold
from guantong.base.accounts.models import ApiToken, Post, User
from guantong.base.accounts.secrets import digest_of_secret
from guantong.base.orgs.models import OrganisationSpan
from guantong.base.orgs.selectors import in_force_on
from guantong.base.people.models import Person
from guantong.kernel import clock


def posts_in_force(day: date) -> Q:
    """Condition on :class:`Post`: in force on ``day`` and not revoked."""
    return Q(revoked_at=None, in_force_from__lte=day) & (Q(until=None) | Q(until__gt=day))


def actor_for(user: User, *, second_factor: bool = False, day: date | None = None) -> Actor:
    """The actor behind an account on ``day`` (today): posts in force, with the organisations' names of that day.

    ``second_factor`` says that this session has given one. One query for the posts, one more for a learner
    (whose record may have been merged into another). An inactive account has no posts.
    """
    day = day or clock.today()
    rows = _posts_with_names(user.pk, day) if user.is_active else []
    posts: list[PostFact] = []
    withheld: list[PostFact] = []
    because = "password" if user.must_change_password else "second_factor"
    for role, organisation_id, name, department, holder, holder_id, holder_person, branch in rows:
        post = PostFact(role, organisation_id, name, department, holder or "", holder_id, holder_person, branch)
        lacks_factor = ROLES[role].second_factor and not settings.DEMO and not second_factor
        (withheld if user.must_change_password or lacks_factor else posts).append(post)
    is_operator = user.is_active and user.is_operator
    is_withheld = is_operator and (user.must_change_password or not (settings.DEMO or second_factor))
    named = posts or withheld
    label = f"{user.display_name}（{named[0].organisation_name}）" if named else user.display_name
    return Actor(
        user_id=user.pk,
        person_id=_present_person(user.person_id) if user.is_active else None,
        label=label[:120],
        posts=tuple(posts),
        region=settings.REGION,
        is_operator=is_operator and not is_withheld,
        withheld=tuple(withheld),
        withheld_because=because if withheld or is_withheld else "",
        is_operator_withheld=is_withheld,
    )


_POSTS = """
SELECT p.role, p.organisation_id, s.name, p.department, h.display_name, h.id, h.person_id, g.branch
FROM accounts_post p JOIN orgs_organisation g ON g.id = p.organisation_id
JOIN orgs_organisationspan s ON s.organisation_id = p.organisation_id
LEFT JOIN accounts_user h ON h.id = p.acting_for_id
WHERE p.user_id = %s AND p.revoked_at IS NULL AND p.in_force_from <= %s AND (p.until IS NULL OR p.until > %s)
AND s.in_force_from <= %s AND (s.until IS NULL OR s.until > %s)
AND (p.acting_for_id IS NULL OR EXISTS (
  SELECT 1 FROM accounts_post o WHERE o.user_id = p.acting_for_id AND o.role = p.role
  AND o.organisation_id = p.organisation_id AND o.acting_for_id IS NULL AND o.revoked_at IS NULL
  AND o.in_force_from <= %s AND (o.until IS NULL OR o.until > %s)))
ORDER BY p.acting_for_id IS NOT NULL, p.id
"""
"""Posts as :func:`posts_in_force`, with the organisation's name of the day and whom they act for, own posts first.

Plain, as every request asks it."""


def _posts_with_names(
    user_id: int, day: date
) -> list[tuple[str, int, str, str, str | None, int | None, int | None, str]]:
    on = connection.ops.adapt_datefield_value(day)
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [user_id, on, on, on, on, on, on])
        return list(cursor.fetchall())


def _present_person(person_id: int | None) -> int | None:
    """The record a person is kept under today, following merges."""
    while person_id is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT merged_into_id FROM people_person WHERE id = %s", [person_id])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return person_id
        person_id = row[0]
    return None


_KEY_HOLDER = """
SELECT t.organisation_id, o.kind, s.name, t.label, t.permissions
FROM accounts_apitoken t JOIN orgs_organisation o ON o.id = t.organisation_id
JOIN orgs_organisationspan s ON s.organisation_id = o.id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND o.state = 'active' AND s.in_force_from <= %s
ORDER BY s.in_force_from DESC LIMIT 1
"""
"""A key in force with its organisation and the name of the day; plain, as every request of a machine asks it."""


def actor_for_token(secret: str) -> Actor:
    """The actor behind an API key. Raises ACC-050 when it is unknown, expired or revoked, or its organisation ended.

    One query.
    """
    adapt = connection.ops
    with connection.cursor() as cursor:
        cursor.execute(
            _KEY_HOLDER,
            [
                digest_of_secret(secret),
                adapt.adapt_datetimefield_value(clock.now()),
                adapt.adapt_datefield_value(clock.today()),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        raise errors.TOKEN_UNKNOWN.refuse()
    organisation_id, kind, name, label, permissions = row
    return Actor(
        user_id=None,
        person_id=None,
        label=f"接口 {label}（{name}）"[:120],
        posts=(PostFact(_depositing_role(kind), organisation_id, name),),
        region=settings.REGION,
        only=frozenset(json.loads(permissions) if isinstance(permissions, str) else permissions),
    )


@lru_cache(maxsize=32)
def _depositing_role(kind: str) -> str:
    """The role that deposits at an organisation of this kind."""
    return next(r.code for r in ROLES.values() if "credit.deposit" in r.permissions and may_hold(r.code, kind))


def find_user(username: str) -> User | None:
    """The account of that name, or None."""
    return User.objects.filter(username=username).first()


def list_users_for(actor: Actor, *, search: str = "", organisation_id: int | None = None) -> QuerySet[User]:
    """Accounts with their posts, for the operator's page; ACC-002 without ``accounts.manage``."""
    require(actor, "accounts.manage")
    users = User.objects.order_by("username").prefetch_related("posts")
    if search:
        users = users.filter(Q(username__icontains=search) | Q(display_name__icontains=search))
    if organisation_id is not None:
        users = users.filter(posts__organisation_id=organisation_id).distinct()
    return users


def list_holders(role: str, organisation_id: int, day: date | None = None) -> list[int]:
    """Ids of accounts that hold ``role`` at the organisation on ``day`` (today)."""
    day = day or clock.today()
    own = Post.objects.filter(
        posts_in_force(day),
        user_id=OuterRef("acting_for_id"),
        role=role,
        organisation_id=organisation_id,
        acting_for=None,
    )
    return list(
        Post.objects.filter(posts_in_force(day), role=role, organisation_id=organisation_id, user__is_active=True)
        .filter(Q(acting_for=None) | Exists(own))
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


def list_tokens_for(actor: Actor, organisation_id: int | None = None) -> QuerySet[ApiToken]:
    """API keys, newest first; ACC-002 without ``accounts.manage``."""
    require(actor, "accounts.manage")
    tokens = ApiToken.objects.order_by("-issued_at", "-id")
    return tokens.filter(organisation_id=organisation_id) if organisation_id is not None else tokens


@dataclass(frozen=True, slots=True)
class Held:
    """A post a person holds or held: where, from which day, until which day (exclusive); None: it runs on."""

    organisation_id: int
    since: date
    until: date | None


def posts_held(person_id: int, role: str, day: date) -> list[Held]:
    """Own posts of ``role`` a person had taken up by ``day``, oldest first; one revoked ends on the day of revoking.

    Acting for somebody else is no post of one's own. Accounts of records merged into the person count.
    """
    rows = Post.objects.filter(
        user__person_id__in=_records_of(person_id), role=role, acting_for=None, in_force_from__lte=day
    )
    found = []
    for post in rows.order_by("in_force_from", "pk"):
        ends = [end for end in (post.until, clock.china_day(post.revoked_at) if post.revoked_at else None) if end]
        until = min(ends, default=None)
        if until is None or until > post.in_force_from:
            found.append(Held(post.organisation_id, post.in_force_from, until))
    return found


def count_in_role(
    role: str, day: date, *, organisation_id: int | None = None, regions: Iterable[str] | None = None
) -> int:
    """How many people hold ``role`` on ``day``, each once: at one organisation, at those of ``regions``, or anywhere.

    Acting for somebody else does not count.
    """
    return _in_role(role, day, organisation_id, regions).values("user_id").distinct().count()


def people_in_role(
    role: str, day: date, *, organisation_id: int | None = None, regions: Iterable[str] | None = None
) -> QuerySet[Post, int | None]:
    """Ids of the persons among them, as a subquery."""
    posts = _in_role(role, day, organisation_id, regions).filter(user__person__isnull=False)
    return posts.values_list("user__person_id", flat=True)


def _in_role(role: str, day: date, organisation_id: int | None, regions: Iterable[str] | None) -> QuerySet[Post]:
    next_day = datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.CHINA_TIME)
    posts = Post.objects.filter(role=role, acting_for=None, in_force_from__lte=day)
    posts = posts.filter(Q(until=None) | Q(until__gt=day)).filter(Q(revoked_at=None) | Q(revoked_at__gte=next_day))
    if organisation_id is not None:
        return posts.filter(organisation_id=organisation_id)
    if regions is not None:
        spans = OrganisationSpan.objects.filter(in_force_on(day), region_id__in=set(regions))
        posts = posts.filter(organisation_id__in=spans.values("organisation_id"))
    return posts


def _records_of(person_id: int) -> list[int]:
    """The person's record and every record merged into it."""
    found = [person_id]
    frontier = [person_id]
    while frontier:
        frontier = list(Person.objects.filter(merged_into_id__in=frontier).values_list("pk", flat=True))
        found += frontier
    return found
