"""Kinds of achievements, their ordered levels, course categories, and their Chinese names.

The eight skill grades and the three 1+X grades are separate scales and are never compared with one another
(新八级工: cn-high-skilled-talent-2022（十一）; 1+X: cn-reform-plan-2019（六）).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

KINDS: Mapping[str, str] = {
    "school_course": "学校课程",
    "academic_certificate": "学历证书",
    "skill_grade": "职业技能等级证书",
    "x_certificate": "1+X 证书",
    "vocational_qualification": "职业资格证书",
    "training": "培训记录",
    "competition": "竞赛获奖",
    "military_skill": "军事职业技能",
    "work_experience": "工作经历",
    "other": "其他学习成果",
}
"""Kind code -> Chinese name; the codes of the credit bank's achievements."""

SCALES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "skill_grade": (
        ("1", "学徒工"),
        ("2", "初级工"),
        ("3", "中级工"),
        ("4", "高级工"),
        ("5", "技师"),
        ("6", "高级技师"),
        ("7", "特级技师"),
        ("8", "首席技师"),
    ),
    "x_certificate": (("1", "初级"), ("2", "中级"), ("3", "高级")),
    "vocational_qualification": (("1", "五级"), ("2", "四级"), ("3", "三级"), ("4", "二级"), ("5", "一级")),
    "competition": (("1", "校级"), ("2", "市级"), ("3", "省级"), ("4", "国家级"), ("5", "世界级")),
    "military_skill": (("1", "五级"), ("2", "四级"), ("3", "三级"), ("4", "二级"), ("5", "一级")),
    "academic_certificate": (("1", "中职"), ("2", "高职专科"), ("3", "职业本科")),
}
"""Kind -> levels from lowest to highest, each (code, Chinese name); the codes are the bank's level numbers as text."""

CATEGORIES: Mapping[str, str] = {
    "public": "公共基础课",
    "foundation": "专业基础课",
    "core": "专业核心课",
    "elective": "专业拓展课",
    "practice": "实践教学",
}
"""Course category code -> Chinese name, as in curriculum plans."""

_RANKS = {kind: {code: rank for rank, (code, _) in enumerate(levels)} for kind, levels in SCALES.items()}
_NAMES = {kind: dict(levels) for kind, levels in SCALES.items()}
_CODES = {kind: {name: code for code, name in levels} for kind, levels in SCALES.items()}


def rank_of(kind: str, level: str) -> int | None:
    """Position of ``level`` on the scale of ``kind``, 0 being lowest; None when the scale does not hold it."""
    return _RANKS.get(kind, {}).get(level)


def level_name(kind: str, level: str) -> str:
    """Chinese name of a level, or the level itself when the scale does not hold it."""
    return _NAMES.get(kind, {}).get(level, level)


def level_code(kind: str, text: str) -> str | None:
    """Code of a level given as code or Chinese name; None when the scale does not hold it."""
    if text in _RANKS.get(kind, {}):
        return text
    return _CODES.get(kind, {}).get(text)


def score_of(grade: str, words: Mapping[str, Fraction]) -> Fraction | None:
    """The score a grade stands for: a printed number, or a word the school's rules give a number; else None."""
    if grade in words:
        return words[grade]
    try:
        number = Decimal(grade)
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() else None


_PLACES = {"特等奖": 1, "一等奖": 1, "二等奖": 2, "三等奖": 3, "优胜": 4, "优胜奖": 4, "优秀奖": 4}
_PLACE_NAMES = {1: "第一名或一等奖", 2: "第二名或二等奖", 3: "第三名或三等奖", 4: "第四名或优胜奖"}


def place_of(text: str) -> int | None:
    """Place for a prize or rank as printed (一等奖, 优胜, 3, 第3名); None when it cannot be read."""
    text = text.strip()
    if text in _PLACES:
        return _PLACES[text]
    digits = text.removeprefix("第").removesuffix("名")
    if digits.isascii() and digits.isdigit() and len(digits) <= 4 and int(digits) > 0:
        return int(digits)
    return None


def place_name(place: int) -> str:
    """A place as people read it."""
    return _PLACE_NAMES.get(place, f"第 {place} 名")


ACHIEVEMENT_STATES: Mapping[str, str] = {
    "claimed": "本人申报，待审核",
    "deposited": "已存入，尚未认定",
    "recognised": "已认定",
    "refused": "未予认定",
    "expired": "已过有效期",
    "revoked": "已撤销",
}
"""States of an achievement; only a recognised one can be converted."""
