"""Corrections: nothing is erased. A mistake is undone by a reversing entry that names it; expiry is an entry too."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.notices.public import send
from guantong.domains.credit import errors
from guantong.domains.credit.actions.posting import lock_accounts, post, reversal_of
from guantong.domains.credit.kinds import ACHIEVEMENT_STATES, REVERSE
from guantong.domains.credit.models import Achievement, ConversionItem, CreditAccount, Exemption, LedgerEntry
from guantong.domains.credit.rules.ledger import Transfer, plain_text
from guantong.domains.credit.selectors.lists import due_to_expire
from guantong.kernel import clock
from guantong.kernel.credits import show_credits
from guantong.kernel.tokens import public_id


def revoke_achievement(*, actor: Actor, achievement: Achievement, reason: str, organisation_id: int) -> Achievement:
    """Take back an achievement the institution deposited by mistake: its entries are reversed, newest first.

    Only who deposited it (``credit.deposit``) or the school's credit bank (``credit.reverse``) may. Refused while
    credits of it are reserved or converted: those uses are reversed first, so that the learner hears of each.
    """
    reason = plain_text(reason, 200)
    if not reason:
        raise errors.REASON_NEEDED.refuse()
    if not actor.may("credit.reverse", organisation_id):
        require(actor, "credit.deposit", organisation_id)
    with transaction.atomic():
        lock_accounts([achievement.account_id])
        row = Achievement.objects.select_for_update().get(pk=achievement.pk)
        if row.state not in {"deposited", "recognised", "refused", "expired"} or row.way != "deposited":
            raise errors.ACHIEVEMENT_NOT_OPEN.refuse(title=row.title, state=ACHIEVEMENT_STATES[row.state])
        if row.reserved or row.converted:
            raise errors.NOT_ENOUGH.refuse(
                title=row.title, available=show_credits(row.available), wanted=show_credits(row.recognised_total)
            )
        reversed_before = set(
            LedgerEntry.objects.filter(achievement=row, kind=REVERSE).values_list("reverses", flat=True)
        )
        entries = [
            e
            for e in LedgerEntry.objects.filter(achievement=row).exclude(kind=REVERSE).order_by("-sequence")
            if e.sequence not in reversed_before
        ]
        post({row.account_id: [reversal_of(e, ref=f"revoke:{row.public_id}", reason=reason) for e in entries]})
        Achievement.objects.filter(pk=row.pk).update(state="revoked")
        record(
            actor=actor,
            action="revoke_achievement",
            subject=("credit.achievement", row.public_id),
            organisation_id=organisation_id,
            law_version=law_on(clock.today()).version,
            reason=reason,
            facts={"entries": [e.sequence for e in entries]},
        )
        send(
            to_person=row.account.person_id,
            text=f"您的学习成果“{row.title}”已由存入单位撤销，理由：{reason}",
            link=f"/learner/achievements/{row.public_id}/",
        )
    row.refresh_from_db()
    return row


def reverse_conversion(*, actor: Actor, item: ConversionItem, reason: str) -> ConversionItem:
    """Undo one granted conversion: the exemption ends, the credits return to the account."""
    reason = plain_text(reason, 200)
    if not reason:
        raise errors.REASON_NEEDED.refuse()
    school_id = item.application.student_record.school_id
    require(actor, "credit.reverse", school_id)
    with transaction.atomic():
        account_id = item.application.account_id
        lock_accounts([account_id])
        row = ConversionItem.objects.select_for_update().select_related("application", "achievement").get(pk=item.pk)
        ref = f"item:{row.pk}"
        taken = set(LedgerEntry.objects.filter(account_id=account_id, kind=REVERSE).values_list("reverses", flat=True))
        done = [
            e
            for e in LedgerEntry.objects.filter(
                account_id=account_id, achievement_id=row.achievement_id, ref=ref, kind__in=["convert", "lose_surplus"]
            ).order_by("-sequence")
            if e.sequence not in taken
        ]
        if row.state != "granted" or not done:
            raise errors.ACHIEVEMENT_NOT_OPEN.refuse(title=row.achievement.title, state=row.get_state_display())
        moves = [reversal_of(e, ref=ref, reason=reason) for e in done]
        moves.append(Transfer(row.achievement_id, "release", row.hundredths, ref, reason))
        post({account_id: moves})
        row.state = "reversed"
        row.reason = reason
        row.save(update_fields=["state", "reason"])
        Exemption.objects.filter(item=row, revoked_at=None).update(revoked_at=clock.now())
        if not row.application.items.filter(state="granted").exists():
            type(row.application).objects.filter(pk=row.application_id).update(state="reversed")
        record(
            actor=actor,
            action="reverse_conversion",
            subject=("credit.application", row.application.public_id),
            organisation_id=school_id,
            law_version=law_on(clock.today()).version,
            reason=reason,
            facts={"item": row.pk, "entries": [e.sequence for e in done]},
        )
        send(
            to_person=row.application.account.person_id,
            text=f"“{row.achievement.title}”的一项转换已冲正，学分已退回账户。理由：{reason}",
            link=f"/learner/applications/{row.application.public_id}/",
        )
    return row


def expire_achievements(*, actor: Actor, on: date | None = None, limit: int = 2000) -> int:
    """Post the expiry of achievements whose last valid day is past; returns how many. Harmless when repeated.

    Reserved credits are left alone: an application made in time is decided as of its own day.
    """
    day = on or clock.today()
    rows = list(due_to_expire(day).values_list("id", "account_id")[:limit])
    if not rows:
        return 0
    with transaction.atomic():
        lock_accounts(account for _, account in rows)
        fresh = due_to_expire(day).filter(id__in=[r[0] for r in rows])
        moves: dict[int, list[Transfer]] = {}
        over: list[int] = []
        for key, account, available, reserved in fresh.values_list("id", "account_id", "available", "reserved"):
            moves.setdefault(account, []).append(
                Transfer(key, "expire", available, f"expiry:{day.isoformat()}", "超过有效期")
            )
            if not reserved:
                over.append(key)
        if not moves:
            return 0
        post(moves)
        Achievement.objects.filter(id__in=over).update(state="expired")
        count = sum(len(m) for m in moves.values())
        record(
            actor=actor,
            action="expire_achievements",
            subject=("credit.expiry", day.isoformat()),
            law_version=law_on(day).version,
            facts={"achievements": count},
        )
    return count


def move_accounts(kept: int, absorbed: int) -> dict[str, Any]:
    """Holder for the merge of two people (ids): what becomes of their credit accounts. Returns what to undo.

    When only the absorbed person has an account, it simply changes hands. When both have one, the usable credits are
    reversed out of the absorbed account and deposited anew in the kept one; what was converted stays where it is.
    """
    accounts = {a.person_id: a for a in CreditAccount.objects.filter(person_id__in=[kept, absorbed])}
    old = accounts.get(absorbed)
    if old is None:
        return {"kind": "none"}
    new = accounts.get(kept)
    if new is None:
        CreditAccount.objects.filter(pk=old.pk).update(person_id=kept)
        return {"kind": "handed_over", "account": old.pk, "from": absorbed}
    lock_accounts([old.pk, new.pk])
    if (
        Achievement.objects.filter(account=old, reserved__gt=0).exists()
        or Achievement.objects.filter(account=old, state="claimed").exists()
    ):
        raise errors.OPEN_APPLICATION.refuse(number=old.number)
    pairs: list[list[int]] = []
    for row in Achievement.objects.filter(account=old, available__gt=0, converted=0).order_by("id"):
        pairs.append([row.pk, _copy_achievement(row, new.pk)])
    CreditAccount.objects.filter(pk=old.pk).update(state="merged")
    return {"kind": "posted", "old": old.pk, "new": new.pk, "achievements": pairs}


def _copy_achievement(row: Achievement, account_id: int) -> int:
    """Reverse an achievement out of its account and deposit it in another; returns the id of the new row."""
    taken = set(LedgerEntry.objects.filter(achievement=row, kind=REVERSE).values_list("reverses", flat=True))
    entries = [
        e
        for e in LedgerEntry.objects.filter(achievement=row).exclude(kind=REVERSE).order_by("-sequence")
        if e.sequence not in taken
    ]
    ref = f"merge:{row.public_id}"
    total, declared = row.available, row.recognised_total
    post({row.account_id: [reversal_of(e, ref=ref, reason="人员合并") for e in entries]})
    state = row.state
    Achievement.objects.filter(pk=row.pk).update(state="revoked")
    copy = Achievement.objects.get(pk=row.pk)
    copy.pk = None
    copy.public_id = public_id()
    copy.account_id = account_id
    copy.state = state
    copy.content_digest = hashlib.sha256(bytes(row.content_digest) + str(account_id).encode()).digest()
    copy.available = copy.reserved = copy.converted = copy.recognised_total = 0
    copy.recognition = row.recognition | {"moved_from": row.public_id}
    copy.save(force_insert=True)
    moves = [Transfer(copy.pk, "deposit", declared, ref, "人员合并")]
    moves.append(Transfer(copy.pk, "recognise", declared, ref, "人员合并"))
    if declared > total:
        moves.append(Transfer(copy.pk, "lose_surplus", declared - total, ref, "人员合并"))
    post({account_id: moves})
    return int(copy.pk)


def return_accounts(moved: dict[str, Any]) -> None:
    """Undo :func:`move_accounts`: hand the account back, or move the credits back by entries of their own."""
    if moved["kind"] == "handed_over":
        CreditAccount.objects.filter(pk=moved["account"]).update(person_id=moved["from"])
    if moved["kind"] != "posted":
        return
    lock_accounts([moved["old"], moved["new"]])
    for _, new_id in moved["achievements"]:
        row = Achievement.objects.get(pk=new_id)
        if row.reserved or row.converted:
            raise errors.NOT_ENOUGH.refuse(
                title=row.title, available=show_credits(row.available), wanted=show_credits(row.recognised_total)
            )
        _copy_achievement(row, moved["old"])
    CreditAccount.objects.filter(pk=moved["old"]).update(state="active")
