"""Tables of programmes: the catalogue, what schools offer, curriculum plans and student records.

No logic lives here: choices come from :mod:`.rules`, writes are in :mod:`.actions`, reads in :mod:`.selectors`.
Credits are whole hundredths (see :mod:`guantong.kernel.credits`), hours are whole teaching hours (学时).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from guantong.base.orgs.models import Organisation
from guantong.base.people.models import Person
from guantong.kernel.tokens import public_id

from .rules import vocabulary as rules


class Programme(models.Model):
    """A programme (专业) of the national catalogue, or one a school files outside it (``edition`` says which)."""

    code = models.CharField("专业代码", max_length=6, unique=True)
    """Six digits; the catalogue prints a K behind the code of a state-controlled programme, see ``is_controlled``."""
    name = models.CharField("专业名称", max_length=60)
    search_text = models.CharField(max_length=200, editable=False, db_index=True)
    """Code, name, class and category folded to simplified script, for search in either script."""
    level = models.CharField("层次", max_length=12, choices=rules.LEVELS)
    category_number = models.PositiveSmallIntegerField("专业大类序号", db_index=True)
    """1–19, the same at all levels."""
    category_code = models.CharField("专业大类代码", max_length=2)
    category_name = models.CharField("专业大类", max_length=40)
    class_code = models.CharField("专业类代码", max_length=4, db_index=True)
    class_name = models.CharField("专业类", max_length=40)
    is_controlled = models.BooleanField("国家控制布点", default=False)
    edition = models.CharField("目录版本", max_length=20)
    """Year of the catalogue or supplement that brought it in: ``2021``, ``2022`` …"""
    origin = models.CharField("来源", max_length=200)
    """How the entry was checked, in words."""

    class Meta:
        ordering = ("code",)
        indexes = (models.Index(fields=("level", "category_number")),)

    @property
    def printed_code(self) -> str:
        """The code as the catalogue prints it."""
        return f"{self.code}K" if self.is_controlled else self.code

    def __str__(self) -> str:
        return f"{self.printed_code} {self.name}"


class Offering(models.Model):
    """A school offers a programme for one intake year (专业设置)."""

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offerings")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="offerings")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=12, choices=rules.OFFERING_STATES, default=rules.OFFERED)
    department = models.CharField("所属院系", max_length=60, blank=True)

    class Meta:
        ordering = ("-year", "programme__code")
        constraints = (
            models.UniqueConstraint(fields=("school", "programme", "year"), name="programmes_one_offering_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.school_id} {self.programme_id} {self.year}"


class CurriculumPlan(models.Model):
    """A curriculum plan (人才培养方案) of one school, programme and cohort; a later version replaces an earlier one."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="curriculum_plans")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="curriculum_plans")
    cohort = models.PositiveSmallIntegerField("适用年级")
    version = models.PositiveSmallIntegerField("版本", default=1)
    name = models.CharField("方案名称", max_length=120)
    entry = models.CharField("招生对象", max_length=16, choices=rules.ENTRIES)
    duration_years = models.DecimalField("学制", max_digits=3, decimal_places=1)
    total_credits = models.PositiveIntegerField("毕业总学分（百分之一学分）")
    """Credits needed to complete, in hundredths."""
    hours_per_credit = models.PositiveSmallIntegerField("每学分学时")
    """The school's own choice of hours a credit."""
    state = models.CharField("状态", max_length=12, choices=rules.PLAN_STATES, default=rules.DRAFTED)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    law_on = models.DateField("依据日期", null=True, blank=True)
    """The day whose law the plan was checked by when it was published."""
    law_version = models.CharField(max_length=64, blank=True)
    """Digest of the law as read when the plan was published."""
    explanation = models.CharField("未达标说明", max_length=500, blank=True)
    """Why the plan was published although a national check is not met; shown with the checks."""

    class Meta:
        ordering = ("-cohort", "programme__code", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("school", "programme", "cohort", "entry", "version"), name="programmes_one_plan_a_version"
            ),
            models.CheckConstraint(condition=Q(duration_years__gt=0), name="programmes_plan_has_duration"),
            models.CheckConstraint(condition=Q(hours_per_credit__gt=0), name="programmes_plan_hours_per_credit"),
        )

    def __str__(self) -> str:
        return self.name


class PlanCourse(models.Model):
    """A course (课程) of a curriculum plan; ``module`` is the school's own grouping inside the category."""

    plan = models.ForeignKey(CurriculumPlan, on_delete=models.CASCADE, related_name="courses")
    code = models.CharField("课程代码", max_length=24)
    name = models.CharField("课程名称", max_length=80)
    category = models.CharField("课程类别", max_length=12, choices=rules.COURSE_CATEGORIES)
    module = models.CharField("课程模块", max_length=40, blank=True)
    credits_hundredths = models.PositiveIntegerField("学分（百分之一学分）")
    hours = models.PositiveIntegerField("总学时")
    practice_hours = models.PositiveIntegerField("实践学时")
    semester = models.PositiveSmallIntegerField("开设学期")
    weeks = models.PositiveSmallIntegerField("实践周数", default=0)
    """Weeks of whole-day practice (internship, workshop weeks); 0 for courses taught by the hour."""
    is_required = models.BooleanField("必修", default=True)
    is_convertible = models.BooleanField("可用成果转换", default=True)
    topic = models.CharField("专题", max_length=24, blank=True, choices=rules.TOPICS)
    """Special topic the law sets hours for, when the course is one of them."""
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        ordering = ("plan", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("plan", "code"), name="programmes_course_code_once_a_plan"),
            models.CheckConstraint(
                condition=Q(practice_hours__lte=F("hours")), name="programmes_practice_within_hours"
            ),
            models.CheckConstraint(condition=Q(semester__gte=1), name="programmes_semester_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StudentRecord(models.Model):
    """A student's record at one school (学籍); a transfer closes one record and opens another."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="student_records")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="student_records")
    plan = models.ForeignKey(CurriculumPlan, on_delete=models.PROTECT, related_name="student_records")
    student_number = models.CharField("学号", max_length=24)
    cohort = models.PositiveSmallIntegerField("年级")
    department = models.CharField("所属院系", max_length=60, blank=True)
    enrolled_on = models.DateField("入学日期")
    left_on = models.DateField("离校日期", null=True, blank=True)
    leaving_reason = models.CharField("离校原因", max_length=200, blank=True)
    state = models.CharField("状态", max_length=12, choices=rules.RECORD_STATES, default=rules.ENROLLED)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    """The record this one continues after a transfer."""
    import_job = models.BigIntegerField("导入任务", null=True, blank=True, db_index=True)
    """The job that opened it, so that a cancelled import can be taken back."""

    class Meta:
        ordering = ("school", "student_number")
        indexes = (models.Index(fields=("school", "student_number")),)
        constraints = (
            models.UniqueConstraint(
                fields=("school", "student_number"),
                condition=Q(state=rules.ENROLLED),
                name="programmes_number_open_once_a_school",
            ),
            models.UniqueConstraint(
                fields=("person", "school"),
                condition=Q(state=rules.ENROLLED),
                name="programmes_one_open_record_a_school",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("enrolled_on")),
                name="programmes_leaves_after_enrolling",
            ),
        )

    def __str__(self) -> str:
        return f"{self.school_id} {self.student_number}"
