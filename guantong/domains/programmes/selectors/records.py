"""Reads of student records."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require

from .. import errors
from ..models import StudentRecord
from ..rules.vocabulary import ENROLLED

ENROL = "people.enrol"
"""Permission over a school's student records."""


def find_student_record(person_id: int, school_id: int) -> StudentRecord | None:
    """The open record of a person at a school, else the latest closed one, else None."""
    records = StudentRecord.objects.filter(person_id=person_id, school_id=school_id).select_related("plan")
    return records.filter(state=ENROLLED).first() or records.order_by("-enrolled_on", "-id").first()


def records_of_person(person_id: int) -> QuerySet[StudentRecord]:
    """Every record of a person, open ones first, then latest."""
    records = StudentRecord.objects.filter(person_id=person_id).select_related("plan", "plan__programme")
    return records.order_by("left_on", "-enrolled_on")


def find_by_numbers(school_id: int, numbers: Iterable[str]) -> dict[str, StudentRecord]:
    """The open record by student number, for many; a number without an open record gives its latest closed one."""
    wanted = sorted(set(numbers))
    found: dict[str, StudentRecord] = {}
    for start in range(0, len(wanted), 500):
        records = StudentRecord.objects.filter(school_id=school_id, student_number__in=wanted[start : start + 500])
        for record in records.order_by("enrolled_on", "id"):
            kept = found.get(record.student_number)
            if kept is None or kept.state != ENROLLED:
                found[record.student_number] = record
    return found


def find_open_by_person(school_id: int, person_ids: Iterable[int]) -> dict[int, StudentRecord]:
    """The open record at a school by person, for many."""
    wanted = sorted(set(person_ids))
    found: dict[int, StudentRecord] = {}
    for start in range(0, len(wanted), 500):
        for record in StudentRecord.objects.filter(
            school_id=school_id, person_id__in=wanted[start : start + 500], state=ENROLLED
        ):
            found[record.person_id] = record
    return found


def access_record_for(actor: Actor, public_id: str) -> StudentRecord:
    """A record of the actor's school, or the actor's own; PRG-063 otherwise."""
    record = (
        StudentRecord.objects.select_related("plan", "plan__programme", "person", "follows")
        .filter(public_id=public_id)
        .first()
    )
    may_see = record is not None and (
        actor.may(ENROL, record.school_id) or (actor.person_id is not None and record.person_id == actor.person_id)
    )
    if record is None or not may_see:
        raise errors.RECORD_UNKNOWN.refuse()
    return record


def lock_record_for(actor: Actor, public_id: str) -> StudentRecord:
    """The record locked for a change by its school; PRG-063 when unknown, ACC-… without the mandate."""
    record = (
        StudentRecord.objects.select_for_update(of=("self",)).select_related("plan").filter(public_id=public_id).first()
    )
    if record is None:
        raise errors.RECORD_UNKNOWN.refuse()
    require(actor, ENROL, record.school_id)
    return record


def list_records(actor: Actor, school_id: int, *, plan_id: int | None = None) -> QuerySet[StudentRecord]:
    """Records of a school for its registrar."""
    require(actor, ENROL, school_id)
    records = StudentRecord.objects.filter(school_id=school_id).select_related("plan", "person")
    return records.filter(plan_id=plan_id) if plan_id is not None else records


def count_enrolled(plan_ids: Iterable[int]) -> int:
    """How many students are enrolled under these plans."""
    return StudentRecord.objects.filter(plan_id__in=list(plan_ids), state=ENROLLED).count()


def search_records(
    records: QuerySet[StudentRecord], search: str = "", state: str = "", plan_public_id: str = ""
) -> QuerySet[StudentRecord]:
    """Records narrowed by part of a name or the beginning of a student number, by state, by plan."""
    if search:
        records = records.filter(Q(student_number__startswith=search) | Q(person__name__contains=search))
    if state:
        records = records.filter(state=state)
    if plan_public_id:
        records = records.filter(plan__public_id=plan_public_id)
    return records


def following_of(record: StudentRecord) -> StudentRecord | None:
    """The record that continues this one after a transfer, or None."""
    return StudentRecord.objects.filter(follows=record).first()
