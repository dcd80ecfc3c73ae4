"""Accounts, posts, sign-in attempts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from guantong.base.accounts.mandates import ROLES


class UserManager(BaseUserManager["User"]):
    """Finds accounts by user name."""


class User(AbstractBaseUser):
    """One account to sign in with. A learner's account names the person; staff act through posts."""

    username = models.CharField("账号", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    person = models.OneToOneField("people.Person", verbose_name="本人", null=True, on_delete=models.PROTECT)
    is_active = models.BooleanField("启用", default=True)
    is_operator = models.BooleanField("运行维护", default=False)
    totp_cipher = models.BinaryField("第二因素密钥", null=True)
    totp_confirmed_at = models.DateTimeField("第二因素启用时间", null=True)
    totp_last_step = models.BigIntegerField("最近用过的时间步", default=0)
    sessions_ended = models.PositiveIntegerField("结束会话次数", default=0)
    must_change_password = models.BooleanField("须改密码", default=False)
    created_at = models.DateTimeField("建立时间")

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "账号"

    def get_session_auth_hash(self) -> str:
        """Digest kept in each session: changes with the password and whenever all sessions are ended."""
        return self._bound_to_sessions(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under former secret keys, so that a key rotation signs nobody out."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._bound_to_sessions(secret)

    def _bound_to_sessions(self, secret: str | bytes | None) -> str:
        value = f"{self.password}|{self.sessions_ended}"
        return salted_hmac("guantong.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class Post(models.Model):
    """A person's post at an organisation: a role from a day, until a day; its own, or ``acting_for`` its holder."""

    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey("orgs.Organisation", verbose_name="机构", on_delete=models.PROTECT)
    role = models.CharField("岗位", max_length=40, choices=[(r.code, r.label) for r in ROLES.values()])
    department = models.CharField("部门", max_length=60, blank=True)
    in_force_from = models.DateField("自")
    until = models.DateField("至", null=True)
    granted_by = models.CharField("授权人", max_length=120)
    revoked_at = models.DateTimeField("撤销时间", null=True)
    acting_for = models.ForeignKey(
        User, verbose_name="代理谁", null=True, on_delete=models.PROTECT, related_name="posts_acted_for"
    )

    class Meta:
        verbose_name = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "in_force_from"],
                condition=models.Q(revoked_at=None, acting_for=None),
                name="post_once",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "in_force_from", "acting_for"],
                condition=models.Q(revoked_at=None, acting_for__isnull=False),
                name="post_acting_once",
            ),
            models.CheckConstraint(
                condition=models.Q(acting_for=None) | models.Q(until__isnull=False), name="post_acting_dated"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("in_force_from")), name="post_forward"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="post_organisation_role")]


class SignInAttempt(models.Model):
    """Counts failures by account name and by address, for throttling. Holds no password."""

    key = models.CharField("键", max_length=80)
    at = models.DateTimeField("时间")
    succeeded = models.BooleanField("成功")

    class Meta:
        verbose_name = "登录记录"
        indexes = [models.Index(fields=["key", "at"], name="attempt_key_at")]


class RecoveryCode(models.Model):
    """One single-use code that stands in for the second factor. Only its digest is kept."""

    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField("摘要", max_length=64)
    made_at = models.DateTimeField("生成时间")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "恢复码"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]


class ApiToken(models.Model):
    """A key with which an institution's own system calls the API. Only the digest of the secret is kept."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    digest = models.CharField("摘要", max_length=64, unique=True)
    label = models.CharField("用途", max_length=60)
    organisation = models.ForeignKey("orgs.Organisation", verbose_name="机构", on_delete=models.PROTECT)
    permissions = models.JSONField("权限", default=list)
    issued_by = models.CharField("签发人", max_length=120)
    issued_at = models.DateTimeField("签发时间")
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "接口密钥"
