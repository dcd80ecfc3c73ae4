"""The mandate check every action makes. Pure: no Django, so that every room of base may use it."""

from __future__ import annotations

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.mandates import OPERATOR_PERMISSIONS, ROLES, label_of, roles_that_may


def require(actor: Actor, permission: str, organisation_id: int | None = None) -> None:
    """Return when ``actor`` may do ``permission`` (at that organisation when one is named); otherwise refuse.

    Refuses with ACC-001 (nobody signed in, 401), ACC-003 (a post elsewhere), ACC-004 (second factor missing),
    ACC-005 (first password still in use) or ACC-002 (no such post); the sentence names the roles that may.
    """
    if actor.may(permission, organisation_id):
        return
    what = label_of(permission)
    roles = "、".join(roles_that_may(permission)) or "系统"
    if actor.user_id is None and not actor.posts and actor.only is None:
        raise errors.SIGN_IN_FIRST.refuse()
    for post in actor.withheld:
        if permission in ROLES[post.role].permissions and organisation_id in (None, post.organisation_id):
            if actor.withheld_because == "password":
                raise errors.PASSWORD_STILL_FIRST.refuse(what=what)
            raise errors.SECOND_FACTOR_NEEDED.refuse(role=ROLES[post.role].label, what=what)
    if actor.is_operator_withheld and permission in OPERATOR_PERMISSIONS:
        if actor.withheld_because == "password":
            raise errors.PASSWORD_STILL_FIRST.refuse(what=what)
        raise errors.SECOND_FACTOR_NEEDED.refuse(role="运行维护人员", what=what)
    own = [post.organisation_name for post in actor.posts if permission in ROLES[post.role].permissions]
    if own and organisation_id is not None and (actor.only is None or permission in actor.only):
        raise errors.OTHER_ORGANISATION.refuse(own="、".join(dict.fromkeys(own)), what=what, roles=roles)
    raise errors.NOT_MANDATED.refuse(what=what, roles=roles)
