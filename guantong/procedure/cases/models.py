"""Cases, their versions, logs, deadlines and materials. What may happen is in ``machine`` and ``actions``."""

from __future__ import annotations

from django.db import models

from .machine import STATES


class ProcedureVersion(models.Model):
    """One definition as it stood when a case began with it. ``document`` is the whole entry; ``digest`` proves it."""

    code = models.CharField("事项", max_length=60)
    region = models.CharField("地区", max_length=6)
    digest = models.CharField("校验值", max_length=64)
    version = models.CharField("版本", max_length=20)
    title = models.CharField("名称", max_length=60)
    in_force_from = models.DateField("施行日期")
    document = models.JSONField("定义")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "事项版本"
        constraints = [models.UniqueConstraint(fields=["digest", "region"], name="procedure_version_once")]
        indexes = [models.Index(fields=["code", "region"], name="procedure_version_code")]


class Case(models.Model):
    """One run of a procedure, from opening to its end, always on the version it began with.

    The columns from ``state`` to ``votes`` are derived from the log and can be derived again (``selectors.replay``);
    ``waiting_*`` and ``sort_on`` exist so that to-do lists are one index scan. ``bodies`` are the authorities of the
    levels its steps name, as of the opening day; ``declared_organisation`` is the one whose officer opened it.
    """

    public_id = models.CharField("编号", max_length=16, unique=True)
    version = models.ForeignKey(ProcedureVersion, verbose_name="事项版本", on_delete=models.PROTECT)
    version_digest = models.CharField("版本校验值", max_length=64)
    procedure = models.CharField("事项", max_length=60)
    title = models.CharField("事由", max_length=120)
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象", max_length=60)
    region = models.CharField("地区", max_length=6)
    organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="cases"
    )
    authority = models.ForeignKey(
        "orgs.Organisation", verbose_name="主管部门", null=True, on_delete=models.PROTECT, related_name="cases_overseen"
    )
    bodies = models.JSONField("各级主管部门", default=dict)
    person = models.ForeignKey("people.Person", verbose_name="本人", null=True, on_delete=models.PROTECT)
    department = models.CharField("部门", max_length=60, blank=True)
    declared_by_id = models.BigIntegerField("提出账号", null=True)
    declared_organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="提出单位", null=True, on_delete=models.PROTECT, related_name="cases_declared"
    )
    declared_role = models.CharField("提出岗位", max_length=40, blank=True)
    declared_by = models.CharField("提出人", max_length=120)
    facts = models.JSONField("事实", default=dict)
    law_on = models.DateField("适用哪一天的规定")
    law_version = models.CharField("依据版本", max_length=64, blank=True)
    opened_at = models.DateTimeField("开办时间")

    state = models.CharField("状态", max_length=10, choices=STATES)
    step = models.CharField("环节", max_length=40, blank=True)
    trail = models.JSONField("来处", default=list)
    outcome = models.CharField("结果", max_length=40, blank=True)
    revision = models.PositiveIntegerField("修订号")
    is_escalated = models.BooleanField("已升级", default=False)
    extensions = models.PositiveSmallIntegerField("延长次数", default=0)
    is_suspended = models.BooleanField("已暂停", default=False)
    suspensions = models.PositiveSmallIntegerField("暂停次数", default=0)
    votes = models.JSONField("已表决", default=list)
    migrations = models.PositiveSmallIntegerField("改用版本次数", default=0)

    waiting_role = models.CharField("等候岗位", max_length=40, blank=True)
    escalated_role = models.CharField("升级岗位", max_length=40, blank=True)
    waiting_organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="等候单位", null=True, on_delete=models.PROTECT, related_name="cases_waiting"
    )
    waiting_department = models.CharField("等候部门", max_length=60, blank=True)
    waiting_person = models.ForeignKey(
        "people.Person", verbose_name="等候本人", null=True, on_delete=models.PROTECT, related_name="cases_waiting"
    )
    due_on = models.DateField("期限", null=True)
    is_provisional = models.BooleanField("期限待定", default=False)
    sort_on = models.DateField("排序日")
    decided_at = models.DateTimeField("决定时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    sequence = models.PositiveIntegerField("记录条数")
    head_digest = models.CharField("末条校验值", max_length=64)

    class Meta:
        verbose_name = "办件"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "procedure"],
                condition=models.Q(state__in=["opened", "appealed"]),
                name="case_running_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["opened", "appealed"], step__gt="")
                | models.Q(state__in=["decided", "closed"], step="", outcome__gt=""),
                name="case_state_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["waiting_role", "waiting_organisation", "sort_on", "id"], name="case_to_do_role"),
            models.Index(
                fields=["escalated_role", "waiting_organisation", "sort_on", "id"], name="case_to_do_escalated"
            ),
            models.Index(
                fields=["waiting_person", "sort_on", "id"],
                condition=models.Q(waiting_person__isnull=False),
                name="case_to_do_person",
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="case_subject"),
            models.Index(fields=["person", "opened_at"], name="case_person"),
            models.Index(fields=["organisation", "procedure", "state", "opened_at"], name="case_organisation"),
            models.Index(fields=["authority", "procedure", "state", "opened_at"], name="case_authority"),
            models.Index(fields=["version", "state", "id"], name="case_version"),
        ]


class CaseAction(models.Model):
    """One line of a case's log. Append-only: database triggers refuse UPDATE and DELETE.

    ``digest`` is the SHA-256 over the previous line's digest and this line's canonical content.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="log")
    sequence = models.PositiveIntegerField("序号")
    at = models.DateTimeField("时间")
    actor_user_id = models.BigIntegerField("账号", null=True)
    actor_person_id = models.BigIntegerField("本人", null=True)
    actor_label = models.CharField("经办", max_length=120)
    actor_role = models.CharField("岗位", max_length=40, blank=True)
    acting_for_user_id = models.BigIntegerField("代理的账号", null=True)
    on_behalf_of = models.ForeignKey("orgs.Organisation", verbose_name="代表单位", null=True, on_delete=models.PROTECT)
    action = models.CharField("操作", max_length=40)
    step = models.CharField("环节", max_length=40, blank=True)
    opinion = models.JSONField("意见", default=dict)
    values = models.JSONField("填报", default=dict)
    details = models.JSONField("附记", default=dict)
    before = models.JSONField("之前")
    after = models.JSONField("之后")
    law_version = models.CharField("依据版本", max_length=64, blank=True)
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "办件记录"
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="case_action_once")]


TASK_STATES = [("open", "待办"), ("done", "已办"), ("dropped", "不再需要")]


class CaseTask(models.Model):
    """One reviewer's share of a parallel step: what stands in their to-do list. The vote is a line of the log."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    step = models.CharField("环节", max_length=40)
    party = models.CharField("评议方", max_length=40)
    role = models.CharField("岗位", max_length=40)
    organisation = models.ForeignKey("orgs.Organisation", verbose_name="单位", null=True, on_delete=models.PROTECT)
    department = models.CharField("部门", max_length=60, blank=True)
    arrived = models.PositiveIntegerField("到达时的记录序号")
    sort_on = models.DateField("排序日")
    state = models.CharField("状态", max_length=10, choices=TASK_STATES, default="open")
    sequence = models.PositiveIntegerField("表决的记录序号", null=True)

    class Meta:
        verbose_name = "评议任务"
        constraints = [models.UniqueConstraint(fields=["case", "arrived", "party"], name="case_task_once")]
        indexes = [
            models.Index(
                fields=["role", "organisation", "sort_on", "case"],
                condition=models.Q(state="open"),
                name="case_task_to_do",
            ),
        ]


DEADLINE_KINDS = [("step", "办理期限"), ("appeal", "申诉期限"), ("suspension", "暂停期限")]
DEADLINE_STATES = [
    ("open", "未到"),
    ("met", "按期"),
    ("missed", "逾期"),
    ("cancelled", "不再需要"),
    ("suspended", "暂停计算"),
]


class Deadline(models.Model):
    """A day by which something must happen. One command scans the open rows.

    ``due_at`` is the first moment that is too late: 24:00 China time of ``due_on``.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField("种类", max_length=12, choices=DEADLINE_KINDS)
    step = models.CharField("环节", max_length=40, blank=True)
    starts_on = models.DateField("起算日")
    due_on = models.DateField("期限")
    due_at = models.DateTimeField("截止时刻")
    is_provisional = models.BooleanField("期限待定", default=False)
    basis = models.CharField("依据", max_length=300, blank=True)
    remind_at = models.DateTimeField("提醒时刻", null=True)
    reminded_at = models.DateTimeField("已提醒", null=True)
    state = models.CharField("状态", max_length=10, choices=DEADLINE_STATES, default="open")
    settled_at = models.DateTimeField("了结时间", null=True)

    class Meta:
        verbose_name = "期限"
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="open"), name="deadline_one_open"),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="deadline_due"),
            models.Index(fields=["state", "reminded_at", "remind_at", "id"], name="deadline_remind"),
            models.Index(fields=["case", "id"], name="deadline_case"),
        ]


MATERIAL_STATES = [("handed_in", "已交"), ("returned", "要求更正"), ("replaced", "已更换")]


class Material(models.Model):
    """One file handed in for a requirement of the procedure. A replaced file stays, and names its successor."""

    public_id = models.CharField("编号", max_length=16, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    requirement = models.CharField("材料", max_length=40)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT)
    state = models.CharField("状态", max_length=10, choices=MATERIAL_STATES, default="handed_in")
    note = models.CharField("更正要求", max_length=500, blank=True)
    added_at = models.DateTimeField("提交时间")
    added_by = models.CharField("提交人", max_length=120)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        verbose_name = "材料"
        indexes = [models.Index(fields=["case", "requirement", "id"], name="material_case")]


class Assignment(models.Model):
    """Whose a case is during one stay at a step (``revision``), among the reviewers of the desk it waits at."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    revision = models.PositiveIntegerField("修订号")
    step = models.CharField("环节", max_length=40)
    role = models.CharField("岗位", max_length=40)
    organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="单位", on_delete=models.PROTECT, related_name="+"
    )
    user_id = models.BigIntegerField("承办账号")
    user_label = models.CharField("承办人", max_length=60)
    explained = models.CharField("怎样分派", max_length=500)
    assigned_at = models.DateTimeField("分派时间")
    is_by_hand = models.BooleanField("转交", default=False)

    class Meta:
        verbose_name = "承办"
        constraints = [models.UniqueConstraint(fields=["case", "revision"], name="assignment_once")]
        indexes = [
            models.Index(fields=["role", "organisation", "user_id"], name="assignment_desk"),
            models.Index(fields=["user_id", "case"], name="assignment_user"),
        ]
