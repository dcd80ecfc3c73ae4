"""What an import job needs besides depositing: taking back, chunk by chunk, what a cancelled job had posted."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.domains.credit.actions.posting import lock_accounts, post, reversal_of
from guantong.domains.credit.kinds import REVERSE
from guantong.domains.credit.models import Achievement, LedgerEntry
from guantong.domains.credit.rules.ledger import Transfer


def reverse_job_chunk(
    *, actor: Actor, job_id: int, public_id: str, organisation_id: int | None, size: int = 500
) -> int:
    """Reverse up to ``size`` achievements a cancelled job had deposited; 0 when none are left.

    Achievements that are in use meanwhile (reserved or converted) stay, and the last audit line names them.
    """
    with transaction.atomic():
        rows = list(
            Achievement.objects.filter(job_id=job_id)
            .exclude(state="revoked")
            .filter(reserved=0, converted=0)
            .order_by("id")
            .values_list("id", "account_id")[:size]
        )
        if not rows:
            _tell_what_stays(actor, job_id, public_id, organisation_id)
            return 0
        lock_accounts(account for _, account in rows)
        ids = list(
            Achievement.objects.filter(id__in=[r[0] for r in rows], reserved=0, converted=0)
            .exclude(state="revoked")
            .values_list("id", flat=True)
        )
        done = set(
            LedgerEntry.objects.filter(achievement_id__in=ids, kind=REVERSE).values_list("account_id", "reverses")
        )
        moves: dict[int, list[Transfer]] = {}
        for entry in (
            LedgerEntry.objects.filter(achievement_id__in=ids).exclude(kind=REVERSE).order_by("account_id", "-sequence")
        ):
            if (entry.account_id, entry.sequence) not in done:
                moves.setdefault(entry.account_id, []).append(
                    reversal_of(entry, ref=f"job:{public_id}", reason="导入批次已取消")
                )
        post(moves)
        Achievement.objects.filter(id__in=ids).update(state="revoked")
        record(
            actor=actor,
            action="reverse_import",
            subject=("credit.deposit", f"job:{public_id}"),
            organisation_id=organisation_id,
            reason="导入批次已取消",
            facts={"achievements": len(ids)},
        )
    return len(ids)


def _tell_what_stays(actor: Actor, job_id: int, public_id: str, organisation_id: int | None) -> None:
    """One audit line naming the achievements of a cancelled job that are in use and were therefore left."""
    stay = list(
        Achievement.objects.filter(job_id=job_id)
        .exclude(state="revoked")
        .order_by("id")
        .values_list("public_id", flat=True)[:1000]
    )
    if stay:
        record(
            actor=actor,
            action="reverse_import",
            subject=("credit.deposit", f"job:{public_id}"),
            organisation_id=organisation_id,
            reason="导入批次已取消；这些成果已在使用，没有撤回",
            facts={"in_use": stay},
        )
