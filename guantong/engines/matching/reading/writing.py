"""Rules back to a mapping: what ``read_rules`` reads to the same rules; the canonical form that is sealed and
published.
"""

from __future__ import annotations

from fractions import Fraction

from guantong.engines.matching.model import show_number
from guantong.engines.matching.ruleset import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Line,
    Not,
    Quota,
    Rules,
    Selector,
)


def rules_as_mapping(rules: Rules) -> dict[str, object]:
    """Every key with its value, defaults too (so that a later change of a default changes nothing); numbers as text."""
    found: dict[str, object] = {
        "mechanism": rules.mechanism,
        "unit": rules.unit,
        "order": [
            {"key": key.key, "direction": "descending" if key.descending else "ascending"} for key in rules.order
        ],
        "ties": rules.ties,
        "ratio": _decimal(rules.ratio),
        "one_shot": rules.one_shot,
        "missing": rules.missing,
        "lines": [_line(line) for line in rules.lines],
        "conditions": [
            {"id": item.id, **_places(item.places), "require": condition_as_mapping(item.require)}
            for item in rules.conditions
        ],
        "quotas": [_quota(quota) for quota in rules.quotas],
        "weights": [
            {**_places(item.places), "keys": {key: show_number("", weight) for key, weight in item.keys}}
            for item in rules.weights
        ],
        "round": _round(rules),
        "full_marks": {key: show_number("", mark) for key, mark in rules.full_marks},
    }
    if rules.lottery_seed is not None:
        found["lottery_seed"] = rules.lottery_seed
    if rules.unit != "place":
        found["stages"] = rules.stages
        found["reassignment"] = rules.reassignment
    return found


def condition_as_mapping(condition: Condition) -> dict[str, object]:
    """A condition as written in rules."""
    if isinstance(condition, Comparison):
        if condition.operator == "present":
            return {"key": condition.key, "present": condition.texts[0] == "true"}
        many = condition.operator in ("in", "not_in")
        return {"key": condition.key, condition.operator: list(condition.texts) if many else condition.texts[0]}
    if isinstance(condition, Not):
        return {"not": condition_as_mapping(condition.part)}
    parts = [condition_as_mapping(part) for part in condition.parts]
    if isinstance(condition, AllOf):
        return {"all": parts}
    if isinstance(condition, AnyOf):
        return {"any": parts}
    return {"at_least": condition.count, "of": parts}


def _places(selector: Selector) -> dict[str, object]:
    return {"places": {name: list(values) for name, values in selector.columns}} if selector.columns else {}


def _line(line: Line) -> dict[str, object]:
    who = {} if line.who is None else {"who": condition_as_mapping(line.who)}
    return {"id": line.id, "key": line.key, "at_least": show_number("", line.at_least), **_places(line.places), **who}


def _quota(quota: Quota) -> dict[str, object]:
    amount = {"seats": quota.seats} if quota.share is None else {"share": _decimal(quota.share)}
    found: dict[str, object] = {
        "id": quota.id,
        "kind": quota.kind,
        **_places(quota.places),
        "who": condition_as_mapping(quota.who),
        **amount,
    }
    if quota.kind != "ceiling":
        found["order"] = "before" if quota.before else "after"
        found["unfilled_to"] = quota.unfilled_to
        found["lines"] = [_line(line) for line in quota.lines]
    return found


def _round(rules: Rules) -> dict[str, object]:
    floor = rules.round.floor
    if floor is None:
        return {"number": rules.round.number}
    numbers = {"at_least": show_number("", floor.at_least), "step": show_number("", floor.step)}
    return {"number": rules.round.number, "floor": {"key": floor.key, **numbers}}


def _decimal(value: Fraction) -> str:
    """A decimal fraction as text; rules are only ever given decimals."""
    places = 0
    while (value * 10**places).denominator != 1 and places < 30:
        places += 1
    whole = (value * 10**places).numerator // (value * 10**places).denominator
    text = str(whole).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}" if places else text
