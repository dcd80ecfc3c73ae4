"""Files out of a run (results, reasons, cut-offs) and out of an instance (so that reading what was written gives it
back).

Rows are made as text by hand where there are millions of them. A cell that a spreadsheet would take for a formula can
only be an id, and such ids are refused when read; cells with commas, quotes or line ends are quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import yaml

from guantong.engines.matching.files.table import show_thousandths
from guantong.engines.matching.model import NONE, Choice, Code, Column, Cutoff, Instance, Outcome, Place, Rules
from guantong.engines.matching.reading import rules_as_mapping

RESULTS = ("candidate_id", "place_id", "ordinal", "reason")
REASONS = ("candidate_id", "ordinal", "unit_id", "code", "key", "distance")
CUTOFFS = (
    "unit_id", "place_id", "slice", "ordinal", "kind", "round", "seats", "filed", "admitted", "left", "full", "keys",
)  # fmt: skip
CUTOFFS_1 = (
    "unit_id", "place_id", "slice", "kind", "round", "ordinal", "seats", "filed", "admitted", "full", "keys",
)  # fmt: skip
"""As runs of format 1 had them (``sealing.formats``)."""
PLACES = ("place_id", "school", "group", "programme", "kind", "seats")
CHOICES = ("candidate_id", "ordinal", "unit_id")
CHOICES_OF_GROUPS = (*CHOICES, "programmes", "accept_reassignment")
SCORES = ("candidate_id", "place_id", "score")
SEND_BACKS = ("candidate_id", "place_id", "reason")
FIXED = ("candidate_id", "place_id")
LOTTERY_COLUMN = "lottery_number"

_NEEDS_QUOTES = frozenset(',"\r\n')
_BLOCK = 20_000


def cell(text: str) -> str:
    """A text as one cell."""
    if _NEEDS_QUOTES.isdisjoint(text) and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'


def row(cells: Iterable[str]) -> str:
    """Cells as one line."""
    return ",".join(map(cell, cells)) + "\n"


def _bytes(header: Sequence[str], lines: Iterator[str]) -> bytes:
    parts = [row(header).encode()]
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == _BLOCK:
            parts.append("".join(block).encode())
            block.clear()
    parts.append("".join(block).encode())
    return b"".join(parts)


Naming = Callable[[int], str]
"""Candidate (position) → the id to write: the own one, or a pseudonym."""


def own_names(instance: Instance) -> Naming:
    """The ids as they are."""
    return instance.candidates.__getitem__


def results_csv(instance: Instance, outcome: Outcome, names: Naming | None = None, order: Sequence[int] = ()) -> bytes:
    """``results.csv``: one row a candidate, in the order of the instance (or ``order``)."""
    names = names or own_names(instance)
    places = [cell(place.id) for place in instance.places]
    ending = {code: f",{Code(code).label}\n" for code in set(outcome.reason)}

    def lines() -> Iterator[str]:
        for c in order or range(len(instance.candidates)):
            place, ordinal = outcome.place[c], outcome.ordinal[c]
            yield (f"{cell(names(c))},{places[place] if place >= 0 else ''},{ordinal or ''}{ending[outcome.reason[c]]}")

    return _bytes(RESULTS, lines())


class Verdicts:
    """Verdicts of choices as text: ``code,key,distance``; each different one is made once."""

    def __init__(self, instance: Instance, outcome: Outcome) -> None:
        self.outcome = outcome
        self.texts = frozenset(
            number
            for number, name in enumerate(outcome.key_names)
            if name in instance.columns and not instance.columns[name].of_numbers
        )
        self._made: dict[tuple[int, int, int], tuple[str, str | None, str | None]] = {}

    def of(self, choice: int) -> tuple[str, str | None, str | None]:
        """Code, key and distance of a choice as files write them."""
        outcome = self.outcome
        what = (outcome.codes[choice], outcome.keys[choice], outcome.distances[choice])
        found = self._made.get(what)
        if found is None:
            if len(self._made) > 1_000_000:
                self._made.clear()
            found = self._made[what] = self._show(*what)
        return found

    def _show(self, code: int, key: int, distance: int) -> tuple[str, str | None, str | None]:
        name = None if key == NONE else self.outcome.key_names[key]
        if distance == NONE:
            return Code(code).label, name, None
        counts = code in (Code.LOST_TIE, Code.FILE_USED, Code.SERVED_EARLIER) or (
            key in self.texts and code != Code.BELOW_LINE
        )
        return Code(code).label, name, str(distance) if counts else show_thousandths(distance)


def reasons_csv(instance: Instance, outcome: Outcome, names: Naming | None = None, order: Sequence[int] = ()) -> bytes:
    """``reasons.csv``: one row a choice, best choice of each candidate first."""
    names = names or own_names(instance)
    units = [cell(unit) for unit in instance.units]
    verdicts = Verdicts(instance, outcome)
    endings: dict[tuple[str, str | None, str | None], str] = {}
    starts, chosen, ordinals = instance.choice_offsets, instance.choice_units, instance.ordinals

    def lines() -> Iterator[str]:
        for c in order or range(len(instance.candidates)):
            name = cell(names(c))
            first = starts[c]
            for choice in range(first, starts[c + 1]):
                verdict = verdicts.of(choice)
                ending = endings.get(verdict)
                if ending is None:
                    ending = endings[verdict] = f",{verdict[0]},{cell(verdict[1] or '')},{verdict[2] or ''}\n"
                ordinal = ordinals[choice] if ordinals else choice - first + 1
                yield f"{name},{ordinal},{units[chosen[choice]]}{ending}"

    return _bytes(REASONS, lines())


def key_vector(cutoff: Cutoff, rules: Rules) -> str:
    """``total=512.5;chinese=108``: names and values in the order they count, ``;``, ``=`` and ``%`` written as in
    addresses.

    A missing value is empty. In a sequential run, where no later ordinal displaces an earlier one, ``ordinal`` stands
    first: that of the row.
    """
    names, values = cutoff.names, cutoff.shown()
    if rules.mechanism == "sequential" and names and cutoff.ordinal is not None:
        names, values = ("ordinal", *names), (str(cutoff.ordinal), *values)
    return ";".join(f"{_escaped(name)}={_escaped(value)}" for name, value in zip(names, values, strict=True))


def _escaped(text: str) -> str:
    for sign in "%;=\r\n":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def cutoffs_csv(instance: Instance, outcome: Outcome, columns: Sequence[str] = CUTOFFS) -> bytes:
    """``cutoffs.csv``: the rows of the outcome in their order; ``place_id`` empty in the rows of a unit's pools."""
    round_number = str(instance.rules.round.number)
    kinds = {place.id: place.kind for place in instance.places}

    def lines() -> Iterator[str]:
        for cutoff in outcome.cutoffs:
            cells = {
                "unit_id": cutoff.unit,
                "place_id": cutoff.place or "",
                "slice": cutoff.slice,
                "ordinal": "" if cutoff.ordinal is None else str(cutoff.ordinal),
                "kind": kinds[cutoff.place] if cutoff.place else "",
                "round": round_number,
                "seats": str(cutoff.seats),
                "filed": str(cutoff.filed),
                "admitted": str(cutoff.admitted),
                "left": str(cutoff.left),
                "full": "1" if cutoff.full else "0",
                "keys": key_vector(cutoff, instance.rules),
            }
            yield row(cells[name] for name in columns)

    return _bytes(columns, lines())


# --- an instance as files -----------------------------------------------------------------------------------------


def rules_yaml(rules: Rules) -> bytes:
    """``rules.yaml`` with every key, defaults too; reading it gives the same rules."""
    return yaml.safe_dump(rules_as_mapping(rules), allow_unicode=True, sort_keys=False, width=120).encode()


def places_csv(places: Sequence[Place]) -> bytes:
    """``places.csv``."""
    return _bytes(PLACES, (row((p.id, p.school, p.group, p.programme, p.kind, str(p.seats))) for p in places))


def show_cell(column: Column, candidate: int) -> str:
    """A candidate's value in a column as a cell; empty when missing."""
    value = column.values[candidate]
    if value == column.empty:
        return ""
    return column.texts[value] if column.texts is not None else show_thousandths(value)


def candidates_csv(
    instance: Instance,
    columns: Sequence[str] | None = None,
    names: Naming | None = None,
    order: Sequence[int] = (),
    lottery: Sequence[int] = (),
) -> bytes:
    """``candidates.csv`` with the ``columns`` named (all by default), and the numbers drawn where given."""
    names = names or own_names(instance)
    titles = list(instance.columns) if columns is None else list(columns)
    chosen = [instance.columns[title] for title in titles]

    def lines() -> Iterator[str]:
        for c in order or range(len(instance.candidates)):
            drawn = [str(lottery[c])] if lottery else []
            yield row([names(c), *(show_cell(column, c) for column in chosen), *drawn])

    return _bytes(["candidate_id", *titles, *([LOTTERY_COLUMN] if lottery else [])], lines())


def choice_of(instance: Instance, candidate: int, choice: int) -> Choice:
    """A choice as the person named it: wished programmes by their codes."""
    wishes: tuple[str, ...] = ()
    if instance.wish_offsets:
        stretch = instance.wish_places[instance.wish_offsets[choice] : instance.wish_offsets[choice + 1]]
        wishes = tuple(dict.fromkeys(instance.places[place].programme for place in stretch))
    return Choice(
        unit=instance.units[instance.choice_units[choice]],
        ordinal=instance.ordinal(candidate, choice),
        programmes=wishes,
        accept_reassignment=instance.accepts_reassignment(choice),
    )


def choices_csv(instance: Instance, names: Naming | None = None, order: Sequence[int] = ()) -> bytes:
    """``choices.csv``; with the two columns of groups unless the unit is a place."""
    names = names or own_names(instance)
    in_groups = instance.rules.unit != "place"

    def lines() -> Iterator[str]:
        units = [cell(unit) for unit in instance.units]
        for c in order or range(len(instance.candidates)):
            name = cell(names(c))
            for choice in instance.choices_of(c):
                if not in_groups:
                    yield f"{name},{instance.ordinal(c, choice)},{units[instance.choice_units[choice]]}\n"
                    continue
                named = choice_of(instance, c, choice)
                accepts = "1" if named.accept_reassignment else "0"
                yield f"{name},{named.ordinal},{cell(named.unit)},{cell(';'.join(named.programmes))},{accepts}\n"

    return _bytes(CHOICES_OF_GROUPS if in_groups else CHOICES, lines())


def scores_csv(instance: Instance, names: Naming | None = None, order: Sequence[int] = ()) -> bytes | None:
    """``scores.csv``; None when the instance has none."""
    if not instance.score_offsets:
        return None
    names = names or own_names(instance)
    places = [cell(place.id) for place in instance.places]

    def lines() -> Iterator[str]:
        for c in order or range(len(instance.candidates)):
            name = cell(names(c))
            for at in range(instance.score_offsets[c], instance.score_offsets[c + 1]):
                yield (f"{name},{places[instance.score_places[at]]},{show_thousandths(instance.score_values[at])}\n")

    return _bytes(SCORES, lines())


def send_backs_csv(instance: Instance, names: Naming | None = None) -> bytes | None:
    """``sendbacks.csv``; None when nobody was sent back. Sorted by reason (reasons keep their order) and name."""
    if not instance.send_back_candidates:
        return None
    name = names or own_names(instance)
    triples = zip(instance.send_back_reasons, instance.send_back_candidates, instance.send_back_places, strict=True)
    rows = sorted((why, name(c) if names else "", c, p) for why, c, p in triples)
    return _bytes(SEND_BACKS, (row((name(c), instance.places[p].id, instance.reasons[why])) for why, _, c, p in rows))


def fixed_csv(instance: Instance, names: Naming | None = None) -> bytes | None:
    """``fixed.csv`` in the order given, which counts; None when nobody holds a place yet."""
    if not instance.fixed_candidates:
        return None
    name = names or own_names(instance)
    rows = zip(instance.fixed_candidates, instance.fixed_places, strict=True)
    return _bytes(FIXED, (row((name(c), instance.places[p].id)) for c, p in rows))
