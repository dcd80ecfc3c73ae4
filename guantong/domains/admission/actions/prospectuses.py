"""Prospectuses and charters: written by the school, filed by the bureau, public from then on.

Where the region has a procedure for it, handing one in opens a case: the bureau reviews, files or returns it there, and
what becomes of the prospectus follows from the case. Elsewhere the bureau decides directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Prospectus
from guantong.domains.admission.rules.plans import why_not_prospectus
from guantong.domains.admission.rules.states import (
    DRAFTED,
    EDITABLE_PLANS,
    FILED,
    PROSPECTUS_STATES,
    RETURNED,
    SUBMITTED,
    why_not_move,
    why_not_now,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.filings import (
    PROSPECTUS,
    find_procedure,
    last_words,
    prospectus_key,
    running_case,
)
from guantong.domains.admission.selectors.gates import require_bureau, require_school, school_name
from guantong.domains.admission.selectors.qualification import why_not_qualified
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem, Refusal
from guantong.procedure.cases.public import act, open_case

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Action
    from guantong.procedure.cases.public import Outcome as CaseOutcome

DEFINITION = "admission-prospectus"
MOST_ITEM = 4_000
MOST_CHARTER = 60_000


def save_prospectus(
    *,
    actor: Actor,
    cycle: Cycle,
    school_id: int,
    items: Mapping[str, str],
    charter: str,
    revision: int | None = None,
) -> Prospectus:
    """Keep what a school tells candidates as a draft. ``items``: title of a required item → text.

    Refuses ADM-038 (an item nobody asks for), ADM-029 (changed in another window), ADM-290, ADM-291.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "save_prospectus")
        wanted = required_items(row_cycle)
        unknown = [item for item in items if item not in wanted]
        if unknown:
            raise Refusal(errors.PROSPECTUS_ITEM_UNKNOWN.problem(item=item) for item in unknown)
        row = Prospectus.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, school_id=school_id).first()
        if row is None:
            row = Prospectus(cycle=row_cycle, school_id=school_id)
        elif row.state not in EDITABLE_PLANS:
            _refuse_move(row, row.state)
        elif revision is not None and revision != row.revision:
            raise errors.PLAN_CHANGED.refuse(what=f"第 {row.revision} 次修订")
        kept = {item: items.get(item, "").strip()[:MOST_ITEM] for item in wanted}
        if row.pk and row.items == kept and row.charter == charter.strip()[:MOST_CHARTER]:
            return row
        row.items, row.charter, row.changed_at = kept, charter.strip()[:MOST_CHARTER], clock.now()
        if row.pk:
            row.revision += 1
        row.save()
        _record(actor, "save_prospectus", row, {"revision": row.revision})
    return row


def required_items(cycle: Cycle) -> tuple[str, ...]:
    """Titles of the items a prospectus must have, by the cycle's declaration."""
    prospectus = channel_of(cycle).prospectus
    return prospectus.items if prospectus is not None else ()


def submit_prospectus(*, actor: Actor, cycle: Cycle, school_id: int) -> Prospectus:
    """Hand a prospectus in for filing: opens the case, or hands in again what its case returned.

    Refuses every missing item (ADM-276), a missing charter (ADM-277), ADM-290, ADM-291 and what opening a case refuses.
    """
    with transaction.atomic():
        returned = Prospectus.objects.select_related("cycle").filter(cycle=cycle, school_id=school_id).first()
        case = running_case(returned) if returned is not None and returned.state == RETURNED else None
        if returned is not None and case is not None:  # the case first, as deciding does; it hands the prospectus in
            require_school(actor, "admission.plan", school_id)
            act(actor=actor, case_id=case.pk, action="submit", revision=case.revision)
            returned.refresh_from_db()
            return returned
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "save_prospectus")
        row = Prospectus.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, school_id=school_id).first()
        if row is None:
            row = Prospectus(cycle=row_cycle, school_id=school_id, changed_at=clock.now())
        if row.state == SUBMITTED:
            return row
        _require_move(row, SUBMITTED)
        if problems := why_not_prospectus(channel_of(row_cycle), row.items, bool(row.charter.strip())):
            raise Refusal(problems)
        _hand_in(actor, row)
        if find_procedure(DEFINITION, row_cycle.region) is not None:
            _open(actor, row)
    return row


def _hand_in(actor: Actor, row: Prospectus) -> None:
    row.state, row.reason, row.filed_on = SUBMITTED, "", None
    row.save()
    _record(actor, "submit_prospectus", row, {"revision": row.revision, "content": content_digest(row)})


def content_digest(row: Prospectus) -> str:
    """The digest of what a prospectus says, so that what was filed can be told from what came later."""
    return digest_of({"items": row.items, "charter": row.charter})


def _open(actor: Actor, row: Prospectus) -> None:
    """Open the case of a prospectus that was handed in."""
    cycle = row.cycle
    case = open_case(
        actor=actor,
        definition=DEFINITION,
        region=cycle.region,
        subject=(PROSPECTUS, prospectus_key(row)),
        organisation_id=row.school_id,
        authority_id=cycle.organiser_id,
        law_on=clock.today(),
        title=f"招生简章备案：{school_name(row.school_id)}，{cycle.title}",
        facts={"cycle": cycle.public_id, "revision": row.revision, "content": content_digest(row)},
    )
    row.case_id = case.pk
    row.save(update_fields=["case_id"])


def decide_prospectus(
    *, actor: Actor, cycle: Cycle, school_id: int, file: bool, reason: str = "", telephone: str = ""
) -> Prospectus:
    """File a prospectus (from then on it is public, with the telephone for complaints), or return it with a reason.

    Also takes a filed one back. Refuses ADM-037 (a case decides), ADM-035, ADM-039, ADM-290, ADM-291.
    """
    to = FILED if file else RETURNED
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        _require_stage(row_cycle, "decide_prospectus")
        row = Prospectus.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, school_id=school_id).first()
        if row is None:
            raise errors.PLAN_UNKNOWN.refuse()
        if row.state == to:
            return row
        if (case := running_case(row)) is not None:
            raise errors.PROSPECTUS_BY_CASE.refuse(school=school_name(school_id), case=case.public_id)
        _require_move(row, to)
        if not file and not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        if file and not telephone.strip():
            raise errors.TELEPHONE_NEEDED.refuse()
        _settle(row, to, by=actor.label, reason=reason, telephone=telephone)
        _record(actor, "decide_prospectus", row, {"to": to, "by": authority}, reason)
        text = "招生简章已备案。" if file else f"招生简章已退回：{reason.strip()[:100]}"
        send(text=text, link="/school/admission/", to_role=("registrar", school_id))
    return row


def _settle(row: Prospectus, to: str, *, by: str, reason: str = "", telephone: str = "") -> None:
    row.state, row.reason, row.decided_by = to, reason.strip()[:300], by
    row.filed_on = clock.today() if to == FILED else None
    row.telephone = telephone.strip()[:40] if to == FILED else row.telephone
    row.save()


# ---- what follows from the case -----------------------------------------------------------------------------------


def why_not_prospectus_act(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> Iterable[Problem]:
    """What forbids an action: handing in again with an item missing; filing for a school without qualification, or when
    the year has gone on."""
    cycle, school_id = subject_of(case)
    row = Prospectus.objects.get(cycle=cycle, school_id=school_id)
    work = "save_prospectus" if action.kind == "submit" else "decide_prospectus"
    if action.kind in {"submit", "approve"}:
        if (problem := why_not_now(work, cycle.stage)) is not None:
            yield problem
        yield from why_not_prospectus(channel_of(cycle), row.items, bool(row.charter.strip()))
    if action.kind == "approve":
        yield from why_not_qualified(cycle, school_id)


def on_prospectus_action(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> None:
    """Returned to the school: it may write again, and reads what to correct. Handed in again: it waits."""
    row = _of_case(case)
    if action.kind == "submit":
        _hand_in(actor, row)
    elif action.to == "correct":
        _settle(row, RETURNED, by=actor.label, reason=last_words(case))
        _record(actor, "return_prospectus", row, {"case": case.public_id}, row.reason)


def on_prospectus_outcome(case: Case, outcome: CaseOutcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """The case has ended: filed and public, not filed, or taken back by the school."""
    row = _of_case(case)
    if outcome.kind in {"granted", "overturned"}:
        if (problem := why_not_now("decide_prospectus", row.cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        telephone = str(values.get("telephone") or row.telephone).strip()
        if not telephone:
            raise errors.TELEPHONE_NEEDED.refuse()
        _settle(row, FILED, by=actor.label, telephone=telephone)
    elif outcome.kind == "refused":
        _settle(row, RETURNED, by=actor.label, reason=last_words(case) or outcome.title)
    elif outcome.kind in {"withdrawn", "lapsed"}:
        _settle(row, DRAFTED, by="", reason=outcome.title)
    _record(actor, "decide_prospectus", row, {"to": row.state, "case": case.public_id}, row.reason)


def subject_of(case: Case) -> tuple[Cycle, int]:
    """(cycle, school) of a prospectus' case."""
    cycle, _, school = case.subject_id.partition(":")
    return Cycle.objects.get(public_id=cycle), int(school)


def _of_case(case: Case) -> Prospectus:
    cycle, school_id = subject_of(case)
    locked = lock(Cycle, cycle.pk)
    return Prospectus.objects.select_for_update(of=("self",)).get(cycle=locked, school_id=school_id)


def _require_stage(cycle: Cycle, work: str) -> None:
    if (problem := why_not_now(work, cycle.stage)) is not None:
        raise Refusal([problem], status=409)


def _require_move(row: Prospectus, to: str) -> None:
    if (problem := why_not_move(PROSPECTUS_STATES, row.state, to)) is not None:
        raise Refusal([problem], status=409)


def _refuse_move(row: Prospectus, to: str) -> None:
    _require_move(row, to)


def _record(actor: Actor, action: str, row: Prospectus, facts: Mapping[str, object], reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        subject=("admission.prospectus", f"{row.cycle.public_id}:{row.school_id}"),
        region=row.cycle.region,
        organisation_id=row.school_id,
        law_version=row.cycle.law_version,
        reason=reason,
        facts=dict(facts),
    )
