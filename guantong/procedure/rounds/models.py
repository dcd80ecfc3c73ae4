"""Rounds with their changes, which round a case was handed in for, and counters of quotas with their lines."""

from __future__ import annotations

from django.db import models

WAYS = [("yearly", "每年"), ("notice", "通知")]


class Round(models.Model):
    """One round of one procedure in the region whose entry it is. A yearly one is written down when first needed.

    ``closes_on`` is the last day as it stands, after extensions; ``planned_closes_on`` as first set.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    procedure = models.CharField("事项", max_length=60)
    region = models.CharField("地区", max_length=6)
    key = models.CharField("批次", max_length=20)
    title = models.CharField("名称", max_length=60)
    way = models.CharField("开放方式", max_length=10, choices=WAYS)
    opens_on = models.DateField("开放日")
    closes_on = models.DateField("截止日")
    planned_closes_on = models.DateField("原定截止日")
    document_title = models.CharField("通知名称", max_length=120, blank=True)
    document_number = models.CharField("通知文号", max_length=60, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=120)

    class Meta:
        verbose_name = "批次"
        constraints = [
            models.UniqueConstraint(fields=["procedure", "region", "key"], name="round_once"),
            models.CheckConstraint(condition=models.Q(closes_on__gte=models.F("opens_on")), name="round_forward"),
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("planned_closes_on")), name="round_only_extended"
            ),
        ]
        indexes = [models.Index(fields=["closes_on", "id"], name="round_closing")]


class RoundChange(models.Model):
    """One opening or extension of a round, or of one case's time in it (``case``). Append-only."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="changes")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="round_changes")
    at = models.DateTimeField("时间")
    actor_user_id = models.BigIntegerField("账号", null=True)
    actor_label = models.CharField("经办", max_length=120)
    kind = models.CharField("种类", max_length=10, choices=[("open", "开放"), ("extend", "延长")])
    before = models.DateField("原截止日", null=True)
    after = models.DateField("新截止日")
    reason = models.CharField("理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "批次变更"
        indexes = [models.Index(fields=["case", "id"], name="round_change_case")]


class HandedIn(models.Model):
    """That a case was handed in, when, and in which round: the one open then, or the one it was extended in."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="handed_in")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="handed_in")
    at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = "提交"


class QuotaCounter(models.Model):
    """How many seats of one quota one body has used in one period. Locked by whoever takes or gives back a seat.

    ``body`` is ``organisation:<id>`` or ``region:<code>``; ``most`` is what the law allowed the case that took last.
    """

    procedure = models.CharField("事项", max_length=60)
    quota = models.CharField("名额", max_length=40)
    title = models.CharField("名称", max_length=60)
    body = models.CharField("归属", max_length=40)
    period = models.CharField("周期", max_length=40)
    taken = models.PositiveIntegerField("已用", default=0)
    most = models.PositiveIntegerField("最多")

    class Meta:
        verbose_name = "名额计数"
        constraints = [
            models.UniqueConstraint(fields=["procedure", "quota", "body", "period"], name="quota_counter_once"),
            models.CheckConstraint(condition=models.Q(taken__lte=models.F("most")), name="quota_never_exceeded"),
            models.CheckConstraint(condition=models.Q(taken__gte=0), name="quota_never_below_zero"),
        ]


class QuotaLine(models.Model):
    """One seat taken (+1) or given back (-1) by a case, which holds one while its lines add up to one. Append-only.

    ``sequence`` is the line of the case's log that did it.
    """

    counter = models.ForeignKey(QuotaCounter, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="quota_lines")
    sequence = models.PositiveIntegerField("办件记录")
    at = models.DateTimeField("时间")
    change = models.SmallIntegerField("变动")
    taken = models.PositiveIntegerField("变动后已用")
    most = models.PositiveIntegerField("当时最多")
    basis = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        verbose_name = "名额记录"
        constraints = [
            models.CheckConstraint(condition=models.Q(change__in=[1, -1]), name="quota_line_one"),
            models.UniqueConstraint(fields=["counter", "case", "sequence", "change"], name="quota_line_once"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="quota_line_case")]
