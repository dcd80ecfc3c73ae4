"""Who may be drawn, from when until when, and what recuses them."""

from __future__ import annotations

from django.db import models


class Pool(models.Model):
    """A register of reviewers of a region. Definitions name it by ``code``; the nearest region above a case goes."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    region = models.CharField("地区", max_length=6)
    code = models.CharField("代号", max_length=60)
    title = models.CharField("名称", max_length=60)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=120)

    class Meta:
        verbose_name = "评审专家库"
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="pool_once")]


class PoolMember(models.Model):
    """One stay of a person in a pool. ``public_id`` is what published files call them; it names nobody.

    ``left_on`` is the first day they are no longer in it.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("people.Person", verbose_name="本人", on_delete=models.PROTECT, related_name="reviewing")
    user = models.ForeignKey("accounts.User", verbose_name="账号", on_delete=models.PROTECT, related_name="reviewing")
    organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="单位", on_delete=models.PROTECT, related_name="reviewers"
    )
    fields = models.JSONField("专业领域", default=list)
    title = models.CharField("职称职务", max_length=60, blank=True)
    joined_on = models.DateField("入库日")
    left_on = models.DateField("离库日", null=True)
    document = models.CharField("入库依据", max_length=120, blank=True)
    leaving_reason = models.CharField("离库理由", max_length=500, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=120)
    job = models.CharField("导入任务", max_length=16, blank=True)

    class Meta:
        verbose_name = "评审专家"
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "person"], condition=models.Q(left_on=None), name="pool_member_once"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="pool_member_forward",
            ),
        ]
        indexes = [models.Index(fields=["user"], name="pool_member_user")]


class Affiliation(models.Model):
    """Where a reviewer works or worked, besides posts of the accounts. Open ends: since ever, until now."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey("orgs.Organisation", on_delete=models.PROTECT, related_name="affiliated")
    in_force_from = models.DateField("自", null=True)
    until = models.DateField("至", null=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=120)

    class Meta:
        verbose_name = "任职经历"
        indexes = [models.Index(fields=["person", "id"], name="affiliation_person")]


class Interest(models.Model):
    """Kinship or another interest a reviewer declared: with an organisation, or with a person known by the index of
    their identity number alone. The words are sealed; pages show that there is one, and never which.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="interests")
    kind = models.CharField("种类", max_length=10, choices=[("kinship", "亲属关系"), ("interest", "利害关系")])
    organisation = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT, related_name="interests")
    related_index = models.BinaryField("相关人证件索引", max_length=32, null=True)
    note_cipher = models.BinaryField("说明密文")
    declared_at = models.DateTimeField("登记时间")
    ended_on = models.DateField("终止日", null=True)

    class Meta:
        verbose_name = "回避登记"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | models.Q(related_index__isnull=False),
                name="interest_with_somebody",
            ),
        ]
        indexes = [models.Index(fields=["person", "id"], name="interest_person")]
