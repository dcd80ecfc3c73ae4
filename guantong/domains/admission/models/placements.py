"""Places given to people, and appeals against results."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.domains.admission.rules.states import PLACEMENT_STATES

LIVING = tuple(state for state in PLACEMENT_STATES.labels if state in PLACEMENT_STATES.alive)
"""States in which a placement holds its seat: a person has at most one such placement a year."""


class Placement(models.Model):
    """A person's place: filed to the school, admitted, confirmed, registered; or given up on the way.

    The database itself refuses a second living placement of a person in a year.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="placements")
    candidate = models.ForeignKey("admission.Candidate", on_delete=models.PROTECT, related_name="placements")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="placements")
    year = models.PositiveSmallIntegerField("招生年度")
    round = models.ForeignKey("admission.Round", on_delete=models.PROTECT, related_name="placements")
    run = models.ForeignKey("admission.Run", on_delete=models.PROTECT, related_name="placements")
    plan = models.ForeignKey("admission.IntakePlan", on_delete=models.PROTECT, related_name="placements")
    slice = models.CharField("名额", max_length=40, blank=True)
    ordinal = models.PositiveSmallIntegerField("志愿序号")
    state = models.CharField("状态", max_length=12, choices=PLACEMENT_STATES.choices, default=PLACEMENT_STATES.first)
    reason_id = models.CharField("理由代码", max_length=40, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    reviewed_by = models.CharField("审核人", max_length=120, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True)
    answered_at = models.DateTimeField("考生答复时间", null=True)
    registered_on = models.DateField("注册日期", null=True)
    student_record_id = models.BigIntegerField("学籍", null=True)
    created_at = models.DateTimeField("投档时间")

    class Meta:
        verbose_name = "录取名额"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"], condition=Q(state__in=LIVING), name="placement_one_living_a_year"
            ),
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(state__in=LIVING), name="placement_one_living_a_candidate"
            ),
            models.UniqueConstraint(fields=["candidate", "run"], name="placement_once_a_run"),
            models.CheckConstraint(condition=Q(state__in=list(PLACEMENT_STATES.labels)), name="placement_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent_back", "withdrawn"]) | ~Q(reason=""), name="placement_ended_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="registered") | Q(student_record_id__isnull=False),
                name="placement_registered_has_record",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "state"], name="placement_plan_state"),
            models.Index(fields=["round", "state"], name="placement_round_state"),
        ]


class Appeal(models.Model):
    """A candidate's appeal against a published result; the case (``admission.appeal``) carries the procedure."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    candidate = models.ForeignKey("admission.Candidate", on_delete=models.PROTECT, related_name="appeals")
    round = models.ForeignKey("admission.Round", on_delete=models.PROTECT, related_name="appeals")
    run = models.ForeignKey("admission.Run", on_delete=models.PROTECT, related_name="appeals")
    about = models.CharField("复核事项", max_length=16)
    grounds = models.CharField("理由", max_length=1000)
    case_id = models.BigIntegerField("办件", null=True)
    state = models.CharField("状态", max_length=12, default="opened")
    decision = models.JSONField("决定", default=dict)
    opened_at = models.DateTimeField("提出时间")
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = "录取复核"
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "round"], condition=Q(state="opened"), name="appeal_one_open_a_round"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["opened", "granted", "refused", "withdrawn"]), name="appeal_state_known"
            ),
        ]


class AppealRerun(models.Model):
    """A run repeated with corrected input for an appeal: who would be affected is known before anyone decides."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="reruns")
    number = models.PositiveSmallIntegerField("次", default=1)
    run = models.ForeignKey("admission.Run", on_delete=models.PROTECT, related_name="appeal_reruns")
    corrected = models.JSONField("更正的内容")
    outcome = models.JSONField("申请人的结果", default=dict)
    affected = models.JSONField("受影响的考生", default=list)
    made_by = models.CharField("经办人", max_length=120)
    made_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "复核重算"
        constraints = [models.UniqueConstraint(fields=["appeal", "number"], name="rerun_number_once")]
