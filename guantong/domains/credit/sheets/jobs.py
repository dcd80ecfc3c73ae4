"""Import jobs of the credit bank: check everything, then deposit in chunks, reverse when cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from guantong.base.lawbook import law_on
from guantong.base.orgs.public import find_by_name, kind_on, name_on
from guantong.base.people.crypto import keyring
from guantong.base.people.public import PersonFacts, ensure_people, problems_of
from guantong.base.people.selectors import find_ids_by_index, present_ids
from guantong.base.sheets.kinds import JobContext, JobKind, PostCounts
from guantong.base.sheets.reading import Row
from guantong.domains.credit import errors
from guantong.domains.credit.actions.deposits import (
    Deposit,
    certificate_owners,
    deposit_achievements,
    find_deposited,
    open_accounts,
)
from guantong.domains.credit.actions.importing import reverse_job_chunk
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.domains.credit.models import CreditAccount
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.credit.sheets.deposit import (
    DEPOSIT_SHEET,
    DepositRow,
    Seen,
    check_row,
    place,
    same_rows,
    understand,
)
from guantong.domains.credit.sheets.national import forms, reading
from guantong.domains.programmes.public import people_with_records
from guantong.kernel import clock
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Problem, Refusal, Weight

Understand = Callable[[list[Row], JobContext], tuple[list[DepositRow], list[Problem]]]
"""A form's rows as deposit rows, with what could not be understood (national forms look learners up)."""


def understand_own(rows: list[Row], context: JobContext) -> tuple[list[DepositRow], list[Problem]]:
    """Rows of our own form."""
    return [understand(row) for row in rows], []


READERS: dict[str, Understand] = {
    DEPOSIT_SHEET.name: understand_own,
    **{spec.name: reading.understand for spec in forms.FITTING},
    **dict.fromkeys(forms.UNFIT, reading.understand),
}
"""Form name → how its rows are understood."""


def check_rows(rows: list[Row], context: JobContext) -> Iterable[Problem]:
    """Findings of a batch of rows: against each other, the register, the bank, and the law of today."""
    found, problems = READERS[context.spec.name](rows, context)
    today = clock.today()
    seen: Seen = context.memory.setdefault("seen", Seen({}, {}))
    problems.extend(same_rows(found, seen, context))
    problems.extend(_check_people(found, context))
    for row in found:
        problems.extend(check_row(row, context, today))
    _find_people(found, context)
    problems.extend(_known_certificates(found, context))
    bad = {p.where.row for p in problems if p.weight is Weight.MUST_CHANGE}
    good = [row for row in found if row.number not in bad]
    problems.extend(_strangers(good, context))
    problems.extend(_above_rule(good, context, today))
    problems.extend(_deposited_before(good, context))
    return problems


def _check_people(rows: Sequence[DepositRow], context: JobContext) -> Iterable[Problem]:
    """Names and numbers against the register and each other; each pair of them once a file."""
    checked: set[tuple[str, str]] = context.memory.setdefault("checked", set())
    names: dict[str, str] = context.memory.setdefault("names", {})
    new: dict[tuple[str, str], DepositRow] = {}
    for row in rows:
        if row.person_id is None and (row.id_number, row.name) not in checked:
            new.setdefault((row.id_number, row.name), row)
    if not new:
        return
    checked.update(new)
    facts = [PersonFacts(name, number) for number, name in new]
    for row, findings in zip(new.values(), problems_of(facts), strict=True):
        for p in findings:
            column = p.where.column if p.where.column in {"name", "id_number"} else "name"
            yield p.at(context.where(row.number, column, row.name if column == "name" else None))
        first = names.setdefault(row.id_number, row.name)
        if first != row.name and not findings:  # an earlier batch of this file, a learner not yet registered
            yield errors.PERSON_NAME_DIFFERS.problem(where=place(context, row.number, "name", row.name), given=row.name)


def _find_people(rows: Sequence[DepositRow], context: JobContext) -> dict[str, int | None]:
    """Person by learner of the file; None for those not registered yet. Remembered for the phase."""
    known: dict[str, int | None] = context.memory.setdefault("people", {})
    missing: list[str] = []
    for row in rows:
        learner = row.learner()
        if learner not in known:
            known[learner] = row.person_id
            if row.person_id is None:
                missing.append(row.id_number)
    if missing:
        index = keyring().index
        indexes = {index("resident", number): number for number in missing}
        found = {indexes[key]: person for key, (person, _) in find_ids_by_index("resident", indexes).items()}
        kept = present_ids(found.values())
        known.update((number, kept[person]) for number, person in found.items())
    return known


def _known_certificates(rows: Sequence[DepositRow], context: JobContext) -> Iterable[Problem]:
    """The same certificate number of the same issuer already in somebody else's account."""
    own = _own_name(context)
    wanted = {(row.certificate_number, row.kind, row.issuer_name or own): row for row in rows if row.certificate_number}
    owners = certificate_owners(wanted)
    if not owners:
        return
    people = _find_people(rows, context)
    for row in rows:
        owner = owners.get((row.certificate_number, row.kind, row.issuer_name or own))
        if owner is not None and owner != people[row.learner()]:
            yield errors.SAME_CERTIFICATE.problem(
                where=place(context, row.number, "certificate_number", row.certificate_number),
                number=row.certificate_number,
                kind=ACHIEVEMENT_KINDS[row.kind].label,
            )


def _strangers(rows: Sequence[DepositRow], context: JobContext) -> Iterable[Problem]:
    """Courses of a school for people it has no student record of: she is asked, once a learner."""
    if not _is_school(context):
        return
    own = _own_name(context)
    courses = [
        row for row in rows if row.kind == "school_course" and row.issuer_name in ("", own) and row.person_id is None
    ]
    asked: set[str] = context.memory.setdefault("asked", set())
    new: dict[str, DepositRow] = {}
    for row in courses:
        if row.learner() not in asked:
            new.setdefault(row.learner(), row)
    if not new or context.organisation_id is None:
        return
    asked.update(new)
    people = _find_people(rows, context)
    ids = {person for learner in new if (person := people[learner]) is not None}
    ours = people_with_records(context.organisation_id, ids)
    for learner, row in new.items():
        if people[learner] not in ours:
            yield errors.NOT_OUR_LEARNER.problem(where=place(context, row.number, "name", row.name), name=row.name)


def _above_rule(rows: Sequence[DepositRow], context: JobContext, today: date) -> Iterable[Problem]:
    """Declared credits above what the rule recognises: she confirms that only so much will count."""
    recogniser = _recogniser(context, today)
    for row in rows:
        if row.declared is None:
            continue
        result = recogniser.recognise(
            kind=row.kind,
            level=row.level,
            place=row.place,
            grade=row.grade,
            hours=row.hours,
            declared=row.declared,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            on=today,
        )
        if result.outcome == "recognised" and row.declared > result.hundredths:
            rule = law_on(today, context.region).find("credit.recognition.rule")
            yield errors.CREDITS_ABOVE_RULE.problem(
                basis=rule.citation if rule is not None else None,
                where=place(context, row.number, "declared", show_credits(row.declared)),
                given=show_credits(row.declared),
                limit=show_credits(result.hundredths),
                why=result.steps[-1][0],
            )


def _deposited_before(rows: Sequence[DepositRow], context: JobContext) -> Iterable[Problem]:
    """Rows whose content is in the bank already: they will be passed over, and she is told so."""
    people = _find_people(rows, context)
    known: dict[int, int] = context.memory.setdefault("accounts_of", {})
    missing = {p for row in rows if (p := people[row.learner()]) is not None and p not in known}
    if missing:
        known.update(CreditAccount.objects.filter(person_id__in=missing).values_list("person_id", "id"))
    digests: dict[bytes, DepositRow] = {}
    for row in rows:
        account = known.get(people[row.learner()] or 0)
        if account is not None:
            digests[to_deposit(row, account, context).digest()] = row
    if not digests:
        return
    for digest, moment in find_deposited(list(digests)).items():
        row = digests[digest]
        yield errors.ALREADY_DEPOSITED.problem(
            where=place(context, row.number, "title", row.title), day=clock.china_day(moment)
        )


def _own_name(context: JobContext) -> str:
    name: str | None = context.memory.get("own_name")
    if name is None:
        name = name_on(context.organisation_id, clock.today()) if context.organisation_id else ""
        context.memory["own_name"] = name
    return name


def _is_school(context: JobContext) -> bool:
    found: bool | None = context.memory.get("is_school")
    if found is None:
        kind = kind_on(context.organisation_id, clock.today()) if context.organisation_id else ""
        found = context.memory["is_school"] = kind.endswith("_school")
    return found


def _recogniser(context: JobContext, today: date) -> Recogniser:
    recogniser: Recogniser | None = context.memory.get("recogniser")
    if recogniser is None:
        recogniser = context.memory["recogniser"] = Recogniser(law_on(today, context.region))
    return recogniser


def to_deposit(row: DepositRow, account_id: int, context: JobContext) -> Deposit:
    """What is deposited for a row: an empty issuer is the depositing organisation."""
    own = _own_name(context)
    issuer = row.issuer_name
    return Deposit(
        account_id,
        row.kind,
        row.title,
        row.issued_on,
        issuer or own,
        context.organisation_id if issuer in ("", own) else _issuer(issuer, context),
        row.subject_code,
        row.level,
        row.place,
        row.grade,
        row.hours,
        row.declared,
        row.certificate_number,
        row.valid_until,
    )


def post_rows(rows: list[Row], context: JobContext) -> PostCounts:
    """Deposit one chunk in the caller's transaction. What may have changed since the check is looked at again."""
    found, problems = READERS[context.spec.name](rows, context)
    organisation_id = context.organisation_id
    if organisation_id is None:
        raise errors.ACCOUNT_UNKNOWN.refuse()
    today = clock.today()
    accounts = _accounts(found, context)
    problems.extend(p for p in _known_certificates(found, context) if p.weight is Weight.MUST_CHANGE)
    if problems := [p for p in problems if p.weight is Weight.MUST_CHANGE]:
        raise Refusal(problems)
    outcome = deposit_achievements(
        actor=context.actor,
        organisation_id=organisation_id,
        rows=[to_deposit(row, accounts[row.learner()], context) for row in found],
        ref=f"job:{context.public_id}",
        job_id=context.job_id,
        recogniser=_recogniser(context, today),
        on=today,
    )
    return PostCounts(
        posted=outcome.recognised + outcome.waiting + outcome.refused,
        known=outcome.already,
        more={
            label: count
            for label, count in (
                ("已认定", outcome.recognised),
                ("等待认定", outcome.waiting),
                ("未予认定", outcome.refused),
            )
            if count
        },
    )


def _accounts(rows: Sequence[DepositRow], context: JobContext) -> dict[str, int]:
    """Account id by learner, opened where needed; remembered between chunks of one job."""
    known: dict[str, int] = context.memory.setdefault("accounts", {})
    missing = {row.learner(): row for row in rows if row.learner() not in known}
    if missing:
        people = {learner: row.person_id for learner, row in missing.items() if row.person_id is not None}
        new = {learner: row for learner, row in missing.items() if row.person_id is None}
        ids = ensure_people(actor=context.actor, facts=[row.person() for row in new.values()])
        people.update(zip(new, ids, strict=True))
        accounts = open_accounts(people.values())
        known.update((learner, accounts[person]) for learner, person in people.items())
        context.memory.setdefault("people", {}).update(people)
    return known


def _issuer(name: str, context: JobContext) -> int | None:
    """Id of the organisation of that name, when exactly one is registered."""
    names: dict[str, int | None] = context.memory.setdefault("issuers", {})
    if name not in names:
        found = find_by_name(name, clock.today())
        names[name] = found[0] if len(found) == 1 else None
    return names[name]


def reverse(context: JobContext) -> int:
    """Take back a chunk of a cancelled job."""
    return reverse_job_chunk(
        actor=context.actor,
        job_id=context.job_id,
        public_id=context.public_id,
        organisation_id=context.organisation_id,
    )


DEPOSIT_JOB = JobKind(
    name="achievement_deposit",
    title="存入学习成果",
    specs=(DEPOSIT_SHEET, *forms.FITTING, *(unfit.spec for unfit in forms.UNFIT.values())),
    permission="credit.deposit",
    check_rows=check_rows,
    post_rows=post_rows,
    reverse=reverse,
    allows_partial=False,
    chunk=2000,
    posted_word="存入",
)
