"""A candidate's list: saved as a draft as often as wished, locked once for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.domains.admission.actions.locks import hold, lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, IntakePlan, Placement, PreferenceList, Round
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.choosing import ChoiceEntry, UnitOffer, difference, list_digest, why_not_list
from guantong.domains.admission.rules.places import Closure
from guantong.domains.admission.rules.states import DRAFT, LOCKED, PLACEMENT_STATES, why_not_now
from guantong.domains.admission.selectors.access import own_candidate
from guantong.domains.admission.selectors.channels import channel_of, list_length
from guantong.domains.admission.selectors.choosing import warnings_of
from guantong.domains.admission.selectors.gates import school_name
from guantong.domains.admission.selectors.places import UnitShown, find_units, unit_id
from guantong.domains.admission.selectors.qualification import closures
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where


def save_list(*, actor: Actor, round_: Round, entries: Sequence[ChoiceEntry], revision: int) -> PreferenceList:
    """Keep the actor's own list of a round as a draft; ``revision`` is the one the window showed (0: none yet).

    Refuses ADM-011 (not a candidate), ADM-070/ADM-291 (not the time), ADM-071 (locked), ADM-073 (another window was
    quicker; says what changed), ADM-075…082, 087, 097 (not well formed), ADM-085/086 (who has or declined a place).
    What is not met at a choice is told, not refused: see ``notes``. Saving the same content again changes nothing.
    """
    with transaction.atomic():
        row_round = hold(Round, round_.pk)
        candidate = lock(Candidate, own_candidate(row_round.cycle, actor).pk)
        _require_open(row_round, "save_list")
        _require_unplaced(candidate, row_round)
        row = (
            PreferenceList.objects.select_for_update(of=("self",)).filter(candidate=candidate, round=row_round).first()
        )
        if row is not None and row.state == LOCKED:
            raise errors.LIST_LOCKED.refuse(at=moment_words(row.locked_at))
        kept = [entry.as_json(n) for n, entry in enumerate(entries, start=1)]
        if row is not None and row.entries == kept and row.revision:
            return row
        if revision != (row.revision if row is not None else 0):
            raise _changed(row_round, row, entries)
        _require_well_formed(row_round, entries)
        notes = [p.as_json() for p in warnings_of(candidate, row_round, entries)]
        if row is None:
            row = PreferenceList(candidate=candidate, round=row_round)
        row.entries, row.notes, row.state = kept, notes, DRAFT
        row.revision, row.saved_at = row.revision + 1, clock.now()
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise errors.LISTS_TWICE.refuse(number=candidate.number) from None
        record(
            actor=actor,
            action="save_list",
            subject=("admission.list", f"{row_round.public_id}:{candidate.public_id}"),
            region=row_round.cycle.region,
            law_version=row_round.cycle.law_version,
            facts={"revision": row.revision, "choices": len(kept), "digest": _digest(candidate, row_round, row)},
        )
    return row


def lock_list(*, actor: Actor, round_: Round, revision: int, is_confirmed: bool = False) -> PreferenceList:
    """Lock the actor's own list: from then on it never changes. ``is_confirmed``: every warning was read and ticked.

    Refuses ADM-072 (locked already), ADM-073 (the window shows an older list), ADM-074 (empty), ADM-084 (warnings not
    confirmed), and everything ``save_list`` refuses. The list is checked again against the plans of now.
    """
    with transaction.atomic():
        row_round = hold(Round, round_.pk)
        candidate = lock(Candidate, own_candidate(row_round.cycle, actor).pk)
        _require_open(row_round, "lock_list")
        _require_unplaced(candidate, row_round)
        row = (
            PreferenceList.objects.select_for_update(of=("self",)).filter(candidate=candidate, round=row_round).first()
        )
        if row is None or not row.entries:
            raise errors.LIST_EMPTY.refuse()
        if row.state == LOCKED:
            raise errors.LOCKED_TWICE.refuse(at=moment_words(row.locked_at))
        entries = [ChoiceEntry.from_json(e) for e in row.entries]
        if revision != row.revision:
            raise _changed(row_round, row, ())
        _require_well_formed(row_round, entries)
        warnings = warnings_of(candidate, row_round, entries)
        if warnings and not is_confirmed:
            raise Refusal([errors.NOT_CONFIRMED.problem(count=len(warnings)), *warnings], status=409)
        row.notes = [p.as_json() for p in warnings]
        row.state, row.locked_at = LOCKED, clock.now()
        row.digest = _digest(candidate, row_round, row)
        row.save(update_fields=["notes", "state", "locked_at", "digest"])
        record(
            actor=actor,
            action="lock_list",
            subject=("admission.list", f"{row_round.public_id}:{candidate.public_id}"),
            region=row_round.cycle.region,
            law_version=row_round.cycle.law_version,
            facts={"revision": row.revision, "digest": row.digest, "warnings": [p.code for p in warnings]},
        )
        at = moment_words(row.locked_at)
        send(
            text=f"志愿表已在{at}提交锁定，共 {len(entries)} 个志愿。核对码 {row.digest[:12]}。",
            link="/learner/admission/",
            to_person=candidate.person_id,
        )
    return row


def _digest(candidate: Candidate, round_: Round, row: PreferenceList) -> str:
    return list_digest(candidate.lot, round_.public_id, row.entries)


def _require_open(round_: Round, work: str) -> None:
    now = clock.now()
    if not round_.opens_at <= now < round_.closes_at:
        raise errors.CHOICES_NOT_OPEN.refuse(opens=moment_words(round_.opens_at), closes=moment_words(round_.closes_at))
    if (problem := why_not_now(work, round_.stage)) is not None:
        raise Refusal([problem], status=409)


def _require_unplaced(candidate: Candidate, round_: Round) -> None:
    """ADM-085 when the person has a living place of the year; ADM-086 in a supplementary round after declining one."""
    held = (
        Placement.objects.filter(person_id=candidate.person_id, year=candidate.year, state__in=LIVING)
        .select_related("plan")
        .first()
    )
    if held is not None:
        raise errors.PLACE_HELD.refuse(
            school=school_name(held.plan.school_id), state=PLACEMENT_STATES.labels[held.state]
        )
    if round_.is_supplementary and Placement.objects.filter(candidate=candidate, state="declined").exists():
        raise errors.ONLY_UNPLACED.refuse()


def _require_well_formed(round_: Round, entries: Sequence[ChoiceEntry]) -> None:
    batch = channel_of(round_.cycle).batch(round_.batch)
    units = find_units(round_, (e.unit for e in entries))
    known: frozenset[str] = frozenset()
    if round_.is_supplementary:
        missing = [e.unit for e in entries if e.unit not in units]
        if missing:
            rows = IntakePlan.objects.filter(cycle_id=round_.cycle_id, batch=round_.batch, state="approved")
            known = frozenset(unit_id(p, batch.unit) for p in rows.select_related("school")) & frozenset(missing)
    problems = why_not_list(
        entries,
        unit=batch.unit,
        batch=batch.title,
        list_length=list_length(round_),
        programmes_in_group=batch.programmes_in_group,
        asks_reassignment=batch.reassignment != "none",
        offers={
            key: UnitOffer(unit.title, frozenset(p.programme_code for p in unit.places)) for key, unit in units.items()
        },
        is_supplementary=round_.is_supplementary,
        known_units=known,
    )
    problems = problems or why_closed(closures(round_.cycle), entries, units)
    if problems:
        raise Refusal(problems)


def why_closed(
    closed: Mapping[int, Closure], entries: Sequence[ChoiceEntry], units: Mapping[str, UnitShown]
) -> list[Problem]:
    """ADM-166 at each choice of a school that may take nobody any more."""
    problems: list[Problem] = []
    for ordinal, entry in enumerate(entries, start=1):
        unit = units.get(entry.unit)
        why = closed.get(unit.school_id) if unit is not None else None
        if unit is not None and why is not None:
            where = Where(column=f"entries.{ordinal}", title=f"第 {ordinal} 志愿")
            basis = why.ground.citation if why.ground is not None else None
            problems.append(
                errors.SCHOOL_CLOSED.problem(ordinal=ordinal, unit=unit.title, why=why.why, basis=basis, where=where)
            )
    return problems


def _changed(round_: Round, row: PreferenceList | None, entries: Sequence[ChoiceEntry]) -> Refusal:
    kept = row.entries if row is not None else []
    units = find_units(round_, [*(e["unit"] for e in kept), *(e.unit for e in entries)])
    what: str = difference(kept, entries, {key: unit.title for key, unit in units.items()})
    if not entries:
        what = f"现在共 {len(kept)} 个志愿"
    problem: Problem = errors.LIST_CHANGED.problem(
        at=moment_words(row.saved_at if row is not None else None), what=what
    )
    return Refusal([problem], status=409)


def moment_words(moment: datetime | None) -> str:
    """A moment as sentences name it: day and minute in China."""
    if moment is None:
        return "此前"
    local = moment.astimezone(clock.CHINA_TIME)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
