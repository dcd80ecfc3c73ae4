"""What becomes of a place: the school's review, the candidate's answer, registration as a student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.bulk import day_for_driver, moment_for_driver, update_rows
from guantong.base.notices.public import send_many
from guantong.domains.admission.actions.locks import lock, lock_many
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Cycle, IntakePlan, Placement, Round
from guantong.domains.admission.models.plans import MODES
from guantong.domains.admission.rules.states import (
    ADMITTED,
    APPROVED,
    CONFIRMED,
    DECLINED,
    DISPATCHED,
    PLACEMENT_STATES,
    REGISTERED,
    SENT_BACK,
    why_not_now,
)
from guantong.domains.admission.selectors.access import own_candidate
from guantong.domains.admission.selectors.channels import cycle_law, send_back_reasons
from guantong.domains.admission.selectors.gates import require_school, school_name
from guantong.domains.admission.selectors.qualification import why_not_qualified
from guantong.domains.admission.selectors.registering import needs_case, why_not_places, why_not_school
from guantong.domains.credit.public import open_accounts
from guantong.domains.programmes.public import Enrolment, enrol_students, list_plans
from guantong.kernel import clock
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Where

ADMIT, SEND_BACK = "admit", "send_back"


@dataclass(frozen=True, slots=True)
class Review:
    """A school's decision on one file: ``admit``, or ``send_back`` with the id of a reason from the region's list."""

    placement_id: int
    decision: str
    reason_id: str = ""
    note: str = ""


def review_candidates(*, actor: Actor, round_: Round, school_id: int, reviews: Sequence[Review]) -> int:
    """Decide on files sent to a school; all or none. A decision made before, the same way, is left alone.

    A sent-back file frees its seat for the supplementary round and is never searched again in this round. Refuses
    ADM-120 (a reason that is not on the list), ADM-121 (decided otherwise already), ADM-122, ADM-006; admitting at
    a school stopped from taking students, ADM-036. Returns how many.
    """
    with transaction.atomic():
        row_round = lock(Round, round_.pk)
        require_school(actor, "admission.review", school_id)
        if (problem := why_not_now("review_candidates", row_round.stage)) is not None:
            raise Refusal([problem], status=409)
        reasons = send_back_reasons(row_round.cycle)
        rows = _lock_placements(r.placement_id for r in reviews)
        numbers = _numbers(rows.values())
        problems: list[Problem] = []
        if any(review.decision == ADMIT for review in reviews):
            problems.extend(why_not_qualified(row_round.cycle, school_id))
        changing: list[Placement] = []
        for review in reviews:
            row = rows.get(review.placement_id)
            if row is None or row.round_id != row_round.pk or row.plan.school_id != school_id:
                raise errors.PLACEMENT_UNKNOWN.refuse()
            found = _review(row, review, reasons, numbers)
            if isinstance(found, Problem):
                problems.append(found)
            elif found:
                changing.append(row)
        if problems:
            raise Refusal(problems, status=409)
        now = clock.now()
        moment = moment_for_driver(now)
        for row in changing:
            row.reviewed_by, row.reviewed_at = actor.label, now
        update_rows(
            Placement,
            ("state", "reason_id", "reason", "basis", "reviewed_by", "reviewed_at"),
            [(row.state, row.reason_id, row.reason, row.basis, row.reviewed_by, moment, row.pk) for row in changing],
        )
        if changing:
            sent_back = [row for row in changing if row.state == SENT_BACK]
            record(
                actor=actor,
                action="review_candidates",
                subject=("admission.round", row_round.public_id),
                region=row_round.cycle.region,
                organisation_id=school_id,
                law_version=row_round.cycle.law_version,
                reason="；".join(dict.fromkeys(row.reason for row in sent_back)),
                facts={
                    "admitted": len(changing) - len(sent_back),
                    "sent_back": [[row.public_id, row.reason_id] for row in sent_back][:500],
                },
            )
        name = school_name(school_id)
        texts = {
            row.person_id: f"{name}同意录取您，请在规定的时间内确认。"
            if row.state == ADMITTED
            else f"{name}退回了您的档案：{row.reason}您可以填报征集志愿；有异议的，可以申请复核。"
            for row in changing
        }
        send_many(texts, link="/learner/admission/")
    return len(changing)


def _lock_placements(pks: Iterable[int]) -> dict[int, Placement]:
    """Placements by primary key, locked, with their plan and cycle read at once."""
    rows = lock_many(Placement, pks)
    plans = IntakePlan.objects.select_related("programme").in_bulk(sorted({row.plan_id for row in rows.values()}))
    cycles = Cycle.objects.in_bulk(sorted({row.cycle_id for row in rows.values()}))
    for row in rows.values():
        row.plan, row.cycle = plans[row.plan_id], cycles[row.cycle_id]
    return rows


def _review(row: Placement, review: Review, reasons: Mapping[str, Any], numbers: Mapping[int, str]) -> Problem | bool:
    """Set the new state of ``row``: True when it changed, a problem when it may not."""
    if review.decision not in {ADMIT, SEND_BACK}:
        return errors.DECISION_UNKNOWN.problem(given=review.decision[:20])
    to = ADMITTED if review.decision == ADMIT else SENT_BACK
    reason = reasons.get(review.reason_id)
    if to == SENT_BACK and reason is None:
        known = "、".join(r.title for r in reasons.values()) or "（地区还没有规定退档的理由）"
        return errors.SEND_BACK_REASON.problem(given=review.reason_id[:40] or "（没有选择）", known=known)
    if row.state == to and (to == ADMITTED or row.reason_id == review.reason_id):
        return False
    if not PLACEMENT_STATES.may_move(row.state, to):
        return errors.PLACEMENT_STATE.problem(
            number=numbers[row.candidate_id], state=PLACEMENT_STATES.labels[row.state], act=PLACEMENT_STATES.labels[to]
        )
    row.state = to
    if reason is not None and to == SENT_BACK:
        row.reason_id, row.basis = review.reason_id, reason.basis[:200]
        row.reason = (reason.title.rstrip("。") + "。" + review.note.strip())[:300]
    return True


def _numbers(rows: Iterable[Placement]) -> dict[int, str]:
    ids = sorted(row.candidate_id for row in rows)
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        found.update(Candidate.objects.filter(pk__in=ids[start : start + 500]).values_list("pk", "number"))
    return found


def confirm_place(*, actor: Actor, round_: Round) -> Placement:
    """The candidate takes the place. Again: nothing happens. ADM-125 without a place to answer, ADM-036 at a
    school stopped from taking students, ADM-291."""
    return _answer(actor, round_, CONFIRMED, "confirm_place", "")


def decline_place(*, actor: Actor, round_: Round, reason: str = "") -> Placement:
    """The candidate gives the place up for good: its seat goes to the supplementary round."""
    return _answer(actor, round_, DECLINED, "decline_place", reason)


def _answer(actor: Actor, round_: Round, to: str, action: str, reason: str) -> Placement:
    with transaction.atomic():
        row_round = lock(Round, round_.pk)
        candidate = own_candidate(row_round.cycle, actor)
        row = (
            Placement.objects.select_for_update(of=("self",))
            .filter(candidate=candidate, round=row_round)
            .exclude(state="withdrawn")
            .order_by("-pk")
            .first()
        )
        if row is not None and row.state == to:
            return row
        if row is None or row.state == SENT_BACK:
            raise errors.NO_PLACE_TO_ANSWER.refuse()
        if (problem := why_not_now(action, row_round.stage)) is not None:
            raise Refusal([problem], status=409)
        if not PLACEMENT_STATES.may_move(row.state, to):
            raise errors.PLACEMENT_STATE.refuse(
                number=candidate.number, state=PLACEMENT_STATES.labels[row.state], act=PLACEMENT_STATES.labels[to]
            )
        if to == CONFIRMED and (closed := why_not_qualified(row_round.cycle, row.plan.school_id)):
            raise Refusal(closed, status=409)
        row.state, row.answered_at, row.reason = to, clock.now(), reason.strip()[:300]
        row.save(update_fields=["state", "answered_at", "reason"])
        record(
            actor=actor,
            action=action,
            subject=("admission.placement", row.public_id),
            region=row_round.cycle.region,
            organisation_id=row.plan.school_id,
            law_version=row_round.cycle.law_version,
            reason=reason,
            facts={"to": to},
        )
    return row


@dataclass(frozen=True, slots=True)
class Registration:
    """One admitted candidate to register: the number at school, the mode, and what both checks found."""

    placement_id: int
    student_number: str
    mode: str = "full_time"
    online_review: str = ""
    site_check: str = ""
    department: str = ""
    where: Where = field(default=NOWHERE, compare=False)


def register_students(
    *, actor: Actor, school_id: int, registrations: Sequence[Registration], is_checked: bool = False
) -> list[Placement]:
    """Make confirmed candidates students of the school, each with a learning account; all or none, repeatable.
    ``is_checked``: a case of the authority has reviewed and checked them, as the law asks of some schools.

    Refuses, by the conditions for registering students the region sets: ADM-036 (school not qualified), ADM-130 (plan
    not approved), ADM-131 (not confirmed), ADM-132 (full-time and part-time kept apart), ADM-133 (no curriculum plan of
    the cohort), ADM-134 (no result of the online review or the check on site), ADM-135/136 (a branch without approval,
    joint schooling not filed), ADM-137 (a case is asked for), and what enrolling refuses (PRG-…).
    """
    with transaction.atomic():
        require_school(actor, "admission.review", school_id)
        rows = _lock_placements(r.placement_id for r in registrations)
        for registration in registrations:
            row = rows.get(registration.placement_id)
            if row is None or row.plan.school_id != school_id:
                raise errors.PLACEMENT_UNKNOWN.refuse()
        pending = [r for r in registrations if rows[r.placement_id].state != REGISTERED]
        cycles = {row.cycle_id: row.cycle for row in rows.values()}
        problems: list[Problem] = []
        for cycle in cycles.values():
            if (problem := why_not_now("register_student", cycle.stage)) is not None:
                raise Refusal([problem], status=409)
            problems.extend(why_not_school(cycle, school_id))
            problems.extend(why_not_places(cycle, school_id, [rows[r.placement_id].plan for r in pending]))
            if pending and not is_checked and needs_case(cycle, school_id):
                basis = cycle_law(cycle).answer("admission.registration_case_schools").citation
                problems.append(errors.REGISTRATION_BY_CASE.problem(school=school_name(school_id), basis=basis))
        numbers = _numbers(rows.values())
        curricula = {(head.programme_code, head.cohort): head.id for head in reversed(list_plans(school_id=school_id))}
        enrolments: list[Enrolment] = []
        for registration in pending:
            row = rows[registration.placement_id]
            found = _why_not_register(row, registration, numbers[row.candidate_id], curricula)
            problems.extend(p.at(registration.where) for p in found)
            if not found:
                enrolments.append(
                    Enrolment(
                        person_id=row.person_id,
                        plan_id=curricula[(row.plan.programme.code, row.year)],
                        student_number=registration.student_number,
                        enrolled_on=clock.today(),
                        department=registration.department,
                        where=registration.where,
                    )
                )
        if problems:
            raise Refusal(problems, status=409)
        if pending:
            records = enrol_students(actor=actor, school_id=school_id, enrolments=enrolments)
            open_accounts([rows[r.placement_id].person_id for r in pending])
            today = clock.today()
            for registration, record_id in zip(pending, records, strict=True):
                row = rows[registration.placement_id]
                row.state, row.student_record_id, row.registered_on = REGISTERED, record_id, today
            update_rows(
                Placement,
                ("state", "student_record_id", "registered_on"),
                [
                    (REGISTERED, record_id, day_for_driver(today), registration.placement_id)
                    for registration, record_id in zip(pending, records, strict=True)
                ],
            )
            cycle = next(iter(cycles.values()))
            record(
                actor=actor,
                action="register_students",
                subject=("admission.cycle", cycle.public_id),
                region=cycle.region,
                organisation_id=school_id,
                law_version=cycle.law_version,
                facts={
                    "count": len(pending),
                    "checks": [
                        [rows[r.placement_id].public_id, r.mode, r.online_review[:80], r.site_check[:80]]
                        for r in pending
                    ][:300],
                },
            )
            name = school_name(school_id)
            send_many(
                {
                    rows[r.placement_id].person_id: f"您已在{name}注册，学号 {r.student_number}，学习账户已开通。"
                    for r in pending
                },
                link="/learner/",
            )
    return [rows[r.placement_id] for r in registrations]


def register_student(*, actor: Actor, school_id: int, registration: Registration) -> Placement:
    """:func:`register_students` for one."""
    return register_students(actor=actor, school_id=school_id, registrations=[registration])[0]


def _why_not_register(
    row: Placement, registration: Registration, number: str, curricula: Mapping[tuple[str, int], int]
) -> list[Problem]:
    problems: list[Problem] = []
    plan, law = row.plan, cycle_law(row.cycle)
    modes = dict(MODES)
    if row.state != CONFIRMED:
        problems.append(errors.NOT_CONFIRMED_YET.problem(number=number, state=PLACEMENT_STATES.labels[row.state]))
    if plan.state != APPROVED:
        problems.append(errors.PLAN_NOT_APPROVED.problem(programme=plan.programme.name))
    if registration.mode not in modes:
        problems.append(errors.MODE_UNKNOWN.problem(given=registration.mode[:20]))
    elif registration.mode != plan.mode:
        answer = law.find("admission.modes_apart")
        problems.append(
            errors.MODE_DIFFERS.problem(
                number=number,
                mode=modes[plan.mode],
                given=modes[registration.mode],
                basis=answer.citation if answer is not None else None,
            )
        )
    if (plan.programme.code, row.year) not in curricula:
        problems.append(errors.NO_CURRICULUM.problem(programme=plan.programme.name, year=row.year))
    checks = law.find("admission.registration_checks")
    if checks is not None:
        for what, given in (("网上审核", registration.online_review), ("现场核查", registration.site_check)):
            if not given.strip():
                problems.append(errors.SITE_CHECK_MISSING.problem(what=what, basis=checks.citation))
    return problems


def lapse_unanswered(*, actor: Actor, round_: Round, as_confirmed: bool) -> int:
    """At the end of the confirmation: admitted candidates who gave no answer are taken as confirmed, or lose the place.
    Called with the round locked; returns how many."""
    waiting = Placement.objects.filter(round=round_, state=ADMITTED)
    people = list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("person_id", flat=True))
    waiting.update(
        state=CONFIRMED if as_confirmed else "withdrawn", reason="" if as_confirmed else "在规定的时间内没有确认。"
    )
    text = "您没有在规定的时间内答复，录取按确认办理。" if as_confirmed else "您没有在规定的时间内确认，录取已取消。"
    send_many(dict.fromkeys(people, text), link="/learner/admission/")
    return len(people)


def undecided(round_: Round) -> list[tuple[int, int]]:
    """(school, files) still waiting for the school's review."""
    counts: dict[int, int] = {}
    for school_id in Placement.objects.filter(round=round_, state=DISPATCHED).values_list("plan__school_id", flat=True):
        counts[school_id] = counts.get(school_id, 0) + 1
    return sorted(counts.items())
