"""From an outside id to a row, only for who may see it."""

from __future__ import annotations

from django.db.models import Q

from guantong.base.accounts.actor import Actor
from guantong.domains.credit import errors
from guantong.domains.credit.models import (
    Achievement,
    Certificate,
    ConversionApplication,
    ConversionRules,
    CreditAccount,
)
from guantong.domains.programmes.public import list_student_records


def find_account_of(person_id: int) -> CreditAccount | None:
    """The account of a person, if it was opened."""
    return CreditAccount.objects.select_related("person").filter(person_id=person_id).first()


def access_account_for(actor: Actor, number: str) -> CreditAccount:
    """An account by number: for its owner, for staff of a school where the owner has a student record, for operators
    of the installation never (they run the machine, not the bank). Raises CRD-001 otherwise, as if it did not exist."""
    account = CreditAccount.objects.select_related("person").filter(number=number).first()
    if account is None or not may_read_account(actor, account):
        raise errors.ACCOUNT_UNKNOWN.refuse()
    return account


def may_read_account(actor: Actor, account: CreditAccount) -> bool:
    """Whether the actor may see the whole account."""
    return may_read_account_of(actor, account.person_id)


def may_read_account_of(actor: Actor, person_id: int) -> bool:
    """Whether the actor may see the whole account of a person."""
    if actor.is_system or (actor.person_id is not None and actor.person_id == person_id):
        return True
    schools = actor.organisations("credit.account.read")
    if not schools:
        return False
    return any(record.school_id in schools for record in list_student_records(person_id))


def access_achievement_for(actor: Actor, public_id: str) -> Achievement:
    """An achievement: for who may see its account, and for the institution that deposited it. Raises CRD-002."""
    found = (
        Achievement.objects.select_related("account", "account__person", "issuer").filter(public_id=public_id).first()
    )
    if found is None:
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    own_deposit = found.deposited_by_id in (
        actor.organisations("credit.deposit.read") | actor.organisations("credit.deposit")
    )
    if not own_deposit and not may_read_account(actor, found.account):
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    return found


def access_application_for(actor: Actor, public_id: str) -> ConversionApplication:
    """An application: for the learner, for reviewers of its school, for the authority when it is in appeal."""
    found = (
        ConversionApplication.objects.select_related("account__person", "student_record__school", "rules")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not may_read_application(actor, found):
        raise errors.APPLICATION_UNKNOWN.refuse()
    return found


def may_read_application(actor: Actor, application: ConversionApplication) -> bool:
    """Whether the actor may see the application and everything it was decided on."""
    if actor.is_system or (actor.person_id is not None and actor.person_id == application.account.person_id):
        return True
    school = application.student_record.school_id
    if school in actor.organisations("credit.account.read"):
        return True
    if actor.may("credit.appeal.review") and application.case_id is not None:
        from guantong.procedure.cases.models import Case

        bodies = actor.organisations("credit.appeal.review")
        return Case.objects.filter(id=application.case_id, authority_id__in=bodies).exists()
    return False


def access_rules_for(actor: Actor, public_id: str) -> ConversionRules:
    """A school's rules: adopted or superseded ones are open to all; others to the school and its authority."""
    found = ConversionRules.objects.select_related("school").filter(public_id=public_id).first()
    if found is None:
        raise errors.RULES_UNKNOWN.refuse()
    if found.state in {"adopted", "superseded", "under_adoption"} or actor.is_system:
        return found
    if found.school_id in actor.organisations("credit.rules.draft") or actor.may("credit.rules.review"):
        return found
    raise errors.RULES_UNKNOWN.refuse()


def access_certificate_for(actor: Actor, number: str) -> Certificate:
    """A certificate in full: for its owner and its school. (Anyone may verify one by number; that shows less.)"""
    found = Certificate.objects.select_related("account__person", "issuer").filter(number=number).first()
    if found is None:
        raise errors.CERTIFICATE_UNKNOWN.refuse(number=number)
    if actor.person_id is not None and actor.person_id == found.account.person_id:
        return found
    if found.issuer_id in actor.organisations("credit.certificate.issue") or may_read_account(actor, found.account):
        return found
    raise errors.CERTIFICATE_UNKNOWN.refuse(number=number)


def adopted_rules(school_id: int, day: object) -> ConversionRules | None:
    """The rules in force at a school on a day."""
    return (
        ConversionRules.objects.filter(school_id=school_id, state__in=["adopted", "superseded"])
        .filter(in_force_from__lte=day)
        .filter(Q(until=None) | Q(until__gt=day))
        .order_by("-in_force_from", "-version")
        .first()
    )
