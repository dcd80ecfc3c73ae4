"""Panels: a seed committed and revealed, cases with their seats, sheets and results, and a chained record of it all."""

from __future__ import annotations

from django.db import models

PANEL_STATES = [("committed", "已公布种子校验值"), ("drawn", "已抽取"), ("closed", "已汇总")]
CASE_STATES = [("waiting", "等候抽取"), ("drawn", "评审中"), ("decided", "已有结果"), ("left", "已离开")]
SEAT_STATES = [("invited", "待评"), ("scored", "已评"), ("withdrawn", "已退出")]


class Panel(models.Model):
    """One draw and its scoring: the cases of one step, one round, one body and equal rules, or of one case.

    The seed is sealed until the draw. Whoever comes to the step after it gets the panel of the next ``number``, whose
    seed is committed then.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    procedure = models.CharField("事项", max_length=60)
    step = models.CharField("环节", max_length=40)
    region = models.CharField("地区", max_length=6)
    round = models.ForeignKey("rounds.Round", null=True, on_delete=models.PROTECT, related_name="panels")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="own_panels")
    body = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT, related_name="panels")
    rules_digest = models.CharField("规则校验值", max_length=64)
    number = models.PositiveSmallIntegerField("次", default=1)
    state = models.CharField("状态", max_length=10, choices=PANEL_STATES, default="committed")
    commitment = models.CharField("种子校验值", max_length=64)
    seed_cipher = models.BinaryField("种子密文")
    committed_at = models.DateTimeField("公布时间")
    seed = models.CharField("种子", max_length=64, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True)
    roster = models.JSONField("名册", default=list)
    rules = models.JSONField("规则", default=dict)
    closed_at = models.DateTimeField("汇总时间", null=True)
    sequence = models.PositiveIntegerField("记录条数", default=0)
    head_digest = models.CharField("末条校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = "专家评审"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "step", "round", "body", "rules_digest", "number"],
                condition=models.Q(case=None),
                name="panel_of_round_once",
            ),
            models.UniqueConstraint(
                fields=["case", "step", "number"], condition=models.Q(case__isnull=False), name="panel_of_case_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="committed", seed="") | (~models.Q(state="committed") & ~models.Q(seed="")),
                name="panel_seed_revealed_at_draw",
            ),
        ]


class Closing(models.Model):
    """One time results were made: the rule as it held then, and who made them. ``first`` is the first panel of the
    group (equal procedure, step, round, body and rules; or one case). Append-only."""

    first = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="closings")
    number = models.PositiveSmallIntegerField("次")
    at = models.DateTimeField("时间")
    actor_user_id = models.BigIntegerField("账号", null=True)
    actor_label = models.CharField("经办", max_length=120)
    rule = models.JSONField("取舍规则")
    reason = models.CharField("先行汇总的理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "评审汇总"
        constraints = [models.UniqueConstraint(fields=["first", "number"], name="panel_closing_once")]


class PanelCase(models.Model):
    """A case in a panel. ``label`` is what blind reviewers see of it: a number given at the draw."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="panels")
    label = models.PositiveIntegerField("序号", default=0)
    state = models.CharField("状态", max_length=10, choices=CASE_STATES, default="waiting")
    arrived_at = models.DateTimeField("到达时间")
    handed_in_at = models.DateTimeField("提交时间", null=True)
    order = models.JSONField("次序", default=list)
    recused = models.JSONField("回避", default=dict)
    skipped = models.JSONField("跳过", default=list)
    body = models.CharField("名额归属", max_length=40, blank=True)
    closing = models.ForeignKey(Closing, null=True, on_delete=models.PROTECT, related_name="results")
    mean = models.CharField("平均分", max_length=60, blank=True)
    rank = models.PositiveIntegerField("名次", null=True)
    place = models.PositiveIntegerField("次序", null=True)
    of = models.PositiveIntegerField("共几件", null=True)
    line = models.CharField("分数线", max_length=60, blank=True)
    is_passed = models.BooleanField("通过", null=True)
    why = models.CharField("理由", max_length=20, blank=True)
    decided_at = models.DateTimeField("得出时间", null=True)

    class Meta:
        verbose_name = "参评办件"
        constraints = [models.UniqueConstraint(fields=["panel", "case"], name="panel_case_once")]
        indexes = [models.Index(fields=["case", "id"], name="panel_case_case")]


class PanelSeat(models.Model):
    """One reviewer on one case. ``draft`` is what they saved and have not handed in."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    entry = models.ForeignKey(PanelCase, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey("panels.PoolMember", on_delete=models.PROTECT, related_name="seats")
    position = models.PositiveSmallIntegerField("席位")
    state = models.CharField("状态", max_length=10, choices=SEAT_STATES, default="invited")
    invited_at = models.DateTimeField("邀请时间")
    withdrawn_at = models.DateTimeField("退出时间", null=True)
    ground = models.CharField("退出缘由", max_length=20, blank=True)
    draft = models.JSONField("草稿", default=dict)
    revision = models.PositiveIntegerField("修订号", default=1)
    saved_at = models.DateTimeField("保存时间", null=True)

    class Meta:
        verbose_name = "评审席位"
        constraints = [
            models.UniqueConstraint(fields=["entry", "member"], name="panel_seat_once"),
            models.UniqueConstraint(fields=["entry", "position"], name="panel_seat_position_once"),
        ]
        indexes = [models.Index(fields=["member", "state", "id"], name="panel_seat_member")]


class ScoreSheet(models.Model):
    """A sheet handed in. A corrected one is a further row with the reason; the last counts. Append-only."""

    seat = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="sheets")
    number = models.PositiveSmallIntegerField("第几份")
    at = models.DateTimeField("提交时间")
    actor_user_id = models.BigIntegerField("账号", null=True)
    comment = models.TextField("评语")
    reason = models.CharField("修改理由", max_length=500, blank=True)
    total = models.DecimalField("总分", max_digits=10, decimal_places=2)
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "评分表"
        constraints = [models.UniqueConstraint(fields=["seat", "number"], name="score_sheet_once")]


class Score(models.Model):
    """Points of one criterion on one sheet. Append-only."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="scores")
    criterion = models.CharField("评分项", max_length=40)
    points = models.DecimalField("分数", max_digits=9, decimal_places=2)
    comment = models.CharField("评语", max_length=500, blank=True)

    class Meta:
        verbose_name = "评分"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_once"),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="score_not_negative"),
        ]


class PanelEvent(models.Model):
    """One thing that happened in a panel, chained by digests. Append-only."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField("序号")
    at = models.DateTimeField("时间")
    actor_user_id = models.BigIntegerField("账号", null=True)
    actor_label = models.CharField("经办", max_length=120)
    kind = models.CharField("事情", max_length=20)
    details = models.JSONField("附记", default=dict)
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "评审记录"
        constraints = [models.UniqueConstraint(fields=["panel", "sequence"], name="panel_event_once")]
