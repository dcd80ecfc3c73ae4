"""Declarations of a person that turned out to be another."""

from __future__ import annotations

from typing import Any

from guantong.domains.projects.models import Declaration


def move_declarations(kept: int, absorbed: int) -> dict[str, Any]:
    """Declarations of ``absorbed`` become those of ``kept``; returns which."""
    own = list(Declaration.objects.filter(person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    Declaration.objects.filter(pk__in=own).update(person_id=kept)
    return {"absorbed": absorbed, "declarations": own}


def return_declarations(moved: dict[str, Any]) -> None:
    """They go back."""
    Declaration.objects.filter(pk__in=moved["declarations"]).update(person_id=moved["absorbed"])
