"""People, guardian consent, merges."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    """A natural person. The identity number is encrypted; ``id_index`` finds it again; ``id_masked`` is shown."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    name = models.CharField("姓名", max_length=60)
    id_kind = models.CharField(
        "证件类型",
        max_length=16,
        default="resident",
        choices=[
            ("resident", "居民身份证"),
            ("resident_15", "第一代居民身份证（15位）"),
            ("passport", "护照"),
            ("hk_macao_taiwan", "港澳台居民居住证"),
            ("other", "其他证件"),
        ],
    )
    id_cipher = models.BinaryField("证件号码密文")
    id_index = models.BinaryField("证件号码索引", max_length=32)
    id_masked = models.CharField("证件号码（已遮）", max_length=24)
    born_on = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=6, choices=[("male", "男"), ("female", "女"), ("", "未填")], blank=True)
    phone_cipher = models.BinaryField("手机号密文", null=True)
    phone_index = models.BinaryField("手机号索引", max_length=32, null=True, db_index=True)
    phone_masked = models.CharField("手机号（已遮）", max_length=24, blank=True)
    state = models.CharField("状态", max_length=8, default="active", choices=[("active", "正常"), ("merged", "已合并")])
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "人员"
        constraints = [
            models.UniqueConstraint(fields=["id_kind", "id_index"], name="person_id_once"),
            models.CheckConstraint(
                condition=models.Q(state="active", merged_into=None)
                | models.Q(state="merged", merged_into__isnull=False),
                name="person_merged_names_target",
            ),
        ]
        indexes = [models.Index(fields=["name", "born_on"], name="person_name_born")]


class FormerName(models.Model):
    """A name a person bore here before: certificates printed under it are still theirs."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField("曾用名", max_length=60, db_index=True)
    replaced_at = models.DateTimeField("更改时间")
    reason = models.CharField("理由", max_length=500)

    class Meta:
        verbose_name = "曾用名"


class GuardianConsent(models.Model):
    """A guardian's consent for a minor: to whom, for what, until when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    guardian_name = models.CharField("监护人", max_length=60)
    relation = models.CharField("关系", max_length=20)
    purpose = models.CharField("用途", max_length=120)
    scope = models.CharField("范围", max_length=120)
    given_on = models.DateField("同意日期")
    until = models.DateField("至")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdraw_reason = models.CharField("撤回理由", max_length=500, blank=True)
    recorded_by = models.CharField("登记人", max_length=120)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "监护人同意"


class Merge(models.Model):
    """Two records found to be one person: what moved, why, and whether it was undone."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_kept")
    absorbed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_absorbed")
    reason = models.CharField("理由", max_length=500)
    moved = models.JSONField("移动的记录", default=dict)
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.CharField("经办", max_length=120)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.CharField("撤销经办", max_length=120, blank=True)
    undo_reason = models.CharField("撤销理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "人员合并"


class DistinctPair(models.Model):
    """Two records someone looked at and found to be two people: the pair leaves the to-do list."""

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="distinct_first")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="distinct_second")
    reason = models.CharField("理由", max_length=500)
    decided_by = models.CharField("经办", max_length=120)
    decided_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "确认不是同一人"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="distinct_pair_ordered"),
        ]


class DuplicatePair(models.Model):
    """Two present records that may be one person, found by comparing: a line of the bureau's to-do list."""

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="duplicate_first")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="duplicate_second")
    reasons = models.JSONField("疑似理由", default=list)
    weight = models.IntegerField("分量")
    found_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = "疑似重复"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_ordered"),
        ]
        indexes = [models.Index(fields=["-weight", "id"], name="duplicate_weight")]
