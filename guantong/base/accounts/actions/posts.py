"""Posts: granted for an organisation from a day until a day, and revoked with a reason."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.accounts.mandates import ROLES, may_hold
from guantong.base.accounts.models import ApiToken, Post, User
from guantong.base.audit.record import record
from guantong.base.orgs.models import KINDS, Organisation
from guantong.base.orgs.public import has_authority_over, name_on, region_on
from guantong.kernel import clock
from guantong.kernel.refusal import Where


def grant_post(
    *,
    actor: Actor,
    user_id: int,
    organisation_id: int,
    role: str,
    in_force_from: date | None = None,
    until: date | None = None,
    department: str = "",
    reason: str = "",
) -> Post:
    """Give an account a post. Needs ``accounts.manage``, or ``accounts.grant`` at an authority over the organisation.

    Granting what is already in force returns the post there is. Nobody grants a post to themselves (ACC-042);
    a role exists only at the kinds of organisation it is meant for (ACC-040).
    """
    day = clock.today()
    start = in_force_from or day
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise errors.ACCOUNT_UNKNOWN.refuse()
        organisation = Organisation.objects.get(pk=organisation_id)
        require_grant(actor, organisation_id, day)
        if actor.user_id is not None and actor.user_id == user.pk:
            raise errors.NOT_TO_ONESELF.refuse()
        if role not in ROLES:
            raise errors.ROLE_UNKNOWN.refuse(role=role[:40], where=Where(column="role", title="岗位", value=role[:40]))
        if not may_hold(role, organisation.kind):
            raise errors.ROLE_NOT_HERE.refuse(
                organisation=name_on(organisation_id, day),
                kind=dict(KINDS)[organisation.kind],
                role=ROLES[role].label,
                choices="、".join(r.label for r in ROLES.values() if may_hold(r.code, organisation.kind)),
                where=Where(column="role", title="岗位", value=ROLES[role].label),
            )
        if until is not None and until <= start:
            raise errors.POST_DATES.refuse(until=until, start=start, where=Where(column="until", title="至"))
        same = (
            Post.objects.filter(user=user, organisation=organisation, role=role, department=department, revoked_at=None)
            .filter(acting_for=None)
            .filter(in_force_from__lte=start)
            .filter(Q(until=None) | (Q(until__gt=start) & Q(until=until)))
            .first()
        )
        if same is not None:
            return same
        post = Post.objects.create(
            user=user,
            organisation=organisation,
            role=role,
            department=department[:60],
            in_force_from=start,
            until=until,
            granted_by=actor.label,
        )
        record(
            actor=actor,
            action="grant_post",
            subject=("accounts.post", post.pk),
            organisation_id=organisation_id,
            reason=reason,
            facts={"user": user.pk, "role": role, "from": start.isoformat(), "until": until and until.isoformat()},
        )
    return post


def revoke_post(*, actor: Actor, post_id: int, reason: str) -> Post:
    """Take a post away at once, with a reason. Repeating is harmless.

    Mandate as for :func:`grant_post`; an acting post may also be given back by whoever acts or is acted for.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        if post is None:
            raise errors.POST_UNKNOWN.refuse()
        if post.acting_for_id is None or actor.user_id not in (post.acting_for_id, post.user_id):
            require_grant(actor, post.organisation_id, clock.today())
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        if post.revoked_at is None:
            post.revoked_at = clock.now()
            post.save(update_fields=["revoked_at"])
            record(
                actor=actor,
                action="revoke_post",
                subject=("accounts.post", post.pk),
                organisation_id=post.organisation_id,
                reason=reason.strip(),
                facts={"user": post.user_id, "role": post.role},
            )
    return post


def end_mandates(actor: Actor, organisation_id: int, day: date, reason: str) -> None:
    """Revoke every post and API key at an organisation that ends (called by ``orgs``, whose mandate was checked)."""
    moment = clock.now()
    posts = Post.objects.select_for_update().filter(organisation_id=organisation_id, revoked_at=None).order_by("pk")
    post_ids = list(posts.values_list("pk", flat=True))
    Post.objects.filter(pk__in=post_ids).update(revoked_at=moment)
    tokens = ApiToken.objects.filter(organisation_id=organisation_id, revoked_at=None).update(revoked_at=moment)
    if post_ids or tokens:
        record(
            actor=actor,
            action="end_mandates",
            subject=("orgs.organisation", organisation_id),
            organisation_id=organisation_id,
            reason=reason,
            facts={"posts": post_ids, "tokens": tokens, "day": day.isoformat()},
        )


def require_grant(actor: Actor, organisation_id: int, day: date) -> None:
    """``accounts.manage`` anywhere, or ``accounts.grant`` at an authority whose area holds the organisation."""
    if actor.may("accounts.manage"):
        return
    require(actor, "accounts.grant")
    if actor.is_operator:
        return
    place = region_on(organisation_id, day)
    if not any(has_authority_over(own, place, day) for own in sorted(actor.organisations("accounts.grant"))):
        raise errors.GRANT_OUTSIDE_AREA.refuse(organisation=name_on(organisation_id, day))
