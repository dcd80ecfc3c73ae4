"""What the system fills into a declaration, and how what was typed compares with it.

A field of the form may name a fact (``from``). While the declarer fills in, an empty field shows what the system holds;
what is handed in is compared with what the system held on that day, which the line of the log keeps with its records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel.money import show_yuan
from guantong.procedure.conditions import Fact, FactTitle, Record, find_source
from guantong.procedure.conditions.facts import show_value

from .definition import Definition, Field
from .models import Case

ABSENT = "没有"
"""The word by which a choice means that the fact is known to be absent."""
SAME, DIFFERS, EMPTY, OPEN, UNKNOWN = "same", "differs", "empty", "open", "unknown"
STATE_WORDS = {
    SAME: ("与登记一致", "good"),
    DIFFERS: ("与登记不同", "warn"),
    EMPTY: ("没有填写", "neutral"),
    OPEN: ("请对照登记", "neutral"),
    UNKNOWN: ("系统没有登记", "neutral"),
}
"""(words, tone) of each state. ``open``: the system holds something none of the answers says."""


def value_for(field: Field, fact: Fact | None) -> Any:
    """The answer the fact means, as a declaration stores it; None where it means none."""
    if fact is None:
        return None
    value = fact.value
    if field.kind == "choice":
        word = ABSENT if value is None else str(value)
        return next((c.id for c in field.choices if word in (c.id, c.title, *c.matches)), None)
    if field.kind == "flag":
        return True if value is True else None  # what the system does not hold may still be so
    if value is None:
        return None
    if field.kind == "integer":
        number = Fraction(value) if isinstance(value, int | Decimal | Fraction) else None
        return int(number) if number is not None and number.denominator == 1 else None
    if field.kind == "decimal":
        return _decimal(value)
    if field.kind == "date":
        return value.isoformat() if isinstance(value, date) else None
    if field.kind == "money":
        return value if isinstance(value, int) else None
    return str(value)


def _decimal(value: object) -> str | None:
    """An exact number as text; None for a fraction no decimal can say."""
    if isinstance(value, Fraction):
        found = Decimal(value.numerator) / Decimal(value.denominator)
        return str(found) if Fraction(found) == value else None
    return str(value) if isinstance(value, int | Decimal) else None


def filled_in(definition: Definition, facts: Mapping[str, Fact], declared: Mapping[str, Any]) -> dict[str, Any]:
    """``declared`` with every field the system can fill in and nobody has answered yet."""
    found = dict(declared)
    for field in definition.form:
        if field.from_fact and field.id not in found:
            value = value_for(field, facts.get(field.from_fact))
            if value is not None:
                found[field.id] = value
    return found


def held_words(definition: Definition, facts: Mapping[str, Fact]) -> dict[str, str]:
    """What the system holds of each field it can fill in, as a sentence below the control."""
    found: dict[str, str] = {}
    for field in definition.form:
        fact = facts.get(field.from_fact) if field.from_fact else None
        if fact is None:
            continue
        source = find_source(field.from_fact)
        about = source.info if source is not None else FactTitle(field.title, "text")
        held = show_value(fact.value, about.kind, about.unit or field.unit)
        found[field.id] = f"系统登记：{held}（来源：{fact.source}）。与登记不同的，请在材料里说明。"
    return found


def state_of_answer(field: Field, fact: Fact | None, value: Any) -> str:
    """How an answer compares with what the system holds: one of :data:`STATE_WORDS`."""
    if fact is None:
        return UNKNOWN
    if value is None or value == "":
        return EMPTY
    own = value_for(field, fact)
    if own is None:
        if field.kind == "flag":
            return OPEN if value else SAME
        # the system holds a value none of the answers says, or is known to hold none
        return OPEN if fact.value is not None else DIFFERS
    if field.kind == "decimal":
        return SAME if Decimal(str(value)) == Decimal(own) else DIFFERS
    return SAME if value == own else DIFFERS


def answers_that_differ(definition: Definition, facts: Mapping[str, Fact], declared: Mapping[str, Any]) -> list[str]:
    """Ids of the fields whose answer is another than the system's."""
    return [
        field.id
        for field in definition.form
        if field.from_fact and state_of_answer(field, facts.get(field.from_fact), declared.get(field.id)) == DIFFERS
    ]


@dataclass(frozen=True, slots=True)
class RecordShown:
    """One record; ``link`` is empty for whoever may not follow it."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One field the system knows of."""

    id: str
    title: str
    typed: str
    held: str
    """What the system holds, in words; empty where it cannot know."""
    source: str
    records: tuple[RecordShown, ...]
    state: str
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class FilledShown:
    """Every field the system knows of, as it is on a day or as it was handed in."""

    rows: tuple[FilledRow, ...]
    on: date
    is_handed_in: bool

    @property
    def differing(self) -> int:
        """How many answers are other than the system's."""
        return sum(row.state == DIFFERS for row in self.rows)


def may_follow(actor: Actor, case: Case) -> bool:
    """Whether records that are the party's own open to the actor."""
    return actor.person_id is not None and actor.person_id == case.person_id


def shown_records(records: tuple[Record, ...], *, is_party: bool) -> tuple[RecordShown, ...]:
    """Records for a page; links only where they open."""
    return tuple(RecordShown(r.text, r.link if r.link and (r.is_open or is_party) else "") for r in records)


def filled_rows(
    definition: Definition,
    facts: Mapping[str, Fact],
    declared: Mapping[str, Any],
    info: Mapping[str, FactTitle],
    *,
    is_party: bool,
) -> tuple[FilledRow, ...]:
    """The rows. ``info`` tells of each fact by name."""
    rows = []
    for field in definition.form:
        if not field.from_fact:
            continue
        fact = facts.get(field.from_fact)
        about = info.get(field.from_fact) or FactTitle(field.title, "text")
        held = show_value(fact.value, about.kind, about.unit or field.unit) if fact is not None else ""
        state = state_of_answer(field, fact, declared.get(field.id))
        word, tone = STATE_WORDS[state]
        rows.append(
            FilledRow(
                id=field.id,
                title=field.title,
                typed=shown_answer(field, declared.get(field.id)),
                held=held,
                source=fact.source if fact is not None else about.source,
                records=shown_records(fact.records, is_party=is_party) if fact is not None else (),
                state=state,
                word=word,
                tone=tone,
            )
        )
    return tuple(rows)


def shown_answer(field: Field, value: Any) -> str:
    """A stored answer of such a field in words; empty where nothing was answered."""
    if value is None or value == "":
        return ""
    if field.kind == "flag":
        return "是" if value else "否"
    if field.kind == "choice":
        return next((c.title for c in field.choices if c.id == value), str(value))
    if field.kind == "money":
        return show_yuan(int(value))
    if field.kind == "date":
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{value}{field.unit}"
