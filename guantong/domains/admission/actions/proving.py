"""Facts that must be proved: written with a registration, taken over from the bank, decided by the authority."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver, update_rows
from guantong.base.notices.public import send_many
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.actions.scores import compose_again
from guantong.domains.admission.errors import facts as errors
from guantong.domains.admission.models import Candidate, Cycle, ProvedFact
from guantong.domains.admission.rules.declaration.shapes import Attribute, Channel
from guantong.domains.admission.rules.proving import (
    BANK,
    CONFIRMED,
    LOST,
    REFUSED,
    WAITING,
    BankRecord,
    Proved,
    counted_value,
    proved_attributes,
    shown_by,
)
from guantong.domains.admission.rules.states import REGISTERED, REGISTRATION, why_not_now
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.proving import bank_records, changes_of, facts_day, rows_of
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

CHUNK = 500
TASK = "admission.facts"
"""The timed work that takes over what the bank shows now, once a day, while people may register."""
DAY_SECONDS = 86_400


def write_proved(cycle: Cycle, facts: Mapping[int, Mapping[str, Proved | None]]) -> None:
    """Keep proofs of candidates (primary key → attribute → proof; None takes a row away), in the caller's transaction.

    A decision of the authority stays with its name, moment and reason as long as the state is the decided one.
    """
    there = rows_of(facts)
    fresh: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    gone: list[int] = []
    for candidate in sorted(facts):
        own = there.get(candidate, {})
        for attribute, one in facts[candidate].items():
            row = own.get(attribute)
            if one is None:
                gone.extend([row.pk] if row is not None else [])
                continue
            values = (one.stated, one.counted, one.state, _json(one.record), _json(one.lost), one.why[:120])
            if row is None:
                fresh.append((cycle.pk, candidate, attribute, *values, "", None, ""))
                continue
            is_decided = one.state in {CONFIRMED, REFUSED}
            decided = (row.decided_by, row.decided_at, row.reason) if is_decided else ("", None, "")
            moment = moment_for_driver(decided[1]) if decided[1] is not None else None
            changed.append((*values, decided[0], moment, decided[2], row.pk))
    if gone:
        ProvedFact.objects.filter(pk__in=gone).delete()
    insert_rows(ProvedFact, ("cycle_id", "candidate_id", "attribute", *_COLUMNS), fresh)
    update_rows(ProvedFact, _COLUMNS, changed)


_COLUMNS = ("stated", "counted", "state", "record", "lost", "why", "decided_by", "decided_at", "reason")


def _json(one: BankRecord | None) -> str:
    return json.dumps(one.as_json() if one is not None else {}, ensure_ascii=False)


def refresh_facts(*, actor: Actor, cycle: Cycle) -> int:
    """Take over what the credit bank shows now for every registered candidate; returns how many changed.

    A record that was revoked or is over stops counting, and the candidate is told; a new one counts. Scores are made
    again; where a paper is no longer waived the mark is missing until it is entered. ADM-291 once registration ended.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        if (problem := why_not_now("refresh_facts", row_cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        changes = changes_of(row_cycle)
        if not changes:
            return 0
        channel = channel_of(row_cycle)
        _lock_candidates(one.candidate for one in changes)
        write_proved(row_cycle, {one.candidate: one.after for one in changes})
        _keep_attributes([(one.attributes, one.candidate) for one in changes])
        compose_again(channel, [one.candidate for one in changes])
        titles = {a.id: a.title for a in channel.attributes}
        told = {
            one.person: "".join(
                f"您报名时使用的学分银行记录已不能采用：{_lost_words(titles[key], now)}"
                for key, now in one.after.items()
                if now is not None and now.state == LOST
            )
            for one in changes
        }
        send_many(
            {person: f"{row_cycle.title}：{text}" for person, text in told.items() if text},
            f"/learner/admission/{row_cycle.public_id}/registration/",
        )
        record(
            actor=actor,
            action="refresh_facts",
            subject=("admission.cycle", row_cycle.public_id),
            region=row_cycle.region,
            organisation_id=authority,
            law_version=row_cycle.law_version,
            facts={
                "on": facts_day(row_cycle).isoformat(),
                "count": len(changes),
                "changed": [[one.number, *sorted(one.after)] for one in changes[:200]],
            },
        )
    return len(changes)


def _lost_words(title: str, now: Proved) -> str:
    record_words = now.lost.words() if now.lost is not None else "原来的记录"
    counted = f"现在按“{now.counted}”计" if now.counted else "现在不计入"
    again = "如有其他凭据，请在报名截止以前重新保存报名信息。"
    return f"“{title}”依据的{record_words}（{now.why or '已失效'}），{counted}。{again}"


def refresh_all() -> str:
    """:func:`refresh_facts` for every cycle in which people may register (timed work); the outcome in one sentence."""
    count = 0
    for cycle in Cycle.objects.filter(stage=REGISTRATION).order_by("pk"):
        count += refresh_facts(actor=SYSTEM, cycle=cycle)
    return f"按学分银行的记录更新了 {count} 名考生的信息。" if count else ""


@dataclass(frozen=True, slots=True)
class FactDecision:
    """A stated fact to be decided: whose, which, and the statement that was on the screen."""

    candidate: str
    """Public id."""
    attribute: str
    stated: str


def decide_facts(
    *, actor: Actor, cycle: Cycle, decisions: Sequence[FactDecision], is_confirmed: bool, reason: str
) -> int:
    """Confirm statements of candidates by evidence that was seen, or refuse them, all or none; gives how many changed.

    ``reason``: the evidence, or why not; the candidates read it. Refuses ADM-185, ADM-186 (no reason), ADM-187 (nothing
    chosen), ADM-188 (nothing stated), ADM-189 (the statement changed meanwhile), ADM-190 (the bank proves it), ADM-191
    (it rests on a record that is lost), ADM-291. The same decision again changes nothing.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise (errors.EVIDENCE_NEEDED if is_confirmed else errors.REFUSAL_REASON_NEEDED).refuse()
    if not decisions:
        raise errors.NOTHING_CHOSEN.refuse()
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        if (problem := why_not_now("decide_facts", row_cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        candidates = _candidates(row_cycle, {one.candidate for one in decisions})
        kept = rows_of(row.pk for row in candidates.values())
        channel = channel_of(row_cycle)
        asked = {a.id: a for a in proved_attributes(channel)}
        records = bank_records(channel, [row.person_id for row in candidates.values()], facts_day(row_cycle))
        problems: list[Problem] = []
        chosen: list[tuple[Candidate, Attribute, ProvedFact, str]] = []
        wanted = CONFIRMED if is_confirmed else REFUSED
        for one in dict.fromkeys(decisions):
            candidate, attribute = candidates.get(one.candidate), asked.get(one.attribute)
            row = kept.get(candidate.pk, {}).get(one.attribute) if candidate is not None else None
            if candidate is None or attribute is None or row is None or not row.stated:
                number = candidate.number if candidate is not None else one.candidate
                title = attribute.title if attribute is not None else one.attribute
                problems.append(errors.FACT_GONE.problem(number=number, title=title))
            elif (why := _why_not_decide(candidate, attribute, row, one)) is not None:
                problems.append(why)
            elif (row.state, row.reason) != (wanted, reason):
                found = shown_by(attribute, records.get(candidate.person_id, ()))
                counted = row.stated if is_confirmed else (found[0] if found is not None else "")
                chosen.append((candidate, attribute, row, counted))
        if problems:
            raise Refusal(problems, status=409)
        _decide(actor, channel, chosen, wanted, reason)
        if chosen:
            record(
                actor=actor,
                action="decide_facts",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=authority,
                law_version=row_cycle.law_version,
                reason=reason,
                facts={
                    "decision": wanted,
                    "count": len(chosen),
                    "facts": [[row.number, a.id, fact.stated] for row, a, fact, _ in chosen[:500]],
                },
            )
    return len(chosen)


def _why_not_decide(
    candidate: Candidate, attribute: Attribute, row: ProvedFact, wanted: FactDecision
) -> Problem | None:
    number, title = candidate.number, attribute.title
    if row.stated != wanted.stated:
        return errors.FACT_CHANGED.problem(number=number, title=title, given=wanted.stated[:40], now=row.stated)
    if row.state == BANK:
        return errors.FACT_FROM_BANK.problem(number=number, title=title)
    if row.state == LOST:
        return errors.FACT_LOST.problem(number=number, title=title, why=row.why or "已失效")
    return None


def _decide(
    actor: Actor,
    channel: Channel,
    chosen: Sequence[tuple[Candidate, Attribute, ProvedFact, str]],
    state: str,
    reason: str,
) -> None:
    now = clock.now()
    moment = moment_for_driver(now)
    touched: dict[int, Candidate] = {}
    texts: dict[int, str] = {}
    said = "已核验确认" if state == CONFIRMED else "未予确认"
    for candidate, attribute, row, counted in chosen:
        changed = Proved(row.stated, counted, state)
        given = candidate.attributes.get(attribute.id)
        candidate.attributes = {**candidate.attributes, attribute.id: counted_value(attribute, given, changed)}
        touched[candidate.pk] = candidate
        why = "凭据" if state == CONFIRMED else "理由"
        texts[candidate.person_id] = (
            texts.get(candidate.person_id, "") + f"您填报的“{attribute.title}：{row.stated}”{said}，{why}：{reason}。"
        )
    label = actor.label[:120]
    update_rows(
        ProvedFact,
        ("counted", "state", "decided_by", "decided_at", "reason"),
        [(counted, state, label, moment, reason, row.pk) for _, _, row, counted in chosen],
    )
    _keep_attributes([(one.attributes, pk) for pk, one in touched.items()])
    compose_again(channel, list(touched))
    send_many(texts, "/learner/admission/")


def _candidates(cycle: Cycle, public_ids: set[str]) -> dict[str, Candidate]:
    """Registered candidates of the cycle by public id, locked in order of primary key."""
    wanted = sorted(public_ids)
    keys: list[int] = []
    for start in range(0, len(wanted), CHUNK):
        rows = Candidate.objects.filter(cycle=cycle, public_id__in=wanted[start : start + CHUNK], state=REGISTERED)
        keys.extend(rows.values_list("pk", flat=True))
    return {row.public_id: row for row in _lock_candidates(keys)}


def _lock_candidates(keys: Iterable[int]) -> list[Candidate]:
    """The candidates, locked in order of primary key."""
    wanted = sorted(set(keys))
    found: list[Candidate] = []
    for start in range(0, len(wanted), CHUNK):
        rows = Candidate.objects.select_for_update(of=("self",)).filter(pk__in=wanted[start : start + CHUNK])
        found.extend(rows.order_by("pk"))
    return found


def _keep_attributes(rows: Sequence[tuple[Mapping[str, Any], int]]) -> None:
    """What counts, in the column conditions read."""
    update_rows(Candidate, ("attributes",), [(json.dumps(facts, ensure_ascii=False), pk) for facts, pk in rows])


def correct_proved(cycle: Cycle, candidate: Candidate, corrected: Mapping[str, Any], label: str) -> None:
    """A decided appeal set other facts: those that must be proved are confirmed by it, or are nothing any more."""
    facts: dict[str, Proved | None] = {}
    for attribute in proved_attributes(channel_of(cycle)):
        before, now = candidate.attributes.get(attribute.id), corrected.get(attribute.id)
        if before != now:
            text = "是" if now is True else ("" if now in (None, False) else str(now))
            facts[attribute.id] = Proved(text, text, WAITING) if text else None
    write_proved(cycle, {candidate.pk: facts})
    ProvedFact.objects.filter(candidate=candidate, attribute__in=[k for k, v in facts.items() if v is not None]).update(
        state=CONFIRMED, decided_by=label[:120], decided_at=clock.now(), reason="录取复核更正"
    )


__all__ = [
    "DAY_SECONDS",
    "TASK",
    "FactDecision",
    "correct_proved",
    "decide_facts",
    "refresh_all",
    "refresh_facts",
    "write_proved",
]
