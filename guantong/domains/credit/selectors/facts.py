"""Facts for the conversion engine, read from the record: account, learner, plan, law."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from guantong.domains.credit.models import Achievement, ConversionItem, CreditAccount, Exemption
from guantong.domains.credit.rules.completion import Completion, standing
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.programmes.public import PlanFacts, RecordFacts, plan_facts
from guantong.engines.conversion.facts import LAW_QUESTIONS, AchievementFacts, LearnerFacts, PriorConversion
from guantong.engines.conversion.scales import place_of
from guantong.kernel import clock
from guantong.policy.asking import Answer, Law

USABLE = ("recognised", "deposited", "claimed", "refused", "expired")
"""States the page 能算什么 speaks about; revoked achievements are gone."""


def law_numbers(law: Law) -> dict[str, Answer]:
    """The numbers of the law the engine reads, with their clauses; absent ones are left out."""
    return {
        question.key: answer
        for question in LAW_QUESTIONS
        if (answer := law.find(question.parameter, scope=question.scope)) is not None
    }


def achievement_facts(row: Achievement) -> AchievementFacts:
    """One stored achievement as the engine sees it."""
    return AchievementFacts(
        id=row.public_id,
        kind=row.kind,
        title=row.title,
        subject_code=row.subject_code,
        certificate_code=row.subject_code,
        level="" if row.level is None else str(row.level),
        grade=row.grade,
        place=place_of(row.place) if row.place else None,
        hours=None if row.hours is None else Fraction(row.hours),
        recognised_hundredths=row.recognised_total,
        used_hundredths=row.recognised_total - row.available - row.reserved,
        reserved_hundredths=row.reserved,
        issuer_id="" if row.issuer is None else row.issuer.public_id,
        issuer_kind="" if row.issuer is None else row.issuer.kind,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        state=row.state,
        national_recognised=row.state == "recognised" and row.way == "deposited",
    )


def list_achievements(account: CreditAccount, *, but_courses_of: int | None = None) -> list[Achievement]:
    """Achievements of an account for the page 能算什么, oldest first.

    ``but_courses_of`` leaves out the courses of that school: what was learned there counts toward its plan by itself
    and is nothing to convert.
    """
    found = Achievement.objects.select_related("issuer").filter(account=account, state__in=USABLE)
    if but_courses_of is not None:
        found = found.exclude(kind="school_course", issuer_id=but_courses_of)
    return list(found.order_by("issued_on", "id"))


def own_courses(record: RecordFacts, law: Law) -> dict[str, tuple[str, int]]:
    """Courses passed at the record's own school: code → (grade, recognised hundredths)."""
    judge = Recogniser(law)
    rows = Achievement.objects.filter(
        account__person_id=record.person_id, kind="school_course", issuer_id=record.school_id, state="recognised"
    ).values_list("subject_code", "grade", "recognised_total")
    return {code: (grade, amount) for code, grade, amount in rows if code and judge.is_pass(grade)}


def learner_facts(record: RecordFacts, plan: PlanFacts, law: Law, on: date) -> LearnerFacts:
    """What the school knows of the learner on a day."""
    passed = own_courses(record, law)
    credits_of = {c.code: c.credits_hundredths for c in plan.courses}
    items = ConversionItem.objects.select_related("achievement__issuer", "course", "application").filter(
        application__student_record_id=record.id, state="granted"
    )
    prior = tuple(
        PriorConversion(
            hundredths=item.hundredths,
            course_code=item.course.code,
            kind=item.achievement.kind,
            achievement_id=item.achievement.public_id,
            certificate_code=item.achievement.subject_code,
            issuer_id=item.achievement.issuer.public_id if item.achievement.issuer else "",
            issuer_kind=item.achievement.issuer.kind if item.achievement.issuer else "",
            issued_on=item.achievement.issued_on,
            converted_on=clock.china_day(item.application.decided_at) if item.application.decided_at else None,
        )
        for item in items
    )
    covered: dict[str, int] = {}
    for item in items:
        covered[item.course.code] = covered.get(item.course.code, 0) + item.hundredths
    months = (on.year - record.enrolled_on.year) * 12 + on.month - record.enrolled_on.month
    return LearnerFacts(
        earned_hundredths=sum(credits_of[code] for code in passed if code in credits_of),
        passed=frozenset(code for code in passed if code in credits_of),
        exempted=frozenset(code for code, amount in covered.items() if amount >= credits_of.get(code, 0)),
        semester=max(1, months // 6 + 1),
        enrolled_on=record.enrolled_on,
        prior=prior,
    )


def completion_of(record: RecordFacts, law: Law) -> Completion:
    """Where the learner stands against the plan of the record."""
    plan = plan_facts(record.plan_id)
    exempted: dict[int, list[tuple[int, str, str]]] = {}
    rows = Exemption.objects.filter(student_record_id=record.id, revoked_at=None).values_list(
        "course_id", "hundredths", "grade", "item__achievement__title"
    )
    for course, amount, grade, title in rows:
        exempted.setdefault(course, []).append((amount, grade, title))
    share = law.find("credit.minimum_own_credits_share")
    return standing(
        plan.courses,
        total_needed=plan.total_credits_hundredths,
        passed=own_courses(record, law),
        exempted=exempted,
        own_share_needed=None if share is None else int(str(share.value)),
        own_share_basis="" if share is None else share.citation.sentence(),
    )
