"""Facts of the credit bank for declarations: ``certificate.…`` and ``achievement.…`` of the case's own person, and
``indicator.…`` of the case's own organisation.

Only what the bank has recognised and holds valid on the day counts: claimed, refused and revoked achievements do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, COMPETITION_LEVELS
from guantong.domains.credit.models import Achievement, Exemption
from guantong.domains.programmes.public import enrolled_people
from guantong.procedure.conditions import Found, Record, Subject, register_fact_source

CERTIFICATES = ("skill_grade", "x_certificate", "vocational_qualification", "academic_certificate")
"""Kinds of achievement that are certificates; all others are told as achievements."""
PRIZES = {"school": 1, "city": 2, "province": 3, "nation": 4, "world": 5}
"""Levels of competitions as facts name them, in the order of ``kinds.COMPETITION_LEVELS``."""
MOST_RECORDS = 3
BANK, FIGURES = "本系统的学分银行", "本系统计算的指标"


def valid_on(day: date) -> Q:
    """Condition on an achievement: recognised, and valid on ``day``."""
    return Q(state="recognised", issued_on__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))


def _held(subject: Subject, day: date, kind: str = "") -> QuerySet[Achievement]:
    if subject.person_id is None:
        raise LookupError("nobody whose achievements could be asked for")
    rows = Achievement.objects.filter(valid_on(day), account__person_id=subject.person_id)
    return rows.filter(kind=kind) if kind else rows


def _level_word(kind: str, level: int | None) -> str:
    levels = ACHIEVEMENT_KINDS[kind].levels
    return levels[level - 1] if level is not None and 0 < level <= len(levels) else ""


def _record(row: Achievement) -> Record:
    """One achievement in words: what it is, when it was issued and by whom. Its page opens to the person alone."""
    on = f"{row.issued_on.year}年{row.issued_on.month}月{row.issued_on.day}日"
    word = _level_word(row.kind, row.level)
    name = f"{row.title}（{word}）" if word and word not in row.title else row.title
    place = f"，{row.place}" if row.place else ""
    words = f"{name}{place}，{row.issuer_name}{on}颁发。"
    return Record(words, row.issued_on, f"/learner/achievements/{row.public_id}/")


def _records(rows: Sequence[Achievement], total: int) -> tuple[Record, ...]:
    told = tuple(_record(row) for row in rows[:MOST_RECORDS])
    return (*told, Record(f"另有{total - len(told)}项。")) if total > len(told) else told


def _best(subject: Subject, day: date, kind: str) -> Achievement | None:
    """The one of the highest level; among those, the one issued first."""
    return _held(subject, day, kind).order_by(F("level").desc(nulls_last=True), "issued_on", "pk").first()


def grade(subject: Subject, day: date, name: str) -> Found:
    """Source of ``certificate.grade.<kind>`` and ``achievement.grade.competition``: the highest level as a number."""
    best = _best(subject, day, name.rpartition(".")[2])
    return Found(best.level, (_record(best),)) if best is not None else Found(None)


def level(subject: Subject, day: date, name: str) -> Found:
    """Source of ``certificate.level.<kind>`` and ``achievement.level.competition``: the highest level in words."""
    kind = name.rpartition(".")[2]
    best = _best(subject, day, kind)
    return Found(_level_word(kind, best.level) or None, (_record(best),)) if best is not None else Found(None)


def since(subject: Subject, day: date, name: str) -> Found:
    """Source of ``certificate.since.<kind>``: the day on which the highest level was first issued."""
    best = _best(subject, day, name.rpartition(".")[2])
    return Found(best.issued_on, (_record(best),)) if best is not None else Found(None)


def count(subject: Subject, day: date, name: str) -> Found:
    """Source of ``certificate.count.<kind>`` and ``achievement.count.<kind>``."""
    rows = _held(subject, day, name.rpartition(".")[2]).order_by("-issued_on", "-pk")
    total = rows.count()
    return Found(total, _records(list(rows[:MOST_RECORDS]), total))


def prize(subject: Subject, day: date, name: str) -> Found:
    """Source of ``achievement.prize.<level>``: whether a prize of a competition of this level or a higher is held."""
    least = PRIZES[name.rpartition(".")[2]]
    rows = _held(subject, day, "competition").filter(level__gte=least).exclude(place="")
    first = rows.order_by("-level", "issued_on", "pk").first()
    return Found(first is not None, (_record(first),) if first is not None else ())


def credits_held(subject: Subject, day: date, name: str) -> Found:
    """Source of ``achievement.credits``: credits recognised in all, used or not."""
    del name
    rows = _held(subject, day)
    hundredths = sum(rows.values_list("recognised_total", flat=True))
    return Found(Decimal(hundredths) / 100, (Record(f"共{rows.count()}项已认定的学习成果。"),))


def training_hours(subject: Subject, day: date, name: str) -> Found:
    """Source of ``achievement.training_hours``: hours of recognised training issued in the twelve months to the day."""
    del name
    year_ago = date(day.year - 1, day.month, min(day.day, 28))
    rows = _held(subject, day, "training").filter(issued_on__gt=year_ago, hours__isnull=False).order_by("-issued_on")
    found = list(rows)
    return Found(sum(row.hours or 0 for row in found), _records(found, len(found)))


# ---- figures of an organisation ----------------------------------------------------------------------------------


def _at(subject: Subject) -> int:
    if subject.organisation_id is None:
        raise LookupError("no organisation to ask for")
    return subject.organisation_id


def _on(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _certified(school: int, day: date) -> int:
    rows = Achievement.objects.filter(valid_on(day), kind__in=("skill_grade", "vocational_qualification"))
    own = rows.filter(account__person_id__in=enrolled_people(school, day))
    return own.values("account_id").distinct().count()


def certified_students(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.certified_students``: enrolled students who hold a skill certificate."""
    del name
    return Found(_certified(_at(subject), day), (Record(f"按{_on(day)}在籍学生持有的有效证书计算。", day),))


def certified_share(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.certified_share``, per cent of the enrolled students; unknown where there is none."""
    del name
    school = _at(subject)
    students = enrolled_people(school, day).count()
    if not students:
        raise LookupError("no student is enrolled")
    certified = _certified(school, day)
    words = f"在籍学生{students}人，其中持有职业技能等级证书或职业资格证书的{certified}人，按{_on(day)}计算。"
    return Found(Decimal(certified * 1000 // students) / 10, (Record(words, day),))


def issued(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.certificates_issued``: certificates of the organisation in the bank, in twelve months."""
    del name
    year_ago = date(day.year - 1, day.month, min(day.day, 28))
    rows = Achievement.objects.filter(issuer_id=_at(subject), kind__in=CERTIFICATES, state="recognised")
    total = rows.filter(issued_on__gt=year_ago, issued_on__lte=day).count()
    return Found(total, (Record(f"按{_on(day)}以前十二个月颁发并存入学分银行的证书计算。", day),))


def exempted_students(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.exempted_students``: students of the school to whom a conversion was granted, ever."""
    del name
    rows = Exemption.objects.filter(student_record__school_id=_at(subject), granted_on__lte=day, revoked_at=None)
    total = rows.values("student_record__person_id").distinct().count()
    return Found(total, (Record(f"按{_on(day)}以前批准的学分转换计算，一人只计一次。", day),))


Read = Callable[[Subject, date, str], Found]
_PERSON: tuple[tuple[str, Read, str, str, str], ...] = (
    ("achievement.credits", credits_held, "已认定的学分", "number", "学分"),
    ("achievement.training_hours", training_hours, "近十二个月培训学时", "number", "学时"),
    ("achievement.level.competition", level, "竞赛获奖的最高级别", "text", ""),
    ("achievement.grade.competition", grade, "竞赛获奖的最高级别序号", "number", ""),
)
_FIGURES: tuple[tuple[str, Read, str, str], ...] = (
    ("indicator.certified_students", certified_students, "持有技能证书的在籍学生数", "人"),
    ("indicator.certified_share", certified_share, "持有技能证书的在籍学生所占比例", "%"),
    ("indicator.certificates_issued", issued, "近十二个月颁发的证书数", "本"),
    ("indicator.exempted_students", exempted_students, "办理过学分转换的学生数", "人"),
)


def register_declared_facts() -> None:
    """Join the registered fact sources; called once from ``CreditConfig.ready``."""
    for kind in ACHIEVEMENT_KINDS.values():
        if kind.code not in CERTIFICATES:
            name = f"achievement.count.{kind.code}"
            _join(name, count, f"{kind.label}的项数", "number", "项", "achievement", BANK)
            continue
        _join(f"certificate.count.{kind.code}", count, f"{kind.label}的本数", "number", "本", "certificate", BANK)
        _join(
            f"certificate.since.{kind.code}", since, f"{kind.label}最高等级的取得日期", "date", "", "certificate", BANK
        )
        _join(f"certificate.level.{kind.code}", level, f"{kind.label}的最高等级", "text", "", "certificate", BANK)
        title = f"{kind.label}的最高等级序号"
        _join(f"certificate.grade.{kind.code}", grade, title, "number", "级", "certificate", BANK)
    for code, number in PRIZES.items():
        title = f"{COMPETITION_LEVELS[number - 1]}以上竞赛获奖"
        _join(f"achievement.prize.{code}", prize, title, "flag", "", "achievement", BANK)
    for name, read, title, value, unit in _PERSON:
        _join(name, read, title, value, unit, "achievement", BANK)
    for name, read, title, unit in _FIGURES:
        _join(name, read, title, "number", unit, "indicator", FIGURES)


def _join(name: str, read: Read, title: str, kind: str, unit: str, origin: str, source: str) -> None:
    register_fact_source(name, read, title=title, kind=kind, unit=unit, origin=origin, source=source)
