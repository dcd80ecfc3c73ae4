"""A guardian's consent: recorded from the signed paper, withdrawn at any time."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.people import errors
from guantong.base.people.models import GuardianConsent, Person
from guantong.base.people.rules import SHARING_PURPOSES, latest_consent_end
from guantong.kernel import clock
from guantong.kernel.refusal import Where


def record_consent(
    *,
    actor: Actor,
    person_id: int,
    guardian_name: str,
    relation: str,
    purpose: str,
    scope: str,
    given_on: date,
    until: date,
) -> GuardianConsent:
    """Record a guardian's signed consent for one purpose. Needs ``people.enrol``.

    ``scope`` says to whom and what. ``until`` (exclusive) is at most ``people.consent_valid_years`` after ``given_on``
    where the region's law sets it. Refuses PPL-012, 030…032, 036.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        if person is None:
            raise errors.PERSON_UNKNOWN.refuse()
        require(actor, "people.enrol")
        if not guardian_name.strip() or not relation.strip():
            raise errors.CONSENT_GUARDIAN.refuse(where=Where(column="guardian_name", title="监护人"))
        if purpose not in SHARING_PURPOSES:
            raise errors.CONSENT_PURPOSE.refuse(purpose=purpose[:40], where=Where(column="purpose", title="用途"))
        where = Where(column="until", title="至", value=str(until))
        if until <= given_on:
            raise errors.CONSENT_DATES.refuse(until=until, given=given_on, where=where)
        law = law_on(given_on)
        years = law.find("people.consent_valid_years")
        if years is not None:
            latest = latest_consent_end(given_on, int(str(years.value)))
            if until > latest:
                raise errors.CONSENT_TOO_LONG.refuse(
                    years=years.value, latest=latest, where=where, basis=years.citation
                )
        consent = GuardianConsent.objects.create(
            person=person,
            guardian_name=guardian_name.strip()[:60],
            relation=relation.strip()[:20],
            purpose=purpose,
            scope=scope.strip()[:120],
            given_on=given_on,
            until=until,
            recorded_by=actor.label,
            recorded_at=clock.now(),
        )
        record(
            actor=actor,
            action="record_consent",
            subject=("people.person", person_id),
            law_version=law.version,
            facts={"consent": consent.pk, "purpose": purpose, "until": until.isoformat()},
        )
    return consent


def withdraw_consent(*, actor: Actor, consent_id: int, reason: str) -> GuardianConsent:
    """A consent ends today, on the guardian's or the learner's wish. Repeating is harmless.

    Done by ``people.enrol`` or the person concerned. Refuses PPL-014, PPL-033.
    """
    with transaction.atomic():
        consent = GuardianConsent.objects.select_for_update().filter(pk=consent_id).first()
        if consent is None:
            raise errors.CONSENT_UNKNOWN.refuse()
        if actor.person_id is None or actor.person_id != consent.person_id:
            require(actor, "people.enrol")
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="理由"))
        if consent.withdrawn_at is None:
            consent.withdrawn_at = clock.now()
            consent.withdraw_reason = reason.strip()[:500]
            consent.save(update_fields=["withdrawn_at", "withdraw_reason"])
            record(
                actor=actor,
                action="withdraw_consent",
                subject=("people.person", consent.person_id),
                reason=reason.strip(),
                facts={"consent": consent.pk, "purpose": consent.purpose},
            )
    return consent
