"""What happens to a person's files when two records of the person are merged."""

from __future__ import annotations

from typing import Any

from guantong.base.files.models import StoredFile


def move_files(kept: int, absorbed: int) -> dict[str, Any]:
    """Files of ``absorbed`` become those of ``kept``; returns which."""
    ids = list(StoredFile.objects.filter(person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    StoredFile.objects.filter(pk__in=ids).update(person_id=kept)
    return {"absorbed": absorbed, "files": ids}


def undo_files(moved: dict[str, Any]) -> None:
    """The files go back."""
    StoredFile.objects.filter(pk__in=moved["files"]).update(person_id=moved["absorbed"])
