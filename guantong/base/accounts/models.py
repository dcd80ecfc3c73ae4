"""Accounts, posts, sign-in attempts."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

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
    must_change_password = models.BooleanField("须改密码", default=False)
    created_at = models.DateTimeField("建立时间")

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "账号"


class Post(models.Model):
    """A person's post at an organisation: a role from a day, until a day."""

    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey("orgs.Organisation", verbose_name="机构", on_delete=models.PROTECT)
    role = models.CharField("岗位", max_length=40, choices=[(r.code, r.label) for r in ROLES.values()])
    department = models.CharField("部门", max_length=60, blank=True)
    in_force_from = models.DateField("自")
    until = models.DateField("至", null=True)
    granted_by = models.CharField("授权人", max_length=120)
    revoked_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "岗位"
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role", "in_force_from"], name="post_once")
        ]


class SignInAttempt(models.Model):
    """Counts failures by account name and by address, for throttling. Holds no password."""

    key = models.CharField("键", max_length=80)
    at = models.DateTimeField("时间")
    succeeded = models.BooleanField("成功")

    class Meta:
        verbose_name = "登录记录"
        indexes = [models.Index(fields=["key", "at"], name="attempt_key_at")]
