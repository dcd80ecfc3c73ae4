"""Work of the night: audit the whole ledger and seal it; post what has expired."""

from __future__ import annotations

import logging

from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.notices.public import send
from guantong.domains.credit.actions.auditing import AuditReport, audit_ledger, seal_ledger
from guantong.domains.credit.actions.corrections import expire_achievements
from guantong.domains.credit.models import CreditAccount, Seal

log = logging.getLogger("guantong.credit")
SHOWN = 20


def audit_and_seal() -> str:
    """Audit, and seal when nothing was found; otherwise tell the operators. Returns the outcome in one sentence."""
    report = audit_ledger()
    if not report.is_clean:
        for text in fault_sentences(report)[:SHOWN]:
            log.error("credit audit: %s", text)
        for user_id in User.objects.filter(is_operator=True, is_active=True).values_list("pk", flat=True):
            send(
                to_user=user_id,
                text=f"学分银行核账发现 {len(report.faults)} 处不符，没有封存。请运行 guantong credit audit 查看。",
            )
        return f"核对 {report.entries} 条分录，发现 {len(report.faults)} 处不符，没有封存。"
    if not report.entries:
        return "账本里还没有分录。"
    seal = seal_ledger(actor=SYSTEM, report=report)
    return f"核对 {report.entries} 条分录、{report.accounts} 个账户，全部相符；已封存，序号 {seal.pk}。"


def expire_all() -> str:
    """Post every expiry that is due, in small transactions. Returns the outcome in one sentence."""
    total = 0
    while count := expire_achievements(actor=SYSTEM):
        total += count
    return f"{total} 项成果到期。"


def fault_sentences(report: AuditReport) -> list[str]:
    """Each fault as an operator reads it, accounts by their number."""
    ids = {fault.account for fault in report.faults}
    numbers = dict(CreditAccount.objects.filter(pk__in=ids).values_list("pk", "number"))
    sentences = []
    for fault in report.faults:
        where = numbers.get(fault.account, "")
        if where and fault.sequence:
            where += f" 第 {fault.sequence} 号分录"
        sentences.append(f"{where}{'　' if where else ''}{fault.what}　编号 {fault.code}")
    return sentences


def last_seal() -> Seal | None:
    """The newest seal."""
    return Seal.objects.order_by("-id").first()
