"""Import jobs of a cycle: checking runs the real action and rolls back; all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from guantong.base.orgs.public import region_on
from guantong.base.people.public import PersonFacts, problems_of
from guantong.base.sheets.kinds import JobContext, JobKind, PostCounts
from guantong.base.sheets.reading import Row
from guantong.base.sheets.specs import SheetSpec
from guantong.domains.admission.actions.candidates import CandidateEntry, register_candidates, withdraw_roster
from guantong.domains.admission.actions.plans import PlanEntry, save_plans, withdraw_plans
from guantong.domains.admission.actions.scores import (
    ChangedMarks,
    ScoreEntry,
    enter_scores,
    list_changed_marks,
    withdraw_scores,
)
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.selectors.access import get_cycle
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.sheets.forms import FACT, PAPER, candidates_form, plans_form, scores_form
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Weight, Where

CANDIDATES, SCORES, PLANS = "admission_candidates", "admission_scores", "admission_plans"
"""Families of kinds; the key is the cycle's public id: ``admission_scores:7QK…``."""


def candidates_job(key: str) -> JobKind:
    """考生名册 of the cycle with this public id (ADM-001 for an unknown one)."""
    cycle = get_cycle(key)
    spec = candidates_form(channel_of(cycle), cycle.year)

    def work(rows: list[Row], context: JobContext) -> PostCounts:
        entries = [_candidate(row, context, spec) for row in rows]
        found, known = register_candidates(actor=context.actor, cycle=cycle, entries=entries, job_id=context.job_id)
        return PostCounts(posted=found, known=known)

    def check(rows: list[Row], context: JobContext) -> Iterable[Problem]:
        people = [PersonFacts(str(row.values["name"]), str(row.values["id_number"])) for row in rows]
        bad: list[Problem] = []
        good: list[Row] = []
        for row, findings in zip(rows, problems_of(people), strict=True):
            for finding in findings:
                column = finding.where.column if finding.where.column in {"name", "id_number"} else "id_number"
                bad.append(finding.at(context.where(row, str(column))))
            if not findings:
                good.append(row)
        return [*bad, *_tried(work, good, context)]

    return JobKind(
        name=f"{CANDIDATES}:{key}",
        title=f"导入考生名册（{cycle.title}）",
        specs=(spec,),
        permission="admission.manage",
        check_rows=check,
        post_rows=_posting(work),
        reverse=lambda context: withdraw_roster(actor=context.actor, cycle=cycle, job_id=context.job_id),
        chunk=2000,
        posted_word="登记",
    )


def _candidate(row: Row, context: JobContext, spec: SheetSpec) -> CandidateEntry:
    values = row.values
    facts = {column.key: values.get(column.key) for column in spec.columns if column.key.startswith(FACT)}
    return CandidateEntry(
        name=str(values["name"]),
        id_number=str(values["id_number"]),
        attributes={_attribute(key, context): _plain(value) for key, value in facts.items() if value is not None},
        number=str(values.get("number") or ""),
        where=context.where(row, "id_number"),
    )


def _attribute(key: str, context: JobContext) -> str:
    """The id of a fact from its column's key."""
    ids: dict[str, str] | None = context.memory.get("fact_ids")
    if ids is None:
        channel = channel_of(_cycle_of(context))
        ids = context.memory["fact_ids"] = {FACT + a.id.replace("-", "_"): a.id for a in channel.attributes}
    return ids[key]


def _paper(key: str, context: JobContext) -> str:
    ids: dict[str, str] | None = context.memory.get("paper_ids")
    if ids is None:
        channel = channel_of(_cycle_of(context))
        ids = context.memory["paper_ids"] = {PAPER + p.id.replace("-", "_"): p.id for p in channel.papers}
    return ids[key]


def _cycle_of(context: JobContext) -> Cycle:
    from guantong.base.sheets.models import ImportJob

    kind = ImportJob.objects.values_list("kind", flat=True).get(pk=context.job_id)
    return get_cycle(kind.partition(":")[2])


def _plain(value: object) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def scores_job(key: str) -> JobKind:
    """成绩表 of the cycle with this public id."""
    cycle = get_cycle(key)
    spec = scores_form(channel_of(cycle), cycle.year)

    def entries_of(rows: list[Row], context: JobContext) -> list[ScoreEntry]:
        return [
            ScoreEntry(
                number=str(row.values["number"]),
                name=str(row.values["name"]),
                papers={
                    _paper(column.key, context): row.values[column.key]
                    for column in spec.columns
                    if column.key.startswith(PAPER) and row.values.get(column.key) is not None
                },
                where=context.where(row, "number", row.values["number"]),
            )
            for row in rows
        ]

    def work(rows: list[Row], context: JobContext) -> PostCounts:
        entries = entries_of(rows, context)
        entered, known = enter_scores(actor=context.actor, cycle=cycle, entries=entries, job_id=context.job_id)
        return PostCounts(posted=entered, known=known)

    def check(rows: list[Row], context: JobContext) -> Iterable[Problem]:
        """What would change is read before the trial writes anything; a row with faults is not asked about."""
        changed = [_changed(one) for one in list_changed_marks(cycle, entries_of(rows, context))]
        faults = _tried(work, rows, context)
        faulty = {problem.where.row for problem in faults}
        return [*(problem for problem in changed if problem.where.row not in faulty), *faults]

    return JobKind(
        name=f"{SCORES}:{key}",
        title=f"导入成绩（{cycle.title}）",
        specs=(spec,),
        permission="admission.manage",
        check_rows=check,
        post_rows=_posting(work),
        reverse=lambda context: withdraw_scores(actor=context.actor, cycle=cycle, job_id=context.job_id),
        chunk=2000,
        posted_word="录入",
    )


def _changed(one: ChangedMarks) -> Problem:
    """Marks that are there already are changed only by somebody who has seen from what to what (ADM-063)."""
    words = "；".join(f"{title} {before or '没有'} 改为 {after or '没有'}" for title, before, after in one.changes)
    return errors.SCORE_CHANGED_CONFIRM.problem(
        number=one.entry.number, name=one.name, changes=words, where=one.entry.where
    )


def plans_job(key: str) -> JobKind:
    """招生计划表 of the cycle with this public id, for a school."""
    cycle = get_cycle(key)
    spec = plans_form(channel_of(cycle), cycle.year)

    def work(rows: list[Row], context: JobContext) -> PostCounts:
        if context.organisation_id is None:
            raise errors.NOT_A_SCHOOL.refuse(name="")
        entries = [_plan(row, context) for row in rows]
        saved, known = save_plans(
            actor=context.actor,
            cycle=cycle,
            school_id=context.organisation_id,
            entries=entries,
            job_id=context.job_id,
        )
        return PostCounts(posted=saved, known=known)

    return JobKind(
        name=f"{PLANS}:{key}",
        title=f"导入招生计划（{cycle.title}）",
        specs=(spec,),
        permission="admission.plan",
        check_rows=lambda rows, context: _tried(work, rows, context),
        post_rows=_posting(work),
        reverse=lambda context: withdraw_plans(actor=context.actor, cycle=cycle, job_id=context.job_id),
        chunk=1000,
        posted_word="编入",
    )


def _plan(row: Row, context: JobContext) -> PlanEntry:
    values: dict[str, Any] = row.values
    return PlanEntry(
        programme_code=str(values["programme_code"]),
        batch=str(values["batch"]),
        seats=int(values["seats"]),
        fee_fen=int(values["fee"] * 100),
        years=Decimal(values["years"]),
        place=str(values["place"]),
        kind=str(values.get("kind") or "ordinary"),
        group_code=str(values.get("group_code") or ""),
        group_name=str(values.get("group_name") or ""),
        mode=str(values.get("mode") or "full_time"),
        site=str(values.get("site") or "main"),
        note=str(values.get("note") or ""),
        place_region=region_on(context.organisation_id, clock.today()) if context.organisation_id else "",
        where=context.where(row, "programme_code", values["programme_code"]),
    )


Work = Callable[[list[Row], JobContext], PostCounts]


def _tried(work: Work, rows: list[Row], context: JobContext) -> list[Problem]:
    """What the real action refuses, at the cells of her sheet; the caller rolls everything back."""
    if not rows:
        return []
    try:
        work(rows, context)
    except Refusal as refusal:
        return _placed(refusal.problems, context)
    return []


def _posting(work: Work) -> Work:
    def post(rows: list[Row], context: JobContext) -> PostCounts:
        try:
            return work(rows, context)
        except Refusal as refusal:
            raise Refusal(
                [p for p in _placed(refusal.problems, context) if p.weight is Weight.MUST_CHANGE] or refusal.problems,
                status=refusal.status,
            ) from None

    return post


_COLUMNS = {"programme": "programme_code", "group": "group_code", "kind": "kind", "seats": "seats", "fee": "fee"}
"""Names the rules of plans give to columns → keys of the form."""


def _placed(problems: Sequence[Problem], context: JobContext) -> list[Problem]:
    """Problems at a row of the sheet, with the letters of the column they name."""
    keys = {column.key for column in context.spec.columns}
    found: list[Problem] = []
    for problem in problems:
        where = problem.where
        name = where.column or ""
        known = (name, FACT + name.replace("-", "_"), PAPER + name.replace("-", "_"), _COLUMNS.get(name, ""))
        key = next((one for one in known if one in keys), None)
        if where.row is not None and key is not None:
            placed = context.where(where.row, key)
            where = Where(row=placed.row, column=placed.column, title=placed.title, value=where.value)
        found.append(problem.at(where))
    return found
