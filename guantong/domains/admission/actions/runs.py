"""Runs: started once a round, taken up or abandoned when their process died, published in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver
from guantong.base.notices.public import send_many
from guantong.base.sheets.models import TimedRun
from guantong.base.webkit.shows import show_moment
from guantong.domains.admission.actions.cycles import open_seed
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.actions.rounds import enter_review
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Placement, Round, Run, RunResult
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.phases import WAITING
from guantong.domains.admission.rules.states import (
    ABANDONED,
    COMPUTED,
    DISPATCHED,
    PUBLISHED,
    RUN_PURPOSES,
    RUN_STATES,
    SEALED,
    STARTED,
    why_not_move,
    why_not_run,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau, school_names
from guantong.domains.admission.selectors.instances import digests_of_round
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id

TASK = "admission.runs"
PLACED_BEFORE = "placed_before"
"""Reason of those who hold a place of an earlier round: they are in the run, but it gives them nothing."""


def start_run(*, actor: Actor, round_: Round, purpose: str = "real", changes: dict[str, Any] | None = None) -> Run:
    """Start a run of a round; ``guantong work`` carries it out (or :func:`.computing.carry_out` in this process).

    ``real``: one a round, a second start is refused with who started it and when (ADM-100), also when two come at once.
    ``mock``: a look at what the lists of now would give, never a promise. ADM-291 in the wrong stage, ADM-018 without a
    committed seed, ADM-114 when a parameter of the cycle's day was changed since.
    """
    with transaction.atomic():
        row = lock(Round, round_.pk)
        authority = require_bureau(actor, "admission.manage", row.cycle.region)
        if (problem := why_not_run(purpose, row.stage)) is not None:
            raise Refusal([problem], status=409)
        if channel_of(row.cycle).digest != row.cycle.declaration_digest:
            raise errors.LAW_CHANGED.refuse(day=row.cycle.law_on)
        if purpose == "real":
            open_seed(row.cycle)
            there = Run.objects.filter(round=row, purpose="real").exclude(state=ABANDONED).first()
            if there is not None:
                raise _going(there)
        try:
            with transaction.atomic():
                run = Run.objects.create(
                    public_id=public_id(),
                    round=row,
                    purpose=purpose,
                    state=STARTED,
                    changes=changes or {},
                    phase=WAITING,
                    started_by=actor.label,
                    started_by_user_id=actor.user_id,
                    started_at=clock.now(),
                )
        except IntegrityError:
            raise _going(Run.objects.filter(round=row, purpose="real").exclude(state=ABANDONED).get()) from None
        _record(actor, "start_run", run, authority, {"purpose": purpose, "changes": changes or {}})
        _hurry()
    return run


def _going(run: Run) -> Refusal:
    return errors.RUN_IS_GOING.refuse(who=run.started_by, at=show_moment(run.started_at))


def _hurry() -> None:
    """Have the next worker look for runs at once, also when the one before died over them."""
    TimedRun.objects.filter(name=TASK).update(started_at=None, lease_until=None)


def take_up_run(*, actor: Actor, run: Run) -> Run:
    """Let a run whose process died be taken up by the next worker: what was done is done again, nothing is doubled.

    Refuses ADM-101 while a process still works on it, ADM-102 once it is sealed, published or abandoned.
    """
    with transaction.atomic():
        row = lock(Run, run.pk)
        authority = require_bureau(actor, "admission.manage", row.round.cycle.region)
        if row.state not in {STARTED, COMPUTED}:
            raise errors.RUN_STATE.refuse(state=RUN_STATES.labels[row.state], act="重新办理")
        _require_free(row)
        row.lease_owner, row.lease_until, row.phase, row.stop = "", None, WAITING, []
        row.save(update_fields=["lease_owner", "lease_until", "phase", "stop"])
        _record(actor, "take_up_run", row, authority, {})
        _hurry()
    return row


def _require_free(row: Run) -> None:
    if row.lease_owner and row.lease_until is not None and row.lease_until > clock.now():
        raise errors.RUN_HELD.refuse()


def abandon_run(*, actor: Actor, run: Run, reason: str) -> Run:
    """Give a run up with a reason, before it is published: its results stay as a record, without effect.

    Refuses ADM-101 while a process works on it, ADM-102 once published, ADM-035. Again: nothing happens.
    """
    with transaction.atomic():
        row = lock(Run, run.pk)
        authority = require_bureau(actor, "admission.manage", row.round.cycle.region)
        if row.state == ABANDONED:
            return row
        if why_not_move(RUN_STATES, row.state, ABANDONED) is not None:
            raise errors.RUN_STATE.refuse(state=RUN_STATES.labels[row.state], act="放弃")
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        _require_free(row)
        row.state, row.ended_reason = ABANDONED, reason.strip()[:300]
        row.save(update_fields=["state", "ended_reason"])
        _record(actor, "abandon_run", row, authority, {}, reason)
    return row


def publish_run(*, actor: Actor, run: Run) -> Run:
    """Publish a sealed real run: placements, results, cut-offs, vacancies and the seed, in one transaction; notices
    after it. Again: nothing happens. A process killed on the way has published nothing.

    Refuses ADM-105 (mock and trial runs), ADM-102 (not sealed), ADM-103/104 (differences, failed check), ADM-106 (what
    the run read has changed since), ADM-107 (the seed does not match), ADM-110 (somebody was placed elsewhere).
    """
    with transaction.atomic():
        cycle = lock(Cycle, run.round.cycle_id)
        round_ = lock(Round, run.round_id)
        row = lock(Run, run.pk)
        authority = require_bureau(actor, "admission.publish", cycle.region)
        if row.purpose != "real":
            raise errors.ONLY_REAL_PUBLISHED.refuse(purpose=RUN_PURPOSES[row.purpose])
        if row.state == PUBLISHED:
            return row
        require_clean(row)
        if row.state != SEALED:
            raise errors.RUN_STATE.refuse(state=RUN_STATES.labels[row.state], act="公布")
        _require_unchanged(round_, row)
        seed = open_seed(cycle)
        now = clock.now()
        placed = _place(cycle, round_, row)
        row.state, row.published_at = PUBLISHED, now
        if row.manifest.get("commitment"):
            row.manifest = {**row.manifest, "seed": seed}
        row.save(update_fields=["state", "published_at", "manifest"])
        if cycle.seed_revealed_at is None:
            cycle.seed_revealed, cycle.seed_revealed_at = seed, now
            cycle.save(update_fields=["seed_revealed", "seed_revealed_at"])
        enter_review(actor=actor, cycle=cycle, round_=round_)
        facts = {"placed": placed, "root": row.root, "manifest": row.manifest.get("digest", ""), "seed": seed}
        _record(actor, "publish_run", row, authority, facts)
        _tell(cycle, round_, row)
    return row


def require_clean(run: Run) -> None:
    """ADM-103 when the two implementations differed, ADM-104 when the independent check found something."""
    if run.mismatches:
        raise errors.RUN_DISAGREES.refuse(count=len(run.mismatches), first=run.mismatches[0])
    if run.violations:
        raise errors.RUN_CHECK_FAILED.refuse(count=len(run.violations), first=run.violations[0])


_PARTS = {
    "places": "招生计划",
    "candidates": "考生信息或成绩",
    "lists": "志愿表",
    "fixed": "已有的录取",
    "facts": "考生信息的佐证",
    "rules": "投档规则",
}


def _require_unchanged(round_: Round, run: Run) -> None:
    now = digests_of_round(round_)
    if now["input"] != run.digests.get("input"):
        what = "、".join(title for key, title in _PARTS.items() if now.get(key) != run.digests.get(key))
        raise errors.INPUT_CHANGED.refuse(what=what or "数据")


_PLACEMENT = (
    "public_id", "cycle_id", "candidate_id", "person_id", "year", "round_id", "run_id", "plan_id", "slice", "ordinal",
    "state", "reason_id", "reason", "basis", "reviewed_by", "created_at",
)  # fmt: skip


def _place(cycle: Cycle, round_: Round, run: Run) -> int:
    """Write the placements; ADM-110 when the database finds a person placed elsewhere."""
    results = RunResult.objects.filter(run=run, plan__isnull=False).exclude(reason=PLACED_BEFORE)
    rows = list(
        results.order_by("candidate_id").values_list(
            "candidate_id", "candidate__person_id", "plan_id", "slice", "ordinal"
        )
    )
    taken = set(Placement.objects.filter(year=cycle.year, state__in=LIVING).values_list("person_id", flat=True))
    twice = sum(1 for _, person, *_ in rows if person in taken)
    if twice:
        raise errors.PLACED_ELSEWHERE.refuse(count=twice)
    now = moment_for_driver(clock.now())
    try:
        with transaction.atomic():
            insert_rows(
                Placement,
                _PLACEMENT,
                [
                    (
                        public_id(),
                        cycle.pk,
                        candidate,
                        person,
                        cycle.year,
                        round_.pk,
                        run.pk,
                        plan,
                        slice_,
                        ordinal,
                        DISPATCHED,
                        "",
                        "",
                        "",
                        "",
                        now,
                    )
                    for candidate, person, plan, slice_, ordinal in rows
                ],
            )
    except IntegrityError:
        raise errors.PLACED_ELSEWHERE.refuse(count=1) from None
    return len(rows)


def _tell(cycle: Cycle, round_: Round, run: Run) -> None:
    """One notice a candidate, after commit."""
    batch = channel_of(cycle).batch(round_.batch).title
    rows: Sequence[tuple[int, int | None, int | None]] = list(
        RunResult.objects.filter(run=run)
        .exclude(reason=PLACED_BEFORE)
        .values_list("candidate__person_id", "plan__school_id", "ordinal")
    )
    names = school_names({school for _, school, _ in rows if school is not None})
    texts: dict[int, str] = {}
    for person, school, ordinal in rows:
        if school is not None:
            texts[person] = (
                f"{cycle.title}{batch}投档结果已公布：您的档案按第 {ordinal} 志愿投到{names[school]}，等待学校审核。"
            )
        else:
            texts[person] = f"{cycle.title}{batch}投档结果已公布：您这一轮没有投出档案，可以查看每个志愿的原因。"
    send_many(texts, link="/learner/admission/")


def _record(
    actor: Actor, action: str, run: Run, authority: int | None, facts: dict[str, Any], reason: str = ""
) -> None:
    cycle = run.round.cycle
    record(
        actor=actor,
        action=action,
        subject=("admission.run", run.public_id),
        region=cycle.region,
        organisation_id=authority,
        law_version=cycle.law_version,
        reason=reason,
        facts=facts,
    )
