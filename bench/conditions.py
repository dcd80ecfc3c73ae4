"""Conditions: 10,000 declarations judged with reasons, against the same conditions written by hand in Python.

Both make, for every declaration, the verdict and a Chinese sentence for every single condition that is not met; CPU
seconds, least of several runs.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bench.figures import Figure, share_of
from guantong.procedure.conditions import Fact, FactTitle, Group, Leaf, compile_conditions

DECLARATIONS = 10_000
INFOS = {
    "d.teachers": FactTitle("专任教师", "number", "人"),
    "d.ratio": FactTitle("双师型教师占比", "number", "%"),
    "d.area": FactTitle("实训面积", "number", "平方米"),
    "d.spent": FactTitle("设备值", "money"),
    "d.since": FactTitle("设立年份", "number", "年"),
    "d.is_public": FactTitle("是否公办", "flag"),
    "d.awards": FactTitle("获奖数", "number", "项"),
    "d.partners": FactTitle("合作企业", "number", "家"),
    "d.trained": FactTitle("培训人次", "number", "人次"),
    "d.level": FactTitle("等级", "text"),
}


def _leaf(name: str, operator: str, limit: str | int | bool) -> Leaf:
    return Leaf(name, INFOS[f"d.{name}"].title, f"d.{name}", operator, limit)


TREE = Group(
    "root",
    "认定条件",
    "all",
    (
        _leaf("teachers", "at_least", 60),
        _leaf("ratio", "at_least", "50.5"),
        _leaf("area", "at_least", 3000),
        _leaf("spent", "at_least", "5000000.00"),
        _leaf("since", "at_most", 2020),
        Group("either", "办学性质", "any", (_leaf("is_public", "equals", True), _leaf("level", "equals", "high"))),
        Group(
            "two",
            "以下三项至少两项",
            "at_least",
            (_leaf("awards", "at_least", 3), _leaf("partners", "more_than", 10), _leaf("trained", "at_least", 1000)),
            2,
        ),
    ),
)


def declarations() -> list[dict[str, Any]]:
    """Invented declarations; of each condition about two in three hold, one answer in fifty is missing."""
    chance = random.Random(4)
    rows: list[dict[str, Any]] = []
    for _ in range(DECLARATIONS):
        row: dict[str, object] = {
            "d.teachers": chance.randrange(30, 120),
            "d.ratio": Decimal(chance.randrange(3000, 9000)).scaleb(-2),
            "d.area": chance.randrange(1000, 7000),
            "d.spent": chance.randrange(100_000_000, 1_300_000_000),
            "d.since": chance.randrange(1990, 2026),
            "d.is_public": chance.random() < 0.6,
            "d.level": chance.choice(["high", "mid"]),
            "d.awards": chance.randrange(9),
            "d.partners": chance.randrange(30),
            "d.trained": chance.randrange(3000),
        }
        for name in row:
            if chance.random() < 0.02:
                row[name] = None
        rows.append(row)
    return rows


AT_LEAST: tuple[tuple[str, str, Decimal | int, str], ...] = (
    ("d.teachers", "专任教师", 60, "人"),
    ("d.ratio", "双师型教师占比", Decimal("50.5"), "%"),
    ("d.area", "实训面积", 3000, "平方米"),
)
AND_TWO_OF: tuple[tuple[str, str, int, str], ...] = (
    ("d.awards", "获奖数", 3, "项"),
    ("d.trained", "培训人次", 1000, "人次"),
)


def by_hand(row: Mapping[str, Any]) -> tuple[bool, list[str]]:
    """The conditions of ``TREE`` as one would write them without an engine."""
    why: list[str] = []
    is_met = True
    for name, title, limit, unit in AT_LEAST:
        value = row[name]
        if value is None:
            is_met = False
            why.append(f"“{title}”还没有可用的内容，要求不低于{limit}{unit}。请填写“{title}”，再提交。")
        elif value < limit:
            is_met = False
            gap = limit - value
            why.append(f"“{title}”现在是{value}{unit}，要求不低于{limit}{unit}。还差{gap}{unit}。请核对后再提交。")
    spent = row["d.spent"]
    if spent is None:
        is_met = False
        why.append("“设备值”还没有可用的内容，要求不低于5,000,000.00 元。请填写“设备值”，再提交。")
    elif spent < 500_000_000:
        is_met = False
        own, gap = Decimal(spent).scaleb(-2), Decimal(500_000_000 - spent).scaleb(-2)
        why.append(f"“设备值”现在是{own:,.2f} 元，要求不低于5,000,000.00 元。还差{gap:,.2f} 元。请核对后再提交。")
    since = row["d.since"]
    if since is None or since > 2020:
        is_met = False
        why.append(f"“设立年份”现在是{since}年，要求不高于2020年。请核对后再提交。")
    public, level = row["d.is_public"], row["d.level"]
    if not (public is True or level == "high"):
        is_met = False
    if public is not True:
        why.append(f"“是否公办”现在是{public}，要求为是。请核对后再提交。")
    if level != "high":
        why.append(f"“等级”现在是{level}，要求为high。请核对后再提交。")
    count = 0
    for name, title, limit, unit in AND_TWO_OF:
        value = row[name]
        if value is not None and value >= limit:
            count += 1
        else:
            why.append(f"“{title}”现在是{value}{unit}，要求不低于{limit}{unit}。请核对后再提交。")
    partners = row["d.partners"]
    if partners is not None and partners > 10:
        count += 1
    else:
        why.append(f"“合作企业”现在是{partners}家，要求高于10家。请核对后再提交。")
    return is_met and count >= 2, why


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Least CPU seconds of several runs."""
    spent = []
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def run() -> list[Figure]:
    """Figures for ``make bench``."""
    rows = declarations()
    facts = [{name: Fact(value) for name, value in row.items()} for row in rows]
    ready = compile_conditions(TREE, None, info=INFOS.get)
    found = [ready.evaluate(one) for one in facts]
    wanted = [by_hand(row) for row in rows]
    assert [(e.is_met, len(e.reasons())) for e in found] == [(met, len(why)) for met, why in wanted]
    assert 0 < sum(e.is_met for e in found) < DECLARATIONS

    def engine() -> list[tuple[bool, list[str]]]:
        compiled = compile_conditions(TREE, None, info=INFOS.get)
        return [(e.is_met, e.reasons()) for e in map(compiled.evaluate, facts)]

    ours, plain = cpu(engine), cpu(lambda: [by_hand(row) for row in rows])
    return [
        share_of(
            "conditions: 10,000 declarations with reasons against the same conditions written by hand",
            round(DECLARATIONS / ours),
            DECLARATIONS / plain,
            "declarations/CPU s",
            0.25,
            note=f"{ours / DECLARATIONS * 1e6:.1f} µs each",
        )
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure)
