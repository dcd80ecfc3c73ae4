"""Rosters filed for registration (A8): reviewed online, checked on site, registered by the outcome; places of teaching.

Full time and part time are filed apart. Everything registering would refuse is said when the roster is filed: the real
action runs and is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.record import record
from guantong.domains.admission.actions.placements import Registration, register_students
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Placement, RegistrationFiling, SchoolSite
from guantong.domains.admission.models.plans import MODES, SITES
from guantong.domains.admission.rules.registering import MAIN, why_not_checked
from guantong.domains.admission.rules.states import REGISTERED, why_not_now
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.selectors.filings import REGISTRATION, last_words
from guantong.domains.admission.selectors.gates import require_bureau, require_school, school_name
from guantong.domains.admission.selectors.registering import DEFINITION, why_not_places, why_not_school
from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.kernel.tokens import public_id
from guantong.policy.asking.law import long_day
from guantong.procedure.cases.public import act, list_cases_about, open_case, story

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Action
    from guantong.procedure.cases.public import Outcome as CaseOutcome


class _Undone(Exception):
    """Takes back what was only tried."""


def file_registration(
    *, actor: Actor, cycle: Cycle, school_id: int, registrations: Sequence[Registration]
) -> list[RegistrationFiling]:
    """File confirmed candidates with their numbers for registration: one roster and one case a mode of study.

    A roster returned for correction is replaced and handed in again in its own case. Refuses everything registering
    would (ADM-036, ADM-095, ADM-130…136, PRG-…), ADM-138 (a roster of this mode is being checked), ADM-139, ADM-291.
    """
    with transaction.atomic():
        require_school(actor, "admission.review", school_id)
        if not registrations:
            raise errors.NOTHING_TO_REGISTER.refuse()
        rows = Placement.objects.select_related("plan").in_bulk([r.placement_id for r in registrations])
        for entry in registrations:
            row = rows.get(entry.placement_id)
            if row is None or row.cycle_id != cycle.pk or row.plan.school_id != school_id:
                raise errors.PLACEMENT_UNKNOWN.refuse()
        pending = [r for r in registrations if rows[r.placement_id].state != REGISTERED]
        _try(school_id, pending)
        by_mode: dict[str, list[Registration]] = {}
        for entry in pending:
            by_mode.setdefault(entry.mode, []).append(entry)
        return [_file(actor, cycle, school_id, mode, by_mode[mode], rows) for mode, _ in MODES if mode in by_mode]


def _try(school_id: int, registrations: Sequence[Registration]) -> None:
    """Register and take it back: refuses what registering will refuse."""
    tried = [_checked(entry, "审核中", "审核中") for entry in registrations]
    try:
        with transaction.atomic():
            register_students(actor=SYSTEM, school_id=school_id, registrations=tried, is_checked=True)
            raise _Undone
    except _Undone:
        return


def _checked(entry: Registration, online: str, on_site: str) -> Registration:
    return Registration(
        entry.placement_id, entry.student_number, entry.mode, online, on_site, entry.department, entry.where
    )


def _file(
    actor: Actor,
    cycle: Cycle,
    school_id: int,
    mode: str,
    registrations: Sequence[Registration],
    rows: Mapping[int, Placement],
) -> RegistrationFiling:
    entries = [
        {"placement": rows[r.placement_id].public_id, "number": r.student_number, "department": r.department}
        for r in registrations
    ]
    there = RegistrationFiling.objects.filter(cycle=cycle, school_id=school_id, mode=mode, state="opened").first()
    if there is not None:
        case = list_cases_about((REGISTRATION, there.public_id)).get()
        if case.step != "correct":
            raise errors.REGISTRATION_RUNNING.refuse(mode=dict(MODES)[mode], case=case.public_id)
        act(actor=actor, case_id=case.pk, action="submit", revision=case.revision)
        there.entries = entries
        there.save(update_fields=["entries"])
        _record(actor, "file_registration", there, {"count": len(entries), "case": case.public_id})
        return there
    try:
        with transaction.atomic():
            filing = RegistrationFiling.objects.create(
                public_id=public_id(),
                cycle=cycle,
                school_id=school_id,
                mode=mode,
                entries=entries,
                opened_at=clock.now(),
            )
    except IntegrityError:
        raise errors.REGISTRATION_RUNNING.refuse(mode=dict(MODES)[mode], case="") from None
    case = open_case(
        actor=actor,
        definition=DEFINITION,
        region=cycle.region,
        subject=(REGISTRATION, filing.public_id),
        organisation_id=school_id,
        authority_id=cycle.organiser_id,
        law_on=clock.today(),
        title=f"新生学籍注册：{school_name(school_id)}，{dict(MODES)[mode]} {len(entries)} 人",
        facts={"cycle": cycle.public_id, "mode": mode, "count": len(entries)},
    )
    filing.case_id = case.pk
    filing.save(update_fields=["case_id"])
    _record(actor, "file_registration", filing, {"count": len(entries), "case": case.public_id})
    return filing


# ---- what follows from the case -----------------------------------------------------------------------------------


def why_not_registration_act(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> Iterable[Problem]:
    """What forbids going on: the school lost its qualification, a place is not approved, the check on site does not
    bear the roster out."""
    if action.kind != "approve":
        return
    filing = filing_of(case)
    cycle = filing.cycle
    if (problem := why_not_now("register_student", cycle.stage)) is not None:
        yield problem
    plans = {row.plan for row in placements_of(filing)}
    yield from why_not_school(cycle, filing.school_id)
    yield from why_not_places(cycle, filing.school_id, plans)
    if "seen" in values and "checked_on" in values:
        checked = values["checked_on"]
        yield from why_not_checked(
            cycle_law(cycle),
            len(filing.entries),
            int(values["seen"]),
            checked if isinstance(checked, date) else date.fromisoformat(str(checked)),
            clock.china_day(filing.opened_at),
            clock.today(),
        )


def on_registration_outcome(case: Case, outcome: CaseOutcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """Registered by the outcome, with both checks as they were stated in the case; or not."""
    filing = RegistrationFiling.objects.select_for_update(of=("self",)).get(public_id=case.subject_id)
    granted = outcome.kind in {"granted", "overturned"}
    if outcome.kind == "upheld":
        return
    filing.state = "granted" if granted else ("refused" if outcome.kind == "refused" else "withdrawn")
    filing.decided_at = clock.now()
    filing.decision = {"outcome": outcome.title, "by": actor.label, "case": case.public_id, "said": last_words(case)}
    if granted:
        online, on_site = _both_checks(case)
        rows = {row.public_id: row.pk for row in placements_of(filing)}
        register_students(
            actor=SYSTEM,
            school_id=filing.school_id,
            registrations=[
                Registration(
                    rows[entry["placement"]], entry["number"], filing.mode, online, on_site, entry["department"]
                )
                for entry in filing.entries
            ],
            is_checked=True,
        )
    filing.save(update_fields=["state", "decided_at", "decision"])
    _record(actor, "decide_registration", filing, {**filing.decision, "count": len(filing.entries)}, outcome.title)


def _both_checks(case: Case) -> tuple[str, str]:
    """The opinions of the online review and of the check on site, as the case tells them."""
    said = {line.step: f"{line.who}：{line.opinion}"[:80] for line in story(case) if line.kind == "approve"}
    texts = list(said.values())
    return (texts[0], texts[-1]) if texts else (case.public_id, case.public_id)


def filing_of(case: Case) -> RegistrationFiling:
    """The roster of a case."""
    return RegistrationFiling.objects.select_related("cycle", "school").get(public_id=case.subject_id)


def placements_of(filing: RegistrationFiling) -> list[Placement]:
    """The placements of a roster, in its order."""
    found = {
        row.public_id: row
        for row in Placement.objects.filter(
            cycle_id=filing.cycle_id, public_id__in=[entry["placement"] for entry in filing.entries]
        ).select_related("plan__programme", "candidate__person", "cycle")
    }
    return [found[entry["placement"]] for entry in filing.entries if entry["placement"] in found]


# ---- places of teaching -------------------------------------------------------------------------------------------


def record_site(
    *, actor: Actor, region: str, school_id: int, name: str, site: str, document: str, approved_on: date
) -> SchoolSite:
    """The authority records what it approved (a branch) or filed (joint schooling); recording it again is harmless.

    Refuses ADM-043, ADM-044, ADM-041 (a day to come), ADM-045 (there with another document).
    """
    with transaction.atomic():
        authority = require_bureau(actor, "admission.manage", region)
        if site not in dict(SITES) or site == MAIN:
            raise errors.SITE_KIND.refuse(given=site[:20])
        for what, given in (("办学地点", name), ("批准或备案的文件", document)):
            if not given.strip():
                raise errors.SITE_DOCUMENT.refuse(what=what)
        if approved_on > clock.today():
            raise errors.SITE_FUTURE.refuse(given=long_day(approved_on))
        name, document = name.strip()[:80], document.strip()[:160]
        there = SchoolSite.objects.filter(school_id=school_id, name=name, site=site, ended_on=None).first()
        if there is not None:
            if (there.document, there.approved_on) == (document, approved_on):
                return there
            raise errors.SITE_THERE.refuse(name=name)
        row = SchoolSite.objects.create(
            school_id=school_id,
            name=name,
            site=site,
            document=document,
            approved_on=approved_on,
            recorded_by=actor.label,
            recorded_at=clock.now(),
        )
        _record_site(actor, "record_site", row, region, {"by": authority})
    return row


def end_site(*, actor: Actor, region: str, school_id: int, site_id: int, reason: str) -> SchoolSite:
    """An approval or filing ends today, with the reason (ADM-035). Again: nothing."""
    with transaction.atomic():
        authority = require_bureau(actor, "admission.manage", region)
        row = SchoolSite.objects.select_for_update().filter(pk=site_id, school_id=school_id).first()
        if row is None:
            raise errors.PLAN_UNKNOWN.refuse()
        if row.ended_on is not None:
            return row
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        row.ended_on, row.reason = clock.today(), reason.strip()[:200]
        row.save(update_fields=["ended_on", "reason"])
        _record_site(actor, "end_site", row, region, {"by": authority}, reason)
    return row


def _record_site(
    actor: Actor, action: str, row: SchoolSite, region: str, facts: Mapping[str, object], reason: str = ""
) -> None:
    record(
        actor=actor,
        action=action,
        subject=("admission.site", str(row.pk)),
        region=region,
        organisation_id=row.school_id,
        reason=reason,
        facts={"name": row.name, "site": row.site, "document": row.document, **facts},
    )


def _record(
    actor: Actor, action: str, filing: RegistrationFiling, facts: Mapping[str, object], reason: str = ""
) -> None:
    record(
        actor=actor,
        action=action,
        subject=(REGISTRATION, filing.public_id),
        region=filing.cycle.region,
        organisation_id=filing.school_id,
        law_version=filing.cycle.law_version,
        reason=reason,
        facts=dict(facts),
    )
