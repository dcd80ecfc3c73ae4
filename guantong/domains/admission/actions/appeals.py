"""Appeals against published results: opened as cases, computed again with corrected input, decided with effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.actions.proving import correct_proved
from guantong.domains.admission.actions.repeating import affected_by, outcome_of, repeat
from guantong.domains.admission.actions.scores import fill, rank_all
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import (
    Appeal,
    AppealRerun,
    Candidate,
    Cycle,
    IntakePlan,
    Placement,
    Round,
    Run,
    RunResult,
    Score,
)
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.scoring import compose
from guantong.domains.admission.rules.states import (
    ADMITTED,
    CLOSED,
    COMPUTED,
    CONFIRMED,
    WITHDRAWN,
    why_not_now,
)
from guantong.domains.admission.selectors.access import find_published_run, own_candidate
from guantong.domains.admission.selectors.appealing import why_not_in_time
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import attributes_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.vacancies import vacancies_of
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.public import open_case

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Outcome as CaseOutcome

DEFINITION = "admission-appeal"
SUBJECT = "admission.appeal"
ABOUT = {"score": "成绩", "eligibility": "报考资格和信息", "result": "投档结果", "review": "学校退档"}
CORRECTABLE = {"papers": "各科成绩", "attributes": "报名信息"}
EFFECTS = {"correct": "更正记录", "extra_seat": "增加名额", "change": "改录到有余额的计划"}
"""What a granted appeal may do. An extra seat takes nobody's place away."""


def open_appeal(*, actor: Actor, round_: Round, about: str, grounds: str) -> Appeal:
    """The candidate objects to the own published result; a case is opened at the organising authority.

    Refuses ADM-011, ADM-140 (about what), ADM-141 (no grounds), ADM-142 (one is open), ADM-143 (nothing published yet),
    ADM-252 (the period is over: it runs from publication, against a sent-back file from the day it was sent back).
    """
    with transaction.atomic():
        row_round = lock(Round, round_.pk)
        cycle = row_round.cycle
        candidate = lock(Candidate, own_candidate(cycle, actor).pk)
        if (problem := why_not_now("open_appeal", cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        if about not in ABOUT:
            raise errors.APPEAL_ABOUT.refuse(given=about[:20], known="、".join(ABOUT.values()))
        if not grounds.strip():
            raise errors.APPEAL_GROUNDS.refuse()
        run = find_published_run(row_round)
        if run is None or not RunResult.objects.filter(run=run, candidate=candidate).exists():
            raise errors.NO_RESULT_YET.refuse()
        there = Appeal.objects.filter(candidate=candidate, round=row_round, state="opened").first()
        if there is not None:
            raise errors.APPEAL_OPEN.refuse(number=there.public_id)
        if (problem := why_not_in_time(candidate, row_round, about)) is not None:
            raise Refusal([problem], status=409)
        try:
            with transaction.atomic():
                appeal = Appeal.objects.create(
                    public_id=public_id(),
                    candidate=candidate,
                    round=row_round,
                    run=run,
                    about=about,
                    grounds=grounds.strip()[:1000],
                    opened_at=clock.now(),
                )
        except IntegrityError:
            raise errors.APPEAL_OPEN.refuse(number="") from None
        case = open_case(
            actor=actor,
            definition=DEFINITION,
            region=cycle.region,
            subject=(SUBJECT, appeal.public_id),
            organisation_id=_school_of(candidate, row_round, run),
            authority_id=cycle.organiser_id,
            person_id=candidate.person_id,
            law_on=clock.today(),
            title=f"录取复核：考生号 {candidate.number}，{ABOUT[about]}",
            facts={"about": about, "run": run.public_id, "root": run.root, "grounds": appeal.grounds},
        )
        appeal.case_id = case.pk
        appeal.save(update_fields=["case_id"])
        _record(actor, "open_appeal", appeal, {"about": about, "run": run.public_id})
    return appeal


def _school_of(candidate: Candidate, round_: Round, run: Run) -> int | None:
    """The school concerned: where the file went, else that of the first choice."""
    placed = Placement.objects.filter(candidate=candidate, round=round_).order_by("-pk").first()
    if placed is not None:
        return placed.plan.school_id
    result = RunResult.objects.filter(run=run, candidate=candidate).first()
    choices = result.row.get("choices", []) if result is not None else []
    if not choices:
        return None
    unit = str(choices[0][1])
    plan = IntakePlan.objects.filter(cycle_id=round_.cycle_id, public_id=unit).first()
    if plan is None:
        key = unit.split("-", 1)[0]
        plan = IntakePlan.objects.filter(cycle_id=round_.cycle_id, school__school_code=key).first()
    return plan.school_id if plan is not None else None


def rerun_appeal(*, actor: Actor, appeal: Appeal, corrected: Mapping[str, Mapping[str, Any]]) -> AppealRerun:
    """Compute the run again with corrected marks (``papers``) or facts (``attributes``) of the candidate, on the input
    kept with the run: what the candidate would have got, and everybody whose place would differ. Nothing is changed.

    Refuses ADM-149 (decided), ADM-144 (nothing corrected), ADM-145 (what cannot be), marks and facts as when entered.
    """
    with transaction.atomic():
        row = lock(Appeal, appeal.pk)
        cycle = row.round.cycle
        authority = require_bureau(actor, "admission.appeal", cycle.region)
        if row.state != "opened":
            raise errors.APPEAL_CLOSED.refuse()
        plain = _checked(row.candidate, corrected)
        made = repeat(row, plain)
        number = row.reruns.count() + 1
        run = Run.objects.create(
            public_id=public_id(),
            round=row.round,
            purpose="appeal",
            state=COMPUTED,
            phase="done",
            based_on=row.run,
            changes={"appeal": row.public_id, "corrected": plain},
            rules=row.run.rules,
            digests={"based_on": row.run.digests.get("input", "")},
            engine=row.run.engine,
            started_by=actor.label,
            started_by_user_id=actor.user_id,
            started_at=clock.now(),
            computed_at=clock.now(),
        )
        rerun = AppealRerun.objects.create(
            appeal=row,
            number=number,
            run=run,
            corrected=plain,
            outcome=outcome_of(made),
            affected=affected_by(made, cycle.pk),
            made_by=actor.label,
            made_at=clock.now(),
        )
        _record(
            actor,
            "rerun_appeal",
            row,
            {"number": number, "corrected": plain, "affected": len(rerun.affected), "by": authority},
        )
    return rerun


def _checked(candidate: Candidate, corrected: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is corrected, whole: all papers or all facts as they would be."""
    unknown = [key for key in corrected if key not in CORRECTABLE]
    if unknown:
        raise errors.RERUN_UNKNOWN_FIELD.refuse(given=unknown[0][:20], known="、".join(CORRECTABLE.values()))
    channel = channel_of(candidate.cycle)
    score = Score.objects.filter(candidate=candidate).first()
    found: dict[str, dict[str, Any]] = {}
    if corrected.get("papers"):
        papers = {**(score.papers if score is not None else {}), **corrected["papers"]}
        found["papers"] = {key: str(value) for key, value in papers.items() if str(value).strip()}
        if score is not None and found["papers"] == score.papers:
            del found["papers"]
    if corrected.get("attributes"):
        kept, problems = attributes_of(channel, {**candidate.attributes, **corrected["attributes"]})
        if problems:
            raise Refusal(problems)
        if kept != candidate.attributes:
            found["attributes"] = kept
    if not found:
        raise errors.RERUN_NOTHING.refuse()
    return found


def on_appeal_outcome(case: Case, outcome: CaseOutcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """The case has ended: carry the decision out, in the transaction of the deciding action.

    Granted: ``values["effect"]`` (a key of :data:`EFFECTS`; without one: an extra seat where the last repetition gave a
    better place, else a correction). ADM-146 without a repetition, ADM-148 when it gave nothing better.
    """
    appeal = Appeal.objects.select_for_update(of=("self",)).get(public_id=case.subject_id)
    cycle = lock(Cycle, appeal.round.cycle_id)
    rerun = appeal.reruns.order_by("-number").first()
    granted = outcome.kind in {"granted", "overturned"}
    applied: dict[str, Any] = {}
    if granted:
        effect = str(values.get("effect") or _default_effect(rerun))
        applied = _apply(appeal, cycle, rerun, effect)
    appeal.state = "granted" if granted else ("withdrawn" if outcome.kind in {"withdrawn", "lapsed"} else "refused")
    appeal.decided_at = clock.now()
    appeal.decision = {
        "outcome": outcome.id,
        "title": outcome.title,
        "by": actor.label,
        "on": clock.today().isoformat(),
        "case": case.public_id,
        **applied,
    }
    appeal.save(update_fields=["state", "decided_at", "decision"])
    _record(actor, "decide_appeal", appeal, appeal.decision, outcome.title)


def _default_effect(rerun: AppealRerun | None) -> str:
    if rerun is not None and _is_better(rerun):
        return "extra_seat"
    return "correct"


def _is_better(rerun: AppealRerun) -> bool:
    """Whether the repetition gave an earlier choice, or a place instead of none."""
    before, after = rerun.outcome["before"], rerun.outcome["after"]
    if after["place"] is None:
        return False
    return before["place"] is None or (
        (after["ordinal"] or 0, after["place"])
        != (
            before["ordinal"] or 0,
            before["place"],
        )
        and (after["ordinal"] or 0) <= (before["ordinal"] or 0)
    )


def _apply(appeal: Appeal, cycle: Cycle, rerun: AppealRerun | None, effect: str) -> dict[str, Any]:
    if effect not in EFFECTS:
        raise errors.APPEAL_EFFECT.refuse()
    if rerun is None:
        raise errors.RERUN_NEEDED.refuse()
    if effect != "correct" and not _is_better(rerun):
        raise errors.APPEAL_NO_GAIN.refuse(act=EFFECTS[effect])
    _correct(appeal, cycle, rerun)
    applied: dict[str, Any] = {"effect": effect, "rerun": rerun.number, "corrected": rerun.corrected}
    if effect == "correct":
        return applied
    plan = IntakePlan.objects.select_for_update(of=("self",)).get(public_id=rerun.outcome["after"]["place"])
    if effect == "change" and vacancies_of(cycle, plan.batch).get(plan.public_id, 0) < 1:
        raise errors.APPEAL_NO_GAIN.refuse(act="改录：那里没有余额")
    if effect == "extra_seat":
        plan.extra_seats += 1
        plan.save(update_fields=["extra_seats"])
    return {**applied, **_move(appeal, rerun, plan)}


def _correct(appeal: Appeal, cycle: Cycle, rerun: AppealRerun) -> None:
    """Write the corrected record and rank again."""
    candidate = lock(Candidate, appeal.candidate_id)
    channel = channel_of(cycle)
    if "attributes" in rerun.corrected:
        correct_proved(cycle, candidate, rerun.corrected["attributes"], f"录取复核 {appeal.public_id}")
        candidate.attributes = rerun.corrected["attributes"]
        candidate.save(update_fields=["attributes"])
    score = Score.objects.select_for_update(of=("self",)).filter(candidate=candidate).first()
    if score is None:
        return
    papers = rerun.corrected.get("papers", score.papers)
    fill(score, channel, papers, compose(channel, read_facts(channel, candidate.attributes), papers))
    score.save()
    rank_all(cycle)


def _move(appeal: Appeal, rerun: AppealRerun, plan: IntakePlan) -> dict[str, Any]:
    """Give the candidate the place; an earlier one of the year ends with the reason. Nobody else is touched."""
    candidate, round_ = appeal.candidate, appeal.round
    ended: Sequence[Placement] = list(
        Placement.objects.select_for_update(of=("self",)).filter(
            person_id=candidate.person_id, year=candidate.year, state__in=LIVING
        )
    )
    for row in ended:
        row.state, row.reason = WITHDRAWN, f"复核改录（{appeal.public_id}）。"
        row.save(update_fields=["state", "reason"])
    placement = Placement.objects.create(
        public_id=public_id(),
        cycle_id=round_.cycle_id,
        candidate=candidate,
        person_id=candidate.person_id,
        year=candidate.year,
        round=round_,
        run=rerun.run,
        plan=plan,
        slice=rerun.outcome["after"]["slice"],
        ordinal=rerun.outcome["after"]["ordinal"] or 0,
        state=CONFIRMED if round_.stage == CLOSED else ADMITTED,
        reviewed_by="录取复核",
        reviewed_at=clock.now(),
        created_at=clock.now(),
    )
    return {"placement": placement.public_id, "ended": [row.public_id for row in ended]}


def _record(actor: Actor, action: str, appeal: Appeal, facts: Mapping[str, Any], reason: str = "") -> None:
    cycle = appeal.round.cycle
    record(
        actor=actor,
        action=action,
        subject=(SUBJECT, appeal.public_id),
        region=cycle.region,
        law_version=cycle.law_version,
        reason=reason,
        facts=dict(facts),
    )


__all__ = ["ABOUT", "CORRECTABLE", "EFFECTS", "on_appeal_outcome", "open_appeal", "rerun_appeal"]
