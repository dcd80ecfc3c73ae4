"""What other rooms ask of cases: moving those of a merged person, and who may open a material."""

from __future__ import annotations

from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.base.files.models import StoredFile

from . import library
from .mandate import may_read
from .models import Case, Material


def move_cases(kept: int, absorbed: int) -> dict[str, Any]:
    """Cases of ``absorbed`` become those of ``kept``; returns which. The log keeps the record it named."""
    own = list(Case.objects.filter(person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    waiting = list(Case.objects.filter(waiting_person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=own).update(person_id=kept)
    Case.objects.filter(pk__in=waiting).update(waiting_person_id=kept)
    return {"absorbed": absorbed, "kept": kept, "cases": own, "waiting": waiting}


def undo_cases(moved: dict[str, Any]) -> None:
    """The cases go back; where one waits for its person, it waits for the person it went back to."""
    own = Case.objects.filter(pk__in=moved["cases"])
    own.filter(waiting_person_id=moved["kept"]).update(waiting_person_id=moved["absorbed"])
    own.update(person_id=moved["absorbed"])


def may_open_file(actor: Actor, file: StoredFile) -> bool:
    """Whether the file is a material of a case the actor may read."""
    for material in Material.objects.filter(file_id=file.pk).select_related("case", "case__version")[:20]:
        if may_read(actor, material.case, library.definition_of(material.case)):
            return True
    return False
