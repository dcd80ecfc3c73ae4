"""Import jobs: one uploaded sheet on its way to records; and when timed work last ran."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

STATES = [
    ("uploaded", "等待检查"),
    ("checking", "正在检查"),
    ("checked", "已检查，等待确认"),
    ("importing", "正在导入"),
    ("imported", "已导入"),
    ("cancelling", "正在撤回"),
    ("cancelled", "已取消"),
    ("stopped", "已停下"),
]
WORKING = ("uploaded", "checking", "importing", "cancelling")
"""States in which a worker has something to do."""
LIVE = ("uploaded", "checking", "checked", "importing", "imported", "cancelling")
"""States in which the same file is not taken a second time."""


class ImportJob(models.Model):
    """One uploaded file, read by the form ``spec`` for a registered kind of job.

    ``rows_*`` count rows of data. ``cursor`` is the number of the last row posted: it is saved in the transaction that
    posts the rows, so a killed process goes on behind it. ``lease_*`` keeps two workers apart.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    kind = models.CharField("种类", max_length=40)
    spec = models.CharField("表格", max_length=40, blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("文件名", max_length=160)
    content_digest = models.CharField("文件摘要", max_length=64)
    report = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    region = models.CharField("地区", max_length=6, blank=True)
    user_id = models.BigIntegerField("上传账号", null=True)
    actor = models.JSONField("经办人")
    options = models.JSONField("附加选择", default=dict)
    page = models.CharField("页面", max_length=200, blank=True)
    state = models.CharField("状态", max_length=12, choices=STATES, default="uploaded", db_index=True)
    choice = models.CharField("导入范围", max_length=4, blank=True)

    rows_total = models.IntegerField("总行数", default=0)
    rows_checked = models.IntegerField("已检查行数", default=0)
    rows_bad = models.IntegerField("需修改行数", default=0)
    rows_to_confirm = models.IntegerField("请确认处数", default=0)
    rows_done = models.IntegerField("已导入行数", default=0)
    cursor = models.IntegerField("最后导入的行号", default=0)
    counts = models.JSONField("导入结果", default=dict)
    memory = models.JSONField("检查所得", default=dict)
    notes = models.JSONField("提示", default=list)
    stop = models.JSONField("停下的原因", default=list)
    problem_count = models.IntegerField("问题数", default=0)

    lease_owner = models.CharField(max_length=16, blank=True)
    lease_until = models.DateTimeField(null=True)
    phase_at = models.DateTimeField("本阶段开始", null=True)
    created_at = models.DateTimeField("上传时间")
    checked_at = models.DateTimeField("检查完成时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    finished_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "导入"
        indexes = [models.Index(fields=["organisation", "kind", "-created_at"], name="import_job_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "content_digest"],
                condition=Q(state__in=LIVE),
                name="import_job_same_file_once",
            )
        ]


class ImportProblems(models.Model):
    """A page of at most :data:`PAGE` findings of a job, in order of rows; each in the form of ``Problem.as_json``
    with the citation's parts added."""

    PAGE = 100

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="problem_pages")
    number = models.IntegerField("页")
    body = models.JSONField("内容")

    class Meta:
        verbose_name = "导入中的问题"
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_problems_page_once")]


class TimedRun(models.Model):
    """When a piece of timed work last ran, and who runs it now."""

    name = models.CharField("名称", max_length=60, primary_key=True)
    started_at = models.DateTimeField("上次开始", null=True)
    finished_at = models.DateTimeField("上次完成", null=True)
    lease_owner = models.CharField(max_length=16, blank=True)
    lease_until = models.DateTimeField(null=True)
    outcome = models.CharField("结果", max_length=200, blank=True)

    class Meta:
        verbose_name = "定时工作"
