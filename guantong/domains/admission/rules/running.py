"""From a channel to a run: the rules of one round in the words of ``read_rules``, the clause behind every id of them,
and a candidate's columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..errors import rules as errors
from .conditions import NO, PRESENT, YES, All, Cell, Condition, Not, Test, as_rules, keys_of, words
from .declaration.reading_scores import full_marks
from .declaration.shapes import ENGINE_COLUMNS, Batch, Channel, Ground, Line, Match, Number, Quota, Selector
from .facts import show_mark
from .places import PlaceFacts, is_selected, places_of

QUALIFIED = "学校具备招生资格"
"""The condition that a school whose qualification was withdrawn cannot give anybody."""
_SEED = re.compile(r"[0-9a-f]{64}")
ROUND_FLOOR = "round-floor"
"""Beginning of the ids of lines of a supplementary round. They stand instead of the general lines and beside own ones,
which the engine's own ``round_floor`` would not (docs/dev/admission.md §1).
"""


@dataclass(frozen=True, slots=True)
class Rationale:
    """What stands behind an id that a verdict may name."""

    title: str
    words: str
    """The rule in a Chinese clause without full stop."""
    ground: Ground | None
    """None for a school's own condition: its charter is the authority."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """A line as it applies in a run: exempt candidates and kinds with a line of their own taken out."""

    line: Line
    who: Condition | None
    places: tuple[PlaceFacts, ...]


@dataclass(frozen=True, slots=True)
class RunCondition:
    """A condition as it applies in a run."""

    id: str
    title: str
    require: Condition
    places: tuple[PlaceFacts, ...]
    ground: Ground | None
    said: str = ""
    """What people read instead of the condition: nobody can meet it, the place is closed."""


def rules_for(
    channel: Channel, batch: Batch, round: int, seed: str | None, places: Sequence[PlaceFacts]
) -> dict[str, object]:
    """The rules of one round of a batch as ``engines.matching.read_rules`` takes them (docs/dev/matching.md §2).

    ``round`` is 1 for the first filing. ``seed`` is required with ``ties: lottery`` and refused otherwise. ``places``
    are the approved places; those of other batches are left out. Raises ADM-227 to ADM-230.
    """
    _check_round(batch, round)
    _check_seed(batch, seed)
    own = places_of(batch, places)
    rules: dict[str, object] = {
        "mechanism": batch.mechanism,
        "unit": batch.unit,
        "order": [{"key": key.key, "direction": key.direction} for key in batch.order],
        "ties": batch.ties,
        "missing": batch.missing,
        "full_marks": _full_marks(channel, batch, own),
        "round": {"number": round},
    }
    if seed is not None:
        rules["lottery_seed"] = seed
    if batch.unit != "place":
        rules["ratio"] = format(batch.ratio.value, "f")
        rules["one_shot"] = batch.is_one_shot
        rules["stages"] = batch.stages
        if batch.reassignment != "none":
            rules["reassignment"] = batch.reassignment
    lines = [_line(one, own) for one in run_lines(channel, batch, own, round)]
    conditions = [_condition(one, own) for one in run_conditions(channel, batch, own)]
    quotas = [_quota(channel, quota, own) for quota in run_quotas(channel, batch, own)]
    weights = [
        {"places": _selector(weighting.places, own), "keys": {k: format(v, "f") for k, v in weighting.keys.items()}}
        for weighting in batch.weights
        if any(is_selected(place, weighting.places) for place in own)
    ]
    for key, items in (("lines", lines), ("conditions", conditions), ("quotas", quotas), ("weights", weights)):
        if items:
            rules[key] = items
    return rules


def _check_round(batch: Batch, round: int) -> None:
    rounds = batch.supplementary.rounds if batch.supplementary is not None else 0
    if not 1 <= round <= 1 + rounds:
        raise errors.NO_SUCH_ROUND.refuse(title=batch.title, number=round, rounds=rounds)


def _check_seed(batch: Batch, seed: str | None) -> None:
    if batch.ties != "lottery":
        if seed is not None:
            raise errors.SEED_UNWANTED.refuse(title=batch.title)
    elif seed is None:
        raise errors.SEED_NEEDED.refuse(title=batch.title)
    elif _SEED.fullmatch(seed) is None:
        raise errors.SEED_FORM.refuse()


def list_length(batch: Batch, round: int) -> int:
    """How many choices a list of the round may hold."""
    more = batch.supplementary
    if round > 1 and more is not None and more.list_length is not None:
        return more.list_length.whole
    return batch.list_length.whole


def floor_of(batch: Batch, round: int) -> Line | None:
    """The floor of a supplementary round as a line, lower by a step from one round to the next; None without one."""
    more = batch.supplementary
    if round < 2 or more is None or more.key is None or more.at_least is None:
        return None
    step = more.step.value if more.step is not None else Decimal(0)
    ground = more.at_least.ground if more.at_least.answer is not None else more.ground
    at_least = Number(more.at_least.value - step * (round - 1), ground, more.at_least.answer)
    title = f"第 {round - 1} 轮征集志愿底线"
    return Line(ROUND_FLOOR, title, more.key, at_least, None, {}, (), more.ground)


def _full_marks(channel: Channel, batch: Batch, own: Sequence[PlaceFacts]) -> dict[str, str]:
    marks = full_marks(channel.papers, channel.total, channel.points, channel.attributes)
    used = columns_needed(channel, batch, own)
    return {key: show_mark(value) for key, value in marks.items() if key in used}


def _in(batches: Sequence[str], batch: Batch) -> bool:
    return not batches or batch.id in batches


def exempt_from(channel: Channel, key: str) -> list[Condition]:
    """Who has no score under a column: those for whom a paper that feeds it is waived without the full mark."""
    feeding = {paper.id for paper in channel.papers if key in {paper.id, paper.part}}
    return [
        exemption.who
        for exemption in channel.exemptions
        if exemption.instead != "full" and feeding.intersection(exemption.papers)
    ]


def run_lines(channel: Channel, batch: Batch, own: Sequence[PlaceFacts], round: int = 1) -> Iterator[RunLine]:
    """The lines that apply in a round of a batch.

    A kind of place with a line over the same key has that line instead of the general ones. In a supplementary round
    with a floor, the floor stands instead of the general lines over its key. Nobody is held against a line over a paper
    or part from which he is exempt; an own line is set on what he does sit.
    """
    floor = floor_of(batch, round)
    replaced = {(kind.id, line.key) for kind in channel.kinds for line in kind.lines if _in(line.batches, batch)}
    every: list[tuple[Line, str | None]] = [(line, None) for line in channel.lines]
    every.extend((line, kind.id) for kind in channel.kinds for line in kind.lines)
    if floor is not None:
        every = [
            *_lowered(channel, batch, floor),
            *(one for one in every if one[1] is not None or one[0].key != floor.key),
        ]
    for line, kind in every:
        if not _in(line.batches, batch):
            continue
        held = tuple(
            place
            for place in own
            if is_selected(place, line.places)
            and (place.kind == kind if kind is not None else (place.kind, line.key) not in replaced)
        )
        if not held:
            continue
        yield RunLine(line, _without(line.who, exempt_from(channel, line.key)), held)


def _lowered(channel: Channel, batch: Batch, floor: Line) -> list[tuple[Line, str | None]]:
    """The floor in place of each general line over its key, for the same people and places; for all without one."""
    general = [line for line in channel.lines if line.key == floor.key and _in(line.batches, batch)]
    if not general:
        return [(floor, None)]
    return [(replace(floor, id=f"{ROUND_FLOOR}-{line.id}", who=line.who, places=line.places), None) for line in general]


def lines_of_quota(channel: Channel, quota: Quota) -> list[tuple[Line, Condition | None]]:
    """The own lines of a quota, each with whom it is held against."""
    return [(line, _without(line.who, exempt_from(channel, line.key))) for line in quota.lines]


def _without(who: Condition | None, exempt: Sequence[Condition]) -> Condition | None:
    parts: list[Condition] = [Not(one) for one in exempt]
    if who is not None:
        parts.insert(0, who)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def run_conditions(channel: Channel, batch: Batch, own: Sequence[PlaceFacts]) -> Iterator[RunCondition]:
    """The conditions that apply in a batch: the channel's, those of kinds of place, matches, and schools' own; and that
    nobody is placed at a school that may not take anybody any more."""
    for one in channel.conditions:
        held = tuple(place for place in own if is_selected(place, one.places))
        if held and _in(one.batches, batch):
            yield RunCondition(one.id, one.title, one.require, held, one.ground)
    for kind in channel.kinds:
        held = tuple(place for place in own if place.kind == kind.id)
        if held and kind.who is not None:
            yield RunCondition(f"kind-{kind.id}", kind.title, kind.who, held, kind.ground)
    for match in channel.matches:
        yield from _matches(match, own)
    for place in own:
        for condition in place.conditions:
            yield RunCondition(f"place-{place.id}-{condition.id}", condition.title, condition.require, (place,), None)
    yield from _closures(batch, own)


def _closures(batch: Batch, own: Sequence[PlaceFacts]) -> Iterator[RunCondition]:
    """One condition a closed school, which contradicts itself: a column is filled and not filled."""
    closed: dict[str, list[PlaceFacts]] = {}
    for place in own:
        if place.closure is not None:
            closed.setdefault(place.school, []).append(place)
    key = batch.order[0].key
    nobody = All((Test(key, PRESENT, (True,)), Test(key, PRESENT, (False,))))
    for school, places in sorted(closed.items()):
        closure = places[0].closure
        if closure is not None:
            yield RunCondition(f"closed-{school}", QUALIFIED, nobody, tuple(places), closure.ground, closure.why)


def _matches(match: Match, own: Sequence[PlaceFacts]) -> Iterator[RunCondition]:
    by_value: dict[str, list[PlaceFacts]] = {}
    for place in own:
        value = place.column(match.column)
        if value and place.kind not in match.except_kinds:
            by_value.setdefault(value, []).append(place)
    for value in sorted(by_value):
        yield RunCondition(
            f"{match.id}-{value}", match.title, match.condition(value), tuple(by_value[value]), match.ground
        )


def run_quotas(channel: Channel, batch: Batch, own: Sequence[PlaceFacts]) -> Iterator[Quota]:
    """The quotas that apply to some place of a batch."""
    for quota in channel.quotas:
        if _in(quota.batches, batch) and any(is_selected(place, quota.places) for place in own):
            yield quota


def _line(one: RunLine, own: Sequence[PlaceFacts]) -> dict[str, object]:
    written: dict[str, object] = {
        "id": one.line.id,
        "key": one.line.key,
        "at_least": format(one.line.at_least.value, "f"),
    }
    if len(one.places) < len(own):
        written["places"] = {"place_id": [place.id for place in one.places]}
    if one.who is not None:
        written["who"] = as_rules(one.who)
    return written


def _condition(one: RunCondition, own: Sequence[PlaceFacts]) -> dict[str, object]:
    written: dict[str, object] = {"id": one.id, "require": as_rules(one.require)}
    if len(one.places) < len(own):
        written["places"] = {"place_id": [place.id for place in one.places]}
    return written


def _quota(channel: Channel, quota: Quota, own: Sequence[PlaceFacts]) -> dict[str, object]:
    written: dict[str, object] = {"id": quota.id, "who": as_rules(quota.who), "kind": quota.kind}
    if quota.places:
        written["places"] = _selector(quota.places, own)
    if quota.seats is not None:
        written["seats"] = quota.seats.whole
    if quota.share is not None:
        written["share"] = format(quota.share.value, "f")
    if quota.kind != "ceiling":
        written["order"] = quota.order
        written["unfilled_to"] = quota.unfilled_to
    if quota.lines:
        lines: list[dict[str, object]] = []
        for line, who in lines_of_quota(channel, quota):
            lines.append({"id": line.id, "key": line.key, "at_least": format(line.at_least.value, "f")})
            if who is not None:
                lines[-1]["who"] = as_rules(who)
        written["lines"] = lines
    return written


def _selector(selector: Selector, own: Sequence[PlaceFacts]) -> dict[str, object]:
    """A selector in the engine's columns; columns it does not know become the list of places."""
    if all(column in ENGINE_COLUMNS for column in selector):
        return {column: list(values) for column, values in selector.items()}
    return {"place_id": [place.id for place in own if is_selected(place, selector)]}


def columns_needed(channel: Channel, batch: Batch, places: Sequence[PlaceFacts]) -> frozenset[str]:
    """The candidate columns a run of the batch asks for."""
    own = places_of(batch, places)
    used = {key.key for key in batch.order}
    used.update(key for weighting in batch.weights for key in weighting.keys)
    if batch.supplementary is not None and batch.supplementary.key is not None:
        used.add(batch.supplementary.key)
    for line in run_lines(channel, batch, own):
        used.add(line.line.key)
        used.update(keys_of(line.who) if line.who is not None else ())
    for condition in run_conditions(channel, batch, own):
        used.update(keys_of(condition.require))
    for quota in run_quotas(channel, batch, own):
        used.update(keys_of(quota.who))
        for own_line, who in lines_of_quota(channel, quota):
            used.add(own_line.key)
            used.update(keys_of(who) if who is not None else ())
    return frozenset(used)


def engine_cells(facts: Mapping[str, Cell], keys: Mapping[str, Decimal | None]) -> dict[str, str | Decimal | None]:
    """A candidate's columns as the engine takes them: yes and no as 是 and 否, missing as None."""
    cells: dict[str, str | Decimal | None] = {}
    for key, cell in {**facts, **keys}.items():
        cells[key] = (YES if cell else NO) if isinstance(cell, bool) else cell
    return cells


def rationales(channel: Channel, batch: Batch, places: Iterable[PlaceFacts], round: int = 1) -> dict[str, Rationale]:
    """Title, wording and clause of every id a verdict of the batch may name: lines, conditions, quotas, order keys."""
    own = places_of(batch, places)
    titles = channel.titles
    found: dict[str, Rationale] = {}
    for key in batch.order:
        found[key.key] = Rationale(key.title, f"按{key.title}排序", batch.ground)
    for name, title in (
        ("ties", "同分处理"),
        ("lottery", "抽签"),
        ("priority", "专业自己的排序"),
        ("ordinal", "志愿次序"),
    ):
        found[name] = Rationale(title, title, batch.ground)
    quotas = list(run_quotas(channel, batch, own))
    for line in (*(one.line for one in run_lines(channel, batch, own, round)), *(x for q in quotas for x in q.lines)):
        text = f"{titles.get(line.key, line.key)}不低于 {show_mark(line.at_least.value)} 分"
        found[line.id] = Rationale(line.title, text, line.ground)
    for condition in run_conditions(channel, batch, own):
        text = condition.title if condition.said else words(condition.require, titles)
        found[condition.id] = Rationale(condition.title, text, condition.ground)
    for quota in quotas:
        found[quota.id] = Rationale(quota.title, words(quota.who, titles), quota.ground)
    return found
