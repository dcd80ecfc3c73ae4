"""What happens to student records when two files of one person are merged."""

from __future__ import annotations

from typing import Any

from .. import errors
from ..models import StudentRecord
from ..rules.vocabulary import ENROLLED


def move_records(kept: int, absorbed: int) -> dict[str, Any]:
    """Records of ``absorbed`` become those of ``kept``; returns which.

    Refuses PRG-072 when both are enrolled at one school: the school must close one record first.
    """
    own = dict(
        StudentRecord.objects.select_for_update()
        .filter(person_id=kept, state=ENROLLED)
        .order_by("pk")
        .values_list("school_id", "student_number")
    )
    moving = list(StudentRecord.objects.select_for_update().filter(person_id=absorbed).order_by("pk"))
    for record in moving:
        if record.state == ENROLLED and record.school_id in own:
            raise errors.MERGED_BOTH_ENROLLED.refuse(one=own[record.school_id], other=record.student_number)
    ids = [record.pk for record in moving]
    StudentRecord.objects.filter(pk__in=ids).update(person_id=kept)
    return {"absorbed": absorbed, "records": ids}


def undo_records(moved: dict[str, Any]) -> None:
    """The records go back."""
    StudentRecord.objects.filter(pk__in=moved["records"]).update(person_id=moved["absorbed"])
