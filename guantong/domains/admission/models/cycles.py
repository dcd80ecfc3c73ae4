"""A year of admission in one channel, its rounds, and what it must make public."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from guantong.domains.admission.rules.states import CYCLE_STAGES, ROUND_STAGES


class Cycle(models.Model):
    """One admission year of one channel. The declaration is kept as it was read: a later change of the region's file
    changes nothing in a cycle that is open. The lottery seed is drawn once a cycle, sealed by the key of identity
    numbers, its SHA-256 published before lists are read, itself published with the first result."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    region = models.CharField("地区", max_length=6)
    organiser = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    """The authority that organises it: appeals go there."""
    year = models.PositiveSmallIntegerField("招生年度")
    channel = models.CharField("招生类型", max_length=40)
    title = models.CharField("名称", max_length=120)
    declaration = models.JSONField("办法")
    declaration_digest = models.CharField("办法摘要", max_length=64)
    stage = models.CharField("阶段", max_length=16, choices=CYCLE_STAGES.choices, default=CYCLE_STAGES.first)
    law_on = models.DateField("适用日期")
    law_version = models.CharField("依据版本", max_length=64)
    dates = models.JSONField("日程", default=dict)
    facts_on = models.DateField("考生信息截止日", null=True)
    """Set when lists may be filled in: the day as of which facts of the credit bank counted; they stay as they were."""
    seed_cipher = models.BinaryField("摇号种子密文", null=True)
    seed_commitment = models.CharField("摇号种子承诺", max_length=64, blank=True)
    seed_committed_at = models.DateTimeField("承诺时间", null=True)
    seed_revealed = models.CharField("摇号种子", max_length=64, blank=True)
    seed_revealed_at = models.DateTimeField("公布时间", null=True)
    figures = models.JSONField("基数", default=dict)
    """Entered numbers shares are counted from (graduates of the year, …), by name."""
    next_number = models.PositiveIntegerField("下一个考生号", default=1)
    opened_at = models.DateTimeField("开办时间")

    class Meta:
        verbose_name = "招生年度"
        ordering = ("-year", "channel")
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "channel"], name="cycle_once_a_year_and_channel"),
            models.CheckConstraint(condition=Q(stage__in=list(CYCLE_STAGES.labels)), name="cycle_stage_known"),
            models.CheckConstraint(
                condition=Q(seed_revealed_at=None, seed_revealed="") | ~Q(seed_commitment=""),
                name="cycle_reveals_only_what_was_committed",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Round(models.Model):
    """One round of a batch: number 1 is the main round, later numbers are supplementary rounds (征集志愿)."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="rounds")
    batch = models.CharField("批次", max_length=40)
    number = models.PositiveSmallIntegerField("轮次", default=1)
    stage = models.CharField("阶段", max_length=16, choices=ROUND_STAGES.choices, default=ROUND_STAGES.first)
    opens_at = models.DateTimeField("开始填报")
    closes_at = models.DateTimeField("截止填报")
    floor = models.JSONField("最低控制线", default=dict)
    """``{key, at_least, step}`` in text as declared; empty in a main round without a floor."""
    vacancies = models.JSONField("缺额", default=dict)
    """Plan public id → seats on offer, fixed when a supplementary round opens; empty in a main round (all seats)."""
    locked_digest = models.CharField("志愿总摘要", max_length=64, blank=True)
    """SHA-256 over the digests of all locked lists, set when the round is closed."""
    created_at = models.DateTimeField("设立时间")
    closed_at = models.DateTimeField("截止时间", null=True)
    published_at = models.DateTimeField("公布时间", null=True)

    class Meta:
        verbose_name = "录取轮次"
        ordering = ("cycle", "batch", "number")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "batch", "number"], name="admission_round_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="round_from_one"),
            models.CheckConstraint(condition=Q(stage__in=list(ROUND_STAGES.labels)), name="round_stage_known"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.number}"

    @property
    def is_supplementary(self) -> bool:
        """Whether this is a supplementary round."""
        return self.number > 1


class Opening(models.Model):
    """One of the matters a cycle must make public (十公开): written or uploaded; items that follow from live data need
    no row. A correction is a new revision of the row, with its audit line."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="openings")
    item = models.CharField("事项", max_length=40)
    title = models.CharField("标题", max_length=120)
    content = models.TextField("内容", blank=True)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField("修订", default=1)
    published_at = models.DateTimeField("公开时间")
    published_by = models.CharField("公开人", max_length=120)

    class Meta:
        verbose_name = "信息公开"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "item"], name="opening_once_an_item"),
            models.CheckConstraint(condition=~Q(content="") | Q(file__isnull=False), name="opening_says_something"),
        ]
