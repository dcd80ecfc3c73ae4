"""Proved facts as people read them: the candidate's own, the desk's queue, what was lost since the day that counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.shows import show_moment
from guantong.domains.admission.models import Candidate, Cycle, ProvedFact
from guantong.domains.admission.rules.declaration.shapes import Attribute, Ground
from guantong.domains.admission.rules.proving import (
    BANK,
    CONFIRMED,
    LOST,
    PROOF_STATES,
    PROOF_TONES,
    REFUSED,
    WAITING,
    Proved,
    proved_attributes,
    shown_by,
)
from guantong.domains.admission.rules.states import REGISTERED, REGISTRATION
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.proving import as_rule, bank_records, facts_day, rows_of
from guantong.domains.credit.public import find_account_numbers, what_became_of

DECIDABLE = (WAITING, CONFIRMED, REFUSED)
"""States in which the authority may decide, or decide otherwise."""


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact with its proof. ``record``: the record of the bank (public id), for a link of the person alone; ``lost``:
    the record counted on the day and does not any more, in words."""

    attribute: Attribute
    state: str
    label: str
    tone: str
    stated: str
    counted: str
    source: str
    record: str = ""
    lost: str = ""

    @property
    def title(self) -> str:
        """What the fact is called."""
        return self.attribute.title

    @property
    def text(self) -> str:
        """What counts, with the source, in one line."""
        return f"{self.counted}（{self.source}{self.lost}）"


def source_words(one: Proved, row: ProvedFact | None = None) -> str:
    """Where a fact comes from and whether it counts, in a sentence without a full stop."""
    if one.state == BANK and one.record is not None:
        return f"来自学分银行：{one.record.words()}"
    if one.state == LOST and one.lost is not None:
        return f"原来依据的{one.lost.words()}，{one.why or '已失效'}"
    if one.state == CONFIRMED:
        return f"填报“{one.stated}”，{_decided(row)}核验确认，凭据：{row.reason if row is not None else ''}"
    if one.state == REFUSED:
        return f"填报“{one.stated}”，{_decided(row)}未予确认，理由：{row.reason if row is not None else ''}"
    lost = f"，原来依据的记录{one.why or '已失效'}" if one.lost is not None else ""
    return f"填报“{one.stated}”{lost}，等待主管部门核验确认"


def _decided(row: ProvedFact | None) -> str:
    if row is None or row.decided_at is None:
        return ""
    return f"{row.decided_by}于{show_moment(row.decided_at)}"


def _shown(attribute: Attribute, row: ProvedFact, why: str = "") -> FactShown:
    one = as_rule(row)
    return FactShown(
        attribute=attribute,
        state=one.state,
        label=PROOF_STATES[one.state],
        tone=PROOF_TONES[one.state],
        stated=one.stated or "没有填报",
        counted=one.counted or "不计入",
        source=source_words(one, row),
        record=one.record.id if one.record is not None else "",
        lost=f"；这条记录后来{why}" if why else "",
    )


def facts_proved(candidate: Candidate) -> list[FactShown]:
    """A candidate's facts that had to be proved, in the order of the declaration, with what was lost since."""
    rows = rows_of([candidate.pk]).get(candidate.pk, {})
    cycle = candidate.cycle
    ids = [row.record["id"] for row in rows.values() if row.state == BANK]
    gone = what_became_of(ids, facts_day(cycle)) if ids else {}
    return [
        _shown(a, rows[a.id], gone.get(str(rows[a.id].record.get("id")), ""))
        for a in proved_attributes(channel_of(cycle))
        if a.id in rows
    ]


@dataclass(frozen=True, slots=True)
class BankOffer:
    """What the form says under a fact that must be proved. ``value``: what the bank shows, to be filled in."""

    value: str
    words: str
    record: str
    ground: Ground
    shown: FactShown | None


@dataclass(frozen=True, slots=True)
class OwnBank:
    """The bank as the candidate's form tells of it; ``account`` is empty without one."""

    account: str
    offers: dict[str, BankOffer]


NO_BANK = "这一项学分银行没有记录，填写以后由主管部门核验凭据才计入。"
NO_RECORD = "学分银行没有您的这类记录。自己填写的，由主管部门核验凭据以后才计入。"


def own_bank(cycle: Cycle, actor: Actor, candidate: Candidate | None) -> OwnBank:
    """What the actor's own account shows for the facts of a cycle, and what has become of what was handed in."""
    channel = channel_of(cycle)
    person = actor.person_id or 0
    records = bank_records(channel, [person], facts_day(cycle)).get(person, [])
    known = {one.attribute.id: one for one in facts_proved(candidate)} if candidate is not None else {}
    offers: dict[str, BankOffer] = {}
    for attribute in proved_attributes(channel):
        if attribute.proof is None:
            continue
        found = shown_by(attribute, records)
        words = f"来自学分银行：{found[1].words()}。" if found else (NO_RECORD if attribute.proof.bank else NO_BANK)
        offers[attribute.id] = BankOffer(
            value=found[0] if found else "",
            words=words,
            record=found[1].id if found else "",
            ground=attribute.proof.ground,
            shown=known.get(attribute.id),
        )
    return OwnBank(find_account_numbers([person]).get(person, "") if person else "", offers)


# ---- the desk ----------------------------------------------------------------------------------------------------


def fact_queue(
    actor: Actor, cycle: Cycle, state: str = "", attribute: str = "", number: str = ""
) -> QuerySet[ProvedFact]:
    """Facts of registered candidates that had to be proved, by 考生号; for who organises the cycle."""
    require_bureau(actor, "admission.manage", cycle.region)
    rows = ProvedFact.objects.filter(cycle=cycle, candidate__state=REGISTERED).select_related("candidate__person")
    if state in PROOF_STATES:
        rows = rows.filter(state=state)
    if attribute:
        rows = rows.filter(attribute=attribute)
    if number:
        rows = rows.filter(candidate__number__endswith=number)
    return rows.order_by("candidate__number", "attribute")


def fact_counts(cycle: Cycle) -> dict[str, int]:
    """How many facts stand in each state."""
    rows = ProvedFact.objects.filter(cycle=cycle, candidate__state=REGISTERED).order_by()
    found = dict(rows.values_list("state").annotate(n=Count("id")))
    return {state: found.get(state, 0) for state in PROOF_STATES}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row of the queue: whose, the fact as shown, the key a tick sends."""

    candidate: Candidate
    fact: FactShown
    row: ProvedFact

    @property
    def key(self) -> str:
        """Candidate, fact and the statement on the screen, so that a changed one is noticed."""
        return f"{self.candidate.public_id}|{self.row.attribute}|{self.row.stated}"

    @property
    def may_decide(self) -> bool:
        """Whether the authority decides it."""
        return self.row.state in DECIDABLE and bool(self.row.stated)


def show_queue(cycle: Cycle, rows: Iterable[ProvedFact]) -> list[QueueRow]:
    """Rows of the queue with their words."""
    asked = {a.id: a for a in proved_attributes(channel_of(cycle))}
    return [QueueRow(row.candidate, _shown(asked[row.attribute], row), row) for row in rows if row.attribute in asked]


def lost_since(cycle: Cycle) -> list[QueueRow]:
    """Facts that counted by a record which does not count any more: differences, once the day of facts is past."""
    if cycle.facts_on is None:
        return []
    rows = ProvedFact.objects.filter(cycle=cycle, state=BANK, candidate__state=REGISTERED)
    rows = rows.select_related("candidate__person").order_by("candidate__number", "attribute")
    kept: Sequence[ProvedFact] = list(rows)
    gone = what_became_of({str(row.record.get("id")) for row in kept}, cycle.facts_on)
    asked = {a.id: a for a in proved_attributes(channel_of(cycle))}
    return [
        QueueRow(row.candidate, _shown(asked[row.attribute], row, gone[str(row.record["id"])]), row)
        for row in kept
        if str(row.record.get("id")) in gone
    ]


def count_waiting(cycle: Cycle) -> int:
    """How many statements wait for the authority while registration is open."""
    if cycle.stage != REGISTRATION:
        return 0
    return ProvedFact.objects.filter(cycle=cycle, state=WAITING, candidate__state=REGISTERED).count()
