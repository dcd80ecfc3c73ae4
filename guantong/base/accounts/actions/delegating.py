"""Acting officers (代理): a holder's post carried by a colleague from a day until a day, in the holder's name."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.base.accounts import errors
from guantong.base.accounts.actions.posts import require_grant
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import Post, User
from guantong.base.accounts.selectors import posts_in_force
from guantong.base.audit.record import record
from guantong.base.orgs.public import name_on
from guantong.kernel import clock
from guantong.kernel.refusal import Where


def delegate_post(
    *, actor: Actor, post_id: int, to_user_id: int, in_force_from: date | None = None, until: date, reason: str = ""
) -> Post:
    """Let a colleague act in a post from a day until a day (exclusive): same role, organisation and department.

    Done by the holder, or by whoever grants posts there (never to themselves: ACC-042). The acting post gives what the
    post gives, ends on its day or with the holder's post, and can be ended earlier by ``revoke_post``. Repeating is
    harmless. Refuses ACC-043 (no such post), ACC-054 (dates), ACC-055 (no post at the organisation), ACC-056 (the post
    is an acting one), ACC-057 (someone else's).
    """
    day = clock.today()
    start = in_force_from or day
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("user").filter(pk=post_id).first()
        deputy = User.objects.filter(pk=to_user_id, is_active=True).first()
        if post is None:
            raise errors.POST_UNKNOWN.refuse()
        if deputy is None:
            raise errors.ACCOUNT_UNKNOWN.refuse()
        is_holder = actor.user_id is not None and actor.user_id == post.user_id
        if is_holder and not any(
            p.role == post.role and p.organisation_id == post.organisation_id and not p.acting_for for p in actor.posts
        ):
            raise errors.ACTING_OTHERS.refuse(holder=post.user.display_name)  # the second factor is still outstanding
        if not is_holder:
            require_grant(actor, post.organisation_id, day)
        if deputy.pk == post.user_id or (not is_holder and deputy.pk == actor.user_id):
            raise errors.NOT_TO_ONESELF.refuse()
        if post.acting_for_id is not None:
            raise errors.ACTING_CHAIN.refuse()
        _check_days(post, start, until, day)
        at_home = Post.objects.filter(posts_in_force(day), user=deputy, organisation_id=post.organisation_id)
        if not at_home.filter(acting_for=None).exists():
            raise errors.ACTING_ELSEWHERE.refuse(
                name=deputy.display_name, organisation=name_on(post.organisation_id, day), where=Where(title="代理人")
            )
        acting, made = Post.objects.get_or_create(
            user=deputy,
            organisation_id=post.organisation_id,
            role=post.role,
            department=post.department,
            acting_for_id=post.user_id,
            in_force_from=start,
            until=until,
            revoked_at=None,
            defaults={"granted_by": actor.label},
        )
        if made:
            facts = {"post": post.pk, "for": post.user_id, "user": deputy.pk, "role": post.role}
            record(
                actor=actor,
                action="delegate_post",
                subject=("accounts.post", acting.pk),
                organisation_id=post.organisation_id,
                reason=reason,
                facts={**facts, "from": start.isoformat(), "until": until.isoformat()},
            )
    return acting


def _check_days(post: Post, start: date, until: date, today: date) -> None:
    why = ""
    if until <= start or until <= today:
        why = "终止日期要晚于起始日期和今天"
    elif post.revoked_at is not None or post.in_force_from > start or (post.until is not None and post.until < until):
        why = "原岗位在这段时间里不都有效"
    if why:
        raise errors.ACTING_DATES.refuse(why=why, where=Where(column="until", title="至", value=until.isoformat()))
