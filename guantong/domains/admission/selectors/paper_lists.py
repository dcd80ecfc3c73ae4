"""A list written on paper, as somebody types it from the form: one choice a line, in the codes the form bears."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Round
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.rules.states import REGISTERED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.places import PlaceShown, UnitShown, find_units, places_of_round, units_of
from guantong.kernel.refusal import Problem, Refusal, Where

MOST_TEXT = 8000
WANTED = {
    "group": "先写学校代码和专业组代码（中间用短横线，例如 9900000001-01），再按先后写专业代码，服从调剂的最后写“服从”",
    "school": "先写学校代码，再按先后写专业代码，服从调剂的最后写“服从”",
    "place": "先写学校代码，再写专业代码；同一专业有几个计划类别的，最后写类别的名称",
}
"""How a line is written, by what a choice of the batch names."""
_YES, _NO = {"服从", "服从调剂"}, {"不服从", "不服从调剂"}


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """One choice as it was understood, for comparing with the paper."""

    ordinal: int
    title: str
    wishes: tuple[str, ...]
    accept_reassignment: bool


def read_paper(round_: Round, text: str) -> tuple[ChoiceEntry, ...]:
    """The choices of a typed list, in order; ADM-174 at every line that names none. Whether the list is well formed is
    the action's to say."""
    unit = channel_of(round_.cycle).batch(round_.batch).unit
    places = places_of_round(round_)
    units = units_of(places, unit)
    entries: list[ChoiceEntry] = []
    problems: list[Problem] = []
    for row, line in enumerate(text[:MOST_TEXT].splitlines(), start=1):
        words = [word for word in re.split(r"[\s,，、;；]+", line.strip()) if word]
        if not words:
            continue
        found = _place_choice(words, places) if unit == "place" else _choice(words, units)
        if isinstance(found, str):
            where = Where(row=row, title=f"第 {row} 行")
            problems.append(
                errors.PAPER_LINE.problem(row=row, given=line.strip()[:40], why=found, wanted=WANTED[unit], where=where)
            )
        else:
            entries.append(found)
    if problems:
        raise Refusal(problems)
    return tuple(entries)


def _choice(words: Sequence[str], units: Mapping[str, UnitShown]) -> ChoiceEntry | str:
    if words[0] not in units:
        return f"本轮没有代码为 {words[0][:24]} 的志愿。"
    last = words[-1]
    said = last in _YES | _NO
    return ChoiceEntry(words[0], tuple(words[1:-1] if said else words[1:]), last in _YES)


def _place_choice(words: Sequence[str], places: Sequence[PlaceShown]) -> ChoiceEntry | str:
    if len(words) < 2:
        return "只有一个代码。"
    found = [p for p in places if p.school_key == words[0] and p.programme_code == words[1]]
    if len(words) > 2:
        found = [p for p in found if p.kind_title == words[2]]
    if not found:
        return "本轮没有这所学校的这个专业。"
    if len(found) > 1:
        kinds = "、".join(dict.fromkeys(p.kind_title for p in found))
        return f"这个专业有几个计划（{kinds}）。"
    return ChoiceEntry(found[0].id)


def show_paper(round_: Round, entries: Sequence[ChoiceEntry]) -> list[PaperChoice]:
    """The choices with their names."""
    units = find_units(round_, (entry.unit for entry in entries))
    shown: list[PaperChoice] = []
    for ordinal, entry in enumerate(entries, start=1):
        unit = units.get(entry.unit)
        names = {p.programme_code: p.programme_name for p in unit.places} if unit is not None else {}
        shown.append(
            PaperChoice(
                ordinal,
                unit.title if unit is not None else entry.unit,
                tuple(f"{names.get(code, '没有这个专业')}（{code}）" for code in entry.programmes),
                entry.accept_reassignment,
            )
        )
    return shown


def find_candidate(round_: Round, number: str) -> Candidate:
    """A registered candidate of the round's year by 考生号; ADM-057 when there is none."""
    row = Candidate.objects.filter(cycle_id=round_.cycle_id, number=number, state=REGISTERED).first()
    if row is None:
        raise errors.NUMBER_UNKNOWN.refuse(number=number[:24] or "（没有填写）")
    return row
