"""What other rooms ask of panels: moving rows of a merged person, sealing again under a new key."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring

from .models import Affiliation, Interest, Panel, PoolMember

SEED_PURPOSE = "panels.seed"
INTEREST_PURPOSE = "panels.interest"


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


def reseal(actor: Actor) -> int:
    """Seal seeds and notes again under the newest key, each in its own transaction; returns how many were."""
    ring, count = keyring(), 0
    for pk, sealed in list(Panel.objects.order_by("pk").values_list("pk", "seed_cipher")):
        if not ring.is_newest(bytes(sealed)):
            text = ring.open(bytes(sealed), SEED_PURPOSE)
            Panel.objects.filter(pk=pk).update(seed_cipher=ring.seal(text, SEED_PURPOSE))
            count += 1
    for pk, sealed in list(Interest.objects.order_by("pk").values_list("pk", "note_cipher")):
        if not ring.is_newest(bytes(sealed)):
            text = ring.open(bytes(sealed), INTEREST_PURPOSE)
            Interest.objects.filter(pk=pk).update(note_cipher=ring.seal(text, INTEREST_PURPOSE))
            count += 1
    if count:
        with transaction.atomic():
            record(actor=actor, action="reseal_panels", subject=("panels.seeds", "all"), facts={"count": count})
    return count
