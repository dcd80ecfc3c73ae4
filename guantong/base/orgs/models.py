"""Regions and organisations keep an identity; what is said of them is dated."""

from __future__ import annotations

from django.db import models

REGION_LEVELS = [("nation", "国家"), ("province", "省级"), ("prefecture", "地市级"), ("county", "县级")]
KINDS = [
    ("authority", "主管部门"),
    ("secondary_school", "中等职业学校"),
    ("technician_school", "技工学校、技师学院"),
    ("higher_school", "高等职业学校（专科）"),
    ("bachelor_school", "职业本科学校"),
    ("enterprise", "企业"),
    ("assessment_body", "评价机构"),
    ("training_body", "培训机构"),
]
BRANCHES = [
    ("education", "教育"),
    ("human_resources", "人力资源社会保障"),
    ("industry", "工业和信息化"),
    ("development_reform", "发展改革"),
    ("market", "市场监管"),
    ("finance", "财政"),
]
"""Lines of government an authority belongs to."""
SCHOOL_KINDS = frozenset({"secondary_school", "technician_school", "higher_school", "bachelor_school"})


class Region(models.Model):
    """An administrative division by GB/T 2260 code. Names and parents are in its spans."""

    code = models.CharField("代码", max_length=6, primary_key=True)
    level = models.CharField("级别", max_length=12, choices=REGION_LEVELS)

    class Meta:
        verbose_name = "地区"


class RegionSpan(models.Model):
    """Name and parent of a region from a day, until a day (exclusive)."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="spans")
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="child_spans")
    in_force_from = models.DateField("自")
    until = models.DateField("至", null=True)

    class Meta:
        verbose_name = "地区沿革"
        constraints = [
            models.UniqueConstraint(fields=["region", "in_force_from"], name="region_span_once"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("in_force_from")),
                name="region_span_forward",
            ),
        ]


class Organisation(models.Model):
    """An authority, school, enterprise or body. Its name, place and former codes are in its spans.

    ``kind``, ``school_code`` and ``state`` are those of today; the spans say what they were on a day. ``branch`` is the
    line of an authority; one without is taken for education.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    kind = models.CharField("类别", max_length=24, choices=KINDS)
    branch = models.CharField("条线", max_length=20, choices=BRANCHES, blank=True, default="")
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, unique=True)
    school_code = models.CharField("学校标识码", max_length=10, null=True, unique=True)
    state = models.CharField("状态", max_length=12, choices=[("active", "正常"), ("ended", "已终止")], default="active")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "机构"


class OrganisationSpan(models.Model):
    """Name, region and authority of an organisation from a day, until a day (exclusive)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="spans")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=24, choices=KINDS)
    school_code = models.CharField("学校标识码", max_length=10, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    authority = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="supervised_spans")
    in_force_from = models.DateField("自")
    until = models.DateField("至", null=True)

    class Meta:
        verbose_name = "机构沿革"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "in_force_from"], name="org_span_once"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("in_force_from")), name="org_span_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="org_span_name"),
            models.Index(fields=["school_code"], name="org_span_school_code"),
        ]


class Succession(models.Model):
    """What became of what: merge, split, rename, upgrade, of regions or organisations.

    ``share`` is the part of the source that went to the target (numerator/denominator text such as ``1`` or ``2/3``);
    figures of a past year roll up by it to the organisations of today.
    """

    kind = models.CharField(
        "种类",
        max_length=10,
        choices=[
            ("merge", "合并"),
            ("split", "分立"),
            ("rename", "更名"),
            ("move", "划转"),
            ("upgrade", "升格"),
            ("end", "撤销"),
        ],
    )
    happened_on = models.DateField("日期")
    source = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="successions_out")
    target = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="successions_in")
    source_region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="successions_out")
    target_region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="successions_in")
    share = models.CharField("份额", max_length=20, default="1")
    document = models.CharField("依据文件", max_length=120)
    clause = models.CharField("条款", max_length=60, blank=True)

    class Meta:
        verbose_name = "沿革事件"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source=None, source_region__isnull=False)
                | models.Q(source__isnull=False, source_region=None),
                name="succession_names_one_source",
            ),
            models.CheckConstraint(
                condition=models.Q(target=None) | models.Q(target_region=None), name="succession_names_one_target"
            ),
        ]
        indexes = [models.Index(fields=["happened_on"], name="succession_day")]
