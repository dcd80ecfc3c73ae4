"""Claims: a learner brings in an achievement with evidence; the school's credit bank reviews it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.people.models import Person
from guantong.domains.credit import errors
from guantong.domains.credit.actions.deposits import Deposit, open_accounts
from guantong.domains.credit.actions.posting import lock_accounts, post
from guantong.domains.credit.kinds import ACHIEVEMENT_STATES
from guantong.domains.credit.models import Achievement
from guantong.domains.credit.rules.checking import check_deposit
from guantong.domains.credit.rules.ledger import Transfer
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.programmes.public import RecordFacts
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.public import open_case

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Outcome


@dataclass(frozen=True, slots=True)
class Claim:
    """What the learner typed in; ``declared`` in hundredths of a credit."""

    kind: str
    title: str
    issuer_name: str
    issued_on: date
    subject_code: str = ""
    level: int | None = None
    place: str = ""
    grade: str = ""
    hours: int | None = None
    declared: int | None = None
    certificate_number: str = ""
    valid_until: date | None = None


def claim_achievement(
    *, actor: Actor, student_record: RecordFacts, claim: Claim, evidence: Sequence[str] = ()
) -> Achievement:
    """Record a claimed achievement and open its case at the learner's school.

    ``evidence`` names stored files (public ids) already uploaded by the learner. Refused: someone else's record, what
    :func:`check_deposit` refuses, or an equal achievement already in the account (CRD-032).
    """
    if actor.person_id is None or student_record.person_id != actor.person_id:
        raise errors.NO_STUDENT_RECORD.refuse()
    today = clock.today()
    person = Person.objects.get(pk=actor.person_id)
    problems = list(
        check_deposit(
            kind=claim.kind,
            title=claim.title,
            level=claim.level,
            place=claim.place,
            grade=claim.grade,
            hours=claim.hours,
            declared=claim.declared,
            certificate_number=claim.certificate_number,
            issued_on=claim.issued_on,
            valid_until=claim.valid_until,
            born_on=person.born_on,
            today=today,
        )
    )
    if problems:
        raise Refusal(problems)
    with transaction.atomic():
        account_id = open_accounts([actor.person_id])[actor.person_id]
        lock_accounts([account_id])
        row = Deposit(
            account_id=account_id,
            kind=claim.kind,
            title=claim.title,
            issued_on=claim.issued_on,
            issuer_name=claim.issuer_name,
            subject_code=claim.subject_code,
            level=claim.level,
            place=claim.place,
            grade=claim.grade,
            hours=claim.hours,
            declared=claim.declared,
            certificate_number=claim.certificate_number,
            valid_until=claim.valid_until,
        )
        digest = row.digest()
        same = Achievement.objects.filter(content_digest=digest).first()
        if same is not None:
            raise errors.ALREADY_DEPOSITED.refuse(day=clock.china_day(same.created_at))
        achievement = Achievement.objects.create(
            public_id=public_id(),
            account_id=account_id,
            kind=claim.kind,
            title=claim.title,
            subject_code=claim.subject_code,
            level=claim.level,
            place=claim.place,
            grade=claim.grade,
            hours=claim.hours,
            declared=claim.declared,
            issuer_name=claim.issuer_name,
            certificate_number=claim.certificate_number,
            issued_on=claim.issued_on,
            valid_until=claim.valid_until,
            way="claimed",
            state="claimed",
            content_digest=digest,
            evidence=list(evidence),
            created_at=clock.now(),
        )
        law = law_on(today)
        open_case(
            actor=actor,
            definition="credit-claim",
            region=actor.region,
            subject=("credit.claim", achievement.public_id),
            organisation_id=student_record.school_id,
            person_id=actor.person_id,
            law_on=today,
            facts=claim_facts(achievement),
            title=f"学习成果申报：{person.name}，{claim.title}",
        )
        record(
            actor=actor,
            action="claim_achievement",
            subject=("credit.achievement", achievement.public_id),
            organisation_id=student_record.school_id,
            law_version=law.version,
            facts={"kind": claim.kind, "title": claim.title},
        )
    return achievement


def claim_facts(achievement: Achievement) -> dict[str, Any]:
    """The facts a claim is decided on, as kept with the case."""
    return {
        "kind": achievement.kind,
        "title": achievement.title,
        "subject_code": achievement.subject_code,
        "level": achievement.level,
        "place": achievement.place,
        "grade": achievement.grade,
        "hours": achievement.hours,
        "declared_hundredths": achievement.declared,
        "issuer_name": achievement.issuer_name,
        "certificate_number": achievement.certificate_number,
        "issued_on": achievement.issued_on.isoformat(),
        "valid_until": achievement.valid_until.isoformat() if achievement.valid_until else None,
    }


def on_claim_outcome(case: Case, outcome: Outcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """Called by the procedure when a claim is decided, in the same transaction."""
    achievement = Achievement.objects.select_for_update().get(public_id=case.subject_id)
    if outcome.kind in {"granted", "overturned"}:
        _recognise_claim(case, achievement, actor, values)
    elif outcome.kind in {"refused", "withdrawn", "lapsed"}:
        if achievement.state != "claimed":
            raise errors.ACHIEVEMENT_NOT_OPEN.refuse(
                title=achievement.title, state=ACHIEVEMENT_STATES[achievement.state]
            )
        achievement.state = "refused"
        achievement.recognition = {"outcome": "refused", "case": case.public_id, "reason": outcome.title}
        achievement.save(update_fields=["state", "recognition"])


def _recognise_claim(case: Case, achievement: Achievement, actor: Actor, values: Mapping[str, Any]) -> None:
    """Deposit and recognise what was claimed, under the law of the case's own day.

    For kinds recognised by review (``other``) the reviewer states the credits; elsewhere the rule decides.
    """
    from guantong.kernel.credits import to_hundredths

    if achievement.state not in {"claimed", "refused"}:
        raise errors.ACHIEVEMENT_NOT_OPEN.refuse(title=achievement.title, state=ACHIEVEMENT_STATES[achievement.state])
    law = law_on(case.law_on, case.region)
    declared = achievement.declared
    if values.get("credits") not in (None, ""):
        declared = to_hundredths(str(values["credits"]))
    result = Recogniser(law).recognise(
        kind=achievement.kind,
        level=achievement.level,
        place=achievement.place,
        grade=achievement.grade,
        hours=achievement.hours,
        declared=declared,
        issued_on=achievement.issued_on,
        valid_until=achievement.valid_until,
        on=case.law_on,
    )
    ref = f"case:{case.public_id}"
    moves = [Transfer(achievement.id, "deposit", result.hundredths, ref)]
    if result.outcome == "recognised":
        moves.append(Transfer(achievement.id, "recognise", result.hundredths, ref))
    achievement.state = {"recognised": "recognised", "waiting": "deposited"}.get(result.outcome, "refused")
    achievement.recognition = result.as_json() | {"case": case.public_id}
    achievement.valid_until = result.valid_until
    achievement.save(update_fields=["state", "recognition", "valid_until"])
    post({achievement.account_id: moves})
    record(
        actor=actor,
        action="recognise_claim",
        subject=("credit.achievement", achievement.public_id),
        organisation_id=case.organisation_id,
        law_version=law.version,
        facts={"outcome": result.outcome, "hundredths": result.hundredths, "case": case.public_id},
    )
