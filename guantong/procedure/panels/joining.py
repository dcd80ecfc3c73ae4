"""What other rooms ask of panels: moving the rows of a merged person."""

from __future__ import annotations

from typing import Any

from .models import Affiliation, Interest, PoolMember


def move_rows(kept: int, absorbed: int) -> dict[str, Any]:
    """Stays, affiliations and interests of ``absorbed`` become those of ``kept``; returns which.

    A second open stay in one pool ends on the day it began: the person is in it once.
    """
    doubled: list[int] = []
    for member in PoolMember.objects.filter(person_id=absorbed, left_on=None).order_by("pk"):
        if PoolMember.objects.filter(person_id=kept, pool_id=member.pool_id, left_on=None).exists():
            doubled.append(member.pk)
            PoolMember.objects.filter(pk=member.pk).update(left_on=member.joined_on)
    moved: dict[str, Any] = {"absorbed": absorbed, "kept": kept, "doubled": doubled}
    for name, model in (("members", PoolMember), ("affiliations", Affiliation), ("interests", Interest)):
        rows = model.objects.filter(person_id=absorbed)
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(person_id=kept)
    return moved


def undo_rows(moved: dict[str, Any]) -> None:
    """Everything goes back."""
    for name, model in (("members", PoolMember), ("affiliations", Affiliation), ("interests", Interest)):
        model.objects.filter(pk__in=moved[name]).update(person_id=moved["absorbed"])
    PoolMember.objects.filter(pk__in=moved["doubled"]).update(left_on=None)
