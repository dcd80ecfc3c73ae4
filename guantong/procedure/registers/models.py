"""Titles held, their append-only entries, and rows derived from both so that lists of a day are one index scan."""

from __future__ import annotations

from django.db import models

from .rules import KINDS, STANDING, STATES, SUSPENDED

HOLDER_KINDS = [("person", "个人"), ("organisation", "单位")]


class HeldTitle(models.Model):
    """One title one holder was granted: the row every entry of it locks.

    ``organisation`` is the holder itself, or the organisation of a person when the title was granted. The columns from
    ``level`` to ``head_digest`` are derived from the entries and can be derived again (``selectors.verifying``).
    """

    number = models.CharField("编号", max_length=16, unique=True)
    register = models.CharField("名册", max_length=60)
    name = models.CharField("称号", max_length=60)
    item = models.CharField("对象", max_length=120, blank=True)
    """What is recognised where a holder may have several: a programme, a base, a course."""
    procedure = models.CharField("事项", max_length=60)
    version = models.ForeignKey("cases.ProcedureVersion", verbose_name="事项版本", on_delete=models.PROTECT)
    region = models.CharField("地区", max_length=6)
    holder_kind = models.CharField("持有人类别", max_length=12, choices=HOLDER_KINDS)
    holder_name = models.CharField("持有人", max_length=120)
    person = models.ForeignKey(
        "people.Person", verbose_name="个人", null=True, on_delete=models.PROTECT, related_name="held_titles"
    )
    organisation = models.ForeignKey(
        "orgs.Organisation", verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="held_titles"
    )
    authority = models.ForeignKey(
        "orgs.Organisation", verbose_name="授予单位", null=True, on_delete=models.PROTECT, related_name="granted_titles"
    )
    search_text = models.TextField("检索")
    is_current = models.BooleanField("现行", default=True)
    """False once a later grant to the same holder took the place of one that had ended."""

    level = models.CharField("等级", max_length=60, blank=True)
    state = models.CharField("末条之后", max_length=10, choices=STATES)
    """After the last entry, terms left aside: a title past its term keeps ``standing`` here."""
    since = models.DateField("授予日")
    until = models.DateField("到期", null=True)
    sequence = models.PositiveIntegerField("记录条数")
    head_digest = models.CharField("末条校验值", max_length=64)

    class Meta:
        verbose_name = "称号"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "name", "item", "person"],
                condition=models.Q(is_current=True, person__isnull=False),
                name="held_title_person_once",
            ),
            models.UniqueConstraint(
                fields=["register", "name", "item", "organisation"],
                condition=models.Q(is_current=True, person__isnull=True),
                name="held_title_organisation_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(organisation__isnull=False),
                name="held_title_has_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["register", "holder_name", "id"], name="held_title_register"),
            models.Index(fields=["person", "register"], name="held_title_person"),
            models.Index(fields=["organisation", "register"], name="held_title_organisation"),
            models.Index(fields=["procedure"], name="held_title_procedure"),
            models.Index(fields=["until", "id"], name="held_title_until"),
        ]


class RegisterEntry(models.Model):
    """One entry of a title. Append-only: database triggers refuse UPDATE and DELETE.

    ``digest`` is the SHA-256 over the previous entry's digest and this entry's canonical content.
    """

    title = models.ForeignKey(HeldTitle, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField("序号")
    kind = models.CharField("种类", max_length=10, choices=KINDS)
    on = models.DateField("日期")
    until = models.DateField("到期", null=True)
    level = models.CharField("等级", max_length=60, blank=True)
    years = models.PositiveSmallIntegerField("年限", null=True)
    case = models.ForeignKey("cases.Case", verbose_name="办件", null=True, on_delete=models.PROTECT)
    case_number = models.CharField("办件编号", max_length=16, blank=True)
    outcome = models.CharField("结果", max_length=60, blank=True)
    other = models.ForeignKey(
        HeldTitle, verbose_name="另一称号", null=True, on_delete=models.PROTECT, related_name="counter_entries"
    )
    """Of an exchange: the title given in place of this one, or the one this took the place of."""
    reverses = models.ForeignKey("self", verbose_name="所改的一条", null=True, on_delete=models.PROTECT)
    clause = models.CharField("依据", max_length=300, blank=True)
    law_version = models.CharField("依据版本", max_length=64, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    actor_label = models.CharField("经办", max_length=120)
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "名册记录"
        constraints = [models.UniqueConstraint(fields=["title", "sequence"], name="register_entry_once")]


class TitleSpan(models.Model):
    """The days on which a title stood or was suspended, derived from its entries and written anew with each."""

    title = models.ForeignKey(HeldTitle, on_delete=models.CASCADE, related_name="spans")
    register = models.CharField("名册", max_length=60)
    region = models.CharField("地区", max_length=6)
    in_force_from = models.DateField("自")
    until = models.DateField("至", null=True)
    state = models.CharField("状态", max_length=10, choices=[s for s in STATES if s[0] in (STANDING, SUSPENDED)])
    level = models.CharField("等级", max_length=60, blank=True)
    since = models.DateField("授予日")
    ends = models.DateField("到期", null=True)

    class Meta:
        verbose_name = "称号时段"
        constraints = [
            models.UniqueConstraint(fields=["title", "in_force_from"], name="title_span_once"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("in_force_from")),
                name="title_span_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["register", "state", "in_force_from"], name="title_span_register"),
            models.Index(fields=["title", "in_force_from"], name="title_span_title"),
            models.Index(fields=["state", "until"], name="title_span_until"),
        ]


class Reliance(models.Model):
    """A case that was handed in upon a title: what must be looked at when the title falls."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="relied_titles")
    title = models.ForeignKey(HeldTitle, on_delete=models.PROTECT, related_name="relying_cases")
    fact = models.CharField("事实", max_length=120)
    noted_at = models.DateTimeField("记下时间")

    class Meta:
        verbose_name = "所依的称号"
        constraints = [models.UniqueConstraint(fields=["case", "title", "fact"], name="reliance_once")]
        indexes = [models.Index(fields=["title"], name="reliance_title")]


class YearlyOpening(models.Model):
    """That a procedure which opens each year has opened for a title in a year: the row that makes it happen once."""

    procedure = models.CharField("事项", max_length=60)
    title = models.ForeignKey(HeldTitle, on_delete=models.PROTECT, related_name="yearly_openings")
    year = models.PositiveSmallIntegerField("年度")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT)
    opened_at = models.DateTimeField("开办时间")

    class Meta:
        verbose_name = "按年开办"
        constraints = [models.UniqueConstraint(fields=["procedure", "title", "year"], name="yearly_opening_once")]
