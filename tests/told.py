"""What people were told: notices lie encrypted, so that tests look for words in what was read, not in the database."""

from __future__ import annotations

from typing import Any

from guantong.base.notices.models import Notice


def told(*words: str, **filters: Any) -> list[str]:
    """Texts of the notices that match ``filters`` (columns) and hold all ``words``, oldest first."""
    texts = Notice.objects.filter(**filters).order_by("pk").values_list("text", flat=True)
    return [text for text in texts if all(word in text for word in words)]
