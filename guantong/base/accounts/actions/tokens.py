"""Keys with which an institution's own system calls the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.accounts.mandates import API_PERMISSIONS, ROLES, label_of, may_hold
from guantong.base.accounts.models import ApiToken
from guantong.base.accounts.secrets import digest_of_secret, new_api_secret
from guantong.base.audit.record import record
from guantong.base.orgs.models import Organisation
from guantong.kernel import clock
from guantong.kernel.refusal import Where
from guantong.kernel.tokens import public_id

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class NewToken:
    """A key and its secret, shown once."""

    token: ApiToken
    secret: str


def permissions_for_api(kind: str) -> frozenset[str]:
    """What a key of an organisation of ``kind`` can be given: what its own people may, of :data:`API_PERMISSIONS`."""
    held = {p for role in ROLES.values() if may_hold(role.code, kind) for p in role.permissions}
    return API_PERMISSIONS & held


def issue_token(
    *, actor: Actor, organisation_id: int, label: str, permissions: Iterable[str], days: int = 180
) -> NewToken:
    """Issue a key for ``days`` days. Needs ``accounts.manage``. Refuses ACC-051 (permissions), ACC-052 (days)."""
    with transaction.atomic():
        require(actor, "accounts.manage")
        organisation = Organisation.objects.get(pk=organisation_id)
        wanted, allowed = set(permissions), permissions_for_api(organisation.kind)
        if not wanted or wanted - allowed:
            raise errors.TOKEN_PERMISSIONS.refuse(
                wrong="、".join(sorted(label_of(p) for p in wanted - allowed)) or "没有选择",
                choices="、".join(sorted(label_of(p) for p in allowed)) or "这类机构没有",
                where=Where(column="permissions", title="权限"),
            )
        if not 1 <= days <= MOST_DAYS:
            raise errors.TOKEN_DATES.refuse(most=MOST_DAYS, given=days, where=Where(column="days", title="有效期"))
        secret, moment = new_api_secret(), clock.now()
        token = ApiToken.objects.create(
            public_id=public_id(12),
            digest=digest_of_secret(secret),
            label=label.strip()[:60] or "接口",
            organisation=organisation,
            permissions=sorted(wanted),
            issued_by=actor.label,
            issued_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        record(
            actor=actor,
            action="issue_token",
            subject=("accounts.token", token.public_id),
            organisation_id=organisation_id,
            facts={"permissions": token.permissions, "expires_at": token.expires_at.isoformat()},
        )
    return NewToken(token, secret)


def revoke_token(*, actor: Actor, public_id: str, reason: str) -> ApiToken:
    """Stop a key at once. Repeating is harmless. Needs ``accounts.manage`` and a reason."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().filter(public_id=public_id).first()
        if token is None:
            raise errors.TOKEN_NOT_FOUND.refuse()
        require(actor, "accounts.manage")
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            token.save(update_fields=["revoked_at"])
            record(
                actor=actor,
                action="revoke_token",
                subject=("accounts.token", token.public_id),
                organisation_id=token.organisation_id,
                reason=reason.strip(),
            )
    return token


def note_use(secret: str) -> None:
    """Remember that a key was used, at most once a minute; no audit line: what is done with it leaves its own."""
    moment = clock.now()
    ApiToken.objects.filter(digest=digest_of_secret(secret)).exclude(
        last_used_at__gt=moment - timedelta(minutes=1)
    ).update(last_used_at=moment)
