"""Notices shown on a desk."""

from __future__ import annotations

from django.db import models

from guantong.base.people.sealed_fields import SealedTextField

TEXT_PURPOSE = "notices.text"
"""What sealed texts are bound to."""


class Notice(models.Model):
    """One message to an account, or to everyone holding a role at an organisation."""

    user = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE)
    role = models.CharField("岗位", max_length=40, blank=True)
    organisation = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.CASCADE)
    text = SealedTextField("内容（加密）", purpose=TEXT_PURPOSE)
    """At most 300 characters; what it says of a case may be personal, so it lies encrypted."""
    link = models.CharField("链接", max_length=200, blank=True)
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)

    class Meta:
        verbose_name = "消息"
        indexes = [
            models.Index(fields=["person", "sent_at"], name="notice_person"),
            models.Index(fields=["user", "sent_at"], name="notice_user"),
            models.Index(fields=["organisation", "role", "sent_at"], name="notice_role"),
        ]
