"""The append-only record of who did what, why, under which law."""

from __future__ import annotations

from django.db import models


class AuditLine(models.Model):
    """One action by one actor. Database triggers refuse UPDATE and DELETE."""

    at = models.DateTimeField("时间")
    actor_user_id = models.BigIntegerField("账号", null=True)
    actor_label = models.CharField("经办", max_length=120)
    action = models.CharField("动作", max_length=60)
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象", max_length=60)
    organisation_id = models.BigIntegerField("机构", null=True)
    region = models.CharField("地区", max_length=6)
    law_version = models.CharField("依据版本", max_length=64, blank=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    facts = models.JSONField("事实", default=dict)

    class Meta:
        verbose_name = "审计记录"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["organisation_id", "id"], name="audit_organisation"),
            models.Index(fields=["actor_user_id", "id"], name="audit_actor"),
            models.Index(fields=["at", "id"], name="audit_at"),
        ]
