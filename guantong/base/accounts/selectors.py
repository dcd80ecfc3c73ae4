"""Reads of accounts: the actor behind an account, its posts, keys."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.gate import require
from guantong.base.accounts.mandates import ROLES
from guantong.base.accounts.models import ApiToken, Post, User
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
    rows = (
        Post.objects.filter(
            posts_in_force(day),
            Q(organisation__spans__until=None) | Q(organisation__spans__until__gt=day),
            user_id=user.pk,
            organisation__spans__in_force_from__lte=day,
        )
        .order_by("id")
        .values_list("role", "organisation_id", "organisation__spans__name", "department")
        if user.is_active
        else []
    )
    posts: list[PostFact] = []
    withheld: list[PostFact] = []
    because = "password" if user.must_change_password else "second_factor"
    for role, organisation_id, name, department in rows:
        post = PostFact(role, organisation_id, name, department)
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


def _present_person(person_id: int | None) -> int | None:
    """The record a person is kept under today, following merges."""
    while person_id is not None:
        merged_into = Person.objects.filter(pk=person_id).values_list("merged_into_id", flat=True).first()
        if merged_into is None:
            return person_id
        person_id = merged_into
    return None


def actor_for_token(secret: str) -> Actor:
    """The actor behind an API key. Raises ACC-050 when it is unknown, expired or revoked, or its organisation ended."""
    from guantong.base.accounts.secrets import digest_of_secret
    from guantong.base.orgs.public import name_on

    token = ApiToken.objects.filter(digest=digest_of_secret(secret)).select_related("organisation").first()
    if (
        token is None
        or token.revoked_at is not None
        or token.expires_at <= clock.now()
        or token.organisation.state != "active"
    ):
        raise errors.TOKEN_UNKNOWN.refuse()
    name = name_on(token.organisation_id, clock.today())
    role = next(r.code for r in ROLES.values() if "credit.deposit" in r.permissions and _fits(r.code, token))
    return Actor(
        user_id=None,
        person_id=None,
        label=f"接口 {token.label}（{name}）"[:120],
        posts=(PostFact(role, token.organisation_id, name),),
        region=settings.REGION,
        only=frozenset(token.permissions),
    )


def _fits(role: str, token: ApiToken) -> bool:
    from guantong.base.accounts.mandates import may_hold

    return may_hold(role, token.organisation.kind)


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
    return list(
        Post.objects.filter(posts_in_force(day), role=role, organisation_id=organisation_id, user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


def list_tokens_for(actor: Actor, organisation_id: int | None = None) -> QuerySet[ApiToken]:
    """API keys, newest first; ACC-002 without ``accounts.manage``."""
    require(actor, "accounts.manage")
    tokens = ApiToken.objects.order_by("-issued_at", "-id")
    return tokens.filter(organisation_id=organisation_id) if organisation_id is not None else tokens
