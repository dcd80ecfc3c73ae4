"""Invented people: names put together from lists, identity numbers with regions that do not exist."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from guantong.base.people.rules import PersonFacts, widened
from guantong.kernel.identity import id_number_check_character

FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = [
    "小禾",
    "子涵",
    "雨桐",
    "浩然",
    "思远",
    "佳怡",
    "俊杰",
    "梓萱",
    "晨曦",
    "文博",
    "雅琪",
    "志远",
    "欣妍",
    "家豪",
    "若溪",
    "明轩",
    "静怡",
    "天宇",
    "诗涵",
    "嘉宁",
    "建华",
    "春燕",
    "国强",
    "丽娟",
    "海涛",
    "晓峰",
    "玉兰",
    "永康",
    "秀英",
    "振宇",
    "亦凡",
    "可欣",
    "云帆",
    "知行",
    "望舒",
    "景行",
    "青禾",
    "长风",
    "星野",
    "听雨",
    "致远",
    "清和",
    "予安",
    "书瑶",
    "沐阳",
    "南星",
    "既明",
    "怀瑾",
    "如初",
    "安澜",
]
COUNTIES = tuple(f"99{p:02d}{c:02d}" for p in range(1, 9) for c in range(1, 5))
"""Counties of the invented province (no real region code begins with 99)."""


def invented_name(random: Random) -> str:
    """A family name and a given name."""
    return random.choice(FAMILY) + random.choice(GIVEN)


class IdNumbers:
    """Gives identity numbers that are never repeated."""

    def __init__(self, random: Random, others: IdNumbers | None = None) -> None:
        """``others``: numbers given there are not given here."""
        self._random = random
        self._given: set[str] = others._given if others is not None else set()

    def one(self, born_from: date, born_until: date) -> str:
        """A number born in [from, until)."""
        days = (born_until - born_from).days
        while True:
            born = born_from + timedelta(days=self._random.randrange(days))
            first = f"{self._random.choice(COUNTIES)}{born:%Y%m%d}{self._random.randrange(1, 1000):03d}"
            if first not in self._given:
                self._given.add(first)
                return first + id_number_check_character(first)


def registered_twice(name: str, born_on: date) -> list[PersonFacts]:
    """Second records of people already there, for the bureau's list of likely duplicates.

    A worker is entered with the 15-digit number and with the 18-digit form of the same number; the learner ``name``,
    born on that day, is entered once more with a passport.
    """
    old = "990101780315022"
    return [
        PersonFacts("周国强", old, "resident_15"),
        PersonFacts("周国强", widened(old)),
        PersonFacts(name, "EX9900017", "passport", born_on),
    ]


def invented_credit_code(serial: int) -> str:
    """A well-formed unified social credit code whose region is invented."""
    from guantong.kernel.identity import credit_code_check_character

    first = f"12990100{serial:09d}"
    return first + credit_code_check_character(first)
