"""Runs of the matching engine, their results and cut-offs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.domains.admission.rules.states import RUN_PURPOSES, RUN_STATES


class Run(models.Model):
    """One computation of a round. Only ``real`` runs are published; a decided appeal may rest on an ``appeal`` run.

    ``mock`` runs show what would come out of the lists of now and are never a promise; ``trial`` runs vary the rules
    on a finished run's data; ``appeal`` runs repeat a run with corrected input. ``phase``, ``done`` and ``total`` show
    progress; the lease keeps two processes apart and lets a killed one be taken up.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    round = models.ForeignKey("admission.Round", on_delete=models.PROTECT, related_name="runs")
    purpose = models.CharField("用途", max_length=8, choices=list(RUN_PURPOSES.items()))
    state = models.CharField("状态", max_length=12, choices=RUN_STATES.choices, default=RUN_STATES.first)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="repeats")
    changes = models.JSONField("改动", default=dict)
    rules = models.JSONField("规则", default=dict)
    phase = models.CharField("步骤", max_length=16, default="waiting")
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("共", default=0)
    phase_at = models.DateTimeField("本步骤开始", null=True)
    lease_owner = models.CharField(max_length=16, blank=True)
    lease_until = models.DateTimeField(null=True)
    digests = models.JSONField("摘要", default=dict)
    manifest = models.JSONField("运行说明", default=dict)
    """As sealed, the seed left out until it is revealed; its digest does not change by that."""
    root = models.CharField("默克尔根", max_length=64, blank=True)
    engine = models.JSONField("引擎版本", default=dict)
    mismatches = models.JSONField("两套实现的差异", default=list)
    violations = models.JSONField("独立检查发现的问题", default=list)
    figures = models.JSONField("统计", default=dict)
    stop = models.JSONField("停下的原因", default=list)
    bundle = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    inputs = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    """Everything the run read, kept for appeals and trials; never published (the bundle is, under pseudonyms)."""
    packed = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    """The same with the result, as arrays that are quickly read (``selectors.kept_runs``); never published either. None
    for a run sealed before there were any: it is packed when it is first computed again."""
    key_cipher = models.BinaryField("化名密钥密文", null=True)
    """Sealed by the key of identity numbers: from it follow the salts and pseudonyms of this run's candidates."""
    started_by = models.CharField("发起人", max_length=120)
    started_by_user_id = models.BigIntegerField("发起账号", null=True)
    started_at = models.DateTimeField("发起时间")
    computed_at = models.DateTimeField("算完时间", null=True)
    signature = models.JSONField("签名", default=dict)
    """The signed seal: manifest, root and bundle under the organiser's key (``signing.seal_document``); published."""
    sealed_at = models.DateTimeField("封存时间", null=True)
    published_at = models.DateTimeField("公布时间", null=True)
    ended_reason = models.CharField("放弃的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "录取运行"
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(purpose="real") & ~Q(state="abandoned"), name="run_one_real_a_round"
            ),
            models.CheckConstraint(condition=Q(purpose__in=list(RUN_PURPOSES)), name="run_purpose_known"),
            models.CheckConstraint(condition=Q(state__in=list(RUN_STATES.labels)), name="run_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["sealed", "published"]) | (~Q(root="") & Q(mismatches=[], violations=[])),
                name="run_sealed_without_mismatch",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(purpose="real"), name="run_published_has_effect"
            ),
        ]
        indexes = [models.Index(fields=["round", "purpose", "state"], name="run_round_purpose")]

    def __str__(self) -> str:
        return self.public_id


class RunResult(models.Model):
    """What a run gave one candidate: the place or none, and a verdict for every choice.

    ``row`` is the candidate's line under the root (``engines/matching/sealing``): ``choices`` holds ``[ordinal, unit,
    code, key, distance]`` in order of the list. ``against``: which cut-offs to compare with. ``leaf`` and ``position``
    say where the line stands in the run's Merkle tree.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="results", db_index=False)
    candidate = models.ForeignKey("admission.Candidate", on_delete=models.PROTECT, related_name="results")
    plan = models.ForeignKey("admission.IntakePlan", null=True, on_delete=models.PROTECT, related_name="+")
    slice = models.CharField("名额", max_length=40, blank=True)
    ordinal = models.PositiveSmallIntegerField("志愿序号", null=True)
    reason = models.CharField("结果", max_length=24)
    row = models.JSONField("结果行", default=dict)
    against = models.JSONField("对照的最低线", default=dict)
    position = models.IntegerField("叶序号", null=True)
    leaf = models.BinaryField("叶摘要", max_length=32, default=bytes)

    class Meta:
        verbose_name = "录取结果"
        constraints = [
            models.UniqueConstraint(fields=["run", "candidate"], name="result_once_a_candidate"),
            models.CheckConstraint(
                condition=Q(plan=None, ordinal=None) | Q(plan__isnull=False, ordinal__isnull=False),
                name="result_place_has_ordinal",
            ),
        ]
        indexes = [models.Index(fields=["run", "plan"], name="result_run_plan")]


class Cutoff(models.Model):
    """The last admitted of a unit, place or slice: the whole vector of keys with the ordinal of the choice.

    A sequential run has a row for each ordinal at which somebody got a seat or a tied set closed the seats; ``seats``
    are then those open when the ordinal began, and the counts those of the ordinal. Runs sealed in an earlier format
    (``guantong-admission-run-1``) have one row, of the last ordinal.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="cutoffs", db_index=False)
    unit = models.CharField("志愿单位", max_length=60)
    plan = models.ForeignKey("admission.IntakePlan", null=True, on_delete=models.PROTECT, related_name="cutoffs")
    slice = models.CharField("名额", max_length=40, blank=True)
    keys = models.JSONField("排序项", default=list)
    """``[[key, value], …]`` in the order that decides; value in whole thousandths or text; empty when nobody came.
    With ``filed`` 0: of a tied set that closed the seats."""
    ordinal = models.PositiveSmallIntegerField("志愿序号", null=True)
    seats = models.PositiveIntegerField("计划数")
    admitted = models.PositiveIntegerField("录取数")
    filed = models.PositiveIntegerField("投档数", default=0)
    is_full = models.BooleanField("已满", default=False)
    rank = models.PositiveIntegerField("最后一名的位次", null=True)
    """Rank in the year's whole list of the last admitted; None where nobody was admitted or ranked."""

    @property
    def is_of_closing(self) -> bool:
        """Whether the keys are those of a tied set that closed the seats before anybody got one."""
        return bool(self.keys) and not self.filed

    class Meta:
        verbose_name = "录取最低线"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "unit", "plan", "slice", "ordinal"],
                condition=Q(plan__isnull=False, ordinal__isnull=False),
                name="cutoff_once_a_place",
            ),
            models.UniqueConstraint(
                fields=["run", "unit", "slice", "ordinal"],
                condition=Q(plan=None, ordinal__isnull=False),
                name="cutoff_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["run", "unit", "plan", "slice"],
                condition=Q(plan__isnull=False, ordinal=None),
                name="cutoff_without_anybody_a_place",
            ),
            models.UniqueConstraint(
                fields=["run", "unit", "slice"],
                condition=Q(plan=None, ordinal=None),
                name="cutoff_without_anybody_a_unit",
            ),
        ]
        indexes = [models.Index(fields=["plan", "run"], name="cutoff_plan")]
