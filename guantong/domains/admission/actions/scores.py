"""Scores: entered by sheet all or nothing, composed by the declaration, ranked with ties."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver, update_rows
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Cycle, Score
from guantong.domains.admission.rules.declaration.shapes import Channel
from guantong.domains.admission.rules.scoring import Composition, compose, ranks
from guantong.domains.admission.rules.states import REGISTERED, why_not_now
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import columns_of, facts_of, keys_as_json
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.kernel import clock
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Where


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """One candidate's marks: paper id → mark, grade or 缺考 as text. ``name`` guards against a wrong row."""

    number: str
    papers: Mapping[str, Any]
    name: str = ""
    where: Where = field(default=NOWHERE, compare=False)


def enter_scores(
    *, actor: Actor, cycle: Cycle, entries: Sequence[ScoreEntry], job_id: int | None = None
) -> tuple[int, int]:
    """Keep marks and what they add up to, all or none: (entered or changed, known before).

    Refuses with every problem: ADM-057 (no such number), ADM-058 (another name), ADM-059 (twice), marks missing,
    unknown, malformed, above the full mark (ADM-240…248), ADM-291. Changed marks take the ranks back: rank again.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        if (problem := why_not_now("enter_scores", row_cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        channel = channel_of(row_cycle)
        candidates = _by_number(row_cycle, [e.number for e in entries])
        there = {s.candidate_id: s for s in _scores_of([c.pk for c in candidates.values()])}
        problems: list[Problem] = []
        first: dict[str, int] = {}
        fresh: list[Score] = []
        changed: list[Score] = []
        known = 0
        for position, entry in enumerate(entries, start=1):
            candidate = candidates.get(entry.number)
            faults = _why_not(entry, candidate, first, position)
            if faults or candidate is None:
                problems.extend(faults)
                continue
            try:
                composition = compose(channel, facts_of(channel, candidate), entry.papers)
            except Refusal as refusal:
                problems.extend(p.at(_cell(entry.where, p.where)) for p in refusal)
                continue
            score = there.get(candidate.pk) or Score(candidate=candidate, revision=0)
            if score.pk and not _changes(channel, score.papers, entry.papers):
                known += 1
                continue
            fill(score, channel, entry.papers, composition)
            score.job_id = job_id
            (changed if score.pk else fresh).append(score)
        if problems:
            raise Refusal(problems)
        _insert(fresh)
        Score.objects.bulk_update(changed, _COLUMNS, batch_size=100)
        if fresh or changed:
            record(
                actor=actor,
                action="enter_scores",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=authority,
                law_version=row_cycle.law_version,
                facts={
                    "entered": len(fresh),
                    "changed": [s.candidate.number for s in changed][:200],
                    "declaration": row_cycle.declaration_digest,
                },
            )
    return len(fresh) + len(changed), known


def withdraw_scores(*, actor: Actor, cycle: Cycle, job_id: int) -> int:
    """Take away the scores an import entered, while they may be entered. Gives how many; 0 when none are left.

    Scores it changed do not come back as they were: the earlier sheet is imported again.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        if (problem := why_not_now("enter_scores", row_cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        rows = Score.objects.filter(candidate__cycle=row_cycle, job_id=job_id).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:500])
        if ids:
            Score.objects.filter(pk__in=ids).delete()
            record(
                actor=actor,
                action="withdraw_scores",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=authority,
                law_version=row_cycle.law_version,
                reason="成绩导入已撤回",
                facts={"count": len(ids), "job": job_id},
            )
    return len(ids)


def _insert(scores: Sequence[Score]) -> None:
    """Keep new scores."""
    insert_rows(
        Score,
        (
            "candidate_id", "papers", "total_thousandths", "keys", "applied", "is_ranked", "revision", "entered_at",
            "job_id",
        ),
        [
            (
                score.candidate_id, _json(score.papers), score.total_thousandths, _json(score.keys),
                _json(score.applied), True, score.revision, moment_for_driver(score.entered_at), score.job_id,
            )
            for score in scores
        ],
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_COLUMNS = [
    "papers",
    "total_thousandths",
    "keys",
    "applied",
    "rank",
    "rank_ties",
    "revision",
    "entered_at",
    "job_id",
]


def fill(score: Score, channel: Channel, papers: Mapping[str, Any], composition: Composition) -> None:
    """The columns of a score from a composition; its rank is gone until ranking is done again."""
    score.papers = kept_papers(channel, papers)
    score.total_thousandths = composition.total_thousandths
    score.keys = keys_as_json(composition)
    score.applied = [
        {
            "title": line.title,
            "value": None if line.value is None else format(line.value, "f"),
            "sentence": line.sentence,
            "basis": line.ground.sentence(),
        }
        for line in composition.explanation
    ]
    score.rank = score.rank_ties = None
    score.revision += 1
    score.entered_at = clock.now()


def compose_again(channel: Channel, candidates: Sequence[int]) -> int:
    """Make the scores of candidates (primary keys) again from their marks after facts changed; returns how many.

    Where a paper is no longer waived its mark is missing: the score keeps its marks, has no total, and counts as
    missing until the mark is entered. Ranks of all these are gone.
    """
    found: list[Score] = []
    for score in _scores_of(candidates):
        try:
            composition = compose(channel, facts_of(channel, score.candidate), score.papers)
        except Refusal:
            score.total_thousandths, score.keys, score.applied = None, {}, []
            score.rank = score.rank_ties = None
            score.revision += 1
        else:
            fill(score, channel, score.papers, composition)
        found.append(score)
    Score.objects.bulk_update(found, _COLUMNS, batch_size=100)
    return len(found)


def is_missing(candidate: Candidate) -> bool:
    """Whether a candidate (read with the score) has no score, or one whose total waits for a mark."""
    return not hasattr(candidate, "score") or candidate.score.total_thousandths is None


@dataclass(frozen=True, slots=True)
class ChangedMarks:
    """A candidate whose marks an entry would change: (title of the paper, mark kept, mark given), "" for none."""

    entry: ScoreEntry
    name: str
    changes: tuple[tuple[str, str, str], ...]


def list_changed_marks(cycle: Cycle, entries: Sequence[ScoreEntry]) -> list[ChangedMarks]:
    """Which entries would change marks kept already, and from what to what. Reads only."""
    channel = channel_of(cycle)
    candidates = _by_number(cycle, [entry.number for entry in entries])
    there = {score.candidate_id: score for score in _scores_of([c.pk for c in candidates.values()])}
    found: list[ChangedMarks] = []
    for entry in entries:
        candidate = candidates.get(entry.number)
        score = there.get(candidate.pk) if candidate is not None else None
        if candidate is None or score is None:
            continue
        if changes := _changes(channel, score.papers, entry.papers):
            found.append(ChangedMarks(entry, candidate.person.name, changes))
    return found


def _changes(channel: Channel, kept: Mapping[str, str], given: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """(title, mark kept, mark given) of every paper whose mark differs; 90 and 90.0 are the same mark."""
    fresh = kept_papers(channel, given)
    pairs = ((paper.title, kept.get(paper.id, ""), fresh.get(paper.id, "")) for paper in channel.papers)
    return tuple(pair for pair in pairs if _mark(pair[1]) != _mark(pair[2]))


def _mark(text: str) -> object:
    """A mark as a number where it is one."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def kept_papers(channel: Channel, given: Mapping[str, Any]) -> dict[str, str]:
    """Marks as text in the order of papers; blanks left out."""
    found: dict[str, str] = {}
    for paper in channel.papers:
        value = given.get(paper.id)
        if value is not None and str(value).strip():
            found[paper.id] = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
    return found


def _by_number(cycle: Cycle, numbers: Sequence[str]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), 500):
        rows = Candidate.objects.filter(cycle=cycle, number__in=wanted[start : start + 500], state=REGISTERED)
        found.update((c.number, c) for c in rows.select_related("person"))
    return found


def _scores_of(ids: Sequence[int]) -> list[Score]:
    found: list[Score] = []
    for start in range(0, len(ids), 500):
        found.extend(Score.objects.filter(candidate_id__in=ids[start : start + 500]).select_related("candidate"))
    return found


def _why_not(entry: ScoreEntry, candidate: Candidate | None, first: dict[str, int], position: int) -> list[Problem]:
    if entry.number in first:
        return [errors.SAME_NUMBER_TWICE.problem(other=first[entry.number], where=entry.where)]
    first[entry.number] = entry.where.row or position
    if candidate is None:
        return [errors.NUMBER_UNKNOWN.problem(number=entry.number[:24], where=entry.where)]
    if entry.name and entry.name != candidate.person.name:
        return [errors.SCORE_NAME_DIFFERS.problem(number=entry.number, where=entry.where)]
    return []


def _cell(where: Where, inner: Where) -> Where:
    if where is NOWHERE:
        return inner
    return Where(row=where.row, column=inner.column, title=inner.title, value=inner.value)


def rank_candidates(*, actor: Actor, cycle: Cycle) -> int:
    """Rank every registered candidate by the order of the first batch; equal keys share the best rank. Again: the same.

    Refuses ADM-062 (nobody), ADM-061 (scores missing, with numbers), ADM-291. Returns how many were ranked.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        if (problem := why_not_now("rank_candidates", row_cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        count = rank_all(row_cycle)
        record(
            actor=actor,
            action="rank_candidates",
            subject=("admission.cycle", row_cycle.public_id),
            region=row_cycle.region,
            organisation_id=authority,
            law_version=row_cycle.law_version,
            facts={"count": count},
        )
    return count


def rank_all(cycle: Cycle) -> int:
    """Write rank and ties of every registered candidate of a locked cycle; returns how many."""
    channel = channel_of(cycle)
    rows = list(_with_scores(cycle))
    if not rows:
        raise errors.NO_CANDIDATES.refuse()
    missing = [c for c in rows if is_missing(c)]
    if missing and channel.papers:
        shown = "、".join(c.number for c in missing[:5]) + ("等" if len(missing) > 5 else "")
        raise errors.SCORE_MISSING.refuse(count=len(missing), numbers=shown)
    if missing:  # a channel without papers: the total is what policy points give
        made = [Score(candidate=candidate, revision=0) for candidate in missing]
        for score in made:
            fill(score, channel, {}, compose(channel, facts_of(channel, score.candidate), {}))
        _insert(made)
        rows = list(_with_scores(cycle))
    scored = [c for c in rows if hasattr(c, "score")]
    batch = channel.batches[0]
    found = ranks(batch, {c.lot: columns_of(channel, c, c.score) for c in scored})
    changed: list[Score] = []
    for candidate in scored:
        ranked = found[candidate.lot]
        score = candidate.score
        if (score.rank, score.rank_ties) != (ranked.rank, ranked.ties):
            score.rank, score.rank_ties = ranked.rank, ranked.ties
            changed.append(score)
    write_ranks(changed)
    return len(scored)


def _with_scores(cycle: Cycle) -> QuerySet[Candidate]:
    """Everybody registered, with what ranking asks of the score; marks and explanations stay where they are."""
    rows = Candidate.objects.filter(cycle=cycle, state=REGISTERED).select_related("score")
    return rows.defer("score__papers", "score__applied").order_by("pk")


def write_ranks(scores: Sequence[Score]) -> None:
    """Rank and ties of many scores at once."""
    update_rows(Score, ("rank", "rank_ties"), [(s.rank, s.rank_ties, s.pk) for s in scores])
