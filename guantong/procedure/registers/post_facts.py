"""Facts about posts, ``post.since.<role>`` and ``post.years.<role>``, and about the teachers of an organisation:
``indicator.teachers``, ``indicator.dual_qualified_teachers``, ``indicator.dual_qualified_share``.

A post is what ``base.accounts`` registers: a role at an organisation from a day, until a day. Only the posts of the
case's own person are read, and only figures of the case's own organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from guantong.base.accounts.public import ROLES
from guantong.base.accounts.selectors import Held, count_in_role, people_in_role, posts_held
from guantong.base.orgs.models import KINDS
from guantong.base.orgs.public import kind_on, names_on
from guantong.kernel.days import whole_months
from guantong.procedure.conditions import Found, Record, Subject, register_fact_source

from .facts import in_force_on, in_years
from .models import TitleSpan
from .rules import STANDING

SINCE, YEARS = "post.since.", "post.years."
TEACHER = "teacher"
DUAL_QUALIFIED = "dual-qualified-teachers"
"""The register of dual-qualified teachers in every region."""
MOST_RECORDS = 5


def _person(subject: Subject) -> int:
    if subject.person_id is None:
        raise LookupError("nobody whose posts could be asked for")
    return subject.person_id


def _organisation(subject: Subject) -> int:
    if subject.organisation_id is None:
        raise LookupError("no organisation to ask for")
    return subject.organisation_id


def _records(posts: Sequence[Held], role: str, day: date) -> tuple[Record, ...]:
    """The latest posts in words, and how many more there are."""
    names = names_on((post.organisation_id for post in posts), day)
    latest = list(reversed(posts))
    told = []
    for post in latest[:MOST_RECORDS]:
        end = "至今" if post.until is None or post.until > day else f"至{_day(post.until)}（不含）"
        where = names.get(post.organisation_id, "")
        told.append(Record(f"{where}：{ROLES[role].label}，{_day(post.since)}起{end}。", post.since))
    if len(latest) > MOST_RECORDS:
        told.append(Record(f"另有{len(latest) - MOST_RECORDS}段任职。"))
    return tuple(told)


def held_since(subject: Subject, day: date, name: str) -> Found:
    """Source of ``post.since.<role>``: the day since which the person has held it at the organisation unbroken."""
    role = name[len(SINCE) :]
    at = _organisation(subject)
    posts = [p for p in posts_held(_person(subject), role, day) if p.organisation_id == at]
    since: date | None = None
    for start, end in reversed(joined((p.since, p.until) for p in posts)):
        if end is None or end > day:
            since = start
        break
    return Found(since, _records(posts, role, day))


def years_held(subject: Subject, day: date, name: str) -> Found:
    """Source of ``post.years.<role>``: years in the role at whatever organisation, days held twice counted once.

    Whole months of each unbroken stretch are added up; years are cut (not rounded) to one decimal place, so that nobody
    reaches a bound too early.
    """
    role = name[len(YEARS) :]
    posts = posts_held(_person(subject), role, day)
    months = sum(
        whole_months(start, min(end, day) if end is not None else day)
        for start, end in joined((p.since, p.until) for p in posts)
    )
    return Found(in_years(months), _records(posts, role, day))


def joined(spans: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """Spans [from, until) joined where they touch or overlap, oldest first; None: no end."""
    found: list[tuple[date, date | None]] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or found[-1][1] >= start):
            before, until = found[-1]
            found[-1] = before, None if until is None or end is None else max(until, end)
        else:
            found.append((start, end))
    return found


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# ---- figures of an organisation ----------------------------------------------------------------------------------


def teachers(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.teachers``: people with a teacher's post at the organisation."""
    del name
    count = count_in_role(TEACHER, day, organisation_id=_organisation(subject))
    return Found(count, (Record(f"按{_day(day)}在册的专任教师岗位计算，一人只计一次。", day),))


def dual_qualified(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.dual_qualified_teachers``: titles that stand, of people of the organisation."""
    del name
    count = count_dual_qualified(_organisation(subject), day)
    link = f"/registers/{DUAL_QUALIFIED}/"
    return Found(count, (Record(f"按双师型教师名册{_day(day)}有效的称号计算。", day, link, is_open=True),))


def count_dual_qualified(organisation_id: int, day: date) -> int:
    """People of the organisation whose title as a dual-qualified teacher stands on the day."""
    own = _dual_qualified(day).filter(title__organisation_id=organisation_id, title__person__isnull=False)
    return own.values("title__person_id").distinct().count()


def _dual_qualified(day: date) -> QuerySet[TitleSpan]:
    return TitleSpan.objects.filter(in_force_on(day), state=STANDING, register=DUAL_QUALIFIED)


def dual_qualified_share(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.dual_qualified_share``, per cent of the teachers; unknown where none is registered.

    Counted above are registered teachers of the organisation alone, wherever they were when the title was granted.
    """
    del name
    at = _organisation(subject)
    all_of_them = count_in_role(TEACHER, day, organisation_id=at)
    if not all_of_them:
        raise LookupError("no teacher is registered")
    held = _dual_qualified(day).filter(title__person_id__in=people_in_role(TEACHER, day, organisation_id=at))
    own = held.values("title__person_id").distinct().count()
    words = f"双师型教师{own}人，在册专任教师{all_of_them}人，按{_day(day)}计算，舍去一位小数以后的部分。"
    return Found(Decimal(own * 1000 // all_of_them) / 10, (Record(words, day),))


# ---- the organisation itself ---------------------------------------------------------------------------------------


def organisation_kind(subject: Subject, day: date, name: str) -> Found:
    """Source of ``organisation.kind``: what the directory of organisations says it is, in words."""
    del name
    at = _organisation(subject)
    label = dict(KINDS)[kind_on(at, day)]
    return Found(label, (Record(f"{names_on([at], day).get(at, '')}：{label}。", day),))


POSTS, FIGURES = "本系统的岗位登记", "本系统计算的指标"


def register_post_sources() -> None:
    """Join the registered sources: one fact a role, so that each has its title and a misspelling is refused."""
    for role in ROLES.values():
        register_fact_source(
            SINCE + role.code,
            held_since,
            title=f"在本单位任{role.label}的起始日期",
            kind="date",
            origin="post",
            source=POSTS,
        )
        register_fact_source(
            YEARS + role.code,
            years_held,
            title=f"任{role.label}的年数",
            kind="number",
            unit="年",
            origin="post",
            source=POSTS,
        )
    for name, read, title, unit in (
        ("teachers", teachers, "在册专任教师数", "人"),
        ("dual_qualified_teachers", dual_qualified, "双师型教师数", "人"),
        ("dual_qualified_share", dual_qualified_share, "双师型教师占在册专任教师的比例", "%"),
    ):
        register_fact_source(
            f"indicator.{name}", read, title=title, kind="number", unit=unit, origin="indicator", source=FIGURES
        )
    register_fact_source(
        "organisation.kind", organisation_kind, title="单位的类别", kind="text", origin="register", source="机构名录"
    )
