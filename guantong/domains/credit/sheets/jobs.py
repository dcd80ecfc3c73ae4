"""Import jobs of the credit bank: check everything, then deposit in chunks, reverse when cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from guantong.base.lawbook import law_on
from guantong.base.orgs.public import find_by_name, name_on
from guantong.base.people.crypto import keyring
from guantong.base.people.public import PersonFacts, ensure_people, problems_of
from guantong.base.sheets.kinds import JobContext, JobKind, PostCounts
from guantong.base.sheets.reading import Row
from guantong.domains.credit import errors
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
from guantong.domains.credit.actions.importing import reverse_job_chunk
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.domains.credit.models import Achievement
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.credit.sheets.deposit import DEPOSIT_SHEET, DepositRow, check_row, same_rows, understand
from guantong.kernel import clock
from guantong.kernel.refusal import Problem

Understand = Callable[[list[Row], JobContext], tuple[list[DepositRow], list[Problem]]]
"""A form's rows as deposit rows, with what could not be understood (national forms look learners up)."""


def understand_own(rows: list[Row], context: JobContext) -> tuple[list[DepositRow], list[Problem]]:
    """Rows of our own form."""
    return [understand(row) for row in rows], []


READERS: dict[str, Understand] = {DEPOSIT_SHEET.name: understand_own}
"""Form name → how its rows are understood."""


def check_rows(rows: list[Row], context: JobContext) -> Iterable[Problem]:
    """Findings of a batch of rows against each other, the register and the bank."""
    found, problems = READERS[context.spec.name](rows, context)
    today = context.memory.setdefault("today", clock.today())
    seen: dict[tuple[object, ...], int] = context.memory.setdefault("seen", {})
    problems.extend(same_rows(found, seen, context))
    checked: dict[tuple[str, str], bool] = context.memory.setdefault("people", {})
    new: dict[tuple[str, str], DepositRow] = {}
    for row in found:
        if (row.id_number, row.name) not in checked:
            new.setdefault((row.id_number, row.name), row)
    if new:
        facts = [PersonFacts(name, number) for number, name in new]
        for (key, row), findings in zip(new.items(), problems_of(facts), strict=True):
            checked[key] = not findings
            problems.extend(
                p.at(context.where(row.number, p.where.column if p.where.column in {"name", "id_number"} else "name"))
                for p in findings
            )
    for row in found:
        problems.extend(check_row(row, context, _born_on(row.id_number), today))
    problems.extend(_known_certificates(found, context))
    return problems


def _born_on(id_number: str) -> date | None:
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def _known_certificates(rows: Sequence[DepositRow], context: JobContext) -> Iterable[Problem]:
    """The same certificate number of the same issuer already in somebody else's account."""
    numbers = {row.certificate_number for row in rows if row.certificate_number}
    if not numbers:
        return
    owners: dict[tuple[str, str, str], bytes] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), 400):
        for number, kind, issuer, index in (
            Achievement.objects.filter(certificate_number__in=wanted[start : start + 400])
            .exclude(state="revoked")
            .values_list("certificate_number", "kind", "issuer_name", "account__person__id_index")
        ):
            owners[number, kind, issuer] = bytes(index)
    if not owners:
        return
    ring = keyring()
    own = _own_name(context)
    for row in rows:
        owner = owners.get((row.certificate_number, row.kind, row.issuer_name or own))
        if owner is not None and owner != ring.index("resident", row.id_number):
            yield errors.SAME_CERTIFICATE.problem(
                where=context.where(row.number, "certificate_number", row.certificate_number),
                number=row.certificate_number,
                kind=ACHIEVEMENT_KINDS[row.kind].label,
            )


def _own_name(context: JobContext) -> str:
    name: str | None = context.memory.get("own_name")
    if name is None:
        name = name_on(context.organisation_id, clock.today()) if context.organisation_id else ""
        context.memory["own_name"] = name
    return name


def post_rows(rows: list[Row], context: JobContext) -> PostCounts:
    """Deposit one chunk in the caller's transaction."""
    found, problems = READERS[context.spec.name](rows, context)
    if problems:
        from guantong.kernel.refusal import Refusal

        raise Refusal(problems)
    organisation_id = context.organisation_id
    if organisation_id is None:
        raise errors.ACCOUNT_UNKNOWN.refuse()
    today = clock.today()
    recogniser: Recogniser | None = context.memory.get("recogniser")
    if recogniser is None:
        recogniser = context.memory["recogniser"] = Recogniser(law_on(today, context.region))
    accounts = _accounts(found, context)
    own = _own_name(context)
    deposits = [
        Deposit(
            account_id=accounts[row.id_number],
            kind=row.kind,
            title=row.title,
            issued_on=row.issued_on,
            issuer_name=row.issuer_name or own,
            issuer_id=organisation_id if row.issuer_name in ("", own) else _issuer(row.issuer_name, context),
            subject_code=row.subject_code,
            level=row.level,
            place=row.place,
            grade=row.grade,
            hours=row.hours,
            declared=row.declared,
            certificate_number=row.certificate_number,
            valid_until=row.valid_until,
        )
        for row in found
    ]
    outcome = deposit_achievements(
        actor=context.actor,
        organisation_id=organisation_id,
        rows=deposits,
        ref=f"job:{context.public_id}",
        job_id=context.job_id,
        recogniser=recogniser,
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
    """Account id by identity number, opened where needed; remembered between chunks of one job."""
    known: dict[str, int] = context.memory.setdefault("accounts", {})
    missing = {row.id_number: row for row in rows if row.id_number not in known}
    if missing:
        people = ensure_people(actor=context.actor, facts=[row.person() for row in missing.values()])
        accounts = open_accounts(people)
        for number, person in zip(missing, people, strict=True):
            known[number] = accounts[person]
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
    specs=(DEPOSIT_SHEET,),
    permission="credit.deposit",
    check_rows=check_rows,
    post_rows=post_rows,
    reverse=reverse,
    allows_partial=False,
    chunk=2000,
    posted_word="存入",
)
