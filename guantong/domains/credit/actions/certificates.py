"""Certificates and statements: issued once, signed, revoked or corrected with a reason; never edited."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.lawbook import current_policy, law_on
from guantong.base.notices.public import send
from guantong.base.signing.public import signing_key
from guantong.domains.credit import errors
from guantong.domains.credit.actions.posting import lock_accounts
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, ACHIEVEMENT_STATES, CERTIFICATE_STATES
from guantong.domains.credit.models import Certificate, CreditAccount
from guantong.domains.credit.rules.completion import Completion
from guantong.domains.credit.rules.ledger import plain_text
from guantong.domains.credit.rules.recognition import add_years
from guantong.domains.credit.selectors.facts import completion_of
from guantong.domains.credit.selectors.stories import balances_of, list_stories
from guantong.domains.credit.selectors.verifying import issuer_name
from guantong.domains.programmes.public import RecordFacts, label_of, plan_facts
from guantong.engines.proof.credential import SignedCredential, sign_credential
from guantong.kernel import clock
from guantong.kernel.credits import show_credits
from guantong.kernel.tokens import public_id

STATES = {"earned": "在校修读", "converted": "成果转换", "partly": "部分转换", "missing": "未修"}


def issue_completion(*, actor: Actor, student_record: RecordFacts) -> Certificate:
    """Issue the certificate of a learner who has met the plan. Refused (CRD-070) with what is missing otherwise."""
    require(actor, "credit.certificate.issue", student_record.school_id)
    today = clock.today()
    law = law_on(today)
    with transaction.atomic():
        account = CreditAccount.objects.select_related("person").get(person_id=student_record.person_id)
        lock_accounts([account.pk])
        found = Certificate.objects.filter(
            kind="completion", state="issued", student_record_id=student_record.id
        ).first()
        if found is not None:
            raise errors.CERTIFICATE_ISSUED.refuse(number=found.number)
        completion = completion_of(student_record, law)
        if not completion.is_met:
            raise errors.COMPLETION_NOT_MET.refuse(
                missing=show_credits(completion.short), courses="".join(completion.why_not()).rstrip("。")
            )
        certificate = _issue(
            kind="completion",
            account=account,
            issuer_id=student_record.school_id,
            student_record_id=student_record.id,
            content=_completion_content(account, student_record, completion, today),
            today=today,
        )
        record(
            actor=actor,
            action="issue_completion",
            subject=("credit.certificate", certificate.number),
            organisation_id=student_record.school_id,
            law_version=law.version,
            facts={"digest": certificate.digest},
        )
        send(
            to_person=account.person_id,
            text=f"您的课程学习成果证书 {certificate.number} 已经颁发。",
            link="/learner/certificates/",
        )
    return certificate


def issue_statement(*, actor: Actor, account: CreditAccount) -> Certificate:
    """A signed statement of the whole account, for its owner or for staff who may read it (checked by the caller's
    selector). It says how things stood; it does not expire."""
    today = clock.today()
    with transaction.atomic():
        lock_accounts([account.pk])
        account.refresh_from_db()
        certificate = _issue(
            kind="statement",
            account=account,
            issuer_id=None,
            student_record_id=None,
            content=_statement_content(account, today),
            today=today,
        )
        record(
            actor=actor,
            action="issue_statement",
            subject=("credit.certificate", certificate.number),
            law_version=law_on(today).version,
            facts={"digest": certificate.digest},
        )
    return certificate


def revoke_certificate(*, actor: Actor, certificate: Certificate, reason: str) -> Certificate:
    """Revoke with a reason; the number keeps answering on the verification page, with the reason."""
    reason = plain_text(reason, 300)
    if not reason:
        raise errors.REASON_NEEDED.refuse()
    require(actor, "credit.certificate.revoke", certificate.issuer_id)
    with transaction.atomic():
        row = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if row.state != "issued":
            raise errors.CERTIFICATE_STATE.refuse(number=row.number, state=CERTIFICATE_STATES[row.state], act="撤销")
        row.state, row.revoked_at, row.revoke_reason = "revoked", clock.now(), reason
        row.save(update_fields=["state", "revoked_at", "revoke_reason"])
        record(
            actor=actor,
            action="revoke_certificate",
            subject=("credit.certificate", row.number),
            organisation_id=row.issuer_id,
            law_version=law_on(clock.today()).version,
            reason=reason,
        )
        send(
            to_person=row.account.person_id,
            text=f"您的证书 {row.number} 已被撤销，理由：{reason}",
            link="/learner/certificates/",
        )
    return row


def correct_certificate(
    *, actor: Actor, certificate: Certificate, student_record: RecordFacts, reason: str
) -> Certificate:
    """Replace a certificate whose content was wrong: a new one is issued, the old one names it."""
    reason = plain_text(reason, 300)
    if not reason:
        raise errors.REASON_NEEDED.refuse()
    require(actor, "credit.certificate.revoke", certificate.issuer_id)
    with transaction.atomic():
        old = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if old.state != "issued" or old.kind != "completion":
            raise errors.CERTIFICATE_STATE.refuse(number=old.number, state=CERTIFICATE_STATES[old.state], act="更正")
        old.state, old.revoked_at, old.revoke_reason = "corrected", clock.now(), reason
        old.save(update_fields=["state", "revoked_at", "revoke_reason"])
        new = issue_completion(actor=actor, student_record=student_record)
        old.replaced_by = new
        old.save(update_fields=["replaced_by"])
        record(
            actor=actor,
            action="correct_certificate",
            subject=("credit.certificate", old.number),
            organisation_id=old.issuer_id,
            law_version=law_on(clock.today()).version,
            reason=reason,
            facts={"replaced_by": new.number},
        )
    return new


def signed(certificate: Certificate) -> SignedCredential:
    """The certificate as it was signed."""
    return SignedCredential(certificate.content, certificate.digest, certificate.key_id, bytes(certificate.signature))


def _issue(
    *,
    kind: str,
    account: CreditAccount,
    issuer_id: int | None,
    student_record_id: int | None,
    content: dict[str, Any],
    today: date,
) -> Certificate:
    number = f"GT{settings.REGION}{today.year}{public_id(8)}"
    expires_on = _expiry(kind, today)
    region = current_policy().regions[settings.REGION]
    content |= {
        "number": number,
        "kind": kind,
        "region": {"code": settings.REGION, "name": region.name_zh},
        "invented": region.invented,
        "issuer": {"name": issuer_name(issuer_id, today)},
        "issued_on": today.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else None,
        "issued_on_text": f"{today.year}年{today.month}月{today.day}日",
        "holder": {"name": account.person.name, "id_masked": account.person.id_masked},
    }
    made = sign_credential(content, signing_key(issuer_id))
    return Certificate.objects.create(
        number=number,
        kind=kind,
        account=account,
        student_record_id=student_record_id,
        issuer_id=issuer_id,
        content=content,
        digest=made.digest,
        key_id=made.key_id,
        signature=made.signature,
        issued_on=today,
        expires_on=expires_on,
        created_at=clock.now(),
    )


def _expiry(kind: str, today: date) -> date | None:
    """Last day of a certificate issued today, where the region sets one (``certificate.…_validity…``)."""
    if kind == "statement":
        months = law_on(today).find("certificate.statement_validity_months")
        if months is None:
            return None
        year, month = divmod(today.year * 12 + today.month - 1 + int(str(months.value)), 12)
        return date(year, month + 1, min(today.day, 28))
    years = law_on(today).find("certificate.completion_validity_years")
    return None if years is None or not int(str(years.value)) else add_years(today, int(str(years.value)))


def _basis(today: date) -> str:
    """The clauses a completion certificate rests on, as the region's law of the day names them."""
    answer = law_on(today).find("certificate.completion_validity_years")
    return "" if answer is None else "；".join(c.sentence() for c in answer.citations)


def _completion_content(
    account: CreditAccount, student_record: RecordFacts, completion: Completion, today: date
) -> dict[str, Any]:
    plan = plan_facts(student_record.plan_id)
    return {
        "title": "课程学习成果证书",
        "student_number": student_record.student_number,
        "programme": {"code": plan.programme_code, "name": plan.programme_name},
        "plan": {"name": plan.name, "id": plan.public_id},
        "cohort": student_record.cohort,
        "basis": _basis(today),
        "credits": {
            "needed": show_credits(completion.total_needed),
            "earned": show_credits(completion.earned),
            "converted": show_credits(completion.converted),
            "counted": show_credits(completion.counted),
        },
        "courses": [
            {
                "code": c.code,
                "name": c.name,
                "category": label_of(c.category),
                "credits": show_credits(c.credits_hundredths),
                "counted": show_credits(c.counted),
                "state": STATES[c.state],
                "note": "　".join(x for x in (c.grade, c.source if c.state != "earned" else "") if x),
            }
            for c in completion.courses
        ],
    }


def _statement_content(account: CreditAccount, today: date) -> dict[str, Any]:
    return {
        "title": "学分账户对账单",
        "account_number": account.number,
        "opened_on": account.opened_on.isoformat(),
        "as_of_text": f"{today.year}年{today.month}月{today.day}日",
        "sequence": account.sequence,
        "head_digest": bytes(account.head_digest).hex() or "0" * 64,
        "balances": [{"label": b["label"], "credits": b["credits"]} for b in balances_of(account)],
        "achievements": [
            {
                "title": s.achievement.title,
                "kind": ACHIEVEMENT_KINDS[s.achievement.kind].label,
                "level": s.level_label,
                "issuer": s.achievement.issuer_name,
                "issued_on": s.achievement.issued_on.isoformat(),
                "state": ACHIEVEMENT_STATES[s.achievement.state],
                "basis": "；".join(f"{what}（{clause}）" if clause else what for what, clause in s.basis),
                "entries": [
                    {
                        "sequence": str(e.sequence),
                        "at": e.at.astimezone(clock.CHINA_TIME).strftime("%Y-%m-%d %H:%M"),
                        "label": e.label,
                        "credits": show_credits(e.hundredths),
                        "note": e.note,
                    }
                    for e in s.entries
                ],
            }
            for s in list_stories(account)
        ],
    }
