"""What is published of a panel, and recomputing it: anybody with the file repeats draw, means and ranking. Pure.

The file names reviewers and bodies by their public numbers alone, and does not say why somebody was passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from guantong.kernel.refusal import Problem

from . import errors
from .drawing import commitment_of, lot, order_of
from .ranking import Entry, Ranked, Rule, settle
from .scoring import Criterion, Drop, Tally, tally

FORMAT = "guantong-panel/1"


@dataclass
class Recomputed:
    """What repeating a published panel found."""

    cases: int = 0
    results: int = 0
    sheets: int = 0
    problems: list[Problem] = field(default_factory=list)

    def sentence(self) -> str:
        """In one Chinese sentence."""
        what = f"{self.cases}件的抽取" + (f"、{self.results}件的{self.sheets}份评分和结果" if self.results else "")
        return f"核对了{what}，" + (f"有{len(self.problems)}处对不上。" if self.problems else "全部对得上。")


def keys_of(ties: Sequence[str], found: Tally, handed_in: datetime | None) -> tuple[Fraction, ...]:
    """The keys of a case for equal means, higher first; ``lot`` is no key of its own."""
    values: dict[str, Fraction] = {"all_scores": found.all_scores, "spread": -found.spread}
    if handed_in is not None:
        since = handed_in - datetime(2000, 1, 1, tzinfo=handed_in.tzinfo)
        values["handed_in"] = -Fraction(since.days * 86400 * 10**6 + since.seconds * 10**6 + since.microseconds)
    return tuple(
        values[key] if key in values else found.by_criterion.get(key, Fraction(0)) for key in ties if key != "lot"
    )


def rank_cases(
    cases: Mapping[str, Mapping[str, Mapping[str, Decimal]]],
    *,
    criteria: Sequence[Criterion],
    drop: Drop,
    rule: Rule,
    ties: Sequence[str],
    seeds: Mapping[str, str],
    bodies: Mapping[str, str] | None = None,
    handed_in: Mapping[str, datetime] | None = None,
) -> tuple[dict[str, Tally], list[Ranked]]:
    """Tally and rank: case → reviewer → criterion → points. The one calculation of closing and of recomputing."""
    tallies = {case: tally(sheets, criteria, drop) for case, sheets in cases.items()}
    entries = [
        Entry(
            case,
            found.mean,
            keys_of(ties, found, (handed_in or {}).get(case)),
            lot(seeds[case], case),
            (bodies or {}).get(case, ""),
        )
        for case, found in tallies.items()
    ]
    return tallies, settle(entries, rule)


def read_file(content: bytes, name: str) -> Mapping[str, Any]:
    """The published file as plain values; PAN-301 when it is none."""
    try:
        found = json.loads(content)
    except (UnicodeDecodeError, ValueError):
        raise errors.FILE_UNREADABLE.refuse(file=name, why="不是完整的 JSON") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise errors.FILE_UNREADABLE.refuse(file=name, why="不是抽取与评分记录")
    return found


def recompute(document: Mapping[str, Any]) -> Recomputed:
    """Repeat everything a published file tells. Raises PAN-301 when a part of it is missing or of the wrong kind."""
    try:
        return _recompute(document)
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError) as error:
        raise errors.FILE_UNREADABLE.refuse(file=str(document.get("panel", "")), why=f"内容不全（{error}）") from None


def _recompute(document: Mapping[str, Any]) -> Recomputed:
    found = Recomputed()
    rules = document["rules"]
    cases: dict[str, Mapping[str, Any]] = {}
    seeds: dict[str, str] = {}
    for one in document["draws"]:
        seed, roster = str(one["seed"]), [str(m) for m in one["roster"]]
        if commitment_of(seed) != one["commitment"]:
            found.problems.append(errors.COMMITMENT_DIFFERS.problem())
        for case in one["cases"]:
            found.cases += 1
            found.problems += _check_draw(seed, roster, int(rules["experts"]), case)
            if case.get("result") is not None:
                cases[str(case["case"])], seeds[str(case["case"])] = case, seed
    found.results = len(cases)
    found.problems += _check_results(document, rules, cases, seeds)
    found.sheets = sum(len(case["sheets"]) for case in cases.values())
    return found


def _check_draw(seed: str, roster: Sequence[str], experts: int, case: Mapping[str, Any]) -> list[Problem]:
    """The seats are the first of the order who were not passed over: as many as wanted, and one for each who left."""
    seats, skipped = [str(m) for m in case["seats"]], {str(m) for m in case["skipped"]}
    left = [str(m) for m in case["left"]]
    wanted = experts + len([m for m in left if m not in case.get("unreplaced", [])])
    expected = [m for m in order_of(seed, str(case["case"]), roster) if m not in skipped][:wanted]
    if expected == seats and set(left) <= set(seats):
        return []
    pairs = zip([*expected, *[None] * len(seats)], [*seats, *[None] * len(expected)], strict=False)
    position = next((n for n, (one, other) in enumerate(pairs, start=1) if one != other), len(seats))
    return [errors.DRAW_DIFFERS.problem(case=case["case"], position=position)]


def _check_results(
    document: Mapping[str, Any],
    rules: Mapping[str, Any],
    cases: Mapping[str, Mapping[str, Any]],
    seeds: Mapping[str, str],
) -> list[Problem]:
    problems: list[Problem] = []
    criteria = [Criterion(c["id"], c["id"], Decimal(c["most"])) for c in rules["criteria"]]
    most = {c.id: c.most for c in criteria}
    sheets = {name: _sheets(case) for name, case in cases.items()}
    for name, case in cases.items():
        stayed = {m for m in case["seats"] if m not in case["left"]}
        in_range = all(
            set(s) == set(most) and all(0 <= p <= most[c] for c, p in s.items()) for s in sheets[name].values()
        )
        if set(sheets[name]) != stayed or not in_range:
            problems.append(errors.SHEETS_DIFFER.problem(case=name))
    if problems:
        return problems
    times = {n: datetime.fromisoformat(c["handed_in"]) for n, c in cases.items() if c.get("handed_in")}
    for closing in document["closings"]:
        rule = rule_from(closing["rule"])
        together = [n for n, c in cases.items() if c["result"]["closing"] == closing["number"]]
        for names in [together] if rule.is_ranked else [[n] for n in together]:
            tallies, ranked = rank_cases(
                {n: sheets[n] for n in names},
                criteria=criteria,
                drop=Drop(int(rules["drop"]["highest"]), int(rules["drop"]["lowest"])),
                rule=rule,
                ties=list(rules["ties"]),
                seeds=seeds,
                bodies={n: str(cases[n]["body"]) for n in names},
                handed_in=times,
            )
            problems += _compare(cases, tallies, ranked)
    return problems


def _sheets(case: Mapping[str, Any]) -> dict[str, dict[str, Decimal]]:
    return {str(m): {str(c): Decimal(p) for c, p in sheet.items()} for m, sheet in case["sheets"].items()}


def rule_from(values: Mapping[str, Any]) -> Rule:
    """The rule of a closing from its plain values."""
    at_least, places, places_of = values.get("at_least"), values.get("places"), values.get("places_of")
    return Rule(
        at_least=Fraction(at_least) if at_least is not None else None,
        places=int(places) if places is not None else None,
        places_of={str(b): int(n) for b, n in places_of.items()} if places_of is not None else None,
    )


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """The rule of a closing as plain values."""
    return {
        "at_least": str(rule.at_least) if rule.at_least is not None else None,
        "places": rule.places,
        "places_of": dict(rule.places_of) if rule.places_of is not None else None,
    }


def _compare(
    cases: Mapping[str, Mapping[str, Any]], tallies: Mapping[str, Tally], ranked: Sequence[Ranked]
) -> list[Problem]:
    problems = []
    for one in ranked:
        result = cases[one.case]["result"]
        if Fraction(result["mean"]) != tallies[one.case].mean:
            expected, told = str(tallies[one.case].mean), result["mean"]
            problems.append(errors.SCORE_DIFFERS.problem(case=one.case, expected=expected, found=told))
        if (result["rank"], result["place"], result["passed"]) != (one.rank, one.place, one.is_passed):
            expected = _told(one.rank, one.place, one.is_passed)
            told = _told(result["rank"], result["place"], result["passed"])
            problems.append(errors.RANK_DIFFERS.problem(case=one.case, expected=expected, found=told))
    return problems


def _told(rank: object, place: object, is_passed: object) -> str:
    return f"第{rank}名（次序第{place}）、{'通过' if is_passed else '没有通过'}"
