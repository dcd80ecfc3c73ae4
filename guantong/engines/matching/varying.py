"""The same data under other rules: what if ties were drawn by lot, lists were shorter, the mechanism another?"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace

from guantong.engines.matching import errors
from guantong.engines.matching.building.agreeing import check_agreement
from guantong.engines.matching.building.cells import Cell, as_text, read_column
from guantong.engines.matching.judging import columns_used
from guantong.engines.matching.model import MISSING, NONE, Column, Instance, Rules, show_number
from guantong.engines.matching.naming import Faults, at_cell, listed
from guantong.engines.matching.reading import read_rules, rules_as_mapping
from guantong.kernel.refusal import Where


def vary(rules: Rules, **changes: object) -> Rules:
    """The rules with some keys changed, as written in a rules file: ``vary(rules, ties="lottery", lottery_seed="…")``.

    What only made sense before the change falls back to its default: the seed when ties are no longer drawn; stages,
    ratio and one shot when the mechanism changes or becomes one-stage. Contradictions are refused as ``read_rules``
    refuses them.
    """
    mapping = rules_as_mapping(rules)
    if changes.get("ties", rules.ties) != "lottery":
        mapping.pop("lottery_seed", None)
    if changes.get("mechanism", rules.mechanism) != rules.mechanism:
        for key in ("stages", "one_shot"):
            mapping.pop(key, None)
    one_stage = changes.get("stages") == "one" or changes.get("mechanism", rules.mechanism) == "deferred_acceptance"
    if one_stage:
        mapping.pop("ratio", None)
    return read_rules({**mapping, **changes})


def with_rules(instance: Instance, rules: Rules) -> Instance:
    """The same data under other rules of the same unit; refused (MTC-1xx) where rules and data no longer agree."""
    if rules.unit != instance.rules.unit:
        raise errors.UNIT_CANNOT_VARY.refuse(given=rules.unit, unit=instance.rules.unit)
    faults = Faults()
    used = columns_used(rules)
    columns = dict(instance.columns)
    for name in sorted(used.all):
        if name not in columns:
            near = faults.nearest(name, columns)
            faults.add(
                errors.UNKNOWN_COLUMN, Where(column=name), given=name, nearest=near, known=listed(instance.columns)
            )
        elif name in used.numbers and not columns[name].of_numbers:
            columns[name] = _as_numbers(instance, name, faults)
    faults.stop_here()
    changed = replace(instance, rules=rules, columns=columns)
    check_agreement(changed, faults)
    faults.stop_here()
    return changed


def _as_numbers(instance: Instance, name: str, faults: Faults) -> Column:
    column = instance.columns[name]
    texts = column.texts or ()
    read = read_column(["" if value < 0 else texts[value] for value in column.values], numbers_needed=True)
    for row in (*read.unreadable, *read.too_large):
        text = texts[column.values[row]]
        faults.add(errors.CELL_NOT_A_NUMBER, at_cell(instance.candidates[row], name, text), key=name, given=text)
    return read.column


def with_column(instance: Instance, name: str, cells: Sequence[Cell]) -> Instance:
    """The same data with one column put in place of another: totals under another weight of the skill part."""
    faults = Faults()
    read = read_column(cells, numbers_needed=name in columns_used(instance.rules).numbers)
    for row in (*read.unreadable, *read.too_large):
        text = as_text(cells[row])
        faults.add(errors.CELL_NOT_A_NUMBER, at_cell(instance.candidates[row], name, text), key=name, given=text)
    if len(cells) != len(instance.candidates):
        expected = len(instance.candidates)
        faults.add(errors.COLUMN_TOO_SHORT, Where(column=name), key=name, given=len(cells), expected=expected)
    faults.stop_here()
    full = dict(instance.rules.full_marks).get(name)
    for row, value in enumerate(read.column.values):
        if full is not None and value > full:
            text, most = show_number("", value), show_number("", full)
            where = at_cell(instance.candidates[row], name, text)
            faults.add(errors.ABOVE_FULL_MARK, where, key=name, given=text, full=most)
        elif full is not None and MISSING < value < 0:
            text = show_number("", value)
            faults.add(errors.BELOW_ZERO, at_cell(instance.candidates[row], name, text), key=name, given=text)
    faults.stop_here()
    changed = replace(instance, columns={**instance.columns, name: read.column})
    check_agreement(changed, faults)
    faults.stop_here()
    return changed


def with_cells(instance: Instance, candidate: int, cells: Mapping[str, Cell]) -> Instance:
    """The same data with some facts of one candidate (a position) corrected; columns that are not there are left out.

    A column stays of numbers or of texts, as it is; columns in which nothing changes are shared. Refuses a cell that is
    no number where numbers stand, and a mark below zero or above the full one.
    """
    faults, full_marks = Faults(), dict(instance.rules.full_marks)
    columns = dict(instance.columns)
    for name in sorted(columns.keys() & cells.keys()):
        column, text = columns[name], as_text(cells[name])
        where = at_cell(instance.candidates[candidate], name, text)
        if column.texts is None:
            read = read_column([cells[name]], numbers_needed=True)
            value, full = read.column.values[0], full_marks.get(name)
            if read.unreadable or read.too_large:
                faults.add(errors.CELL_NOT_A_NUMBER, where, key=name, given=text)
            elif full is not None and value > full:
                faults.add(errors.ABOVE_FULL_MARK, where, key=name, given=text, full=show_number("", full))
            elif full is not None and MISSING < value < 0:
                faults.add(errors.BELOW_ZERO, where, key=name, given=text)
        elif text in column.texts or not text:
            value = column.texts.index(text) if text else NONE
        else:
            column = _with_text(column, text)
            value = (column.texts or ()).index(text)
        if column.values[candidate] != value:
            values = column.values[:]
            values[candidate] = value
            columns[name] = Column(values, column.texts)
    faults.stop_here()
    return replace(instance, columns=columns)


def _with_text(column: Column, text: str) -> Column:
    """A column of texts that knows one text more."""
    texts = tuple(sorted({*(column.texts or ()), text}))
    at = texts.index(text)
    return Column(array("i", [value + (value >= at) for value in column.values]), texts)


def shortened(instance: Instance, length: int) -> Instance:
    """The same data with lists cut after ``length`` choices; send-backs of choices cut off are left out."""
    keep: list[int] = []
    offsets = array("q", [0])
    for candidate in range(len(instance.candidates)):
        keep.extend(instance.choices_of(candidate)[:length])
        offsets.append(len(keep))
    wish_offsets, wish_places = array("q"), array("i")
    if instance.wish_offsets:
        wish_offsets.append(0)
        for choice in keep:
            wish_places.extend(instance.wish_places[instance.wish_offsets[choice] : instance.wish_offsets[choice + 1]])
            wish_offsets.append(len(wish_places))
    cut = replace(
        instance,
        choice_offsets=offsets,
        choice_units=array("i", [instance.choice_units[choice] for choice in keep]),
        ordinals=array("i", [instance.ordinals[choice] for choice in keep] if instance.ordinals else []),
        wish_offsets=wish_offsets,
        wish_places=wish_places,
        accepts=array("b", [instance.accepts[choice] for choice in keep] if instance.accepts else []),
    )
    rows = [
        row
        for row, (candidate, place) in enumerate(
            zip(instance.send_back_candidates, instance.send_back_places, strict=True)
        )
        if any(place in cut.places_of_unit(cut.choice_units[choice]) for choice in cut.choices_of(candidate))
    ]
    return replace(
        cut,
        send_back_candidates=array("i", [instance.send_back_candidates[row] for row in rows]),
        send_back_places=array("i", [instance.send_back_places[row] for row in rows]),
        send_back_reasons=array("i", [instance.send_back_reasons[row] for row in rows]),
    )
