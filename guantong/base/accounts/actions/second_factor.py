"""The second factor: six digits from an app (TOTP, RFC 6238), recovery codes, reset by the operator."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import cast

import pyotp
from django.db import transaction

from guantong.base.accounts import errors
from guantong.base.accounts.actions.signing_in import count_attempts
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.accounts.models import RecoveryCode, SignInAttempt, User
from guantong.base.accounts.secrets import digest_of_secret, new_recovery_code
from guantong.base.accounts.throttling import BY_CODE
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring
from guantong.kernel import clock
from guantong.kernel.refusal import Where

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Steps a telephone's clock may be off, either way."""
RECOVERY_CODES = 10
_CODE = Where(column="code", title="动态验证码")


@dataclass(frozen=True, slots=True)
class TotpSetup:
    """Shown once while setting up: the secret to type in, and the address for a QR code."""

    secret: str
    uri: str


def begin_totp(*, actor: Actor, user_id: int, issuer: str = "贯通") -> TotpSetup:
    """Make a secret for one's own account; it counts only after :func:`confirm_totp`. Beginning again replaces it.

    Refuses ACC-014 when the factor is already on (reset it first), ACC-002 for someone else's account.
    """
    with transaction.atomic():
        user = _own(actor, user_id)
        if user.totp_confirmed_at is not None:
            raise errors.SECOND_FACTOR_ALREADY.refuse()
        secret = pyotp.random_base32()
        user.totp_cipher = keyring().seal(secret, _purpose(user))
        user.totp_last_step = 0
        user.save(update_fields=["totp_cipher", "totp_last_step"])
        record(actor=actor, action="begin_totp", subject=("accounts.user", user.pk))
    return TotpSetup(secret, pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer))


def pending_totp(user: User, issuer: str = "贯通") -> TotpSetup | None:
    """The secret begun and not yet confirmed, for showing the set-up page again; None otherwise."""
    if user.totp_cipher is None or user.totp_confirmed_at is not None:
        return None
    secret = keyring().open(bytes(user.totp_cipher), _purpose(user))
    return TotpSetup(secret, pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=issuer))


def confirm_totp(*, actor: Actor, user_id: int, code: str) -> list[str]:
    """Turn the factor on with a first right code; returns the recovery codes, shown only this once.

    All other sessions of the account end. Refuses ACC-012 (wrong code), ACC-014 (already on), ACC-015 (not begun).
    """
    attempts = count_attempts({f"totp:{user_id}": BY_CODE}, errors.CODE_WAIT)
    with transaction.atomic():
        user = _own(actor, user_id)
        if user.totp_confirmed_at is not None:
            raise errors.SECOND_FACTOR_ALREADY.refuse()
        if user.totp_cipher is None:
            raise errors.SECOND_FACTOR_NOT_BEGUN.refuse()
        step = _matching_step(user, code)
        if step is None:
            raise errors.CODE_WRONG.refuse(where=_CODE)
        user.totp_last_step = step
        user.totp_confirmed_at = clock.now()
        user.sessions_ended += 1
        user.save(update_fields=["totp_last_step", "totp_confirmed_at", "sessions_ended"])
        codes = _new_codes(user)
        SignInAttempt.objects.filter(pk__in=attempts).update(succeeded=True)
        record(actor=actor, action="confirm_totp", subject=("accounts.user", user.pk))
    return codes


def check_second_factor(*, user_id: int, code: str) -> User:
    """The account when ``code`` is the app's present code (one step of drift) or an unused recovery code.

    A code that was used is refused again, as is any older one. Refuses ACC-012, ACC-013 (how long to wait), ACC-015.
    """
    attempts = count_attempts({f"totp:{user_id}": BY_CODE}, errors.CODE_WAIT)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        if user is None or user.totp_cipher is None or user.totp_confirmed_at is None:
            raise errors.SECOND_FACTOR_NOT_BEGUN.refuse()
        actor = Actor(user_id=user.pk, person_id=user.person_id, label=user.display_name)
        step = _matching_step(user, code)
        if step is not None:
            user.totp_last_step = step
            user.save(update_fields=["totp_last_step"])
        elif RecoveryCode.objects.filter(user=user, digest=digest_of_secret(code.lower()), used_at=None).update(
            used_at=clock.now()
        ):
            record(
                actor=actor, action="use_recovery_code", subject=("accounts.user", user.pk), facts={"left": _left(user)}
            )
        else:
            raise errors.CODE_WRONG.refuse(where=_CODE)
        SignInAttempt.objects.filter(pk__in=attempts).update(succeeded=True)
    return user


def renew_recovery_codes(*, actor: Actor, user_id: int, code: str) -> list[str]:
    """New recovery codes for one's own account, against a present code; the old ones stop working."""
    check_second_factor(user_id=user_id, code=code)
    with transaction.atomic():
        user = _own(actor, user_id)
        codes = _new_codes(user)
        record(actor=actor, action="renew_recovery_codes", subject=("accounts.user", user.pk))
    return codes


def reset_second_factor(*, actor: Actor, user_id: int, reason: str) -> User:
    """Turn the factor off after a lost telephone; all sessions end. Needs ``accounts.manage`` and a reason."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise errors.ACCOUNT_UNKNOWN.refuse()
        require(actor, "accounts.manage")
        if actor.user_id == user.pk:
            raise errors.NOT_MANDATED.refuse(what="重置自己的动态验证码", roles="另一位运行维护人员")
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        user.totp_cipher = None
        user.totp_confirmed_at = None
        user.totp_last_step = 0
        user.sessions_ended += 1
        user.save(update_fields=["totp_cipher", "totp_confirmed_at", "totp_last_step", "sessions_ended"])
        user.recovery_codes.all().delete()
        record(actor=actor, action="reset_second_factor", subject=("accounts.user", user.pk), reason=reason.strip())
    return user


def reseal_totp(*, actor: Actor) -> int:
    """Seal secrets that lie under an older key again under the newest; returns how many accounts."""
    ring = keyring()
    changed = 0
    with transaction.atomic():
        for user in User.objects.select_for_update().filter(totp_cipher__isnull=False).order_by("pk"):
            sealed = bytes(cast(bytes, user.totp_cipher))
            if ring.is_newest(sealed):
                continue
            user.totp_cipher = ring.seal(ring.open(sealed, _purpose(user)), _purpose(user))
            user.save(update_fields=["totp_cipher"])
            changed += 1
        if changed:
            record(actor=actor, action="reseal_totp", subject=("accounts.batch", "all"), facts={"changed": changed})
    return changed


def _own(actor: Actor, user_id: int) -> User:
    if actor.user_id is None or actor.user_id != user_id:
        raise errors.NOT_MANDATED.refuse(what="设置别人的动态验证码", roles="账号本人")
    return User.objects.select_for_update().get(pk=user_id)


def _purpose(user: User) -> str:
    return f"accounts.totp:{user.pk}"


def _matching_step(user: User, code: str) -> int | None:
    """The step whose code this is, newer than the last one used; None when there is none."""
    code = code.replace(" ", "").strip()
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(keyring().open(bytes(cast(bytes, user.totp_cipher)), _purpose(user)))
    present = int(clock.now().timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step), code) and step > user.totp_last_step and found is None:
            found = step
    return found


def _new_codes(user: User) -> list[str]:
    user.recovery_codes.all().delete()
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    moment = clock.now()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=digest_of_secret(code), made_at=moment) for code in codes
    )
    return codes


def _left(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()
