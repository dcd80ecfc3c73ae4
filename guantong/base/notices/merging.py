"""What happens to a person's notices when two records of the person are merged."""

from __future__ import annotations

from typing import Any

from guantong.base.notices.models import Notice


def move_notices(kept: int, absorbed: int) -> dict[str, Any]:
    """Notices to ``absorbed`` become those of ``kept``; returns which."""
    ids = list(Notice.objects.filter(person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    Notice.objects.filter(pk__in=ids).update(person_id=kept)
    return {"absorbed": absorbed, "notices": ids}


def undo_notices(moved: dict[str, Any]) -> None:
    """The notices go back."""
    Notice.objects.filter(pk__in=moved["notices"]).update(person_id=moved["absorbed"])
