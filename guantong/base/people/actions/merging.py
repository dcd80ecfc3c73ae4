"""Two records of one person become one, on record, and can be parted again exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.audit.record import record
from guantong.base.people import errors
from guantong.base.people.actions.registering import ID_PURPOSE
from guantong.base.people.crypto import keyring
from guantong.base.people.holders import holders
from guantong.base.people.models import DistinctPair, DuplicatePair, FormerName, GuardianConsent, Merge, Person
from guantong.base.people.rules import IdentityFacts, contradictions
from guantong.kernel import clock
from guantong.kernel.refusal import Where

_OWN = "people"


def merge_people(*, actor: Actor, kept_id: int, absorbed_id: int, reason: str, is_confirmed: bool = False) -> Merge:
    """Everything of ``absorbed`` moves to ``kept``; the absorbed record stays, pointing there, and its number finds it.

    Needs ``people.merge`` and a reason. Records that contradict each other (two different resident numbers, birth
    dates or sexes) need ``is_confirmed``: the documents were looked at (PPL-022). Refuses PPL-012, 014, 020, 021, and
    whatever a holder of rows refuses; then nothing has moved.
    """
    with transaction.atomic():
        require(actor, "people.merge")
        if kept_id == absorbed_id:
            raise errors.MERGE_SELF.refuse()
        kept, absorbed = _lock_both(kept_id, absorbed_id)
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        for person in (kept, absorbed):
            if person.state != "active":
                raise errors.MERGE_NOT_ACTIVE.refuse(name=person.name)
        found = contradictions(identity_of(kept), identity_of(absorbed))
        if found and not is_confirmed:
            raise errors.MERGE_CONTRADICTS.refuse(
                what="；".join(found), where=Where(column="is_confirmed", title="已核对原件")
            )
        moved: dict[str, Any] = {_OWN: _move_own(kept_id, absorbed_id)}
        for name, holder in holders().items():
            moved[name] = holder.move(kept_id, absorbed_id)
        absorbed.state = "merged"
        absorbed.merged_into = kept
        absorbed.save(update_fields=["state", "merged_into"])
        merge = Merge.objects.create(
            kept=kept,
            absorbed=absorbed,
            reason=reason.strip()[:500],
            moved=moved,
            merged_at=clock.now(),
            merged_by=actor.label,
        )
        DuplicatePair.objects.filter(Q(first=absorbed) | Q(second=absorbed)).delete()
        record(
            actor=actor,
            action="merge_people",
            subject=("people.person", kept_id),
            reason=reason.strip(),
            facts={"absorbed": absorbed_id, "merge": merge.pk, "contradictions": found, "confirmed": is_confirmed},
        )
    return merge


def undo_merge(*, actor: Actor, merge_id: int, reason: str) -> Merge:
    """Put everything back exactly as it was before the merge. Later merges of the kept record are undone first.

    Needs ``people.merge`` and a reason. Refuses PPL-014, 023, 024, 025.
    """
    with transaction.atomic():
        require(actor, "people.merge")
        merge = Merge.objects.filter(pk=merge_id).first()
        if merge is None:
            raise errors.MERGE_UNKNOWN.refuse()
        kept, absorbed = _lock_both(merge.kept_id, merge.absorbed_id)
        merge = Merge.objects.select_for_update().get(pk=merge_id)
        if merge.undone_at is not None:
            raise errors.MERGE_UNDONE.refuse()
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        later = (
            Merge.objects.filter(Q(kept=kept) | Q(absorbed=kept), pk__gt=merge.pk, undone_at=None)
            .order_by("-pk")
            .first()
        )
        if later is not None:
            day = clock.china_day(later.merged_at)
            raise errors.MERGE_BURIED.refuse(
                name=kept.name, later=f"{day.year}年{day.month}月{day.day}日，编号 {later.pk}"
            )
        for name, holder in reversed(list(holders().items())):
            if name in merge.moved:
                holder.undo(merge.moved[name])
        _undo_own(merge.moved[_OWN])
        absorbed.state = "active"
        absorbed.merged_into = None
        absorbed.save(update_fields=["state", "merged_into"])
        merge.undone_at = clock.now()
        merge.undone_by = actor.label
        merge.undo_reason = reason.strip()[:500]
        merge.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        record(
            actor=actor,
            action="undo_merge",
            subject=("people.person", merge.kept_id),
            reason=reason.strip(),
            facts={"absorbed": merge.absorbed_id, "merge": merge.pk},
        )
    return merge


def keep_apart(*, actor: Actor, first_id: int, second_id: int, reason: str) -> DistinctPair:
    """Note that two records are two people; the pair leaves the to-do list for good. Repeating is harmless."""
    with transaction.atomic():
        require(actor, "people.merge")
        if first_id == second_id:
            raise errors.MERGE_SELF.refuse()
        low, high = sorted((first_id, second_id))
        _lock_both(low, high)
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        pair, is_new = DistinctPair.objects.get_or_create(
            first_id=low,
            second_id=high,
            defaults={"reason": reason.strip()[:500], "decided_by": actor.label, "decided_at": clock.now()},
        )
        DuplicatePair.objects.filter(first_id=low, second_id=high).delete()
        if is_new:
            record(
                actor=actor,
                action="keep_apart",
                subject=("people.person", low),
                reason=reason.strip(),
                facts={"other": high},
            )
    return pair


def identity_of(person: Person) -> IdentityFacts:
    """What identifies a record, with its number in the clear; never leaves this process."""
    number = keyring().open(bytes(person.id_cipher), ID_PURPOSE)
    return IdentityFacts(person.name, person.id_kind, number, person.born_on, person.sex)


def _lock_both(first_id: int, second_id: int) -> tuple[Person, Person]:
    locked = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[first_id, second_id]).order_by("pk")}
    if first_id not in locked or second_id not in locked:
        raise errors.PERSON_UNKNOWN.refuse()
    return locked[first_id], locked[second_id]


def _move_own(kept: int, absorbed: int) -> Mapping[str, Any]:
    consents = list(GuardianConsent.objects.filter(person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    names = list(FormerName.objects.filter(person_id=absorbed).order_by("pk").values_list("pk", flat=True))
    GuardianConsent.objects.filter(pk__in=consents).update(person_id=kept)
    FormerName.objects.filter(pk__in=names).update(person_id=kept)
    return {"absorbed": absorbed, "consents": consents, "former_names": names}


def _undo_own(moved: Mapping[str, Any]) -> None:
    GuardianConsent.objects.filter(pk__in=moved["consents"]).update(person_id=moved["absorbed"])
    FormerName.objects.filter(pk__in=moved["former_names"]).update(person_id=moved["absorbed"])
