"""One instance made into another: rows in another order, another list for one candidate, another seat at one place."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

from guantong.engines.matching.model import Column, Instance


def permuted(instance: Instance, order: Sequence[int]) -> Instance:
    """The same instance with its candidates given in another order: the new row ``n`` is the old row ``order[n]``."""
    new_of = {old: new for new, old in enumerate(order)}
    choices = [choice for old in order for choice in instance.choices_of(old)]
    offsets, score_offsets = array("q", [0]), array("q", [0] if instance.score_offsets else [])
    score_rows: list[int] = []
    for old in order:
        offsets.append(offsets[-1] + len(instance.choices_of(old)))
        if instance.score_offsets:
            score_rows += range(instance.score_offsets[old], instance.score_offsets[old + 1])
            score_offsets.append(len(score_rows))
    wish_offsets, wish_places = array("q"), array("i")
    if instance.wish_offsets:
        wish_offsets.append(0)
        for choice in choices:
            wish_places.extend(instance.wish_places[instance.wish_offsets[choice] : instance.wish_offsets[choice + 1]])
            wish_offsets.append(len(wish_places))
    back = sorted(
        (new_of[candidate], place, reason)
        for candidate, place, reason in zip(
            instance.send_back_candidates, instance.send_back_places, instance.send_back_reasons, strict=True
        )
    )
    return replace(
        instance,
        candidates=tuple(instance.candidates[old] for old in order),
        columns={
            name: Column(array(column.values.typecode, [column.values[old] for old in order]), column.texts)
            for name, column in instance.columns.items()
        },
        choice_offsets=offsets,
        choice_units=_taken(instance.choice_units, choices),
        ordinals=_taken(instance.ordinals, choices),
        wish_offsets=wish_offsets,
        wish_places=wish_places,
        accepts=_taken(instance.accepts, choices),
        score_offsets=score_offsets,
        score_places=_taken(instance.score_places, score_rows),
        score_values=_taken(instance.score_values, score_rows),
        send_back_candidates=array("i", [row[0] for row in back]),
        send_back_places=array("i", [row[1] for row in back]),
        send_back_reasons=array("i", [row[2] for row in back]),
        fixed_candidates=array("i", [new_of[old] for old in instance.fixed_candidates]),
    )


def _taken(values: array, rows: Sequence[int]) -> array:
    return array(values.typecode, [values[row] for row in rows] if values else [])


def with_list(instance: Instance, candidate: int, units: Sequence[int]) -> Instance:
    """Another list for one candidate (units only, numbered 1, 2, 3, …); for instances of ``unit: place``."""
    offsets, all_units, ordinals = array("q", [0]), array("i"), array("i")
    for number in range(len(instance.candidates)):
        old = instance.choices_of(number)
        mine = list(units) if number == candidate else [instance.choice_units[choice] for choice in old]
        all_units.extend(mine)
        ordinals.extend(
            range(1, len(mine) + 1) if number == candidate else [instance.ordinal(number, choice) for choice in old]
        )
        offsets.append(len(all_units))
    return replace(instance, choice_offsets=offsets, choice_units=all_units, ordinals=ordinals)


def with_seat(instance: Instance, place: int) -> Instance:
    """One seat more at one place."""
    places = list(instance.places)
    places[place] = replace(places[place], seats=places[place].seats + 1)
    return replace(instance, places=tuple(places))
