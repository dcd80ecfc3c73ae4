"""What a declaration keeps besides its case: for whom, and what was typed and not yet handed in."""

from __future__ import annotations

from django.db import models


class Declaration(models.Model):
    """The subject of a case of ``projects.declaration``.

    ``draft`` is what was last saved without handing in, by control of the form; it is no record and goes when the form
    is handed in. ``holder`` names the party (``person:12``, ``organisation:3``), so that one party has one draft.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    procedure = models.CharField("事项", max_length=60)
    region = models.CharField("地区", max_length=6)
    case = models.OneToOneField(
        "cases.Case", verbose_name="办件", null=True, on_delete=models.PROTECT, related_name="declaration"
    )
    person = models.ForeignKey("people.Person", verbose_name="本人", null=True, on_delete=models.PROTECT)
    organisation = models.ForeignKey("orgs.Organisation", verbose_name="单位", null=True, on_delete=models.PROTECT)
    holder = models.CharField("为谁申报", max_length=60)
    is_draft = models.BooleanField("还没有提交过", default=True)
    draft = models.JSONField("草稿", default=dict)
    saved_at = models.DateTimeField("保存时间", null=True)
    saved_by = models.CharField("保存人", max_length=120, blank=True)
    opened_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "申报"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "region", "holder"],
                condition=models.Q(is_draft=True),
                name="declaration_one_draft",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "procedure"], name="declaration_organisation")]
