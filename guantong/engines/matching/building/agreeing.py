"""Do the rules and the data of a run agree? Quotas and seats, priorities and mechanisms, scores nobody may lack."""

from __future__ import annotations

from collections.abc import Iterator

from guantong.engines.matching import errors
from guantong.engines.matching.judging import selects, test_of
from guantong.engines.matching.model import MISSING, Instance
from guantong.engines.matching.naming import Faults, at_cell, at_choice, at_place
from guantong.engines.matching.ruleset import Quota, Weighting


def check_agreement(instance: Instance, faults: Faults) -> None:
    """Note everything in which rules and data contradict each other; the columns asked for exist by now."""
    weighting_of = _weightings(instance, faults)
    scored = instance.scored_places
    own = set(weighting_of) | scored
    for place in sorted(scored & set(weighting_of)):
        name = instance.places[place].id
        faults.add(errors.WEIGHTS_AND_SCORES, at_place(name), place=name)
    _check_priorities(instance, own, faults)
    _check_quotas(instance, bool(own), faults)
    _check_send_backs(instance, faults)
    if instance.rules.missing == "refuse":
        _check_missing(instance, weighting_of, faults)


def _weightings(instance: Instance, faults: Faults) -> dict[int, Weighting]:
    found: dict[int, Weighting] = {}
    for weighting in instance.rules.weights:
        for number, place in enumerate(instance.places):
            if selects(weighting.places, place):
                if number in found:
                    faults.add(errors.TWO_WEIGHTS, at_place(place.id), place=place.id)
                found[number] = weighting
    return found


def _check_priorities(instance: Instance, own: set[int], faults: Faults) -> None:
    rules = instance.rules
    if own and (rules.mechanism == "parallel" or rules.stages == "two"):
        faults.add(
            errors.OWN_PRIORITY_NEEDS_DA,
            at_place(instance.places[min(own)].id),
            mechanism=rules.mechanism,
            other="deferred_acceptance",
        )
    if own and rules.reassignment == "most_seats_left":
        faults.add(errors.MOST_SEATS_NEEDS_COMMON_ORDER, at_place(instance.places[min(own)].id))
    if not rules.order:
        for number, place in enumerate(instance.places):
            if number not in own:
                faults.add(errors.ORDER_EMPTY, at_place(place.id), place=place.id)


def _check_quotas(instance: Instance, own: bool, faults: Faults) -> None:
    rules = instance.rules
    for place in instance.places:
        here = [quota for quota in rules.quotas if selects(quota.places, place)]
        kept = [quota for quota in here if quota.kind != "ceiling"]
        total = sum(quota.seats_of(place.seats) for quota in kept)
        if total > place.seats:
            faults.add(
                errors.QUOTA_ABOVE_SEATS,
                at_place(place.id, str(total)),
                place=place.id,
                seats=place.seats,
                quota=kept[-1].id,
                given=total,
            )
        ceilings = [quota for quota in here if quota.kind == "ceiling"]
        if ceilings and (rules.ties == "reject_all" or (own and rules.ties != "lottery")):
            faults.add(
                errors.CEILING_NEEDS_LOTTERY, at_place(place.id), place=place.id, quota=ceilings[0].id, ties=rules.ties
            )
        elif own and len(ceilings) > 1:
            _check_overlap(instance, place.id, ceilings, faults)


def _check_overlap(instance: Instance, place: str, ceilings: list[Quota], faults: Faults) -> None:
    tests = [(quota.id, test_of(quota.who, instance.columns)) for quota in ceilings]
    for candidate, name in enumerate(instance.candidates):
        names = [quota for quota, test in tests if test(candidate)]
        if len(names) > 1:
            faults.add(
                errors.CEILING_OVERLAP, at_choice(name), candidate=name, place=place, first=names[0], second=names[1]
            )
            return


def _list_of(instance: Instance, choice: int) -> Iterator[int]:
    """Every place a choice could lead to."""
    if instance.accepts_reassignment(choice):
        yield from instance.places_of_unit(instance.choice_units[choice])
    else:
        yield from instance.wishes(choice)


def _check_send_backs(instance: Instance, faults: Faults) -> None:
    for candidate, place in zip(instance.send_back_candidates, instance.send_back_places, strict=True):
        if not any(place in _list_of(instance, choice) for choice in instance.choices_of(candidate)):
            name, given = instance.candidates[candidate], instance.places[place].id
            faults.add(errors.SEND_BACK_WITHOUT_CHOICE, at_choice(name, given=given), candidate=name, place=given)


def _check_missing(instance: Instance, weighting_of: dict[int, Weighting], faults: Faults) -> None:
    offsets, fixed = instance.choice_offsets, set(instance.fixed_candidates)
    for key in instance.rules.order:
        column = instance.columns[key.key]
        if column.empty not in column.values:
            continue
        for candidate, value in enumerate(column.values):
            if value == column.empty and offsets[candidate] < offsets[candidate + 1] and candidate not in fixed:
                name = instance.candidates[candidate]
                faults.add(errors.MISSING_SCORE, at_cell(name, key.key), candidate=name, key=key.key)
    gaps = [
        key
        for key in dict.fromkeys(key for weighting in instance.rules.weights for key, _ in weighting.keys)
        if MISSING in instance.columns[key].values
    ]
    if gaps or instance.scored_places:
        _check_priorities_given(instance, weighting_of, set(gaps), fixed, faults)


def _check_priorities_given(
    instance: Instance, weighting_of: dict[int, Weighting], gaps: set[str], fixed: set[int], faults: Faults
) -> None:
    """Every place a candidate could come to must have its score, or every column its weights ask for."""
    scored = instance.scored_places
    for candidate, name in enumerate(instance.candidates):
        if candidate in fixed:
            continue
        if scored:
            start, stop = instance.score_offsets[candidate], instance.score_offsets[candidate + 1]
            given = set(instance.score_places[start:stop])
        lacking = {key for key in gaps if instance.columns[key].values[candidate] == MISSING}
        told: set[int] = set()
        for choice in instance.choices_of(candidate):
            for place in _list_of(instance, choice):
                if place in told:
                    continue
                where = at_choice(name, instance.ordinal(candidate, choice), instance.places[place].id)
                if place in scored and place not in given:
                    faults.add(errors.MISSING_PLACE_SCORE, where, candidate=name, place=instance.places[place].id)
                    told.add(place)
                elif lacking and place in weighting_of:
                    for key, _ in weighting_of[place].keys:
                        if key in lacking:
                            faults.add(errors.MISSING_SCORE, where, candidate=name, key=key)
                            lacking.discard(key)
