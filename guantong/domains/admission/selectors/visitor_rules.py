"""The rules of a channel in words for everybody: how batches work, how scores are made, what a place asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from guantong.domains.admission.models import IntakePlan
from guantong.domains.admission.rules.conditions import words
from guantong.domains.admission.rules.declaration.shapes import Batch, Channel, Ground, Line
from guantong.domains.admission.rules.facts import show_mark
from guantong.domains.admission.rules.places import PlaceFacts, is_selected
from guantong.domains.admission.rules.running import run_conditions, run_lines, run_quotas
from guantong.domains.admission.rules.scoring import skill_share
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import place_facts

UNITS = {"place": "一个专业", "group": "一个院校专业组", "school": "一所学校"}
MECHANISMS = {
    "parallel": "位次优先、遵循志愿：按位次一人一人地看，从第 1 志愿看起，哪里先有名额就投到哪里",
    "sequential": "志愿优先：先看所有人的第 1 志愿，名额有余再看第 2 志愿",
    "deferred_acceptance": "各专业按自己的成绩排序，暂录以后如有更靠前的考生再调整，直到没有变化",
}
TIES = {
    "admit_all": "各项都相同的一并投出",
    "reject_all": "各项都相同而名额不够的，都不投出",
    "lottery": "各项都相同的按摇号数排先后",
}
REASSIGNMENTS = {
    "none": "不征求服从调剂",
    "order_of_places": "服从调剂的，按计划顺序调到组内有余额的专业",
    "most_seats_left": "服从调剂的，调到组内余额最多的专业",
}


@dataclass(frozen=True, slots=True)
class BatchWords:
    """A batch as people read it: facts as (what, how), supplementary rounds, the clause."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    supplementary: str
    ground: Ground
    supplementary_ground: Ground | None


@dataclass(frozen=True, slots=True)
class PaperWords:
    """A paper: its full mark, who sits it, whether it counts."""

    title: str
    full_mark: str
    note: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something a place asks for. ``kind``: condition, line or quota; no ``ground``: the school's own charter."""

    kind: str
    title: str
    words: str
    ground: Ground | None


KINDS = {"condition": "报考条件", "line": "控制线", "quota": "专项名额"}


def batch_words(channel: Channel) -> list[BatchWords]:
    """Every batch of a channel in words, in order."""
    return [_batch(batch) for batch in channel.batches]


def _batch(batch: Batch) -> BatchWords:
    facts = [("一个志愿是", UNITS[batch.unit]), ("最多填报", f"{batch.list_length.whole} 个志愿")]
    if batch.programmes_in_group:
        facts.append(("每个志愿里", f"最多选 {batch.programmes_in_group} 个专业，{REASSIGNMENTS[batch.reassignment]}"))
    facts.append(("怎样投档", MECHANISMS[batch.mechanism]))
    if batch.unit != "place":
        facts.append(("投档比例", f"1∶{show_mark(batch.ratio.value)}" + ("，只投一次" if batch.is_one_shot else "")))
    facts.append(("先后比较", "，再比".join(key.title for key in batch.order)))
    facts.append(("全部相同时", TIES[batch.ties]))
    return BatchWords(
        batch.id,
        batch.title,
        tuple(facts),
        _supplementary(batch),
        batch.ground,
        batch.supplementary.ground if batch.supplementary is not None else None,
    )


def _supplementary(batch: Batch) -> str:
    more = batch.supplementary
    if more is None:
        return "没有招满的名额不征集志愿。"
    text = f"没有招满的，最多征集 {more.rounds} 次志愿"
    if more.list_length is not None:
        text += f"，每次最多填 {more.list_length.whole} 个"
    if more.at_least is not None and more.step is not None and more.step.value:
        text += f"；控制线在 {show_mark(more.at_least.value)} 分的基础上每次降低 {show_mark(more.step.value)} 分"
    return text + "。"


def paper_words(channel: Channel) -> list[PaperWords]:
    """The papers of a channel."""
    parts = {part.id: part.title for part in channel.parts}
    found = []
    for paper in channel.papers:
        notes = [parts.get(paper.part, "")]
        if paper.who is not None:
            notes.append(f"{words(paper.who, channel.titles)}的考生参加")
        weight = channel.total.weights.get(paper.id, Decimal(1)) if channel.total is not None else Decimal(1)
        if not paper.is_counted:
            notes.append("不计入总分")
        elif weight != 1:
            notes.append(f"计入总分时乘以 {show_mark(weight)}")
        note = "，".join(note for note in notes if note)
        found.append(PaperWords(paper.title, show_mark(paper.full_mark.value), note, paper.ground))
    return found


def skill_words(channel: Channel) -> str:
    """The share of the skill part against the floor of the law, in a sentence; empty where there is none."""
    held = skill_share(channel)
    return held.sentence if held is not None else ""


def requirements_of(plan: IntakePlan) -> list[Requirement]:
    """What a place asks for: conditions, lines, seats kept for some; each with its clause."""
    channel = channel_of(plan.cycle)
    batch = channel.batch(plan.batch)
    place = place_facts(channel, plan)
    titles = channel.titles
    found = [
        Requirement("condition", one.title, words(one.require, titles), one.ground)
        for one in run_conditions(channel, batch, [place])
    ]
    found += [_line(channel, one.line) for one in run_lines(channel, batch, [place])]
    found += [
        Requirement("quota", quota.title, f"为{words(quota.who, titles)}的考生安排{_seats(quota, place)}", quota.ground)
        for quota in run_quotas(channel, batch, [place])
        if is_selected(place, quota.places)
    ]
    return found


def _line(channel: Channel, line: Line) -> Requirement:
    title = channel.titles.get(line.key, line.key)
    return Requirement("line", line.title, f"{title}不低于 {show_mark(line.at_least.value)} 分", line.ground)


def _seats(quota: object, place: PlaceFacts) -> str:
    seats, share = getattr(quota, "seats", None), getattr(quota, "share", None)
    if seats is not None:
        return f" {seats.whole} 个名额"
    if share is None:
        return "名额"
    return f"计划数的 {show_mark(share.value * 100)}%（计划 {place.seats} 人）"
