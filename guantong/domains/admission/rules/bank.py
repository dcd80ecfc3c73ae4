"""Words of the credit bank that declarations use; a test holds them against ``domains/credit/kinds.py``."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "academic_certificate": ("学业（学历）证书", ("中职", "高职专科", "职业本科")),
    "skill_grade": (
        "职业技能等级证书",
        ("学徒工", "初级工", "中级工", "高级工", "技师", "高级技师", "特级技师", "首席技师"),
    ),
    "x_certificate": ("1+X 证书", ("初级", "中级", "高级")),
    "vocational_qualification": ("职业资格证书", ("五级", "四级", "三级", "二级", "一级")),
    "competition": ("竞赛获奖", ("校级", "市级", "省级", "国家级", "世界")),
    "military_skill": ("军事职业技能等级", ("五级", "四级", "三级", "二级", "一级")),
}
"""Kind of achievement → label, levels from the lowest (level 1) up. Only kinds that can prove a fact."""
CONTEST = "competition"
PLACES = ("优胜", "三等奖", "二等奖", "一等奖")
"""Places of a contest, the lowest first."""


def level_words(kind: str, level: int | None) -> str:
    """The level of a record as people call it; empty without one."""
    levels = KINDS[kind][1] if kind in KINDS else ()
    return levels[level - 1] if level is not None and 0 < level <= len(levels) else ""
