"""Accounts: create, close, passwords."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guantong.base.accounts import errors
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.accounts.models import User
from guantong.base.accounts.secrets import new_password
from guantong.base.audit.record import record
from guantong.base.people.models import Person
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, RefusalKind, Where

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,59}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account and its first password, shown once ("" when the caller set the password)."""

    user: User
    first_password: str


def create_user(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    password: str | None = None,
    person_id: int | None = None,
    is_operator: bool = False,
    must_change_password: bool = True,
) -> NewAccount:
    """Open an account. Without ``password`` a first one is made and must be changed at first sign-in.

    Needs ``accounts.manage``; an account of a learner (``person_id``) may also be opened by ``people.enrol``.
    Refuses ACC-030 (name taken), ACC-031 (form), ACC-032 (the person has an account), ACC-034, ACC-021…024.
    """
    username, display_name = username.strip(), display_name.strip()
    with transaction.atomic():
        if person_id is None or is_operator or not actor.may("people.enrol"):
            require(actor, "accounts.manage")
        if not _USERNAME.fullmatch(username):
            raise errors.USERNAME_FORM.refuse(
                username=username[:60], where=Where(column="username", title="账号", value=username[:60])
            )
        if not 1 <= len(display_name) <= 60:
            raise errors.DISPLAY_NAME_EMPTY.refuse(where=Where(column="display_name", title="姓名"))
        if User.objects.filter(username__iexact=username).exists():
            raise errors.USERNAME_TAKEN.refuse(username=username, where=Where(column="username", title="账号"))
        if person_id is not None:
            person = Person.objects.select_for_update().get(pk=person_id)
            other = User.objects.filter(person_id=person_id).first()
            if other is not None:
                raise errors.PERSON_HAS_ACCOUNT.refuse(name=person.name, username=other.username)
        first = "" if password is not None else new_password()
        user = User(
            username=username,
            display_name=display_name,
            person_id=person_id,
            is_operator=is_operator,
            must_change_password=must_change_password,
            created_at=clock.now(),
        )
        if password is not None:
            _check_password(password, user)
        user.set_password(password if password is not None else first)
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            raise errors.USERNAME_TAKEN.refuse(username=username) from None
        record(
            actor=actor,
            action="create_user",
            subject=("accounts.user", user.pk),
            facts={"username": username, "is_operator": is_operator, "person": person_id},
        )
    return NewAccount(user, first)


def close_user(*, actor: Actor, user_id: int, reason: str) -> User:
    """Close an account: it signs in no more, its sessions end, its posts stay on record. Repeating is harmless."""
    with transaction.atomic():
        user = _locked(user_id)
        require(actor, "accounts.manage")
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        if not user.is_active:
            return user
        user.is_active = False
        user.sessions_ended += 1
        user.save(update_fields=["is_active", "sessions_ended"])
        record(actor=actor, action="close_user", subject=("accounts.user", user.pk), reason=reason.strip())
    return user


def change_password(*, actor: Actor, user_id: int, old: str, new: str) -> User:
    """Set one's own password; every other session of the account ends (the door renews the present one).

    Refuses ACC-020 (old one wrong), ACC-021…025 (new one unfit; all findings at once), ACC-002 (someone else's).
    """
    with transaction.atomic():
        user = _locked(user_id)
        if actor.user_id != user.pk:
            raise errors.NOT_MANDATED.refuse(what="修改别人的密码", roles="账号本人")
        if not user.check_password(old):
            raise errors.PASSWORD_OLD_WRONG.refuse(where=Where(column="old", title="原密码"))
        if old == new:
            raise errors.PASSWORD_SAME.refuse(where=Where(column="new", title="新密码"))
        _check_password(new, user)
        user.set_password(new)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        record(actor=actor, action="change_password", subject=("accounts.user", user.pk))
    return user


def reset_password(*, actor: Actor, user_id: int, reason: str) -> NewAccount:
    """Give the account a new first password (shown once); its sessions end. Needs ``accounts.manage``."""
    with transaction.atomic():
        user = _locked(user_id)
        require(actor, "accounts.manage")
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        first = new_password()
        user.set_password(first)
        user.must_change_password = True
        user.sessions_ended += 1
        user.save(update_fields=["password", "must_change_password", "sessions_ended"])
        record(actor=actor, action="reset_password", subject=("accounts.user", user.pk), reason=reason.strip())
    return NewAccount(user, first)


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise errors.ACCOUNT_UNKNOWN.refuse()
    return user


_BY_DJANGO_CODE: dict[str, RefusalKind] = {
    "password_too_common": errors.PASSWORD_COMMON,
    "password_entirely_numeric": errors.PASSWORD_DIGITS,
    "password_too_similar": errors.PASSWORD_SIMILAR,
}


def _check_password(password: str, user: User) -> None:
    """Django's validators, in our words; every finding at once."""
    where = Where(column="new", title="新密码")
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        problems: list[Problem] = []
        for item in error.error_list:
            if item.code == "password_too_short":
                least = (item.params or {}).get("min_length", 10)
                problems.append(errors.PASSWORD_SHORT.problem(least=least, where=where))
            else:
                kind = _BY_DJANGO_CODE.get(item.code or "", errors.PASSWORD_COMMON)
                problems.append(kind.problem(where=where))
        raise Refusal(problems) from None
    own = user.display_name.strip()
    if len(own) >= 2 and own in password:
        raise errors.PASSWORD_SIMILAR.refuse(where=where)
