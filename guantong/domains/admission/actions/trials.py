"""Trying other rules on a finished run's data: who gains, who loses, by group. Nothing changes by it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from math import lcm
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.domains.admission.actions.computing import seed_of
from guantong.domains.admission.actions.repeating import read_kept
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Run
from guantong.domains.admission.rules.declaration.shapes import Channel
from guantong.domains.admission.rules.facts import read_decimal
from guantong.domains.admission.rules.states import COMPUTED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.engines import matching
from guantong.engines.matching import Instance, gains, vary
from guantong.engines.matching.model import MISSING, NONE, Column
from guantong.engines.matching.varying import shortened, with_rules
from guantong.kernel import clock
from guantong.kernel.tokens import public_id

CHANGES = {
    "ties": "同分处理",
    "mechanism": "投档办法",
    "ratio": "投档比例",
    "stages": "一次投到专业",
    "one_shot": "一次投档",
    "list_length": "志愿个数",
    "skill_share": "技能部分占总分的比例",
}
"""What a trial may change. ``list_length`` cuts lists; ``skill_share`` (percent) weighs the parts of the total anew."""
_OF_RULES = ("ties", "mechanism", "ratio", "stages", "one_shot")


def try_rules(*, actor: Actor, run: Run, changes: Mapping[str, Any], group: str = "") -> Run:
    """Run the stored data of ``run`` under changed rules; kept as a trial run with the table of who gains and loses.

    ``group``: a column of candidates to compare by (empty: everybody in one row). Refuses ADM-112 (nothing stored),
    ADM-111 (what cannot be changed), ADM-113 (no such group), and rules that contradict each other (MTC-…).
    """
    cycle = run.round.cycle
    authority = require_bureau(actor, "admission.manage", cycle.region)
    if run.inputs is None or run.purpose != "real":
        raise errors.TRIAL_NEEDS_RUN.refuse()
    unknown = [key for key in changes if key not in CHANGES]
    if unknown or not changes:
        raise errors.TRIAL_UNKNOWN_CHANGE.refuse(
            given=(unknown or ["（没有选择）"])[0][:20], known="、".join(CHANGES.values())
        )
    channel, kept = channel_of(cycle), read_kept(run)
    before, one = kept.instance, kept.outcome
    if group and group not in before.columns:
        known = "、".join(channel.titles.get(name, name) for name in before.columns)
        raise errors.TRIAL_GROUP_UNKNOWN.refuse(given=group[:20], known=known)
    trial = Run(
        public_id=public_id(),
        round=run.round,
        purpose="trial",
        state=COMPUTED,
        phase="done",
        based_on=run,
        changes={**{key: str(value) for key, value in changes.items()}, "group": group},
        started_by=actor.label,
        started_by_user_id=actor.user_id,
        started_at=clock.now(),
    )
    other = matching.allocate(_varied(channel, before, changes, seed_of(trial)))
    rows = [asdict(row) for row in gains(before, one, other, group or None)]
    trial.figures = {
        "gains": rows,
        "placed_before": sum(1 for place in one.place if place != NONE),
        "placed_after": sum(1 for place in other.place if place != NONE),
        "candidates": len(before.candidates),
    }
    trial.computed_at = clock.now()
    trial.digests = {"based_on": run.digests.get("input", "")}
    with transaction.atomic():
        trial.save()
        record(
            actor=actor,
            action="try_rules",
            subject=("admission.run", trial.public_id),
            region=cycle.region,
            organisation_id=authority,
            law_version=cycle.law_version,
            facts={"based_on": run.public_id, "changes": trial.changes},
        )
    return trial


def _varied(channel: Channel, before: Instance, changes: Mapping[str, Any], seed: str | None) -> Instance:
    """The instance under changed rules; candidates and choices in the same order, lists perhaps shorter."""
    rules, after = before.rules, before
    of_rules = {key: changes[key] for key in _OF_RULES if key in changes}
    if of_rules:
        if of_rules.get("ties") == "lottery":
            of_rules["lottery_seed"] = seed
        rules = vary(rules, **of_rules)
    if "list_length" in changes:
        most = int(changes["list_length"])
        if most < 1:
            raise errors.TRIAL_UNKNOWN_CHANGE.refuse(given="志愿个数", known="1 或更大的整数")
        after = shortened(after, most)
    if "skill_share" in changes:
        total = _reweighed(channel, before, str(changes["skill_share"]))
        after = replace(after, columns={**after.columns, "total": Column(total)})
        rules = replace(rules, full_marks=tuple(pair for pair in rules.full_marks if pair[0] != "total"))
    return with_rules(after, rules)


def _reweighed(channel: Channel, instance: Instance, percent: str) -> array[int]:
    """The total anew in whole thousandths, with the skill part at ``percent`` of the same full total; rounded down.
    Policy points stay as they are; who lacks one of the parts keeps the total."""
    share = read_decimal(percent)
    if share is None or not 0 < share < 100 or channel.total is None:
        raise errors.TRIAL_UNKNOWN_CHANGE.refuse(given="技能部分占总分的比例", known="1 到 99 之间的百分数")
    skill, rest = _full(channel, True), _full(channel, False)
    whole = skill + rest
    if not skill or not rest:
        raise errors.TRIAL_UNKNOWN_CHANGE.refuse(given="技能部分占总分的比例", known="既有技能又有其他部分的总分")
    up, down = Fraction(share) * whole / (100 * skill), Fraction(100 - share) * whole / (100 * rest)
    totals = instance.columns["total"].values[:]
    parts = [
        (instance.columns[part.id], up if part.id in channel.total.skill_parts else down)
        for part in channel.parts
        if part.id in instance.columns
    ]
    if not all(column.of_numbers for column, _ in parts):
        return totals  # nobody has a mark in one of the parts
    common = lcm(*(factor.denominator for _, factor in parts))
    weights = [(column.values, int(factor * common)) for column, factor in parts]
    points = instance.columns.get("points")
    for candidate in range(len(totals)):
        made = 0
        for values, weight in weights:
            if values[candidate] == MISSING:
                break
            made += values[candidate] * weight
        else:
            more = points.values[candidate] if points is not None and points.of_numbers else 0
            totals[candidate] = made // common + (0 if more == MISSING else more)
    return totals


def _full(channel: Channel, skill: bool) -> Fraction:
    """Full marks of the skill parts, or of the others, as most candidates sit them (papers for everybody or for the
    first group that sits them)."""
    if channel.total is None:
        return Fraction(0)
    best: dict[str, Fraction] = {}
    for paper in channel.papers:
        if not paper.is_counted or (paper.part in channel.total.skill_parts) != skill:
            continue
        who = repr(paper.who)
        best[who] = best.get(who, Fraction(0)) + Fraction(channel.total.weights[paper.id] * paper.full_mark.value)
    common = best.pop(repr(None), Fraction(0))
    return common + max(best.values(), default=Fraction(0))
