"""Invented candidates: facts a channel asks for, and marks that hang together as those of people do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from guantong.domains.admission.actions.candidates import CandidateEntry, register_candidates
from guantong.domains.admission.actions.cycles import commit_seed
from guantong.domains.admission.actions.scores import ScoreEntry, enter_scores, rank_candidates
from guantong.domains.admission.models import Candidate, Cycle, Score
from guantong.domains.admission.rules.conditions import holds
from guantong.domains.admission.rules.declaration.shapes import Channel, Paper
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.selectors.channels import channel_of
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.people import IdNumbers, invented_name

CHUNK = 5000

DIFFICULTY = {
    "chinese": (0.62, 0.11),
    "mathematics": (0.52, 0.18),
    "english": (0.53, 0.18),
    "theory": (0.63, 0.14),
    "practice": (0.69, 0.12),
    "comprehensive": (0.64, 0.12),
}
"""Paper → mean and spread as parts of the full mark; others 0.64 and 0.14."""
CULTURE = {"chinese", "mathematics", "english", "culture_paper", "science", "society", "computing"}


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who will register: the facts as written and how able the person is (0 is the middle, 1 a spread)."""

    name: str
    id_number: str
    facts: dict[str, Any]
    ability: float
    skill: float


@dataclass(frozen=True, slots=True)
class Registered:
    """A candidate as the lists are made from: keys in whole thousandths."""

    pk: int
    person_id: int
    number: str
    name: str
    facts: dict[str, Any]
    rank: int | None
    keys: dict[str, int]

    def line(self, key: str) -> float:
        return (self.keys.get(key) or 0) / 1000


def pick(random: Random, *weighted: tuple[float, Any]) -> Any:
    """One of the values; what the shares leave over gives None."""
    point = random.random()
    for share, value in weighted:
        point -= share
        if point < 0:
            return value
    return None


def draw(random: Random, name: str, id_number: str, facts: dict[str, Any]) -> Invented:
    """Somebody with abilities drawn: what the person can do in school and at the bench goes together, not entirely."""
    ability = random.gauss(0, 1)
    skill = 0.6 * ability + 0.8 * random.gauss(0, 1)
    return Invented(name, id_number, {k: v for k, v in facts.items() if v is not None}, ability, skill)


def invent(
    random: Random, ids: IdNumbers, count: int, born: tuple[date, date], facts: Callable[[Random], dict[str, Any]]
) -> list[Invented]:
    """``count`` people nobody knows yet, born in [from, until)."""
    return [draw(random, invented_name(random), ids.one(*born), facts(random)) for _ in range(count)]


def vocational_facts(categories: Sequence[str]) -> Callable[[Random], dict[str, Any]]:
    """Facts of the vocational examination."""

    def facts(random: Random) -> dict[str, Any]:
        group = pick(
            random,
            (0.79, "中职毕业生"),
            (0.13, "普通高中毕业生"),
            (0.035, "退役军人"),
            (0.012, "下岗职工"),
            (0.02, "农民工"),
        )
        group = group or "高素质农民"
        found = {
            "group": group,
            "category": random.choice(categories),
            "origin": pick(random, (0.86, "一般地区"), (0.09, "边远和民族地区")) or "对口帮扶县",
            "health": pick(random, (0.975, "合格"), (0.02, "专业受限")) or "不合格",
            "colour_vision": "是" if random.random() < 0.95 else "否",
            "award": pick(
                random, (0.004, "全国三等奖以上"), (0.01, "全省一等奖"), (0.02, "全省二等奖"), (0.03, "全省三等奖")
            ),
            "targeted_county": pick(random, (0.03, random.choice(("西岭山县", "云溪河县", "松岗山县")))),
            "sponsor": pick(random, (0.015, "东湖新能源汽车有限公司")),
        }
        if group == "中职毕业生":
            found["grade"] = pick(random, (0.012, "高级工"), (0.2, "中级工"), (0.2, "初级工"))
        if group == "退役军人":
            found["merit"] = pick(random, (0.02, "二等功以上"), (0.12, "三等功"))
        return found

    return facts


def marks(random: Random, channel: Channel, one: Invented) -> dict[str, str]:
    """Marks of every paper the candidate sits; a few are absent from one."""
    facts = read_facts(channel, one.facts)
    found: dict[str, str] = {}
    for paper in channel.papers:
        if paper.who is not None and not holds(paper.who, facts):
            continue
        found[paper.id] = _mark(random, paper, one)
    if random.random() < 0.003:
        found[random.choice(list(found))] = "缺考"
    return found


def _mark(random: Random, paper: Paper, one: Invented) -> str:
    able = one.ability if paper.id in CULTURE else one.skill
    value = 0.8 * able + 0.6 * random.gauss(0, 1)
    if paper.grades:
        names = [grade for grade, _ in paper.grades]
        return names[min(len(names) - 1, max(0, round(1.2 - value * 0.9)))]
    mean, spread = DIFFICULTY.get(paper.id, (0.64, 0.14))
    full = paper.full_mark.value
    part = Decimal(str(round(min(1.0, max(0.02, mean + spread * value)), 4)))
    step = Decimal("0.5") if paper.step < Decimal("0.5") else paper.step
    return format(min(full, (full * part // step) * step).normalize(), "f")


def register(ground: Ground, cycle: Cycle, people: Sequence[Invented]) -> None:
    """Register by rosters."""
    for start in range(0, len(people), CHUNK):
        entries = [CandidateEntry(p.name, p.id_number, p.facts) for p in people[start : start + CHUNK]]
        register_candidates(actor=ground.chen, cycle=cycle, entries=entries)


def examine(ground: Ground, cycle: Cycle, people: Sequence[Invented]) -> None:
    """Enter everybody's marks, rank, commit the seed."""
    channel = channel_of(cycle)
    numbers = list(Candidate.objects.filter(cycle=cycle).order_by("pk").values_list("number", flat=True))
    given = list(zip(numbers, people, strict=True))
    for start in range(0, len(given), CHUNK):
        entries = [
            ScoreEntry(number, marks(ground.random, channel, one), one.name)
            for number, one in given[start : start + CHUNK]
        ]
        enter_scores(actor=ground.chen, cycle=cycle, entries=entries)
    rank_candidates(actor=ground.chen, cycle=cycle)
    commit_seed(actor=ground.he, cycle=cycle)


def registered(cycle: Cycle) -> list[Registered]:
    """Everybody registered and ranked, best first."""
    rows = (
        Score.objects.filter(candidate__cycle=cycle, candidate__state="registered")
        .order_by("rank", "candidate_id")
        .values_list(
            "candidate_id",
            "candidate__person_id",
            "candidate__number",
            "candidate__person__name",
            "candidate__attributes",
            "rank",
            "keys",
        )
    )
    return [Registered(*row) for row in rows]
