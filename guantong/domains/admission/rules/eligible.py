"""Whether a candidate may be placed somewhere, as it is known while choosing: every condition and line with its clause.

The same conditions and lines as in the run (:mod:`.running`), so that nobody is told otherwise before than after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guantong.kernel.refusal import Citation

from .conditions import Columns, holds, keys_of, show_cell, words
from .declaration.shapes import Batch, Channel
from .places import PlaceFacts
from .running import run_conditions, run_lines


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something not met at a place: the id a verdict would name, a whole sentence, the clause."""

    id: str
    title: str
    sentence: str
    citation: Citation | None
    is_line: bool


def obstacles(
    channel: Channel, batch: Batch, places: Sequence[PlaceFacts], columns: Columns
) -> dict[str, list[Obstacle]]:
    """Place id → what is not met, empty when nothing stands against it. A score not yet known is no obstacle."""
    found: dict[str, list[Obstacle]] = {place.id: [] for place in places}
    titles = channel.titles
    known = {key for key, cell in columns.items() if cell is not None}
    scores = set(titles) - {attribute.id for attribute in channel.attributes}
    for condition in run_conditions(channel, batch, places):
        keys = keys_of(condition.require)
        if any(key in scores and key not in columns for key in keys) or holds(condition.require, columns):
            continue
        given = "，".join(f"您的{titles.get(key, key)}{_shown(columns, key)}" for key in sorted(keys))
        sentence = f"要求{words(condition.require, titles)}，{given}。"
        citation = condition.ground.citation if condition.ground is not None else None
        for place in condition.places:
            found[place.id].append(Obstacle(condition.id, condition.title, sentence, citation, False))
    for one in run_lines(channel, batch, places):
        if one.line.key not in known or (one.who is not None and not holds(one.who, columns)):
            continue
        have = columns[one.line.key]
        least = one.line.at_least.value
        if isinstance(have, Decimal) and have >= least:
            continue
        title = titles.get(one.line.key, one.line.key)
        sentence = f"{one.line.title}要求{title}不低于 {least:f} 分，您是 {show_cell(have)} 分。"
        for place in one.places:
            found[place.id].append(Obstacle(one.line.id, one.line.title, sentence, one.line.ground.citation, True))
    return found


def _shown(columns: Columns, key: str) -> str:
    cell = columns.get(key)
    return "没有填写" if cell is None else f"是{show_cell(cell)}"


def first_sentence(many: Iterable[Obstacle]) -> str:
    """The sentences of some obstacles, each once."""
    return "".join(dict.fromkeys(one.sentence for one in many))
