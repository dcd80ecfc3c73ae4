"""Tables of the credit bank. Amounts are whole hundredths of a credit; the ledger is append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.domains.credit.kinds import (
    ACHIEVEMENT_KINDS,
    ACHIEVEMENT_STATES,
    APPLICATION_STATES,
    CERTIFICATE_KINDS,
    CERTIFICATE_STATES,
    HELD,
    RULES_STATES,
)


def _never_negative(table: str, columns: tuple[str, ...]) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(condition=Q(**{f"{column}__gte": 0}), name=f"{table}_{column}_ge_0")
        for column in columns
    ]


class CreditAccount(models.Model):
    """One account a person. Its row is locked first by every posting; it holds the balances and the chain's head."""

    number = models.CharField("账户号", max_length=20, unique=True)
    person = models.OneToOneField("people.Person", verbose_name="本人", on_delete=models.PROTECT)
    opened_on = models.DateField("开户日期")
    state = models.CharField("状态", max_length=8, choices=[("active", "正常"), ("merged", "已合并")], default="active")
    deposited = models.BigIntegerField("已存入", default=0)
    recognised = models.BigIntegerField("可使用", default=0)
    reserved = models.BigIntegerField("申请中", default=0)
    converted = models.BigIntegerField("已转换", default=0)
    surplus = models.BigIntegerField("余额不再使用", default=0)
    expired = models.BigIntegerField("已过期", default=0)
    refused = models.BigIntegerField("未予认定", default=0)
    sequence = models.BigIntegerField("末条序号", default=0)
    head_digest = models.BinaryField("链头摘要", max_length=32, default=bytes)

    class Meta:
        verbose_name = "学分账户"
        constraints = _never_negative("account", HELD)


class Achievement(models.Model):
    """A learning achievement as it was brought in, what was recognised of it, and where its credits stand."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="achievements", db_index=False)
    kind = models.CharField("成果类型", max_length=28, choices=[(k.code, k.label) for k in ACHIEVEMENT_KINDS.values()])
    title = models.CharField("名称", max_length=120)
    subject_code = models.CharField("课程、职业或项目代码", max_length=40, blank=True)
    level = models.SmallIntegerField("等级", null=True)
    place = models.CharField("名次", max_length=20, blank=True)
    grade = models.CharField("成绩", max_length=20, blank=True)
    hours = models.IntegerField("学时", null=True)
    declared = models.IntegerField("申报学分（百分之一）", null=True)
    issuer = models.ForeignKey(
        "orgs.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="issued_achievements",
        db_index=False,
    )
    issuer_name = models.CharField("颁发单位", max_length=80)
    certificate_number = models.CharField("证书编号", max_length=60, blank=True)
    issued_on = models.DateField("取得日期")
    valid_until = models.DateField("有效期至", null=True)
    way = models.CharField("来源", max_length=10, choices=[("deposited", "机构存入"), ("claimed", "本人申报")])
    state = models.CharField("状态", max_length=12, choices=list(ACHIEVEMENT_STATES.items()))
    content_digest = models.BinaryField("内容摘要", max_length=32, unique=True)
    evidence = models.JSONField("证明材料", default=list)
    recognition = models.JSONField("认定依据", default=dict)
    recognised_total = models.IntegerField("认定学分", default=0)
    available = models.IntegerField("可使用", default=0)
    reserved = models.IntegerField("申请中", default=0)
    converted = models.IntegerField("已转换", default=0)
    deposited_by_id = models.BigIntegerField("存入机构", null=True)
    job_id = models.BigIntegerField("导入批次", null=True)
    created_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "学习成果"
        constraints = _never_negative("achv", ("recognised_total", "available", "reserved", "converted"))
        indexes = [
            models.Index(fields=["account", "kind"], name="achievement_account_kind"),
            models.Index(fields=["deposited_by_id", "state"], name="achievement_depositor"),
            models.Index(
                fields=["certificate_number"],
                name="achievement_certificate",
                condition=~Q(certificate_number=""),
            ),
            models.Index(fields=["job_id"], name="achievement_job", condition=Q(job_id__isnull=False)),
            models.Index(
                fields=["valid_until"], name="achievement_expiring", condition=Q(state="recognised", available__gt=0)
            ),
        ]


class LedgerEntry(models.Model):
    """A transfer of credits between two buckets of one account: balanced by construction, never changed or erased."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="entries", db_index=False)
    sequence = models.BigIntegerField("序号")
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField("种类", max_length=14)
    debit = models.CharField("自", max_length=10)
    credit = models.CharField("至", max_length=10)
    hundredths = models.IntegerField("学分（百分之一）")
    recorded_us = models.BigIntegerField("记录时间（微秒）")
    ref = models.CharField("凭据", max_length=40, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    reverses = models.BigIntegerField("冲正的序号", null=True)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        verbose_name = "分录"
        constraints = [
            models.UniqueConstraint(fields=["account", "sequence"], name="entry_sequence_once"),
            models.UniqueConstraint(
                fields=["account", "reverses"], condition=Q(reverses__isnull=False), name="entry_reversed_once"
            ),
            models.CheckConstraint(condition=Q(hundredths__gte=0), name="entry_hundredths_ge_0"),
        ]
        indexes = [models.Index(fields=["achievement", "sequence"], name="entry_achievement")]


class Seal(models.Model):
    """A nightly seal over all account heads: a tail cut off any account is noticed by the next audit."""

    sealed_at = models.DateTimeField("时间")
    accounts = models.BigIntegerField("账户数")
    entries = models.BigIntegerField("分录数")
    root = models.BinaryField("默克尔根", max_length=32)
    previous = models.BinaryField("前一封存", max_length=32)
    digest = models.BinaryField("封存摘要", max_length=32, unique=True)
    heads_file = models.CharField("账户链头存档", max_length=200, blank=True)

    class Meta:
        verbose_name = "账本封存"


class ConversionRules(models.Model):
    """A version of a school's conversion rules: data, adopted through a procedure, dated."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    school = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="conversion_rules")
    code = models.CharField("规则代码", max_length=40)
    title = models.CharField("名称", max_length=120)
    version = models.IntegerField("版本")
    document = models.JSONField("规则内容")
    digest = models.CharField("摘要", max_length=64)
    state = models.CharField("状态", max_length=16, choices=list(RULES_STATES.items()), default="draft")
    in_force_from = models.DateField("施行日期", null=True)
    until = models.DateField("失效日期", null=True)
    case_id = models.BigIntegerField("办件", null=True)
    drafted_by = models.CharField("起草人", max_length=120)
    created_at = models.DateTimeField("起草时间")

    class Meta:
        verbose_name = "学分转换规则"
        constraints = [models.UniqueConstraint(fields=["school", "code", "version"], name="rules_version_once")]


class ConversionApplication(models.Model):
    """A learner's application to have achievements count for courses of a plan, with all it was decided on."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="applications")
    student_record = models.ForeignKey("programmes.StudentRecord", on_delete=models.PROTECT)
    rules = models.ForeignKey(ConversionRules, on_delete=models.PROTECT)
    region = models.CharField("地区", max_length=6)
    law_on = models.DateField("适用日期")
    law_version = models.CharField("依据版本", max_length=64)
    state = models.CharField("状态", max_length=16, choices=list(APPLICATION_STATES.items()), default="in_review")
    case_id = models.BigIntegerField("办件", null=True)
    facts = models.JSONField("事实", default=dict)
    proposal = models.JSONField("计算结果", default=dict)
    decision = models.JSONField("决定", default=dict)
    applied_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = "转换申请"
        indexes = [
            models.Index(fields=["account", "applied_at"], name="application_account"),
            models.Index(fields=["rules", "state"], name="application_rules"),
        ]


class ConversionItem(models.Model):
    """One line of an application: part of an achievement for a course of the plan."""

    application = models.ForeignKey(ConversionApplication, on_delete=models.PROTECT, related_name="items")
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="conversion_items")
    course = models.ForeignKey("programmes.PlanCourse", on_delete=models.PROTECT)
    hundredths = models.IntegerField("学分（百分之一）")
    surplus = models.IntegerField("余额不再使用（百分之一）", default=0)
    grade = models.CharField("记载成绩", max_length=20, blank=True)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=[
            ("reserved", "占用中"),
            ("granted", "已批准"),
            ("refused", "未批准"),
            ("released", "已解除"),
            ("reversed", "已冲正"),
        ],
        default="reserved",
    )
    reason = models.CharField("理由", max_length=300, blank=True)
    reason_code = models.CharField("理由代码", max_length=12, blank=True)

    class Meta:
        verbose_name = "转换明细"
        constraints = [
            models.UniqueConstraint(fields=["application", "achievement", "course"], name="item_once_an_application"),
            models.CheckConstraint(condition=Q(hundredths__gt=0), name="item_hundredths_gt_0"),
        ]


class Exemption(models.Model):
    """A course of the learner's plan that is exempt, wholly or in part, because of a granted conversion."""

    student_record = models.ForeignKey("programmes.StudentRecord", on_delete=models.PROTECT, related_name="exemptions")
    course = models.ForeignKey("programmes.PlanCourse", on_delete=models.PROTECT)
    item = models.OneToOneField(ConversionItem, on_delete=models.PROTECT)
    hundredths = models.IntegerField("免修学分（百分之一）")
    grade = models.CharField("记载成绩", max_length=20, blank=True)
    granted_on = models.DateField("批准日期")
    revoked_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "课程免修"
        indexes = [models.Index(fields=["student_record", "course"], name="exemption_record_course")]


class Certificate(models.Model):
    """A signed certificate or statement. Its content is fixed; only its state may change, with a reason."""

    number = models.CharField("证书编号", max_length=24, unique=True)
    kind = models.CharField("种类", max_length=12, choices=list(CERTIFICATE_KINDS.items()))
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="certificates")
    student_record = models.ForeignKey("programmes.StudentRecord", null=True, on_delete=models.PROTECT)
    issuer = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT)
    content = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    key_id = models.CharField("签名密钥", max_length=32)
    signature = models.BinaryField("签名", max_length=64)
    state = models.CharField("状态", max_length=10, choices=list(CERTIFICATE_STATES.items()), default="issued")
    issued_on = models.DateField("颁发日期")
    expires_on = models.DateField("有效期至", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)
    revoke_reason = models.CharField("撤销理由", max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    created_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "证书"
        constraints = [
            models.UniqueConstraint(
                fields=["student_record"],
                condition=Q(kind="completion", state="issued"),
                name="one_completion_certificate",
            )
        ]
