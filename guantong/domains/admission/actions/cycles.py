"""Admission years: opened from a region's declaration, moved stage by stage, their lottery seed committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Sum

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.orgs.models import SCHOOL_KINDS, Organisation
from guantong.base.people.crypto import keyring
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.errors import facts as fact_errors
from guantong.domains.admission.models import Cycle, IntakePlan, Prospectus, SchoolLimit
from guantong.domains.admission.rules.declaration.reading_places import FIGURES
from guantong.domains.admission.rules.states import (
    ALLOCATION,
    APPROVED,
    CHOICES,
    CLOSED,
    CONFIRMATION,
    CYCLE_STAGES,
    FILED,
    REGISTRATION,
    REVIEW,
    SUBMITTED,
    why_not_move,
    why_not_now,
)
from guantong.domains.admission.selectors.channels import channel_of, declared_channel, snapshot
from guantong.domains.admission.selectors.gates import find_authority, require_bureau, school_name, school_names
from guantong.domains.admission.selectors.proving import changes_of, facts_day, numbers_of
from guantong.domains.admission.selectors.qualification import sanctions_reaching
from guantong.engines.matching.sealing.manifest import commitment_of
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.kernel.tokens import public_id, random_bytes

SEED_PURPOSE = "admission-lottery"
"""What the key service is told a sealed seed is for; it opens for nothing else."""


def open_cycle(*, actor: Actor, region: str, year: int, channel: str, law_day: date | None = None) -> Cycle:
    """Open an admission year of a channel as the region declares it on ``law_day``; that law holds to the end.

    By default the day is the first of the year of admission, or today when that is past: lines of a year are set under
    its own law.

    Refuses ADM-010, ADM-015 (no such channel that day), ADM-016 (open already), ADM-017 (an unlikely year), and every
    fault of the declaration with file and line (ADM-2…).
    """
    authority = require_bureau(actor, "admission.manage", region)
    day = law_day or max(clock.today(), date(year, 1, 1))
    if not clock.today().year - 3 <= year <= clock.today().year + 2:
        raise errors.YEAR_UNLIKELY.refuse(year=year)
    declared = declared_channel(region, channel, day)
    kept = snapshot(region, channel, day)
    with transaction.atomic():
        there = Cycle.objects.select_for_update().filter(region=region, year=year, channel=channel).first()
        if there is not None:
            raise errors.CYCLE_EXISTS.refuse(year=year, title=declared.title)
        cycle = Cycle.objects.create(
            public_id=public_id(),
            region=region,
            organiser_id=authority or find_authority(region),
            year=year,
            channel=channel,
            title=f"{year} 年{declared.title}",
            declaration=kept,
            declaration_digest=declared.digest,
            law_on=day,
            law_version=declared.law_version,
            dates={
                stage: {"from": first.isoformat(), "until": last.isoformat()}
                for stage, (first, last) in declared.days(year).items()
            },
            opened_at=clock.now(),
        )
        record(
            actor=actor,
            action="open_cycle",
            subject=("admission.cycle", cycle.public_id),
            region=region,
            organisation_id=authority,
            law_version=declared.law_version,
            facts={"year": year, "channel": channel, "declaration": declared.digest},
        )
    return cycle


def move_cycle(*, actor: Actor, cycle: Cycle, to: str) -> Cycle:
    """Move a cycle to its next stage. To the stage it is in: nothing happens.

    Leaving ``plans`` needs every plan decided (ADM-096); ``choices`` needs a committed seed (ADM-018), facts as the
    credit bank shows them (ADM-192) and every school's prospectus filed (ADM-095), and fixes the day of facts. Later
    stages follow the rounds by themselves; ``closed`` ends the year.
    """
    with transaction.atomic():
        row = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row.region)
        if row.stage == to:
            return row
        if (problem := why_not_move(CYCLE_STAGES, row.stage, to)) is not None:
            raise Refusal([problem], status=409)
        if to in {ALLOCATION, REVIEW, CONFIRMATION}:
            raise errors.FOLLOWS_ROUNDS.refuse(stage=CYCLE_STAGES.labels[to])
        _require_ready(row, to)
        _set_stage(actor, row, to, authority)
    return row


def _require_ready(row: Cycle, to: str) -> None:
    if to == REGISTRATION:
        waiting = IntakePlan.objects.filter(cycle=row, state=SUBMITTED).count()
        if waiting:
            raise errors.PLANS_WAITING.refuse(count=waiting)
    if to == CHOICES:
        if not row.seed_commitment:
            raise errors.SEED_MISSING.refuse()
        if changes := changes_of(row):
            raise fact_errors.FACTS_STALE.refuse(count=len(changes), numbers=numbers_of(changes))
        if channel_of(row).prospectus is not None:
            with_plans = set(IntakePlan.objects.filter(cycle=row, state=APPROVED).values_list("school_id", flat=True))
            filed = set(Prospectus.objects.filter(cycle=row, state=FILED).values_list("school_id", flat=True))
            missing = with_plans - filed
            if missing:
                names = "、".join(sorted(school_names(missing).values())[:5])
                raise errors.PROSPECTUS_NOT_FILED.refuse(count=len(missing), schools=names)
    if to == CLOSED and (open_ := row.rounds.exclude(stage=CLOSED).order_by("batch", "number").first()) is not None:
        title = next((b.title for b in channel_of(row).batches if b.id == open_.batch), open_.batch)
        raise errors.EARLIER_ROUND_OPEN.refuse(batch=title, number=open_.number)


def _set_stage(actor: Actor, row: Cycle, to: str, authority: int | None) -> None:
    before = row.stage
    row.stage = to
    if to == CHOICES:
        row.facts_on = facts_day(row)
    row.save(update_fields=["stage", "facts_on"])
    record(
        actor=actor,
        action="move_cycle",
        subject=("admission.cycle", row.public_id),
        region=row.region,
        organisation_id=authority,
        law_version=row.law_version,
        facts={"from": before, "to": to, **({"facts_on": str(row.facts_on)} if to == CHOICES else {})},
    )


def follow_round(*, actor: Actor, cycle: Cycle, to: str) -> None:
    """Bring a locked cycle at least as far as its rounds are; never back, never to its end."""
    order = list(CYCLE_STAGES.labels)
    if to == CLOSED or order.index(cycle.stage) >= order.index(to):
        return
    while cycle.stage != to:
        following = order[order.index(cycle.stage) + 1]
        if following == CHOICES:
            _require_ready(cycle, following)
        _set_stage(actor, cycle, following, None)


def commit_seed(*, actor: Actor, cycle: Cycle) -> str:
    """Draw the lottery seed and publish its SHA-256 (over its 64 hexadecimal digits; returned), before lists are read.

    The seed itself is sealed by the key service and opens with the first publication. Drawn once: a second call gives
    the same commitment.
    """
    with transaction.atomic():
        row = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row.region)
        if row.seed_commitment:
            return row.seed_commitment
        if (problem := why_not_now("commit_seed", row.stage)) is not None:
            raise Refusal([problem], status=409)
        seed = random_bytes(32)
        row.seed_cipher = keyring().seal(seed.hex(), SEED_PURPOSE)
        row.seed_commitment = commitment_of(seed.hex())
        row.seed_committed_at = clock.now()
        row.save(update_fields=["seed_cipher", "seed_commitment", "seed_committed_at"])
        record(
            actor=actor,
            action="commit_seed",
            subject=("admission.cycle", row.public_id),
            region=row.region,
            organisation_id=authority,
            law_version=row.law_version,
            facts={"commitment": row.seed_commitment},
        )
    return row.seed_commitment


def open_seed(cycle: Cycle) -> str:
    """The sealed seed as 64 hexadecimal digits, for a run; ADM-018 before it was drawn, ADM-107 when it does not match
    what was published."""
    if cycle.seed_cipher is None:
        raise errors.SEED_MISSING.refuse()
    try:
        seed = keyring().open(bytes(cycle.seed_cipher), SEED_PURPOSE)
    except ValueError:
        raise errors.SEED_ALTERED.refuse() from None
    if commitment_of(seed) != cycle.seed_commitment:
        raise errors.SEED_ALTERED.refuse()
    return seed


@dataclass(frozen=True, slots=True)
class LimitEntry:
    """The approved size of one school; ``is_qualified`` False with a ``reason``: not on the year's list."""

    school_id: int
    seats: int
    document: str
    is_qualified: bool = True
    reason: str = ""


def set_school_limits(*, actor: Actor, cycle: Cycle, limits: Sequence[LimitEntry]) -> int:
    """Set the approved size of schools; all or none. Returns how many changed.

    Refuses ADM-019 (negative), ADM-020 (below what is approved already), ADM-021 (not a school), ADM-022,
    ADM-172 (an order stops the school from taking students: it is lifted on the school's own page).
    """
    with transaction.atomic():
        row = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row.region)
        if (problem := why_not_now("set_school_limits", row.stage)) is not None:
            raise Refusal([problem], status=409)
        ids = [entry.school_id for entry in limits]
        kinds = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "kind"))
        approved = dict(
            IntakePlan.objects.filter(cycle=row, state=APPROVED, school_id__in=ids)
            .values_list("school_id")
            .annotate(total=Sum(F("seats")))
        )
        reaching = sanctions_reaching(row.region, row.year)
        stopped = {one.school_id: one.document for one in reversed(reaching) if one.ended_at is None}
        problems: list[Problem] = []
        for entry in limits:
            if kinds.get(entry.school_id) not in SCHOOL_KINDS:
                problems.append(errors.NOT_A_SCHOOL.problem(name=str(entry.school_id)))
            elif entry.seats < 0:
                problems.append(errors.LIMIT_NEGATIVE.problem(given=entry.seats))
            elif entry.seats < approved.get(entry.school_id, 0):
                problems.append(
                    errors.LIMIT_BELOW_PLANS.problem(
                        school=school_name(entry.school_id), approved=approved[entry.school_id], given=entry.seats
                    )
                )
            elif entry.is_qualified and entry.school_id in stopped:
                problems.append(
                    errors.SANCTION_IN_FORCE.problem(
                        school=school_name(entry.school_id), document=stopped[entry.school_id]
                    )
                )
            elif not entry.is_qualified and not entry.reason.strip():
                problems.append(errors.QUALIFICATION_REASON.problem(school=school_name(entry.school_id)))
        if problems:
            raise Refusal(problems)
        there = {limit.school_id: limit for limit in SchoolLimit.objects.select_for_update().filter(cycle=row)}
        changed: dict[str, object] = {}
        for entry in limits:
            limit = there.get(entry.school_id) or SchoolLimit(cycle=row, school_id=entry.school_id)
            values = (entry.seats, entry.is_qualified, entry.reason.strip()[:200], entry.document.strip()[:160])
            if limit.pk and (limit.seats, limit.is_qualified, limit.reason, limit.document) == values:
                continue
            limit.seats, limit.is_qualified, limit.reason, limit.document = values
            limit.set_by, limit.set_at = actor.label, clock.now()
            limit.save()
            changed[str(entry.school_id)] = {"seats": entry.seats, "qualified": entry.is_qualified}
        if changed:
            record(
                actor=actor,
                action="set_school_limits",
                subject=("admission.cycle", row.public_id),
                region=row.region,
                organisation_id=authority,
                law_version=row.law_version,
                facts=changed,
            )
    return len(changed)


def set_figures(*, actor: Actor, cycle: Cycle, figures: Mapping[str, int], source: str) -> Cycle:
    """Enter the numbers shares are counted from (:data:`FIGURES`), with their source. Refuses ADM-024, ADM-035."""
    with transaction.atomic():
        row = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row.region)
        unknown = [name for name, value in figures.items() if name not in FIGURES or value < 0]
        if unknown:
            known = "、".join(FIGURES.values())
            raise Refusal(errors.FIGURE_UNKNOWN.problem(given=FIGURES.get(n, n), known=known) for n in unknown)
        if not source.strip():
            raise errors.REASON_NEEDED.refuse()
        kept = {**row.figures, **{name: int(value) for name, value in figures.items()}}
        if kept == row.figures:
            return row
        row.figures = kept
        row.save(update_fields=["figures"])
        record(
            actor=actor,
            action="set_figures",
            subject=("admission.cycle", row.public_id),
            region=row.region,
            organisation_id=authority,
            law_version=row.law_version,
            reason=source,
            facts=dict(figures),
        )
    return row
