"""Candidates of a cycle, their scores and their lists."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.domains.admission.rules.proving import PROOF_STATES
from guantong.domains.admission.rules.states import CANDIDATE_STATES, LIST_STATES


class Candidate(models.Model):
    """A person registered in a cycle.

    ``lot`` is the person's number of the year: drawn once, the same in every cycle of the year, the only name under
    which the person appears in a run and in anything published; the lottery number follows from it and the seed.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="candidates")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="candidacies")
    year = models.PositiveSmallIntegerField("招生年度")
    number = models.CharField("考生号", max_length=20)
    lot = models.CharField("随机编号", max_length=16)
    attributes = models.JSONField("报名信息", default=dict)
    state = models.CharField("状态", max_length=12, choices=CANDIDATE_STATES.choices, default=CANDIDATE_STATES.first)
    reason = models.CharField("取消报名的原因", max_length=200, blank=True)
    registered_at = models.DateTimeField("报名时间")
    job_id = models.BigIntegerField("导入批次", null=True)

    class Meta:
        verbose_name = "考生"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "person"], name="candidate_person_once"),
            models.UniqueConstraint(fields=["cycle", "number"], name="candidate_number_once"),
            models.UniqueConstraint(fields=["cycle", "lot"], name="candidate_lot_once"),
            models.CheckConstraint(condition=Q(state__in=list(CANDIDATE_STATES.labels)), name="candidate_state_known"),
        ]
        indexes = [
            models.Index(fields=["person", "year"], name="candidate_person_year"),
            models.Index(fields=["job_id"], name="candidate_job", condition=Q(job_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class ProvedFact(models.Model):
    """A fact that counts only when it is proved: what was stated, what counts, and on what ground.

    ``counted`` is what stands in the candidate's ``attributes`` (empty: nothing counts, which a yes/no fact shows as
    no). ``record``: the record of the credit bank it rests on, as it was on the day; ``lost``: the record it rested on
    before, which is revoked or over. Statements are text: 是 for a yes/no fact.
    """

    cycle = models.ForeignKey("admission.Cycle", on_delete=models.PROTECT, related_name="+", db_index=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="proved", db_index=False)
    attribute = models.CharField("信息", max_length=60)
    stated = models.CharField("填报", max_length=100, blank=True)
    counted = models.CharField("计入", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=list(PROOF_STATES.items()))
    record = models.JSONField("学分银行的记录", default=dict)
    lost = models.JSONField("已失效的记录", default=dict)
    why = models.CharField("失效的原因", max_length=120, blank=True)
    decided_by = models.CharField("核验人", max_length=120, blank=True)
    decided_at = models.DateTimeField("核验时间", null=True)
    reason = models.CharField("凭据或理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "考生信息佐证"
        constraints = [
            models.UniqueConstraint(fields=["candidate", "attribute"], name="proved_fact_once"),
            models.CheckConstraint(condition=Q(state__in=list(PROOF_STATES)), name="proved_fact_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "refused"]) | Q(decided_at__isnull=False),
                name="proved_fact_decided_at",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "state"], name="proved_fact_cycle_state")]


class Score(models.Model):
    """A candidate's results: papers as entered, what counts and why, the keys that order, the rank.

    ``papers``: paper id → mark as text, or ``null`` when the paper was not sat. ``keys``: key → whole thousandths or
    text. ``applied``: exemptions, policy points and lines as applied, each with its clause. ``rank`` 1 is best;
    candidates whose keys are all equal share a rank and ``rank_ties`` says how many they are.
    """

    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, related_name="score")
    papers = models.JSONField("各科成绩", default=dict)
    total_thousandths = models.BigIntegerField("总分（千分之一）", null=True)
    keys = models.JSONField("排序项", default=dict)
    applied = models.JSONField("计算依据", default=list)
    is_ranked = models.BooleanField("参加排位", default=True)
    rank = models.PositiveIntegerField("位次", null=True)
    rank_ties = models.PositiveIntegerField("同位次人数", null=True)
    revision = models.PositiveIntegerField("修订", default=1)
    entered_at = models.DateTimeField("录入时间")
    job_id = models.BigIntegerField("导入批次", null=True)

    class Meta:
        verbose_name = "成绩"
        constraints = [
            models.CheckConstraint(
                condition=Q(total_thousandths=None) | Q(total_thousandths__gte=0), name="score_total_ge_0"
            ),
            models.CheckConstraint(condition=Q(rank=None) | Q(rank__gte=1), name="score_rank_ge_1"),
        ]
        indexes = [models.Index(fields=["job_id"], name="score_job", condition=Q(job_id__isnull=False))]


class PreferenceList(models.Model):
    """A candidate's list in a round: entries in order, each ``{ordinal, unit, programmes, accept_reassignment}``.

    ``revision`` tells two windows apart. Once locked it never changes; ``digest`` is that of the locked content.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="lists")
    round = models.ForeignKey("admission.Round", on_delete=models.PROTECT, related_name="lists")
    entries = models.JSONField("志愿", default=list)
    state = models.CharField("状态", max_length=8, choices=LIST_STATES.choices, default=LIST_STATES.first)
    revision = models.PositiveIntegerField("修订", default=0)
    saved_at = models.DateTimeField("保存时间")
    locked_at = models.DateTimeField("确认时间", null=True)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    notes = models.JSONField("填报时的提示", default=list)
    """What the candidate was told while choosing and confirmed when locking: codes with their sentences."""

    class Meta:
        verbose_name = "志愿表"
        constraints = [
            models.UniqueConstraint(fields=["candidate", "round"], name="list_once_a_round"),
            models.CheckConstraint(
                condition=Q(state="draft", digest="", locked_at=None)
                | (Q(state="locked", locked_at__isnull=False) & ~Q(digest="")),
                name="list_locked_has_digest",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"], name="list_round_state")]
