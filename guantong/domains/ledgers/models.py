"""Progress entries (append-only), reminders sent, bulletins published."""

from __future__ import annotations

from django.db import models

from .rules.standing import STATES

KINDS = [("ledger", "按台账"), ("body", "按单位"), ("task", "重点任务")]


class ProgressEntry(models.Model):
    """What one body says of one row on a day. Append-only: database triggers refuse UPDATE and DELETE.

    ``corrects`` names the entry this one takes the place of; the last entry nobody corrected is what the body says.
    """

    ledger = models.CharField("台账", max_length=60)
    row = models.CharField("行", max_length=12)
    organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="责任单位", on_delete=models.PROTECT, related_name="ledger_entries"
    )
    sequence = models.PositiveIntegerField("序号")
    """Of this body on this row, from 1: two people at once cannot both write the next."""
    is_lead = models.BooleanField("牵头")
    state = models.CharField("状态", max_length=10, choices=list(STATES.items()))
    share = models.PositiveSmallIntegerField("完成比例")
    text = models.TextField("进展")
    reason = models.CharField("原因", max_length=500, blank=True)
    link = models.URLField("佐证网页", max_length=300, blank=True)
    evidence = models.ForeignKey("files.StoredFile", verbose_name="佐证文件", null=True, on_delete=models.PROTECT)
    corrects = models.OneToOneField(
        "self", verbose_name="更正", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    entered_on = models.DateField("填报日")
    recorded_at = models.DateTimeField("登记时间")
    actor_label = models.CharField("填报人", max_length=120)

    class Meta:
        verbose_name = "进展"
        constraints = [
            models.UniqueConstraint(fields=["ledger", "row", "organisation", "sequence"], name="progress_once"),
            models.CheckConstraint(condition=models.Q(share__lte=100), name="progress_share"),
        ]
        indexes = [models.Index(fields=["organisation", "ledger", "row"], name="progress_body")]


class Reminder(models.Model):
    """That a body was reminded of a row for a reason: each reason of a day once."""

    ledger = models.CharField("台账", max_length=60)
    row = models.CharField("行", max_length=12)
    organisation = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="ledger_reminders")
    kind = models.CharField("种类", max_length=10)
    due_on = models.DateField("期限")
    sent_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "催办"
        constraints = [
            models.UniqueConstraint(fields=["ledger", "row", "organisation", "kind", "due_on"], name="reminder_once")
        ]


class Bulletin(models.Model):
    """A published bulletin: a snapshot, fixed by its digest. Append-only."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    ledger = models.CharField("台账", max_length=60)
    kind = models.CharField("汇总方式", max_length=10, choices=KINDS)
    title = models.CharField("标题", max_length=80)
    region = models.CharField("地区", max_length=6)
    publisher = models.ForeignKey(
        "orgs.Organisation", verbose_name="印发单位", on_delete=models.PROTECT, related_name="ledger_bulletins"
    )
    publisher_name = models.CharField("印发单位名称", max_length=120)
    as_of = models.DateField("截至")
    content = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    law_version = models.CharField("依据版本", max_length=64)
    published_at = models.DateTimeField("印发时间")
    actor_label = models.CharField("经办", max_length=120)

    class Meta:
        verbose_name = "通报"
        constraints = [
            models.UniqueConstraint(fields=["publisher", "ledger", "kind", "as_of", "title"], name="bulletin_once")
        ]
        indexes = [models.Index(fields=["-published_at", "-id"], name="bulletin_newest")]
