"""Makes an :class:`Instance` from plain identifiers and refuses, all at once, what does not hang together."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from guantong.engines.matching import errors
from guantong.engines.matching.building.agreeing import check_agreement
from guantong.engines.matching.building.cells import Cell, as_text, read_column
from guantong.engines.matching.building.choices import ChoiceArrays, ChoiceInput, ChoiceRows, UnitIndex, read_choices
from guantong.engines.matching.building.sides import Sides, read_sides
from guantong.engines.matching.judging import columns_used
from guantong.engines.matching.model import MISSING, Column, Instance, Place, Rules, show_number
from guantong.engines.matching.naming import Faults, at_cell, at_place, listed
from guantong.kernel.refusal import Where

__all__ = ["Cell", "ChoiceInput", "ChoiceRows", "build_instance", "places_by_unit"]


def build_instance(
    *,
    places: Iterable[Place],
    candidates: Sequence[str],
    columns: Mapping[str, Sequence[Cell]],
    choices: ChoiceInput,
    rules: Rules,
    scores: Iterable[tuple[str, str, Cell]] = (),
    send_backs: Iterable[tuple[str, str, str]] = (),
    fixed: Iterable[tuple[str, str]] = (),
) -> Instance:
    """The instance of these identifiers.

    ``columns``: for each name a cell for each candidate, in the order of ``candidates``. ``choices``: for each
    candidate the list, best first (ids, or :class:`Choice` where there is more to say), or the columns of a table
    (:class:`ChoiceRows`). ``scores``: candidate, place, number. ``send_backs``: candidate, place, id of the reason.
    ``fixed``: candidate, place. Raises :class:`Refusal` MTC-1xx with every fault and where it stands: candidate,
    ordinal and place, or file and line.
    """
    faults = Faults()
    every_place = tuple(places)
    _check_places(every_place, faults)
    units, unit_of_place, offsets, unit_places = _units(every_place, rules, faults)
    _check_candidates(candidates, faults)
    faults.stop_here()
    read_columns = _columns(candidates, columns, rules, faults)
    index = _unit_index(every_place, units, unit_of_place, rules)
    lists = read_choices(choices, candidates, index, faults)
    sides = read_sides(every_place, candidates, scores, send_backs, fixed, faults)
    instance = _assemble(
        rules, every_place, units, unit_of_place, offsets, unit_places, candidates, read_columns, lists, sides
    )
    faults.stop_here()
    check_agreement(instance, faults)
    faults.stop_here()
    return instance


def _assemble(
    rules: Rules,
    places: tuple[Place, ...],
    units: tuple[str, ...],
    unit_of_place: array[int],
    offsets: array[int],
    unit_places: array[int],
    candidates: Sequence[str],
    columns: Mapping[str, Column],
    lists: ChoiceArrays,
    sides: Sides,
) -> Instance:
    return Instance(
        rules=rules,
        places=places,
        units=units,
        unit_of_place=unit_of_place,
        unit_offsets=offsets,
        unit_places=unit_places,
        candidates=candidates if isinstance(candidates, tuple) else tuple(candidates),
        columns=columns,
        choice_offsets=lists.offsets,
        choice_units=lists.units,
        ordinals=lists.ordinals,
        wish_offsets=lists.wish_offsets,
        wish_places=lists.wish_places,
        accepts=lists.accepts,
        score_offsets=sides.score_offsets,
        score_places=sides.score_places,
        score_values=sides.score_values,
        send_back_candidates=sides.send_back_candidates,
        send_back_places=sides.send_back_places,
        send_back_reasons=sides.send_back_reasons,
        fixed_candidates=sides.fixed_candidates,
        fixed_places=sides.fixed_places,
        reasons=sides.reasons,
    )


def _check_places(places: Sequence[Place], faults: Faults) -> None:
    seen: set[str] = set()
    for number, place in enumerate(places, start=1):
        if not place.id:
            faults.add(errors.EMPTY_ID, Where(title=f"第{number}项计划"), what="计划")
        elif place.id in seen:
            faults.add(errors.DOUBLED_PLACE, at_place(place.id), given=place.id)
        seen.add(place.id)
        if isinstance(place.seats, bool) or not isinstance(place.seats, int):
            faults.add(errors.SEATS_NOT_WHOLE, at_place(place.id, str(place.seats)), place=place.id, given=place.seats)
        elif not 0 <= place.seats < 2**31:
            kind = errors.NEGATIVE_SEATS if place.seats < 0 else errors.TOO_MANY_SEATS
            faults.add(kind, at_place(place.id, str(place.seats)), place=place.id, given=place.seats)


def _check_candidates(candidates: Sequence[str], faults: Faults) -> None:
    if len(set(candidates)) == len(candidates) and "" not in candidates:
        return
    seen: set[str] = set()
    for number, name in enumerate(candidates, start=1):
        if not name:
            faults.add(errors.EMPTY_ID, Where(title=f"第{number}位考生"), what="考生")
        elif name in seen:
            faults.add(errors.DOUBLED_CANDIDATE, Where(title=f"第{number}位考生", value=name), given=name)
        seen.add(name)


def _units(
    places: Sequence[Place], rules: Rules, faults: Faults
) -> tuple[tuple[str, ...], array[int], array[int], array[int]]:
    """Unit ids, the unit of each place, and the places of each unit as offsets and a flat list."""
    name_of = {"place": "id", "group": "group", "school": "school"}[rules.unit]
    number_of: dict[str, int] = {}
    unit_of_place = array("i")
    school_of: dict[str, str] = {}
    told: set[str] = set()
    for place in places:
        unit: str = getattr(place, name_of)
        if not unit and rules.unit != "place":
            what = "专业组" if rules.unit == "group" else "学校"
            faults.add(errors.EMPTY_UNIT, at_place(place.id), place=place.id, what=what)
        if (
            rules.unit == "group"
            and unit
            and school_of.setdefault(unit, place.school) != place.school
            and unit not in told
        ):
            told.add(unit)
            faults.add(
                errors.GROUP_IN_TWO_SCHOOLS,
                at_place(place.id),
                given=unit,
                schools=f"{school_of[unit]}、{place.school}",
            )
        unit_of_place.append(number_of.setdefault(unit, len(number_of)))
    return tuple(number_of), unit_of_place, *places_by_unit(unit_of_place, len(number_of))


def places_by_unit(unit_of_place: Sequence[int], units: int) -> tuple[array[int], array[int]]:
    """Places of each unit in the order given: offsets, one more than units, and the places in a flat list."""
    members: list[list[int]] = [[] for _ in range(units)]
    for number, unit in enumerate(unit_of_place):
        members[unit].append(number)
    offsets, flat = array("i", [0]), array("i")
    for member in members:
        flat.extend(member)
        offsets.append(len(flat))
    return offsets, flat


def _unit_index(places: Sequence[Place], units: Sequence[str], unit_of_place: array[int], rules: Rules) -> UnitIndex:
    by_id = {unit: number for number, unit in enumerate(units)}
    if rules.unit == "place":
        return UnitIndex(by_id, places, True, ())
    programmes: list[dict[str, list[int]]] = [{} for _ in units]
    for number, (place, unit) in enumerate(zip(places, unit_of_place, strict=True)):
        programmes[unit].setdefault(place.programme, []).append(number)
    return UnitIndex(by_id, places, False, programmes)


def _columns(
    candidates: Sequence[str], given: Mapping[str, Sequence[Cell]], rules: Rules, faults: Faults
) -> dict[str, Column]:
    used = columns_used(rules)
    for name in sorted(used.all - set(given)):
        faults.add(
            errors.UNKNOWN_COLUMN,
            Where(column=name),
            given=name,
            nearest=faults.nearest(name, given),
            known=listed(given),
        )
    full_marks = dict(rules.full_marks)
    order = {key.key for key in rules.order}
    columns: dict[str, Column] = {}
    for name, cells in given.items():
        if len(cells) != len(candidates):
            faults.add(
                errors.COLUMN_TOO_SHORT, Where(column=name), key=name, given=len(cells), expected=len(candidates)
            )
            continue
        read = read_column(cells, numbers_needed=name in used.numbers)
        for row in read.unreadable:
            text = as_text(cells[row])
            faults.add(errors.CELL_NOT_A_NUMBER, at_cell(candidates[row], name, text), key=name, given=text)
        for row in read.too_large:
            text = as_text(cells[row])
            faults.add(errors.NUMBER_TOO_LARGE, at_cell(candidates[row], name, text), key=name, given=text)
        if read.mixed_at is not None and name in order:
            row = read.mixed_at
            text = as_text(cells[row])
            faults.add(errors.MIXED_COLUMN, at_cell(candidates[row], name, text), key=name, given=text)
        if name in full_marks:
            _check_marks(candidates, name, read.column, full_marks[name], faults)
        columns[name] = read.column
    return columns


def _check_marks(candidates: Sequence[str], name: str, column: Column, full: int, faults: Faults) -> None:
    values = column.values
    if not values or (max(values) <= full and min(values) >= 0):
        return
    for row, value in enumerate(values):
        if value == MISSING or 0 <= value <= full:
            continue
        text = show_number(name, value)
        where = at_cell(candidates[row], name, text)
        if value < 0:
            faults.add(errors.BELOW_ZERO, where, key=name, given=text)
        else:
            faults.add(errors.ABOVE_FULL_MARK, where, key=name, given=text, full=show_number(name, full))
