"""What only shows when a whole channel is looked at: parts that cannot stand together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from guantong.kernel.refusal import Problem
from guantong.policy.asking.law import Law

from ...errors import rules as errors
from ..conditions import Condition, Not, Test, may_hold
from .reading_scores import choices_of, paper_sets
from .shapes import Batch, Channel, Quota, Requirement, Selector
from .skill import held_against_floor


def speaks_of(selector: Selector, facts: Mapping[str, str]) -> bool:
    """Whether a place with the columns known so far may be selected (unknown columns count as fitting)."""
    return all(column not in facts or facts[column] in values for column, values in selector.items())


def problems_of(channel: Channel) -> Iterator[Problem]:
    """Every contradiction of a channel that was read without fault."""
    yield from _skill(channel)
    yield from _exemptions(channel)
    yield from _kinds(channel)
    yield from _quotas(channel)
    yield from _maybe_missing(channel)
    if not channel.is_framework:
        yield from _missing(channel)


MOST_TOGETHER = 4
"""How many exemptions are looked at together."""
SECONDARY_GRADUATES = "中职毕业生"
UNCAPPED = "admission.secondary_intake_uncapped"


def caps_forbidden(channel: Channel, law: Law) -> Iterator[Problem]:
    """Ceilings on secondary graduates as such, where the law of the day lets none be set.

    A ceiling is one on them when every graduate of a secondary vocational school counts toward it.
    """
    answer = law.find(UNCAPPED)
    if answer is None or answer.value is not True:
        return
    closed = choices_of(channel.attributes)
    for quota in channel.quotas:
        for attribute in channel.attributes:
            if quota.kind != "ceiling" or SECONDARY_GRADUATES not in attribute.choices:
                continue
            graduate = Test(attribute.id, "equals", (SECONDARY_GRADUATES,))
            if not may_hold([graduate, Not(quota.who)], closed):
                yield errors.CAP_FORBIDDEN.problem(where=quota.ground.where, basis=answer.citation, title=quota.title)


def warnings_of(channel: Channel) -> tuple[Problem, ...]:
    """What waits for confirmation: the skill part below a floor that is a principle only."""
    held = held_against_floor(channel.papers, channel.total, channel.attributes)
    if held is None or held.outcome != "warning" or channel.total is None or channel.total.floor is None:
        return ()
    return (
        errors.SKILL_SHARE_LOW.problem(
            where=channel.total.ground.where,
            basis=held.citation,
            channel=channel.title,
            given=f"{held.measured}%",
            floor=channel.total.floor.show(),
        ),
    )


def _skill(channel: Channel) -> Iterator[Problem]:
    held = held_against_floor(channel.papers, channel.total, channel.attributes)
    if held is not None and held.outcome == "not_met" and channel.total is not None and channel.total.floor is not None:
        yield errors.SKILL_SHARE_BELOW.problem(
            where=channel.total.ground.where,
            basis=held.citation,
            channel=channel.title,
            given=f"{held.measured}%",
            floor=channel.total.floor.show(),
        )


def _exemptions(channel: Channel) -> Iterator[Problem]:
    """Exemptions that may meet in one person must leave a paper to scale from."""
    closed = choices_of(channel.attributes)
    scaled = [one for one in channel.exemptions if one.instead == "scaled"]
    sets = [{p.id for p in held if p.is_counted} for held in paper_sets(channel.papers, channel.attributes)]
    for count in range(2, min(len(scaled), MOST_TOGETHER) + 1):
        for together in itertools.combinations(scaled, count):
            waived = {name for one in together for name in one.papers}
            if any(held and held <= waived for held in sets) and may_hold([one.who for one in together], closed):
                why = f"与“{'”“'.join(one.title for one in together[:-1])}”合在一起，没有科目可以折算"
                last = together[-1]
                yield errors.EXEMPTION_EMPTY.problem(where=last.ground.where, title=last.title, why=why)
                return


def _kinds(channel: Channel) -> Iterator[Problem]:
    """Somebody must be able to take every kind of place in every batch."""
    closed = choices_of(channel.attributes)
    for kind in channel.kinds:
        own = [kind.who] if kind.who is not None else []
        if own and not may_hold(own, closed):
            yield errors.NEVER_MET.problem(where=kind.ground.where, place="计划类别", title=kind.title)
            continue
        for batch in channel.batches or (None,):
            asked = [*own, *(r.require for r in requirements_for(channel, batch, {"kind": kind.id}))]
            if not may_hold(asked, closed):
                yield errors.NEVER_MET.problem(where=kind.ground.where, place="计划类别", title=kind.title)
                break
    for quota in channel.quotas:
        if not may_hold([quota.who], closed):
            yield errors.NEVER_MET.problem(where=quota.ground.where, place="配额", title=quota.title)
    for one in channel.conditions:
        if not may_hold([one.require], closed):
            yield errors.NEVER_MET.problem(where=one.ground.where, place="录取条件", title=one.title)


def requirements_for(channel: Channel, batch: Batch | None, facts: Mapping[str, str]) -> list[Requirement]:
    """The conditions of a batch at places with these columns, whole selectors only (unknown columns are left out)."""
    return [
        one
        for one in channel.conditions
        if (batch is None or not one.batches or batch.id in one.batches)
        and set(one.places) <= set(facts)
        and speaks_of(one.places, facts)
    ]


def _quotas(channel: Channel) -> Iterator[Problem]:
    for position, quota in enumerate(channel.quotas):
        for other in channel.quotas[position + 1 :]:
            why = _floor_above_ceiling(quota, other) or _floor_above_ceiling(other, quota)
            if why:
                yield errors.QUOTA_WRONG.problem(where=other.ground.where, title=other.title, why=why)
        if quota.kind != "ceiling":
            continue
        for batch in channel.batches:
            if batch.ties != "lottery" and (not quota.batches or batch.id in quota.batches):
                why = f"批次“{batch.title}”有人数上限，同分时只能抽签决定"
                yield errors.QUOTA_WRONG.problem(where=quota.ground.where, title=quota.title, why=why)
    for batch in channel.batches:
        for places in {str(sorted(q.places.items())): q.places for q in channel.quotas}.values():
            shares = [
                q.share.value
                for q in channel.quotas
                if q.share is not None
                and q.kind != "ceiling"
                and q.places == places
                and (not q.batches or batch.id in q.batches)
            ]
            if sum(shares) > 1:
                held = next(q for q in channel.quotas if q.places == places)
                why = f"批次“{batch.title}”里保留的比例合计超过全部名额"
                yield errors.QUOTA_WRONG.problem(where=held.ground.where, title=held.title, why=why)


def _maybe_missing(channel: Channel) -> Iterator[Problem]:
    """An order key some candidates have no value of needs ``missing: last``, or the run would be refused."""
    for batch in channel.batches:
        if batch.missing == "last":
            continue
        titles = {key.key: key.title for key in batch.order}
        titles.update({key: channel.titles[key] for weighting in batch.weights for key in weighting.keys})
        for key, title in titles.items():
            feeding = [paper for paper in channel.papers if key in {paper.id, paper.part}]
            waived = any(e.instead != "full" and any(p.id in e.papers for p in feeding) for e in channel.exemptions)
            some = bool(feeding) and all(paper.who is not None for paper in feeding)
            attribute = channel.attribute(key)
            if waived or some or (attribute is not None and not attribute.required):
                why = f"有的考生没有“{title}”，排序时要写 missing: last"
                yield errors.MECHANISM.problem(where=batch.ground.where, title=batch.title, why=why)
                break


def _floor_above_ceiling(floor: Quota, ceiling: Quota) -> str:
    if floor.kind == "ceiling" or ceiling.kind != "ceiling" or floor.who != ceiling.who:
        return ""
    if floor.seats is not None and ceiling.seats is not None and floor.seats.value > ceiling.seats.value:
        return f"保留 {floor.seats.whole} 人，上限却是 {ceiling.seats.whole} 人"
    if floor.share is not None and ceiling.share is not None and floor.share.value > ceiling.share.value:
        return f"保留的比例 {floor.share.value:f} 高于上限 {ceiling.share.value:f}"
    return ""


def _missing(channel: Channel) -> Iterator[Problem]:
    needed: dict[str, object] = {
        "批次（batches）": channel.batches,
        "计划类别（kinds_of_place）": channel.kinds,
        "日程（calendar）": channel.calendar,
        "考试部分和科目（parts、papers）": channel.papers,
        "总分（total）": channel.total,
        "招生简章（prospectus）": channel.prospectus,
        "公开事项（openings）": channel.openings,
    }
    for what, given in needed.items():
        if not given:
            yield errors.NOT_RUNNABLE.problem(where=channel.ground.where, title=channel.title, what=what)


def all_conditions(channel: Channel) -> Iterator[Condition]:
    """Every condition anywhere in a channel."""
    for paper in channel.papers:
        if paper.who is not None:
            yield paper.who
    yield from (e.who for e in channel.exemptions)
    if channel.points is not None:
        yield from (item.who for item in channel.points.items)
    for line in (*channel.lines, *(line for k in channel.kinds for line in k.lines)):
        if line.who is not None:
            yield line.who
    yield from (one.require for one in channel.conditions)
    yield from (kind.who for kind in channel.kinds if kind.who is not None)
    yield from (quota.who for quota in channel.quotas)
