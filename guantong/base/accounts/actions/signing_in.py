"""Signing in: password, throttled by account and by address. The doors begin the session (``accounts.requests``)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import SignInAttempt, User
from guantong.base.accounts.throttling import BY_ACCOUNT, BY_ADDRESS, Patience, wait_after, wait_in_words
from guantong.base.audit.record import record
from guantong.kernel import clock
from guantong.kernel.refusal import RefusalKind, Where

_KEEP = timedelta(days=2)


def sign_in(*, username: str, password: str, address: str) -> User:
    """The account when name and password are right; the caller asks for the second factor if the account has one.

    Every try is counted before the password is looked at, so that many at once gain nothing; a name nobody has takes
    as long as a wrong password. Refuses ACC-010 (wrong, or the account is closed), ACC-011 (too many tries: how long
    to wait). Names no actor: nobody is signed in yet; success leaves an audit line by the account itself.
    """
    username = username.strip()[:60]
    keys = {account_key(username): BY_ACCOUNT}
    if address:
        keys[address_key(address)] = BY_ADDRESS
    attempts = count_attempts(keys, errors.SIGN_IN_WAIT)
    user = User.objects.filter(username=username).first()
    if user is None:
        make_password(password)
        right = False
    else:
        right = user.check_password(password) and user.is_active
    if user is None or not right:
        raise errors.SIGN_IN_WRONG.refuse(where=Where(column="username", title="账号", value=username or None))
    with transaction.atomic():
        SignInAttempt.objects.filter(pk__in=attempts).update(succeeded=True)
        record(
            actor=Actor(user_id=user.pk, person_id=user.person_id, label=user.display_name, region=_region()),
            action="sign_in",
            subject=("accounts.user", user.pk),
            facts={"address": address},
        )
    return user


def count_attempts(keys: dict[str, Patience], refusal: RefusalKind) -> list[int]:
    """Count a try under each key, committed at once; refuse with ``refusal`` when one must wait. Returns their ids.

    A success clears the count of its own account; not that of its address, or one account would open the door to
    guessing others.
    """
    now = clock.now()
    with transaction.atomic():
        for key in sorted(keys):
            _one_at_a_time(key)
        SignInAttempt.objects.filter(at__lt=now - _KEEP).delete()
        waits = [_wait(key, patience) for key, patience in sorted(keys.items())]
        longest = max(waits)
        ids = (
            []
            if longest
            else [SignInAttempt.objects.create(key=key, at=now, succeeded=False).pk for key in sorted(keys)]
        )
    if longest:
        raise refusal.refuse(wait=wait_in_words(longest))
    return ids


def _one_at_a_time(key: str) -> None:
    """Until this transaction ends, others counting the same key wait (SQLite writes one at a time anyway)."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _wait(key: str, patience: Patience) -> timedelta:
    now = clock.now()
    rows = SignInAttempt.objects.filter(key=key, at__gt=now - patience.window).order_by("id")
    failures: list[datetime] = []
    for at, succeeded in rows.values_list("at", "succeeded"):
        if succeeded and patience is not BY_ADDRESS:
            failures.clear()
        elif not succeeded:
            failures.append(at)
    return wait_after(failures, patience, now)


def account_key(username: str) -> str:
    """Key under which tries for an account are counted; unknown names are counted too."""
    return "account:" + hashlib.sha256(username.lower().encode()).hexdigest()[:40]


def address_key(address: str) -> str:
    """Key for an address; an IPv6 address counts as its /64."""
    if ":" in address:
        import ipaddress

        try:
            network = ipaddress.ip_network(f"{address}/64", strict=False)
            address = str(network.network_address)
        except ValueError:
            pass
    return "address:" + address[:60]


def _region() -> str:
    from django.conf import settings

    return str(settings.REGION)
