"""Reading a channel: an entry of ``regions/*/admission`` laid over its parents', checked whole, on one day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem, Refusal
from guantong.policy.asking.law import Law, long_day
from guantong.policy.asking.policy import Policy
from guantong.policy.schema.shapes import RawEntry

from ...errors import rules as errors
from .coherence import caps_forbidden, problems_of
from .cursor import GROUND_KEYS, Entry, Faults, Skip
from .reading_batches import (
    read_bars,
    read_batches,
    read_calendar,
    read_openings,
    read_prospectus,
    read_steps,
)
from .reading_conditions import Names
from .reading_places import Scope, read_kinds, read_lines, read_matches, read_quotas, read_requirements, read_shares
from .reading_scores import (
    RESERVED,
    Ids,
    full_marks,
    number_columns,
    read_attributes,
    read_exemptions,
    read_papers,
    read_parts,
    read_points,
    read_total,
)
from .shapes import CHANNELS, Channel
from .sources import Node, digest_of_node, from_entry, laid_over
from .tightening import looser

_T = TypeVar("_T")
CHANNEL_KEYS = (
    "id", "version", "title", "about", "systems", "in_force_from", "repealed_on", "framework", "together_with",
    "calendar", "attributes", "parts", "papers", "total", "exemptions", "policy_points", "lines", "conditions",
    "matches", "kinds_of_place", "quotas", "shares", "batches", "bars", "prospectus", "openings", "steps",
    *GROUND_KEYS,
)  # fmt: skip


def read_channel(entry: RawEntry, law: Law, parents: Sequence[RawEntry] = ()) -> Channel:
    """The channel an entry declares, with what it inherits from ``parents`` (nearest first), as the law of the day is.

    Raises a Refusal listing every fault with file and line (ADM-200 to ADM-226); a child that loosens what a parent
    set is one of them (ADM-218).
    """
    channel, problems = examine(entry, law, parents)
    if channel is None or problems:
        raise Refusal(problems)
    return channel


def examine(entry: RawEntry, law: Law, parents: Sequence[RawEntry] = ()) -> tuple[Channel | None, tuple[Problem, ...]]:
    """The channel as far as it can be read, and every fault; nothing is raised."""
    node = from_entry(entry)
    above: Node | None = None
    for parent in reversed(parents):
        own = from_entry(parent)
        above = own if above is None else laid_over(own, above)
    faults = Faults(law)
    try:
        channel = _read(node if above is None else laid_over(node, above), entry, parents, faults)
    except Skip:
        return None, tuple(faults.problems)
    if above is not None and not faults.problems:
        _check_tighter(channel, above, parents, law, faults)
    if not faults.problems:
        faults.problems.extend(problems_of(channel))
        faults.problems.extend(caps_forbidden(channel, law))
    return channel, tuple(faults.problems)


def _check_tighter(channel: Channel, above: Node, parents: Sequence[RawEntry], law: Law, faults: Faults) -> None:
    quiet = Faults(law)
    try:
        parent = _read(above, parents[0], parents[1:], quiet)
    except Skip:
        return
    if quiet.problems:
        return  # the parent's own faults are reported where the parent is read
    for place, title, why, own, theirs in looser(channel, parent):
        faults.problems.append(
            errors.LOOSER.problem(
                where=own.where,
                basis=theirs.citation,
                place=place,
                title=title,
                region=parent.region_name,
                why=why,
                other=f"{theirs.file} 第 {theirs.line} 行",
            )
        )


def _read(node: Node, entry: RawEntry, parents: Sequence[RawEntry], faults: Faults) -> Channel:
    given = node.text_at("title") or entry.id
    root = Entry(node, f"渠道“{given}”", faults, CHANNEL_KEYS)
    channel_id = root.choice("id", CHANNELS)
    law = _law_of(faults)
    ids = Ids(RESERVED)
    attributes = read_attributes(root, ids)
    parts = read_parts(root, ids)
    facts = Names({a.id: a for a in attributes}, {})
    papers = read_papers(root, ids, parts, facts)
    total = _quietly(lambda: read_total(root, papers, parts))
    points = _quietly(lambda: read_points(root, facts))
    names = Names(facts.attributes, number_columns(papers, parts))
    scope = Scope(
        names=names,
        full=full_marks(papers, total, points, attributes),
        batches=_ids_in(node, "batches"),
        kinds=_ids_in(node, "kinds_of_place"),
    )
    calendar, calendar_ground = _quietly(lambda: read_calendar(root)) or ((), None)
    channel = Channel(
        id=channel_id,
        region=entry.region,
        region_name=law.policy.regions[entry.region].name_zh,
        version=root.text("version", "1"),
        title=root.text("title"),
        systems=root.texts("systems"),
        is_framework=root.flag("framework", False),
        inherits=tuple(parent.region for parent in parents),
        on=law.on,
        law_version=law.version,
        about=root.maybe_text("about"),
        together_with=root.texts("together_with"),
        calendar=calendar,
        calendar_ground=calendar_ground,
        attributes=attributes,
        parts=parts,
        papers=papers,
        total=total,
        exemptions=read_exemptions(root, ids, papers, parts, facts),
        points=points,
        lines=read_lines(root, "lines", ids, scope),
        conditions=read_requirements(root, ids, scope),
        matches=read_matches(root, ids, scope),
        kinds=read_kinds(root, ids, scope),
        quotas=read_quotas(root, ids, scope),
        shares=read_shares(root, ids, scope),
        batches=read_batches(root, scope, [paper.id for paper in papers]),
        bars=read_bars(root, channel_id),
        prospectus=_quietly(lambda: read_prospectus(root)),
        openings=read_openings(root),
        steps=read_steps(root),
        ground=root.ground(),
        digest="",
    )
    digest = digest_of(
        {"declaration": digest_of_node(node), "answers": faults.answers, "region": entry.region, "id": channel_id}
    )
    return replace(channel, digest=digest)


def _law_of(faults: Faults) -> Law:
    """A declaration is never read without a law."""
    assert faults.law is not None  # noqa: S101
    return faults.law


def _quietly(read: Callable[[], _T]) -> _T | None:
    """What ``read`` gives; None when its part was faulty (the fault is noted)."""
    try:
        return read()
    except Skip:
        return None


def _ids_in(node: Node, key: str) -> tuple[str, ...]:
    entries = node.entries or {}
    inner = entries.get(key)
    return tuple(name for item in (inner.items or () if inner is not None else ()) if (name := item.text_at("id")))


def channels(policy: Policy, region: str, on: date, frameworks: bool = False) -> tuple[Channel, ...]:
    """The channels of a region on a day, inherited parts included, in the order of the law's names.

    A region without an entry of its own has its parents'. Frameworks (which nobody is admitted by) are left out unless
    asked for. Raises a Refusal with the faults of all channels together.
    """
    found: list[Channel] = []
    problems: list[Problem] = []
    law = policy.law(region, on)
    for entries in entries_by_channel(policy, region, on).values():
        channel, faults = examine(entries[0], law, entries[1:])
        problems.extend(faults)
        if channel is not None and not faults and (frameworks or not channel.is_framework):
            found.append(channel)
    if problems:
        raise Refusal(dict.fromkeys(problems))
    order = list(CHANNELS)
    return tuple(sorted(found, key=lambda channel: order.index(channel.id)))


def get_channel(policy: Policy, region: str, channel: str, on: date) -> Channel:
    """One channel of a region on a day; refuses an unknown one (ADM-225), and a framework."""
    entries = entries_by_channel(policy, region, on)
    if channel in entries:
        found = read_channel(entries[channel][0], policy.law(region, on), entries[channel][1:])
        if not found.is_framework:
            return found
    known = "、".join(f"{one.id}（{one.title}）" for one in channels(policy, region, on))
    name = policy.regions[region].name_zh
    raise errors.CHANNEL_UNKNOWN.refuse(region=name, day=long_day(on), channel=channel, known=known or "（尚未设置）")


def entries_by_channel(policy: Policy, region: str, on: date) -> Mapping[str, tuple[RawEntry, ...]]:
    """Every channel's entries in force on a day, nearest region first, the latest of each region."""
    found: dict[str, dict[str, RawEntry]] = {}
    for entry in policy.raw(region, "admission"):
        if not entry.holds_on(on):
            continue
        by_region = found.setdefault(entry.id, {})
        best = by_region.get(entry.region)
        if best is None or (entry.in_force_from or date.min) >= (best.in_force_from or date.min):
            by_region[entry.region] = entry
    return {key: tuple(by_region.values()) for key, by_region in found.items()}


def problems_on(policy: Policy, on: date) -> tuple[Problem, ...]:
    """The faults of every region's declarations on a day, each once."""
    problems: list[Problem] = []
    for region in policy.regions:
        first = policy.first_day(region)
        if first is None or on < first:
            continue
        law = policy.law(region, on)
        for entries in entries_by_channel(policy, region, on).values():
            problems.extend(examine(entries[0], law, entries[1:])[1])
    return tuple(dict.fromkeys(problems))
