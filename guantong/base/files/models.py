"""Stored files: found by digest, owned by a person or an organisation."""

from __future__ import annotations

from django.db import models


class StoredFile(models.Model):
    """One uploaded file. The bytes lie under ``FILES_ROOT`` by SHA-256; equal bytes are kept once."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    sha256 = models.CharField("摘要", max_length=64, db_index=True)
    name = models.CharField("文件名", max_length=160)
    kind = models.CharField(
        "用途",
        max_length=12,
        choices=[
            ("evidence", "佐证材料"),
            ("sheet", "表格"),
            ("basis", "依据文件"),
            ("report", "回执与报告"),
            ("bundle", "录取存档"),
        ],
    )
    media_type = models.CharField("类型", max_length=80)
    size = models.BigIntegerField("字节数")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT)
    organisation = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT)
    uploaded_by_id = models.BigIntegerField("上传账号", null=True)
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "文件"
