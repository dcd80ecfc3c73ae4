"""What schools file besides plans: places of teaching, rosters to register, advertisements; sanctions on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.domains.admission.models.plans import MODES, SITES

FILING_STATES = [("opened", "审核中"), ("granted", "已办成"), ("refused", "没有办成"), ("withdrawn", "已撤回")]


class SchoolSite(models.Model):
    """A branch or joint schooling the local authority approved or filed: without it nobody is registered there (A8)."""

    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("办学地点", max_length=80)
    site = models.CharField("办学性质", max_length=8, choices=SITES)
    document = models.CharField("批准或备案文件", max_length=160)
    approved_on = models.DateField("批准或备案日期")
    ended_on = models.DateField("终止日期", null=True)
    reason = models.CharField("终止的原因", max_length=200, blank=True)
    recorded_by = models.CharField("登记人", max_length=120)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "办学地点"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "name", "site"], condition=Q(ended_on__isnull=True), name="site_once_in_force"
            ),
            models.CheckConstraint(condition=Q(site__in=["branch", "joint"]), name="site_kind_known"),
            models.CheckConstraint(condition=~Q(document=""), name="site_has_document"),
            models.CheckConstraint(condition=Q(ended_on__isnull=True) | ~Q(reason=""), name="site_ended_says_why"),
        ]


class RegistrationFiling(models.Model):
    """A roster of confirmed candidates of one mode of study, filed for registration; the case carries the checks.

    ``entries`` is ``[{placement, number, department}]`` in the order of the roster.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="registration_filings")
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="+")
    mode = models.CharField("学习形式", max_length=12, choices=MODES)
    entries = models.JSONField("名册", default=list)
    state = models.CharField("状态", max_length=12, choices=FILING_STATES, default="opened")
    case_id = models.BigIntegerField("办件", null=True)
    decision = models.JSONField("决定", default=dict)
    opened_at = models.DateTimeField("报送时间")
    decided_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "学籍注册报送"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "school", "mode"], condition=Q(state="opened"), name="registration_one_open_a_mode"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[code for code, _ in FILING_STATES]), name="registration_filing_state_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=[code for code, _ in MODES]), name="registration_filing_mode_known"
            ),
        ]


class Advertisement(models.Model):
    """An enrolment advertisement of a school, published only once the authority that approved the school agrees."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("广告名称", max_length=80)
    media = models.CharField("发布在哪里", max_length=120)
    text = models.TextField("广告文稿")
    state = models.CharField("状态", max_length=12, choices=FILING_STATES, default="opened")
    case_id = models.BigIntegerField("办件", null=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    opened_at = models.DateTimeField("报送时间")
    approved_on = models.DateField("批准日期", null=True)
    decided_by = models.CharField("决定人", max_length=120, blank=True)

    class Meta:
        verbose_name = "招生广告"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[code for code, _ in FILING_STATES]), name="advertisement_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(approved_on__isnull=False), name="advertisement_granted_has_day"
            ),
        ]
        indexes = [models.Index(fields=["school", "state"], name="advertisement_school")]


class Sanction(models.Model):
    """A school stopped from taking students in the middle of a year (A7): what was ordered, by which clause and
    document, why; ended by another document, never deleted."""

    region = models.CharField("地区", max_length=6)
    year = models.PositiveSmallIntegerField("招生年度")
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("处理", max_length=40)
    clause = models.CharField("依据", max_length=300)
    document = models.CharField("处理决定", max_length=160)
    reason = models.CharField("查实的情况", max_length=200)
    imposed_by = models.CharField("办理人", max_length=120)
    imposed_at = models.DateTimeField("办理时间")
    cancelled = models.PositiveIntegerField("取消的录取", default=0)
    ended_at = models.DateTimeField("解除时间", null=True)
    ended_by = models.CharField("解除的办理人", max_length=120, blank=True)
    ended_document = models.CharField("解除决定", max_length=160, blank=True)
    ended_reason = models.CharField("解除的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "招生处理"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "school"],
                condition=Q(ended_at__isnull=True),
                name="sanction_one_in_force",
            ),
            models.CheckConstraint(condition=~Q(document="") & ~Q(reason=""), name="sanction_says_why"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | (~Q(ended_document="") & ~Q(ended_reason="")),
                name="sanction_ended_says_why",
            ),
        ]
        indexes = [models.Index(fields=["school", "year"], name="sanction_school")]
