"""Notices, letters of objectors and complainants, their chained lines, and how often somebody wrote."""

from __future__ import annotations

from django.db import models

from .rules import LINE_KINDS, NOTICE_STATES, OBJECTION_STATES, OPEN, RECEIVED
from .sealing import opened


class PublicNotice(models.Model):
    """One public notice: what it shows is fixed by ``digest``; its address lasts. One for each stay at the step."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    case = models.ForeignKey("cases.Case", verbose_name="办件", on_delete=models.PROTECT, related_name="notices")
    step = models.CharField("环节", max_length=40)
    procedure = models.CharField("事项", max_length=60)
    procedure_title = models.CharField("事项名称", max_length=60)
    title = models.CharField("标题", max_length=200)
    region = models.CharField("地区", max_length=6)
    publisher = models.ForeignKey(
        "orgs.Organisation", verbose_name="公示单位", null=True, on_delete=models.PROTECT, related_name="public_notices"
    )
    publisher_name = models.CharField("公示单位名称", max_length=120)
    content = models.JSONField("内容")
    """[[label, value], …] in the order shown."""
    digest = models.CharField("校验值", max_length=64)
    search_text = models.TextField("检索")
    published_at = models.DateTimeField("发布时间")
    starts_on = models.DateField("公示自")
    ends_on = models.DateField("公示至")
    """The last day, until 24:00 China time."""
    is_provisional = models.BooleanField("期限待定", default=False)
    basis = models.CharField("依据", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=NOTICE_STATES, default=OPEN)
    ended_at = models.DateTimeField("结束时间", null=True)
    result = models.CharField("公示结果", max_length=200, blank=True)
    outcome = models.CharField("办理结果", max_length=60, blank=True)
    outcome_on = models.DateField("办结日", null=True)

    class Meta:
        verbose_name = "公示"
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state=OPEN),
                name="notice_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at", "-id"], name="notice_state"),
            models.Index(fields=["procedure", "-published_at", "-id"], name="notice_procedure"),
            models.Index(fields=["-published_at", "-id"], name="notice_newest"),
            models.Index(fields=["case", "id"], name="notice_case"),
        ]  # fmt: skip


class Sender(models.Model):
    """Whoever objected or complained, under protected identity.

    ``sealed`` holds name, contact and account, encrypted; it is empty for the anonymous. ``code_index`` is the keyed
    digest of the query code, ``owner_index`` that of the account of somebody signed in: both find the letter again
    and tell nobody who wrote it. ``text_key`` is the key of the letter's texts, encrypted too.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    kind = models.CharField("种类", max_length=10, choices=[("objection", "异议"), ("complaint", "投诉举报")])
    is_named = models.BooleanField("署名")
    sealed = models.BinaryField("身份（加密）", null=True)
    code_index = models.BinaryField("查询码索引", max_length=32, unique=True)
    owner_index = models.BinaryField("账号索引", max_length=32, null=True)
    text_key = models.BinaryField("来信内容的密钥（加密）", max_length=100)
    received_at = models.DateTimeField("收到时间")
    sequence = models.PositiveIntegerField("记录条数", default=0)
    head_digest = models.CharField("末条校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = "来信人"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_named=True, sealed__isnull=False)
                | models.Q(is_named=False, sealed__isnull=True, owner_index__isnull=True),
                name="sender_anonymous_is_empty",
            )
        ]
        indexes = [models.Index(fields=["owner_index"], name="sender_owner")]


class SenderLine(models.Model):
    """One line of a letter's story. Append-only: database triggers refuse UPDATE and DELETE.

    Never names the sender: ``who`` is 来信人, or the role and organisation of an official.
    """

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="lines")
    sequence = models.PositiveIntegerField("序号")
    at = models.DateTimeField("时间")
    kind = models.CharField("种类", max_length=12, choices=LINE_KINDS)
    who = models.CharField("谁", max_length=120)
    actor_user_id = models.BigIntegerField("账号", null=True)
    """Of an official; never of the sender."""
    sealed_text = models.BinaryField("内容（加密）", blank=True)
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "来信记录"
        constraints = [models.UniqueConstraint(fields=["sender", "sequence"], name="sender_line_once")]

    @property
    def text(self) -> str:
        """What was written."""
        return opened(self.sender, self.sealed_text)


class Evidence(models.Model):
    """One file of a letter, encrypted under the letter's key. Append-only: database triggers refuse UPDATE and DELETE.

    Its name is not kept. ``digest`` is the SHA-256 of what lies encrypted; the digest of the line covers it.
    """

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="evidence")
    line = models.ForeignKey(SenderLine, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField("序号")
    suffix = models.CharField("类型", max_length=4, choices=[("pdf", "PDF"), ("png", "PNG"), ("jpg", "JPG")])
    size = models.PositiveIntegerField("字节数")
    sealed = models.BinaryField("内容（加密）")
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "来信佐证"
        constraints = [models.UniqueConstraint(fields=["sender", "number"], name="evidence_once")]


class Objection(models.Model):
    """An objection to a notice, with its own state and its own deadline."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="objections")
    sender = models.OneToOneField(Sender, on_delete=models.PROTECT, related_name="objection")
    sealed_text = models.BinaryField("内容（加密）")
    state = models.CharField("状态", max_length=12, choices=OBJECTION_STATES, default=RECEIVED)
    received_at = models.DateTimeField("收到时间")
    handler_role = models.CharField("办理岗位", max_length=40)
    handler = models.ForeignKey(
        "orgs.Organisation", verbose_name="办理单位", null=True, on_delete=models.PROTECT, related_name="objections"
    )
    due_on = models.DateField("答复期限", null=True)
    due_at = models.DateTimeField("答复截止", null=True)
    is_provisional = models.BooleanField("期限待定", default=False)
    basis = models.CharField("依据", max_length=300, blank=True)
    told_overdue_at = models.DateTimeField("已提醒逾期", null=True)
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = "异议"
        indexes = [
            models.Index(fields=["notice", "state"], name="objection_notice"),
            models.Index(fields=["handler_role", "handler", "state", "due_on", "id"], name="objection_to_do"),
            models.Index(fields=["state", "due_at"], name="objection_due"),
            models.Index(fields=["case", "id"], name="objection_case"),
        ]

    @property
    def text(self) -> str:
        """What was objected."""
        return opened(self.sender, self.sealed_text)


class Complaint(models.Model):
    """What ties a case opened by the public to the letter it came with."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="complaint")
    sender = models.OneToOneField(Sender, on_delete=models.PROTECT, related_name="complaint")
    number = models.CharField("编号", max_length=16, unique=True)

    class Meta:
        verbose_name = "投诉举报"


class Attempt(models.Model):
    """That somebody wrote, or gave a wrong code. ``asker`` is a keyed digest that changes every day and is forgotten
    after one: it slows a flood and leads to nobody."""

    kind = models.CharField("种类", max_length=10)
    asker = models.BinaryField("来处（加密）", max_length=32)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "提交次数"
        indexes = [models.Index(fields=["kind", "asker", "at"], name="publicity_attempt_asker")]
