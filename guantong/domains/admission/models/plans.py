"""What schools offer: the approved size, intake plans place by place, the filed prospectus."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.domains.admission.rules.states import PLAN_STATES, PROSPECTUS_STATES

SITES = [("main", "学校本部"), ("branch", "分校或教学点"), ("joint", "合作办学")]
"""What the place of a plan is to the school (办学性质): a branch needs approval, joint schooling needs filing (A8)."""
MODES = [("full_time", "全日制"), ("part_time", "非全日制")]
"""Modes of study (学习形式), kept apart from plan to student record (A8)."""


class SchoolLimit(models.Model):
    """How many a school may take in a cycle, and whether it is on the year's list of qualified schools."""

    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="limits")
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveIntegerField("核定招生规模")
    is_qualified = models.BooleanField("具备招生资格", default=True)
    reason = models.CharField("不具备资格的原因", max_length=200, blank=True)
    document = models.CharField("依据文件", max_length=160)
    set_by = models.CharField("核定人", max_length=120)
    set_at = models.DateTimeField("核定时间")

    class Meta:
        verbose_name = "核定招生规模"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "school"], name="limit_once_a_school"),
            models.CheckConstraint(condition=Q(seats__gte=0), name="limit_seats_ge_0"),
            models.CheckConstraint(condition=Q(is_qualified=True) | ~Q(reason=""), name="limit_says_why_not_qualified"),
        ]


class IntakePlan(models.Model):
    """One place to choose: a programme of a school in a batch and group, of one kind, with its seats.

    ``extra_seats`` were added by decided appeals; ``conditions`` is a list of ``{id, title, require, references}`` in
    the engine's words. A plan is changed only while it is drafted or returned.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="plans")
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="intake_plans")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    batch = models.CharField("批次", max_length=40)
    group_code = models.CharField("专业组代码", max_length=20, blank=True)
    group_name = models.CharField("专业组名称", max_length=80, blank=True)
    kind = models.CharField("计划类别", max_length=24, default="ordinary")
    seats = models.PositiveIntegerField("计划数")
    extra_seats = models.PositiveIntegerField("复核增加的名额", default=0)
    fee_fen = models.PositiveIntegerField("每学年学费（分）")
    years = models.DecimalField("学制", max_digits=3, decimal_places=1)
    place = models.CharField("办学地点", max_length=80)
    site = models.CharField("办学性质", max_length=8, choices=SITES, default="main")
    place_region = models.CharField("办学地点地区代码", max_length=6)
    mode = models.CharField("学习形式", max_length=12, choices=MODES, default="full_time")
    conditions = models.JSONField("报考条件", default=list)
    note = models.CharField("备注", max_length=300, blank=True)
    search_text = models.CharField(max_length=400, editable=False)
    state = models.CharField("状态", max_length=12, choices=PLAN_STATES.choices, default=PLAN_STATES.first)
    revision = models.PositiveIntegerField("修订", default=1)
    reason = models.CharField("退回理由", max_length=300, blank=True)
    decided_by = models.CharField("审批人", max_length=120, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    changed_at = models.DateTimeField("修改时间")
    job_id = models.BigIntegerField("导入批次", null=True)

    class Meta:
        verbose_name = "招生计划"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "school", "batch", "group_code", "programme", "kind", "mode", "place"],
                name="plan_place_once",
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="plan_seats_ge_1"),
            models.CheckConstraint(condition=Q(years__gt=0), name="plan_years_gt_0"),
            models.CheckConstraint(condition=Q(site__in=[code for code, _ in SITES]), name="plan_site_known"),
            models.CheckConstraint(condition=Q(mode__in=[code for code, _ in MODES]), name="plan_mode_known"),
            models.CheckConstraint(condition=Q(state__in=list(PLAN_STATES.labels)), name="plan_state_known"),
        ]
        indexes = [
            models.Index(fields=["cycle", "batch", "state"], name="plan_batch_state"),
            models.Index(fields=["school", "cycle"], name="plan_school"),
            models.Index(fields=["job_id"], name="plan_job", condition=Q(job_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def all_seats(self) -> int:
        """Seats of the plan with those that decided appeals added."""
        return self.seats + self.extra_seats


class Prospectus(models.Model):
    """What a school tells candidates (招生简章 with its required items) and its public charter (招生章程)."""

    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="prospectuses")
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="+")
    items = models.JSONField("简章内容", default=dict)
    charter = models.TextField("招生章程", blank=True)
    state = models.CharField("状态", max_length=12, choices=PROSPECTUS_STATES.choices, default=PROSPECTUS_STATES.first)
    revision = models.PositiveIntegerField("修订", default=1)
    reason = models.CharField("退回理由", max_length=300, blank=True)
    filed_on = models.DateField("备案日期", null=True)
    decided_by = models.CharField("备案人", max_length=120, blank=True)
    telephone = models.CharField("招生监督电话", max_length=40, blank=True)
    case_id = models.BigIntegerField("办件", null=True)
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = "招生简章"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "school"], name="prospectus_once_a_school"),
            models.CheckConstraint(
                condition=Q(state__in=list(PROSPECTUS_STATES.labels)), name="prospectus_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="filed") | Q(filed_on__isnull=False), name="prospectus_filed_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="filed") | ~Q(telephone=""), name="prospectus_filed_has_telephone"
            ),
        ]
