"""What other rooms ask of titles: moving those of a merged person."""

from __future__ import annotations

from typing import Any

from .models import HeldTitle


def move_titles(kept: int, absorbed: int) -> dict[str, Any]:
    """Titles of ``absorbed`` become those of ``kept``. Where both hold the same one, both stay and the absorbed one is
    no longer the present record; entries keep what they said."""
    own = list(HeldTitle.objects.filter(person_id=absorbed).order_by("pk"))
    doubled = []
    for title in own:
        same = HeldTitle.objects.filter(
            register=title.register, name=title.name, item=title.item, person_id=kept, is_current=True
        )
        if title.is_current and same.exists():
            doubled.append(title.pk)
            title.is_current = False
        title.person_id = kept
        title.save(update_fields=["person", "is_current"])
    return {"kept": kept, "absorbed": absorbed, "titles": [t.pk for t in own], "doubled": doubled}


def undo_titles(moved: dict[str, Any]) -> None:
    """The titles go back."""
    HeldTitle.objects.filter(pk__in=moved["titles"]).update(person_id=moved["absorbed"])
    HeldTitle.objects.filter(pk__in=moved["doubled"]).update(is_current=True)
