"""Student records (学籍): enrolment one by one or by the year, change of plan, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import name_on
from guantong.kernel import clock
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Where

from .. import errors
from ..models import CurriculumPlan, StudentRecord
from ..rules.records import why_not_enrol, why_not_leave
from ..rules.vocabulary import ENROLLED, GRADUATED, LEFT, TRANSFERRED
from ..selectors.records import ENROL, find_by_numbers, find_open_by_person, lock_record_for

WITHDRAWN_AT_ONCE = 500
"""Records closed in one transaction when an import is taken back."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One student to enrol. ``joins_later``: she enters a cohort other than her year's (插班、转入), with a reason."""

    person_id: int
    plan_id: int
    student_number: str
    enrolled_on: date
    department: str = ""
    joins_later: bool = False
    reason: str = ""
    follows_id: int | None = None
    """The record this one continues, when she comes from another plan or school."""
    where: Where = field(default=NOWHERE, compare=False)


def enrol_student(
    *,
    actor: Actor,
    school_id: int,
    person_id: int,
    plan_id: int,
    student_number: str,
    enrolled_on: date,
    department: str = "",
    joins_later: bool = False,
    reason: str = "",
) -> StudentRecord:
    """Enrol one student. See :func:`enrol_students`."""
    entry = Enrolment(person_id, plan_id, student_number, enrolled_on, department, joins_later, reason)
    pk = enrol_students(actor=actor, school_id=school_id, enrolments=[entry])[0]
    return StudentRecord.objects.select_related("plan").get(pk=pk)


def enrol_students(
    *, actor: Actor, school_id: int, enrolments: Sequence[Enrolment], job_id: int | None = None
) -> list[int]:
    """Primary keys of the records in the same order; all or none. A record that is there already is not doubled.

    Refuses with every problem: PRG-060 (plan), PRG-061 (number), PRG-062 (enrolled already), PRG-066, PRG-067, PRG-069,
    PRG-070, PRG-071. One audit line a call. Made for chunks of some thousand; a school's calls run one after another.
    """
    with transaction.atomic():
        require(actor, ENROL, school_id)
        Organisation.objects.select_for_update(no_key=True).filter(pk=school_id).first()
        plans = {
            p.pk: p
            for p in CurriculumPlan.objects.select_for_update()
            .filter(pk__in={e.plan_id for e in enrolments})
            .order_by("pk")
        }
        by_number = find_by_numbers(school_id, (e.student_number for e in enrolments))
        by_person = find_open_by_person(school_id, (e.person_id for e in enrolments))
        problems: list[Problem] = []
        rows: list[StudentRecord] = []
        numbers: dict[str, int] = {}
        people: dict[int, str] = {}
        result: list[StudentRecord] = []
        for entry in enrolments:
            there = by_person.get(entry.person_id)
            if there and there.student_number == entry.student_number and there.plan_id == entry.plan_id:
                result.append(there)
                continue
            faults = _why_not(entry, plans.get(entry.plan_id), school_id)
            held = by_number.get(entry.student_number)
            if (held is not None and held.person_id != entry.person_id) or (
                numbers.setdefault(entry.student_number, entry.person_id) != entry.person_id
            ):
                faults.append(errors.NUMBER_TAKEN.problem(number=entry.student_number))
            if there is not None:
                faults.append(errors.ALREADY_ENROLLED.problem(number=there.student_number))
            elif people.setdefault(entry.person_id, entry.student_number) != entry.student_number:
                faults.append(errors.ALREADY_ENROLLED.problem(number=people[entry.person_id]))
            if faults:
                problems += [p.at(entry.where) for p in faults]
                continue
            row = StudentRecord(
                person_id=entry.person_id,
                school_id=school_id,
                plan_id=entry.plan_id,
                student_number=entry.student_number,
                cohort=plans[entry.plan_id].cohort,
                department=entry.department,
                enrolled_on=entry.enrolled_on,
                follows_id=entry.follows_id,
                import_job=job_id,
            )
            rows.append(row)
            result.append(row)
        if problems:
            raise Refusal(problems)
        StudentRecord.objects.bulk_create(rows, batch_size=400)
        if rows:
            record(
                actor=actor,
                action="enrol_students",
                subject=("programmes.record", rows[0].public_id)
                if len(rows) == 1
                else ("programmes.records", len(rows)),
                organisation_id=school_id,
                reason="；".join(dict.fromkeys(e.reason for e in enrolments if e.reason)),
                facts={
                    "count": len(rows),
                    "first_number": rows[0].student_number,
                    "last_number": rows[-1].student_number,
                    "plans": sorted({p.public_id for p in plans.values()}),
                },
            )
        return [row.pk for row in result]


def _why_not(entry: Enrolment, plan: CurriculumPlan | None, school_id: int) -> list[Problem]:
    if plan is None:
        return [errors.PLAN_UNKNOWN.problem(public_id=str(entry.plan_id))]
    if plan.school_id != school_id:
        return [errors.OTHER_PLANS_SCHOOL.problem(plan=plan.name, school=name_on(school_id, clock.today()))]
    faults = why_not_enrol(
        student_number=entry.student_number,
        plan_name=plan.name,
        plan_state=plan.state,
        plan_cohort=plan.cohort,
        enrolled_on=entry.enrolled_on,
        today=clock.today(),
        joins_later=entry.joins_later,
    )
    if entry.joins_later and not entry.reason.strip():
        faults.append(errors.REASON_MISSING.problem())
    return faults


def withdraw_enrolments(*, actor: Actor, school_id: int | None, job_id: int) -> int:
    """Close at most :data:`WITHDRAWN_AT_ONCE` open records an import opened; gives how many, 0 when none are left."""
    with transaction.atomic():
        require(actor, ENROL, school_id)
        students = list(
            StudentRecord.objects.select_for_update(of=("self",))
            .filter(import_job=job_id, school_id=school_id, state=ENROLLED)
            .order_by("pk")[:WITHDRAWN_AT_ONCE]
        )
        today = clock.today()
        for student in students:
            student.state, student.leaving_reason = LEFT, "名册导入已撤回"
            student.left_on = max(student.enrolled_on, today)
        StudentRecord.objects.bulk_update(students, ["state", "leaving_reason", "left_on"], batch_size=200)
        if students:
            record(
                actor=actor,
                action="withdraw_enrolments",
                subject=("sheets.job", job_id),
                organisation_id=school_id,
                reason="名册导入已撤回",
                facts={"count": len(students)},
            )
        return len(students)


def leave_school(*, actor: Actor, record_id: str, on: date, reason: str, to: str = LEFT) -> StudentRecord:
    """Close a record: ``graduated``, ``left`` (withdrawn, dismissed) or ``transferred`` (to another school).

    ``on`` is the last day of the record. Refuses PRG-063, PRG-064 (closed already), PRG-065, PRG-066, PRG-070.
    """
    if to not in {GRADUATED, LEFT, TRANSFERRED}:
        raise ValueError(f"not a way to leave: {to}")
    with transaction.atomic():
        student = lock_record_for(actor, record_id)
        _close(student, to, on, reason)
        _record_change(actor, "leave_school", student, reason, {"to": to, "on": on.isoformat()})
        return student


def _close(student: StudentRecord, to: str, on: date, reason: str) -> None:
    faults = why_not_leave(
        student_number=student.student_number,
        state=student.state,
        to=to,
        enrolled_on=student.enrolled_on,
        on=on,
        today=clock.today(),
        reason=reason,
    )
    if faults:
        raise Refusal(faults)
    student.state, student.left_on, student.leaving_reason = to, on, reason.strip()[:200]
    student.save(update_fields=["state", "left_on", "leaving_reason"])


def _record_change(actor: Actor, action: str, student: StudentRecord, reason: str, facts: dict[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        subject=("programmes.record", student.public_id),
        organisation_id=student.school_id,
        reason=reason,
        facts={"number": student.student_number, **facts},
    )


def transfer_student(
    *, actor: Actor, record_id: str, plan_id: int, on: date, reason: str, student_number: str = "", department: str = ""
) -> StudentRecord:
    """Move a student to another plan of the same school (转专业、留级、换版本): closes her record, opens the next.

    Refuses PRG-063…066, PRG-068 (same plan), PRG-069 (a plan of another school), PRG-060, PRG-061, PRG-070.
    """
    with transaction.atomic():
        student = lock_record_for(actor, record_id)
        if plan_id == student.plan_id:
            raise errors.SAME_PLAN.refuse()
        _close(student, TRANSFERRED, on, reason)
        entry = Enrolment(
            person_id=student.person_id,
            plan_id=plan_id,
            student_number=student_number or student.student_number,
            enrolled_on=on,
            department=department or student.department,
            joins_later=True,
            reason=reason,
            follows_id=student.pk,
        )
        pk = enrol_students(actor=actor, school_id=student.school_id, enrolments=[entry])[0]
        following = StudentRecord.objects.select_related("plan").get(pk=pk)
        _record_change(
            actor,
            "transfer_student",
            student,
            reason,
            {"to_plan": following.plan.public_id, "next": following.public_id},
        )
        return following
